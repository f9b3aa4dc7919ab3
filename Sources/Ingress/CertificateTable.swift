import Core
import KubernetesAPI
import TLS

/// Which certificate a client gets by the name it asks for: `spec.tls` of Ingresses and the Secrets they name. Pure and immutable; made
/// anew when an object changes, so that a renewed certificate is used by the next connection.
package struct CertificateTable: Sendable {
    private var exactHosts: [String: TLSContext] = [:]
    private var wildcardHosts: [String: TLSContext] = [:]
    /// For names that nothing matches: the first that names no hosts.
    private var fallback: TLSContext?
    /// When there is not even that.
    private var standard: TLSContext?
    /// What cannot be used and why, in words for people.
    package private(set) var problems: [ObjectKey: String] = [:]

    package init() {}

    /// `ingresses` are those served, the older first: of two certificates for a host the older Ingress's is used. `selfMade` is for names that
    /// nobody has a certificate for.
    package init(ingresses: [Ingress], secrets: [Secret], selfMade: SelfMadeCertificate? = nil) {
        standard = selfMade?.context
        var known: [ObjectKey: Secret] = [:]
        for secret in secrets { known[secret.key] = secret }
        var read: [ObjectKey: TLSContext] = [:]
        for ingress in ingresses {
            for part in ingress.spec.tls where !part.secretName.isEmpty {
                let key = ObjectKey(namespace: ingress.metadata.namespace, name: part.secretName)
                do {
                    let entry = try read[key] ?? Self.entry(known[key])
                    read[key] = entry
                    add(entry, hosts: part.hosts)
                } catch {
                    problems[ingress.key] = "secret \(key): \(error)"
                }
            }
        }
    }

    private struct Unusable: Error, CustomStringConvertible { let description: String }

    private static func entry(_ secret: Secret?) throws -> TLSContext {
        guard let secret else { throw Unusable(description: "not found, or not of type kubernetes.io/tls") }
        func part(_ name: String) throws -> [UInt8] {
            guard let text = secret.data[name] else { throw Unusable(description: "has no \(name)") }
            return try Base64.decode(text)
        }
        return try .server(chain: try part("tls.crt"), key: try part("tls.key"), protocols: ["http/1.1"])
    }

    private mutating func add(_ entry: TLSContext, hosts: [String]) {
        if hosts.isEmpty, fallback == nil { fallback = entry }
        for host in hosts.map({ $0.lowercased() }) {
            if host.hasPrefix("*.") {
                let rest = String(host.dropFirst(2))
                if wildcardHosts[rest] == nil { wildcardHosts[rest] = entry }
            } else if exactHosts[host] == nil {
                exactHosts[host] = entry
            }
        }
    }

    /// The certificate for a name; nil when there is nothing to answer with.
    func entry(for name: String?) -> TLSContext? {
        guard let name = name?.lowercased() else { return fallback ?? standard }
        if let entry = exactHosts[name] { return entry }
        if let dot = name.firstIndex(of: "."), let entry = wildcardHosts[String(name[name.index(after: dot)...])] { return entry }
        return fallback ?? standard
    }

    /// Whether a name has a certificate.
    package func hasCertificate(for name: String?) -> Bool { entry(for: name) != nil }
}

/// A certificate that proves nothing, for names that no Ingress has one for: better a warning in the browser than no answer.
package struct SelfMadeCertificate: Sendable {
    let context: TLSContext

    /// Of PEM texts. Throws what is wrong with them.
    package init(chain: String, key: String) throws {
        context = try .server(chain: Array(chain.utf8), key: Array(key.utf8), protocols: ["http/1.1"])
    }
}
