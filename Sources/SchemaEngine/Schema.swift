import Core

/// A set of structures, kinds and resources that refer to each other: what one or more schema texts declare.
/// Immutable; custom resources make schemas of their own, whose structures refer to the built-in ones.
package final class Schema: Sendable {
    /// One schema text: the types of one version of one group.
    package struct Package: Sendable {
        /// The name other texts refer to it by: "core_v1".
        package var key: String
        /// The OpenAPI package: "io.k8s.api.core.v1".
        package var name: String
        package var group: String
        package var version: String
        /// Its structures in declaration order, kinds first.
        package var structures: [Structure]
        /// Its kinds in declaration order, with and without a resource.
        package var kinds: [GroupVersionKind]
    }

    package let packages: [Package]
    /// In declaration order.
    package let resources: [ResourceSchema]
    private let structuresByName: [String: Structure]
    private let structuresByKind: [GroupVersionKind: Structure]
    private let positionByResource: [GroupVersionResource: Int]
    private let positionByKind: [GroupVersionKind: Int]

    init(packages: [Package], resources: [ResourceSchema], kinds: [GroupVersionKind: Structure]) {
        self.packages = packages
        self.resources = resources
        structuresByKind = kinds
        var names: [String: Structure] = [:]
        for package in packages { for structure in package.structures { names[structure.name] = structure } }
        structuresByName = names
        positionByResource = Dictionary(uniqueKeysWithValues: resources.enumerated().map { ($1.resource, $0) })
        positionByKind = Dictionary(uniqueKeysWithValues: resources.enumerated().map { ($1.kind, $0) })
    }

    /// The structure with this full name ("io.k8s.api.core.v1.PodSpec").
    package func structure(named name: String) -> Structure? { structuresByName[name] }

    /// The structure of a kind, whether it has a resource (Pod) or not (Scale, DeleteOptions of `meta.k8s.io/v1`).
    package func structure(of kind: GroupVersionKind) -> Structure? {
        structuresByKind[kind] ?? structuresByKind[GroupVersionKind(group: "meta.k8s.io", version: "v1", kind: kind.kind)]
    }

    package func resource(_ resource: GroupVersionResource) -> ResourceSchema? {
        positionByResource[resource].map { resources[$0] }
    }

    /// The resource that serves a kind.
    package func resource(of kind: GroupVersionKind) -> ResourceSchema? { positionByKind[kind].map { resources[$0] } }
}
