import Core
import Glibc
import JSON
import KubernetesAPI
import ResourceEngine
import SchemaEngine
import Testing
import Values

/// One object of nearly every kind as upstream stored it, and the fields its creator came to own
/// (`Tests/Fixtures/ResourceEngine/created.jsonl`).
@Suite struct RecordedObjectTests {
    struct Recorded: Sendable, CustomTestStringConvertible {
        var object: Value
        var fields: Value
        var kind: GroupVersionKind { GroupVersionKind(apiVersion: object["apiVersion"]?.string ?? "", kind: object["kind"]?.string ?? "") }
        var testDescription: String { "\(kind.apiVersion) \(kind.kind)" }
    }

    static let recorded: [Recorded] = fixture("created").map {
        Recorded(object: $0["object"] ?? .null, fields: $0["fields"] ?? .null)
    }

    /// The lines of `Tests/Fixtures/ResourceEngine/NAME.jsonl`.
    static func fixture(_ name: String) -> [Value] {
        var path = #filePath
        for _ in 0..<3 { path = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) }
        guard let file = fopen(path + "/Fixtures/ResourceEngine/\(name).jsonl", "r") else { fatalError("the fixture is not there") }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
        return bytes.split(separator: UInt8(ascii: "\n")).map { line in
            guard let value = try? JSONParser.parse(Array(line)) else { fatalError("the fixture is not JSON") }
            return value
        }
    }

    @Test("what upstream accepted is accepted", arguments: recorded)
    func valid(_ recorded: Recorded) throws {
        let schema = try #require(BuiltInSchema.shared.resource(of: recorded.kind))
        #expect(BuiltInValidator().validateCreate(recorded.object, schema) == [])
    }

    @Test("an unchanged object may be written again", arguments: recorded)
    func unchanged(_ recorded: Recorded) throws {
        let schema = try #require(BuiltInSchema.shared.resource(of: recorded.kind))
        guard schema.verbs.contains("update") else { return }
        var object = recorded.object
        object["metadata"]?["resourceVersion"] = "5"
        #expect(BuiltInValidator().validateUpdate(object, old: object, subresource: "", schema) == [])
    }

    @Test("the creator owns what upstream says it owns", arguments: recorded)
    func owned(_ recorded: Recorded) throws {
        let schema = try #require(BuiltInSchema.shared.resource(of: recorded.kind))
        let management = FieldManagement(
            kind: recorded.kind, structure: schema.structure,
            resetFields: .resetFields(kind: recorded.kind, subresource: "", hasStatus: schema.subresources.contains { $0.name == "status" })
        )
        let created = management.updating(recorded.object, live: nil, manager: "m", now: Timestamp(seconds: 1))
        #expect((created["metadata"]?["managedFields"]?.array?.first?["fieldsV1"] ?? .null) == recorded.fields)
    }
}
