import RegularExpressions
import Testing

@Suite struct RegularExpressionTests {
    @Test(
        "patterns match what RE2 says they match",
        arguments: [
            ("abc", "xxabcxx", true), ("^abc$", "abc", true), ("^abc$", "abcd", false), ("a|b|", "zzz", true),
            ("^(a|bc)+$", "abcbca", true),
            ("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "my-name-1", true), ("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "my-name-", false),
            (#"^\d{1,3}(\.\d{1,3}){3}$"#, "10.0.0.1", true), (#"^\d{1,3}(\.\d{1,3}){3}$"#, "10.0.0", false), ("(?i)^hello$", "HeLLo", true),
            ("^a{2,}$", "aaaa", true), ("^a{2,}$", "a", false), ("^a{,2}$", "a{,2}", true), (#"\bfoo\b"#, "a foo b", true),
            (#"\bfoo\b"#, "afoo", false),
            (#"^\p{Lu}\p{Ll}+$"#, "Élan", true), ("^[^a-c]+$", "xyz", true), ("^[^a-c]+$", "xaz", false), ("^[[:alpha:]_]+$", "ab_C", true),
            ("^.$", "\n", false), ("(?s)^.$", "\n", true), ("(?m)^b$", "a\nb\nc", true), (#"^\Q.*\E$"#, ".*", true),
            ("^[]a]+$", "]a", true),
            (#"^[\w.-]+@[\w.-]+$"#, "a.b@c.d", true), (#"^\x41\x{1F600}$"#, "A😀", true), ("^(?:a?){3}$", "aa", true), ("[-a]", "-", true),
            (#"^[\pL\d]+$"#, "aß9", true),
        ])
    func matching(_ pattern: String, _ text: String, _ expected: Bool) throws {
        #expect(try RegularExpression(pattern).matches(text) == expected)
    }

    /// What Go says of a Greek letter, a Latin one, an Old Italic one, and a character that is none.
    @Test(
        "scripts and categories are known by all their names",
        arguments: [
            (#"\p{Greek}"#, "α"), (#"\p{greek}"#, "α"), (#"\p{^Greek}"#, "A𐌀\u{378}"), (#"\P{^Greek}"#, "α"), (#"[^\P{Greek}]"#, "α"),
            (#"[\p{Greek}\p{Latin}]"#, "αA"), (#"[^\p{Greek}\p{Latin}]"#, "𐌀\u{378}"), (#"\p{Old_Italic}"#, "𐌀"), (#"\p{Lc}"#, "αA"),
            (#"\p{L_u}"#, "A"), (#"\p{Uppercase Letter}"#, "A"), (#"\p{ASCII}"#, "A"), (#"\P{ASCII}"#, "α𐌀\u{378}"),
            (#"\p{Assigned}"#, "αA𐌀"), (#"\p{Cn}"#, "\u{378}"), (#"\pl"#, "αA𐌀"), (#"\p{Letter}"#, "αA𐌀"), (#"\p{C}"#, "\u{378}"),
            (#"\p{any}"#, "αA𐌀\u{378}"), (#"\P{Any}"#, ""), (#"(?i)\p{Lu}"#, "αA"), (#"\p{Han}"#, ""), (#"(?i)[\p{Greek}]"#, "α"),
        ])
    func unicode(_ pattern: String, _ matching: String) throws {
        let compiled = try RegularExpression("^(?:\(pattern))$")
        for character in ["α", "A", "𐌀", "\u{378}"] {
            #expect(
                try compiled.matches(character) == matching.unicodeScalars.contains(character.unicodeScalars.first ?? " "), "\(character)")
        }
    }

    @Test("texts of one script match it")
    func scripts() throws {
        #expect(try RegularExpression(#"^[\p{Han}\p{Hiragana}\p{Katakana}ー]+$"#).matches("漢字かなカナー"))
        #expect(try RegularExpression(#"^\p{Cyrillic}+$"#).matches("Привет"))
        #expect(try !RegularExpression(#"^\p{Cyrillic}+$"#).matches("Privet"))
        #expect(try RegularExpression(#"^\p{Common}\p{Inherited}$"#).matches("1\u{301}"))
    }

    @Test("a match is the leftmost one, and greedy or not as asked")
    func positions() throws {
        #expect(try RegularExpression("a+").firstMatch(in: "baaab") == "aaa")
        #expect(try RegularExpression("a+?").firstMatch(in: "baaab") == "a")
        #expect(try RegularExpression("a|ab").firstMatch(in: "ab") == "a")
        #expect(try RegularExpression("[0-9]+").allMatches(in: "1 22 333") == ["1", "22", "333"])
        #expect(try RegularExpression("[0-9]+").allMatches(in: "1 22 333", limit: 2) == ["1", "22"])
        #expect(try RegularExpression("x*").allMatches(in: "axb") == ["", "x", ""])
    }

    @Test("classes of many ranges, in any order and overlapping, contain what each of them does")
    func classes() throws {
        let set = try RegularExpression(#"^[x-z0-9b-da-cé-ü\x{4E00}-\x{4E05}]$"#)
        for text in ["a", "b", "d", "0", "9", "x", "z", "é", "ü", "\u{4E00}", "\u{4E05}"] { #expect(try set.matches(text), "\(text)") }
        for text in ["e", "w", "-", "ý", "\u{4E06}", "\u{4DFF}"] { #expect(try !set.matches(text), "\(text)") }
        #expect(try RegularExpression("(?i)^[x-za]$").matches("Y"))
        #expect(try !RegularExpression("(?i)^[^x-za]$").matches("A"))
    }

    @Test(
        "a wrong pattern is told in Go's words",
        arguments: [
            ("(", "error parsing regexp: missing closing ): `(`"), ("a)", "error parsing regexp: unexpected ): `a)`"),
            ("[a", "error parsing regexp: missing closing ]: `[a`"),
            ("*a", "error parsing regexp: missing argument to repetition operator: `*`"),
            ("a**", "error parsing regexp: invalid nested repetition operator: `**`"),
            (#"\8"#, #"error parsing regexp: invalid escape sequence: `\8`"#),
            ("(?=a)", "error parsing regexp: invalid or unsupported Perl syntax: `(?=`"),
            ("a{1001}", "error parsing regexp: invalid repeat count: `{1001}`"),
            ("[b-a]", "error parsing regexp: invalid character class range: `b-a`"),
            (#"\p{Nope}"#, #"error parsing regexp: invalid character class range: `\p{Nope}`"#),
            (#"\pg"#, #"error parsing regexp: invalid character class range: `\pg`"#),
            (#"\p{}"#, #"error parsing regexp: invalid character class range: `\p{}`"#),
        ])
    func errors(_ pattern: String, _ message: String) {
        #expect(throws: PatternError.self) { try RegularExpression(pattern) }
        do {
            _ = try RegularExpression(pattern)
        } catch {
            #expect(error.description == message)
        }
    }

    @Test("a pattern that makes other engines backtrack for ever is matched at once")
    func linear() throws {
        let text = String(repeating: "a", count: 2000) + "b"
        #expect(try RegularExpression("^(a+)+$").matches(text) == false)
        #expect(try RegularExpression("^(a|a|a)*c$").matches(text) == false)
    }

    @Test(
        "what would take minutes is an error",
        arguments: [("((a?){50}){450}", 3_000_000), ("a.*z|a", 200_000), ("(a|b)*a(a|b){1000}c", 1_000_000)])
    func budget(_ pattern: String, _ length: Int) throws {
        let text = String(repeating: "a", count: length)
        let expression = try RegularExpression(pattern)
        let began = ContinuousClock.now
        #expect(throws: PatternError.self) { _ = try expression.allMatches(in: text) }
        #expect(ContinuousClock.now - began < .seconds(30))
        MatchBudget.$current.withValue(MatchBudget(steps: 10_000)) {
            #expect(throws: PatternError.self) {
                for _ in 0..<100 { _ = try expression.allMatches(in: String(text.prefix(2_000))) }
            }
        }
    }

    @Test("a pattern cannot grow without bound")
    func bounded() {
        #expect(throws: PatternError.self) { try RegularExpression("((a{1000}){1000}){1000}") }
        #expect(throws: PatternError.self) { try RegularExpression(String(repeating: "(", count: 5000)) }
        #expect(throws: PatternError.self) { try RegularExpression(String(repeating: "^", count: 100_000)) }
    }
}
