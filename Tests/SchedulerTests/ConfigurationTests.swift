import Core
import KubernetesAPI
import Scheduler
import Testing
import Values
import YAML

@Suite struct SchedulerConfigurationTests {
    private func read(_ text: String) throws -> SchedulerConfiguration {
        try SchedulerConfiguration(
            try YAMLParser.parse("apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n" + text))
    }

    @Test func `profiles differ in plugins, weights and arguments`() throws {
        let configuration = try read(
            """
            percentageOfNodesToScore: 30
            podInitialBackoffSeconds: 2
            profiles:
            - schedulerName: default-scheduler
            - schedulerName: packer
              percentageOfNodesToScore: 100
              plugins:
                score:
                  disabled: [{name: "*"}]
                  enabled: [{name: NodeResourcesFit, weight: 5}]
                multiPoint:
                  disabled: [{name: InterPodAffinity}, {name: DefaultPreemption}]
              pluginConfig:
              - name: NodeResourcesFit
                args: {scoringStrategy: {type: MostAllocated, resources: [{name: cpu, weight: 3}]}}
            """)
        #expect(configuration.initialBackoff == .seconds(2))
        let (standard, packer) = (configuration.profiles[0], configuration.profiles[1])
        #expect(standard.percentageOfNodesToScore == 30 && standard.scores.count == 8 && standard.preempts)
        #expect(packer.percentageOfNodesToScore == 100 && !packer.preempts)
        #expect(packer.scores.map(\.weight) == [5])
        #expect((packer.scores[0].plugin as? NodeResourcesFit)?.strategy == .mostAllocated)
        #expect(!packer.filters.contains { $0 is InterPodAffinity })
    }

    @Test func `a packing profile fills the fuller node, a spreading one the emptier`() throws {
        var cluster = SchedulerCache()
        for name in ["full", "empty"] { _ = cluster.put(node(name)) }
        cluster.place(PodState(pod("r", cpu: "2", on: "full")), on: "full")
        let cycle = cluster.cycle(for: PodState(pod("p", cpu: "1")))
        var packer = Profile.standard
        packer.scores = [(NodeResourcesFit(strategy: .mostAllocated), 1)]
        #expect(packer.place(cycle, tieBreaker: { _ in 0 }) == .node("full"))
        #expect(Profile.standard.place(cycle, tieBreaker: { _ in 0 }) == .node("empty"))
    }

