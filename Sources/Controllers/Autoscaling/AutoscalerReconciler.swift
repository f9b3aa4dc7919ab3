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
        /// Which pods each autoscaler's target selects, by the autoscaler's uid.
        private let selectors = Mutex<[String: (key: ObjectKey, matcher: LabelMatcher)]>([:])

        func update<Result>(_ uid: String, _ body: (inout ScalingHistory) -> Result) -> Result {
            state.withLock { body(&$0[uid, default: ScalingHistory()]) }
        }

        func forget(_ uid: String) {
            state.withLock { _ = $0.removeValue(forKey: uid) }
            selectors.withLock { _ = $0.removeValue(forKey: uid) }
        }

        /// The autoscalers whose targets select one of the pods, this one among them when it does.
        func rivals(_ autoscaler: HorizontalPodAutoscaler, _ matcher: LabelMatcher, _ pods: [Pod]) -> [ObjectKey] {
            let key = ObjectKey(namespace: autoscaler.metadata.namespace, name: autoscaler.metadata.name)
            return selectors.withLock { selectors in
                selectors[autoscaler.metadata.uid] = (key, matcher)
                return selectors.values.filter { entry in
                    entry.key.namespace == key.namespace && pods.contains { entry.matcher.matches($0.metadata.labels) }
                }.map(\.key)
            }
        }
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
