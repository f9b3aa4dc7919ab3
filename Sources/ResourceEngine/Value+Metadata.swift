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
        if self["metadata"]?.object == nil { self["metadata"] = .object(Object()) }
        if value == nil, self["metadata"]?[field] == nil { return }
        self["metadata"]?[field] = value
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
            var rest = path[...]
            while !rest.isEmpty, let inner = current {
                let step = rest.prefix { $0 != UInt8(ascii: ".") }
                rest = rest.dropFirst(step.count + 1)
                current = inner[String(decoding: UnsafeBufferPointer(rebasing: step), as: UTF8.self)]
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
