import Core
import Identity
import KeyService
import Logging
import ResourceEngine
import Store
import Synchronization
import Values
import YAML

/// What encrypts on the disk, as `--encryption-provider-config` says now: the providers, and the services that keep keys for them. Safe from
/// any thread.
final class EncryptionAtRest: RecordCipher {
    /// How long a start waits for services that keep keys.
    private static let patience = 10

    private struct Configured {
        var providers = EncryptionProviders()
        var services: [KeyEnvelope] = []
    }

    private let settings: APIServerSettings
    private let clock: any Clock
    private let logger: Logger
    private let configured = Mutex(Configured())
    private var path: String { settings.encryptionProviderConfig }

    /// Reads the configuration and asks the services for keys. Throws `ClusterError` that names what is wrong with the file, or the service that
    /// does not answer.
    init(_ settings: APIServerSettings, clock: any Clock, logger: Logger) async throws {
        self.settings = settings
        self.clock = clock
        self.logger = logger
        guard !path.isEmpty else { return }
        try await take(try APIServerSettings.yaml(path, flag: "encryption-provider-config"), attempts: Self.patience)
    }

    /// The file, to be followed; nil unless `--encryption-provider-config-automatic-reload` asks for that.
    func reloaded(serverID: String) throws -> ReloadedFile? {
        guard !path.isEmpty, settings.flags["encryption-provider-config-automatic-reload"] == "true" else { return nil }
        return try ReloadedFile(
            path, subsystem: "encryption_config_controller", serverID: serverID, clock: clock, logger: logger
        ) { [self] bytes in
            try await take(try YAMLParser.parse(bytes), attempts: 1)
        }
    }

    private func take(_ document: Value, attempts: Int) async throws {
        var services: [KeyEnvelope] = []
        let providers: EncryptionProviders
        do {
            providers = try EncryptionProviders(document) { reference in
                let made = KeyEnvelope(
                    reference, plugin: GRPCKeyPlugin(reference), clock: clock,
                    identifiers: { RandomIdentifiers().uid() }, logger: logger)
                services.append(made)
                return made
            }
        } catch let error as IdentityError { throw ClusterError("--encryption-provider-config \(path): \(error)") }
        do {
            for service in services { try await begin(service, attempts: attempts) }
        } catch {
            for service in services { await service.close() }
            throw error
        }
        let old = configured.withLock { configured in
            defer { configured = Configured(providers: providers, services: services) }
            return configured.services
        }
        for service in old { await service.close() }
    }

    /// The service may be starting, too: at the machine's start it is asked again.
    private func begin(_ service: KeyEnvelope, attempts: Int) async throws {
        for attempt in 1...attempts {
            do { return try await service.refresh() } catch let error as KeyPluginError {
                guard attempt < attempts else {
                    throw ClusterError("--encryption-provider-config \(path): key service \(service.name): \(error)")
                }
                logger.notice("waiting for key service \(service.name)", metadata: ["error": "\(error)"])
                try await clock.sleep(for: .seconds(1))
            }
        }
    }

    /// Asks the services how they are, until cancelled.
    func run() async throws {
        guard !path.isEmpty else { return }
        while true {
            try await clock.sleep(for: KeyEnvelope.hurriedPeriod)
            for service in configured.withLock({ $0.services }) { await service.follow() }
        }
    }

    /// Whether services keep keys, so that there is something to ask after.
    var hasServices: Bool { configured.withLock { !$0.services.isEmpty } }

    /// What is wrong with a service that keeps keys; nil when nothing is.
    var problem: String? {
        for service in configured.withLock({ $0.services }) { if let problem = service.problem { return "\(service.name): \(problem)" } }
        return nil
    }

    // MARK: RecordCipher

    func seal(_ bytes: [UInt8], resource: String, place: String) throws -> [UInt8] {
        try configured.withLock { $0.providers }.seal(bytes, resource: resource, place: place)
    }

    func open(_ bytes: [UInt8], resource: String, place: String) throws -> (bytes: [UInt8], isCurrent: Bool) {
        try configured.withLock { $0.providers }.open(bytes, resource: resource, place: place)
    }
}
