import Core
import Identity
import KeyService
import Logging
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

    @Test func aServiceIsAskedForASeedAndNotForEachRecord() async throws {
        let pair = try await Pair()
        let envelope = try pair.envelope()
        #expect(throws: IdentityError.self) { try envelope.seal(Self.plain, place: Self.place) }
        try await envelope.refresh()
        let first = try envelope.seal(Self.plain, place: Self.place)
        #expect(try envelope.seal(Self.plain, place: Self.place) != first)
        let opened = try envelope.open(first[...], place: Self.place)
        #expect(opened.bytes == Self.plain && opened.isCurrent)
        #expect(pair.service.calls == ["Status", "Encrypt"])
        #expect(throws: IdentityError.self) { try envelope.open(first[...], place: "/registry/secrets/default/other") }
        #expect(throws: IdentityError.self) { try envelope.open(first.dropLast()[...], place: Self.place) }

        // After a restart the service is asked to decrypt what it encrypted, once.
        let next = try pair.envelope()
        try await next.refresh()
        let again = try next.open(first[...], place: Self.place)
        #expect(again.bytes == Self.plain && again.isCurrent)
        _ = try next.open(first[...], place: Self.place)
        #expect(pair.service.calls == ["Status", "Encrypt", "Status", "Encrypt", "Decrypt"])
        await next.close()
        await envelope.close()
        await pair.service.close()
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
        let opened = try envelope.open(old[...], place: Self.place)
        #expect(opened.bytes == Self.plain && !opened.isCurrent)
        let new = try envelope.seal(Self.plain, place: Self.place)
        #expect(try envelope.open(new[...], place: Self.place).isCurrent)
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
        #expect(try envelope.open(sealed[...], place: Self.place).bytes == Self.plain)
        pair.service.state.withLock { $0.health = "ok" }
        await envelope.follow()
        #expect(envelope.problem == nil)
        _ = try envelope.seal(Self.plain, place: Self.place)
        await envelope.close()
        await pair.service.close()
    }
}
