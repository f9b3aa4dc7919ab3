import JSON
import Randomness
import Testing
import Values

@Suite struct JSONProjectionTests {
    private static let text = Array(
        #"""
        {"kind":"Pod","metadata":{"name":"a","managedFields":[{"x":"}]\""}],"labels":{"k":"v"}},
         "spec":{"containers":[{"name":"c","image":"i","ports":[1,2]},{"name":"d"},3,null,[{"name":"e","image":"j"}]],"n":-12,"f":1.5},
         "status":{"ready":true,"none":null,"state":{"running":{"since":"now"}},"list":[[1],{"a":1}],"text":"x"},"last":0}
        """#.utf8)

    private func read(_ projection: String) throws -> Value {
        try JSONProjection(projection).read(Self.text, noting: "metadata").value
    }

    @Test func `only the members that are named are read`() throws {
        #expect(try read("metadata.name") == ["metadata": ["name": "a"]])
        #expect(try read("spec(n,f) last missing.too") == ["spec": ["n": -12, "f": 1.5], "last": 0])
        #expect(
            try read("metadata.labels status(ready,none)") == [
                "metadata": ["labels": ["k": "v"]], "status": ["ready": true, "none": .null],
            ])
        #expect(try read("") == [:])
    }

    @Test func `arrays are looked through`() throws {
        #expect(
            try read("spec.containers(name,ports)") == [
                "spec": ["containers": [["name": "c", "ports": [1, 2]], ["name": "d"], 3, .null, [["name": "e"]]]]
            ])
    }

    @Test func `it can be asked whether something is there, and how many`() throws {
        #expect(try read("spec.containers()") == ["spec": ["containers": [[:], [:], .null, .null, [[:]]]]])
        #expect(try read("status(state.running(),text(),other())") == ["status": ["state": ["running": [:]], "text": .null]])
        #expect(try read("metadata.*()") == ["metadata": ["name": .null, "managedFields": [[:]], "labels": [:]]])
        #expect(try read("metadata(*(),name)") == ["metadata": ["name": "a", "managedFields": [[:]], "labels": [:]]])
    }

    @Test func `what is asked for twice is read once, and whole if that was asked for`() throws {
        #expect(try read("spec.n spec.f") == read("spec(n,f)"))
        #expect(try read("status.state.running() status.state") == read("status.state"))
        #expect(try read("status.state status.state.running()") == read("status.state"))
        #expect(
            try JSONProjection(paths: [["metadata", "name"], ["metadata", "labels", "k"], ["spec", "n"]]).read(Self.text, noting: "x").value
                == read("metadata(name,labels.k) spec.n"))
    }

    @Test func `it tells where one member stands`() throws {
        for projection in ["metadata", "metadata.name", "last metadata()"] {
            let range = try #require(try JSONProjection(projection).read(Self.text, noting: "metadata").range)
            #expect(try range == JSONScanner.range(of: "metadata", in: Self.text))
        }
        #expect(try JSONProjection("last").read(Self.text, noting: "metadata").range == nil)
    }

    @Test func `names may be written with escapes`() throws {
        let text = Array(#"{"a\"b":{"\u0063":1,"d":2},"e":3}"#.utf8)
        #expect(try JSONProjection(paths: [["a\"b", "c"]]).read(text, noting: "e").value == ["a\"b": ["c": 1]])
    }

    @Test func `the whole of what can be parsed is the same, and no bytes end the process`() throws {
        var random = SplitMix(seed: 23)
        let good = Array(
            #"{"a":[1,-2.5e3,"x\"\\\n\u00e9\ud83d\ude00",true,null,9223372036854775807],"b":{"c":{"d":[[],{}]}},"c":"a longer text, é"}"#
                .utf8)
        let alphabet = Array("{}[]\",:\\u0123dD89abcdefnrt+-.eE \n\u{0}\u{7f}é".utf8) + [0xFF, 0xC0, 0x80]
        let whole = JSONProjection(paths: [[]])
        let some = JSONProjection("a() b.c(d) c")
        var readable = 0
        for round in 0..<10_000 {
            var bytes = good
            for _ in 0..<random.below(4) { bytes[random.below(bytes.count)] = alphabet[random.below(alphabet.count)] }
            if round % 8 == 0 { bytes.removeLast(random.below(bytes.count)) }
            // What is no JSON may be read as something, or not.
            _ = try? some.read(bytes, noting: "b")
            let read = try? whole.read(bytes, noting: "b").value
            guard let parsed = try? JSONParser.parseNotingDuplicates(bytes), parsed.duplicates.isEmpty else { continue }
            readable += 1
            #expect(read == parsed.value, "\(String(decoding: bytes, as: UTF8.self))")
        }
        #expect(readable > 100)
        let deep = Array(String(repeating: "[", count: 100_000).utf8)
        #expect(throws: JSONError.self) { try whole.read(Array("{\"a\":".utf8) + deep, noting: "b") }
        // What is passed over may be as deep as it will.
        let passed = Array("{\"a\":".utf8) + deep + Array(String(repeating: "]", count: 100_000).utf8) + Array(",\"c\":1}".utf8)
        #expect(try JSONProjection("c").read(passed, noting: "c").value == ["c": 1])
    }
}
