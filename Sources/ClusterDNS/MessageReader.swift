/// What is wrong with bytes that are not a DNS message.
package struct MessageError: Error, Equatable {
    package let problem: String
    /// The id to answer with, when there was one.
    package var id: UInt16?
    package var code = ResponseCode.formatError
}

/// Reads DNS messages. Never reads past the end; a compression pointer must point before the name it is in, so that none loops.
package struct MessageReader {
    let bytes: [UInt8]
    var position = 0

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The one question of a query with its EDNS. Throws `MessageError`.
    package static func query(_ bytes: [UInt8]) throws -> Query {
        var reader = MessageReader(bytes)
        guard let id = try? reader.word() else { throw MessageError(problem: "no header") }
        do {
            let flags = try reader.word()
            guard flags & 0x8000 == 0 else { throw MessageError(problem: "a response, not a query", id: nil) }
            guard flags & 0x7800 == 0 else { throw MessageError(problem: "unknown operation", id: id, code: .notImplemented) }
            let counts = [try reader.word(), try reader.word(), try reader.word(), try reader.word()]
            guard counts[0] == 1 else { throw MessageError(problem: "\(counts[0]) questions", id: id) }
            var query = Query(id: id, question: try reader.question(), recursionDesired: flags & 0x0100 != 0)
            for _ in 0..<(Int(counts[1]) + Int(counts[2]) + Int(counts[3])) {
                let record = try reader.rawRecord()
                guard record.type == .opt else { continue }
                query.hasEDNS = true
                query.datagramLimit = max(512, min(Int(record.recordClass), 1232))
                query.wantsDNSSEC = record.ttl & 0x8000 != 0
            }
            return query
        } catch var error as MessageError {
            if error.problem != "a response, not a query" { error.id = id }
            throw error
        }
    }

    /// A record whose data is left where it is.
    package struct RawRecord: Sendable {
        package var name: DomainName
        package var type: RecordType
        package var recordClass: UInt16
        package var ttl: UInt32
        package var ttlOffset: Int
        package var data: Range<Int>
    }

    mutating func question() throws -> Question {
        Question(try name(), RecordType(rawValue: try word()), recordClass: try word())
    }

    mutating func rawRecord() throws -> RawRecord {
        let name = try name()
        let type = RecordType(rawValue: try word())
        let recordClass = try word()
        let ttlOffset = position
        let ttl = UInt32(try word()) << 16 | UInt32(try word())
        let length = Int(try word())
        guard position + length <= bytes.count else { throw MessageError(problem: "a record past the end") }
        defer { position += length }
        return RawRecord(
            name: name, type: type, recordClass: recordClass, ttl: ttl, ttlOffset: ttlOffset, data: position..<position + length)
    }

    mutating func word() throws -> UInt16 {
        guard position + 2 <= bytes.count else { throw MessageError(problem: "the end came early") }
        defer { position += 2 }
        return UInt16(bytes[position]) << 8 | UInt16(bytes[position + 1])
    }

    mutating func name() throws -> DomainName {
        var labels: [[UInt8]] = []
        var total = 1
        var place = position
        var limit = position  // Pointers must go before this.
        var after: Int?
        while true {
            guard place < bytes.count else { throw MessageError(problem: "a name past the end") }
            let length = Int(bytes[place])
            if length == 0 {
                position = after ?? place + 1
                return DomainName(labels: labels)
            } else if length & 0xC0 == 0xC0 {
                guard place + 1 < bytes.count else { throw MessageError(problem: "half a pointer") }
                let target = (length & 0x3F) << 8 | Int(bytes[place + 1])
                guard target < limit else { throw MessageError(problem: "a pointer that does not go back") }
                if after == nil { after = place + 2 }
                place = target
                limit = target
            } else if length & 0xC0 == 0 {
                total += length + 1
                guard place + 1 + length <= bytes.count, total <= 255 else { throw MessageError(problem: "a name that is too long") }
                labels.append(Array(bytes[place + 1..<place + 1 + length]))
                place += 1 + length
            } else {
                throw MessageError(problem: "an unknown kind of label")
            }
        }
    }
}