    @Test func `what martlet cannot do is refused by name`() {
        #expect(throws: SchedulerConfigurationError(description: "extenders[0].urlPrefix: \"x\" is no URL of http or https")) {
            try read("extenders: [{urlPrefix: x}]")
        }
        #expect(throws: SchedulerConfigurationError(description: "profiles[0].plugins.score: there is no plugin \"Mine\"")) {
            try read("profiles: [{plugins: {score: {enabled: [{name: Mine}]}}}]")
        }
        #expect(
            throws: SchedulerConfigurationError(
                description: "profiles[0].pluginConfig[0].args: martlet does not read shape")
        ) {
            try read("profiles: [{pluginConfig: [{name: VolumeBinding, args: {shape: []}}]}]")
        }
    }

    @Test func `arguments reach their plugins`() throws {
        let profile = try read(
            """
            profiles:
            - pluginConfig:
              - {name: InterPodAffinity, args: {hardPodAffinityWeight: 5}}
              - {name: DefaultPreemption, args: {minCandidateNodesPercentage: 50, minCandidateNodesAbsolute: 7}}
              - {name: VolumeBinding, args: {bindTimeoutSeconds: 30}}
              - {name: DynamicResources, args: {bindingTimeout: 20s, filterTimeout: 3s}}
              - {name: NodeResourcesFit, args: {ignoredResources: [example.com/gpu], ignoredResourceGroups: [other.com]}}
              - {name: NodeResourcesBalancedAllocation, args: {resources: [{name: cpu, weight: 1}, {name: ephemeral-storage}]}}
            """
        ).profiles[0]
        #expect(profile.preemptionShare == 50 && profile.preemptionMinimum == 7)
        #expect(profile.volumeTimeout == .seconds(30) && profile.deviceTimeout == .seconds(20))
        #expect(profile.filters.lazy.compactMap { $0 as? DynamicResources }.first?.filterTimeout == .seconds(3))
        func plugin<P>(_ type: P.Type) -> P? { profile.scores.lazy.compactMap { $0.plugin as? P }.first }
        #expect(plugin(InterPodAffinity.self)?.hardAffinityWeight == 5)
        #expect(plugin(NodeResourcesBalancedAllocation.self)?.resources == ["cpu", "ephemeral-storage"])
        var cluster = SchedulerCache()
        _ = cluster.put(node("n"))
        func place(_ resource: String) -> Placement {
            let wanting = pod("p") { pod in
                pod.spec.containers[0].resources = ResourceRequirements(["requests": .object([resource: "1"])])
            }
            return profile.place(cluster.cycle(for: PodState(wanting)), tieBreaker: { _ in 0 })
        }
        #expect(place("example.com/gpu") == .node("n"), "another looks after it")
        #expect(place("other.com/thing") == .node("n"))
        #expect(place("third.com/thing") != .node("n"))
    }

    @Test func `a profile may want more of nodes than pods do`() throws {
        let profile = try read(
            """
            profiles:
            - pluginConfig:
              - name: NodeAffinity
                args:
                  addedAffinity:
                    requiredDuringSchedulingIgnoredDuringExecution:
                      nodeSelectorTerms: [{matchExpressions: [{key: pool, operator: In, values: [batch]}]}]
            """
        ).profiles[0]
        var cluster = SchedulerCache()
        for name in ["a", "b"] { _ = cluster.put(node(name) { $0.metadata.labels["pool"] = name == "a" ? "web" : "batch" }) }
        #expect(profile.place(cluster.cycle(for: PodState(pod("p"))), tieBreaker: { _ in 0 }) == .node("b"))
        cluster.removeNode("b")
        #expect(
            profile.place(cluster.cycle(for: PodState(pod("p"))), tieBreaker: { _ in 0 })
                == .none(message: "0/1 nodes are available: 1 node(s) didn't match scheduler-enforced node affinity."))
    }

    @Test func `pods that a Service or a controller has alike are spread as the defaults say`() throws {
        let profile = try read(
            """
            profiles:
            - pluginConfig:
              - name: PodTopologySpread
                args:
                  defaultingType: List
                  defaultConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule}]
            """
        ).profiles[0]
        var cluster = SchedulerCache()
        for name in ["a", "b"] { _ = cluster.put(node(name) { $0.metadata.labels["zone"] = name }) }
        func web(_ name: String) -> PodState { PodState(pod(name) { $0.metadata.labels = ["app": "web", "pod": name] }) }
        cluster.place(web("first"), on: "a")
        func places() -> [Placement] {
            ["a", "b"].map { only in
                var here = profile
                here.scores = []
                var cycle = cluster.cycle(for: web("next"))
                cycle.start = only == "a" ? 0 : 1
                return here.place(cycle, tieBreaker: { _ in 0 })
            }
        }
        #expect(places().contains(.node("a")), "nothing says that they are alike")
        cluster.siblings.put(service: ObjectKey(namespace: "default", name: "web"), ["app": "web"])
        #expect(places() == [.node("b"), .node("b")])
        cluster.siblings.put(service: ObjectKey(namespace: "default", name: "web"), nil)
        let owner = SiblingSelectors.Owner(kind: "ReplicaSet", key: ObjectKey(namespace: "default", name: "rs"))
        cluster.siblings.put(owner, CompiledSelector(requirements: [.isIn("app", ["web"])]))
        let owned = PodState(
            pod("next") { pod in
                pod.metadata.labels = ["app": "web"]
                pod.metadata.ownerReferences = [
                    OwnerReference(["apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "rs", "uid": "u", "controller": true])
                ]
            })
        #expect(profile.place(cluster.cycle(for: owned), tieBreaker: { _ in 0 }) == .node("b"))
    }

    @Test func `of many nodes some are enough, and each pod begins where the last one ended`() {
        #expect(Profile.wanted(of: 50, percentage: 0) == 50)
        #expect(Profile.wanted(of: 1000, percentage: 0) == 420)
        #expect(Profile.wanted(of: 5000, percentage: 0) == 500)
        #expect(Profile.wanted(of: 15000, percentage: 0) == 750)
        #expect(Profile.wanted(of: 1000, percentage: 100) == 1000)
        var cluster = SchedulerCache()
        for index in 0..<300 { _ = cluster.put(node("n\(index)")) }
        let outcome = Profile.standard.attempt(cluster.cycle(for: PodState(pod("p")), start: 250), tieBreaker: { _ in 0 })
        #expect(outcome.examined == 144)
        #expect(outcome.placement == .node("n250"))
    }
}
