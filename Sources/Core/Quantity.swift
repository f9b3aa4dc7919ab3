/// An amount of a resource (`resource.Quantity`): a decimal number with a suffix, exact to a billionth.
/// Compares and hashes by its amount, whatever its form. Amounts beyond what 128 bits hold in billionths are capped, and
/// those with a binary suffix at 64 bits, as upstream does.
package struct Quantity: Sendable {
    /// The family of suffixes it is written in.
    package enum Format: Sendable {
        /// Ki, Mi, Gi, …
        case binary
        /// n, u, m, none, k, M, G, …
        case decimal
        /// e3, e6, …
        case exponent
    }

    /// Why a text is no quantity, in upstream's words.
    package struct ParseError: Error, Equatable, CustomStringConvertible {
        package let description: String

        static let form = ParseError(
            description: "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")
        static let suffix = ParseError(description: "unable to parse quantity's suffix")
        static let number = ParseError(description: "unable to parse numeric part of quantity")
    }

    /// What upstream says of anything that does not look like a quantity.
    package static let malformed = ParseError.form.description

    /// The amount in billionths.
    package private(set) var nano: Int128
    package private(set) var format: Format

    package static let zero = Quantity(nano: 0, format: .decimal)
    private static let unit: Int128 = 1_000_000_000
    /// What upstream caps larger amounts to.
    private static let largest = Int128(Int64.max) * unit

    private init(nano: Int128, format: Format) {
        self.nano = nano
        self.format = format
    }

    package init(_ value: Int64, format: Format = .decimal) { self.init(nano: Int128(value) * Self.unit, format: format) }
    package init(nano: Int64) { self.init(nano: Int128(nano), format: .decimal) }
    package init(milli: Int64, format: Format = .decimal) { self.init(nano: Int128(milli) * 1_000_000, format: format) }

    package var isZero: Bool { nano == 0 }
    package var isWhole: Bool { nano % Self.unit == 0 }
    /// The amount rounded up to a whole number, capped to 64 bits.
    package var value: Int64 { Self.rounded(nano, to: Self.unit) }
    /// The amount in thousandths, rounded up, capped to 64 bits.
    package var milliValue: Int64 { Self.rounded(nano, to: 1_000_000) }
    package var double: Double { Double(nano) / 1e9 }

    private static func rounded(_ nano: Int128, to unit: Int128) -> Int64 { Int64(clamping: roundedUp(nano, unit)) }

    /// Away from zero, as upstream rounds.
    private static func roundedUp(_ amount: Int128, _ unit: Int128) -> Int128 {
        let (quotient, remainder) = amount.quotientAndRemainder(dividingBy: unit)
        return remainder == 0 ? quotient : quotient + (amount < 0 ? -1 : 1)
    }

    /// The amount rounded up to whole thousandths, as amounts in resource lists are.
    package var roundedUpToMilli: Quantity {
        Quantity(nano: Self.roundedUp(nano, 1_000_000).multiplied(clamped: 1_000_000), format: format)
    }

    /// The sum, in the form of the left side unless that is zero.
    package static func + (left: Quantity, right: Quantity) -> Quantity {
        let (sum, isOverflow) = left.nano.addingReportingOverflow(right.nano)
        return Quantity(nano: isOverflow ? (left.nano < 0 ? -largest : largest) : sum, format: left.isZero ? right.format : left.format)
    }

    package static prefix func - (quantity: Quantity) -> Quantity {
        Quantity(nano: quantity.nano == .min ? .max : -quantity.nano, format: quantity.format)
    }
    package static func - (left: Quantity, right: Quantity) -> Quantity { left + -right }
    package static func += (left: inout Quantity, right: Quantity) { left = left + right }
    package static func -= (left: inout Quantity, right: Quantity) { left = left - right }
}

extension Quantity: Hashable, Comparable {
    package static func == (left: Quantity, right: Quantity) -> Bool { left.nano == right.nano }
    package static func < (left: Quantity, right: Quantity) -> Bool { left.nano < right.nano }
    package func hash(into hasher: inout Hasher) { hasher.combine(nano) }
}

extension Quantity: CustomStringConvertible {
    private static let decimalSuffixes = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"]
    private static let exponentSuffixes = ["e-9", "e-6", "e-3", "", "e3", "e6", "e9", "e12", "e15", "e18"]
    private static let binarySuffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]

    /// The canonical text: the largest suffix that leaves no fraction. Binary amounts under 1024, and those with a fraction,
    /// are written in decimal.
    package var description: String {
        if nano == 0 { return "0" }
        if format == .binary, isWhole, nano.magnitude >= 1024 * Self.unit.magnitude {
            return Self.text(nano / Self.unit, base: 1024, Self.binarySuffixes)
        }
        return Self.text(nano, base: 1000, format == .exponent ? Self.exponentSuffixes : Self.decimalSuffixes)
    }

    private static func text(_ amount: Int128, base: Int128, _ suffixes: [String]) -> String {
        var amount = amount
        var position = 0
        while position + 1 < suffixes.count, amount % base == 0 {
            amount /= base
            position += 1
        }
        return "\(amount)\(suffixes[position])"
    }
}

