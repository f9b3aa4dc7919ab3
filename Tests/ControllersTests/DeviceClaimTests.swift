import Client
import Controllers
import Core
import KubernetesAPI
import Reconcile
import TestSupport
import Testing
import Values

@Suite(.timeLimit(.minutes(1))) struct DeviceClaimTests {
    private let spec: Value = [
        "devices": ["requests": [["name": "gpu", "exactly": ["deviceClassName": "gpu", "allocationMode": "ExactCount", "count": 2]]]]
    ]

    private func template(_ name: String) -> ResourceClaimTemplate {
        ResourceClaimTemplate([
            "metadata": ["namespace": "default", "name": .string(name)],
            "spec": ["metadata": ["labels": ["made": "by-template"]], "spec": spec],
        ])
    }

    private func pod(_ name: String, _ claims: [Value]) -> Pod {
        var pod = Pod()
        pod.metadata.name = name
        pod.metadata.namespace = "default"
        var container = Container()
        container.name = "main"
        container.image = "web:1"
        pod.spec.containers = [container]
        pod.raw["spec"]?["resourceClaims"] = .array(claims)
        return pod
    }

    /// As the scheduler does it.
    private func allocate(_ plane: ControlPlane, _ name: String, for pod: Pod) async throws {
        try await plane.change(ResourceResourceClaim.self, name) {
            $0.metadata.finalizers = ["resource.kubernetes.io/delete-protection"]
        }
        try await plane.changeStatus(ResourceResourceClaim.self, name) { claim in
            claim.status.allocation = AllocationResult()
            claim.status.reservedFor = [
                ResourceClaimConsumerReference([
                    "resource": "pods", "name": .string(pod.metadata.name), "uid": .string(pod.metadata.uid),
                ])
            ]
        }
    }

    @Test func `a pod's claim is made from its template, and goes when the pod has ended`() async throws {
        try await ControlPlane.run(["resourceclaim-controller"], runsPods: false) { plane in
            _ = try await plane.client.create(
                pod("worker", [["name": "device", "resourceClaimTemplateName": "gpus"]]))
            _ = try await plane.client.create(template("gpus"))
            let pod = try await plane.wait(Pod.self, "worker") { $0?.status.resourceClaimStatuses.count == 1 }
            let worker = try #require(pod)
            let name = worker.status.resourceClaimStatuses[0].resourceClaimName
            #expect(name.hasPrefix("worker-device-"))
            let claim = try await plane.client.get(ResourceResourceClaim.self, ObjectKey(namespace: "default", name: name))
            #expect(claim.metadata.labels == ["made": "by-template"])
            #expect(claim.metadata.annotations["resource.kubernetes.io/pod-claim-name"] == "device")
            #expect(claim.metadata.ownerReferences.first?.uid == worker.metadata.uid)
            #expect(claim.spec.devices?.requests[0].exactly?.count == 2)
            try await allocate(plane, name, for: worker)
            try await plane.changeStatus(Pod.self, "worker") { $0.status.phase = "Succeeded" }
            try await plane.wait(ResourceResourceClaim.self, name) { $0 == nil }
        }
    }

    @Test func `a claim that pods share gives its devices back with the last of them`() async throws {
        try await ControlPlane.run(["resourceclaim-controller"], runsPods: false) { plane in
            _ = try await plane.client.create(
                ResourceResourceClaim(["metadata": ["namespace": "default", "name": "shared"], "spec": spec]))
            let worker = try await plane.client.create(pod("worker", [["name": "device", "resourceClaimName": "shared"]]))
            try await allocate(plane, "shared", for: worker)
            var options = Client.Options()
            options.gracePeriodSeconds = 0
            try await plane.client.delete(Pod.self, ObjectKey(namespace: "default", name: "worker"), options: options)
            let claim = try await plane.wait(ResourceResourceClaim.self, "shared") {
                $0?.status.allocation == nil && $0?.metadata.finalizers.isEmpty == true
            }
            #expect(claim?.status.reservedFor.isEmpty == true)
        }
    }

    @Test func `who names the node himself has his claim reserved all the same`() async throws {
        try await ControlPlane.run(["resourceclaim-controller"], runsPods: false) { plane in
            _ = try await plane.client.create(
                ResourceResourceClaim(["metadata": ["namespace": "default", "name": "shared"], "spec": spec]))
            let other = try await plane.client.create(pod("other", [["name": "device", "resourceClaimName": "shared"]]))
            try await allocate(plane, "shared", for: other)
            var placed = pod("placed", [["name": "device", "resourceClaimName": "shared"]])
            placed.spec.nodeName = "n1"
            _ = try await plane.client.create(placed)
            try await plane.wait(ResourceResourceClaim.self, "shared") {
                $0?.status.reservedFor.map(\.name) == ["other", "placed"]
            }
        }
    }

    @Test func `a quota limits the devices of a class that claims may get`() async throws {
        try await ControlPlane.run(["resourcequota-controller"], runsPods: false) { plane in
            var quota = ResourceQuota()
            quota.metadata.name = "devices"
            quota.metadata.namespace = "default"
            quota.spec.hard = ["gpu.deviceclass.resource.k8s.io/devices": "3"]
            _ = try await plane.client.create(quota)
            try await plane.wait(ResourceQuota.self, "devices") { $0?.status.used.isEmpty == false }
            func claim(_ name: String) -> ResourceResourceClaim {
                ResourceResourceClaim(["metadata": ["namespace": "default", "name": .string(name)], "spec": spec])
            }
            _ = try await plane.client.create(claim("a"))
            try await plane.wait(ResourceQuota.self, "devices") { $0?.status.used.values.first == "2" }
            let error = await #expect(throws: APIError.self) { _ = try await plane.client.create(claim("b")) }
            #expect(error?.message.contains("exceeded quota: devices") == true)
        }
    }
}
