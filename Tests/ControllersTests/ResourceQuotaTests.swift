import Controllers
import Core
import KubernetesAPI
import Reconcile
import TestSupport
import Testing
import Values

@Suite(.timeLimit(.minutes(1))) struct ResourceQuotaTests {
    private func container(_ name: String, cpu: String, sidecar: Bool = false) -> Container {
        var container = Container()
        container.name = name
        container.image = "web:1"
        var resources = ResourceRequirements()
        resources.requests = ["cpu": cpu]
        container.resources = resources
        if sidecar { container.restartPolicy = "Always" }
        return container
    }

    @Test func `the status of a quota follows what its namespace has`() async throws {
        try await ControlPlane.run(["resourcequota-controller"], runsPods: false) { plane in
            var quota = ResourceQuota()
            quota.metadata.name = "limits"
            quota.metadata.namespace = "default"
            quota.spec.hard = ["pods": "5", "requests.cpu": "1", "count/configmaps": "3"]
            _ = try await plane.client.create(quota)
            try await plane.wait(ResourceQuota.self, "limits") {
                $0?.status.used == ["pods": "0", "requests.cpu": "0", "count/configmaps": "0"] && $0?.status.hard["pods"] == "5"
            }
            var pod = Pod()
            pod.metadata.name = "web"
            pod.metadata.namespace = "default"
            pod.spec.containers = [container("main", cpu: "250m")]
            _ = try await plane.client.create(pod)
            var map = ConfigMap()
            map.metadata.name = "settings"
            map.metadata.namespace = "default"
            _ = try await plane.client.create(map)
            try await plane.wait(ResourceQuota.self, "limits") {
                $0?.status.used == ["pods": "1", "requests.cpu": "250m", "count/configmaps": "1"]
            }
        }
    }
}
