import Core
import Glibc
import KubernetesAPI
import Logging
import NIOCore
import NIOPosix
import Synchronization
import Testing
import Values

import ClusterDNS

@Suite struct ServerTests {
    private struct TestClock: Clock {
        let time = Counter(1000)
        var now: Timestamp { Timestamp(seconds: time.value) }
        func sleep(for duration: Duration) async throws { time.add(duration.components.seconds) }
    }
    private final class Counter: Sendable {
        private let state: Mutex<Int64>
        init(_ value: Int64) { state = Mutex(value) }
        var value: Int64 { state.withLock { $0 } }
        func add(_ more: Int64) { state.withLock { $0 += more } }
    }

    let group = MultiThreadedEventLoopGroup.singleton

    /// A name server that answers every question for an address with 192.0.2.7, and counts.
    private func upstream(_ count: Counter, records: Int = 1) async throws -> (SocketAddress, [any Channel]) {
        final class Answering: ChannelInboundHandler {
            typealias InboundIn = AddressedEnvelope<ByteBuffer>
            typealias OutboundOut = AddressedEnvelope<ByteBuffer>
            let count: Counter
            let records: Int
            init(_ count: Counter, _ records: Int) {
                self.count = count
                self.records = records
            }
            func channelRead(context: ChannelHandlerContext, data: NIOAny) {
                let envelope = unwrapInboundIn(data)
                guard let query = try? MessageReader.query(Array(envelope.data.readableBytesView)) else { return }
                count.add(1)
                let bytes = ServerTests.answer(query, records, limit: 512)
                context.writeAndFlush(
                    wrapOutboundOut(AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: ByteBuffer(bytes: bytes))), promise: nil)
            }
        }
        final class Streaming: ChannelInboundHandler {
            typealias InboundIn = [UInt8]
            let records: Int
            init(_ records: Int) { self.records = records }
            func channelRead(context: ChannelHandlerContext, data: NIOAny) {
                guard let query = try? MessageReader.query(unwrapInboundIn(data)) else { return }
                context.channel.writeAndFlush(ByteBuffer(frame: ServerTests.answer(query, records, limit: 65535)), promise: nil)
            }
        }
        let stream = try await ServerBootstrap(group: group).childChannelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(FrameDecoder()))
                try channel.pipeline.syncOperations.addHandler(Streaming(records))
            }
        }.bind(host: "127.0.0.1", port: 0).get()
        let datagrams = try await DatagramBootstrap(group: group).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Answering(count, records)) }
        }.bind(host: "127.0.0.1", port: stream.localAddress!.port!).get()
        return (datagrams.localAddress!, [stream, datagrams])
    }

    private static func answer(_ query: Query, _ records: Int, limit: Int) -> [UInt8] {
        var response = Response()
        response.isAuthoritative = false
        response.answers = (0..<records).map {
            Record(query.question.name, ttl: 60, .address([192, 0, UInt8($0 / 200), 7 + UInt8($0 % 200)]))
        }
        return MessageWriter.response(response, to: query, limit: limit)
    }

    @Test func `the server answers over both transports and forwards with a cache`() async throws {
        let count = Counter(0)
        let (address, channels) = try await upstream(count)
        let clock = TestClock()
        let forwarder = Forwarder(group: group, servers: { [address] }, clock: clock, timeout: .seconds(60))
        let resolver = Resolver(
            zone: Zone(name: DomainName("cluster.local")!, ranges: [], serverAddress: "10.43.0.10"), forwarder: forwarder)
        let web = Service(["spec": ["clusterIP": "10.43.0.9"]])
        let away = Service(["spec": ["type": "ExternalName", "externalName": "db.example.org"]])
        resolver.update { records in
            records.set(ObjectKey(namespace: "shop", name: "web"), ServiceRecords(service: web, slices: []))
            records.set(ObjectKey(namespace: "shop", name: "away"), ServiceRecords(service: away, slices: []))
        }
        let server = try await DNSServer.bind(host: "127.0.0.1", port: 0, group: group, resolver: resolver)
        let own = try SocketAddress(ipAddress: "127.0.0.1", port: server.port)
        // The forwarder speaks to a server as any client does: here to ours.
        let client = Forwarder(group: group, servers: { [own] }, clock: clock, cacheCapacity: 0, timeout: .seconds(60))
        func ask(_ name: String) async throws -> [Record] {
            try await client.ask(Query(id: 77, question: Question(DomainName(name)!, .a))).records
        }
        #expect(try await ask("web.shop.svc.cluster.local").map(\.data) == [.address([10, 43, 0, 9])])
        #expect(try await ask("example.org").map(\.data) == [.address([192, 0, 0, 7])])
        try await clock.sleep(for: .seconds(20))
        #expect(try await ask("EXAMPLE.org").map(\.ttl) == [40])
        #expect(count.value == 1)
        try await clock.sleep(for: .seconds(41))
        #expect(try await ask("example.org").map(\.ttl) == [60])
        #expect(count.value == 2)
        await #expect(throws: MessageError.self) { try await ask("none.shop.svc.cluster.local") }
        resolver.recordsAreComplete()
        #expect(try await ask("none.shop.svc.cluster.local").isEmpty)
        #expect(
            try await ask("away.shop.svc.cluster.local").map(\.data) == [
                .name(.cname, DomainName("db.example.org")!), .address([192, 0, 0, 7]),
            ])
        await server.close()
        for channel in channels { try await channel.close() }
    }

    @Test func `a truncated answer is asked for again over TCP`() async throws {
        let (address, channels) = try await upstream(Counter(0), records: 300)
        let forwarder = Forwarder(group: group, servers: { [address] }, clock: TestClock(), timeout: .seconds(60))
        let answer = try await forwarder.ask(Query(id: 1, question: Question(DomainName("big.example.org")!, .a)))
        #expect(answer.records.count == 300)
        for channel in channels { try await channel.close() }
    }

    @Test func `a name server that forwards to this one is not asked in circles`() async throws {
        final class Late: Sendable {
            let address = Mutex<SocketAddress?>(nil)
        }
        let late = Late()
        let forwarder = Forwarder(
            group: group, servers: { late.address.withLock { $0.map { [$0] } ?? [] } }, clock: TestClock(), timeout: .seconds(60))
        let resolver = Resolver(zone: Zone(name: DomainName("cluster.local")!, ranges: [], serverAddress: ""), forwarder: forwarder)
        let server = try await DNSServer.bind(host: "127.0.0.1", port: 0, group: group, resolver: resolver)
        late.address.withLock { $0 = try? SocketAddress(ipAddress: "127.0.0.1", port: server.port) }
        await #expect(throws: MessageError.self) {
            try await forwarder.ask(Query(id: 1, question: Question(DomainName("example.org")!, .a)))
        }
        await server.close()
    }

    @Test func `name servers are those of the file, and of what it has become`() throws {
        let path = "/tmp/martlet-resolv-\(UInt64.random(in: 0 ... .max))"
        defer { unlink(path) }
        func write(_ text: String) throws {
            let file = try #require(fopen(path, "we"))
            fputs(text, file)
            fclose(file)
        }
        try write("search example.org\nnameserver 192.0.2.53\n")
        let clock = TestClock()
        let servers = NameServers(path: path, own: [], clock: clock)
        #expect(servers.current.map { $0.ipAddress } == ["192.0.2.53"])
        try write("nameserver 192.0.2.54\nnameserver 192.0.2.55\n")
        clock.time.add(6)
        #expect(servers.current.map { $0.ipAddress } == ["192.0.2.54", "192.0.2.55"])
    }

    @Test func `name servers are read from resolv.conf, without this server itself`() {
        let text = "# local\nsearch a b\nnameserver 10.43.0.10\nnameserver\t192.0.2.53\nnameserver 2001:db8::1\noptions ndots:5\n"
        let servers = NameServers.parse(text, own: ["10.43.0.10"])
        #expect(servers.map { $0.ipAddress } == ["192.0.2.53", "2001:db8::1"])
    }
}
