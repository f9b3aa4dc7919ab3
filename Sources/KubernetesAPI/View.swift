import Values

/// A typed window on a value: one computed property a field, nothing copied, unknown fields kept.
/// The views of all kinds are generated from the schemas (`Generated/`); conveniences stand beside them.
package protocol View: Sendable, Hashable {
    var raw: Value { get set }
    init(_ raw: Value)
}

extension View {
    /// An empty object.
    package init() { self.init(.object(Object())) }
    package var isEmpty: Bool { raw.isEmpty }

    // One for all views, instead of one derived for each.
    package static func == (left: Self, right: Self) -> Bool { left.raw == right.raw }
    package func hash(into hasher: inout Hasher) { hasher.combine(raw) }
}

/// What the API calls a kind.
package struct KindDescriptor: Hashable, Sendable {
    package let group: String
    package let version: String
    package let kind: String
    /// The plural of the URL.
    package let resource: String
    package let isNamespaced: Bool

    package init(group: String, version: String, kind: String, resource: String, isNamespaced: Bool) {
        self.group = group
        self.version = version
        self.kind = kind
        self.resource = resource
        self.isNamespaced = isNamespaced
    }
}

/// A view of a whole object: something with metadata that the API stores and serves.
package protocol Kind: View {
    static var descriptor: KindDescriptor { get }
    var metadata: ObjectMeta { get set }
}

/// An object of any kind.
package struct DynamicObject: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }

    package var apiVersion: String { raw.text("apiVersion") }
    package var kind: String { raw.text("kind") }
    package var metadata: ObjectMeta {
        get { raw.view("metadata") }
        _modify {
            var view: ObjectMeta = raw.takeView("metadata")
            defer { raw.put("metadata", view) }
            yield &view
        }
    }
}
