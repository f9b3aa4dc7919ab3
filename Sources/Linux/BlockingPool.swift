import CLinux
import Glibc
import Synchronization

/// Threads for calls that block: file trees, mounts, cgroup files. Cooperative threads never run these.
///
/// Jobs wait in order without limit of their own; each waiting job is a suspended task, so its callers bound the queue.
package final class BlockingPool: Sendable {
    /// The process's pool for files and the kernel's file-like interfaces.
    package static let files = BlockingPool(name: "martlet-files", threads: 4)

    private struct State {
        var jobs: [@Sendable () -> Void] = []
        var head = 0
        var idle = 0
        var threads = 0
    }

    private let name: String
    private let limit: Int
    private let state = Mutex(State())
    private let signal = Semaphore()

    package init(name: String, threads: Int) {
        self.name = name
        limit = threads
    }

    /// Runs a blocking call on one of the pool's threads, started when first needed.
    package func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            submit { continuation.resume(with: Swift.Result { try work() }) }
        }
    }

    private func submit(_ job: @escaping @Sendable () -> Void) {
        let needsThread = state.withLock { state in
            state.jobs.append(job)
            guard state.idle < state.jobs.count - state.head, state.threads < limit else { return false }
            state.threads += 1
            return true
        }
        if needsThread { Thread.start(name: name) { self.serve() } }
        signal.post()
    }

    private func serve() {
        while true {
            state.withLock { $0.idle += 1 }
            signal.wait()
            let job = state.withLock { state -> (@Sendable () -> Void)? in
                state.idle -= 1
                guard state.head < state.jobs.count else { return nil }
                let job = state.jobs[state.head]
                state.jobs[state.head] = {}
                state.head += 1
                if state.head == state.jobs.count || state.head > 256 {
                    state.jobs.removeFirst(state.head)
                    state.head = 0
                }
                return job
            }
            job?()
        }
    }
}

/// A named thread of the operating system, for a call that blocks for long.
package enum Thread {
    private final class Body {
        let name: String
        let run: @Sendable () -> Void
        init(name: String, run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }

    /// Starts a detached thread; its name is cut to 15 bytes.
    package static func start(name: String, _ body: @escaping @Sendable () -> Void) {
        let box = Unmanaged.passRetained(Body(name: name, run: body))
        var thread = pthread_t()
        let failure = pthread_create(
            &thread, nil,
            { argument in
                let body = Unmanaged<Body>.fromOpaque(argument!).takeRetainedValue()
                clinux_name_thread(body.name)
                body.run()
                return nil
            }, box.toOpaque())
        guard failure == 0 else { fatalError("cannot start thread \(name): \(String(cString: strerror(failure)))") }
        pthread_detach(thread)
    }
}
