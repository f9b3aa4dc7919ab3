import Core
import SchemaEngine
import Values

/// What the body of a deletion has to look like, so that none is carried out that was asked for otherwise: `dryRun: All` is no list.
enum DeleteOptionsForm {
    /// Throws `APIError` (400) in the words of Go's decoder.
    static func check(_ value: Value) throws {
        guard case .object = value else {
            if value.isNull { return }
            throw APIError.badRequest(
                "couldn't get version/kind; json parse error: json: cannot unmarshal \(value.jsonKind) into Go value of type struct "
                    + "{ APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }")
        }
        if let kind = value["kind"]?.string, !kind.isEmpty, kind != "DeleteOptions" {
            throw APIError.badRequest(
                "no kind \"\(kind)\" is registered for version \"\(value["apiVersion"]?.string ?? "")\" in scheme "
                    + "\"k8s.io/apimachinery/pkg/apis/meta/internalversion/scheme/register.go:27\"")
        }
        try check(value["gracePeriodSeconds"], "gracePeriodSeconds", "int64") { if case .int = $0 { true } else { false } }
        try check(value["orphanDependents"], "orphanDependents", "bool") { $0.bool != nil }
        try check(value["propagationPolicy"], "propagationPolicy", "v1.DeletionPropagation") { $0.string != nil }
        try check(value["preconditions"], "preconditions", "v1.Preconditions") { $0.object != nil }
        try check(value[path: "preconditions", "uid"], "preconditions.uid", "types.UID", in: "Preconditions") { $0.string != nil }
        try check(value[path: "preconditions", "resourceVersion"], "preconditions.resourceVersion", "string", in: "Preconditions") {
            $0.string != nil
        }
        try check(value["dryRun"], "dryRun", "[]string") { $0.array != nil }
        for word in value["dryRun"]?.array ?? [] { try check(word, "dryRun", "string") { $0.string != nil } }
    }

    private static func check(
        _ value: Value?, _ field: String, _ type: String, in owner: String = "DeleteOptions", _ fits: (Value) -> Bool
    ) throws {
        guard let value, !value.isNull, !fits(value) else { return }
        throw APIError.badRequest("json: cannot unmarshal \(value.jsonKind) into Go struct field \(owner).\(field) of type \(type)")
    }
}