// MARK: - Parsing

extension Quantity {
    /// Parses "100m", "1.5Gi", "12e6". Throws `ParseError`. Digits past a billionth round up.
    package init(parsing text: String) throws(ParseError) {
        let bytes = Array(text.utf8)
        var position = 0
        let isNegative = bytes.first == UInt8(ascii: "-")
        if isNegative || bytes.first == UInt8(ascii: "+") { position = 1 }
        var digits: [UInt8] = []
        var fractionDigits: Int?
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: ".") {
                guard fractionDigits == nil else { throw .number }
                fractionDigits = 0
            } else if byte >= 0x30, byte <= 0x39 {
                digits.append(byte - 0x30)
                if let count = fractionDigits { fractionDigits = count + 1 }
            } else {
                break
            }
            position += 1
        }
        guard !digits.isEmpty || fractionDigits != nil else { throw .form }
        let (scale, format) = try Self.scale(bytes[position...])
        guard !digits.isEmpty else { throw .number }
        var magnitude = Self.magnitude(digits, fractionDigits: fractionDigits ?? 0, scale)
        if format == .binary { magnitude = min(magnitude, Self.largest) }
        self.init(nano: isNegative ? -magnitude : magnitude, format: format)
    }

    /// The quantity that a text spells, or nil.
    package init?(_ text: String) {
        guard let quantity = try? Quantity(parsing: text) else { return nil }
        self = quantity
    }

    private enum Scale {
        case binary(Int)
        case decimal(Int)
    }

    private static func scale(_ suffix: ArraySlice<UInt8>) throws(ParseError) -> (Scale, Format) {
        switch String(decoding: suffix, as: UTF8.self) {
        case "": return (.decimal(0), .decimal)
        case "n": return (.decimal(-9), .decimal)
        case "u": return (.decimal(-6), .decimal)
        case "m": return (.decimal(-3), .decimal)
        case "k": return (.decimal(3), .decimal)
        case "M": return (.decimal(6), .decimal)
        case "G": return (.decimal(9), .decimal)
        case "T": return (.decimal(12), .decimal)
        case "P": return (.decimal(15), .decimal)
        case "E": return (.decimal(18), .decimal)
        case "Ki": return (.binary(1), .binary)
        case "Mi": return (.binary(2), .binary)
        case "Gi": return (.binary(3), .binary)
        case "Ti": return (.binary(4), .binary)
        case "Pi": return (.binary(5), .binary)
        case "Ei": return (.binary(6), .binary)
        default: break
        }
        // Letters, then an optional sign and digits; anything else does not have the form of a quantity at all.
        let letters = suffix.prefix { Array("eEinumkKMGTP".utf8).contains($0) }
        var rest = suffix[letters.endIndex...]
        let hasSign = rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+")
        let sign = rest.first == UInt8(ascii: "-") ? -1 : 1
        if hasSign { rest.removeFirst() }
        guard rest.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { throw .form }
        guard letters.count == 1, letters.first.map({ $0 | 0x20 }) == UInt8(ascii: "e"),
            let exponent = Int(String(decoding: rest, as: UTF8.self)), exponent < 1000
        else { throw .suffix }
        return (.decimal(sign * exponent), .exponent)
    }

    private static func magnitude(_ digits: [UInt8], fractionDigits: Int, _ scale: Scale) -> Int128 {
        var result: Int128 = 0
        var isInexact = false
        /// Powers of ten still to be applied, in billionths.
        var exponent = 9 - fractionDigits
        func isMultiplied(by factor: Int128) -> Bool {
            let (product, isOverflow) = result.multipliedReportingOverflow(by: factor)
            if !isOverflow { result = product }
            return !isOverflow
        }
        var digits = digits[...]
        while digits.first == 0 { digits.removeFirst() }
        if digits.isEmpty { return 0 }
        for digit in digits {
            // Past 30 digits only those of the fraction may be left off: they matter for rounding up alone.
            guard result < 1_000_000_000_000_000_000_000_000_000_000 else {
                isInexact = isInexact || digit != 0
                exponent += 1
                continue
            }
            result = result * 10 + Int128(digit)
        }
        switch scale {
        case .binary(let power): for _ in 0..<power { guard isMultiplied(by: 1024) else { return largest } }
        case .decimal(let power): exponent += power
        }
        while exponent > 0 {
            guard isMultiplied(by: 10) else { return largest }
            exponent -= 1
        }
        while exponent < 0, result > 0 {
            isInexact = isInexact || result % 10 != 0
            result /= 10
            exponent += 1
        }
        return isInexact ? result + 1 : result
    }
}
