import JSON
import SchemaEngine
import Synchronization

/// The OpenAPI documents of a fixed set of resources, each made when first asked for and then kept.
package final class SchemaDocuments: APIDocuments {
    private let builder: OpenAPIBuilder
    private let cache = Mutex<[String: [UInt8]]>([:])

    package init(builder: OpenAPIBuilder) { self.builder = builder }

    package func openAPIv2() -> [UInt8] { kept("v2") { JSONWriter.encode(builder.documentTwo()) } ?? [] }

    package func openAPIv2Protobuf() -> [UInt8] { kept("v2 protobuf") { OpenAPIProtobuf.encode(builder.documentTwo()) } ?? [] }

    package func openAPIv3Index() -> [(path: String, hash: String)] {
        builder.groupVersionPaths.compactMap { entry in
            openAPIv3(path: entry.path).map { (entry.path, OpenAPIBuilder.hash($0)) }
        }
    }

    package func openAPIv3(path: String) -> [UInt8]? {
        guard let entry = builder.groupVersionPaths.first(where: { $0.path == path }) else { return nil }
        return kept(path) { builder.documentThree(group: entry.group, version: entry.version).map(JSONWriter.encode) }
    }

    /// Two who ask at once may both make a document; the first one is kept.
    private func kept(_ name: String, _ make: () -> [UInt8]?) -> [UInt8]? {
        if let bytes = cache.withLock({ $0[name] }) { return bytes }
        guard let bytes = make() else { return nil }
        return cache.withLock { cache in
            if let earlier = cache[name] { return earlier }
            cache[name] = bytes
            return bytes
        }
    }
}
