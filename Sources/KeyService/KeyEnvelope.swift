import Core
import Cryptography
import Identity
import Linux
import Logging
import SchemaEngine
import Synchronization

/// Seals records with keys derived from a seed that a service outside encrypted, in upstream's stored form (KMS v2): the service is asked once
/// for a seed, and not for each record.
///
/// Safe from any thread, but for `open`, which waits for the service when it meets a seed that it does not know: the store calls it on the
/// threads of its own that read the log ("store-commit" when it starts, "store-read" for history). No task may call it.
///
/// Source of the form: `k8s.io/apiserver/pkg/storage/value/encrypt/envelope/kmsv2`.
package final class KeyEnvelope: KeyServiceCipher {
    private typealias SeedKind = SealedRecord.SeedKind

    private static let derivationLength = 32
    /// How often the service is asked how it is.
    package static let period = Duration.seconds(60)
    /// The same while it is not well.
    package static let hurriedPeriod = Duration.seconds(10)
    /// For how long a seed is written with after the service was last well.
    package static let validity = Duration.seconds(180)

    private struct Known: Hashable {
        var kind: UInt64
        var seed: EncryptedSeed
    }

    private struct State {
        var current: (encrypted: EncryptedSeed, seed: SecretKey)?
        var validUntil = Timestamp(seconds: 0)
        var asked = Timestamp(seconds: 0)
        var keyID = ""
        var problem: String? = "it has not been asked yet"
        var known: [Known: SecretKey] = [:]
    }

    package let name: String
    private let timeout: Duration
    private let plugin: any KeyPlugin
    private let clock: any Clock
    private let identifiers: @Sendable () -> String
    private let logger: Logger
    private let state = Mutex(State())

    /// `identifiers` names calls.
    package init(
        _ reference: KeyServiceReference, plugin: any KeyPlugin, clock: any Clock, identifiers: @escaping @Sendable () -> String,
        logger: Logger
    ) {
        name = reference.name
        timeout = reference.timeout
        self.plugin = plugin
        self.clock = clock
        self.identifiers = identifiers
        self.logger = logger
    }

    /// What is wrong with the service; nil when nothing is.
    package var problem: String? { state.withLock { $0.problem } }
    /// The key that records are sealed with now.
    package var keyID: String { state.withLock { $0.current?.encrypted.keyID ?? "" } }

    // MARK: The service

    /// Asks the service how it is, and for a new seed when its key is another. Throws `KeyPluginError`.
    package func refresh() async throws {
        state.withLock { $0.asked = clock.now }
        do {
            let status = try await plugin.status()
            guard status.health == "ok" else { throw KeyPluginError("key service \(name) is not well: \(status.health)") }
            guard ["v2", "v2beta1"].contains(status.version) else {
                throw KeyPluginError("key service \(name) speaks version \(status.version), not v2")
            }
            if let problem = EncryptedSeed.problem(keyID: status.keyID) { throw KeyPluginError("key service \(name): \(problem)") }
            if state.withLock({ $0.current == nil || $0.keyID != status.keyID }) { try await renew() }
            state.withLock { state in
                state.keyID = status.keyID
                state.validUntil = clock.now + Self.validity
                state.problem = nil
            }
        } catch {
            state.withLock { $0.problem = "\(error)" }
            throw error
        }
    }

    private func renew() async throws {
        let seed = SecretKey(randomBytes: 32)
        let encrypted = try await plugin.encrypt(seed.bytes, id: identifiers())
        if let problem = encrypted.problem { throw KeyPluginError("key service \(name): \(problem)") }
        state.withLock { state in
            state.current = (encrypted, seed)
            state.known[Known(kind: SeedKind.seed.rawValue, seed: encrypted)] = seed
        }
    }

    /// Asks the service how it is when it is time to.
    package func follow() async {
        let now = clock.now
        let isDue = state.withLock { now - $0.asked >= ($0.problem == nil ? Self.period : Self.hurriedPeriod) }
        guard isDue else { return }
        do { try await refresh() } catch is CancellationError {} catch {
            logger.error("key service \(name) cannot be asked", metadata: ["error": "\(error)"])
        }
    }

    package func close() async { await plugin.close() }

    // MARK: Records

    package func seal(_ bytes: [UInt8], place: String) throws -> [UInt8] {
        let now = clock.now
        let (current, validUntil, problem) = state.withLock { ($0.current, $0.validUntil, $0.problem) }
        guard let (encrypted, seed) = current, now <= validUntil else {
            throw IdentityError.untrusted("key service \(name) was last well too long ago: \(problem ?? "")")
        }
        let information = RandomBytes.make(Self.derivationLength)
        var record = SealedRecord()
        record.data = information + (try AESGCM.seal(bytes, key: Self.derive(seed, information), authenticating: Array(place.utf8)))
        record.seed = encrypted
        record.kind = SeedKind.seed.rawValue
        return record.protobuf
    }

    /// Blocks its thread, which must be no task's, while the service decrypts a seed.
    package func open(_ sealed: ArraySlice<UInt8>, place: String) throws -> (bytes: [UInt8], isCurrent: Bool) {
        let record: SealedRecord
        do { record = try SealedRecord(protobuf: Array(sealed)) } catch {
            throw IdentityError.malformed("it is not sealed as a key service seals: \(error)")
        }
        let encrypted = record.seed
        if let problem = encrypted.problem { throw IdentityError.malformed(problem) }
        guard let kind = SeedKind(rawValue: record.kind) else {
            throw IdentityError.malformed("it is sealed in a way that is not known: \(record.kind)")
        }
        let seed = try seed(encrypted, kind)
        let isCurrent = kind == .seed && state.withLock { $0.current?.encrypted.keyID == encrypted.keyID }
        let data = record.data
        do {
            var key = seed
            var box = data[...]
            if kind == .seed {
                key = Self.derive(seed, Array(data.prefix(Self.derivationLength)))
                box = data.dropFirst(Self.derivationLength)
            }
            return (try AESGCM.open(box, key: key, authenticating: Array(place.utf8)), isCurrent)
        } catch { throw IdentityError.untrusted("the key does not fit, or it was changed on the disk") }
    }

    private static func derive(_ seed: SecretKey, _ information: [UInt8]) -> SecretKey {
        HashAlgorithm.sha256.expanded(seed, information: information, count: 32)
    }

    /// The seed in the clear, from memory or from the service.
    private func seed(_ encrypted: EncryptedSeed, _ kind: SeedKind) throws -> SecretKey {
        let known = Known(kind: kind.rawValue, seed: encrypted)
        if let seed = state.withLock({ $0.known[known] }) { return seed }
        precondition(withUnsafeCurrentTask { $0 == nil }, "a task may not wait for a key service by blocking its thread")
        let box = Answer()
        let done = Semaphore()
        Task { [plugin, identifiers] in
            do {
                let bytes = try await plugin.decrypt(encrypted, id: identifiers())
                box.result.withLock { $0 = .success(bytes) }
            } catch { box.result.withLock { $0 = .failure(error) } }
            done.post()
        }
        done.wait()
        switch box.result.withLock({ $0 }) {
        case .success(let bytes)?:
            let lengths = kind == .seed ? [32] : [16, 24, 32]
            guard lengths.contains(bytes.count) else {
                throw IdentityError.untrusted("key service \(name) gave a key of \(bytes.count) bytes")
            }
            let seed = SecretKey(bytes)
            state.withLock { $0.known[known] = seed }
            return seed
        case .failure(let error)?: throw IdentityError.untrusted("key service \(name) does not decrypt its key: \(error)")
        case nil: throw IdentityError.untrusted("key service \(name) did not answer")
        }
    }

    /// What the service answered to a thread that waits.
    private final class Answer: Sendable {
        let result = Mutex<Result<[UInt8], any Error>?>(nil)
    }
}
