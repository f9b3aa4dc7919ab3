import Glibc

/// Advice about addresses that are accepted for the sake of old objects, and are not how one should write them.
enum AddressWarnings {
    static func ip(_ place: Place, _ warnings: inout [String]) {
        let text = place.text
        if let plain = withoutLeadingZeros(text) {
            if plain != text {
                warnings.append("\(place.path): non-standard IP address \(Validator.quoted(text)) is invalid: use \"\(plain)\"")
            }
        } else if let address = ipv6(text) {
            if address.mapped {
                return warnings.append(
                    "\(place.path): non-standard IP address \(Validator.quoted(text)) is invalid: use \"\(address.text)\"")
            }
            if address.text != text {
                warnings.append(
                    "\(place.path): IPv6 address \(Validator.quoted(text)) should be in RFC 5952 canonical format (\"\(address.text)\")")
            }
        }
    }

    static func cidr(_ place: Place, _ warnings: inout [String]) {
        let text = place.text
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let length = Int(parts[1]) else { return }
        func masked(_ bytes: [UInt8]) -> [UInt8] {
            bytes.enumerated().map { index, byte in
                let bits = max(0, min(8, length - index * 8))
                return byte & UInt8(truncatingIfNeeded: 0xFF00 >> bits)
            }
        }
        if let plain = withoutLeadingZeros(parts[0]) {
            let bytes = plain.split(separator: ".").compactMap { UInt8($0) }
            let network = masked(bytes).map(String.init).joined(separator: ".")
            if plain != parts[0] || "\(length)" != parts[1] {
                warnings.append("\(place.path): non-standard CIDR value \(Validator.quoted(text)) is invalid: use \"\(network)/\(length)\"")
            } else if network != plain {
                warnings.append(
                    "\(place.path): CIDR value \(Validator.quoted(text)) is ambiguous in this context (should be \"\(network)/\(length)\" or "
                        + "\"\(plain)/32\"?)")
            }
        } else if let address = ipv6(parts[0]) {
            let network = written(masked(address.bytes))
            if network != written(address.bytes) {
                warnings.append(
                    "\(place.path): CIDR value \(Validator.quoted(text)) is ambiguous in this context (should be \"\(network)/\(length)\" or "
                        + "\"\(address.text)/128\"?)")
            } else if "\(network)/\(length)" != text {
                warnings.append(
                    "\(place.path): IPv6 CIDR value \(Validator.quoted(text)) should be in RFC 5952 canonical format (\"\(network)/\(length)\")"
                )
            }
        }
    }

    /// An IPv4 address as it should be written; nil when it is none even with leading zeros.
    private static func withoutLeadingZeros(_ text: String) -> String? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var numbers: [String] = []
        for part in parts {
            guard !part.isEmpty, part.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(part), number < 256 else {
                return nil
            }
            numbers.append("\(number)")
        }
        return numbers.joined(separator: ".")
    }

    private static func ipv6(_ text: String) -> (text: String, bytes: [UInt8], mapped: Bool)? {
        var address = in6_addr()
        guard inet_pton(AF_INET6, text, &address) == 1 else { return nil }
        let bytes = withUnsafeBytes(of: &address) { Array($0) }
        let isMapped = bytes[0..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
        return (isMapped ? bytes[12...].map(String.init).joined(separator: ".") : written(bytes), bytes, isMapped)
    }

    private static func written(_ bytes: [UInt8]) -> String {
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        var bytes = bytes
        guard inet_ntop(AF_INET6, &bytes, &buffer, socklen_t(buffer.count)) != nil else { return "" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
