import Core
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// Listens for HTTP requests and passes them to backends. Knows routes only as a table that may change at any time.
package final class IngressServer: Sendable {
    /// What may be open at once; further connections are closed.
    private static let connectionLimit = 10_000

    private let group: any EventLoopGroup
    private let pools: [ObjectIdentifier: NIOLoopBound<UpstreamPool>]
    private let table = Mutex(RouteTable())
    private let connections = Atomic<Int>(0)
    private let channel = Mutex<(any Channel)?>(nil)

    package init(group: any EventLoopGroup) async throws {
        self.group = group
        var pools: [ObjectIdentifier: NIOLoopBound<UpstreamPool>] = [:]
        for loop in group.makeIterator() {
            pools[ObjectIdentifier(loop)] = try await loop.submit { NIOLoopBound(UpstreamPool(loop), eventLoop: loop) }.get()
        }
        self.pools = pools
    }

    /// New routes; requests under way stay where they are.
    package func route(by table: RouteTable) { self.table.withLock { $0 = table } }

    /// Listens, and returns the port (a free one for 0). Throws when it is taken.
    package func bind(host: String, port: Int) async throws -> Int {
        let channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { [self] channel in
                guard let pool = pools[ObjectIdentifier(channel.eventLoop)],
                    connections.add(1, ordering: .relaxed).newValue <= Self.connectionLimit
                else {
                    connections.subtract(1, ordering: .relaxed)
                    return channel.close()
                }
                channel.closeFuture.whenComplete { [self] _ in connections.subtract(1, ordering: .relaxed) }
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([
                        HTTPResponseEncoder(), ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes)),
                        HTTPServerPipelineHandler(),
                    ])
                    try channel.pipeline.syncOperations.addHandler(
                        ProxyHandler(table: { [self] in table.withLock { $0 } }, pool: pool.value))
                }
            }
            .bind(host: host, port: port).get()
        self.channel.withLock { $0 = channel }
        return channel.localAddress?.port ?? port
    }

    /// Stops listening; open connections end with their clients.
    package func close() async {
        let channel = channel.withLock { channel in
            defer { channel = nil }
            return channel
        }
        try? await channel?.close()
    }
}
