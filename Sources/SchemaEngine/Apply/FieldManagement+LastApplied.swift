import JSON
import Values

/// The hand-over from `kubectl apply` to `kubectl apply --server-side`.
extension FieldManagement {
    static let lastAppliedAnnotation = "kubectl.kubernetes.io/last-applied-configuration"
    /// Bytes of all keys and values of annotations together.
    static let annotationLimit = 256 * 1024

    /// The fields of the last client-side configuration that the live object still has as they were; nil when there is none.
    func lastAppliedFields(_ live: Value) -> FieldSet? {
        guard let text = live["metadata"]?["annotations"]?[Self.lastAppliedAnnotation]?.string, !text.isEmpty,
            let configuration = try? JSONParser.parse(text), configuration["apiVersion"]?.string == kind.apiVersion,
            let fields = try? FieldSet(of: configuration, shape: shape),
            let comparison = try? FieldComparison(configuration, live, shape: shape)
        else { return nil }
        return fields.subtracting(comparison.modified).subtracting(comparison.added).subtracting(comparison.removed)
    }

    /// Keeps the annotation, where there is one, in step with what was applied, so that `kubectl apply` goes on working.
    func refreshLastApplied(_ object: inout Value, from configuration: Value) {
        guard let text = object["metadata"]?["annotations"]?[Self.lastAppliedAnnotation]?.string, !text.isEmpty else { return }
        var applied = configuration
        applied["metadata"]?["annotations"]?[Self.lastAppliedAnnotation] = nil
        object["metadata"]?["annotations"]?[Self.lastAppliedAnnotation] = .string(JSONWriter.string(applied.sortedByKey) + "\n")
        let size = (object["metadata"]?["annotations"]?.object ?? Object()).reduce(0) {
            $0 + $1.key.utf8.count + ($1.value.string?.utf8.count ?? 0)
        }
        if size > Self.annotationLimit { object["metadata"]?["annotations"]?[Self.lastAppliedAnnotation] = nil }
    }
}

extension Value {
    /// The same value with the members of every object sorted by name, as Go writes maps.
    package var sortedByKey: Value {
        switch self {
        case .object(let object): .object(Object(object.sorted { $0.key < $1.key }.map { ($0.key, $0.value.sortedByKey) }))
        case .array(let items): .array(items.map(\.sortedByKey))
        default: self
        }
    }
}
