import Core
import Cryptography
import JSON
import Linux
import Logging
import Synchronization
import Values

/// Which images were pulled with which credentials, so that a pod cannot run a private image only because another pod's credentials
/// brought it here (KEP-2535). A file for each image in the agent's directory: it is as old as the images are.
///
/// A record names the secrets, and hashes of credentials, never these themselves.
package final class ImagePullRecords: Sendable {
    /// `imagePullCredentialsVerificationPolicy` of KubeletConfiguration: for which images that are here credentials are asked for.
    package enum Policy: String, Sendable, CaseIterable {
        case neverVerify = "NeverVerify"
        /// Upstream's default: all but those that the agent did not pull.
        case neverVerifyPreloadedImages = "NeverVerifyPreloadedImages"
        case neverVerifyAllowlistedImages = "NeverVerifyAllowlistedImages"
        case alwaysVerify = "AlwaysVerify"
    }

    /// What to ask for.
    package struct Verification: Sendable, Hashable {
        package var policy = Policy.neverVerifyPreloadedImages
        /// Images, or with "/*" at the end all below a path, that `neverVerifyAllowlistedImages` trusts.
        package var allowed: [String] = []
        package init() {}

        func isNeeded(for image: String, wasPulled: Bool) -> Bool {
            switch policy {
            case .neverVerify: false
            case .neverVerifyPreloadedImages: wasPulled
            case .neverVerifyAllowlistedImages: wasPulled || !allowed.contains { Self.matches(ImagePullRecords.repository(image), $0) }
            case .alwaysVerify: true
            }
        }

        private static func matches(_ repository: String, _ pattern: String) -> Bool {
            pattern.hasSuffix("/*") ? repository.hasPrefix(pattern.dropLast()) : repository == ImagePullRecords.repository(pattern)
        }
    }

    /// What a pull was made with.
    package struct Source: Sendable, Hashable {
        /// Empty for a login that no secret gave.
        package var uid: String
        package var namespace: String
        package var name: String
        package var hash: String

        package init(uid: String, namespace: String, name: String, hash: String) {
            self.uid = uid
            self.namespace = namespace
            self.name = name
            self.hash = hash
        }
    }

    /// Who may use an image that is here.
    fileprivate enum Access: Sendable {
        case everybody
        case holders([Source])
    }

    fileprivate struct Record: Sendable {
        /// By repository.
        var access: [String: Access] = [:]

        init() {}
    }

    private let directory: String
    private let verification: Verification
    private let logger: Logger
    private let records = Mutex<[String: Record]>([:])
    /// Images that are being pulled, or were when an earlier agent ended, and how many pulls go on.
    private let intents = Mutex<[String: Int]>([:])

    package init(directory: String, verification: Verification, logger: Logger) {
        self.directory = directory
        self.verification = verification
        self.logger = logger
    }

    /// Reads what earlier agents noted. Blocks.
    package func load() throws {
        try Files.createDirectory(directory, mode: 0o700)
        var found: [String: Record] = [:]
        for name in try Files.list(directory) {
            // A damaged one counts as a pull with credentials that nobody has: to be pulled again.
            let value = (try? Files.read("\(directory)/\(name)")).flatMap { try? JSONParser.parse($0) }
            guard let image = value?["imageRef"]?.string else { continue }
            found[image] = Record(value?["credentialMapping"]?.object ?? Object())
        }
        records.withLock { $0 = found }
        try Files.createDirectory(intentDirectory, mode: 0o700)
        var pulling: [String: Int] = [:]
        for name in try Files.list(intentDirectory) {
            if let image = try? Files.readText("\(intentDirectory)/\(name)"), !image.isEmpty { pulling[image] = 0 }
        }
        intents.withLock { $0 = pulling }
    }

    private var intentDirectory: String { directory + ".pulling" }

    /// Notes that a pull begins. Blocks.
    package func begin(_ image: String) throws {
        intents.withLock { $0[image, default: 0] += 1 }
        try Files.replace("\(intentDirectory)/\(Self.hash(image))", with: Array(image.utf8), mode: 0o600)
    }

    /// Notes that a pull has ended and what came of it is noted. Blocks.
    package func end(_ image: String) throws {
        let isLast = intents.withLock { intents in
            let left = (intents[image] ?? 1) - 1
            intents[image] = left > 0 ? left : nil
            return left <= 0
        }
        if isLast { try Files.remove("\(intentDirectory)/\(Self.hash(image))") }
    }

    /// Whether a pod with these credentials has to pull an image though it is here as `id`.
    package func mustPull(_ image: String, id: String, with own: [Source]) -> Bool {
        let record = records.withLock { $0[id] }
        guard verification.isNeeded(for: image, wasPulled: record != nil || intents.withLock { $0[image] != nil }) else { return false }
        guard let access = record?.access[Self.repository(image)] else { return true }
        guard case .holders(let known) = access else { return false }
        return !own.contains { mine in
            known.contains { theirs in
                !mine.hash.isEmpty && mine.hash == theirs.hash
                    || !mine.uid.isEmpty && (mine.uid, mine.namespace, mine.name) == (theirs.uid, theirs.namespace, theirs.name)
            }
        }
    }

    /// Notes a pull; `source` nil: without credentials, so that everybody may use the image. Blocks.
    package func note(_ image: String, id: String, source: Source?) throws {
        let repository = Self.repository(image)
        let record = records.withLock { records in
            var record = records[id] ?? Record()
            switch (source, record.access[repository]) {
            // Once anybody could pull it, anybody may use it.
            case (nil, _), (_, .everybody): record.access[repository] = .everybody
            case (let source?, let access):
                var known: [Source] = []
                if case .holders(let holders) = access { known = holders }
                known.removeAll { ($0.uid, $0.namespace, $0.name) == (source.uid, source.namespace, source.name) }
                record.access[repository] = .holders(known + [source])
            }
            records[id] = record
            return record
        }
        try Files.replace(path(id), with: JSONWriter.encode(record.json(id)), mode: 0o600)
    }

    /// The ids of the images there are records of.
    var images: Set<String> { records.withLock { Set($0.keys) } }

    /// Forgets images that are no longer here. Blocks.
    func forget(_ ids: Set<String>) throws {
        records.withLock { records in for id in ids { records[id] = nil } }
        for id in ids { try Files.remove(path(id)) }
    }

    private func path(_ id: String) -> String { "\(directory)/\(Self.hash(id))" }

    /// SHA-256 as hexadecimal digits.
    static func hash(_ text: String) -> String { HashAlgorithm.sha256.hexadecimal(Array(text.utf8)) }

    /// An image's name without tag and digest.
    static func repository(_ image: String) -> String {
        let name = image.split(separator: "@", maxSplits: 1)[0]
        let slash = name.lastIndex(of: "/") ?? name.startIndex
        guard let colon = name[slash...].lastIndex(of: ":") else { return RegistryCredentials.normalised(String(name)) }
        return RegistryCredentials.normalised(String(name[..<colon]))
    }
}

