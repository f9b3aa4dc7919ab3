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
        #expect(standard.percentageOfNodesToScore == 30 && standard.scores.count == 7 && standard.preempts)
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
        #expect(throws: SchedulerConfigurationError.self) { try read("extenders: [{urlPrefix: x}]") }
        #expect(throws: SchedulerConfigurationError(description: "profiles[0].plugins.score: there is no plugin \"Mine\"")) {
            try read("profiles: [{plugins: {score: {enabled: [{name: Mine}]}}}]")
        }
        #expect(
            throws: SchedulerConfigurationError(
                description: "profiles[0].pluginConfig[0].args: martlet does not read hardPodAffinityWeight")
        ) {
            try read("profiles: [{pluginConfig: [{name: InterPodAffinity, args: {hardPodAffinityWeight: 5}}]}]")
        }
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
