import Core

/// Conversions between types, and what is known of types.
extension Library {
    private static let a = CELType.parameter("A")

    static let conversions = Library(functions: [
        "dyn": Function([Signature([a], .dyn)]) { $0[0] },
        "type": Function([Signature([a], .type)]) { .type($0[0].type) },
        "int": Function([CELType.int, .uint, .double, .string, .timestamp].map { Signature([$0], .int) }) { values in
            switch values[0] {
            case .int: return values[0]
            case .uint(let number): if let whole = Int64(exactly: number) { return .int(whole) }
            case .double(let number):
                let whole = number.rounded(.towardZero)
                if !number.isNaN, whole > -9.2233720368547758e18, whole < 9.2233720368547758e18 { return .int(Int64(whole)) }
            case .string(let text):
                guard let number = Int64(text) else { throw CELError("strconv.ParseInt: parsing \"\(text)\": invalid syntax") }
                return .int(number)
            case .timestamp(let moment): return .int(moment.seconds)
            default: throw CELError.noOverload
            }
            throw CELError("integer overflow")
        },
        "uint": Function([CELType.int, .uint, .double, .string].map { Signature([$0], .uint) }) { values in
            switch values[0] {
            case .uint: return values[0]
            case .int(let number): if let whole = UInt64(exactly: number) { return .uint(whole) }
            case .double(let number):
                let whole = number.rounded(.towardZero)
                if !number.isNaN, whole >= 0, whole < 1.8446744073709552e19 { return .uint(UInt64(whole)) }
            case .string(let text):
                guard let number = UInt64(text) else { throw CELError("strconv.ParseUint: parsing \"\(text)\": invalid syntax") }
                return .uint(number)
            default: throw CELError.noOverload
            }
            throw CELError("unsigned integer overflow")
        },
        "double": Function([CELType.int, .uint, .double, .string].map { Signature([$0], .double) }) { values in
            switch values[0] {
            case .double: return values[0]
            case .int(let number): return .double(Double(number))
            case .uint(let number): return .double(Double(number))
            case .string(let text):
                guard let number = Double(text) else { throw CELError("strconv.ParseFloat: parsing \"\(text)\": invalid syntax") }
                return .double(number)
            default: throw CELError.noOverload
            }
        },
        "bool": Function([Signature([.bool], .bool), Signature([.string], .bool)]) { values in
            switch values[0] {
            case .bool: return values[0]
            case .string(let text):
                if ["true", "True", "TRUE", "t", "T", "1"].contains(text) { return .bool(true) }
                if ["false", "False", "FALSE", "f", "F", "0"].contains(text) { return .bool(false) }
                throw CELError("strconv.ParseBool: parsing \"\(text)\": invalid syntax")
            default: throw CELError.noOverload
            }
        },
        "string": Function(
            [CELType.bool, .int, .uint, .double, .string, .bytes, .timestamp, .duration, .opaque("net.IP"), .opaque("net.CIDR")].map {
                Signature([$0], .string)
            }
        ) { .string(try text(of: $0[0])) },
        "bytes": Function([Signature([.bytes], .bytes), Signature([.string], .bytes)]) { values in
            switch values[0] {
            case .bytes: values[0]
            case .string(let text): .bytes(Array(text.utf8))
            default: throw CELError.noOverload
            }
        },
    ])

    static func text(of value: CELValue) throws -> String {
        switch value {
        case .bool(let flag): return flag ? "true" : "false"
        case .int(let number): return "\(number)"
        case .uint(let number): return "\(number)"
        case .double(let number): return numberText(number)
        case .string(let text): return text
        case .bytes(let bytes):
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw CELError("invalid UTF-8 in bytes, cannot convert to string")
            }
            return text
        case .timestamp(let moment): return moment.nanoseconds % 1_000_000_000 == 0 ? moment.rfc3339 : moment.rfc3339Micro
        case .duration(let length): return GoDuration.text(length)
        case .ip(let address): return addressText(address)
        case .cidr(let address, let prefix): return "\(addressText(address))/\(prefix)"
        default: throw CELError.noOverload
        }
    }

    /// A double as Go's shortest form has it.
    static func numberText(_ number: Double) -> String {
        if number == number.rounded(), abs(number) < 1e21, let whole = Int64(exactly: number) { return "\(whole)" }
        return "\(number)"
    }
}
