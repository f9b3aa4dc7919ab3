import Core

/// When a cron job runs: five fields ("*/5 8-18 * * mon-fri"), a name ("@daily") or a pace ("@every 90m"). Pure.
///
/// The same dialect as upstream's library (robfig/cron, standard parser). A day must match both the day of the month and the
/// day of the week, or either when both are restricted.
package struct CronSchedule: Sendable, Equatable {
    /// A schedule that cannot be read, and why.
    package struct Malformed: Error, CustomStringConvertible {
        package let description: String
    }

    private enum Kind: Equatable {
        case every(Duration)
        /// Sets of numbers, a bit each.
        case fields(minute: UInt64, hour: UInt64, day: UInt64, month: UInt64, weekday: UInt64, anyDay: Bool, anyWeekday: Bool)
    }

    private let kind: Kind

    /// Reads a schedule, without any "TZ=" before it. Throws `Malformed`.
    package init(_ text: some StringProtocol) throws {
        let names = [
            "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0", "@daily": "0 0 * * *",
            "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
        ]
        var fields = String(text).split { $0.isWhitespace }.map(String.init)
        if let first = fields.first, first.hasPrefix("@") {
            if first == "@every", fields.count == 2 {
                kind = .every(try Self.pace(fields[1]))
                return
            }
            guard let meaning = names[first] else { throw Malformed(description: "unrecognized descriptor: \(text)") }
            fields = meaning.split(separator: " ").map(String.init)
        }
        guard fields.count == 5 else {
            throw Malformed(description: "expected exactly 5 fields, found \(fields.count): [\(fields.joined(separator: " "))]")
        }
        let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        let days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
        let (day, anyDay) = try Self.set(fields[2], 1...31)
        let (weekday, anyWeekday) = try Self.set(fields[4], 0...6, days)
        kind = .fields(
            minute: try Self.set(fields[0], 0...59).bits, hour: try Self.set(fields[1], 0...23).bits, day: day,
            month: try Self.set(fields[3], 1...12, months).bits, weekday: weekday, anyDay: anyDay, anyWeekday: anyWeekday)
    }

    /// The first time after a moment, in a time zone; nil when there is none within five years (31 February).
    package func next(after moment: Timestamp, in zone: ZoneRules = .utc) -> Timestamp? {
        switch kind {
        case .every(let pace): return Timestamp(seconds: moment.seconds) + pace
        case .fields(let minute, let hour, let day, let month, let weekday, let anyDay, let anyWeekday):
            // Whole minutes of local time are tried, leaving out what cannot match.
            var local = zone.local(moment.seconds) / 60 * 60 + 60
            let end = local + 5 * 366 * 86_400
            while local < end {
                let date = CivilDate(daysSince1970: local.floorDivided(by: 86_400))
                let matchesDay = day.has(date.day)
                let matchesWeekday = weekday.has(date.weekday)
                let isDay = anyDay || anyWeekday ? matchesDay && matchesWeekday : matchesDay || matchesWeekday
                let second = local - local.floorDivided(by: 86_400) * 86_400
                if !month.has(date.month) || !isDay {
                    local += 86_400 - second
                } else if !hour.has(Int(second / 3600)) {
                    local += 3600 - second % 3600
                } else if !minute.has(Int(second / 60 % 60)) {
                    local += 60
                } else if let found = zone.moment(ofLocal: local), found > moment.seconds {
                    return Timestamp(seconds: found)
                } else {
                    // A local time that the clocks leap over, or that has been before they were set back.
                    local += 60
                }
            }
            return nil
        }
    }

    // MARK: Reading

    private static func set(_ field: String, _ range: ClosedRange<Int>, _ names: [String] = []) throws -> (bits: UInt64, isAny: Bool) {
        var bits: UInt64 = 0
        var isAny = false
        for part in field.split(separator: ",", omittingEmptySubsequences: false) {
            let halves = part.split(separator: "/", omittingEmptySubsequences: false)
            guard halves.count <= 2 else { throw Malformed(description: "too many slashes: \(part)") }
            var low = range.lowerBound
            var high = range.upperBound
            if halves[0] == "*" || halves[0] == "?" {
                isAny = isAny || halves.count == 1 || halves[1] == "1"
            } else {
                let ends = halves[0].split(separator: "-", omittingEmptySubsequences: false)
                guard ends.count <= 2 else { throw Malformed(description: "too many hyphens: \(part)") }
                low = try number(ends[0], range, names)
                // "5/10" goes on to the end.
                if ends.count == 2 { high = try number(ends[1], range, names) } else if halves.count == 1 { high = low }
            }
            let step = halves.count == 2 ? try number(halves[1], range, []) : 1
            guard step > 0 else { throw Malformed(description: "step of range should be a positive number: \(part)") }
            guard low >= range.lowerBound else {
                throw Malformed(description: "beginning of range (\(low)) below minimum (\(range.lowerBound)): \(part)")
            }
            guard high <= range.upperBound else {
                throw Malformed(description: "end of range (\(high)) above maximum (\(range.upperBound)): \(part)")
            }
            guard low <= high else { throw Malformed(description: "beginning of range (\(low)) beyond end of range (\(high)): \(part)") }
            for value in stride(from: low, through: high, by: step) { bits |= 1 << UInt64(value) }
        }
        return (bits, isAny)
    }

    private static func number(_ text: Substring, _ range: ClosedRange<Int>, _ names: [String]) throws -> Int {
        if let position = names.firstIndex(of: text.lowercased()) { return range.lowerBound + position }
        guard let number = Int(text), number >= 0 else { throw Malformed(description: "failed to parse int from \(text)") }
        return number
    }

    /// A duration such as "1h30m"; whole seconds, one at least.
    private static func pace(_ text: String) throws -> Duration {
        let units: [String: Double] = ["h": 3600, "m": 60, "s": 1, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9]
        var rest = Substring(text)
        var seconds = 0.0
        repeat {
            let digits = rest.prefix { $0.isNumber || $0 == "." }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let amount = Double(digits), let size = units[String(unit)] else {
                throw Malformed(description: "failed to parse duration @every \(text)")
            }
            seconds += amount * size
        } while !rest.isEmpty
        // Go's durations end there.
        guard seconds < 9_223_372_036 else { throw Malformed(description: "failed to parse duration @every \(text)") }
        return .seconds(max(1, Int64(seconds)))
    }
}

extension UInt64 {
    fileprivate func has(_ bit: Int) -> Bool { self & (1 << UInt64(bit)) != 0 }
}

extension Int64 {
    /// Divides, rounding down also below zero.
    fileprivate func floorDivided(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}

/// A day of the calendar.
private struct CivilDate {
    let month: Int
    let day: Int
    /// 0 is Sunday.
    let weekday: Int

    init(daysSince1970 days: Int64) {
        // The text form of a moment has the date's parts.
        let text = Array(Timestamp(seconds: days * 86_400).rfc3339.utf8.prefix(10))
        func number(_ position: Int) -> Int { Int(text[position] - 0x30) * 10 + Int(text[position + 1] - 0x30) }
        month = number(5)
        day = number(8)
        weekday = Int(((days + 4) % 7 + 7) % 7)
    }
}
