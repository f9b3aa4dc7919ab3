import Glibc
import JSON
import Testing
import Values

/// Autoscalers sent in one version and read in the other, as upstream v1.36 shows them (`Tests/Fixtures/APIServer/converted.jsonl`).
@Suite struct RecordedConversionTests {
    private static func recorded() throws -> [Value] {
        let directory = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        let file = try #require(fopen("/\(directory)/Fixtures/APIServer/converted.jsonl", "r"))
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
        return try bytes.split(separator: UInt8(ascii: "\n")).map { try JSONParser.parse(Array($0)) }
    }

    /// Texts in annotations are JSON themselves, whose members have no order.
    private func annotations(_ value: Value?) throws -> [String: [String: String]] {
        var result: [String: [String: String]] = [:]
        for member in value?.object ?? Object() {
            result[member.key] = try flattened(try JSONParser.parse(member.value.string ?? ""))
        }
        return result
    }

    private func flattened(_ value: Value, at path: String = "") throws -> [String: String] {
        switch value {
        case .object(let members) where !members.isEmpty:
            try members.reduce(into: [:]) { all, member in
                all.merge(try flattened(member.value, at: "\(path).\(member.key)")) { first, _ in first }
            }
        case .array(let items) where !items.isEmpty:
            try items.enumerated().reduce(into: [:]) { all, item in
                all.merge(try flattened(item.element, at: "\(path)[\(item.offset)]")) { first, _ in first }
            }
        default: [path: JSONWriter.string(value)]
        }
    }

    @Test("what the other version has no fields for is in annotations, in upstream's form")
    func autoscalers() async throws {
        let recorded = try Self.recorded()
        #expect(recorded.count == 5)
        try await withAPIServer { server in
            for fact in recorded {
                let name = try #require(fact[path: "sent", "metadata", "name"]?.string)
                let (to, from) = (fact["to"]?.string ?? "", fact["from"]?.string ?? "")
                func path(_ version: String) -> String { "/apis/autoscaling/\(version)/namespaces/default/horizontalpodautoscalers" }
                #expect(try await server.send("POST", path(to), JSONWriter.string(fact["sent"] ?? .null)).status == 201, "\(name)")
                let read = try await server.value("\(path(from))/\(name)")
                let (said, expected) = (try annotations(read[path: "metadata", "annotations"]), try annotations(fact["annotations"]))
                #expect(said == expected, "\(name)")
                let (spec, wanted) = (try flattened(read["spec"] ?? .null), try flattened(fact["spec"] ?? .null))
                #expect(spec == wanted, "\(name)")
            }
        }
    }
}
