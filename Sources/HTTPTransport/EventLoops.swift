import NIOCore
import NIOPosix

/// The threads that sockets are served on.
package struct EventLoops: Sendable {
    let group: any EventLoopGroup

    /// Two threads for the whole program, started when first needed.
    package static let shared = EventLoops(group: MultiThreadedEventLoopGroup(numberOfThreads: 2))

    private init(group: any EventLoopGroup) { self.group = group }
}
