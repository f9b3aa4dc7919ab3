import Core
import RegularExpressions

/// Kubernetes' own libraries: patterns, URLs, quantities, addresses, named formats.
extension Library {
    private static func text(_ value: CELValue) throws -> String {
        guard case .string(let text) = value else { throw CELError.noOverload }
        return text
    }

    // MARK: Patterns

    /// What `body` finds with the pattern in `values[1]`.
    private static func matching<Found>(_ values: [CELValue], _ body: (RegularExpression, String) throws -> Found) throws -> Found {
        do {
            return try body(try RegularExpression.cached(try text(values[1])), try text(values[0]))
        } catch let error as PatternError {
            throw CELError("\(error)")
        }
    }

    static let patterns = Library(functions: [
        "matches": Function([Signature([.string, .string], .bool), .member(.string, [.string], .bool)]) {
            .bool(try matching($0) { try $0.matches($1) })
        },
        "find": Function([.member(.string, [.string], .string)]) { .string(try matching($0) { try $0.firstMatch(in: $1) } ?? "") },
        "findAll": Function([.member(.string, [.string], .list(.string)), .member(.string, [.string, .int], .list(.string))]) { values in
            var limit = Int.max
            if values.count > 2 {
                guard case .int(let number) = values[2] else { throw CELError.noOverload }
                if number >= 0 { limit = Int(clamping: number) }
            }
            return .list(try matching(values) { try $0.allMatches(in: $1, limit: limit) }.map { .string($0) })
        },
    ])

    // MARK: URLs

    private static let urlType = CELType.opaque("kubernetes.URL")

    private static func url(_ read: @escaping @Sendable (CELURL) -> CELValue, _ result: CELType = .string) -> Function {
        Function([.member(urlType, [], result)]) { values in
            guard case .url(let url) = values[0] else { throw CELError.noOverload }
            return read(url)
        }
    }

    static let urls = Library(functions: [
        "url": Function([Signature([.string], urlType)]) { values in
            let text = try text(values[0])
            guard let url = CELURL(parsing: text) else {
                throw CELError("URL parse error during conversion from string: parse \"\(text)\": invalid URI for request")
            }
            return .url(url)
        },
        "isURL": Function([Signature([.string], .bool)]) { .bool(CELURL(parsing: try text($0[0])) != nil) },
        "getScheme": url { .string($0.scheme) }, "getHost": url { .string($0.host) }, "getEscapedPath": url { .string($0.path) },
        "getHostname": url { .string($0.hostname) }, "getPort": url { .string($0.port) },
        "getQuery": url({ .map($0.queryItems) }, .map(.string, .list(.string))),
    ])

    // MARK: Quantities

    private static let quantity = CELType.opaque("kubernetes.Quantity")

    private static func amount(_ value: CELValue) throws -> Quantity {
        switch value {
        case .quantity(let quantity): return quantity
        case .int(let number): return Quantity(number)
        default: throw CELError.noOverload
        }
    }

    static let quantities = Library(functions: [
        "quantity": Function([Signature([.string], quantity)]) { values in
            guard let quantity = Quantity(try text(values[0])) else {
                throw CELError("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")
            }
            return .quantity(quantity)
        },
        "isQuantity": Function([Signature([.string], .bool)]) { .bool(Quantity(try text($0[0])) != nil) },
        "sign": Function([.member(quantity, [], .int)]) {
            .int(try amount($0[0]).nano.signum() < 0 ? -1 : try amount($0[0]).isZero ? 0 : 1)
        },
        "isInteger": Function([.member(quantity, [], .bool)]) { .bool(Self.whole(try amount($0[0])) != nil) },
        "asInteger": Function([.member(quantity, [], .int)]) { values in
            guard let whole = Self.whole(try amount(values[0])) else { throw CELError("cannot convert value to integer") }
            return .int(whole)
        },
        "asApproximateFloat": Function([.member(quantity, [], .double)]) { .double(try amount($0[0]).double) },
        "add": Function([.member(quantity, [quantity], quantity), .member(quantity, [.int], quantity)]) {
            .quantity(try amount($0[0]) + amount($0[1]))
        },
        "sub": Function([.member(quantity, [quantity], quantity), .member(quantity, [.int], quantity)]) {
            .quantity(try amount($0[0]) - amount($0[1]))
        },
        "isLessThan": Function([.member(quantity, [quantity], .bool)]) { .bool(try amount($0[0]) < amount($0[1])) },
        "isGreaterThan": Function([.member(quantity, [quantity], .bool)]) { .bool(try amount($0[1]) < amount($0[0])) },
        "compareTo": Function([.member(quantity, [quantity], .int)]) { values in
            let (a, b) = (try amount(values[0]), try amount(values[1]))
            return .int(a < b ? -1 : a == b ? 0 : 1)
        },
    ])

