import Values

/// The shape of a value: what the schema tables say of it, and what every algorithm over objects interprets.
package indirect enum Shape: Sendable {
    case scalar(Scalar)
    /// Any JSON: nothing inside is known, pruned or merged (RawExtension, FieldsV1, preserve-unknown-fields).
    case any
    case structure(Structure)
    case list(Shape, ListKind)
    /// An object with free keys.
    case map(Shape, MapKind)
}

/// Values without parts.
package enum Scalar: String, Sendable {
    case string, bool, int32, int64, double, quantity, intOrString, time, microTime
    /// Base64 text on the JSON side, bytes in protobuf.
    case bytes
}

/// How a list merges (`x-kubernetes-list-type`).
package enum ListKind: Sendable, Hashable {
    case atomic
    case set
    case map(keys: [String])
}

/// How a map or structure merges (`x-kubernetes-map-type`).
package enum MapKind: Sendable, Hashable {
    case granular, atomic
}

/// How strategic merge patch treats a field (`x-kubernetes-patch-strategy`, `x-kubernetes-patch-merge-key`).
package struct PatchStrategy: Sendable, Hashable {
    package var merges = false
    package var retainsKeys = false
    package var mergeKey = ""
    package init() {}
}

/// One field of a structure.
package struct Field: Sendable {
    package var name: String
    /// The protobuf number; 0 where there is none (custom resources).
    package var number = 0
    package var shape: Shape
    package var isRequired = false
    package var isImmutable = false
    /// Filled in when the field is absent (and, for a field of an absent structure, only once that structure is there).
    package var defaultValue: Value?
    /// Allowed strings; empty means any.
    package var enumeration: [String] = []
    package var minimum: Double?
    package var maximum: Double?
    package var patch = PatchStrategy()
    /// Written on the wire even when empty, as Go fields without `omitempty` are.
    package var keepsEmpty = false

    package init(name: String, shape: Shape) {
        self.name = name
        self.shape = shape
    }
}

/// A named type with fields. A class, since types refer to each other in circles (JSONSchemaProps).
package final class Structure: Sendable {
    /// "Pod", "apps/v1 DeploymentSpec": unique in a schema.
    package let name: String
    package let kind: MapKind
    private let storage: FieldStorage

    package init(name: String, kind: MapKind = .granular) {
        self.name = name
        self.kind = kind
        storage = FieldStorage()
    }

    /// In declaration order.
    package var fields: [Field] { storage.fields }
    package subscript(field name: String) -> Field? { storage.index[name].map { storage.fields[$0] } }

    /// Sets the fields, once, before the structure is shared with another thread.
    package func define(_ fields: [Field]) { storage.define(fields) }
}

/// Written once while a schema is being read, only read afterwards; hence safe to share.
private final class FieldStorage: @unchecked Sendable {
    private(set) var fields: [Field] = []
    private(set) var index: [String: Int] = [:]

    func define(_ fields: [Field]) {
        precondition(self.fields.isEmpty, "a structure is defined once")
        self.fields = fields
        index = Dictionary(uniqueKeysWithValues: fields.enumerated().map { ($1.name, $0) })
    }
}
