import Client
import Controllers
import Core
import Identity
import KubernetesAPI
import Reconcile
import TestSupport
import Testing
import Values

@Suite(.timeLimit(.minutes(1))) struct BootstrapTokenTests {
    private static let signature = "jws-kubeconfig-"

    private func token(_ id: String, secret: String = "0123456789abcdef", expires: String? = nil, signs: Bool = true) -> Secret {
        var made = Secret()
        made.metadata.name = "bootstrap-token-\(id)"
        made.metadata.namespace = "kube-system"
        made.type = BootstrapToken.secretType
        var data = ["token-id": id, "token-secret": secret, "usage-bootstrap-signing": "\(signs)"]
        data["expiration"] = expires
        made.data = data.mapValues { Base64.encode($0.utf8) }
        return made
    }

    private func provideInformation(_ plane: ControlPlane) async throws {
        var namespace = Namespace()
        namespace.metadata.name = "kube-public"
        _ = try await plane.client.create(namespace)
        var information = ConfigMap()
        information.metadata.name = "cluster-info"
        information.metadata.namespace = "kube-public"
        information.data = ["kubeconfig": "here", "other": "kept", Self.signature + "gone00": "stale"]
        _ = try await plane.client.create(information)
    }

    @Test func `cluster-info is signed with each token that is meant to, until it ends or goes`() async throws {
        try await ControlPlane.run(["bootstrap-signer-controller"]) { plane in
            func wait(advancing step: Duration? = nil, signers: [String]) async throws -> ConfigMap? {
                let condition: @Sendable (ConfigMap?) -> Bool = { map in
                    Set(map?.data.keys.filter { $0.hasPrefix(Self.signature) } ?? []) == Set(signers.map { Self.signature + $0 })
                }
                if let step {
                    return try await plane.wait(ConfigMap.self, "cluster-info", namespace: "kube-public", advancing: step, until: condition)
                }
                return try await plane.wait(ConfigMap.self, "cluster-info", namespace: "kube-public", until: condition)
            }
            _ = try await plane.client.create(token("abcdef"))
            _ = try await plane.client.create(token("silent", signs: false))
            _ = try await plane.client.create(token("brief0", expires: (plane.cluster.clock.now + .seconds(3600)).rfc3339))
            try await provideInformation(plane)
            let signed = try await wait(signers: ["abcdef", "brief0"])
            #expect(signed?.data["other"] == "kept")
            let wanted = DetachedSignature.make(content: "here", tokenID: "abcdef", secret: "0123456789abcdef")
            #expect(signed?.data[Self.signature + "abcdef"] == wanted)

            try await plane.change(ConfigMap.self, "cluster-info", namespace: "kube-public") { $0.data["kubeconfig"] = "there" }
            let moved = DetachedSignature.make(content: "there", tokenID: "abcdef", secret: "0123456789abcdef")
            try await plane.wait(ConfigMap.self, "cluster-info", namespace: "kube-public") {
                $0?.data[Self.signature + "abcdef"] == moved
            }
            _ = try await wait(advancing: .seconds(600), signers: ["abcdef"])
            try await plane.client.delete(Secret.self, ObjectKey(namespace: "kube-system", name: "bootstrap-token-abcdef"))
            _ = try await wait(signers: [])
        }
    }

    @Test func `a token that has ended is deleted, and no other`() async throws {
        try await ControlPlane.run(["token-cleaner-controller"]) { plane in
            let now = plane.cluster.clock.now
            _ = try await plane.client.create(token("ended0", expires: (now - .seconds(1)).rfc3339))
            _ = try await plane.client.create(token("unread", expires: "tomorrow"))
            _ = try await plane.client.create(token("brief0", expires: (now + .seconds(3600)).rfc3339))
            _ = try await plane.client.create(token("always"))
            var other = token("other0", expires: (now - .seconds(1)).rfc3339)
            other.type = "Opaque"
            _ = try await plane.client.create(other)
            for name in ["ended0", "unread"] {
                try await plane.wait(Secret.self, "bootstrap-token-\(name)", namespace: "kube-system") { $0 == nil }
            }
            try await plane.wait(Secret.self, "bootstrap-token-brief0", namespace: "kube-system", advancing: .seconds(600)) { $0 == nil }
            let left = try await plane.client.list(Secret.self, namespace: "kube-system").items.map(\.metadata.name)
            #expect(Set(left) == ["bootstrap-token-always", "bootstrap-token-other0"])
        }
    }
}