extension ImagePullRecords.Record {
    init(_ mapping: Object) {
        for entry in mapping {
            if entry.value["nodePodsAccessible"]?.bool == true {
                access[entry.key] = .everybody
            } else {
                access[entry.key] = .holders((entry.value["kubernetesSecrets"]?.array ?? []).map { ImagePullRecords.Source(json: $0) })
            }
        }
    }

    /// The form of upstream's ImagePulledRecord (kubelet.config.k8s.io/v1beta1).
    func json(_ image: String) -> Value {
        var mapping = Object()
        for (repository, access) in access.sorted(by: { $0.key < $1.key }) {
            switch access {
            case .everybody: mapping[repository] = ["nodePodsAccessible": true]
            case .holders(let holders): mapping[repository] = ["kubernetesSecrets": .array(holders.map(\.json))]
            }
        }
        return [
            "kind": "ImagePulledRecord", "apiVersion": "kubelet.config.k8s.io/v1beta1", "imageRef": .string(image),
            "credentialMapping": .object(mapping),
        ]
    }
}

extension ImagePullRecords.Source {
    init(json: Value) {
        self.init(
            uid: json["uid"]?.string ?? "", namespace: json["namespace"]?.string ?? "", name: json["name"]?.string ?? "",
            hash: json["credentialHash"]?.string ?? "")
    }

    var json: Value {
        ["uid": .string(uid), "namespace": .string(namespace), "name": .string(name), "credentialHash": .string(hash)]
    }
}
