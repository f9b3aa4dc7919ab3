/// The two text forms Kubernetes uses: `Time` (whole seconds, "2026-11-21T03:06:51Z") and `MicroTime` (six digits).
extension Timestamp {
    /// `metav1.Time`.
    package var rfc3339: String { Self.text(seconds, nanosecondsOfSecond, fraction: false) }
    /// `metav1.MicroTime`.
    package var rfc3339Micro: String { Self.text(seconds, nanosecondsOfSecond, fraction: true) }

    /// The form in which a time is stored, of any RFC 3339 text of the years 0 to 9999; nil when the text is not one.
    package static func canonical(_ text: String, isMicro: Bool) -> String? {
        var bytes = text
        let (time, isStored) = bytes.withUTF8 { (parse($0), !isMicro && isCanonical($0)) }
        guard let (seconds, nanoseconds) = time, writtenSeconds.contains(seconds) else { return nil }
        if isStored { return text }
        return self.text(seconds, nanoseconds, fraction: isMicro)
    }

    /// Whether a text that is a time is surely in the form times are stored in, as most are: no leap second, no 29th of a February that has
    /// none.
    private static func isCanonical(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard text.count == 20, text[19] == UInt8(ascii: "Z"), text[10] == UInt8(ascii: "T"), text[17] != UInt8(ascii: "6") else {
            return false
        }
        return text[8] < UInt8(ascii: "2") || (text[8] == UInt8(ascii: "2") && text[9] < UInt8(ascii: "9"))
    }

    /// Seconds since 1970 of the years 0 to 9999, which are more than a `Timestamp` holds.
    package static let writtenSeconds: Range<Int64> = -62_167_219_200..<253_402_300_800

    /// The text of seconds since 1970, within `writtenSeconds`, and nanoseconds of the second; with microseconds or without.
    package static func text(_ seconds: Int64, _ nanoseconds: Int64, fraction: Bool) -> String {
        let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let second = seconds - days * 86_400
        let (year, month, day) = Self.civil(fromDays: days)
        return String(unsafeUninitializedCapacity: fraction ? 27 : 20) { bytes in
            var end = 0
            func write(_ character: Unicode.Scalar) {
                bytes[end] = UInt8(ascii: character)
                end += 1
            }
            func write(_ number: Int64, _ width: Int) {
                var rest = number
                for position in (end..<end + width).reversed() {
                    bytes[position] = UInt8(ascii: "0") + UInt8(rest % 10)
                    rest /= 10
                }
                end += width
            }
            write(year, 4)
            write("-")
            write(month, 2)
            write("-")
            write(day, 2)
            write("T")
            write(second / 3600, 2)
            write(":")
            write(second / 60 % 60, 2)
            write(":")
            write(second % 60, 2)
            if fraction {
                write(".")
                write(nanoseconds / 1000, 6)
            }
            write("Z")
            return end
        }
    }

    /// Parses RFC 3339 with any offset and any fraction (read to nanoseconds); nil when the text is not one.
    package init?(rfc3339 text: String) {
        guard let (seconds, nanoseconds) = Self.parse(text) else { return nil }
        self = Timestamp(nanoseconds: (Duration.seconds(seconds) + .nanoseconds(nanoseconds)).nanoseconds)
    }

    /// Seconds since 1970 and nanoseconds of the second; nil for a text that is no time.
    package static func parse(_ text: String) -> (seconds: Int64, nanoseconds: Int64)? {
        var text = text
        return text.withUTF8 { parse($0) }
    }

    private static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> (seconds: Int64, nanoseconds: Int64)? {
        guard bytes.count >= 20, bytes[4] == 0x2D, bytes[7] == 0x2D, bytes[10] | 0x20 == 0x74, bytes[13] == 0x3A, bytes[16] == 0x3A else {
            return nil
        }
        func number(_ from: Int, _ count: Int) -> Int64? {
            guard from + count <= bytes.count else { return nil }
            var result: Int64 = 0
            for byte in bytes[from..<from + count] {
                guard byte >= 0x30, byte <= 0x39 else { return nil }
                result = result * 10 + Int64(byte - 0x30)
            }
            return result
        }
        guard let year = number(0, 4), let month = number(5, 2), let day = number(8, 2), let hour = number(11, 2),
            let minute = number(14, 2), let second = number(17, 2),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        var position = 19
        var fraction: Int64 = 0
        if bytes[position] == 0x2E {
            position += 1
            var scale: Int64 = 100_000_000
            let first = position
            while position < bytes.count, bytes[position] >= 0x30, bytes[position] <= 0x39 {
                fraction += Int64(bytes[position] - 0x30) * scale
                scale /= 10
                position += 1
            }
            guard position > first else { return nil }
        }
        guard position < bytes.count else { return nil }
        var offset: Int64 = 0
        switch bytes[position] {
        case 0x5A, 0x7A:
            guard position + 1 == bytes.count else { return nil }
        case 0x2B, 0x2D:
            guard position + 6 == bytes.count, bytes[position + 3] == 0x3A, let hours = number(position + 1, 2),
                let minutes = number(position + 4, 2)
            else { return nil }
            offset = (hours * 3600 + minutes * 60) * (bytes[position] == 0x2B ? 1 : -1)
        default: return nil
        }
        let days = Self.days(fromCivil: year, month, day)
        return (days * 86_400 + hour * 3600 + minute * 60 + second - offset, fraction)
    }

    /// Days since 1970-01-01 of a date of the proleptic Gregorian calendar (Howard Hinnant, "chrono-compatible algorithms").
    private static func days(fromCivil year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthIndex + 2) / 5 + 1)
    }
}
