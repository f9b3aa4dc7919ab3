import Core
import SchemaEngine
import Values

/// Aggregated discovery as the protobuf message `APIGroupDiscoveryList` of `apidiscovery.k8s.io/v2`, which no table has.
enum DiscoveryProtobuf {
    static func encode(_ list: Value) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.message(1) { _ in }
        for group in items(list, "items") {
            writer.message(2) { item in
                item.message(1) { $0.string(1, group[path: "metadata", "name"]?.string) }
                for one in items(group, "versions") { item.message(2) { version(one, &$0) } }
            }
        }
        return ProtobufEncoder.encode(
            GroupVersionKind(group: "apidiscovery.k8s.io", version: "v2", kind: "APIGroupDiscoveryList"), writer.bytes)
    }

    private static func items(_ value: Value, _ name: String) -> [Value] { value[name]?.array ?? [] }

    private static func texts(_ value: Value, _ name: String, _ number: Int, _ writer: inout ProtobufWriter) {
        for text in items(value, name) { writer.string(number, text.string) }
    }

    private static func version(_ version: Value, _ writer: inout ProtobufWriter) {
        writer.string(1, version["version"]?.string)
        for one in items(version, "resources") { writer.message(2) { resource(one, &$0) } }
        writer.string(3, version["freshness"]?.string)
    }

    private static func resource(_ resource: Value, _ writer: inout ProtobufWriter) {
        writer.string(1, resource["resource"]?.string)
        kind(resource["responseKind"], &writer)
        writer.string(3, resource["scope"]?.string)
        writer.string(4, resource["singularResource"]?.string)
        texts(resource, "verbs", 5, &writer)
        texts(resource, "shortNames", 6, &writer)
        texts(resource, "categories", 7, &writer)
        for part in items(resource, "subresources") {
            writer.message(8) { item in
                item.string(1, part["subresource"]?.string)
                kind(part["responseKind"], &item)
                texts(part, "verbs", 4, &item)
            }
        }
    }

    private static func kind(_ kind: Value?, _ writer: inout ProtobufWriter) {
        guard let kind else { return }
        writer.message(2) { item in
            item.string(1, kind["group"]?.string)
            item.string(2, kind["version"]?.string)
            item.string(3, kind["kind"]?.string)
        }
    }
}
