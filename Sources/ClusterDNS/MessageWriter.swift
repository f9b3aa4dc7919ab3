/// Writes DNS messages, with names compressed.
package struct MessageWriter {
    package private(set) var bytes: [UInt8] = []
    private var offsets: [String: Int] = [:]

    /// The answer to a query in at most `limit` bytes; what does not fit is left out and the answer says it is truncated.
    /// Additional records are left out silently, as RFC 2181 allows.
    package static func response(_ response: Response, to query: Query, limit: Int) -> [UInt8] {
        var writer = MessageWriter()
        let flags: UInt16 =
            0x8080 | (response.isAuthoritative ? 0x0400 : 0) | (query.recursionDesired ? 0x0100 : 0) | UInt16(response.code.rawValue)
        for word in [query.id, flags, 1, 0, 0, 0] { writer.append(word) }
        writer.append(query.question)
        let room = limit - (query.hasEDNS ? 11 : 0)
        var counts: [UInt16] = [0, 0, 0]
        var isTruncated = false
        for (section, records) in [response.answers, response.authority, response.additional].enumerated() {
            for record in records where !isTruncated {
                let mark = writer.bytes.count
                writer.append(record)
                if writer.bytes.count > room {
                    writer.bytes.removeSubrange(mark...)
                    writer.offsets = writer.offsets.filter { $0.value < mark }
                    isTruncated = section < 2
                    break
                }
                counts[section] += 1
            }
        }
        if query.hasEDNS {
            counts[2] += 1
            writer.appendOption(wantsDNSSEC: query.wantsDNSSEC)
        }
        if isTruncated { writer.bytes[2] |= 0x02 }
        for (section, count) in counts.enumerated() { writer.set(count, at: 6 + 2 * section) }
        return writer.bytes
    }

    /// The answer to a query whose question could not even be read.
    package static func failure(id: UInt16, _ code: ResponseCode) -> [UInt8] {
        [UInt8(id >> 8), UInt8(id & 0xFF), 0x80, 0x80 | code.rawValue] + [UInt8](repeating: 0, count: 8)
    }

    /// A question for an upstream server.
    package static func query(_ query: Query) -> [UInt8] {
        var writer = MessageWriter()
        for word in [query.id, query.recursionDesired ? 0x0100 : 0, 1, 0, 0, query.hasEDNS ? 1 : 0] as [UInt16] { writer.append(word) }
        writer.append(query.question)
        if query.hasEDNS { writer.appendOption(wantsDNSSEC: query.wantsDNSSEC) }
        return writer.bytes
    }

    private mutating func append(_ word: UInt16) { bytes += [UInt8(word >> 8), UInt8(word & 0xFF)] }
    private mutating func append(_ long: UInt32) {
        append(UInt16(long >> 16))
        append(UInt16(long & 0xFFFF))
    }
    private mutating func set(_ word: UInt16, at place: Int) {
        bytes[place] = UInt8(word >> 8)
        bytes[place + 1] = UInt8(word & 0xFF)
    }

    private mutating func appendOption(wantsDNSSEC: Bool) {
        bytes += [0]
        for word in [RecordType.opt.rawValue, 1232, 0, wantsDNSSEC ? 0x8000 : 0, 0] { append(word) }
    }

    private mutating func append(_ question: Question) {
        append(question.name)
        append(question.type.rawValue)
        append(question.recordClass)
    }

    private mutating func append(_ name: DomainName, compressed: Bool = true) {
        for index in name.labels.indices {
            let rest = name.labels[index...].map(DomainName.text).joined(separator: ".")
            if compressed, let offset = offsets[rest] {
                append(UInt16(0xC000 | offset))
                return
            }
            if bytes.count < 0x4000 { offsets[rest] = bytes.count }
            bytes.append(UInt8(name.labels[index].count))
            bytes += name.labels[index]
        }
        bytes.append(0)
    }

    private mutating func append(_ record: Record) {
        append(record.name)
        append(record.type.rawValue)
        append(UInt16(1))
        append(record.ttl)
        let mark = bytes.count
        append(UInt16(0))
        switch record.data {
        case .address(let address): bytes += address
        case .name(_, let name): append(name)
        case .service(let priority, let weight, let port, let target):
            append(priority)
            append(weight)
            append(port)
            append(target, compressed: false)  // RFC 2782.
        case .text(let text):
            let part = Array(text.utf8.prefix(255))
            bytes.append(UInt8(part.count))
            bytes += part
        case .authority(let server, let contact, let serial, let refresh, let retry, let expire, let minimum):
            append(server)
            append(contact)
            for number in [serial, refresh, retry, expire, minimum] { append(number) }
        }
        set(UInt16(bytes.count - mark - 2), at: mark)
    }
}