    private static func whole(_ quantity: Quantity) -> Int64? {
        let (quotient, remainder) = quantity.nano.quotientAndRemainder(dividingBy: 1_000_000_000)
        return remainder == 0 ? Int64(exactly: quotient) : nil
    }

    // MARK: Addresses

    private static let ipType = CELType.opaque("net.IP")
    private static let cidrType = CELType.opaque("net.CIDR")

    private static func address(_ value: CELValue) throws -> CELAddress {
        guard case .ip(let address) = value else { throw CELError.noOverload }
        return address
    }

    private static func parseAddress(_ text: String) throws -> CELAddress {
        if let bytes = IPText.ipv4(text) ?? IPText.ipv6(text) {
            guard bytes.count == 4 || !(bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF) else {
                throw CELError("IPv4-mapped IPv6 address \"\(text)\" is not allowed")
            }
            return CELAddress(bytes: bytes)
        }
        throw CELError("IP Address \"\(text)\" parse error during conversion from string: ParseAddr(\"\(text)\"): unable to parse IP")
    }

    private static func parseRange(_ text: String) throws -> (CELAddress, Int) {
        let problem = CELError("network address parse error during conversion from string: netip.ParsePrefix(\"\(text)\"): no '/'")
        guard let slash = text.lastIndex(of: "/") else { throw problem }
        let digits = text[text.index(after: slash)...]
        guard let address = try? parseAddress(String(text[..<slash])), let prefix = Int(digits), "\(prefix)" == digits, prefix >= 0,
            prefix <= address.bytes.count * 8
        else {
            throw CELError(
                "network address parse error during conversion from string: netip.ParsePrefix(\"\(text)\"): bad bits after slash")
        }
        return (address, prefix)
    }

    private static func range(_ value: CELValue) throws -> (CELAddress, Int) {
        guard case .cidr(let address, let prefix) = value else { throw CELError.noOverload }
        return (address, prefix)
    }

    private static func masked(_ address: CELAddress, _ prefix: Int) -> CELAddress {
        CELAddress(
            bytes: address.bytes.enumerated().map { position, byte in
                let bits = max(0, min(8, prefix - position * 8))
                return bits == 0 ? 0 : byte & (0xFF << UInt8(8 - bits))
            })
    }

    private static func contains(_ range: (CELAddress, Int), _ address: CELAddress) -> Bool {
        range.0.bytes.count == address.bytes.count && masked(range.0, range.1) == masked(address, range.1)
    }

    private static func test(_ test: @escaping @Sendable (CELAddress) -> Bool) -> Function {
        Function([.member(ipType, [], .bool)]) { .bool(test(try address($0[0]))) }
    }

