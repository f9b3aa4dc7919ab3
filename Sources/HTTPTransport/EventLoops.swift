import NIOCore
import NIOPosix

/// The threads that sockets are served on.
package struct EventLoops: Sendable {
    let group: any EventLoopGroup

    /// Two threads for the whole program, started when first needed.
    package static let shared = EventLoops(group: MultiThreadedEventLoopGroup(numberOfThreads: 2))

    private init(group: any EventLoopGroup) { self.group = group }

    private static let executors: [ObjectIdentifier: LoopExecutor] = {
        var executors: [ObjectIdentifier: LoopExecutor] = [:]
        for loop in shared.group.makeIterator() { executors[ObjectIdentifier(loop)] = LoopExecutor(loop: loop) }
        return executors
    }()

    /// Runs tasks on one of the shared loops; nil for any other loop.
    static func executor(of loop: any EventLoop) -> (any TaskExecutor)? { executors[ObjectIdentifier(loop)] }
}

/// Runs the work of a request on the loop of its connection, so that an answer that had to wait (for a commit, say) goes out without a
/// further change of thread.
private final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
