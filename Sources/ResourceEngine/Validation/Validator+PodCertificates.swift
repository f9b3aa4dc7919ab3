import Core
import Cryptography
import Values

/// PodCertificateRequests: a node asks a signer for a certificate that one of its pods shall have (`pkg/apis/certificates/validation`).
extension Validator {
    private static let uidLimit = 128
    private static let keyLimit = 10 << 10
    private static let lifetimes: ClosedRange<Int64> = 3600...(91 * 86_400)
    private static let ownLifetimes: ClosedRange<Int64> = 3600...86_400

    mutating func podCertificateRequest(_ object: Place) {
        let spec = object["spec"]
        signerName(spec["signerName"])
        if spec["unverifiedUserAnnotations"].isPresent { userAnnotations(spec["unverifiedUserAnnotations"]) }
        for (name, uid) in [("podName", "podUID"), ("serviceAccountName", "serviceAccountUID"), ("nodeName", "nodeUID")] {
            dnsSubdomain(spec[name].with(.string(spec[name].text)))
            if spec[uid].isEmpty { invalid(spec[uid], "must not be empty", value: "") }
            if spec[uid].text.utf8.count > Self.uidLimit { tooLong(spec[uid], Self.uidLimit) }
        }
        guard let lifetime = spec["maxExpirationSeconds"].int else { return required(spec["maxExpirationSeconds"], "must be set") }
        let range = Self.isOwnSigner(spec["signerName"].text) ? Self.ownLifetimes : Self.lifetimes
        if !range.contains(lifetime) {
            invalid(spec["maxExpirationSeconds"], "must be in the range [\(range.lowerBound), \(range.upperBound)]")
        }
        switch (spec["stubPKCS10Request"].isEmpty, spec["pkixPublicKey"].isEmpty, spec["proofOfPossession"].isEmpty) {
        case (false, true, true): certificationRequest(spec["stubPKCS10Request"])
        case (true, false, false): provenKey(spec)
        default: invalidHidden(spec, "exactly one of (stubPKCS10Request) or (pkixPublicKey, proofOfPossession) must be set")
        }
    }

    private static func isOwnSigner(_ name: String) -> Bool {
        let domain = name.prefix { $0 != "/" }
        return domain == "kubernetes.io" || domain.hasSuffix(".kubernetes.io")
    }

    private mutating func userAnnotations(_ annotations: Place) {
        var size = 0
        for (key, place) in annotations.entries {
            size += key.utf8.count + place.text.utf8.count
            let name = key.lowercased()
            guard !name.isEmpty else {
                required(annotations)
                continue
            }
            let problems = Formats.qualifiedName(name)
            for problem in problems { invalid(annotations, problem, value: .string(name)) }
            if problems.isEmpty, !name.contains("/") {
                invalid(annotations, "must be a domain-prefixed key (such as \"acme.io/foo\")", value: .string(name))
            }
        }
        if size > Self.annotationLimit { tooLong(annotations, Self.annotationLimit) }
    }

    private mutating func certificationRequest(_ place: Place) {
        guard let der = bytes(place) else { return }
        let request: CertificationRequest
        do { request = try CertificationRequest(der: der) } catch { return invalidHidden(place, "must be a valid PKCS#10 CSR") }
        guard isStrong(request.publicKey, place) else { return }
        if !request.isSignedWithOwnKey { invalidHidden(place, "invalid signature") }
    }

    private mutating func provenKey(_ spec: Place) {
        let (place, proof) = (spec["pkixPublicKey"], spec["proofOfPossession"])
        guard let der = bytes(place), let signature = bytes(proof) else { return }
        let key: PublicKey
        do { key = try PublicKey(der: der) } catch { return invalid(place, "must be a valid PKIX-serialized public key") }
        guard isStrong(key, place) else { return }
        if !key.verifies(signature, of: Array(spec["podUID"].text.utf8)) {
            invalidHidden(proof, "could not verify proof-of-possession signature")
        }
    }

    /// What a field of bytes holds; nil for too many.
    private mutating func bytes(_ place: Place) -> [UInt8]? {
        guard let bytes = try? Base64.decode(place.text) else {  // The schema has refused such texts.
            invalidHidden(place, "must be base64")
            return nil
        }
        if bytes.count > Self.keyLimit { tooLong(place, Self.keyLimit) }
        return bytes.count > Self.keyLimit ? nil : bytes
    }

    private mutating func isStrong(_ key: PublicKey, _ place: Place) -> Bool {
        guard key.sort == .rsa, key.bits != 3072, key.bits != 4096 else { return true }
        invalid(place, "RSA keys must have modulus size 3072 or 4096", value: .string("\(key.bits)-bit modulus"))
        return false
    }

    mutating func podCertificateRequestUpdate(_ new: Place, _ old: Place) {
        metadataUpdate(new["metadata"], old["metadata"])
        immutable(new["spec"], old["spec"])
    }
}
