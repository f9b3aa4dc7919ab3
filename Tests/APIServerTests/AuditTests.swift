import APIServer
import Client
import Core
import HTTPTransport
import JSON
import KubernetesAPI
import Logging
import ResourceEngine
import SchemaEngine
import Synchronization
import TestSupport
import Testing
import Values

#if canImport(Glibc)
    import Glibc
#endif

@Suite(.timeLimit(.minutes(1))) struct AuditTests {
    private func policy(_ rules: Value, omitStages: [Value] = []) throws -> AuditPolicy {
        try AuditPolicy(["kind": "Policy", "apiVersion": "audit.k8s.io/v1", "rules": rules, "omitStages": .array(omitStages)])
    }

    private func level(
        _ policy: AuditPolicy, _ verb: String, _ resource: String, group: String = "", part: String = "", in namespace: String = "",
        name: String = "", user: String = "ada", groups: [String] = []
    ) -> AuditPolicy.Level {
        policy.decide(
            RequestAttributes(
                user: UserInfo(name: user, groups: groups), verb: verb,
                resource: GroupVersionResource(group: group, version: "v1", resource: resource), subresource: part, namespace: namespace,
                name: name)
        ).level
    }

    @Test func `the first rule that fits decides`() throws {
        let policy = try policy([
            ["level": "None", "users": ["robot"]], ["level": "None", "nonResourceURLs": ["/healthz*", "/version"]],
            ["level": "Request", "userGroups": ["ops"], "verbs": ["delete"]],
            ["level": "Metadata", "resources": [["group": "", "resources": ["secrets", "pods/log"]]]],
            ["level": "RequestResponse", "resources": [["group": "apps"]], "namespaces": ["shop"]],
            [
                "level": "Request",
                "resources": [
                    ["group": "", "resources": ["configmaps"], "resourceNames": ["a"]], ["group": "batch", "resources": ["*/status"]],
                ],
            ],
        ])
        #expect(level(policy, "get", "secrets", user: "robot") == .none)
        #expect(level(policy, "delete", "pods", groups: ["ops"]) == .request)
        #expect(level(policy, "get", "secrets") == .metadata)
        #expect(level(policy, "get", "pods", part: "log") == .metadata)
        #expect(level(policy, "get", "pods") == .none)
        #expect(level(policy, "get", "deployments", group: "apps", in: "shop") == .requestResponse)
        #expect(level(policy, "get", "deployments", group: "apps", in: "home") == .none)
        #expect(level(policy, "get", "configmaps", name: "a") == .request)
        #expect(level(policy, "get", "configmaps", name: "b") == .none)
        #expect(level(policy, "update", "jobs", group: "batch", part: "status") == .request)
        let path = RequestAttributes(user: UserInfo(name: "ada", groups: []), verb: "get", path: "/healthz/ping")
        #expect(policy.decide(path).level == .none)
    }

    @Test func `a policy that cannot be meant is refused`() {
        for rules: Value in [
            [], [["level": "Loud"]], [["level": "None", "user": ["a"]]],
            [["level": "None", "nonResourceURLs": ["/a"], "namespaces": ["b"]]],
            [["level": "None", "resources": [["group": "", "resourceNames": ["a"]]]]], [["level": "None", "omitStages": ["Late"]]],
        ] {
            #expect(throws: APIError.self, "\(rules)") { try policy(rules) }
        }
    }

    private func withDirectory(_ body: (String) async throws -> Void) async throws {
        let directory = "/tmp/audit-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        mkdir(directory, 0o700)
        let result: Result<Void, any Error>
        do { result = .success(try await body(directory)) } catch { result = .failure(error) }
        for name in files(directory) { unlink("\(directory)/\(name)") }
        rmdir(directory)
        try result.get()
    }

    private func files(_ directory: String) -> [String] {
        guard let handle = opendir(directory) else { return [] }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    private func lines(_ path: String) throws -> [Value] {
        guard let file = fopen(path, "r") else { return [] }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        return try bytes.split(separator: UInt8(ascii: "\n")).map { try JSONParser.parse(Array($0)) }
    }

    @Test func `a full file is set aside, and old ones go`() async throws {
        try await withDirectory { directory in
            let clock = ManualClock()
            var limits = AuditFile.Limits()
            limits.size = 25
            limits.count = 2
            let file = try AuditFile(path: "\(directory)/audit.log", limits: limits, clock: clock)
            for number in 0..<8 {
                try file.append(Array("line \(number) ....\n".utf8))
                clock.advance(by: .seconds(1))
            }
            let names = files(directory)
            #expect(names.count == 3)
            #expect(names.filter { $0.hasPrefix("audit-20") && $0.hasSuffix(".log") }.count == 2)
            #expect(names.contains("audit.log"))
        }
    }

    @Test func `requests are written down as far as the policy wants`() async throws {
        try await withDirectory { directory in
            let path = "\(directory)/audit.log"
            let cluster = try await TestCluster()
            let policy = try policy(
                [
                    ["level": "Metadata", "resources": [["group": "", "resources": ["secrets"]]]],
                    ["level": "RequestResponse", "resources": [["group": "", "resources": ["configmaps"]]], "omitManagedFields": true],
                ], omitStages: ["RequestReceived"])
            let metrics = AuditMetrics()
            let file = AuditBackend(
                try AuditFile(path: path, limits: AuditFile.Limits(), clock: cluster.clock), .log, metrics: metrics, clock: cluster.clock,
                logger: Logger(label: "test"))
            let log = AuditLog(
                policy: policy, backends: [file], metrics: metrics, clock: cluster.clock, logger: Logger(label: "test"))
            let api = APIServer(
                engine: cluster.engine, authenticator: Everyone(),
                documents: SchemaDocuments(schema: BuiltInSchema.shared, registry: cluster.engine.registry, serverVersion: "v1.36.2"),
                nodes: nil, audit: log)
            let server = try HTTPServer(handler: api, tls: nil, logger: Logger(label: "test"))
            let port = try await server.listen(host: "127.0.0.1", port: 0)
            let served = Served(client: try HTTPClient(), target: .tcp(host: "127.0.0.1", port: port))
            let maps = "/api/v1/namespaces/default/configmaps"
            _ = try await served.send(
                "POST", maps, #"{"metadata":{"name":"a"},"data":{"k":"v"}}"#,
                headers: ["Audit-ID": "42", "User-Agent": "tester/1", "Content-Type": "application/json"])
            _ = try await served.send("GET", "\(maps)/none")
            _ = try await served.send("POST", "/api/v1/namespaces/default/secrets", #"{"metadata":{"name":"s"},"stringData":{"p":"hush"}}"#)
            _ = try await served.send("GET", "/api/v1/namespaces/default/pods")
            await server.shutdown(grace: .milliseconds(50))
            await cluster.close()

            let events = try lines(path)
            #expect(events.count == 3)
            let created = try #require(events.first)
            #expect(created["kind"] == "Event")
            #expect(created["auditID"] == "42")
            #expect(created["stage"] == "ResponseComplete")
            #expect(created["verb"] == "create")
            #expect(created["requestURI"] == .string(maps))
            #expect(created["user"]?["username"] == "admin")
            #expect(created["userAgent"] == "tester/1")
            #expect(created["sourceIPs"] == ["127.0.0.1"])
            #expect(created["objectRef"] == ["resource": "configmaps", "namespace": "default", "name": "a", "apiVersion": "v1"])
            #expect(created["responseStatus"] == ["metadata": [:], "code": 201])
            #expect(created["requestObject"]?["data"] == ["k": "v"])
            #expect(created["responseObject"]?["kind"] == "ConfigMap")
            #expect(created[path: "responseObject", "metadata"]?["managedFields"] == nil)
            #expect(created["annotations"]?["authorization.k8s.io/decision"] == "allow")
            let missing = events[1]
            #expect(missing["responseStatus"]?["code"] == 404)
            #expect(missing["responseStatus"]?["reason"] == "NotFound")
            let secret = events[2]
            #expect(secret["level"] == "Metadata")
            #expect(secret["requestObject"] == nil)
            #expect(!JSONWriter.string(secret).contains("hush"))
        }
    }

    // MARK: The webhook

    /// An audit log whose events go to a real service.
    private struct Collected {
        let service: ReviewServer
        let clock = ManualClock()
        let log: AuditLog

        init(omitStages: Value = ["RequestReceived"], _ change: (inout AuditBackend.Settings) -> Void) async throws {
            service = try await ReviewServer()
            service.answer { _ in (200, .null) }
            var settings = AuditBackend.Settings.webhook
            change(&settings)
            let access = try ClusterAccess(service.kubeconfig()) { _ in [] }
            let metrics = AuditMetrics()
            let webhook = AuditBackend(
                AuditWebhook(try ReviewService(access, timeout: .seconds(20), pause: .zero, clock: clock)), settings, metrics: metrics,
                clock: clock, logger: Logger(label: "test"))
            let policy = try AuditPolicy([
                "kind": "Policy", "apiVersion": "audit.k8s.io/v1", "rules": [["level": "Request"]], "omitStages": omitStages,
            ])
            log = AuditLog(policy: policy, backends: [webhook], metrics: metrics, clock: clock, logger: Logger(label: "test"))
        }

        func note(_ name: String, body: Value = .null) async throws {
            let attributes = RequestAttributes(
                user: UserInfo(name: "ada", groups: []), verb: "create",
                resource: GroupVersionResource(group: "", version: "v1", resource: "configmaps"), namespace: "a", name: name)
            var arrival = AuditLog.Arrival(attributes: attributes, uri: "/x", auditID: name)
            arrival.body = .value(body)
            try await log.begin(arrival)?.ended(code: 201)
        }

        /// What was sent, once there are so many batches.
        func batches(_ count: Int) async -> [[String]] {
            while service.asked.count < count, !Task.isCancelled { await Task.yield() }
            return service.asked.map { list in (list["items"]?.array ?? []).map { $0["auditID"]?.string ?? "" } }
        }
    }

    @Test(.timeLimit(.minutes(1))) func `events are sent many at a time, or when they have waited`() async throws {
        let collected = try await Collected { $0.batch = 3 }
        let running = Task { await collected.log.run() }
        for name in ["a", "b"] { try await collected.note(name) }
        await collected.clock.waitForSleepers()
        #expect(collected.service.asked.isEmpty)
        try await collected.note("c")
        #expect(await collected.batches(1) == [["a", "b", "c"]])
        let list = try #require(collected.service.asked.first)
        #expect(list["kind"] == "EventList" && list["apiVersion"] == "audit.k8s.io/v1")
        let event = try #require(list["items"]?.array?.first)
        #expect(event["kind"] == nil && event["level"] == "Request" && event["stage"] == "ResponseComplete")
        try await collected.note("d")
        // The wait of the first batch, which has ended otherwise, is still asleep.
        await collected.clock.waitForSleepers(2)
        collected.clock.advance(by: .seconds(30))
        #expect(await collected.batches(2).last == ["d"])
        #expect(collected.log.metricsText.contains("apiserver_audit_event_total 4\n"))
        running.cancel()
        await running.value
        // What still waits is sent at the end.
        try await collected.note("e")
        await collected.log.close()
        #expect(await collected.batches(3).last == ["e"])
        await collected.service.shutdown()
    }

    @Test(.timeLimit(.minutes(1))) func `what is not taken is sent again, and lost in the end`() async throws {
        let collected = try await Collected {
            $0.batch = 1
        }
        let refusals = Atomic<Int>(7)
        collected.service.answer { _ in (refusals.subtract(1, ordering: .relaxed).newValue >= 0 ? 503 : 200, .null) }
        let running = Task { await collected.log.run() }
        try await collected.note("a")
        #expect(await collected.batches(5) == [["a"], ["a"], ["a"], ["a"], ["a"]])
        try await poll { collected.log.metricsText.contains("apiserver_audit_error_total{plugin=\"webhook\"} 1\n") }
        try await collected.note("b")
        #expect(await collected.batches(8).suffix(3) == [["b"], ["b"], ["b"]])
        running.cancel()
        await running.value
        await collected.service.shutdown()
    }

    @Test(.timeLimit(.minutes(1))) func `what is too large goes without its objects, or not at all`() async throws {
        let collected = try await Collected {
            $0.truncation = AuditTruncation()
            $0.truncation?.event = 700
            $0.truncation?.batch = 500
        }
        try await collected.note("a", body: ["data": .string(String(repeating: "x", count: 50))])
        try await collected.note("b", body: ["data": .string(String(repeating: "x", count: 5000))])
        try await collected.note(String(repeating: "c", count: 900))
        await collected.log.close()
        // Two of them do not go together.
        #expect(await collected.batches(2) == [["a"], ["b"]])
        let events = collected.service.asked.compactMap { $0["items"]?.array?.first }
        #expect(events[0]["requestObject"] != nil && events[0]["annotations"] == nil)
        #expect(events[1]["requestObject"] == nil)
        #expect(events[1]["annotations"] == ["audit.k8s.io/truncated": "true"])
        #expect(collected.log.metricsText.contains("apiserver_audit_error_total{plugin=\"truncate\"} 1\n"))
        await collected.service.shutdown()
    }

    @Test func `a request waits for its events where they block`() async throws {
        let collected = try await Collected(omitStages: []) { $0.mode = .blocking }
        try await collected.note("a")
        #expect(collected.service.asked.count == 2)
        collected.service.answer { _ in (503, .null) }
        // What is lost stops nobody.
        try await collected.note("b")
        #expect(collected.service.asked.count == 12)
        #expect(collected.log.metricsText.contains("apiserver_audit_error_total{plugin=\"webhook\"} 2\n"))
        #expect(collected.log.metricsText.contains("apiserver_audit_requests_rejected_total 0\n"))
        await collected.service.shutdown()
    }

    @Test func `a request that cannot be audited is refused where that is wanted`() async throws {
        let collected = try await Collected(omitStages: []) { $0.mode = .blockingStrict }
        try await collected.note("a")
        collected.service.answer { _ in (503, .null) }
        let refusal = await #expect(throws: APIError.self) { try await collected.note("b") }
        #expect(refusal?.code == 500)
        #expect(refusal?.message == "Internal Server Error: \"/x\": failed to store audit event")
        #expect(collected.log.metricsText.contains("apiserver_audit_requests_rejected_total 1\n"))
        await collected.service.shutdown()
        // The arrival alone decides.
        let late = try await Collected { $0.mode = .blockingStrict }
        late.service.answer { _ in (503, .null) }
        try await late.note("c")
        await late.service.shutdown()
    }

    @Test func `lines of a file may wait for each other`() async throws {
        try await withDirectory { directory in
            let path = "\(directory)/audit.log"
            let clock = ManualClock()
            let metrics = AuditMetrics()
            var settings = AuditBackend.Settings.log
            settings.mode = .batch
            settings.batch = 2
            settings.wait = .seconds(60)
            let file = AuditBackend(
                try AuditFile(path: path, limits: AuditFile.Limits(), clock: clock), settings, metrics: metrics, clock: clock,
                logger: Logger(label: "test"))
            let log = AuditLog(
                policy: try policy([["level": "Metadata"]], omitStages: ["RequestReceived"]), backends: [file], metrics: metrics,
                clock: clock, logger: Logger(label: "test"))
            func note(_ id: String) async throws {
                let attributes = RequestAttributes(user: UserInfo(name: "ada", groups: []), verb: "get", path: "/version")
                try await log.begin(AuditLog.Arrival(attributes: attributes, uri: "/version", auditID: id))?.ended(code: 200)
            }
            try await note("a")
            #expect(try lines(path).isEmpty)
            let running = Task { await log.run() }
            try await note("b")
            try await poll { try lines(path).count == 2 }
            try await note("c")
            running.cancel()
            await running.value
            await log.close()
            #expect(try lines(path).map { $0["auditID"] } == ["a", "b", "c"])
        }
    }
}
