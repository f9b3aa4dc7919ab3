import Client
import Core
import KubernetesAPI
import NodeAgent
import Runtime
import Testing
import Values

/// Rules of a container about what its end does (KEP-5307, KEP-5532), on a simulated runtime.
@Suite struct RestartAllTests {
    private func story(_ name: String, _ spec: String, _ tell: (NodeRig, HollowRuntime) async throws -> Void) async throws {
        let rig = NodeRig(name)
        let runtime = HollowRuntime(clock: SystemClock())
        let agent = Task { try await rig.agent(runtime, usesControlGroups: false).run() }
        defer { agent.cancel() }
        rig.api.put(try rig.pod(#"{"metadata": {"name": "web", "generation": 1}, "spec": {"restartPolicy": "Never", \#(spec)}}"#))
        try await tell(rig, runtime)
        agent.cancel()
        _ = await agent.result
        try rig.remove()
    }

    private func container(_ rig: NodeRig, _ name: String) -> ContainerStatus? {
        let pod = rig.api.object("pods", ObjectKey(namespace: "default", name: "web")).map(Pod.init)
        return pod?.status.containerStatuses.first { $0.name == name }
    }

    private func id(_ rig: NodeRig, _ name: String) -> String {
        String(container(rig, name)?.containerID.dropFirst("hollow://".count) ?? "")
    }

    @Test func `One container's exit code starts the whole pod anew`() async throws {
        let rules =
            #""restartPolicy": "Never", "restartPolicyRules": [{"action": "RestartAllContainers", "exitCodes": {"operator": "In", "values": [42]}}]"#
        try await story(
            "restart-all",
            #""terminationGracePeriodSeconds": 1, "containers": [{"name": "source", "image": "a:1", \#(rules)}, {"name": "other", "image": "a:1"}]"#
        ) { rig, runtime in
            try await rig.wait("web", "readiness") { rig.isReady($0) }
            runtime.exit(id(rig, "source"), code: 42)
            try await rig.wait("web", "the restart of both") { pod in
                pod?.status.containerStatuses.allSatisfy { $0.restartCount == 1 } == true && rig.isReady(pod)
            }
            let phases = Set(rig.api.statuses(of: "web").compactMap { $0["phase"]?.string })
            #expect(!phases.contains("Failed"), "\(phases)")
            let condition = rig.api.statuses(of: "web").contains { status in
                (status["conditions"]?.array ?? []).contains { $0["type"] == "AllContainersRestarting" && $0["status"] == "True" }
            }
            #expect(condition)
        }
    }

    @Test func `A rule restarts a container that its policy would not`() async throws {
        let rules =
            #""restartPolicy": "Never", "restartPolicyRules": [{"action": "Restart", "exitCodes": {"operator": "NotIn", "values": [1]}}]"#
        try await story("restart-rule", #""containers": [{"name": "main", "image": "a:1", \#(rules)}]"#) { rig, runtime in
            try await rig.wait("web", "readiness") { rig.isReady($0) }
            runtime.exit(id(rig, "main"), code: 2)
            try await rig.wait("web", "the restart") { $0?.status.containerStatuses.first?.restartCount == 1 && rig.isReady($0) }
            runtime.exit(id(rig, "main"), code: 1)
            try await rig.wait("web", "its end") { $0?.status.phase == "Failed" }
        }
    }
}
