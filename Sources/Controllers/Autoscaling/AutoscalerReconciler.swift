import Client
import Core
import KubernetesAPI
import Reconcile
import Synchronization
import Values

/// Sizes the target of every HorizontalPodAutoscaler by its metrics, every fifteen seconds.
struct AutoscalerReconciler: Reconciler {
    static let period = Duration.seconds(15)

    /// What autoscalers did lately, by uid. Any thread.
    final class Histories: Sendable {
        private let state = Mutex<[String: ScalingHistory]>([:])

        func update<Result>(_ uid: String, _ body: (inout ScalingHistory) -> Result) -> Result {
            state.withLock { body(&$0[uid, default: ScalingHistory()]) }
        }

        func forget(_ uid: String) { state.withLock { _ = $0.removeValue(forKey: uid) } }
    }

    let context: ControllerContext
    let servedResources: @Sendable () async throws -> [ControllerOptions.ServedResource]
    let source: any MetricsSource
    let autoscalers: Informer<HorizontalPodAutoscaler>
    let pods: Informer<Pod>
    let queue: WorkQueue<ObjectKey>
    private let histories = Histories()

    init(
        context: ControllerContext, source: (any MetricsSource)?,
        servedResources: @escaping @Sendable () async throws -> [ControllerOptions.ServedResource]
    ) {
        self.context = context
        self.servedResources = servedResources
        self.source = source ?? MetricsAPISource(client: context.client)
        autoscalers = context.informer()
        pods = context.informer()
        queue = context.queue()
        autoscalers.onChange { [queue, histories] changes in
            for change in changes {
                if change.new == nil { histories.forget(change.latest.metadata.uid) }
                // Its own status is no news.
                if change.old?.spec != change.new?.spec { queue.add(change.key) }
            }
        }
    }

    var loop: Controller<Self> {
        Controller(
            name: context.name, reconciler: self, queue: queue, workers: 5, informers: [autoscalers.base, pods.base], logger: context.logger
        )
    }

    func reconcile(_ key: ObjectKey) async throws -> Duration? {
        guard let autoscaler = autoscalers.get(key), !autoscaler.metadata.isBeingDeleted else { return nil }
        var run = AutoscalerRun(
            context: context, autoscalers: autoscalers, pods: pods, histories: histories, source: source,
            servedResources: servedResources, autoscaler)
        try await run.advance()
        return Self.period
    }
}
