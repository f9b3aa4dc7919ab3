import Client
import Core
import KubernetesAPI
import Reconcile

/// Deletes jobs once they have been finished for as long as they say (`ttlSecondsAfterFinished`).
struct FinishedJobReconciler: Reconciler {
    let context: ControllerContext
    let jobs: Informer<Job>
    let queue: WorkQueue<ObjectKey>

    init(context: ControllerContext) {
        self.context = context
        jobs = context.informer()
        queue = context.queue()
        jobs.onChange { [queue] changes in
            queue.add(changes.filter { $0.new.map { Self.isTemporary($0) && $0.isFinished } ?? false }.map(\.key))
        }
    }

    var loop: Controller<Self> {
        Controller(name: context.name, reconciler: self, queue: queue, workers: 2, informers: [jobs.base], logger: context.logger)
    }

    private static func isTemporary(_ job: Job) -> Bool { job.spec.ttlSecondsAfterFinished != nil && !job.metadata.isBeingDeleted }

    func reconcile(_ key: ObjectKey) async throws -> Duration? {
        guard let job = jobs.get(key), let left = left(job) else { return nil }
        if left > .zero { return left }
        do {
            // Its time may have been changed since.
            let fresh = try await context.client.get(Job.self, key)
            guard let left = self.left(fresh), left <= .zero else { return self.left(fresh) }
            var options = Client.Options()
            options.propagationPolicy = "Foreground"
            options.preconditionUID = fresh.metadata.uid
            try await context.client.delete(Job.self, key, options: options)
        } catch let error as APIError where error.reason == .notFound {
            return nil
        }
        return nil
    }

    /// How long the job may stay; nil for ever.
    private func left(_ job: Job) -> Duration? {
        guard Self.isTemporary(job), let seconds = job.spec.ttlSecondsAfterFinished else { return nil }
        let end = job.status.conditions.first { ["Complete", "Failed"].contains($0.type) && $0.status == "True" }
        guard let end, let time = Timestamp(rfc3339: end.lastTransitionTime) else { return nil }
        return time + .seconds(seconds) - context.clock.now
    }
}
