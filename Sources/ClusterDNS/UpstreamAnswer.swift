/// What an upstream server said, checked to belong to the question.
package struct UpstreamAnswer: Sendable {
    /// The whole message as received.
    package let bytes: [UInt8]
    /// The response code (RFC 1035, 4.1.1).
    package let code: UInt8
    /// Whether the server said so, or a record is cut.
    package let isTruncated: Bool
    /// How many records its answer section claims to have.
    package let answerCount: Int
    /// The shortest time to live among its records; of a negative answer that of the SOA or its minimum.
    package let ttl: UInt32?
    /// Where in `bytes` the times to live are.
    package let ttlOffsets: [Int]
    /// Addresses and aliases of the answer section.
    package let records: [Record]

    /// Throws `MessageError` when it is not the answer to `question` under `id`.
    package init(_ bytes: [UInt8], id: UInt16, question: Question) throws {
        var reader = MessageReader(bytes)
        guard try reader.word() == id else { throw MessageError(problem: "another id") }
        let flags = try reader.word()
        guard flags & 0x8000 != 0 else { throw MessageError(problem: "not a response") }
        let counts = [try reader.word(), try reader.word(), try reader.word(), try reader.word()]
        guard counts[0] == 1, try reader.question() == question else { throw MessageError(problem: "another question") }
        var ttl: UInt32?
        var offsets: [Int] = []
        var records: [Record] = []
        var isWhole = flags & 0x0200 == 0
        reading: for (section, count) in counts[1...].enumerated() {
            for _ in 0..<count {
                guard let raw = try? reader.rawRecord() else {
                    isWhole = false
                    break reading
                }
                guard raw.type != .opt else { continue }
                offsets.append(raw.ttlOffset)
                var life = raw.ttl
                if raw.type == .soa, section == 1, raw.data.count >= 4 {
                    life = min(life, bytes[raw.data.suffix(4)].reduce(0) { $0 << 8 | UInt32($1) })
                }
                ttl = min(ttl ?? life, life)
                guard section == 0 else { continue }
                if raw.type == .a && raw.data.count == 4 || raw.type == .aaaa && raw.data.count == 16 {
                    records.append(Record(raw.name, ttl: raw.ttl, .address(Array(bytes[raw.data]))))
                } else if raw.type == .cname {
                    var inner = MessageReader(bytes)
                    inner.position = raw.data.lowerBound
                    if let target = try? inner.name() { records.append(Record(raw.name, ttl: raw.ttl, .name(.cname, target))) }
                }
            }
        }
        self.bytes = bytes
        code = UInt8(flags & 0x0F)
        isTruncated = !isWhole
        answerCount = Int(counts[1])
        self.ttl = ttl
        ttlOffsets = offsets
        self.records = records
    }
}
