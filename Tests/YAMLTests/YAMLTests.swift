import Randomness
import Testing
import Values
import YAML

@Suite("YAML")
struct YAMLTests {
    @Test("a manifest reads as its JSON does")
    func manifest() throws {
        let text = """
            apiVersion: v1
            kind: Pod   # a comment
            metadata: {name: web, labels: {app: "yes", "on": off}}
            spec:
              replicas: 3
              ratio: 0.5
              mode: 0644
              hex: 0x1F
              nothing: ~
              version: "1.20"
              containers:
              - name: a
                args: ["-c", 'it''s']
              - name: b
                script: |
                  one
                    two
                folded: >-
                  three
                  four
            """
        let value = try YAMLParser.parse(text)
        #expect(value["metadata"] == ["name": "web", "labels": ["app": "yes", "on": false]])
        #expect(value["spec"]?["replicas"] == 3)
        #expect(value["spec"]?["ratio"] == 0.5)
        #expect(value["spec"]?["mode"] == 420)
        #expect(value["spec"]?["hex"] == 31)
        #expect(value["spec"]?["nothing"] == .null)
        #expect(value["spec"]?["version"] == "1.20")
        #expect(
            value["spec"]?["containers"] == [
                ["name": "a", "args": ["-c", "it's"]], ["name": "b", "script": "one\n  two\n", "folded": "three four"],
            ])
    }

    @Test("every document of a stream is read, an empty text is null")
    func documents() throws {
        #expect(try YAMLParser.documents(Array("a: 1\n---\nb: 2\n---\n".utf8)) == [["a": 1], ["b": 2], .null])
        #expect(try YAMLParser.parse("") == .null)
    }

    @Test("anchors, aliases and merge keys are expanded")
    func aliases() throws {
        let value = try YAMLParser.parse("base: &b {x: 1, y: 2}\nderived: {<<: *b, y: 3}\nsame: *b\n")
        #expect(value == ["base": ["x": 1, "y": 2], "derived": ["x": 1, "y": 3], "same": ["x": 1, "y": 2]])
    }

    @Test("a key that stands twice is an error, or is told by its line and the last counts")
    func duplicates() throws {
        let text = "\na: 1\nb:\n  c: 2\n  c: 3\na: 4"
        let error = #expect(throws: YAMLError.self) { try YAMLParser.parse(text) }
        #expect(error?.description == "yaml: line 5: key \"c\" already set in map")
        let (value, duplicates) = try YAMLParser.parseNotingDuplicates(Array(text.utf8))
        #expect(value == ["a": 4, "b": ["c": 3]])
        #expect(duplicates.map(\.line) == [5, 6])
        #expect(try YAMLParser.parseNotingDuplicates(Array("a: 1".utf8)).duplicates.isEmpty)
    }

    @Test("an alias bomb and deep nesting are errors")
    func bombs() {
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            bomb += "a\(level): &a\(level) [\(aliases)]\n"
        }
        #expect(throws: YAMLError.self) { try YAMLParser.parse(bomb) }
        #expect(throws: YAMLError.self) { try YAMLParser.parse(String(repeating: "[", count: 100_000)) }
    }

    @Test("aliases repeat neither megabytes of text nor depth without bound")
    func quietBombs() throws {
        let long = "x: &x \"" + String(repeating: "y", count: 100_000) + "\"\n"
        #expect(try YAMLParser.parse(long + "list: [*x, *x, *x]\n")["list"]?.array?.count == 3)
        let list = "list: [" + [String](repeating: "*x", count: 1000).joined(separator: ",") + "]\n"
        #expect(throws: YAMLError.self) { try YAMLParser.parse(long + list) }
        func nested(_ inner: String, _ name: String) -> String {
            "\(name): &\(name) " + String(repeating: "[", count: 200) + inner + String(repeating: "]", count: 200) + "\n"
        }
        _ = try YAMLParser.parse(nested("1", "a") + nested("*a", "b"))
        #expect(throws: YAMLError.self) { try YAMLParser.parse(nested("1", "a") + nested("*a", "b") + nested("*b", "c")) }
    }

    @Test(
        "what is not YAML is an error that names the line",
        arguments: [("a: 1\nb: [", 2), ("a: 1\na: 2\n", 2), ("? [x]\n: 1\n", 1), ("a: *missing\n", 1), ("\ta: 1", 1)])
    func errors(text: String, line: Int) {
        let error = #expect(throws: YAMLError.self) { try YAMLParser.parse(text) }
        #expect(abs((error?.line ?? 0) - line) <= 1)
    }

    @Test(
        "what is written reads back the same",
        arguments: [
            "plain", "", " ", "yes", "null", "12", "1e3", "0x10", "-", "- a", "a: b", "a #b", "#a", "key:", "two\nlines", "two\nlines\n",
            "lines\n\n", "\ttab", "\u{1}", "quote\"s", "2026-11-21", "2026-11-21T00:00:00Z", "{a}", "*a", "é", "a\\b", "trailing \nspace",
            "---", "\u{85}next", "line\u{2028}", "a\n\u{301}b", "a:\u{20}\u{301}", "\u{FEFF}",
            "=", "<<", "-1", ".5", "+x",
        ])
    func roundTrip(text: String) throws {
        let value: Value = [
            "key": .string(text), "list": [.string(text), [.string(text)]], "nested": ["deep": .string(text)], "keys": .object([text: 1]),
        ]
        #expect(try YAMLParser.parse(YAMLEmitter.emit(value)) == value)
    }

    @Test("the layout is kubectl's")
    func layout() {
        let value: Value = ["a": 1, "empty": [:], "list": [["name": "x", "ports": [80, "443"]]], "text": "l1\nl2\n"]
        #expect(
            YAMLEmitter.emit(value) == """
                a: 1
                empty: {}
                list:
                - name: x
                  ports:
                  - 80
                  - "443"
                text: |
                  l1
                  l2

                """)
    }

    @Test("a number has one sign")
    func signs() throws {
        #expect(try YAMLParser.parse("[-0x10, -0x8000000000000000, +0b1, -017]") == [-16, .int(.min), 1, -15])
        #expect(try YAMLParser.parse("[-0x-8000000000000000, 0x+1, -0-7]") == ["-0x-8000000000000000", "0x+1", "-0-7"])
    }

    @Test("random bytes never do more than fail")
    func fuzz() {
        var random = SplitMix(seed: 5)
        let alphabet = Array("abc:-[]{}&*!|>'\"%@`#?, \n\t\u{0}01~<é\u{FEFF}".utf8) + [0xFF, 0xC0]
        let good = Array("a: &a {b: [1, 0x1F, ~, \"q\\n\"], c: 'd'}\ne: *a\nf:\n- <<: *a\n  g: |\n    text\n- 1.5e3\n".utf8)
        for round in 0..<4000 {
            var bytes = (0..<random.below(60)).map { _ in alphabet[random.below(alphabet.count)] }
            if round % 2 == 0 {
                bytes = good
                for _ in 0...random.below(4) { bytes[random.below(bytes.count)] = alphabet[random.below(alphabet.count)] }
            }
            _ = try? YAMLParser.parse(bytes)  // Only that it returns is asked.
        }
    }
}
