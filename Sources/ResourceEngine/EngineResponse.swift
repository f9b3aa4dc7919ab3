import Core
import JSON
import Store
import Values

/// An object on its way out. Stored objects go out as the bytes they are kept in; only what was never stored, or is stored in another
/// version, is a value.
package enum ServedObject: Sendable {
    case stored(StoredObject)
    /// A stored object's bytes under a newer revision: what a watch tells of an object that has left its selection.
    case encoded([UInt8])
    case value(Value)

    /// The JSON text.
    package var bytes: [UInt8] {
        switch self {
        case .stored(let object): object.bytes
        case .encoded(let bytes): bytes
        case .value(let value): JSONWriter.encode(value)
        }
    }

    package func value() throws -> Value {
        switch self {
        case .stored(let object): try JSONParser.parse(object.bytes)
        case .encoded(let bytes): try JSONParser.parse(bytes)
        case .value(let value): value
        }
    }
}

/// A page of objects, all as of one revision.
package struct ListResult: Sendable {
    package var items: [ServedObject]
    package var resourceVersion: String
    /// Empty on the last page.
    package var continueToken: String
    /// How many follow this page; nil on the last one and where a selector hides it.
    package var remainingItemCount: Int?

    package init(items: [ServedObject], resourceVersion: String, continueToken: String = "", remainingItemCount: Int? = nil) {
        self.items = items
        self.resourceVersion = resourceVersion
        self.continueToken = continueToken
        self.remainingItemCount = remainingItemCount
    }
}

/// The engine's answer to any verb but watch.
package struct EngineResponse: Sendable {
    package enum Content: Sendable {
        case object(ServedObject)
        case list(ListResult)
        /// A `metav1.Status` of success: a deletion that is done.
        case status(Value)
    }

    package var content: Content
    /// The HTTP status: 200, or 201 for what was created.
    package var code: Int
    /// Texts of `Warning` headers.
    package var warnings: [String]
    /// The kind of the object, or of the list's items: goes with `content` and may differ from the resource's (Scale, Binding).
    package var kind: GroupVersionKind
    /// What was asked for; its schema has the Table columns.
    package var resource: ServedResource

    package init(_ content: Content, code: Int = 200, warnings: [String] = [], kind: GroupVersionKind? = nil, resource: ServedResource) {
        self.content = content
        self.code = code
        self.warnings = warnings
        self.kind = kind ?? resource.schema.kind
        self.resource = resource
    }

    /// A list as one value: `kind`, `apiVersion`, `metadata` and the given items.
    package func listValue(_ items: [Value], _ list: ListResult) -> Value {
        var metadata = Object()
        // Lists of what is computed have no revision.
        if !list.resourceVersion.isEmpty { metadata["resourceVersion"] = .string(list.resourceVersion) }
        if !list.continueToken.isEmpty { metadata["continue"] = .string(list.continueToken) }
        if let count = list.remainingItemCount { metadata["remainingItemCount"] = .int(Int64(count)) }
        return [
            "kind": .string(kind == resource.schema.kind ? resource.schema.listKind : kind.kind + "List"),
            "apiVersion": .string(kind.apiVersion), "metadata": .object(metadata), "items": .array(items),
        ]
    }
}
