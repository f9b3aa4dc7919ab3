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
    /// A duration as Go writes it: "1m30s".
    case duration
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
    /// Replaced whole, and said outright.
    package var replaces = false
    package var mergeKey = ""
    package init() {}
}

/// One field of a structure.
package struct Field: Sendable {
    package var name: String
    /// The protobuf number; 0 where there is none (custom resources).
    package var number = 0
    /// The numbers of the protobuf messages this field is wrapped in, the outermost first, where JSON has its fields directly in the outer
    /// object (a volume's source, a probe's handler; a rule of a policy is wrapped twice); empty elsewhere.
    package var envelope: [Int] = []
    package var shape: Shape
    package var isRequired = false
    package var isImmutable = false
    /// Filled in when the field is absent (and, for a field of an absent structure, only once that structure is there).
    package var defaultValue: Value?
    /// Allowed strings; empty means any.
    package var enumeration: [String] = []
    /// Whether the published schema tells the default; most defaults are known by their effect alone.
    package var publishesDefault = false
    package var minimum: Double?
    package var maximum: Double?
    package var patch = PatchStrategy()
    /// Written on the wire even when empty, as Go fields without `omitempty` are: `""`, 0, false, "0" of a quantity, `{}` of a
    /// structure, and null of a list, a map, a time and of anything with presence.
    package var keepsEmpty = false
    /// A pointer in Go: zero, false, "" and {} differ from absence and are written. Lists and maps never have it.
    package var hasPresence = false
    /// The OpenAPI definition of a field of any JSON ("io.k8s.apimachinery.pkg.runtime.RawExtension"); empty elsewhere.
    package var definition = ""

    package init(name: String, shape: Shape) {
        self.name = name
        self.shape = shape
    }
}

/// Which one of several fields is set, as told by another one (`x-kubernetes-unions`).
package struct Union: Sendable, Hashable {
    /// The field that names the one that is set; empty where none does.
    package var discriminator: String
    /// The discriminator's value for each field of the union, in declaration order.
    package var members: [Member]

    /// One field of a union and the discriminator's value that goes with it.
    package struct Member: Sendable, Hashable {
        package var field: String
        package var value: String
    }
}

/// A named type with fields. A class, since types refer to each other in circles (JSONSchemaProps).
package final class Structure: Sendable {
    /// The name of its OpenAPI definition, "io.k8s.api.apps.v1.DeploymentSpec": unique in a schema.
    package let name: String
    package let kind: MapKind
    /// How the type itself merges, whatever the field that holds it says.
    let ownKind: MapKind
    /// Only ever flattened into other structures: it has no OpenAPI definition and no view.
    package let isPart: Bool
    /// Fields that nobody declared stay (`x-kubernetes-preserve-unknown-fields`).
    package let keepsUnknownFields: Bool
    private let storage: FieldStorage

    package init(name: String, kind: MapKind = .granular, isPart: Bool = false, keepsUnknownFields: Bool = false) {
        self.name = name
        self.kind = kind
        ownKind = kind
        self.isPart = isPart
        self.keepsUnknownFields = keepsUnknownFields
        storage = FieldStorage()
    }

    private init(_ base: Structure, kind: MapKind) {
        name = base.name
        self.kind = kind
        ownKind = base.ownKind
        isPart = base.isPart
        keepsUnknownFields = base.keepsUnknownFields
        storage = base.storage
    }

    /// The same structure, merging otherwise: a field may say so of its type. Fields defined later are shared.
    func regarded(as kind: MapKind) -> Structure { Structure(self, kind: kind) }

    /// The last part of the name: "DeploymentSpec".
    package var shortName: String { name.lastIndex(of: ".").map { String(name[name.index(after: $0)...]) } ?? name }

    /// In declaration order.
    package var fields: [Field] { storage.fields }
    package subscript(field name: String) -> Field? { storage.index[name].map { storage.fields[$0] } }

    /// Whether there is such a field; unlike the subscript it copies nothing.
    package func has(field name: String) -> Bool { storage.index[name] != nil }
    package func shape(of field: String) -> Shape? { storage.index[field].map { storage.fields[$0].shape } }

    /// Sets the fields, once, before the structure is shared with another thread.
    package func define(_ fields: [Field], unions: [Union] = []) { storage.define(fields, unions) }

    package var unions: [Union] { storage.unions }
}

/// Written once while a schema is being read, only read afterwards; hence safe to share.
private final class FieldStorage: @unchecked Sendable {
    private(set) var fields: [Field] = []
    private(set) var index: [String: Int] = [:]
    private(set) var unions: [Union] = []

    func define(_ fields: [Field], _ unions: [Union]) {
        precondition(self.fields.isEmpty, "a structure is defined once")
        self.fields = fields
        self.unions = unions
        index = Dictionary(uniqueKeysWithValues: fields.enumerated().map { ($1.name, $0) })
    }
}
