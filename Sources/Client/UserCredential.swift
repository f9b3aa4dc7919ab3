import Core
import HTTPTransport
import Linux
import Values
import YAML

/// How a user of a kubeconfig proves who asks, and whom it acts as.
package struct UserCredential: Sendable, Equatable {
    /// What goes into the `Authorization` field. Files are read again at every request, as those of service accounts change.
    package enum Token: Sendable, Equatable {
        case fixed(String)
        case file(String)
        case password(user: String, password: String)

        /// The same, with a file's path taken from a directory where it is relative.
        func resolved(in directory: String) -> Token {
            guard case .file(let path) = self, !path.hasPrefix("/") else { return self }
            return .file("\(directory)/\(path)")
        }

        /// The field's value. Throws when the file cannot be read.
        package func field() throws -> String {
            switch self {
            case .fixed(let token): return "Bearer \(token)"
            case .file(let path):
                // A file of a few hundred bytes in memory: read in place.
                let text = try Files.readText(path)
                return "Bearer \(trimmed(text.prefix { $0 != "\n" }))"
            case .password(let user, let password): return "Basic \(Base64.encode(Array("\(user):\(password)".utf8)))"
            }
        }
    }

    package var certificateChain: [UInt8]?
    package var privateKey: [UInt8]?
    package var token: Token?
    /// The `Impersonate-…` fields; empty for oneself.
    package var impersonation: HTTPFields

    package init(certificateChain: [UInt8]? = nil, privateKey: [UInt8]? = nil, token: Token? = nil, impersonation: HTTPFields = [:]) {
        self.certificateChain = certificateChain
        self.privateKey = privateKey
        self.token = token
        self.impersonation = impersonation
    }

    /// Reads the `user` that a kubeconfig has under a name; `file` gives the bytes of a file that it names. Throws `KubeconfigError`.
    init(_ user: Value, name: String, file: (String) throws -> [UInt8]) throws {
        for unsupported in ["exec", "auth-provider"] where user[unsupported]?.isNull == false {
            throw KubeconfigError("user \"\(name)\" authenticates by \(unsupported), which martlet does not do")
        }
        func text(_ key: String) -> String { user[key]?.string ?? "" }
        certificateChain = try Self.bytes(user, "client-certificate", file)
        privateKey = try Self.bytes(user, "client-key", file)
        if !text("token").isEmpty {
            token = .fixed(text("token"))
        } else if !text("tokenFile").isEmpty {
            token = .file(text("tokenFile"))
        } else if !text("username").isEmpty || !text("password").isEmpty {
            token = .password(user: text("username"), password: text("password"))
        }
        var fields: HTTPFields = [:]
        if !text("as").isEmpty {
            fields["Impersonate-User"] = text("as")
            if !text("as-uid").isEmpty { fields["Impersonate-Uid"] = text("as-uid") }
            for group in user["as-groups"]?.array ?? [] { fields.add("Impersonate-Group", group.string ?? "") }
            for member in user["as-user-extra"]?.object ?? Object() {
                for value in member.value.array ?? [] { fields.add("Impersonate-Extra-\(Self.escaped(member.key))", value.string ?? "") }
            }
        }
        impersonation = fields
    }

    /// What stands in a member's `-data`, or in the file that it names.
    static func bytes(_ value: Value, _ key: String, _ file: (String) throws -> [UInt8]) throws -> [UInt8]? {
        if let text = value["\(key)-data"]?.string, !text.isEmpty {
            do { return try Base64.decode(text) } catch { throw KubeconfigError("\(key)-data: \(error)") }
        }
        guard let path = value[key]?.string, !path.isEmpty else { return nil }
        do { return try file(path) } catch { throw KubeconfigError("\(key): \(error)") }
    }

    /// A key of extra information as it can stand in the name of a field: what may not is written with per cent signs.
    private static func escaped(_ key: String) -> String {
        let plain = Set("!#$&'*+-.^_`|~".utf8)
        return key.utf8.reduce(into: "") { result, byte in
            let isLetter = (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            let hex = String(byte, radix: 16, uppercase: true)
            result += isLetter || plain.contains(byte) ? String(UnicodeScalar(byte)) : byte < 16 ? "%0\(hex)" : "%\(hex)"
        }
    }
}

/// The users of a kubeconfig by their names, and that of its current context: who to be towards many servers.
package struct UserCredentials: Sendable {
    package let users: [String: UserCredential]
    /// Empty: the file names none.
    package let current: String

    package init(users: [String: UserCredential], current: String) {
        self.users = users
        self.current = current
    }

    /// Reads a kubeconfig file and the files it names. Throws `KubeconfigError`.
    package static func read(kubeconfig path: String) throws -> UserCredentials {
        try KubeconfigFile.read(path) { document, file, directory in
            var users: [String: UserCredential] = [:]
            for entry in document["users"]?.array ?? [] {
                let name = entry["name"]?.string ?? ""
                guard users[name] == nil else { throw KubeconfigError("user \"\(name)\" is there twice") }
                var user = try UserCredential(entry["user"] ?? .null, name: name, file: file)
                user.token = user.token?.resolved(in: directory)
                users[name] = user
            }
            let context = (document["contexts"]?.array ?? []).first { $0["name"] == document["current-context"] }
            return UserCredentials(users: users, current: context?[path: "context", "user"]?.string ?? "")
        }
    }
}

/// The file that says where clusters are and who asks.
enum KubeconfigFile {
    /// Hands over the document, a reader of the files that it names, and the directory of relative paths. Throws `KubeconfigError` that names the
    /// file.
    static func read<T>(_ path: String, _ body: (Value, (String) throws -> [UInt8], _ directory: String) throws -> T) throws -> T {
        let bytes: [UInt8]
        do { bytes = try Files.read(path) } catch { throw KubeconfigError("kubeconfig \(path) cannot be read: \(error)") }
        let document: Value
        do { document = try YAMLParser.parse(bytes) } catch { throw KubeconfigError("kubeconfig \(path) is not YAML: \(error)") }
        let directory = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        do {
            return try body(document, { name in try Files.read(name.hasPrefix("/") ? name : "\(directory)/\(name)") }, directory)
        } catch let error as KubeconfigError {
            throw KubeconfigError("kubeconfig \(path): \(error)")
        }
    }
}
