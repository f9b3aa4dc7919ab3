import Core

/// Moments and durations, in UTC unless a zone is named by its offset.
extension Library {
    static let times = Library(functions: [
        "timestamp": Function([Signature([.timestamp], .timestamp), Signature([.string], .timestamp), Signature([.int], .timestamp)]) {
            values in
            switch values[0] {
            case .timestamp: return values[0]
            case .int(let seconds): return .timestamp(Timestamp(seconds: seconds))
            case .string(let text):
                guard let moment = Timestamp(rfc3339: text) else { throw CELError("invalid timestamp: \(text)") }
                return .timestamp(moment)
            default: throw CELError.noOverload
            }
        },
        "duration": Function([Signature([.duration], .duration), Signature([.string], .duration), Signature([.int], .duration)]) { values in
            switch values[0] {
            case .duration: return values[0]
            case .int(let seconds):
                return .duration(try checked(seconds.multipliedReportingOverflow(by: 1_000_000_000), "duration overflow"))
            case .string(let text):
                guard let length = GoDuration.parse(text) else {
                    throw CELError("type conversion error from 'string' to 'google.protobuf.Duration'")
                }
                return .duration(length)
            default: throw CELError.noOverload
            }
        },
        "getFullYear": part { $0.year }, "getMonth": part { $0.month - 1 }, "getDate": part { $0.day },
        "getDayOfMonth": part { $0.day - 1 },
        "getDayOfWeek": part { $0.weekday }, "getDayOfYear": part { $0.dayOfYear }, "getHours": part({ $0.hour }, 3_600_000_000_000),
        "getMinutes": part({ $0.minute }, 60_000_000_000), "getSeconds": part({ $0.second }, 1_000_000_000),
        "getMilliseconds": part({ $0.millisecond }, 1_000_000),
    ])

    /// A part of a moment; with `unit` also of a duration, counted in that unit.
    private static func part(_ read: @escaping @Sendable (Calendar) -> Int64, _ unit: Int64? = nil) -> Function {
        var signatures: [Signature] = [.member(.timestamp, [], .int), .member(.timestamp, [.string], .int)]
        if unit != nil { signatures.append(.member(.duration, [], .int)) }
        return Function(signatures) { values in
            switch values[0] {
            case .timestamp(let moment):
                var shift: Int64 = 0
                if values.count > 1 {
                    guard case .string(let zone) = values[1], let offset = offset(zone) else {
                        throw CELError("unknown time zone \(shown(values[1]))")
                    }
                    shift = offset
                }
                return .int(read(Calendar(moment.nanoseconds.adding(clamped: shift))))
            case .duration(let length):
                guard let unit else { throw CELError.noOverload }
                return .int(length / unit)
            default: throw CELError.noOverload
            }
        }
    }

    /// Nanoseconds of a zone: "UTC" or an offset such as "+02:00".
    private static func offset(_ zone: String) -> Int64? {
        if zone == "UTC" || zone == "Z" || zone.isEmpty { return 0 }
        let sign: Int64 = zone.hasPrefix("-") ? -1 : 1
        let parts = zone.drop { $0 == "-" || $0 == "+" }.split(separator: ":")
        guard parts.count == 2, let hours = Int64(parts[0]), let minutes = Int64(parts[1]), hours < 24, minutes < 60 else { return nil }
        return sign * (hours * 3600 + minutes * 60) * 1_000_000_000
    }

    /// The parts of a moment in the Gregorian calendar.
    private struct Calendar {
        let year, month, day, weekday, dayOfYear, hour, minute, second, millisecond: Int64

        init(_ nanoseconds: Int64) {
            func floor(_ a: Int64, _ b: Int64) -> (Int64, Int64) {
                let (quotient, rest) = a.quotientAndRemainder(dividingBy: b)
                return rest < 0 ? (quotient - 1, rest + b) : (quotient, rest)
            }
            let (seconds, rest) = floor(nanoseconds, 1_000_000_000)
            let (days, time) = floor(seconds, 86400)
            millisecond = rest / 1_000_000
            (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60)
            weekday = floor(days + 4, 7).1
            // Years from March on, so that a leap day is the last of its year.
            let shifted = days + 719_468
            let era = floor(shifted, 146_097).0
            let dayOfEra = shifted - era * 146_097
            let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
            let dayFromMarch = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
            let monthFromMarch = (5 * dayFromMarch + 2) / 153
            day = dayFromMarch - (153 * monthFromMarch + 2) / 5 + 1
            month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
            year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
            let isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
            let before: [Int64] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]
            dayOfYear = before[Int(month) - 1] + day - 1 + (isLeap && month > 2 ? 1 : 0)
        }
    }
}
