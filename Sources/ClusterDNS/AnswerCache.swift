import Core

/// Answers of upstream servers, kept as bytes for as long as they allow. Bounded: when full, what expires first goes.
struct AnswerCache: Sendable {
    struct Key: Hashable, Sendable {
        var question: Question
        var hasEDNS: Bool
        var wantsDNSSEC: Bool
    }
    private struct Entry {
        var bytes: [UInt8]
        var ttlOffsets: [Int]
        var stored: Timestamp
        var expires: Timestamp
    }

    private let capacity: Int
    private var entries: [Key: Entry] = [:]

    init(capacity: Int) { self.capacity = capacity }

    /// The stored answer with its times to live reduced by its age, under the query's id and spelling.
    mutating func answer(to query: Query, now: Timestamp) -> [UInt8]? {
        guard let entry = entries[Key(query)], entry.expires > now else { return nil }
        let age = UInt32(clamping: (now - entry.stored).components.seconds)
        var bytes = entry.bytes
        for offset in entry.ttlOffsets {
            let ttl = (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(bytes[offset + $1]) }
            let left = ttl > age ? ttl - age : 0
            for index in 0..<4 { bytes[offset + index] = UInt8(truncatingIfNeeded: left >> (24 - 8 * UInt32(index))) }
        }
        return addressed(bytes, to: query)
    }

    /// Keeps a whole answer when its code and times allow: found records at most an hour, absent names at most 30 seconds.
    mutating func store(_ answer: UpstreamAnswer, to query: Query, now: Timestamp) {
        guard answer.code == 0 || answer.code == 3, !answer.isTruncated else { return }
        let limit: UInt32 = answer.code == 0 && answer.answerCount > 0 ? 3600 : 30
        let ttl = min(answer.ttl ?? 5, limit)
        guard ttl > 0 else { return }
        if entries.count >= capacity {
            entries = entries.filter { $0.value.expires > now }
            while entries.count >= capacity, let first = entries.min(by: { $0.value.expires < $1.value.expires }) {
                entries[first.key] = nil
            }
        }
        entries[Key(query)] = Entry(bytes: answer.bytes, ttlOffsets: answer.ttlOffsets, stored: now, expires: now + .seconds(Int64(ttl)))
    }
}

extension AnswerCache.Key {
    init(_ query: Query) { self.init(question: query.question, hasEDNS: query.hasEDNS, wantsDNSSEC: query.wantsDNSSEC) }
}

/// The message under another query's id, with the name spelt as that query spells it.
func addressed(_ bytes: [UInt8], to query: Query) -> [UInt8] {
    var result = bytes
    result[0] = UInt8(query.id >> 8)
    result[1] = UInt8(query.id & 0xFF)
    var place = 12
    for label in query.question.name.labels where place + label.count < result.count {
        result.replaceSubrange(place + 1..<place + 1 + label.count, with: label)
        place += label.count + 1
    }
    return result
}
