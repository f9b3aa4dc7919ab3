import ResourceEngine
import SchemaEngine
import Testing
import Values

/// What rules can cost by the sizes of their schemas: the numbers are those that upstream's own tests expect
/// (`apiextensions-apiserver/pkg/apiserver/schema/cel/compilation_test.go`).
@Suite struct RuleCostTests {
    private static func schema(_ type: Value, _ rule: String) -> StructuralSchema {
        var raw = type
        raw["x-kubernetes-validations"] = [["rule": .string(rule)]]
        return StructuralSchema(raw)
    }

    private static func scalar(_ type: String, limit: Int64? = nil) -> Value {
        switch type {
        case "int-or-string": return ["x-kubernetes-int-or-string": true]
        case "duration", "date", "date-time": return ["type": "string", "format": .string(type)]
        default:
            guard let limit else { return ["type": .string(type)] }
            return ["type": .string(type), "maxLength": .int(limit)]
        }
    }

    private static func list(_ items: Value, _ limit: Int64? = nil) -> Value {
        var list: Value = ["type": "array", "items": items]
        if let limit { list["maxItems"] = .int(limit) }
        return list
    }

    private static func map(_ values: Value, _ limit: Int64? = nil) -> Value {
        var map: Value = ["type": "object", "additionalProperties": values]
        if let limit { map["maxProperties"] = .int(limit) }
        return map
    }

    private func expect(_ cost: UInt64, _ type: Value, _ rule: String) {
        #expect(ValidationRules.estimates(Self.schema(type, rule)) == [cost], "\(rule)")
    }

    @Test func loopsCostByHowManyElementsHaveRoom() {
        let each = "self.all(x, true)"
        for (type, cost, limit, limited) in [
            ("number", 4_718_591, 10, 32), ("string", 3_145_727, 20, 62), ("boolean", 1_887_437, 5, 17),
            ("int-or-string", 4_718_591, 10, 32), ("duration", 2_359_295, 5, 17), ("date", 725_936, 15, 47), ("date-time", 428_963, 25, 77),
        ] as [(String, UInt64, Int64, UInt64)] {
            expect(cost, Self.list(Self.scalar(type)), each)
            expect(limited, Self.list(Self.scalar(type), limit), each)
        }
        for (type, cost, limit, limited) in [
            ("number", 1_348_169, 10, 32), ("string", 1_179_647, 3, 11), ("boolean", 943_718, 100, 302),
            ("int-or-string", 1_348_169, 15, 47),
            ("duration", 1_048_577, 5, 17), ("date", 524_288, 10, 32), ("date-time", 349_526, 25, 77),
        ] as [(String, UInt64, Int64, UInt64)] {
            expect(cost, Self.map(Self.scalar(type)), each)
            expect(limited, Self.map(Self.scalar(type), limit), each)
        }
        expect(3_145_727, Self.list(Self.list(Self.scalar("number"))), each)
        expect(352, Self.list(Self.scalar("number"), 10), "self.all(x, self.all(y, true))")
        expect(3552, Self.list(Self.scalar("number"), 10), "self.all(x, self.all(y, self.all(z, true)))")
    }

    @Test func textsCostByTheirLength() {
        let text = Self.scalar("string")
        expect(314_574, text, "self.contains('test')")
        expect(5, Self.scalar("string", limit: 10), "self.contains('test')")
        expect(2, text, "self.startsWith('test')")
        expect(314_578, text, "size(self + \"hello\") > size(\"hello\")")
        expect(7, Self.scalar("string", limit: 4), "size(self + \"hello\") > size(\"hello\")")
        expect(314_574, text, "self.matches(\"x\")")
        expect(22, Self.scalar("string", limit: 50), "self.matches(\"x\")")
        expect(1, text, "self.matches(\"\")")
        expect(629_147, text, "self.find('[0-9]+') == ''")
        expect(11, Self.scalar("string", limit: 10), "self.find('[0-9]+') == ''")
        expect(2, text, "self == \"x\"")
        expect(1, Self.scalar("string", limit: 0), "self == \"x\"")
        expect(314_575, text, "self.lowerAscii() == 'lower!'")
        expect(314_574, ["x-kubernetes-int-or-string": true], "isQuantity(self)")
        expect(9, ["x-kubernetes-int-or-string": true, "maxLength": 20], "isQuantity(self)")
        expect(2, ["type": "string", "enum": ["A", "B", "C", "LongValue"]], "self.contains('A')")
    }

    @Test func elementsAreAsLargeAsTheirSchema() {
        expect(2, Self.list(Self.scalar("number")), "self[1] == 0.0")
        expect(314_577, Self.list(Self.scalar("string"), 8), "self[1] == self[1]")
        expect(3, Self.list(Self.scalar("int-or-string")), "self[0] == 5")
        expect(4, Self.list(Self.scalar("duration")), "self[0].getHours() == 2")
        expect(2, Self.map(Self.scalar("number"), 0), "self[\"x\"] == 0.0")
        expect(8, Self.map(Self.scalar("date-time")), "self[\"a\"] == self[\"b\"]")
        expect(5, Self.map(Self.scalar("integer")), "oldSelf.size() == self.size()")
        expect(4, Self.list(Self.map(Self.scalar("number"))), "self[0].x > 2.0")
        expect(43, Self.list(Self.scalar("string", limit: 10), 10), "self.join(' ') == 'aa bb'")
        expect(52, Self.list(Self.scalar("string", limit: 10), 10), "self.isSorted() == true")
        let replaced: Value = [
            "type": "object",
            "properties": [
                "str": Self.scalar("string"), "before": Self.scalar("string", limit: 2), "after": Self.scalar("string", limit: 4),
            ],
        ]
        expect(629_154, replaced, "self.str.replace(self.before, self.after) == 'does not matter'")
    }
}
