import Core
import KubernetesAPI
import Values

/// One address of an upstream server.
package struct UpstreamAddress: Hashable, Sendable {
    package var host: String
    package var port: Int

    /// An address as an endpoint slice has it, and a port of it.
    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }
}

/// Who answers a request: a service's ready endpoints.
package struct Backend: Hashable, Sendable {
    /// For messages: "namespace/service:port".
    package var name: String
    package var addresses: [UpstreamAddress]
}

/// Where requests go by host and path. Pure and immutable; made anew when an object changes.
///
/// Exact hosts win over wildcards, those over rules without a host; within a host exact paths over prefixes, longer prefixes over shorter
/// ones, and of equal ones the older Ingress. What nothing matches goes to a default backend.
package struct RouteTable: Sendable {
    private struct Rule: Sendable {
        var isExact: Bool
        var path: String
        var backend: Backend
        var age: (String, ObjectKey)
        /// Its Ingress has TLS for its host.
        var isSecured: Bool
    }

    /// The controller's name in an IngressClass.
    package static let controller = "martlet.dev/ingress"
    /// The class that is ours even when no object says so.
    package static let className = "martlet"

    private var exactHosts: [String: [Rule]] = [:]
    /// By what follows the star ("example.org" for "*.example.org").
    private var wildcardHosts: [String: [Rule]] = [:]
    private var anyHost: [Rule] = []
    private var fallback: Backend?
    /// The Ingresses that are ours.
    package private(set) var ingresses: [ObjectKey] = []

    package init() {}

    package init(ingresses: [Ingress], classes: [IngressClass], services: [Service], endpointSlices: [EndpointSlice]) {
        let ownClasses = Set(classes.filter { $0.spec.controller == Self.controller }.map(\.metadata.name)).union([Self.className])
        let resolver = BackendResolver(services: services, endpointSlices: endpointSlices)
        let own = ingresses.filter { ingress in
            let name = ingress.spec.ingressClassName
            let named = name.isEmpty ? ingress.metadata.annotations["kubernetes.io/ingress.class"] ?? "" : name
            return named.isEmpty || ownClasses.contains(named)
        }
        for ingress in own.sorted(by: { Self.age($0) < Self.age($1) }) { add(ingress, resolver) }
        exactHosts = exactHosts.mapValues(Self.ordered)
        wildcardHosts = wildcardHosts.mapValues(Self.ordered)
        anyHost = Self.ordered(anyHost)
    }

    private static func age(_ ingress: Ingress) -> (String, ObjectKey) {
        (ingress.metadata.creationTimestamp, ObjectKey(namespace: ingress.metadata.namespace, name: ingress.metadata.name))
    }

    private mutating func add(_ ingress: Ingress, _ resolver: BackendResolver) {
        let namespace = ingress.metadata.namespace
        ingresses.append(ObjectKey(namespace: namespace, name: ingress.metadata.name))
        let standard = ingress.spec.defaultBackend.map { resolver.backend($0, namespace: namespace) }
        if ingress.spec.rules.isEmpty, fallback == nil { fallback = standard }
        for rule in ingress.spec.rules {
            let isSecured = Self.isSecured(rule.host.lowercased(), ingress)
            var rules = (rule.http?.paths ?? []).map { path in
                Rule(
                    isExact: path.pathType == "Exact", path: path.path.isEmpty ? "/" : path.path,
                    backend: resolver.backend(path.backend, namespace: namespace), age: Self.age(ingress),
                    isSecured: isSecured)
            }
            if let standard, !rules.contains(where: { !$0.isExact && $0.path == "/" }) {
                rules.append(Rule(isExact: false, path: "/", backend: standard, age: Self.age(ingress), isSecured: isSecured))
            }
            let host = rule.host.lowercased()
            if host.isEmpty {
                anyHost += rules
            } else if host.hasPrefix("*.") {
                wildcardHosts[String(host.dropFirst(2)), default: []] += rules
            } else {
                exactHosts[host, default: []] += rules
            }
        }
    }

    private static func ordered(_ rules: [Rule]) -> [Rule] {
        rules.sorted { left, right in
            if left.isExact != right.isExact { return left.isExact }
            if left.path.utf8.count != right.path.utf8.count { return left.path.utf8.count > right.path.utf8.count }
            return left.age < right.age
        }
    }

    /// Who answers a request for `target` ("/path?query") with this Host header (its port does not matter), or nil.
    package func backend(host: String, target: String) -> Backend? { route(host: host, target: target)?.backend }

    /// The same, and whether the client is to ask again over TLS: its Ingress has a certificate for the host. Where certificates are proven
    /// (RFC 8555, 8.3) clients ask without, and stay without.
    package func route(host: String, target: String) -> (backend: Backend, isSecured: Bool)? {
        let name = Self.name(ofHost: host)
        let path = String(target.prefix { $0 != "?" && $0 != "#" })
        var candidates = exactHosts[name].map { [$0] } ?? []
        if let dot = name.firstIndex(of: "."), let rules = wildcardHosts[String(name[name.index(after: dot)...])] {
            candidates.append(rules)
        }
        candidates.append(anyHost)
        for rules in candidates {
            guard let rule = rules.first(where: { Self.matches($0, path) }) else { continue }
            return (rule.backend, rule.isSecured && !path.hasPrefix("/.well-known/acme-challenge/"))
        }
        return fallback.map { ($0, false) }
    }

    /// Whether an Ingress has TLS for one of its hosts; a part without hosts is for all of them.
    private static func isSecured(_ host: String, _ ingress: Ingress) -> Bool {
        ingress.spec.tls.contains { part in
            part.hosts.isEmpty
                || part.hosts.contains { name in
                    let name = name.lowercased()
                    if name == host { return true }
                    guard name.hasPrefix("*."), let dot = host.firstIndex(of: ".") else { return false }
                    return host[host.index(after: dot)...] == name.dropFirst(2)
                }
        }
    }

    private static func name(ofHost host: String) -> String {
        let lower = host.lowercased()
        if lower.hasPrefix("[") { return String(lower.prefix { $0 != "]" }.dropFirst()) }
        let name = lower.prefix { $0 != ":" }
        return String(name.hasSuffix(".") ? name.dropLast() : name)
    }

    /// Prefixes match element by element: "/foo" covers "/foo" and "/foo/bar" but not "/foobar".
    private static func matches(_ rule: Rule, _ path: String) -> Bool {
        if rule.isExact { return path == rule.path }
        let prefix = rule.path.hasSuffix("/") ? String(rule.path.dropLast()) : rule.path
        return prefix.isEmpty || path == prefix || path.hasPrefix(prefix + "/")
    }
}

