import Core
import KubernetesAPI
import ResourceEngine
import SchemaEngine
import Testing
import Values

/// What upstream v1.36 says of changed objects and changed statuses of kinds that are off by default
/// (`Tests/Fixtures/ResourceEngine/changed.jsonl`): none where it takes them.
@Suite struct RecordedChangeTests {
    struct Changed: Sendable, CustomTestStringConvertible {
        var old: Value
        var object: Value
        var subresource: String
        var causes: [Value]
        var testDescription: String { "\(object["kind"]?.string ?? "") \(subresource)" }
    }

    static let recorded: [Changed] = RecordedObjectTests.fixture("changed").map {
        Changed(
            old: $0["old"] ?? .null, object: $0["object"] ?? .null, subresource: $0["subresource"]?.string ?? "",
            causes: $0["causes"]?.array ?? [])
    }

    @Test("a change is refused for upstream's reasons, or not at all", arguments: recorded)
    func changes(_ recorded: Changed) throws {
        let kind = GroupVersionKind(
            apiVersion: recorded.object["apiVersion"]?.string ?? "", kind: recorded.object["kind"]?.string ?? "")
        let schema = try #require(BuiltInSchema.shared.resource(of: kind))
        func read(_ object: Value) throws -> Value {
            let decoded = try ObjectDecoder.decode(object, kind: kind, as: schema.structure, fieldValidation: .strict)
            return try BuiltInDefaults.defaulter.applied(to: decoded, as: schema.structure).value
        }
        let causes = BuiltInValidator().validateUpdate(
            try read(recorded.object), old: try read(recorded.old), subresource: recorded.subresource, schema)
        let expected = Set(recorded.causes.map { cause in ["reason", "field", "message"].map { cause[$0]?.string ?? "" } })
        #expect(Set(causes.map { [$0.reason, $0.field, $0.message] }) == expected)
    }
}
