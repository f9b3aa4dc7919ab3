import APIServer
import Client
import Core
import HTTPTransport
import Linux
import ResourceEngine
import Synchronization
import TestSupport
import Testing
import Values

/// Who the server is towards webhooks: `kubeConfigFile` of the webhook plugins.
@Suite struct WebhookCredentialTests {
    private func credentials(_ names: String..., current: String = "") -> UserCredentials {
        UserCredentials(users: Dictionary(uniqueKeysWithValues: names.map { ($0, UserCredential()) }), current: current)
    }

    @Test func `the user is the one named after the server, ever less exactly`() {
        let all = credentials("hook.a.svc:8443", "hook.a.svc", "*.a.svc:8443", "*.svc", "*", "me", current: "me")
        #expect(all.name(host: "hook.a.svc", port: 8443) == "hook.a.svc:8443")
        #expect(all.name(host: "other.a.svc", port: 8443) == "*.a.svc:8443")
        #expect(all.name(host: "hook.a.svc", port: 443) == "hook.a.svc")
        #expect(all.name(host: "other.b.svc", port: 443) == "*.svc")
        #expect(all.name(host: "other.b.svc", port: 444) == "*")
        #expect(credentials("me", current: "me").name(host: "a", port: 1) == "me")
        #expect(credentials("me").name(host: "a", port: 1) == nil)
        #expect(credentials("[::1]:9", "::1").name(host: "::1", port: 9) == "[::1]:9")
        #expect(credentials("::1").name(host: "::1", port: 443) == "::1")
    }

    @Test func `webhooks see the certificate, the token and whom the user acts as`() async throws {
        let hooks = try await WebhookServer(["/allow": { _ in ["allowed": true] }])
        let directory = "/tmp/martlet-webhook-credentials-\(hooks.port)"
        try Files.createDirectory(directory)
        defer {
            for name in (try? Files.list(directory)) ?? [] { try? Files.remove("\(directory)/\(name)") }
            try? Files.removeDirectory(directory)
        }
        func write(_ name: String, _ text: String) throws { try Files.write(Array(text.utf8), to: "\(directory)/\(name)") }
        try write("client.pem", hooks.client.certificatePEM)
        try write("client.key", hooks.client.privateKeyPEM)
        try write("token", "first\n")
        try write(
            "kubeconfig",
            """
            apiVersion: v1
            kind: Config
            users:
            - name: 127.0.0.1:\(hooks.port)
              user:
                client-certificate: client.pem
                client-key: client.key
                tokenFile: token
                as: jane
                as-groups: [a, b]
                as-user-extra: {"acme.com/x": ["1"]}
            - name: localhost:\(hooks.port)
              user: {username: me, password: secret}
            """)
        let configuration: Value = [
            "apiVersion": "apiserver.config.k8s.io/v1", "kind": "WebhookAdmissionConfiguration",
            "kubeConfigFile": .string("\(directory)/kubeconfig"),
        ]
        let made = Mutex<WebhookClient?>(nil)
        let cluster = try await TestCluster(
            webhooks: { state in
                let client = WebhookClient(services: ServiceResolver(state))
                made.withLock { $0 = client }
                return client
            },
            plugins: { services in
                let client = made.withLock { $0 }
                services.webhookCaller = { path in
                    guard let client else { throw APIError.internalError("no client") }
                    return try client.authenticating(UserCredentials.read(kubeconfig: path))
                }
                return try BuiltInAdmission.plugins(services, configurations: ["ValidatingAdmissionWebhook": configuration])
            })
        func configure(_ kind: String, host: String) async throws {
            let hook: Value = [
                "name": "a.example.com", "sideEffects": "None", "admissionReviewVersions": ["v1"],
                "clientConfig": ["url": .string("https://\(host):\(hooks.port)/allow"), "caBundle": .string(hooks.caBundle)],
                "rules": [["operations": ["*"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"]]],
            ]
            try await create("admissionregistration.k8s.io", kind, ["metadata": ["name": .string(host)], "webhooks": [hook]])
        }
        func create(_ group: String, _ resource: String, _ body: Value, namespace: String = "") async throws {
            var request = APIRequest(
                verb: .create, resource: GroupVersionResource(group: group, version: "v1", resource: resource),
                user: UserInfo(name: "admin", groups: ["system:masters"]))
            request.namespace = namespace
            request.body = .value(body)
            _ = try await cluster.engine.perform(request)
        }
        func write(map name: String) async throws {
            try await create("", "configmaps", ["metadata": ["name": .string(name)]], namespace: "default")
        }
        try await configure("validatingwebhookconfigurations", host: "127.0.0.1")
        try await write(map: "a")
        var caller = try #require(hooks.lastCaller)
        #expect(caller.showsCertificate && caller.fields["Authorization"] == "Bearer first")
        #expect(caller.fields["Impersonate-User"] == "jane" && caller.fields.all("Impersonate-Group") == ["a", "b"])
        #expect(caller.fields["Impersonate-Extra-acme.com%2Fx"] == "1")
        try write("token", "second\n")
        try await write(map: "b")
        #expect(hooks.lastCaller?.fields["Authorization"] == "Bearer second")

        try await configure("validatingwebhookconfigurations", host: "localhost")
        try await write(map: "c")
        #expect(hooks.callers(of: "c").contains { $0.fields["Authorization"] == "Basic bWU6c2VjcmV0" && !$0.showsCertificate })
        // The other plugin was told of no users.
        try await configure("mutatingwebhookconfigurations", host: "127.0.0.1")
        try await write(map: "d")
        caller = try #require(hooks.callers(of: "d").first)
        #expect(!caller.showsCertificate && caller.fields["Authorization"] == nil)
        await cluster.close()
        await hooks.shutdown()
    }

    @Test func `a configuration that is wrong is refused by its field`() {
        func problem(_ members: Object) -> String? {
            var configuration: Object = ["apiVersion": "apiserver.config.k8s.io/v1", "kind": "WebhookAdmissionConfiguration"]
            for member in members { configuration[member.key] = member.value }
            do {
                return try WebhookSettings(.object(configuration)).kubeconfig
            } catch { return (error as? APIError)?.message }
        }
        #expect(problem([:]) == nil)
        #expect(problem(["kubeConfigFile": "/a/b"]) == "/a/b")
        #expect(problem(["kubeConfigFile": "a/b"]) == "kubeConfigFile: Invalid value: \"a/b\": must be an absolute file path")
        #expect(problem(["staticManifestsDir": "/a"])?.hasPrefix("staticManifestsDir: ") == true)
        #expect(problem(["kind": "Other"]) == "must be a WebhookAdmissionConfiguration of apiserver.config.k8s.io/v1")
    }
}
