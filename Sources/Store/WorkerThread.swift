import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// One thread with a name that runs blocking jobs in order, so that no cooperative thread ever waits for a disk.
/// It ends, after the jobs it has, when it is stopped or let go.
final class WorkerThread: Sendable {
    typealias Job = @Sendable () -> Void

    /// What the thread itself holds; it does not hold the `WorkerThread`, whose end is therefore seen.
    private final class Inbox: @unchecked Sendable {
        private let state = Mutex<(jobs: [Job], isStopped: Bool)>(([], false))
        private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

        init() { sem_init(semaphore, 0, 0) }
        deinit {
            sem_destroy(semaphore)
            semaphore.deallocate()
        }

        func add(_ job: @escaping Job) -> Bool {
            let wasAdded = state.withLock { state in
                guard !state.isStopped else { return false }
                state.jobs.append(job)
                return true
            }
            sem_post(semaphore)
            return wasAdded
        }

        var isStopped: Bool { state.withLock { $0.isStopped } }

        func stop() {
            state.withLock { $0.isStopped = true }
            sem_post(semaphore)
        }

        func run() {
            while true {
                while sem_wait(semaphore) != 0 {}
                let (jobs, isStopped) = state.withLock { state in
                    defer { state.jobs = [] }
                    return state
                }
                for job in jobs { job() }
                if isStopped { return }
            }
        }
    }

    private let inbox = Inbox()
    /// Runs jobs on the thread that submits them instead.
    private let isImmediate: Bool

    /// `name` is cut to the 15 bytes that Linux shows. An immediate one starts no thread.
    init(name: String, isImmediate: Bool = false) {
        self.isImmediate = isImmediate
        guard !isImmediate else { return }
        final class Start {
            let name: String
            let inbox: Inbox
            init(name: String, inbox: Inbox) {
                self.name = name
                self.inbox = inbox
            }
        }
        let start = Unmanaged.passRetained(Start(name: String(name.prefix(15)), inbox: inbox))
        var thread = pthread_t()
        let result = pthread_create(
            &thread, nil,
            { argument in
                let start = Unmanaged<Start>.fromOpaque(argument!).takeRetainedValue()
                WorkerThread.nameCurrentThread(start.name)
                start.inbox.run()
                return nil
            }, start.toOpaque())
        precondition(result == 0, "cannot start the thread \(name): error \(result)")
        pthread_detach(thread)
    }

    deinit { inbox.stop() }

    /// For people who look at the process; where /proc is missing the thread stays without a name.
    private static func nameCurrentThread(_ name: String) {
        let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        _ = write(file, name, name.utf8.count)
        close(file)
    }

    /// Runs a job behind those already there. Returns false, without running it, once stopped.
    @discardableResult
    func submit(_ job: @escaping Job) -> Bool {
        guard isImmediate else { return inbox.add(job) }
        guard !inbox.isStopped else { return false }
        job()
        return true
    }

    /// Runs `body` on the thread and waits for its result. Throws `StoreError.closed` once stopped.
    func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            let isRunning = submit {
                continuation.resume(with: Swift.Result(catching: body))
            }
            if !isRunning { continuation.resume(throwing: StoreError.closed) }
        }
    }

    /// Takes no further jobs.
    func stop() { inbox.stop() }
}
