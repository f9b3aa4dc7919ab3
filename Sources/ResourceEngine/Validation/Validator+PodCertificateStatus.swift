import Core
import Cryptography
import Values

/// What signers answer PodCertificateRequests with. That the time is right, and the signer is who may sign, is `PodCertificateSigner`'s to see to.
extension Validator {
    private static let outcomes = ["Issued", "Denied", "Failed"]
    private static let chainLimit = 100 << 10
    private static let margin = Duration.seconds(600)

    /// How a request ended; nil while it has not.
    static func podCertificateOutcome(_ object: Value) -> String? {
        let conditions = object[path: "status", "conditions"]?.array ?? []
        let done = conditions.filter { $0["status"]?.string == "True" }.compactMap { $0["type"]?.string }
        return outcomes.first { done.contains($0) }
    }

    mutating func podCertificateRequestStatus(_ new: Place, _ old: Place) {
        metadataUpdate(new["metadata"], old["metadata"])
        let (status, before) = (new["status"], old["status"])
        podCertificateConditions(status["conditions"])
        // What comes now goes by the conditions.
        guard isClean else { return }
        if Self.podCertificateOutcome(old.value ?? .null) != nil {
            if !Self.same(status.value, before.value) {
                invalidHidden(status, "immutable after PodCertificateRequest is issued, denied, or failed")
            }
            return
        }
        switch Self.podCertificateOutcome(new.value ?? .null) {
        case "Issued": issued(status, new["spec"])
        case nil:
            if !Self.same(status.value, before.value) {
                invalidHidden(status, #"status is immutable unless transitioning to "Issued", "Denied", or "Failed""#)
            }
        default:
            let rest = Object((status.value?.object ?? Object()).filter { $0.key != "conditions" }.map { ($0.key, $0.value) })
            if !rest.allSatisfy({ Self.same($0.value, nil) }) {
                invalidHidden(status, "non-condition status fields must be empty when denying or failing the PodCertificateRequest")
            }
        }
    }

    private mutating func podCertificateConditions(_ list: Place) {
        var count = 0
        for (position, condition) in list.items.enumerated() {
            // Upstream writes the position as a part of its own.
            let place = list["[\(position)]"]
            func part(_ name: String) -> Place { place[name].with(.string(condition[name].text)) }
            guard Self.outcomes.contains(condition["type"].text) else {
                unsupported(part("type"), Self.outcomes)
                continue
            }
            count += 1
            if count > 1 { invalid(part("type"), #"There may be at most one condition with type "Issued", "Denied", or "Failed""#) }
            if condition["status"].text != "True" { unsupported(part("status"), ["True"]) }
        }
        conditions(list)
    }

    // MARK: The certificate

    private mutating func issued(_ status: Place, _ spec: Place) {
        let chain = status["certificateChain"]
        func refused(_ detail: String) -> Void { invalid(chain, detail, value: .string(chain.text)) }
        guard chain.text.utf8.count <= Self.chainLimit else { return tooLong(chain, Self.chainLimit) }
        let blocks = PEMBlocks.read(chain.text)
        guard let first = blocks.first else { return refused("issued certificate chain must contain at least one certificate") }
        guard first.type == "CERTIFICATE" else {
            return refused("issued certificate chain must consist entirely of CERTIFICATE PEM blocks")
        }
        guard let leaf = try? Certificate(der: first.bytes) else { return refused("leaf certificate does not parse as valid X.509") }
        names(leaf, chain)
        guard let key = Self.requestedKey(spec) else {
            return invalidHidden(spec["stubPKCS10Request"], "must be a valid PKCS#10 CSR")
        }
        guard leaf.publicKey == key else { return refused("leaf certificate was not issued to the requested public key") }
        guard let (begin, end, refresh) = times(status) else { return }
        guard begin == leaf.notBefore else {
            return invalid(status["notBefore"], "must be set to the NotBefore time encoded in the leaf certificate")
        }
        guard end == leaf.notAfter else {
            return invalid(status["notAfter"], "must be set to the NotAfter time encoded in the leaf certificate")
        }
        let lifetime = leaf.notAfter - leaf.notBefore
        let shown = Value.int(lifetime.nanoseconds)
        guard lifetime >= .seconds(3600) else { return invalid(chain, "leaf certificate lifetime must be >= 1 hour", value: shown) }
        let longest = spec["maxExpirationSeconds"].int ?? 0
        guard lifetime <= .seconds(longest) else {
            return invalid(chain, "leaf certificate lifetime must be <= spec.maxExpirationSeconds (\(longest))", value: shown)
        }
        guard refresh >= begin + Self.margin else {
            return invalid(status["beginRefreshAt"], "must be at least 10 minutes after status.notBefore")
        }
        guard refresh <= end - Self.margin else {
            return invalid(status["beginRefreshAt"], "must be at least 10 minutes before status.notAfter")
        }
        for block in blocks.dropFirst() {
            guard block.type == "CERTIFICATE" else {
                return refused("issued certificate chain must consist entirely of CERTFICATE PEM blocks")
            }
            guard (try? Certificate(der: block.bytes)) != nil else {
                return refused("intermediate certificate does not parse as valid X.509")
            }
        }
    }

    private static func requestedKey(_ spec: Place) -> PublicKey? {
        func bytes(_ name: String) -> [UInt8] { (try? Base64.decode(spec[name].text)) ?? [] }
        if !spec["stubPKCS10Request"].isEmpty { return try? CertificationRequest(der: bytes("stubPKCS10Request")).publicKey }
        return try? PublicKey(der: bytes("pkixPublicKey"))
    }

    private mutating func names(_ leaf: Certificate, _ chain: Place) {
        for name in leaf.alternativeNames?.dnsNames ?? [] {
            func refused(_ detail: String) -> Void { invalid(chain, detail, value: .string(name)) }
            if name.isEmpty { refused("leaf certificate should not contain empty DNSName") }
            if name.contains("..") { refused("leaf certificate's DNSName should not contain '..'") }
            if name.hasPrefix(".") || name.hasSuffix(".") { refused("leaf certificate's DNSName should not start or end with '.'") }
        }
        for email in leaf.alternativeNames?.emails ?? [] where !Self.isMailbox(email) {
            invalid(chain, "leaf certificate should not contain invalid EmailAddress", value: .string(email))
        }
    }

    /// "name@domain": as much of RFC 5322 as certificates have use for.
    private static func isMailbox(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        let isAtoms = parts.allSatisfy { part in
            part.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { atom in
                !atom.isEmpty && atom.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"()<>[]:;\\,\"".utf8.contains($0) }
            }
        }
        return parts.count == 2 && isAtoms
    }

    private mutating func times(_ status: Place) -> (begin: Timestamp, end: Timestamp, refresh: Timestamp)? {
        func time(_ name: String) -> Timestamp? { Timestamp(rfc3339: status[name].text) }
        if let begin = time("notBefore"), let end = time("notAfter"), let refresh = time("beginRefreshAt") { return (begin, end, refresh) }
        for name in ["notBefore", "notAfter"] where time(name) == nil {
            required(status[name], "must be present and consistent with the issued certificate")
        }
        if time("beginRefreshAt") == nil {
            required(status["beginRefreshAt"], "must be present and in the range [notbefore+10min, notafter-10min]")
        }
        return nil
    }
}
