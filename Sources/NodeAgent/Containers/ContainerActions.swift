import Core
import KubernetesAPI
import Runtime
import Values

/// What probes and lifecycle hooks do to a container: run a command in it, or talk to one of its ports.
struct ContainerActions: Sendable {
    /// What came of it. `output` is for people, bounded.
    struct Outcome: Sendable {
        let isSuccess: Bool
        let output: String
        /// A success that is worth an event: what was odd.
        var warning: String? = nil
    }

    /// Who is acted upon.
    struct Subject: Sendable {
        let containerID: String
        let container: Container
        let address: String
    }

    let runtime: any ContainerRuntime
    let clock: any Clock
    private let wire = ProbeWire()

    init(runtime: any ContainerRuntime, clock: any Clock) {
        self.runtime = runtime
        self.clock = clock
    }

    private static let outputLimit = 10 * 1024

    func exec(_ command: [String], _ subject: Subject, seconds: Int64) async -> Outcome {
        do {
            let result = try await runtime.execSync(subject.containerID, command, timeout: seconds)
            let text = String(decoding: (Array(result.stdout) + Array(result.stderr)).prefix(Self.outputLimit), as: UTF8.self)
            return Outcome(isSuccess: result.exitCode == 0, output: text)
        } catch let error as RuntimeError where error.code == .deadlineExceeded {
            return Outcome(isSuccess: false, output: "command timed out: \"\(command.joined(separator: " "))\" timed out after \(seconds)s")
        } catch {
            return Outcome(isSuccess: false, output: "\(error)")
        }
    }

    func http(_ action: HTTPGetAction, _ subject: Subject, seconds: Int64, userAgent: String) async -> Outcome {
        guard let port = Self.port(action.port, subject.container) else {
            return Outcome(isSuccess: false, output: "couldn't find port \"\(action.port?.string ?? "")\"")
        }
        let host = action.host.isEmpty ? subject.address : action.host
        let path = action.path.isEmpty ? "/" : action.path.hasPrefix("/") ? action.path : "/" + action.path
        let headers = action.httpHeaders.map { ($0.raw.text("name"), $0.raw.text("value")) }
        let isTLS = action.scheme.uppercased() == "HTTPS"
        return await bounded(
            seconds,
            timeout:
                "Get \"\(isTLS ? "https" : "http")://\(host):\(port)\(path)\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
        ) {
            do {
                let (status, body) = try await wire.get(
                    host: host, port: port, path: path, isTLS: isTLS, headers: headers, userAgent: userAgent)
                guard (200..<400).contains(status) else {
                    return Outcome(isSuccess: false, output: "HTTP probe failed with statuscode: \(status)")
                }
                // Redirects to elsewhere are not followed.
                let warning = status >= 300 ? "Probe terminated redirects, Response body: \(body)" : nil
                return Outcome(isSuccess: true, output: body, warning: warning)
            } catch {
                return Outcome(isSuccess: false, output: "Get \"\(isTLS ? "https" : "http")://\(host):\(port)\(path)\": \(error)")
            }
        }
    }

    func tcp(_ action: TCPSocketAction, _ subject: Subject, seconds: Int64) async -> Outcome {
        guard let port = Self.port(action.port, subject.container) else {
            return Outcome(isSuccess: false, output: "couldn't find port \"\(action.port?.string ?? "")\"")
        }
        let host = action.host.isEmpty ? subject.address : action.host
        return await bounded(seconds, timeout: "dial tcp \(host):\(port): i/o timeout") {
            do {
                try await wire.connect(host: host, port: port)
                return Outcome(isSuccess: true, output: "")
            } catch {
                return Outcome(isSuccess: false, output: "dial tcp \(host):\(port): \(error)")
            }
        }
    }

    func grpc(_ action: GRPCAction, _ subject: Subject, seconds: Int64) async -> Outcome {
        await bounded(seconds, timeout: "timeout: failed to connect service \"\(subject.address):\(action.port)\" within \(seconds)s") {
            do {
                let isServing = try await GRPCHealth.check(
                    host: subject.address, port: action.port, service: action.service, timeout: .seconds(seconds))
                return Outcome(
                    isSuccess: isServing, output: isServing ? "service healthy" : "service unhealthy (responded with \"NOT_SERVING\")")
            } catch {
                return Outcome(isSuccess: false, output: "error: \(error)")
            }
        }
    }

    /// A hook; nil when it was done.
    func run(_ handler: LifecycleHandler, _ subject: Subject, seconds: Int64) async -> String? {
        if let exec = handler.exec {
            let outcome = await self.exec(exec.command, subject, seconds: seconds)
            return outcome.isSuccess ? nil : outcome.output
        }
        if let get = handler.httpGet {
            let outcome = await http(get, subject, seconds: seconds, userAgent: "kube-lifecycle/1.36")
            return outcome.isSuccess ? nil : outcome.output
        }
        if let sleep = handler.sleep {
            try? await clock.sleep(for: .seconds(min(Int64(sleep.seconds), seconds)))
            return nil
        }
        return nil
    }

    /// A port by number, or by its name among the container's.
    static func port(_ value: Value?, _ container: Container) -> Int? {
        if let number = value?.int { return Int(number) }
        guard let name = value?.string else { return nil }
        return container.ports.first { $0.name == name }?.containerPort ?? Int(name)
    }

    private func bounded(_ seconds: Int64, timeout text: String, _ work: @escaping @Sendable () async -> Outcome) async -> Outcome {
        await withTaskGroup(of: Outcome.self) { group in
            group.addTask { await work() }
            group.addTask { [clock] in
                try? await clock.sleep(for: .seconds(seconds))
                return Outcome(isSuccess: false, output: text)
            }
            defer { group.cancelAll() }
            return await group.next() ?? Outcome(isSuccess: false, output: text)
        }
    }
}
