import Core
import JSON
import Values

/// The documents at `/openapi/v2` and `/openapi/v3`, made from the tables: what kubectl explains, validates and merges by.
/// Building takes some tens of milliseconds; the caller keeps the result until the resources change.
package struct OpenAPIBuilder: Sendable {
    private let schema: Schema
    private let resources: [ResourceSchema]
    private let serverVersion: String
    private let descriptions: FieldDescriptions

    /// `schema` has the kinds of subresources and requests, `resources` are those served (custom ones too),
    /// `serverVersion` is told in the document ("v1.36.0").
    package init(
        schema: Schema, resources: [ResourceSchema], serverVersion: String, descriptions: FieldDescriptions = FieldDescriptions([:])
    ) {
        self.descriptions = descriptions
        self.schema = schema
        self.resources = resources
        self.serverVersion = serverVersion
    }

    // MARK: Documents

    /// The one document of version 2.
    package func documentTwo() -> Value {
        var paths = OpenAPIPaths(
            schema: schema, definitions: OpenAPIDefinitions(version: .two, kinds: kinds(), customs: customs, descriptions: descriptions))
        for resource in resources { paths.add(resource) }
        return [
            "swagger": "2.0", "info": info, "paths": paths.sorted, "definitions": paths.definitions.sorted,
            "securityDefinitions": ["BearerToken": Self.bearer], "security": [["BearerToken": []]],
        ]
    }

    /// The document of one group and version, or nil when nothing of it is served.
    package func documentThree(group: String, version: String) -> Value? {
        let served = resources.filter { $0.resource.group == group && $0.resource.version == version }
        guard !served.isEmpty else { return nil }
        var paths = OpenAPIPaths(
            schema: schema, definitions: OpenAPIDefinitions(version: .three, kinds: kinds(), customs: customs, descriptions: descriptions))
        for resource in served { paths.add(resource) }
        return [
            "openapi": "3.0.0", "info": info, "paths": paths.sorted,
            "components": ["schemas": paths.definitions.sorted, "securitySchemes": ["BearerToken": Self.bearer]],
        ]
    }

    /// The groups and versions that have a document, as paths: "api/v1", "apis/apps/v1".
    package var groupVersionPaths: [(path: String, group: String, version: String)] {
        var seen = Set<String>()
        return resources.compactMap { resource in
            let path = OpenAPIPaths.root(resource.resource)
            return seen.insert(path).inserted ? (String(path.dropFirst()), resource.resource.group, resource.resource.version) : nil
        }
    }

    /// The answer at `/openapi/v3`: each document's address. It carries a hash of the document, so that clients keep
    /// what they have until it changes.
    package static func index(hashes: [(path: String, hash: String)]) -> Value {
        [
            "paths": .object(
                Object(
                    hashes.map { path, hash in
                        (path, ["serverRelativeURL": .string("/openapi/v3/\(path)?hash=\(hash)")])
                    }))
        ]
    }

    /// A hash of a document's bytes for `index`; not a secure one.
    package static func hash(_ bytes: [UInt8]) -> String {
        var high: UInt64 = 0xcbf2_9ce4_8422_2325
        var low: UInt64 = 0x8422_2325_cbf2_9ce4
        for byte in bytes {
            high = (high ^ UInt64(byte)) &* 0x100_0000_01b3
            low = (low &+ UInt64(byte)) &* 0x9e37_79b9_7f4a_7c15
            low ^= low >> 29
        }
        return [high, low].map { number in
            let digits = String(number, radix: 16, uppercase: true)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    // MARK: Parts

    /// Custom resources by the name of their definition.
    private var customs: [String: ResourceSchema] {
        Dictionary(resources.filter { $0.custom != nil }.map { ($0.structure.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    private var info: Value { ["title": "Kubernetes", "version": .string(serverVersion)] }
    private static let bearer: Value = [
        "type": "apiKey", "description": "Bearer Token authentication", "name": "authorization", "in": "header",
    ]

    /// The kinds each structure stands for. What every group takes is told of every group.
    private func kinds() -> [String: [GroupVersionKind]] {
        var kinds: [String: [GroupVersionKind]] = [:]
        let groups = groupVersionPaths.map { ($0.group, $0.version) }.sorted { $0 < $1 }
        for package in schema.packages {
            for kind in package.kinds {
                guard let structure = schema.structure(of: kind) else { continue }
                guard package.group == "meta.k8s.io" else {
                    kinds[structure.name] = [kind]
                    continue
                }
                switch kind.kind {
                case "DeleteOptions", "WatchEvent":
                    kinds[structure.name] = groups.map { GroupVersionKind(group: $0.0, version: $0.1, kind: kind.kind) }
                case "Status", "APIResourceList", "APIGroup", "APIGroupList", "APIVersions":
                    kinds[structure.name] = [GroupVersionKind(group: "", version: "v1", kind: kind.kind)]
                default: kinds[structure.name] = [kind]
                }
            }
        }
        for resource in resources where kinds[resource.structure.name] == nil { kinds[resource.structure.name] = [resource.kind] }
        return kinds
    }
}
