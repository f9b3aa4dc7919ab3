import HTTPTransport
import ResourceEngine

/// Tells another API server who asks, in the fields that `extension-apiserver-authentication` names; it believes them because of the
/// certificate they come with.
package enum RemoteUserHeaders {
    package static func fields(_ user: UserInfo) -> HTTPFields {
        var fields: HTTPFields = ["X-Remote-User": user.name]
        if !user.uid.isEmpty { fields.add("X-Remote-Uid", user.uid) }
        for group in user.groups { fields.add("X-Remote-Group", group) }
        for (key, values) in user.extra.sorted(by: { $0.key < $1.key }) {
            for value in values { fields.add("X-Remote-Extra-\(escaped(key))", value) }
        }
        return fields
    }

    /// Bytes that may not stand in the name of a field, and the percent sign, as `%XX`.
    private static func escaped(_ key: String) -> String {
        var result = ""
        for byte in key.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: result.unicodeScalars.append(Unicode.Scalar(byte))
            case _ where "!#$&'*+-.^_`|~".utf8.contains(byte): result.unicodeScalars.append(Unicode.Scalar(byte))
            default: result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return result
    }
}
