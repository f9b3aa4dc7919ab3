import Core
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import TLS

/// Listens for HTTP and HTTPS requests and passes them to backends. Knows routes only as a table that may change at any time.
package final class IngressServer: Sendable {
    /// What may be open at once; further connections are closed.
    private static let connectionLimit = 10_000

    private let group: any EventLoopGroup
    private let pools: [ObjectIdentifier: NIOLoopBound<UpstreamPool>]
    private let table = Mutex(RouteTable())
    private let certificates = Mutex(CertificateTable())
    private let connections = Atomic<Int>(0)
    private let channels = Mutex<[any Channel]>([])
    /// Where HTTPS is served; 0: nowhere.
    private let securePort = Atomic<Int>(0)

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

    /// New certificates; connections that are open keep theirs.
    package func identify(by table: CertificateTable) { certificates.withLock { $0 = table } }

    /// TLS with a certificate chosen by the name that the client asks for. A client that asks for one that nobody has gets the self-made one, or
    /// without it is refused.
    private func tls() throws -> TLSContext {
        try .server(protocols: ["http/1.1"]) { [weak self] name in self?.certificates.withLock { $0.entry(for: name) } }
    }

    /// Listens, and returns the port (a free one for 0). May be called for several ports. Throws when it is taken.
    package func bind(host: String, port: Int, isTLS: Bool = false) async throws -> Int {
        let tls = isTLS ? try tls() : nil
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
                    if let tls { try channel.pipeline.syncOperations.addHandler(TLSHandler(tls)) }
                    try channel.pipeline.syncOperations.addHandlers([
                        HTTPResponseEncoder(), ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes)),
                        HTTPServerPipelineHandler(),
                    ])
                    let securePort = securePort.load(ordering: .relaxed)
                    try channel.pipeline.syncOperations.addHandler(
                        ProxyHandler(
                            table: { [self] in table.withLock { $0 } }, pool: pool.value, isTLS: isTLS,
                            securePort: securePort == 0 ? nil : securePort))
                }
            }
            .bind(host: host, port: port).get()
        channels.withLock { $0.append(channel) }
        let bound = channel.localAddress?.port ?? port
        if isTLS { securePort.store(bound, ordering: .relaxed) }
        return bound
    }

    /// Stops listening; open connections end with their clients.
    package func close() async {
        let open = channels.withLock { channels in
            defer { channels = [] }
            return channels
        }
        for channel in open { try? await channel.close() }
    }
}
