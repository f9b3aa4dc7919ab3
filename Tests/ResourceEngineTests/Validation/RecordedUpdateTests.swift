import Core
import KubernetesAPI
import ResourceEngine
import SchemaEngine
import Testing
import Values

/// What upstream v1.36.2 says when one field of an object changes: 770 changes of the recorded objects, each sent as an update, and
/// the causes of its refusal, none where it is accepted (`Tests/Fixtures/ResourceEngine/updated.jsonl`).
@Suite struct RecordedUpdateTests {
    struct Changes: Sendable, CustomTestStringConvertible {
        var object: Value
        var changes: [Value]
        var testDescription: String { "\(object["apiVersion"]?.string ?? "") \(object["kind"]?.string ?? "")" }
    }

    static let recorded: [Changes] = {
        let objects = RecordedObjectTests.recorded.map(\.object)
        let changes = Dictionary(grouping: RecordedObjectTests.fixture("updated")) { Int($0["object"]?.int ?? -1) }
        return changes.sorted { $0.key < $1.key }.map { Changes(object: objects[$0.key], changes: $0.value) }
    }()

    @Test("every kind's update is refused for upstream's reasons, or not at all", arguments: recorded)
    func updates(_ recorded: Changes) throws {
        let kind = GroupVersionKind(
            apiVersion: recorded.object["apiVersion"]?.string ?? "", kind: recorded.object["kind"]?.string ?? "")
        let schema = try #require(BuiltInSchema.shared.resource(of: kind))
        var old = recorded.object
        old["metadata"]?["resourceVersion"] = "5"
        for change in recorded.changes {
            var new = old
            new.place(change["value"], at: change["path"]?.array ?? [])
            // What is taken away has its default again before it is validated.
            let decoded = try ObjectDecoder.decode(new, kind: kind, as: schema.structure, fieldValidation: .strict)
            new = try BuiltInDefaults.defaulter.applied(to: decoded, as: schema.structure).value
            let said = Set(
                BuiltInValidator().validateUpdate(new, old: old, subresource: "", schema).map { [$0.reason, $0.field, $0.message] })
            let recorded = Set(
                (change["causes"]?.array ?? []).map { cause in ["reason", "field", "message"].map { cause[$0]?.string ?? "" } })
            #expect(said == recorded, "\(change["path"] ?? .null) = \(change["value"] ?? .null)")
        }
    }
}

extension Value {
    /// Puts a value at a path of names and positions; nil takes away what is there.
    fileprivate mutating func place(_ value: Value?, at path: [Value]) {
        guard let step = path.first else { return }
        let rest = Array(path.dropFirst())
        switch step {
        case .string(let name):
            if rest.isEmpty { self[name] = value } else { self[name]?.place(value, at: rest) }
        case .int(let position):
            if !rest.isEmpty {
                elements[Int(position)].place(value, at: rest)
            } else if let value {
                elements[Int(position)] = value
            } else {
                elements.remove(at: Int(position))
            }
        default: break
        }
    }
}
