import Randomness
import Testing

import ClusterDNS

@Suite struct MessageTests {
    let name = DomainName("web.shop.svc.cluster.local")!

    @Test func `a query is read back as it was written`() throws {
        var query = Query(id: 4711, question: Question(name, .srv))
        #expect(try MessageReader.query(MessageWriter.query(query)) == query)
        query.hasEDNS = true
        query.wantsDNSSEC = true
        query.datagramLimit = 1232
        #expect(try MessageReader.query(MessageWriter.query(query)) == query)
    }

    @Test func `names are compressed and compared without case`() throws {
        var response = Response()
        response.answers = [Record(name, ttl: 5, .address([10, 0, 0, 1])), Record(name, ttl: 5, .address([10, 0, 0, 2]))]
        let query = Query(id: 1, question: Question(DomainName("WEB.shop.svc.cluster.LOCAL")!, .a))
        let bytes = MessageWriter.response(response, to: query, limit: 512)
        #expect(bytes.count == 12 + 28 + 4 + 2 * 16)
        let answer = try UpstreamAnswer(bytes, id: 1, question: query.question)
        #expect(answer.records == response.answers)
        #expect(Array(bytes[13..<16]) == Array("WEB".utf8))
    }

    @Test func `what does not fit is left out and the answer says so`() throws {
        var response = Response()
        response.answers = (0..<100).map { Record(name, ttl: 5, .address([10, 0, 0, UInt8($0)])) }
        let query = Query(id: 1, question: Question(name, .a))
        let bytes = MessageWriter.response(response, to: query, limit: 512)
        #expect(bytes.count <= 512 && bytes[2] & 0x02 != 0)
        #expect(try UpstreamAnswer(bytes, id: 1, question: query.question).records.count == 29)
        #expect(MessageWriter.response(response, to: query, limit: 65535)[2] & 0x02 == 0)
    }

    @Test func `a compression pointer that does not go back is refused`() {
        let header: [UInt8] = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]
        for tail: [UInt8] in [
            [0xC0, 12, 0, 1, 0, 1], [1, 97, 0xC0, 12, 0, 1, 0, 1], [0xC0, 14, 0xC0, 12, 0, 1, 0, 1], [0xC0], [0x40, 1],
        ] {
            #expect(throws: MessageError.self) { try MessageReader.query(header + tail) }
        }
    }

    @Test func `no bytes can break the reader`() throws {
        var random = SplitMix(seed: 7)
        var response = Response()
        response.answers = [
            Record(name, ttl: 5, .name(.cname, name)), Record(name, ttl: 5, .service(priority: 0, weight: 1, port: 80, target: name)),
            Record(name, ttl: 5, .text("1.1.0")),
        ]
        let query = Query(id: 9, question: Question(name, .any))
        let good = [MessageWriter.query(query), MessageWriter.response(response, to: query, limit: 512)]
        var readable = 0
        for round in 0..<20_000 {
            var bytes = good[round % 2]
            if round % 4 < 2 {
                for _ in 0...random.below(6) { bytes[random.below(bytes.count)] = UInt8(random.below(256)) }
                if round % 8 < 2 { bytes.removeLast(random.below(bytes.count)) }
            } else {
                bytes = (0..<random.below(80)).map { _ in UInt8(random.below(256)) }
            }
            if (try? MessageReader.query(bytes)) != nil { readable += 1 }
            if (try? UpstreamAnswer(bytes, id: 9, question: query.question)) != nil { readable += 1 }
        }
        #expect(readable > 0)
    }
}
