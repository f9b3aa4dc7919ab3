import Client
import Core
import KubernetesAPI
import Linux
import Logging
import Reconcile
import Runtime
import Values

/// What everything on one node shares.
final class NodeContext: Sendable {
    let agent: NodeAgentConfiguration
    let client: Client
    let runtime: any ContainerRuntime
    let clock: any Clock
    let logger: Logger
    let recorder: EventRecorder
    let images: ImageStore
    let pullRecords: ImagePullRecords
    let volumes: PodVolumes
    let services: Informer<Service>
    let statuses: PodStatusWriter
    let actions: ContainerActions
    let pressure: NodePressure
    let probes = ProbeCounts()
    let counts = AgentCounts()
    let mirrors: MirrorPods
    /// Long-running work that outlives one pass of a worker: pulls, stops, probes.
    let tasks: TaskBag
    let machine: Machine
    /// nil where the kernel has none mounted, or in simulation: then nothing is limited.
    let cgroups: Cgroups?
    /// The runtime's name as it stands in container ids ("containerd").
    let runtimeName: String
    let hostDNS: PodConfiguration.DNSSettings
    let allocatable: [String: String]
    /// What earlier agents noted of their pods' resources, by uid.
    let records: [String: Value]

    init(
        agent: NodeAgentConfiguration, client: Client, runtime: any ContainerRuntime, clock: any Clock, logger: Logger,
        services: Informer<Service>, machine: Machine, cgroups: Cgroups?, runtimeName: String, hostDNS: PodConfiguration.DNSSettings,
        allocatable: [String: String], records: [String: Value], pullRecords: ImagePullRecords
    ) {
        self.agent = agent
        self.client = client
        self.runtime = runtime
        self.clock = clock
        self.logger = logger
        self.services = services
        self.machine = machine
        self.cgroups = cgroups
        self.runtimeName = runtimeName
        self.hostDNS = hostDNS
        self.allocatable = allocatable
        self.records = records
        tasks = TaskBag()
        recorder = EventRecorder(client: client, component: "kubelet", host: agent.nodeName, clock: clock, logger: logger)
        self.pullRecords = pullRecords
        images = ImageStore(runtime: runtime, records: pullRecords, clock: clock, pool: tasks, counts: counts)
        volumes = PodVolumes(client: client, agent: agent, tokens: TokenCache(clock: clock), clock: clock)
        statuses = PodStatusWriter(client: client, clock: clock, logger: logger)
        actions = ContainerActions(runtime: runtime, clock: clock)
        mirrors = MirrorPods(
            client: client, nodeName: agent.nodeName, statuses: statuses, clock: clock, logger: logger)
        pressure = NodePressure(clock: clock, transition: agent.eviction.transition)
    }
}
