import Client
import Core
import KubernetesAPI
import ResourceEngine
import TestSupport
import Testing
import Values

@Suite("Pod security")
struct PodSecurityTests {
    private func label(_ client: Client, _ labels: [String: String]) async throws {
        var namespace = try await client.get(Namespace.self, ObjectKey(name: "default"))
        for (name, value) in labels { namespace.metadata.labels["pod-security.kubernetes.io/\(name)"] = value }
        _ = try await client.update(namespace)
    }

    private func pod(_ change: (inout Value) -> Void = { _ in }) -> Pod {
        var pod: Value = ["metadata": ["name": "p", "namespace": "default"], "spec": ["containers": [["name": "c", "image": "i"]]]]
        change(&pod)
        return Pod(pod)
    }

    @Test func `a restricted namespace tells everything a pod leaves open`() async throws {
        let client = try await TestCluster().client()
        try await label(client, ["enforce": "restricted"])
        let error = await #expect(throws: APIError.self) { try await client.create(pod()) }
        #expect(
            error?.message
                == "pods \"p\" is forbidden: violates PodSecurity \"restricted:latest\": allowPrivilegeEscalation != false (container \"c\" must set "
                + "securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container \"c\" must set "
                + "securityContext.capabilities.drop=[\"ALL\"]), runAsNonRoot != true (pod or container \"c\" must set "
                + "securityContext.runAsNonRoot=true), seccompProfile (pod or container \"c\" must set securityContext.seccompProfile.type to "
                + "\"RuntimeDefault\" or \"Localhost\")")
    }

    @Test func `a pod that keeps to the standard is let in`() async throws {
        let client = try await TestCluster().client()
        try await label(client, ["enforce": "restricted"])
        let tight = pod {
            $0["spec"]?["securityContext"] = ["runAsNonRoot": true, "seccompProfile": ["type": "RuntimeDefault"]]
            $0["spec"]?["containers"] = [
                ["name": "c", "image": "i", "securityContext": ["allowPrivilegeEscalation": false, "capabilities": ["drop": ["ALL"]]]]
            ]
        }
        #expect(try await client.create(tight).status.phase == "Pending")
    }

    @Test func `the baseline refuses the ways out of a container`() async throws {
        let client = try await TestCluster().client()
        try await label(client, ["enforce": "baseline"])
        let open = pod {
            $0["spec"]?["hostNetwork"] = true
            $0["spec"]?["volumes"] = [["name": "v", "hostPath": ["path": "/"]]]
            $0["spec"]?["containers"] = [
                ["name": "c", "image": "i", "securityContext": ["privileged": true, "capabilities": ["add": ["SYS_ADMIN"]]]]
            ]
        }
        let error = await #expect(throws: APIError.self) { try await client.create(open) }
        #expect(
            error?.message
                == "pods \"p\" is forbidden: violates PodSecurity \"baseline:latest\": non-default capabilities (container \"c\" must not include "
                + "\"SYS_ADMIN\" in securityContext.capabilities.add), host namespaces (hostNetwork=true), hostPath volumes (volume \"v\"), "
                + "privileged (container \"c\" must not set securityContext.privileged=true)")
        #expect(try await client.create(pod()).status.phase == "Pending")
    }

    @Test func `a workload whose pods would be refused is let in with a warning`() async throws {
        let cluster = try await TestCluster()
        try await label(cluster.client(), ["enforce": "baseline", "enforce-version": "v1.30"])
        var request = APIRequest(
            verb: .create, resource: GroupVersionResource(group: "apps", version: "v1", resource: "deployments"),
            user: UserInfo(name: "admin", groups: ["system:masters"]))
        request.namespace = "default"
        request.body = .value([
            "metadata": ["name": "d"],
            "spec": [
                "selector": ["matchLabels": ["a": "b"]],
                "template": ["metadata": ["labels": ["a": "b"]], "spec": ["hostPID": true, "containers": [["name": "c", "image": "i"]]]],
            ],
        ])
        let response = try await cluster.engine.perform(request)
        #expect(response.warnings == ["would violate PodSecurity \"baseline:v1.30\": host namespaces (hostPID=true)"])
    }

    @Test func `a namespace is not given a level that does not exist, and is warned of pods that break a new one`() async throws {
        let cluster = try await TestCluster()
        let client = cluster.client()
        let error = await #expect(throws: APIError.self) { try await label(client, ["enforce": "strict"]) }
        #expect(
            error?.message
                == "Namespace \"default\" is invalid: metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: \"strict\": must be one of "
                + "privileged, baseline, restricted")
        _ = try await client.create(pod { $0["spec"]?["hostIPC"] = true })
        var namespace = try await client.get(Namespace.self, ObjectKey(name: "default"))
        namespace.metadata.labels["pod-security.kubernetes.io/enforce"] = "baseline"
        var request = APIRequest(
            verb: .update, resource: GroupVersionResource(group: "", version: "v1", resource: "namespaces"),
            user: UserInfo(name: "admin", groups: ["system:masters"]))
        request.name = "default"
        request.body = .value(namespace.raw)
        let response = try await cluster.engine.perform(request)
        #expect(
            response.warnings == [
                "existing pods in namespace \"default\" violate the new PodSecurity enforce level \"baseline:latest\"",
                "p: host namespaces",
            ])
    }
}
