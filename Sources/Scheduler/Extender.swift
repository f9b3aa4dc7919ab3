import Core
import HTTPTransport
import JSON
import KubernetesAPI
import Values

/// A process that has a say in where pods go, asked over HTTP (`extenders` of KubeSchedulerConfiguration).
///
/// Source: `pkg/scheduler/extender.go` and `k8s.io/kube-scheduler/extender/v1`. Answers are read whatever the case of their names, as Go
/// reads them.
package struct Extender: Sendable {
    /// Why an extender could not be asked, or what it has against the answer.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Answers are this long at most: scores of 15,000 nodes.
    private static let answerLimit = 64 << 20

    package let url: String
    let filterVerb: String
    let prioritizeVerb: String
    let preemptVerb: String
    let bindVerb: String
    let weight: Int64
    /// It knows the nodes itself: names are enough.
    let knowsNodes: Bool
    /// Pods are placed without it when it cannot be asked.
    let isIgnorable: Bool
    /// It is asked only about pods that want one of these; empty: about all.
    let managed: Set<String>
    /// What the scheduler does not look at, since the extender does.
    let ignoredResources: Set<String>

    private let http: HTTPClient
    private let target: HTTPClient.Target
    private let path: String
    private let timeout: Duration

    /// Reads an entry of the configuration; `readFile` reads certificates. Throws `SchedulerConfigurationError`.
    init(_ entry: Value, at place: String, readFile: (String) throws -> [UInt8]) throws {
        func wrong(_ text: String) -> SchedulerConfigurationError { SchedulerConfigurationError(description: "\(place).\(text)") }
        url = entry["urlPrefix"]?.string ?? ""
        filterVerb = entry["filterVerb"]?.string ?? ""
        prioritizeVerb = entry["prioritizeVerb"]?.string ?? ""
        preemptVerb = entry["preemptVerb"]?.string ?? ""
        bindVerb = entry["bindVerb"]?.string ?? ""
        weight = entry["weight"]?.int ?? 0
        knowsNodes = entry["nodeCacheCapable"]?.bool ?? false
        isIgnorable = entry["ignorable"]?.bool ?? false
        let resources = entry["managedResources"]?.array ?? []
        managed = Set(resources.compactMap { $0["name"]?.string })
        ignoredResources = Set(resources.filter { $0["ignoredByScheduler"]?.bool == true }.compactMap { $0["name"]?.string })
        guard prioritizeVerb.isEmpty || weight > 0 else { throw wrong("weight: must have a positive weight applied to it") }
        guard let parts = Self.parts(of: url) else { throw wrong("urlPrefix: \"\(url)\" is no URL of http or https") }
        let usesTLS = parts.isSecure || entry["enableHTTPS"]?.bool == true
        target = .tcp(host: parts.host, port: parts.port ?? (usesTLS ? 443 : 80))
        path = parts.path.hasSuffix("/") ? String(parts.path.dropLast()) : parts.path
        let time = entry["httpTimeout"]?.string ?? "5s"
        guard let duration = GoDuration.parse(time), duration >= .zero else { throw wrong("httpTimeout: \"\(time)\" is no duration") }
        timeout = duration == .zero ? .seconds(5) : duration
        do {
            http = try HTTPClient(tls: usesTLS ? try Self.tls(entry["tlsConfig"] ?? [:], readFile) : nil)
        } catch {
            throw wrong("tlsConfig: \(error)")
        }
    }

    private static func parts(of url: String) -> (isSecure: Bool, host: String, port: Int?, path: String)? {
        guard let colon = url.firstRange(of: "://"), ["http", "https"].contains(url[..<colon.lowerBound]) else { return nil }
        let rest = url[colon.upperBound...]
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        var host = rest[..<slash]
        var port: Int?
        if let mark = host.lastIndex(of: ":"), !host.hasSuffix("]") {
            guard let number = Int(host[host.index(after: mark)...]) else { return nil }
            port = number
            host = host[..<mark]
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        return host.isEmpty ? nil : (url.hasPrefix("https"), String(host), port, String(rest[slash...]))
    }

    private static func tls(_ settings: Value, _ readFile: (String) throws -> [UInt8]) throws -> ClientTLS {
        func material(_ name: String) throws -> [UInt8]? {
            if let data = settings["\(name)Data"]?.string, !data.isEmpty { return try Base64.decode(data) }
            guard let file = settings["\(name)File"]?.string, !file.isEmpty else { return nil }
            return try readFile(file)
        }
        let name = settings["serverName"]?.string ?? ""
        return ClientTLS(
            authorities: try material("ca"), certificateChain: try material("cert"), privateKey: try material("key"),
            verification: settings["insecure"]?.bool == true ? .none : .full, serverName: name.isEmpty ? nil : name)
    }

    /// Whether it has a say about the pod.
    func isInterested(in pod: PodState) -> Bool { managed.isEmpty || managed.contains { pod.requests.amount(of: $0) > 0 } }

    // MARK: Questions

    func filter(_ pod: Pod, _ nodes: [Node]) async throws -> Verdict {
        try verdict(of: try await ask(filterVerb, arguments(pod, nodes)), among: Set(nodes.map(\.metadata.name)))
    }

    /// Scores to add to those of the plugins, by node.
    func prioritize(_ pod: Pod, _ nodes: [Node]) async throws -> [String: Int64] {
        scores(of: try await ask(prioritizeVerb, arguments(pod, nodes)))
    }

    /// The candidates that are left, with the victims the extender chose among those proposed or on the node.
    func preempt(_ pod: Pod, _ candidates: [Preemption.Candidate], victims: (String) -> [PodState], object: (PodState) -> Pod?)
        async throws -> [Preemption.Candidate]
    {
        func entry(_ candidate: Preemption.Candidate) -> Value {
            let pods = candidate.victims.map { victim -> Value in
                knowsNodes ? ["UID": .string(victim.uid)] : object(victim)?.raw ?? ["metadata": ["uid": .string(victim.uid)]]
            }
            return ["Pods": .array(pods), "NumPDBViolations": .int(Int64(candidate.violations))]
        }
        let list = Value.object(Object(candidates.map { ($0.node, entry($0)) }))
        let body: Object = ["Pod": pod.raw, knowsNodes ? "NodeNameToMetaVictims" : "NodeNameToVictims": list]
        return try self.candidates(of: try await ask(preemptVerb, .object(body)), victims: victims)
    }

    func bind(_ pod: PodState, to node: String) async throws {
        let answer = try await ask(
            bindVerb,
            [
                "PodName": .string(pod.key.name), "PodNamespace": .string(pod.key.namespace), "PodUID": .string(pod.uid),
                "Node": .string(node),
            ])
        let error = answer.member("Error")?.string ?? ""
        guard error.isEmpty else { throw Failure(description: error) }
    }

    // MARK: Wire

    private func arguments(_ pod: Pod, _ nodes: [Node]) -> Value {
        var arguments: Object = ["Pod": pod.raw]
        if knowsNodes {
            arguments["NodeNames"] = .array(nodes.map { .string($0.metadata.name) })
        } else {
            arguments["Nodes"] = ["metadata": [:], "items": .array(nodes.map(\.raw))]
        }
        return .object(arguments)
    }

    private func ask(_ verb: String, _ body: Value) async throws -> Value {
        var request = HTTPClient.Request(
            "POST", target, "\(path)/\(verb)", headers: ["Content-Type": "application/json"], body: JSONWriter.encode(body))
        request.timeouts = HTTPClient.Timeouts(connect: timeout, head: timeout)
        let response: HTTPResponse
        do {
            response = try await http.fetch(request, limit: Self.answerLimit)
        } catch let error as HTTPError {
            throw Failure(description: "Post \"\(url)/\(verb)\": \(error)")
        }
        guard response.status == 200 else {
            throw Failure(description: "failed \(verb) with extender at URL \(url), code \(response.status)")
        }
        do { return try JSONParser.parse(response.body) } catch {
            throw Failure(description: "the answer of extender \(url) to \(verb) is not JSON: \(error)")
        }
    }
}
