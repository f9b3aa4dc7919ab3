import CEL
import Controllers
import Core
import Identity
import JSON
import KubernetesAPI
import Randomness
import RegularExpressions
import Testing
import Values
import YAML

/// Damaged texts: no parser crashes, and what one takes it takes again when it is written out.
@Suite struct TextFuzzTests {
    private func each(_ seed: UInt64, _ samples: [String], _ body: (String) throws -> Void) rethrows {
        var fuzzer = Fuzzer(seed: seed, texts: samples)
        for _ in 0..<Fuzzer.iterations { try body(fuzzer.text()) }
    }

    @Test func `JSON`() throws {
        let samples = [
            #"{"kind":"Pod","metadata":{"name":"a","labels":{"b":"c"}},"spec":{"x":[1,-2.5e3,true,null,"\u00e9\n"]}}"#, "[[[[]]]]",
            #""\ud83d\ude00""#, "9007199254740993", "1e308",
        ]
        var fuzzer = Fuzzer(seed: 1, texts: samples)
        for _ in 0..<Fuzzer.iterations {
            let bytes = fuzzer.next()
            guard let value = try? JSONParser.parse(bytes) else { continue }
            #expect(try JSONParser.parse(JSONWriter.encode(value)) == value, "\(bytes)")
        }
    }

    @Test func `YAML`() throws {
        let samples = [
            "a: &x [1, 2, *x]\nb:\n  - c: 'd'\n    e: |\n      f\n", "--- !!map {a: b}\n...\n---\n- ~\n", "a: \"\\u00e9\"\n<<: *a\n",
            "kind: ConfigMap\ndata:\n  k: >-\n    v\n  0x10: 0o17\n  1_000: .inf\n",
        ]
        var fuzzer = Fuzzer(seed: 2, texts: samples)
        for _ in 0..<Fuzzer.iterations {
            let bytes = fuzzer.next()
            guard let value = try? YAMLParser.parse(bytes) else { continue }
            let again = try YAMLParser.parse(YAMLEmitter.emit(value))
            #expect(JSONWriter.encode(again) == JSONWriter.encode(value), "\(bytes)")
        }
    }

    @Test func `label and field selectors`() {
        each(3, ["a=b,c!=d", "x in (a,b),y notin (c),!z,w", "app.kubernetes.io/name==x, n>5, m<-3"]) { text in
            guard let matcher = try? LabelMatcher(parsing: text) else { return }
            #expect((try? LabelMatcher(parsing: matcher.description))?.description == matcher.description, "\(text)")
        }
        each(4, ["metadata.name=a,spec.nodeName!=b", "a\\,b==c\\=d"]) { _ = try? FieldMatcher(parsing: $0) }
    }

    @Test func `quantities, times and durations`() {
        each(5, ["100m", "1.5Gi", "12e6", "-0.000000001", "+1E", "9223372036854775807Ei"]) { text in
            guard let quantity = try? Quantity(parsing: text) else { return }
            #expect((try? Quantity(parsing: quantity.description))?.description == quantity.description, "\(text)")
        }
        each(6, ["2026-11-22T07:42:15Z", "0001-01-01T00:00:00.000001+23:59", "9999-12-31T23:59:60-00:00"]) { text in
            for isMicro in [false, true] {
                guard let written = Timestamp.canonical(text, isMicro: isMicro) else { continue }
                #expect(Timestamp.canonical(written, isMicro: isMicro) == written, "\(text)")
            }
        }
        each(7, ["1h2m3.5s", "-100ms", "5µs", "9223372036s"]) { let _: Duration? = Core.GoDuration.parse($0) }
    }

    @Test func `addresses, Base64 and versions`() {
        each(8, ["10.0.0.1/24", "fd00::1/64", "::ffff:1.2.3.4", "aGVsbG8=", "1.2.3-alpha.1+b", "v1.36"]) { text in
            _ = (IPText.isIPv4(text), IPText.isIPv6(text), IPText.isCIDR(text))
            _ = (SemanticVersion(text), SemanticVersion(text, isLenient: true))
            if let bytes = try? Base64.decode(text) { #expect((try? Base64.decode(Base64.encode(bytes))) == bytes, "\(text)") }
        }
    }

    @Test func `schedules`() {
        each(9, ["*/5 0-23/2 1,15 JAN-DEC MON-FRI", "@every 1h30m", "@daily", "TZ=Europe/Berlin 0 0 29 2 *"]) { text in
            _ = try? CronSchedule(text)
        }
    }

    private static let searched = "aab1.2.3.4é\u{1F600}"

    @Test func `regular expressions`() {
        let samples = [#"^(?i)[a-z0-9]([-a-z0-9]*[^a-z])?$"#, #"(\d{1,3}\.){3}\d+|\p{Lu}\x{1F600}"#, #"(?:a|b)+?\b[[:alpha:]]\Q.*\E"#]
        MatchBudget.$current.withValue(MatchBudget(steps: .max)) {
            each(10, samples) { text in
                guard let expression = try? RegularExpression(text), expression.size < 5_000 else { return }
                let found = try? expression.firstMatch(in: Self.searched)
                #expect((try? expression.matches(Self.searched)) == (found != nil), "\(text)")
            }
        }
    }

    @Test func `CEL`() {
        let samples = [
            "self.all(x, x.startsWith('a') && size(x) < 10) ? [1, 2u, 3.5e3] : {'a': b\"\\xff\"}", "has(self.a.b) || self['c'] in [1]",
            "quantity('1Gi').isGreaterThan(quantity('1')) && url('https://a').getHost() == 'a'",
            "duration('1h') + timestamp('2026-01-01T00:00:00Z')", "'a'.replace('b', 'c').split(',').join('-').matches('^a+$')",
            "self.map(i, i > 2, i * 2).filter(j, j % 3 != 0).sum() - -9223372036854775808",
        ]
        let value = CELValue.list([.int(1), .string("abc"), .list([.int(.min)])])
        each(11, samples) { text in
            guard let expression = try? Expression(text, variables: ["self": .dyn]) else { return }
            _ = expression.estimatedCost { _ in 10 }
            _ = try? expression.evaluate(["self": value], limit: 100_000)
        }
    }

    @Test func `paths into objects`() {
        let value: Value = ["spec": ["names": [["kind": "a", "type": "Ready"], 5]], "metadata": ["labels": ["app.io/name": "x"]]]
        let samples = [
            #".spec.names[?(@.type=="Ready")].kind"#, #".metadata.labels.app\.io/name"#, ".spec.names[0]", ".spec.names[*]", "..kind",
            ".spec[1:-1:2]",
            ".spec['a','b'].*",
        ]
        each(12, samples) { text in
            let path = JSONPath(text)
            _ = path?.value(in: value)
            _ = path?.names
        }
    }

    @Test func `tokens`() {
        each(13, ["eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJhIiwiZXhwIjoxfQ.c2ln", "e30.e30."]) { _ = JSONWebToken($0)?.issuer }
    }
}
