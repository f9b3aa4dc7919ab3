import Values

/// Metadata of any object, read and written in place.
extension Value {
    /// A member of `metadata`; null reads as absent.
    package func meta(_ field: String) -> Value? {
        guard let value = self["metadata"]?[field], !value.isNull else { return nil }
        return value
    }

    /// Sets a member of `metadata`, which is made when it is not there; nil and null remove it.
    package mutating func setMeta(_ field: String, _ given: Value?) {
        let value = given.flatMap { $0.isNull ? nil : $0 }
        var object = self.object ?? Object()
        var cursor = 0
        var known = object.value(of: "metadata", after: &cursor)?.object
        if value == nil, let known, known.position(of: field) == nil { return }
        // Nobody else holds the object and its metadata while they are changed, so that it happens in place.
        self = .null
        defer { self = .object(object) }
        guard var metadata = known.take() else {
            object["metadata"] = .object(Object(value.map { [(field, $0)] } ?? []))
            return
        }
        object.replaceValue(at: cursor - 1, by: .null)
        metadata[field] = value
        object.replaceValue(at: cursor - 1, by: .object(metadata))
    }

    /// A map of strings in `metadata`: labels or annotations.
    package func metaStrings(_ field: String) -> [String: String] {
        guard let members = meta(field)?.object, !members.isEmpty else { return Dictionary() }
        var result = [String: String]()
        result.reserveCapacity(members.count)
        for member in members { result[member.key] = member.value.string ?? "" }
        return result
    }

    /// The text by which a field selector compares the scalar at a dotted path; empty where there is none.
    func fieldText(_ path: String) -> String {
        var current: Value? = self
        var path = path
        path.withUTF8 { path in
            var start = 0
            while start < path.count, let inner = current {
                var end = start
                while end < path.count, path[end] != UInt8(ascii: ".") { end += 1 }
                current = inner[String(decoding: UnsafeBufferPointer(rebasing: path[start..<end]), as: UTF8.self)]
                start = end + 1
            }
        }
        switch current {
        case .string(let text)?: return text
        case .bool(let flag)?: return flag ? "true" : "false"
        case .int(let number)?: return String(number)
        default: return ""
        }
    }

    package var name: String { meta("name")?.string ?? "" }
    package var namespace: String { meta("namespace")?.string ?? "" }
}
