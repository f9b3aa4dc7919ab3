import Core
import Values

/// Everything the tables say of one resource: what discovery, OpenAPI, decoding, printing and the engine go by.
/// Built-in kinds and custom resources have the same one.
package struct ResourceSchema: Sendable {
    /// A subresource that is served generically (`status`, `scale`) or through a hook (`binding`, `log`, …).
    package struct Subresource: Sendable {
        package var name: String
        /// The kind it takes and gives; nil for streams (log, exec).
        package var kind: GroupVersionKind?
        package var verbs: [String]

        package init(name: String, kind: GroupVersionKind?, verbs: [String]) {
            self.name = name
            self.kind = kind
            self.verbs = verbs
        }
    }

    /// One column of the Table form. What fills it is a JSONPath or a named printer function.
    package struct Column: Sendable {
        package var name: String
        package var type: String
        package var format = ""
        package var priority = 0
        /// A JSONPath such as `.spec.nodeName`; empty where a printer function of that kind fills the row.
        package var path = ""
        package var description = ""

        package init(name: String, type: String) {
            self.name = name
            self.type = type
        }
    }

    package var resource: GroupVersionResource
    package var kind: GroupVersionKind
    package var singular: String
    package var shortNames: [String] = []
    package var categories: [String] = []
    package var isNamespaced: Bool
    package var verbs: [String]
    package var structure: Structure
    package var subresources: [Subresource] = []
    package var columns: [Column] = []
    /// JSON paths (without the leading dot) that field selectors may name besides metadata.name and metadata.namespace.
    package var selectableFields: [String] = []
    /// How objects are read, for a custom resource; nil for built-in kinds, which go by their structure.
    package var custom: CustomResourceForm?

    /// The kind of lists of these objects.
    package var listKind: String { if let custom, !custom.listKind.isEmpty { custom.listKind } else { kind.kind + "List" } }
    /// Whether objects have a status that only its subresource writes; every built-in kind with a status has one.
    package var hasStatus: Bool { custom?.hasStatus ?? structure.has(field: "status") }

    package init(
        resource: GroupVersionResource, kind: GroupVersionKind, singular: String, isNamespaced: Bool, verbs: [String], structure: Structure
    ) {
        self.resource = resource
        self.kind = kind
        self.singular = singular
        self.isNamespaced = isNamespaced
        self.verbs = verbs
        self.structure = structure
    }
}
