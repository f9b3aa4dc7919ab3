import Core
import KubernetesAPI
import ResourceEngine
import SchemaEngine
import Testing
import Values

/// What upstream v1.36 says of new objects with several faults at once, none where it takes one that looks like them
/// (`Tests/Fixtures/ResourceEngine/refused.jsonl`).
@Suite struct RecordedRefusalTests {
    struct Refused: Sendable, CustomTestStringConvertible {
        var object: Value
        var causes: [Value]
        var testDescription: String { "\(object["kind"]?.string ?? "") \(object["metadata"]?["name"]?.string ?? "")" }
    }

    static let recorded: [Refused] = RecordedObjectTests.fixture("refused").map {
        Refused(object: $0["object"] ?? .null, causes: $0["causes"]?.array ?? [])
    }

    @Test("a new object is refused for upstream's reasons, or not at all", arguments: recorded)
    func refusals(_ recorded: Refused) throws {
        let kind = GroupVersionKind(
            apiVersion: recorded.object["apiVersion"]?.string ?? "", kind: recorded.object["kind"]?.string ?? "")
        let schema = try #require(BuiltInSchema.shared.resource(of: kind))
        let decoded = try ObjectDecoder.decode(recorded.object, kind: kind, as: schema.structure, fieldValidation: .strict)
        let object = try BuiltInDefaults.defaulter.applied(to: decoded, as: schema.structure).value
        let said = Set(BuiltInValidator().validateCreate(object, schema).map { [$0.reason, $0.field, $0.message] })
        let expected = Set(recorded.causes.map { cause in ["reason", "field", "message"].map { cause[$0]?.string ?? "" } })
        #expect(said == expected)
    }
}
