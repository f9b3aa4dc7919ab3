import Core

/// A time zone's clocks from now on, as POSIX writes it: "CET-1CEST,M3.5.0,M10.5.0/3". Pure.
struct SeasonRule: Sendable, Equatable {
    /// A moment that comes every year, in local time.
    private enum Day: Equatable, Sendable {
        /// The n-th (5: last) weekday of a month.
        case weekday(month: Int, week: Int, day: Int)
        /// 1 to 365, leap days not counted.
        case julian(Int)
        /// 0 to 365.
        case ordinal(Int)
    }
    private struct Change: Equatable, Sendable {
        let day: Day
        let second: Int64
    }

    private let standard: Int64
    private let summer: Int64
    private let begin: Change?
    private let end: Change?

    /// Nil for a text that is no such rule.
    init?(_ text: String) {
        var rest = Substring(text)
        guard Self.name(&rest), let west = Self.time(&rest) else { return nil }
        standard = -west
        guard !rest.isEmpty else {
            summer = standard
            begin = nil
            end = nil
            return
        }
        guard Self.name(&rest) else { return nil }
        if rest.first == "," { summer = standard + 3600 } else if let west = Self.time(&rest) { summer = -west } else { return nil }
        guard let begin = Self.change(&rest), let end = Self.change(&rest), rest.isEmpty else { return nil }
        self.begin = begin
        self.end = end
    }

    func offset(at moment: Int64) -> Int64 {
        guard let begin, let end else { return standard }
        let year = Self.year(of: moment + standard)
        let from = Self.local(begin, year) - standard
        let to = Self.local(end, year) - summer
        let isSummer = from < to ? moment >= from && moment < to : moment >= from || moment < to
        return isSummer ? summer : standard
    }

    // MARK: Days

    private static func year(of seconds: Int64) -> Int { Int(Timestamp(seconds: seconds).rfc3339.prefix(4)) ?? 1970 }

    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int64 {
        func padded(_ number: Int, _ width: Int) -> String {
            String(repeating: "0", count: max(0, width - "\(number)".count)) + "\(number)"
        }
        return (Timestamp(rfc3339: "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T00:00:00Z")?.seconds ?? 0) / 86_400
    }

    private static func local(_ change: Change, _ year: Int) -> Int64 {
        let day: Int64
        switch change.day {
        case .ordinal(let number): day = days(year, 1, 1) + Int64(number)
        case .julian(let number):
            let isLeap = days(year, 3, 1) - days(year, 1, 1) == 60
            day = days(year, 1, 1) + Int64(number - 1) + (isLeap && number >= 60 ? 1 : 0)
        case .weekday(let month, let week, let weekday):
            let first = days(year, month, 1)
            let next = month == 12 ? days(year + 1, 1, 1) : days(year, month + 1, 1)
            let lead = (Int64(weekday) - (first + 4) % 7 + 7) % 7
            var found = first + lead + Int64(week - 1) * 7
            while found >= next { found -= 7 }
            day = found
        }
        return day * 86_400 + change.second
    }

    // MARK: Reading

    private static func name(_ rest: inout Substring) -> Bool {
        if rest.first == "<" {
            guard let end = rest.firstIndex(of: ">") else { return false }
            rest = rest[rest.index(after: end)...]
            return true
        }
        let letters = rest.prefix { $0.isLetter }
        rest = rest.dropFirst(letters.count)
        return letters.count >= 3
    }

    /// "[+-]hh[:mm[:ss]]" in seconds.
    private static func time(_ rest: inout Substring) -> Int64? {
        let isNegative = rest.first == "-"
        if isNegative || rest.first == "+" { rest = rest.dropFirst() }
        let text = rest.prefix { $0.isNumber || $0 == ":" }
        rest = rest.dropFirst(text.count)
        let parts = text.split(separator: ":").map { Int64($0) }
        guard (1...3).contains(parts.count), !parts.contains(nil) else { return nil }
        let seconds = zip(parts, [3600, 60, 1] as [Int64]).reduce(0) { $0 + $1.0! * $1.1 }
        return isNegative ? -seconds : seconds
    }

    private static func change(_ rest: inout Substring) -> Change? {
        guard rest.first == "," else { return nil }
        rest = rest.dropFirst()
        let text = rest.prefix { $0 != "," && $0 != "/" }
        rest = rest.dropFirst(text.count)
        var second: Int64 = 7200
        if rest.first == "/" {
            rest = rest.dropFirst()
            guard let given = time(&rest) else { return nil }
            second = given
        }
        let day: Day
        if text.first == "M" {
            let parts = text.dropFirst().split(separator: ".").compactMap { Int($0) }
            guard parts.count == 3, (1...12).contains(parts[0]), (1...5).contains(parts[1]), (0...6).contains(parts[2]) else { return nil }
            day = .weekday(month: parts[0], week: parts[1], day: parts[2])
        } else if text.first == "J", let number = Int(text.dropFirst()) {
            day = .julian(number)
        } else if let number = Int(text) {
            day = .ordinal(number)
        } else {
            return nil
        }
        return Change(day: day, second: second)
    }
}
