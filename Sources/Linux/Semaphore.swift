import Glibc

/// A counting semaphore of the C library, for threads that wait for each other. Safe from any thread; no task may wait on one.
package final class Semaphore: @unchecked Sendable {
    // The C library wants it to stay where it is.
    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    package init() { sem_init(semaphore, 0, 0) }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    /// Lets one who waits, or the next who does, go on.
    package func post() { sem_post(semaphore) }

    /// Blocks its thread until somebody posts.
    package func wait() { while sem_wait(semaphore) != 0 {} }
}
