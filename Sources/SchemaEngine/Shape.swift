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
    package subscript(field name: String) -> Field? { storage.position(of: name).map { storage.fields[$0] } }

    /// Whether there is such a field; unlike the subscript it copies nothing.
    package func has(field name: String) -> Bool { storage.position(of: name) != nil }
    package func shape(of field: String) -> Shape? { storage.position(of: field).map { storage.fields[$0].shape } }

    /// The position of a field, at once when it is the one at `expected` or soon behind it: members mostly come in the order of the fields.
    func position(of name: String, expecting expected: Int) -> Int? { storage.position(of: name, expecting: expected) }
    /// The fields as decoding and defaulting look at them.
    var columns: FieldColumns { storage.columns }

    /// What a field holds and how strategic merge patch treats it.
    package func merging(of field: String) -> (shape: Shape, patch: PatchStrategy)? {
        storage.position(of: field).map { (storage.fields[$0].shape, storage.fields[$0].patch) }
    }

    /// Sets the fields, once, before the structure is shared with another thread.
    package func define(_ fields: [Field], unions: [Union] = []) { storage.define(fields, unions) }

    package var unions: [Union] { storage.unions }
}

/// Written once while a schema is being read, only read afterwards; hence safe to share.
private final class FieldStorage: @unchecked Sendable {
    private(set) var fields: [Field] = []
    private(set) var unions: [Union] = []
    private(set) var columns = FieldColumns([])
    private var names: [String] = []
    /// Positions by the hash of their names, -1 where there is none, in a table of a power of two that is at most half full: a name that is
    /// not where its hash says is behind it. Every write looks up the names of all its members several times.
    private var table: [Int16] = []

    /// How far behind the expected position a field is looked for before it is looked up.
    private static let reach = 4
    /// So that nobody can choose names that meet.
    private static let seed = UInt64.random(in: 1 ... .max) | 1

    func position(of name: String, expecting expected: Int) -> Int? {
        let near = names.withUnsafeBufferPointer { names -> Int? in
            for position in expected..<max(expected, min(expected + Self.reach, names.count))
            where String.isSame(names[position], name) { return position }
            return nil
        }
        return near ?? position(of: name)
    }

    func position(of name: String) -> Int? {
        guard !table.isEmpty else { return nil }
        return table.withUnsafeBufferPointer { table in
            names.withUnsafeBufferPointer { names in
                var slot = Self.hash(name) & (table.count - 1)
                while table[slot] >= 0 {
                    if String.isSame(names[Int(table[slot])], name) { return Int(table[slot]) }
                    slot = (slot + 1) & (table.count - 1)
                }
                return nil
            }
        }
    }

    private static func hash(_ name: String) -> Int {
        var name = name
        let mixed = name.withUTF8 { bytes in
            var hash = seed ^ UInt64(truncatingIfNeeded: bytes.count)
            var position = 0
            while position + 8 <= bytes.count {
                hash = mix(hash ^ UnsafeRawPointer(bytes.baseAddress!).loadUnaligned(fromByteOffset: position, as: UInt64.self))
                position += 8
            }
            var rest: UInt64 = 0
            while position < bytes.count {
                rest = rest << 8 | UInt64(bytes[position])
                position += 1
            }
            return mix(hash ^ rest)
        }
        return Int(truncatingIfNeeded: mixed & 0x7FFF_FFFF)
    }

    private static func mix(_ word: UInt64) -> UInt64 {
        let product = word.multipliedFullWidth(by: seed)
        return product.high ^ product.low
    }

    func define(_ fields: [Field], _ unions: [Union]) {
        precondition(self.fields.isEmpty, "a structure is defined once")
        precondition(fields.count <= Int16.max, "a structure has at most \(Int16.max) fields")
        self.fields = fields
        self.unions = unions
        names = fields.map(\.name)
        columns = FieldColumns(fields)
        var size = 4
        while size < fields.count * 2 { size *= 2 }
        table = Array(repeating: -1, count: fields.isEmpty ? 0 : size)
        for (position, name) in names.enumerated() {
            precondition(self.position(of: name) == nil, "the field \(name) stands twice")
            var slot = Self.hash(name) & (size - 1)
            while table[slot] >= 0 { slot = (slot + 1) & (size - 1) }
            table[slot] = Int16(position)
        }
    }
}
