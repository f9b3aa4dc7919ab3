import Core
import NodeAgent
import Testing
import Values
import YAML

/// When the node counts as short of something, and the file that says so.
@Suite struct ThresholdTests {
    private func watch(_ change: (inout EvictionThresholds) -> Void) -> ThresholdWatch {
        var thresholds = EvictionThresholds()
        thresholds.hard = [.memory: .absolute(100)]
        change(&thresholds)
        return ThresholdWatch(thresholds)
    }

    @Test func `A soft threshold holds once its grace is over, and begins anew when there was enough meanwhile`() {
        var watch = watch {
            $0.soft = [.memory: .init(amount: .percent(50), grace: .seconds(60))]
            $0.softGracePeriod = .seconds(20)
        }
        let low: [EvictionThresholds.Signal: Supply] = [.memory: Supply(available: 400, capacity: 1000)]
        let start = Timestamp(seconds: 1000)
        var found = watch.find(low, now: start)
        #expect(found.due.isEmpty && found.met.map(\.condition) == ["MemoryPressure"], "the condition holds at once")
        found = watch.find(low, now: start + .seconds(59))
        #expect(found.due.isEmpty)
        found = watch.find(low, now: start + .seconds(60))
        #expect(found.due.map(\.threshold) == [500] && found.due.first?.gracePeriod == .seconds(20))
        found = watch.find([.memory: Supply(available: 600, capacity: 1000)], now: start + .seconds(61))
        #expect(found.met.isEmpty)
        found = watch.find(low, now: start + .seconds(62))
        #expect(found.due.isEmpty && found.met.count == 1)
    }

    @Test func `A hard threshold goes before a soft one and gives no time`() {
        var watch = watch { $0.soft = [.memory: .init(amount: .absolute(500), grace: .seconds(0))] }
        let found = watch.find([.memory: Supply(available: 50, capacity: 1000)], now: Timestamp(seconds: 1))
        #expect(found.due.map(\.threshold) == [100] && found.due.first?.gracePeriod == nil)
    }

    @Test func `What has no capacity is not watched`() {
        var watch = watch { $0.hard = [.nodeInodes: .percent(5)] }
        #expect(watch.find([.nodeInodes: Supply(available: 0, capacity: 0)], now: Timestamp(seconds: 1)).met.isEmpty)
    }

    private func apply(_ fields: String) throws -> NodeAgentConfiguration {
        var agent = NodeAgentConfiguration(
            nodeName: "n", addresses: ["192.0.2.1"], dataDirectory: "/d", cgroupRoot: "/c", clusterDNS: [], podCIDR: "10.1.0.0/24",
            kubernetesVersion: "v1.36.0")
        try KubeletConfiguration(
            try YAMLParser.parse("apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n\(fields)\n")
        ).apply(to: &agent)
        return agent
    }

    @Test func `A KubeletConfiguration says how logs, evictions and static pods are handled`() throws {
        let agent = try apply(
            """
            containerLogMaxSize: 1Mi
            containerLogMaxFiles: 3
            staticPodPath: /etc/kubernetes/manifests
            evictionHard: {memory.available: "200Mi", nodefs.available: "10%"}
            evictionSoft: {memory.available: "1Gi"}
            evictionSoftGracePeriod: {memory.available: 1m30s}
            evictionMaxPodGracePeriod: 15
            imagePullCredentialsVerificationPolicy: AlwaysVerify
            """)
        #expect(agent.logBytes == 1 << 20 && agent.logFiles == 3 && agent.staticPodPath == "/etc/kubernetes/manifests")
        #expect(agent.eviction.hard == [.memory: .absolute(200 << 20), .nodeDisk: .percent(10)])
        #expect(agent.eviction.soft == [.memory: .init(amount: .absolute(1 << 30), grace: .seconds(90))])
        #expect(agent.eviction.softGracePeriod == .seconds(15) && agent.imageVerification.policy == .alwaysVerify)
    }

    @Test(arguments: [
        ("evictionSoft: {memory.available: \"1Gi\"}", "evictionSoftGracePeriod has no entry for memory.available"),
        ("containerLogMaxFiles: 1", "containerLogMaxFiles must be greater than 1"), ("topologyManagerPolicy: best-effort", "is not built"),
        ("evictionHard: {gpu.available: \"1\"}", "names gpu.available, which is not watched"),
        ("containerLogMaxSize: much", "containerLogMaxSize is not an amount"), ("failSwapOn: true", "failSwapOn: only false is built"),
    ])
    func `What is wrong with the file or not built is named`(fields: String, problem: String) {
        let error = #expect(throws: KubeletConfiguration.Problem.self) { _ = try apply(fields) }
        #expect(error?.description.contains(problem) == true, "\(error?.description ?? "")")
    }
}
