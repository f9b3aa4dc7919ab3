import Core
import JSON
import SchemaEngine
import Synchronization
import Values

/// The OpenAPI documents of this server and of those behind its APIServices. Safe from any thread.
package final class AggregatedDocuments: APIDocuments {
    private struct Merged {
        var generation: Int
        var base: Int
        var json: [UInt8]
        var protobuf: [UInt8]
    }

    private let own: any APIDocuments
    private let aggregator: Aggregator
    private let kept = Mutex<Merged?>(nil)

    package init(own: any APIDocuments, aggregator: Aggregator) {
        self.own = own
        self.aggregator = aggregator
    }

    /// Both forms of the merged document; nil when there is nothing to merge.
    private func merged() async throws -> Merged? {
        let (entries, generation) = aggregator.documents.all
        let others = entries.sorted { ($0.key.group, $0.key.version) < ($1.key.group, $1.key.version) }.compactMap(\.value.openAPI)
        guard !others.isEmpty else { return nil }
        let base = try await own.openAPIv2()
        if let present = kept.withLock({ $0 }), present.generation == generation, present.base == base.hashValue { return present }
        let document = OpenAPIMerge.merged(try JSONParser.parse(base), others)
        let merged = Merged(
            generation: generation, base: base.hashValue, json: JSONWriter.encode(document), protobuf: OpenAPIProtobuf.encode(document))
        kept.withLock { $0 = merged }
        return merged
    }

    package func openAPIv2() async throws -> [UInt8] {
        if let merged = try await merged() { return merged.json }
        return try await own.openAPIv2()
    }

    package func openAPIv2Protobuf() async throws -> [UInt8] {
        if let merged = try await merged() { return merged.protobuf }
        return try await own.openAPIv2Protobuf()
    }

    package func openAPIv3Index() async throws -> [(path: String, hash: String)] {
        var index = try await own.openAPIv3Index()
        for (key, entry) in aggregator.documents.all.entries {
            guard let hash = entry.openAPIHash else { continue }
            let path = "apis/\(key.group)/\(key.version)"
            index.removeAll { $0.path == path }
            index.append((path, hash))
        }
        return index.sorted { $0.path < $1.path }
    }

    package func openAPIv3(path: String) async throws -> [UInt8]? {
        let parts = path.split(separator: "/").map(String.init)
        guard parts.count == 3, parts[0] == "apis", let service = aggregator.remote(group: parts[1], version: parts[2]) else {
            return try await own.openAPIv3(path: path)
        }
        let answer = try await aggregator.ask(service, "GET", "/openapi/v3/\(path)", headers: ["Accept": "application/json"])
        return answer.status == 200 ? answer.body : nil
    }
}
