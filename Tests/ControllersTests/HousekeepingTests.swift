import Client
import Controllers
import Core
import Identity
import KubernetesAPI
import Reconcile
import TestSupport
import Testing
import Values

@Suite(.timeLimit(.minutes(1))) struct HousekeepingTests {
    @Test func `a finished job goes when its time is up`() async throws {
        try await ControlPlane.run(["job-controller", "ttl-after-finished-controller", "garbage-collector-controller"]) { plane in
            var job = Job()
            job.metadata.name = "work"
            job.metadata.namespace = "default"
            var container = Container()
            container.name = "main"
            container.image = "work:exits-0"
            job.spec.template.spec.containers = [container]
            job.spec.template.spec.restartPolicy = "Never"
            job.spec.ttlSecondsAfterFinished = 100
            _ = try await plane.client.create(job)
            try await plane.wait(Job.self, "work") { $0?.status.conditions.contains { $0.type == "Complete" } == true }
            await plane.advance(.seconds(50))
            #expect(try await plane.pods().count == 1)
            await plane.advance(.seconds(51))
            try await plane.wait(Job.self, "work") { $0 == nil }
            try await plane.waitForPods(until: \.isEmpty)
        }
    }

    @Test func `certificate requests are signed for whom they may be, and go when their time is up`() async throws {
        var options = ControllerOptions()
        options.certificateAuthority = try CertificateAuthority(commonName: "kubernetes", now: Timestamp(seconds: 1_767_000_000))
        let loops = ["certificatesigningrequest-signing-controller", "certificatesigningrequest-cleaner-controller"]
        try await ControlPlane.run(loops, options: options) { plane in
            func ask(_ name: String, usages: [String]) async throws {
                var request = CertificateSigningRequest()
                request.metadata.name = name
                request.spec.signerName = "kubernetes.io/kube-apiserver-client"
                request.spec.usages = usages
                request.spec.request = Base64.encode(SampleCertificates.signingRequest.utf8)
                var created = try await plane.client.create(request)
                guard name != "ignored" else { return }
                var approved = CertificateSigningRequestCondition()
                approved.type = "Approved"
                approved.status = "True"
                approved.reason = "Seen"
                created.status.conditions = [approved]
                _ = try await plane.client.update(created, subresource: "approval")
            }
            try await ask("good", usages: ["client auth"])
            try await ask("bad", usages: ["client auth", "cert sign"])
            try await ask("ignored", usages: ["client auth"])
            try await plane.wait(CertificateSigningRequest.self, "good") { $0?.status.certificate.isEmpty == false }
            try await plane.wait(CertificateSigningRequest.self, "bad") {
                $0?.status.conditions.last?.message == "invalid usage for client certificate: cert sign"
            }
            try await plane.wait(CertificateSigningRequest.self, "good", advancing: .seconds(600)) { $0 == nil }
            #expect(try await plane.client.get(CertificateSigningRequest.self, ObjectKey(name: "ignored")).status.conditions.isEmpty)
            try await plane.wait(CertificateSigningRequest.self, "ignored", advancing: .seconds(7200)) { $0 == nil }
        }
    }

    @Test func `a role gathers the rules of those it selects, as they come and go`() async throws {
        try await ControlPlane.run(["clusterrole-aggregation-controller"]) { plane in
            func role(_ name: String, labels: [String: String] = [:], resources: [String] = []) -> ClusterRole {
                var role = ClusterRole()
                role.metadata.name = name
                role.metadata.labels = labels
                role.raw["rules"] = .array(
                    resources.map { ["apiGroups": [""], "resources": [.string($0)], "verbs": ["get"]] })
                return role
            }
            var gathering = role("viewer")
            gathering.raw["aggregationRule"] = ["clusterRoleSelectors": [["matchLabels": ["view": "true"]]]]
            _ = try await plane.client.create(gathering)
            _ = try await plane.client.create(role("b", labels: ["view": "true"], resources: ["pods", "nodes"]))
            _ = try await plane.client.create(role("a", labels: ["view": "true"], resources: ["nodes", "secrets"]))
            _ = try await plane.client.create(role("c", resources: ["events"]))
            @Sendable func resources(_ role: ClusterRole?) -> [String] { role?.rules.flatMap(\.resources) ?? [] }
            try await plane.wait(ClusterRole.self, "viewer") { resources($0) == ["nodes", "secrets", "pods"] }
            try await plane.client.delete(ClusterRole.self, ObjectKey(name: "a"))
            try await plane.wait(ClusterRole.self, "viewer") { resources($0) == ["pods", "nodes"] }
        }
    }

    @Test func `endpoints written by hand are mirrored, until their service selects pods`() async throws {
        try await ControlPlane.run(["endpointslice-mirroring-controller"]) { plane in
            var service = Service()
            service.metadata.name = "db"
            service.metadata.namespace = "default"
            service.spec.clusterIP = "10.96.0.20"
            service.spec.clusterIPs = ["10.96.0.20"]
            service.raw["spec"]?["ports"] = [["port": 5432]]
            _ = try await plane.client.create(service)
            var endpoints = Endpoints()
            endpoints.metadata.name = "db"
            endpoints.metadata.namespace = "default"
            endpoints.metadata.labels = ["team": "data"]
            endpoints.raw["subsets"] = [
                [
                    "addresses": [["ip": "192.0.2.1", "hostname": "one"], ["ip": "2001:db8::1"]],
                    "notReadyAddresses": [["ip": "192.0.2.2"]], "ports": [["name": "sql", "port": 5432]],
                ]
            ]
            let source = try await plane.client.create(endpoints)
            let informer = plane.informers.informer(EndpointSlice.self)
            let signal = Signal()
            informer.raise(signal)
            func slices(_ condition: ([EndpointSlice]) -> Bool) async throws -> [EndpointSlice] {
                while true {
                    let present = informer.list().sorted { $0.addressType < $1.addressType }
                    if condition(present) { return present }
                    try await signal.wait()
                }
            }
            let mirrors = try await slices { $0.count == 2 }
            #expect(mirrors.map(\.addressType) == ["IPv4", "IPv6"])
            #expect(mirrors[0].endpoints.map { $0.addresses[0] } == ["192.0.2.1", "192.0.2.2"])
            #expect(mirrors[0].endpoints.map { $0.conditions?.ready } == [true, false])
            #expect(mirrors[0].endpoints[0].hostname == "one")
            #expect(mirrors[0].ports[0].port == 5432)
            #expect(mirrors[0].metadata.labels["team"] == "data")
            #expect(mirrors[0].metadata.labels["endpointslice.kubernetes.io/managed-by"] == "endpointslicemirroring-controller.k8s.io")
            #expect(mirrors[0].metadata.controllerReference?.uid == source.metadata.uid)

            try await plane.change(Endpoints.self, "db") { $0.raw["subsets"]?.elements[0]["addresses"] = [["ip": "192.0.2.9"]] }
            let changed = try await slices { $0.count == 1 && $0[0].endpoints.contains { $0.addresses[0] == "192.0.2.9" } }
            #expect(changed[0].metadata.name == mirrors[0].metadata.name)
            try await plane.change(Service.self, "db") { $0.spec.selector = ["app": "db"] }
            _ = try await slices(\.isEmpty)
        }
    }
}
