import Client
import Core
import KubernetesAPI
import Reconcile

/// Starts a job whenever a cron job's time has come, and clears away the old ones.
struct CronJobReconciler: Reconciler {
    let context: ControllerContext
    let cronJobs: Informer<CronJob>
    let jobs: Informer<Job>
    let queue: WorkQueue<ObjectKey>

    init(context: ControllerContext) {
        self.context = context
        cronJobs = context.informer()
        jobs = context.informer()
        queue = context.queue()
        jobs.add(.controller)
        cronJobs.onChange { [queue] changes in queue.add(changes.map(\.key)) }
        jobs.onChange { [queue] changes in
            for change in changes {
                for job in [change.old, change.new] {
                    guard let metadata = job?.metadata, let reference = metadata.controllerReference, reference.refersTo(CronJob.self)
                    else { continue }
                    queue.add(ObjectKey(namespace: metadata.namespace, name: reference.name))
                }
            }
        }
    }

    var loop: Controller<Self> {
        Controller(
            name: context.name, reconciler: self, queue: queue, workers: 5, informers: [cronJobs.base, jobs.base], logger: context.logger)
    }

    func reconcile(_ key: ObjectKey) async throws -> Duration? {
        guard let cronJob = cronJobs.get(key) else { return nil }
        let owned = jobs.byIndex(.controller, cronJob.metadata.controlledIndex)
        var run = CronRun(context: context, cronJobs: cronJobs, jobs: jobs, cronJob)
        return try await run.advance(owned)
    }
}
