import HTTPTransport
import Values

/// Where an API server is and how to prove who asks: what one context of a kubeconfig says.
package struct ClusterAccess: Sendable {
    package typealias Token = UserCredential.Token

    package var host: String
    package var port: Int
    /// What stands before "/api" in every path: empty, or "/some/prefix".
    package var pathPrefix: String
    package var tls: ClientTLS
    package var token: Token?
    /// The namespace of the context; empty when it names none.
    package var namespace: String
    /// The `Impersonate-…` fields of requests; empty for oneself.
    package var impersonation: HTTPFields

    package init(
        host: String, port: Int, pathPrefix: String = "", tls: ClientTLS, token: Token? = nil, namespace: String = "",
        impersonation: HTTPFields = [:]
    ) {
        self.host = host
        self.port = port
        self.pathPrefix = pathPrefix
        self.tls = tls
        self.token = token
        self.namespace = namespace
        self.impersonation = impersonation
    }
}

/// Why a kubeconfig cannot be used.
package struct KubeconfigError: Error, Equatable, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}

extension ClusterAccess {
    /// Reads a kubeconfig file and the files it names. Throws `KubeconfigError`.
    /// - Parameter context: empty for the file's current one.
    package static func read(kubeconfig path: String, context: String = "") throws -> ClusterAccess {
        try KubeconfigFile.read(path) { document, file, directory in
            var access = try ClusterAccess(document, context: context, file: file)
            access.token = access.token?.resolved(in: directory)
            return access
        }
    }

    /// Reads a kubeconfig document; `file` gives the bytes of a file that it names, relative to itself.
    package init(_ document: Value, context: String = "", file: (String) throws -> [UInt8]) throws {
        func entry(_ list: String, _ inner: String, _ name: String) throws -> Value {
            guard let found = document[list]?.array?.first(where: { $0["name"]?.string == name })?[inner] else {
                throw KubeconfigError("there is no \(inner) \"\(name)\"")
            }
            return found
        }
        let name = context.isEmpty ? document["current-context"]?.string ?? "" : context
        guard !name.isEmpty else { throw KubeconfigError("it has no current-context: name one") }
        let context = try entry("contexts", "context", name)
        let cluster = try entry("clusters", "cluster", context["cluster"]?.string ?? "")
        let user = try entry("users", "user", context["user"]?.string ?? "")
        let credential = try UserCredential(user, name: context["user"]?.string ?? "", file: file)
        if let proxy = cluster["proxy-url"]?.string, !proxy.isEmpty { throw KubeconfigError("martlet does not use proxies (proxy-url)") }
        let server = cluster["server"]?.string ?? ""
        guard let location = Self.location(server) else { throw KubeconfigError("server \"\(server)\" is not an https:// address") }
        let isUnverified = cluster["insecure-skip-tls-verify"]?.bool == true
        let tls = ClientTLS(
            authorities: try UserCredential.bytes(cluster, "certificate-authority", file), certificateChain: credential.certificateChain,
            privateKey: credential.privateKey, verification: isUnverified ? .none : .full,
            serverName: cluster["tls-server-name"]?.string)
        self.init(
            host: location.host, port: location.port, pathPrefix: location.path, tls: tls, token: credential.token,
            namespace: context["namespace"]?.string ?? "", impersonation: credential.impersonation)
    }

    /// The parts of "https://host:port/path"; nil for anything else.
    static func location(_ url: String) -> (host: String, port: Int, path: String)? {
        guard url.hasPrefix("https://") else { return nil }
        let rest = url.dropFirst(8)
        let authority = rest.prefix { $0 != "/" }
        var path = String(rest.dropFirst(authority.count))
        while path.hasSuffix("/") { path.removeLast() }
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            let port = authority[authority.index(after: end)...]
            guard let number = port.isEmpty ? 443 : port.hasPrefix(":") ? Int(port.dropFirst()) : nil else { return nil }
            return (String(authority[authority.index(after: authority.startIndex)..<end]), number, path)
        }
        let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        guard let host = parts.first, !host.isEmpty, parts.count <= 2 else { return nil }
        guard let port = parts.count == 2 ? Int(parts[1]) : 443 else { return nil }
        return (String(host), port, path)
    }
}
