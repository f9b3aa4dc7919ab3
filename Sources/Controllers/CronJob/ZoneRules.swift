import Core
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// By how much a time zone's clocks differ from UTC, and when: read from the machine's time zone database (RFC 8536, TZif).
package struct ZoneRules: Sendable, Equatable {
    /// UTC.
    package static let utc = ZoneRules(transitions: [], first: 0, rule: nil)

    /// Where the database may lie.
    private static let places = ["/usr/share/zoneinfo/", "/usr/lib/zoneinfo/", "/usr/share/lib/zoneinfo/", "/etc/zoneinfo/"]
    private static let known = Mutex<[String: ZoneRules]>([:])

    /// From a moment on, clocks are so many seconds ahead of UTC.
    private let transitions: [(from: Int64, offset: Int64)]
    /// Before the first transition.
    private let first: Int64
    /// After the last transition.
    private let rule: SeasonRule?

    private init(transitions: [(from: Int64, offset: Int64)], first: Int64, rule: SeasonRule?) {
        self.transitions = transitions
        self.first = first
        self.rule = rule
    }

    package static func == (left: ZoneRules, right: ZoneRules) -> Bool {
        left.first == right.first && left.rule == right.rule && left.transitions.elementsEqual(right.transitions) { $0 == $1 }
    }

    /// The zone of a name such as "Europe/Berlin"; nil when the machine does not know it. Reads a small file the first time.
    package static func named(_ name: String) -> ZoneRules? {
        if name.isEmpty || name == "UTC" { return .utc }
        guard !name.hasPrefix("/"), !name.split(separator: "/").contains(".."), !name.contains("\\") else { return nil }
        return known.withLock { known in
            if let zone = known[name] { return zone }
            let found = places.lazy.compactMap { read($0 + name) }.compactMap { ZoneRules(file: $0) }.first
            known[name] = found
            return found
        }
    }

    private static func read(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "rb") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, file)
        return Array(bytes.prefix(count))
    }

    // MARK: Asking

    /// How far the zone's clocks are ahead of UTC, in seconds, at a moment in seconds since 1970.
    package func offset(at moment: Int64) -> Int64 {
        var low = 0
        var high = transitions.count
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle].from <= moment { low = middle + 1 } else { high = middle }
        }
        if low == transitions.count, let rule { return rule.offset(at: moment) }
        return low == 0 ? first : transitions[low - 1].offset
    }

    /// What the zone's clocks show, as seconds since 1970 if it were UTC.
    package func local(_ moment: Int64) -> Int64 { moment + offset(at: moment) }

    /// The first moment at which the zone's clocks show a local time; nil when they leap over it.
    package func moment(ofLocal local: Int64) -> Int64? {
        let candidates = Set([offset(at: local - 86_400), offset(at: local + 86_400), offset(at: local)])
        return candidates.map { local - $0 }.filter { self.local($0) == local }.min()
    }

    /// RFC 3339 with the zone's offset.
    package func text(_ moment: Timestamp) -> String {
        let offset = offset(at: moment.seconds)
        guard offset != 0 else { return moment.rfc3339 }
        let minutes = abs(offset) / 60
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let local = Timestamp(seconds: moment.seconds + offset).rfc3339.dropLast()
        return "\(local)\(offset < 0 ? "-" : "+")\(two(minutes / 60)):\(two(minutes % 60))"
    }

    // MARK: Reading

    /// Nil for bytes that are no TZif file of version 2 or later.
    package init?(file bytes: [UInt8]) {
        guard let short = Header(bytes, at: 0), short.version >= 0x32, let header = Header(bytes, at: 44 + short.size(timeSize: 4)) else {
            return nil
        }
        var position = header.end
        guard bytes.count >= position + header.size(timeSize: 8) else { return nil }
        func number(_ count: Int) -> Int64 {
            var value: UInt64 = bytes[position] & 0x80 != 0 ? ~0 : 0
            for byte in bytes[position..<position + count] { value = value << 8 | UInt64(byte) }
            position += count
            return Int64(bitPattern: value)
        }
        let times = (0..<header.times).map { _ in number(8) }
        let kinds = bytes[position..<position + header.times].map { Int($0) }
        position += header.times
        var offsets: [(offset: Int64, isSummer: Bool)] = []
        for _ in 0..<header.types {
            let offset = number(4)
            offsets.append((offset, bytes[position] != 0))
            position += 2
        }
        guard !offsets.isEmpty, kinds.allSatisfy({ $0 < offsets.count }) else { return nil }
        transitions = zip(times, kinds).map { ($0, offsets[$1].offset) }
        first = (offsets.first { !$0.isSummer } ?? offsets[0]).offset
        position = header.end + header.size(timeSize: 8)
        let footer = bytes[min(position + 1, bytes.count)...].prefix { $0 != 0x0A }
        rule = SeasonRule(String(decoding: footer, as: UTF8.self))
    }

    private struct Header {
        let version: UInt8
        let end: Int
        let counts: [Int]

        var times: Int { counts[3] }
        var types: Int { counts[4] }

        init?(_ bytes: [UInt8], at start: Int) {
            guard start >= 0, bytes.count >= start + 44, bytes[start..<start + 4].elementsEqual("TZif".utf8) else { return nil }
            version = bytes[start + 4]
            counts = (0..<6).map { field in
                (0..<4).reduce(0) { $0 << 8 | Int(bytes[start + 20 + field * 4 + $1]) }
            }
            end = start + 44
            guard counts.allSatisfy({ $0 < 1 << 20 }) else { return nil }
        }

        /// The bytes that follow. The counts: UTC and standard flags, leap seconds, transitions, types, letters.
        func size(timeSize: Int) -> Int {
            counts[3] * (timeSize + 1) + counts[4] * 6 + counts[5] + counts[2] * (timeSize + 4) + counts[1] + counts[0]
        }
    }
}