    static let addresses = Library(functions: [
        "ip": Function([Signature([.string], ipType), .member(cidrType, [], ipType)]) { values in
            if case .cidr(let address, _) = values[0] { return .ip(address) }
            return .ip(try parseAddress(try text(values[0])))
        },
        "isIP": Function([Signature([.string], .bool)]) { .bool((try? parseAddress(try text($0[0]))) != nil) },
        "ip.isCanonical": Function([Signature([.string], .bool)]) { values in
            let text = try text(values[0])
            return .bool(addressText(try parseAddress(text)) == text)
        },
        "family": Function([.member(ipType, [], .int)]) { .int(try address($0[0]).isIPv4 ? 4 : 6) },
        "isUnspecified": test { $0.bytes.allSatisfy { $0 == 0 } },
        "isLoopback": test { $0.isIPv4 ? $0.bytes[0] == 127 : $0.bytes.dropLast().allSatisfy { $0 == 0 } && $0.bytes[15] == 1 },
        "isLinkLocalMulticast": test { $0.isIPv4 ? $0.bytes[..<3] == [224, 0, 0] : $0.bytes[0] == 0xFF && $0.bytes[1] & 0x0F == 2 },
        "isLinkLocalUnicast": test { $0.isIPv4 ? $0.bytes[..<2] == [169, 254] : $0.bytes[0] == 0xFE && $0.bytes[1] & 0xC0 == 0x80 },
        "isGlobalUnicast": test { address in
            let bytes = address.bytes
            if bytes.allSatisfy({ $0 == 0 }) { return false }
            if address.isIPv4 {
                return bytes[0] != 127 && bytes[0] & 0xF0 != 224 && bytes != [255, 255, 255, 255] && bytes[..<2] != [169, 254]
            }
            let isLoopback = bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] == 1
            return !isLoopback && bytes[0] != 0xFF && !(bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80)
        },
        "cidr": Function([Signature([.string], cidrType)]) { values in
            let (address, prefix) = try parseRange(try text(values[0]))
            return .cidr(address, prefix: prefix)
        },
        "isCIDR": Function([Signature([.string], .bool)]) { .bool((try? parseRange(try text($0[0]))) != nil) },
        "containsIP": Function([.member(cidrType, [ipType], .bool), .member(cidrType, [.string], .bool)]) { values in
            let address = if case .string(let text) = values[1] { try parseAddress(text) } else { try address(values[1]) }
            return .bool(contains(try range(values[0]), address))
        },
        "containsCIDR": Function([.member(cidrType, [cidrType], .bool), .member(cidrType, [.string], .bool)]) { values in
            let inner = if case .string(let text) = values[1] { try parseRange(text) } else { try range(values[1]) }
            let outer = try range(values[0])
            return .bool(outer.1 <= inner.1 && contains(outer, inner.0))
        },
        "masked": Function([.member(cidrType, [], cidrType)]) { values in
            let (address, prefix) = try range(values[0])
            return .cidr(masked(address, prefix), prefix: prefix)
        },
        "prefixLength": Function([.member(cidrType, [], .int)]) { .int(Int64(try range($0[0]).1)) },
    ])

    /// The canonical text of an address: the longest run of zeros of an IPv6 address left out.
    static func addressText(_ address: CELAddress) -> String {
        guard !address.isIPv4 else { return address.bytes.map { "\($0)" }.joined(separator: ".") }
        let groups = (0..<8).map { UInt16(address.bytes[$0 * 2]) << 8 | UInt16(address.bytes[$0 * 2 + 1]) }
        var best = 0..<0
        var position = 0
        while position < 8 {
            var end = position
            while end < 8, groups[end] == 0 { end += 1 }
            if end - position > max(1, best.count) { best = position..<end }
            position = max(end, position + 1)
        }
        func text(_ range: Range<Int>) -> String { groups[range].map { String($0, radix: 16) }.joined(separator: ":") }
        return best.isEmpty ? text(0..<8) : "\(text(0..<best.lowerBound))::\(text(best.upperBound..<8))"
    }

    // MARK: Named formats

    private static let formatType = CELType.opaque("kubernetes.NamedFormat")

    static let formats = Library(
        functions: {
            var functions: [String: Function] = [:]
            for name in NamedFormat.names {
                functions["format.\(name)"] = Function([Signature([], formatType)]) { _ in .format(name) }
            }
            functions["format.named"] = Function([Signature([.string], .optional(formatType))]) { values in
                let name = try text(values[0])
                return .optional(NamedFormat.names.contains(name) ? .format(name) : nil)
            }
            functions["validate"] = Function([.member(formatType, [.string], .optional(.list(.string)))]) { values in
                guard case .format(let name) = values[0] else { throw CELError.noOverload }
                let problems = NamedFormat.problems(try text(values[1]), name)
                return .optional(problems.isEmpty ? nil : .list(problems.map { .string($0) }))
            }
            return functions
        }())
}

/// The formats of the library `format`.
enum NamedFormat {
    static let names = [
        "dns1123Label", "dns1123Subdomain", "dns1035Label", "qualifiedName", "dns1123LabelPrefix", "dns1123SubdomainPrefix",
        "dns1035LabelPrefix",
        "labelValue", "uri", "uuid", "byte", "date", "datetime",
    ]

