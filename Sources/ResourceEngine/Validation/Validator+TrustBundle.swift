import Core
import Values

/// ClusterTrustBundles: certificates of authorities that workloads may trust.
extension Validator {
    private static let bundleLimit = 1 << 20

    /// What has not changed is not read again, so that stricter readers refuse nothing old.
    mutating func clusterTrustBundle(_ object: Place, old: Place? = nil) {
        let signer = object["spec"]["signerName"]
        metadata(object["metadata"], isNamespaced: false, name: .bundle(signer: signer.text))
        if !signer.isEmpty { signerName(signer) }
        let bundle = object["spec"]["trustBundle"]
        if old?["spec"]["trustBundle"].text == bundle.text { return }
        guard bundle.text.utf8.count <= Self.bundleLimit else {
            return tooLong(bundle, Self.bundleLimit)
        }
        let omitted = Value.string("<value omitted>")
        let blocks = PEMBlocks.read(bundle.text)
        var problems: [String] = []
        for (position, block) in blocks.enumerated() {
            if block.type != "CERTIFICATE" {
                problems.append("entry \(position) has bad block type: \(block.type)")
            } else if block.hasHeaders {
                problems.append("entry \(position) has PEM block headers")
            } else if !CertificateOutline.isCertificate(block.bytes) {
                problems.append("entry \(position) does not parse as X.509")
            } else if !CertificateOutline.isAuthority(block.bytes) {
                problems.append("entry \(position) does not have the CA bit set")
            }
        }
        if problems.isEmpty {
            if blocks.isEmpty { problems.append("at least one trust anchor must be provided") }
            var places: [[UInt8]: [Int]] = [:]
            for (position, block) in blocks.enumerated() { places[block.bytes, default: []].append(position) }
            for same in places.values.filter({ $0.count > 1 }).sorted(by: { $0[0] < $1[0] }) {
                problems.append("duplicate trust anchor (indices [\(same.map { "\($0)" }.joined(separator: " "))])")
            }
        }
        for problem in problems { invalid(bundle, problem, value: omitted) }
    }
}

/// The blocks of a PEM text, as Go reads them: text around them is ignored, and so is what is no block.
struct PEMBlocks {
    struct Block {
        let type: String
        let hasHeaders: Bool
        let bytes: [UInt8]
    }

    static func read(_ text: String) -> [Block] {
        var blocks: [Block] = []
        var type: String?
        var body = ""
        var hasHeaders = false
        for line in text.split(whereSeparator: \.isNewline) {
            if line.hasPrefix("-----BEGIN "), line.hasSuffix("-----") {
                (type, body, hasHeaders) = (String(line.dropFirst(11).dropLast(5)), "", false)
            } else if let open = type {
                if line == "-----END \(open)-----" {
                    if let bytes = try? Base64.decode(body) { blocks.append(Block(type: open, hasHeaders: hasHeaders, bytes: bytes)) }
                    type = nil
                } else if line.contains(":") {
                    hasHeaders = true
                } else {
                    body += line.filter { !$0.isWhitespace }
                }
            }
        }
        return blocks
    }
}

/// As much of a certificate's DER form as tells an authority's from other bytes.
enum CertificateOutline {
    /// The contents of an element of a tag that begins at `start`, and where it ends. Nil where there is none.
    private static func element(_ tag: UInt8, _ bytes: ArraySlice<UInt8>) -> (content: ArraySlice<UInt8>, end: Int)? {
        var position = bytes.startIndex
        guard bytes.count >= 2, bytes[position] == tag else { return nil }
        position += 1
        var length = Int(bytes[position])
        position += 1
        if length >= 0x80 {
            let count = length & 0x7F
            guard (1...4).contains(count), bytes.endIndex - position >= count else { return nil }
            length = bytes[position..<position + count].reduce(0) { $0 << 8 | Int($1) }
            position += count
        }
        guard bytes.endIndex - position >= length else { return nil }
        return (bytes[position..<position + length], position + length)
    }

    /// A sequence of a sequence (what is signed), an algorithm and a signature, and nothing behind it.
    static func isCertificate(_ bytes: [UInt8]) -> Bool {
        guard let whole = element(0x30, bytes[...]), whole.end == bytes.count, let signed = element(0x30, whole.content),
            let algorithm = element(0x30, whole.content[signed.end...]),
            let signature = element(0x03, whole.content[algorithm.end...])
        else { return false }
        return signature.end == whole.content.endIndex
    }

    /// Whether its basic constraints say that it is an authority's: the extension 2.5.29.19, critical or not, begins with TRUE.
    static func isAuthority(_ bytes: [UInt8]) -> Bool {
        let name: [UInt8] = [0x06, 0x03, 0x55, 0x1D, 0x13]
        guard bytes.count > name.count else { return false }
        for start in 0..<bytes.count - name.count where bytes[start..<start + name.count].elementsEqual(name) {
            var rest = bytes[(start + name.count)...]
            if let critical = element(0x01, rest) { rest = rest[critical.end...] }
            guard let value = element(0x04, rest), let constraints = element(0x30, value.content),
                let flag = element(0x01, constraints.content)
            else { continue }
            return flag.content.first == 0xFF
        }
        return false
    }
}