/// Finds the ready endpoints behind a reference to a service's port.
private struct BackendResolver {
    private var services: [ObjectKey: Service] = [:]
    private var slices: [ObjectKey: [EndpointSlice]] = [:]

    init(services: [Service], endpointSlices: [EndpointSlice]) {
        for service in services { self.services[ObjectKey(namespace: service.metadata.namespace, name: service.metadata.name)] = service }
        for slice in endpointSlices {
            let name = slice.metadata.labels["kubernetes.io/service-name"] ?? ""
            slices[ObjectKey(namespace: slice.metadata.namespace, name: name), default: []].append(slice)
        }
    }

    func backend(_ reference: IngressBackend, namespace: String) -> Backend {
        guard let wanted = reference.service else { return Backend(name: "\(namespace)/\(reference.resource?.name ?? "")", addresses: []) }
        let port = wanted.port
        let portText = port?.number.map(String.init) ?? port?.name ?? ""
        let key = ObjectKey(namespace: namespace, name: wanted.name)
        var result = Backend(name: "\(key):\(portText)", addresses: [])
        guard let service = services[key] else { return result }
        let found = service.spec.ports.first { candidate in
            if let number = port?.number { return candidate.port == number }
            return candidate.name == port?.name
        }
        guard let found else { return result }
        // Those that still serve while they terminate, only when nothing else is left.
        var ready: Set<UpstreamAddress> = [], leaving: Set<UpstreamAddress> = []
        for slice in slices[key] ?? [] {
            for port in slice.ports where port.name == found.name && (port.protocol.isEmpty || port.protocol == "TCP") {
                guard let number = port.port else { continue }
                for endpoint in slice.endpoints {
                    guard let host = endpoint.addresses.first else { continue }
                    let isReady = endpoint.conditions?.ready ?? true
                    if isReady {
                        ready.insert(UpstreamAddress(host: host, port: number))
                    } else if endpoint.conditions?.serving == true, endpoint.conditions?.terminating == true {
                        leaving.insert(UpstreamAddress(host: host, port: number))
                    }
                }
            }
        }
        result.addresses = (ready.isEmpty ? leaving : ready).sorted { ($0.host, $0.port) < ($1.host, $1.port) }
        return result
    }
}
