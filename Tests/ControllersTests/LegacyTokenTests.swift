import Client
import Controllers
import Core
import KubernetesAPI
import TestSupport
import Testing
import Values

@Suite(.timeLimit(.minutes(1))) struct LegacyTokenTests {
    private static let day = Duration.seconds(86_400)
    private static let invalidSince = "kubernetes.io/legacy-token-invalid-since"

    @Test func `tokens that clusters made and nobody uses are marked, and go a year later`() async throws {
        var options = ControllerOptions()
        options.legacyTokenCleanUpPeriod = Self.day * 3
        try await ControlPlane.run(["legacy-service-account-token-cleaner-controller"], options: options, runsPods: false) { plane in
            let clock = plane.cluster.clock
            func date(_ days: Int) -> String { String((clock.now + Self.day * days).rfc3339.prefix(10)) }
            var tracking = ConfigMap()
            tracking.metadata.name = "kube-apiserver-legacy-service-account-token-tracking"
            tracking.metadata.namespace = "kube-system"
            let start = date(0)
            tracking.data = ["since": start]
            _ = try await plane.client.create(tracking)
            func token(_ name: String, lastUsed: String? = nil) async throws {
                var secret = Secret()
                secret.metadata.name = name
                secret.metadata.namespace = "default"
                secret.metadata.annotations = ["kubernetes.io/service-account.name": "default"]
                if let lastUsed { secret.metadata.labels = ["kubernetes.io/legacy-token-last-used": lastUsed] }
                secret.type = "kubernetes.io/service-account-token"
                _ = try await plane.client.create(secret)
            }
            try await token("unused")
            try await token("manual")
            try await token("used", lastUsed: date(300))
            try await token("garbled", lastUsed: "yesterday")
            try await token("mounted")
            try await plane.change(ServiceAccount.self, "default") { account in
                account.raw["secrets"] = .array(["unused", "used", "garbled", "mounted"].map { ["name": .string($0)] })
            }
            var pod = Pod()
            pod.metadata.name = "p"
            pod.metadata.namespace = "default"
            pod.raw["spec"] = [
                "containers": [["name": "c", "image": "i"]], "volumes": [["name": "v", "secret": ["secretName": "mounted"]]],
            ]
            _ = try await plane.client.create(pod)
            // Days pass here in less time than the controller may take to hear of the pod.
            try await plane.wait(Pod.self, "p") { $0 != nil }

            let marked = try await plane.wait(Secret.self, "unused", advancing: .seconds(43_200)) {
                $0?.metadata.labels[Self.invalidSince] != nil
            }
            #expect(marked.map { $0.metadata.labels[Self.invalidSince] ?? "" > start } == true)
            try await plane.wait(Secret.self, "unused", advancing: .seconds(43_200)) { $0 == nil }
            let left = try await plane.client.list(Secret.self, namespace: "default").items
            #expect(Set(left.map(\.metadata.name)) == ["manual", "used", "garbled", "mounted"])
            #expect(left.filter { $0.metadata.labels[Self.invalidSince] != nil }.map(\.metadata.name) == [])
        }
    }
}
