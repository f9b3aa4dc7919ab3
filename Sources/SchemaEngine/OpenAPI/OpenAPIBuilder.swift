import Core
import JSON
import Values

/// The documents at `/openapi/v2` and `/openapi/v3`, made from the tables: what kubectl explains, validates and merges by.
/// Building takes some tens of milliseconds; the caller keeps the result until the resources change.
package struct OpenAPIBuilder: Sendable {
    /// What one document of version 3 tells of.
    package enum Part: Sendable, Equatable {
        case groupVersion(GroupVersion)
        case group(String)
        /// A path of the server itself.
        case server(ServerPath)
    }

    /// The paths of the server itself that the documents tell of.
    package enum ServerPath: String, Sendable, CaseIterable {
        case versions = "/api/"
        case groups = "/apis/"
        case version = "/version/"
        case issuer = "/.well-known/openid-configuration/"
        case keys = "/openid/v1/jwks/"
    }

    private let schema: Schema
    private let resources: [ResourceSchema]
    private let serverVersion: String
    private let descriptions: FieldDescriptions
    private let deletionsWithObject: Set<GroupVersionResource>

    /// `schema` has the kinds of subresources and requests, `resources` are those served (custom ones too), `deletionsWithObject` those
    /// whose deletion answers with the object; `serverVersion` is told in the document ("1.36").
    package init(
        schema: Schema, resources: [ResourceSchema], serverVersion: String, deletionsWithObject: Set<GroupVersionResource> = [],
        descriptions: FieldDescriptions = FieldDescriptions([:])
    ) {
        self.deletionsWithObject = deletionsWithObject
        self.descriptions = descriptions
        self.schema = schema
        self.resources = resources
        self.serverVersion = serverVersion
    }

    // MARK: Documents

    /// The one document of version 2.
    package func documentTwo() -> Value {
        var paths = paths(.two, ofGroup: nil)
        for resource in resources { paths.add(resource) }
        for part in parts {
            switch part {
            case .groupVersion(let version): paths.addDiscovery(of: version)
            case .group(let group): paths.addDiscovery(ofGroup: group)
            case .server(let path): paths.add(path)
            }
        }
        var parameters = OpenAPIParameters()
        let items = paths.sorted.map { ($0.key, parameters.sharing(OpenAPIParameters.hoisted($0.value))) }
        return [
            "swagger": "2.0", "info": info, "paths": .object(Object(items)), "parameters": parameters.definitions,
            "definitions": paths.definitions.sorted,
            "securityDefinitions": ["BearerToken": Self.bearer], "security": [["BearerToken": []]],
        ]
    }

    /// One document of version 3, or nil when nothing of it is served.
    package func documentThree(_ part: Part) -> Value? {
        guard parts.contains(part) else { return nil }
        var paths: OpenAPIPaths
        switch part {
        case .groupVersion(let version):
            paths = self.paths(.three, ofGroup: version)
            for resource in resources where resource.resource.groupVersion == version { paths.add(resource) }
            paths.addDiscovery(of: version)
        case .group(let group):
            paths = self.paths(.three, ofGroup: nil)
            paths.addDiscovery(ofGroup: group)
        case .server(let path):
            paths = self.paths(.three, ofGroup: nil)
            paths.add(path)
        }
        return [
            "openapi": "3.0.0", "info": info,
            "paths": .object(Object(paths.sorted.map { ($0.key, OpenAPIParameters.hoisted($0.value)) })),
            "components": ["schemas": paths.definitions.sorted, "securitySchemes": ["BearerToken": Self.bearer]],
        ]
    }

    private func paths(_ version: OpenAPIVersion, ofGroup own: GroupVersion?) -> OpenAPIPaths {
        OpenAPIPaths(
            schema: schema,
            definitions: OpenAPIDefinitions(version: version, kinds: kinds(ofGroup: own), customs: customs, descriptions: descriptions),
            deletionsWithObject: deletionsWithObject)
    }

    /// What there are documents of version 3 of.
    package var parts: [Part] {
        let versions = groupVersions
        var groups: [String] = []
        // Groups of custom resources alone have no description of their own.
        for resource in resources where resource.custom == nil && !resource.resource.group.isEmpty {
            if !groups.contains(resource.resource.group) { groups.append(resource.resource.group) }
        }
        return versions.map { .groupVersion($0) } + groups.map { .group($0) } + ServerPath.allCases.map { .server($0) }
    }

    /// Where the document of a part is: "api/v1", "apis/apps", "version".
    package static func path(of part: Part) -> String {
        switch part {
        case .groupVersion(let version): version.group.isEmpty ? "api/\(version.version)" : "apis/\(version.group)/\(version.version)"
        case .group(let group): "apis/\(group)"
        case .server(let path): String(path.rawValue.dropFirst().dropLast())
        }
    }

    private var groupVersions: [GroupVersion] {
        var seen = Set<GroupVersion>()
        return resources.map(\.resource.groupVersion).filter { seen.insert($0).inserted }
    }

    /// A hash of a document's bytes for its address; not a secure one.
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

    /// The kinds each structure stands for. What every group takes is told of every group, in a document of one group of that one.
    private func kinds(ofGroup own: GroupVersion?) -> [String: [GroupVersionKind]] {
        var kinds: [String: [GroupVersionKind]] = [:]
        let groups = own.map { Set([$0, GroupVersion("", "v1")]) } ?? Set(groupVersions)
        let common = groups.sorted { ($0.group, $0.version) < ($1.group, $1.version) }
        for package in schema.packages {
            for kind in package.kinds {
                guard let structure = schema.structure(of: kind) else { continue }
                guard package.group == "meta.k8s.io" else {
                    kinds[structure.name] = [kind]
                    continue
                }
                switch kind.kind {
                case "DeleteOptions", "WatchEvent":
                    kinds[structure.name] = common.map { GroupVersionKind(group: $0.group, version: $0.version, kind: kind.kind) }
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
