import Core
import Identity
import KeyService
import Linux
import Logging
import SchemaEngine
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#endif

@Suite struct KeyEnvelopeTests {
    private static let place = "/registry/secrets/default/s"
    private static let plain = Array("what nobody is to know".utf8)

    /// A service and what seals with its keys.
    private struct Pair {
        let service: PlayedKeyService
        let clock = ManualClock()

        init() async throws {
            service = try await PlayedKeyService(socket: "/tmp/martlet-keys-\(getpid())-\(UInt32.random(in: .min ... .max))")
        }

        func envelope() throws -> KeyEnvelope {
            let reference = KeyServiceReference(name: "vault", socket: service.socket, timeout: .seconds(60))
            let logger = Logger(label: "test")
            return KeyEnvelope(
                reference, plugin: GRPCKeyPlugin(reference), clock: clock, identifiers: { "call" }, logger: logger)
        }
    }

    /// On a thread of its own, as the store does it.
    private static func open(
        _ envelope: KeyEnvelope, _ sealed: [UInt8], _ place: String = Self.place
    ) async throws -> (bytes: [UInt8], isCurrent: Bool) {
        try await BlockingPool.files.run { try envelope.open(sealed[...], place: place) }
    }

    @Test func aServiceIsAskedForASeedAndNotForEachRecord() async throws {
        let pair = try await Pair()
        let envelope = try pair.envelope()
        #expect(throws: IdentityError.self) { try envelope.seal(Self.plain, place: Self.place) }
        try await envelope.refresh()
        let first = try envelope.seal(Self.plain, place: Self.place)
        #expect(try envelope.seal(Self.plain, place: Self.place) != first)
        let opened = try await Self.open(envelope, first)
        #expect(opened.bytes == Self.plain && opened.isCurrent)
        #expect(pair.service.calls == ["Status", "Encrypt"])
        await #expect(throws: IdentityError.self) { try await Self.open(envelope, first, "/registry/secrets/default/other") }
        await #expect(throws: IdentityError.self) { try await Self.open(envelope, first.dropLast()) }

        // After a restart the service is asked to decrypt what it encrypted, once.
        let next = try pair.envelope()
        try await next.refresh()
        let again = try await Self.open(next, first)
        #expect(again.bytes == Self.plain && again.isCurrent)
        _ = try await Self.open(next, first)
        #expect(pair.service.calls == ["Status", "Encrypt", "Status", "Encrypt", "Decrypt"])
        await next.close()
        await envelope.close()
        await pair.service.close()
    }

    @Test func aRecordOfOldIsReadAndReadsTheSameWhenWritten() async throws {
        // Made beside this code, by HMAC-SHA256 and AES-GCM of another library, of the seed 0, 1, ... 31.
        let stored = try Base64.decode(
            "ClJkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ent8fX5/gIGCgwABAgMEBQYHCAkKC9sbtK6Dd6ISaf5qBS95/pKVsFTlmxZK8DWiOQs/0B6NF9TQFk"
                + "z8EgVrZXktMRogMT4hdG80OSR/Yjs0L3plPi8yZXglKjVgcyglOGt2LyAiGQoTdmVyc2lvbi5leGFtcGxlLmNvbRICAQIoAQ==")
        let record = try SealedRecord(protobuf: stored)
        #expect(Array(record.data.prefix(44)) == Array(100..<132) + Array(0..<12) && record.kind == 1)
        #expect(record.seed.keyID == "key-1" && record.seed.annotations == ["version.example.com": [1, 2]])
        #expect(record.seed.bytes == PlayedKeyService.turned(Array(0..<32), "key-1"))
        #expect(record.protobuf == stored)
        let pair = try await Pair()
        let envelope = try pair.envelope()
        #expect(try await Self.open(envelope, stored).bytes == Self.plain)
        #expect(pair.service.calls == ["Decrypt"])
        await envelope.close()
        await pair.service.close()
    }

    @Test func whatIsSaidToTheServiceIsWrittenAsItsInterfaceHasIt() throws {
        var seed = EncryptedSeed()
        (seed.bytes, seed.keyID, seed.annotations) = ([9, 8], "k", ["b": [], "a": [7]])
        #expect(seed.protobuf == [0x0A, 2, 9, 8, 0x12, 1, 0x6B, 0x1A, 6, 0x0A, 1, 0x61, 0x12, 1, 7, 0x1A, 3, 0x0A, 1, 0x62])
        #expect(try EncryptedSeed(protobuf: seed.protobuf) == seed)
        var request = DecryptRequest()
        (request.seed, request.id) = (seed, "x")
        #expect(
            request.protobuf
                == [0x0A, 2, 9, 8, 0x12, 1, 0x78, 0x1A, 1, 0x6B, 0x22, 6, 0x0A, 1, 0x61, 0x12, 1, 7, 0x22, 3, 0x0A, 1, 0x62])
        #expect(throws: ProtobufError.self) { try EncryptedSeed(protobuf: [0x0A, 9, 1]) }
    }

    @Test func aNewKeyOfTheServiceIsTakenAndOldRecordsStayReadable() async throws {
        let pair = try await Pair()
        let envelope = try pair.envelope()
        try await envelope.refresh()
        let old = try envelope.seal(Self.plain, place: Self.place)
        pair.service.state.withLock { $0.keyID = "key-2" }
        // It is not time yet.
        await envelope.follow()
        #expect(envelope.keyID == "key-1")
        pair.clock.advance(by: KeyEnvelope.period)
        await envelope.follow()
        #expect(envelope.keyID == "key-2")
        let opened = try await Self.open(envelope, old)
        #expect(opened.bytes == Self.plain && !opened.isCurrent)
        let new = try envelope.seal(Self.plain, place: Self.place)
        #expect(try await Self.open(envelope, new).isCurrent)
        await envelope.close()
        await pair.service.close()
    }

    @Test func nothingIsWrittenWithASeedOfAServiceThatHasLongBeenIll() async throws {
        let pair = try await Pair()
        let envelope = try pair.envelope()
        try await envelope.refresh()
        let sealed = try envelope.seal(Self.plain, place: Self.place)
        pair.service.state.withLock { $0.health = "the vault is shut" }
        pair.clock.advance(by: KeyEnvelope.period)
        await envelope.follow()
        #expect(envelope.problem == "key service vault is not well: the vault is shut")
        _ = try envelope.seal(Self.plain, place: Self.place)
        pair.clock.advance(by: KeyEnvelope.validity)
        #expect(throws: IdentityError.self) { try envelope.seal(Self.plain, place: Self.place) }
        #expect(try await Self.open(envelope, sealed).bytes == Self.plain)
        pair.service.state.withLock { $0.health = "ok" }
        await envelope.follow()
        #expect(envelope.problem == nil)
        _ = try envelope.seal(Self.plain, place: Self.place)
        await envelope.close()
        await pair.service.close()
    }
}