    private static let label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
    private static let patterns: [String: (String, Int)] = [
        "dns1123Label": ("^\(label)$", 63), "dns1123Subdomain": ("^\(label)(\\.\(label))*$", 253),
        "dns1035Label": ("^[a-z]([-a-z0-9]*[a-z0-9])?$", 63),
        "qualifiedName": ("^(\(label)(\\.\(label))*/)?([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]$", 317),
        "labelValue": ("^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$", 63),
        "uuid": ("(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$", 64),
        "byte": ("^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$", .max),
    ]

    static func problems(_ text: String, _ name: String) -> [String] {
        switch name {
        case "uri": return CELURL(parsing: text) == nil ? ["invalid URI"] : []
        case "date": return text.utf8.count == 10 && Timestamp(rfc3339: "\(text)T00:00:00Z") != nil ? [] : ["invalid date"]
        case "datetime": return Timestamp(rfc3339: text) == nil ? ["invalid datetime"] : []
        default: break
        }
        // A prefix may end in a dash, which is followed by more.
        let base = name.hasSuffix("Prefix") ? String(name.dropLast(6)) : name
        let checked = name.hasSuffix("Prefix") && text.hasSuffix("-") ? text.dropLast() + "a" : text
        guard let (pattern, limit) = patterns[base], let expression = try? RegularExpression.cached(pattern) else {
            return ["unknown format \(name)"]
        }
        var problems: [String] = []
        if text.utf8.count > limit { problems.append("must be no more than \(limit) bytes") }
        // What takes too long to be matched is not taken for a match.
        if (try? expression.matches(checked)) != true { problems.append("must match the regular expression '\(pattern)'") }
        return problems
    }
}

extension CELURL {
    /// An absolute URL or an absolute path, as Go's `url.ParseRequestURI` takes them.
    init?(parsing text: String) {
        self.init()
        self.text = text
        guard !text.isEmpty, !text.unicodeScalars.contains(where: { $0.value <= 0x20 || $0.value == 0x7F }) else { return nil }
        var rest = text[...]
        if !rest.hasPrefix("/") {
            guard let colon = rest.firstIndex(of: ":"), let first = rest.first, first.isASCII, first.isLetter else { return nil }
            let scheme = rest[..<colon]
            guard scheme.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }) else { return nil }
            self.scheme = scheme.lowercased()
            rest = rest[rest.index(after: colon)...]
            guard rest.hasPrefix("/") else { return nil }
        }
        if rest.hasPrefix("//") {
            rest = rest.dropFirst(2)
            let authority = rest.prefix { $0 != "/" && $0 != "?" }
            host = String(authority.split(separator: "@", omittingEmptySubsequences: false).last ?? "")
            rest = rest.dropFirst(authority.count)
            if host.hasPrefix("["), !host.contains("]") { return nil }
            if !port.isEmpty, Int(port) == nil { return nil }
        }
        let path = rest.prefix { $0 != "?" }
        self.path = Self.escaped(String(path))
        query = rest.dropFirst(path.count).first == "?" ? String(rest.dropFirst(path.count + 1)) : ""
        guard Self.unescaped(self.path) != nil else { return nil }
    }

    var hostname: String {
        if host.hasPrefix("[") { return String(host.dropFirst().prefix { $0 != "]" }) }
        return String(host.prefix { $0 != ":" })
    }

    var port: String {
        let rest = host.hasPrefix("[") ? host.drop { $0 != "]" }.dropFirst() : host[...]
        return rest.firstIndex(of: ":").map { String(rest[rest.index(after: $0)...]) } ?? ""
    }

    /// The values of each name in the query.
    var queryItems: CELMap {
        var map = CELMap()
        for item in query.split(separator: "&") {
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
                String($0.map { $0 == "+" ? " " : $0 })
            }
            guard let name = Self.unescaped(parts[0]), let value = Self.unescaped(parts.count > 1 ? parts[1] : "") else { continue }
            var values: [CELValue] = []
            if case .list(let known)? = map[.string(name)] { values = known }
            map[.string(name)] = .list(values + [.string(value)])
        }
        return map
    }

    private static func escaped(_ path: String) -> String {
        var result = ""
        for byte in path.utf8 {
            let isPlain = byte > 0x20 && byte < 0x7F && !"\"<>\\^`{|}".utf8.contains(byte)
            result += isPlain ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
        return result
    }

    private static func unescaped(_ text: String) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == 0x25 else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
