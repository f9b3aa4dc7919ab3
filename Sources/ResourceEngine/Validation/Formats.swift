#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The forms of names and addresses, and what is said of a text that has not the right one (empty when it has).
///
/// Texts and limits: `k8s.io/apimachinery/pkg/util/validation`.
enum Formats {
    private static func isLowerAlphanumeric(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
    }
    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isLowerAlphanumeric(byte) || (0x41...0x5A).contains(byte)
    }

    /// Newer kinds of upstream's say bytes, which is what is counted.
    private static func tooLong(_ limit: Int, saysBytes: Bool = false) -> String {
        "must be no more than \(limit) \(saysBytes ? "bytes" : "characters")"
    }
    private static func misshapen(_ message: String, _ pattern: String, _ examples: String...) -> String {
        let list = examples.map { "'\($0)', " }.joined(separator: " or ")
        return "\(message) (e.g. \(list)regex used for validation is '\(pattern)')"
    }

    // MARK: DNS names

    private static func isLabel(_ bytes: Substring.UTF8View, underscore: Bool = false) -> Bool {
        guard var first = bytes.first, let last = bytes.last else { return false }
        if underscore, first == 0x5F {
            guard let next = bytes.dropFirst().first else { return false }
            first = next
        }
        return isLowerAlphanumeric(first) && isLowerAlphanumeric(last)
            && bytes.allSatisfy { isLowerAlphanumeric($0) || $0 == 0x2D || (underscore && $0 == 0x5F) }
    }

    private static func isSubdomain(_ text: Substring, underscore: Bool = false) -> Bool {
        var rest = text.utf8
        while let dot = rest.firstIndex(of: UInt8(ascii: ".")) {
            guard isLabel(rest[..<dot], underscore: underscore) else { return false }
            rest = rest[rest.index(after: dot)...]
        }
        return isLabel(rest, underscore: underscore)
    }

    /// The same of bytes, in one pass.
    private static func isSubdomain(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        // Where a label may begin, and end.
        var isBeginning = true
        var mayEnd = false
        for byte in bytes {
            if byte == UInt8(ascii: ".") {
                guard mayEnd else { return false }
                isBeginning = true
                mayEnd = false
            } else if isLowerAlphanumeric(byte) {
                isBeginning = false
                mayEnd = true
            } else {
                guard byte == UInt8(ascii: "-"), !isBeginning else { return false }
                mayEnd = false
            }
        }
        return mayEnd
    }

    private static let labelPattern = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
    private static let subdomainPattern = #"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"#

    static func dnsLabel(_ text: String) -> [String] {
        var problems: [String] = []
        if text.utf8.count > 63 { problems.append(tooLong(63)) }
        if !isLabel(text[...].utf8) {
            if isSubdomain(text[...]) {
                problems.append("must not contain dots")
            } else {
                problems.append(
                    misshapen(
                        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', "
                            + "and must start and end with an alphanumeric character",
                        labelPattern, "my-name", "123-abc"))
            }
        }
        return problems
    }

    static func dnsSubdomain(_ text: String, saysBytes: Bool = false) -> [String] {
        var problems: [String] = []
        if text.utf8.count > 253 { problems.append(tooLong(253, saysBytes: saysBytes)) }
        var bytes = text
        if !bytes.withUTF8({ isSubdomain($0) }) {
            problems.append(
                misshapen(
                    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "
                        + "and must start and end with an alphanumeric character",
                    subdomainPattern, "example.com"))
        }
        return problems
    }

    static func dnsSubdomainWithUnderscore(_ text: String) -> [String] {
        var problems: [String] = []
        if text.utf8.count > 253 { problems.append(tooLong(253)) }
        if !isSubdomain(text[...], underscore: true) {
            let label = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
            problems.append(
                misshapen(
                    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', "
                        + "and must start and end with an alphanumeric character",
                    "\(label)(\\.\(label))*", "example.com"))
        }
        return problems
    }

    static func wildcardSubdomain(_ text: String) -> [String] {
        var problems: [String] = []
        if text.utf8.count > 253 { problems.append(tooLong(253)) }
        if !text.hasPrefix("*.") || !isSubdomain(text.dropFirst(2)) {
            problems.append(
                misshapen(
                    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of "
                        + "lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
                    "\\*\\." + subdomainPattern, "*.example.com"))
        }
        return problems
    }

    static func dns1035Label(_ text: String) -> [String] {
        var problems: [String] = []
        if text.utf8.count > 63 { problems.append(tooLong(63)) }
        if !isLabel(text[...].utf8) || text.utf8.first.map({ (0x30...0x39).contains($0) }) ?? true {
            problems.append(
                misshapen(
                    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic "
                        + "character, and end with an alphanumeric character",
                    "[a-z]([-a-z0-9]*[a-z0-9])?", "my-name", "abc-123"))
        }
        return problems
    }

    /// A name with at least two dotted parts ("example.com").
    static func fullyQualifiedName(_ text: String) -> [String] {
        let problems = dnsSubdomain(text)
        if !problems.isEmpty { return problems }
        return text.split(separator: ".").count < 3 ? ["should be a domain with at least three segments separated by dots"] : []
    }

    /// A name as a part of a URL path: what every object's name has to be.
    static func pathSegment(_ text: String) -> [String] {
        if text == "." || text == ".." { return ["may not be '\(text)'"] }
        return ["/", "%"].filter { text.contains($0) }.map { "may not contain '\($0)'" }
    }

    // MARK: Labels and keys

    /// Whether nothing is wrong with a label key, in one pass over its bytes.
    private static func isQualifiedName(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var start = 0
            if let slash = bytes.firstIndex(of: UInt8(ascii: "/")) {
                guard slash <= 253, isSubdomain(UnsafeBufferPointer(rebasing: bytes[..<slash])) else { return false }
                start = slash + 1
            }
            guard (1...63).contains(bytes.count - start), isAlphanumeric(bytes[start]), isAlphanumeric(bytes[bytes.count - 1]) else {
                return false
            }
            for position in start..<bytes.count {
                let byte = bytes[position]
                guard isAlphanumeric(byte) || byte == 0x2D || byte == 0x5F || byte == 0x2E else { return false }
            }
            return true
        }
    }

    private static func isNamePart(_ text: Substring) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, let last = bytes.last, isAlphanumeric(first), isAlphanumeric(last) else { return false }
        return bytes.allSatisfy { isAlphanumeric($0) || $0 == 0x2D || $0 == 0x5F || $0 == 0x2E }
    }

    private static let namePartMessage =
        "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
    private static let namePartPattern = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"

    /// "[prefix/]name": label keys, resource names, finalizers.
    static func qualifiedName(_ text: String) -> [String] {
        if isQualifiedName(text) { return [] }
        var problems: [String] = []
        var name = text[...]
        if let slash = text.utf8.firstIndex(of: UInt8(ascii: "/")) {
            let prefix = text[..<slash]
            name = text[text.utf8.index(after: slash)...]
            guard !name.utf8.contains(UInt8(ascii: "/")) else {
                return [
                    "a valid label key " + misshapen(namePartMessage, namePartPattern, "MyName", "my.name", "123-abc")
                        + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
                ]
            }
            if prefix.isEmpty {
                problems.append("prefix part must be non-empty")
            } else if prefix.utf8.count > 253 || !isSubdomain(prefix) {
                problems += dnsSubdomain(String(prefix)).map { "prefix part " + $0 }
            }
        }
        if name.isEmpty {
            problems.append("name part must be non-empty")
        } else if name.utf8.count > 63 {
            problems.append("name part must be no more than 63 bytes")
        }
        if !isNamePart(name) {
            problems.append("name part " + misshapen(namePartMessage, namePartPattern, "MyName", "my.name", "123-abc"))
        }
        return problems
    }

    static func labelValue(_ text: String, saysBytes: Bool = false) -> [String] {
        var problems: [String] = []
        if text.utf8.count > 63 { problems.append(tooLong(63, saysBytes: saysBytes)) }
        if !text.isEmpty, !isNamePart(text[...]) {
            problems.append(
                misshapen(
                    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', "
                        + "and must start and end with an alphanumeric character",
                    "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?", "MyValue", "my_value", "12345"))
        }
        return problems
    }

    private static func parentPath(_ text: String) -> [String] {
        if text == "." { return ["must not be '.'"] }
        if text == ".." { return ["must not be '..'"] }
        return text.hasPrefix("..") ? ["must not start with '..'"] : []
    }

    /// Why a `metav1.Condition` is as it is.
    static func conditionReason(_ text: String) -> [String] {
        func isPart(_ byte: UInt8) -> Bool { isAlphanumeric(byte) || byte == 0x5F }
        let isRight =
            text.utf8.first.map { isAlphanumeric($0) && !(0x30...0x39).contains($0) } == true && text.utf8.last.map(isPart) == true
            && text.utf8.allSatisfy { isPart($0) || $0 == 0x2C || $0 == 0x3A }
        if isRight { return [] }
        return [
            misshapen(
                "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', "
                    + "and must end with an alphanumeric character or '_'", "[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?", "my_name", "MY_NAME",
                "MyName", "ReasonA,ReasonB", "ReasonA:ReasonB")
        ]
    }

    /// A subdomain in letters of either case.
    static func caselessSubdomain(_ text: String) -> [String] {
        if text.utf8.count > 253 { return ["must be no more than 253 bytes"] }
        if isSubdomain(text.lowercased()[...]) { return [] }
        return [
            misshapen(
                "an RFC 1123 subdomain must consist of alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
                "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*", "Example.com")
        ]
    }

    /// What a StorageVersion is named after: "apps.deployments".
    static func storageVersionName(_ text: String) -> [String] {
        guard let dot = text.lastIndex(of: ".") else { return ["name must be in the form of <group>.<resource>"] }
        return dnsSubdomain(String(text[..<dot])).map { "the group segment \($0)" }
            + dns1035Label(String(text[text.index(after: dot)...])).map { "the resource segment \($0)" }
    }

    /// A key of a ConfigMap or Secret.
    static func configKey(_ text: String) -> [String] {
        var problems: [String] = []
        if text.utf8.count > 253 { problems.append(tooLong(253)) }
        if text.isEmpty || !text.utf8.allSatisfy({ isAlphanumeric($0) || $0 == 0x2D || $0 == 0x5F || $0 == 0x2E }) {
            problems.append(
                misshapen(
                    "a valid config key must consist of alphanumeric characters, '-', '_' or '.'", "[-._a-zA-Z0-9]+", "key.name",
                    "KEY_NAME", "key-name"))
        }
        return problems + parentPath(text)
    }

    static func environmentName(_ text: String) -> [String] {
        if text.isEmpty { return ["environment variable name must be non-empty"] }
        if text.utf8.contains(where: { $0 < 0x20 || $0 > 0x7E || $0 == 0x3D }) {
            return ["a valid environment variable name must consist only of printable ASCII characters other than '='"]
        }
        return []
    }

    static func headerName(_ text: String) -> [String] {
        if !text.isEmpty, text.utf8.allSatisfy({ isAlphanumeric($0) || $0 == 0x2D }) { return [] }
        return [misshapen("a valid HTTP header must consist of alphanumeric characters or '-'", "[-A-Za-z0-9]+", "X-Header-Name")]
    }

    static func portName(_ text: String) -> [String] {
        var problems: [String] = []
        let bytes = Array(text.utf8)
        if bytes.count > 15 { problems.append(tooLong(15)) }
        if bytes.isEmpty || !bytes.allSatisfy({ isLowerAlphanumeric($0) || $0 == 0x2D }) {
            problems.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
        }
        if !bytes.contains(where: { (0x61...0x7A).contains($0) }) { problems.append("must contain at least one letter (a-z)") }
        if text.contains("--") { problems.append("must not contain consecutive hyphens") }
        if bytes.first == 0x2D || bytes.last == 0x2D { problems.append("must not begin or end with a hyphen") }
        return problems
    }

    static func isPercent(_ text: String) -> Bool {
        text.utf8.count > 1 && text.hasSuffix("%") && text.utf8.dropLast().allSatisfy { (0x30...0x39).contains($0) }
    }
    static let percentMessage = misshapen(
        "a valid percent string must be a numeric string followed by an ending '%'", "[0-9]+%", "1%", "93%")

    // MARK: Addresses

    static let notAnAddress = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"

    static func isIPv4(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                (1...3).contains(part.utf8.count) && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
                    && Int(part).map { $0 < 256 } ?? false
                    && (part.utf8.count == 1 || part.utf8.first != 0x30)
            }
    }

    static func isIPv6(_ text: String) -> Bool {
        guard text.contains(":") else { return false }
        var address = in6_addr()
        return inet_pton(AF_INET6, text, &address) == 1
    }

    /// What is wrong with an address that may be written in one way only.
    static func canonicalAddress(_ text: String) -> [String] {
        if isIPv4(text) { return [] }
        guard isIPv6(text) else { return [notAnAddress] }
        var address = in6_addr()
        guard inet_pton(AF_INET6, text, &address) == 1 else { return [notAnAddress] }
        let bytes = withUnsafeBytes(of: address) { Array($0) }
        if bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF {
            return ["must not be an IPv4-mapped IPv6 address"]
        }
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(AF_INET6, &address, &buffer, socklen_t(INET6_ADDRSTRLEN)) != nil else { return [notAnAddress] }
        let canonical = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return canonical == text ? [] : ["must be in canonical form (\"\(canonical)\")"]
    }

    static func isCIDR(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let length = Int(parts[1]), parts[1] == "\(length)", length >= 0 else { return false }
        let address = String(parts[0])
        return isIPv4(address) ? length <= 32 : isIPv6(address) && length <= 128
    }
}
