import JSON
import Randomness
import Testing
import Values

@Suite struct JSONParserTests {
    @Test func `what is written is read back`() throws {
        let text = #"{"a":[1,-2.5,1e+300,"q\"\\\n\u0001é😀",true,false,null],"b":{"c":{}},"":[]}"#
        let value = try JSONParser.parse(text)
        #expect(try JSONParser.parse(JSONWriter.encode(value)) == value)
    }

    /// As Go's encoding/json writes them.
    @Test(arguments: [
        ("1e15", "1000000000000000"), ("1.5e17", "150000000000000000"), ("-1e20", "-100000000000000000000"), ("1e21", "1e+21"),
        ("0.00001", "0.00001"), ("-0.000015", "-0.000015"), ("1e-6", "0.000001"), ("1.5e-7", "1.5e-7"), ("1e-10", "1e-10"),
        ("184467440737095516.16", "184467440737095520"), ("9007199254740993.0", "9007199254740992"), ("1e300", "1e+300"),
        ("4611686018427387904.0", "4611686018427388000"), ("1234567.25", "1234567.25"), ("2.50", "2.5"), ("1e3", "1000"),
        ("1234567890123456.7", "1234567890123456.8"), ("0.0001234", "0.0001234"),
    ])
    func `fractions are written in Go's form`(_ text: String, _ expected: String) throws {
        #expect(String(decoding: JSONWriter.encode(try JSONParser.parse(text)), as: UTF8.self) == expected)
    }

    @Test(arguments: [
        "", "[", "{\"a\"", "{\"a\":}", "[1,]", "01", "1.", "-", "1e", "1e999", "\"\\x\"", "\"\\u12\"", "\"\n\"", "tru", "nul", "1 2",
        "{1:2}",
    ])
    func `what is not JSON is refused`(_ text: String) {
        #expect(throws: JSONError.self) { try JSONParser.parse(text) }
    }

    @Test(arguments: ["[", "{\"a\":"])
    func `a hundred thousand brackets are refused, and none is too deep that is under the limit`(_ opening: String) throws {
        let bytes = Array(String(repeating: opening, count: 100_000).utf8)
        #expect(throws: JSONError.self) { try JSONParser.parse(bytes) }
        #expect(throws: JSONError.self) { try JSONParser.parseNotingDuplicates(bytes) }
        let closing = opening == "[" ? "]" : "}"
        let deep = String(repeating: opening, count: 500) + "1" + String(repeating: closing, count: 500)
        _ = try JSONParser.parseNotingDuplicates(Array(deep.utf8))
    }

    @Test func `members that stand twice are told, a hundred of them, by paths of bounded length`() throws {
        let twice = #"{"spec":{"a":1,"a":2,"list":[{"b":1,"b":1}]}}"#
        #expect(try JSONParser.parseNotingDuplicates(Array(twice.utf8)).duplicates == ["spec.a", "spec.list[0].b"])
        let name = String(repeating: "p", count: 100_000)
        let many = "{\"\(name)\":{" + [String](repeating: "\"a\":1", count: 10_000).joined(separator: ",") + "}}"
        let duplicates = try JSONParser.parseNotingDuplicates(Array(many.utf8)).duplicates
        #expect(duplicates.count == 100)
        #expect(duplicates.allSatisfy { $0.utf8.count <= 4096 })
    }

    /// Small objects are searched, large ones looked up; the change from one to the other must lose nothing.
    @Test func `of repeated members the last stands, where the first stood, however many there are`() throws {
        for count in [1, 2, Object.indexThreshold, Object.indexThreshold + 1, Object.indexThreshold + 2, 200] {
            for repeated in [0, count / 2, count - 1] {
                let members = (0..<count).map { "\"m\($0)\":{\"inner\":\($0)}" } + ["\"m\(repeated)\":\"last\""]
                let (value, duplicates) = try JSONParser.parseNotingDuplicates(Array("{\(members.joined(separator: ","))}".utf8))
                #expect(value.object?.members.map(\.key) == (0..<count).map { "m\($0)" })
                #expect(value["m\(repeated)"] == "last")
                #expect(value["m\(count - 1)"] == (repeated == count - 1 ? "last" : ["inner": .int(Int64(count - 1))]))
                #expect(duplicates == ["m\(repeated)"])
            }
        }
    }

    @Test func `what must be escaped is found at every place in a text, and only that is`() throws {
        for length in 1...20 {
            for place in 0..<length {
                for character in ["\"", "\\", "\n", "\u{1}", "\u{1F}", " ", "!", "#", "[", "]", "\u{7F}", "é", "\u{A2}"] {
                    let text = String(repeating: "x", count: place) + character + String(repeating: "y", count: length - place - 1)
                    let written = JSONWriter.string(.string(text))
                    #expect(try JSONParser.parse(written) == .string(text))
                    let isEscaped = ["\"", "\\", "\n", "\u{1}", "\u{1F}"].contains(character)
                    #expect((written != "\"\(text)\"") == isEscaped, "\(text)")
                }
            }
        }
    }

    @Test func `no bytes can break the parser, and what it reads it reads again the same`() throws {
        var random = SplitMix(seed: 11)
        let good = Array(#"{"a":[1,-2.5e3,"x\"\\\n\u00e9\ud83d\ude00",true,null],"b":{"c":{"d":[[],{}]}},"c":"longer text"}"#.utf8)
        let alphabet = Array("{}[]\",:\\u0123dD89abcdefnrt+-.eE \n\u{0}\u{7f}é".utf8) + [0xFF, 0xC0, 0x80]
        var readable = 0
        for round in 0..<10_000 {
            var bytes = good
            if round % 2 == 0 {
                for _ in 0...random.below(4) { bytes[random.below(bytes.count)] = alphabet[random.below(alphabet.count)] }
                if round % 8 == 0 { bytes.removeLast(random.below(bytes.count)) }
            } else {
                bytes = (0..<random.below(40)).map { _ in alphabet[random.below(alphabet.count)] }
            }
            guard let value = try? JSONParser.parse(bytes) else { continue }
            readable += 1
            #expect(try JSONParser.parse(JSONWriter.encode(value)) == value)
        }
        #expect(readable > 100)
    }

    @Test func `a member's place is found without reading what stands before it`() throws {
        let text = Array(#" { "a" : "}{\"" , "metadata" : { "b" : [ "]" ] } , "c":-1}"#.utf8)
        let range = try #require(try JSONScanner.range(of: "metadata", in: text))
        #expect(String(decoding: text[range], as: UTF8.self) == #"{ "b" : [ "]" ] }"#)
        #expect(try JSONScanner.range(of: "c", in: text).map { String(decoding: text[$0], as: UTF8.self) } == "-1")
        #expect(try JSONScanner.range(of: "nothing", in: text) == nil)
        #expect(try JSONScanner.range(of: "nothing", in: Array("{}".utf8)) == nil)
        #expect(throws: JSONError.self) { try JSONScanner.range(of: "nothing", in: Array(#"{"a":"#.utf8)) }
    }
}
