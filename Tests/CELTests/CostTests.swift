import CEL
import Testing

/// Estimates are upstream's to the point, for definitions are refused by them: the numbers are those its own tests expect
/// (`k8s.io/apiserver/pkg/cel/library/cost_test.go`).
@Suite struct CostTests {
    private static let cases: [(text: String, cost: UInt64)] = [
        ("'ABCDEFGHIJ abcdefghij'.lowerAscii()", 3),
        ("'ABCDEFGHIJ abcdefghij'.lowerAscii() == 'abcdefghij ABCDEFGHIJ'.lowerAscii()", 9),
        ("'ABCDEFGHIJ abcdefghij'.upperAscii()", 3),
        ("'ABCDEFGHIJ abcdefghij'.upperAscii() == 'abcdefghij ABCDEFGHIJ'.upperAscii()", 9),
        ("strings.quote('ABCDEFGHIJ abcdefghij')", 3),
        ("strings.quote('ABCDEFGHIJ abcdefghij') == strings.quote('ABCDEFGHIJ abcdefghij')", 11),
        ("'abc 123 def 123'.replace('123', '456')", 3),
        ("'abc 123 def 123'.replace('', 'x')", 3),
        ("'abc 123 def 123'.replace('123', '')", 3),
        ("'abc 123 def 123'.replace('123', '456', 1)", 3),
        ("'abc 123 def 123'.split(' ')", 3),
        ("'abc 123 def 123'.split(' ', 1)", 3),
        ("'abc 123 def 123'.substring(5)", 2),
        ("'abc 123 def 123'.substring(5, 8)", 2),
        ("'  abc 123 def 123  '.trim()", 2),
        ("'abc 123 def 123'.find('123')", 2),
        ("'abc 123 def 123'.findAll('123')", 2),
        ("'abc 123 def 123'.findAll('123', 1)", 2),
        ("jsonpatch.escapeKey('abc/def~ abc/def~')", 2),
        ("authorizer.path('/healthz')", 2),
        ("authorizer.group('apps').resource('deployments').subresource('status').namespace('test').name('backend')", 6),
        (
            "authorizer.group('').resource('pods').fieldSelector('spec.nodeName=example-node-name.fully.qualified.domain.name.example.com')",
            1821
        ),
        (
            "authorizer.group('').resource('pods').labelSelector('spec.nodeName=example-node-name.fully.qualified.domain.name.example.com')",
            1821
        ),
        ("authorizer.path('/healthz').check('get').allowed()", 350003),
        (
            "authorizer.group('apps').resource('deployments').subresource('status').namespace('test').name('backend').check('create').allowed()",
            350007
        ),
        (
            "authorizer.group('apps').resource('deployments').subresource('status').namespace('test').name('backend').check('create').allowed()",
            350007
        ),
        (
            "authorizer.group('apps').resource('deployments').subresource('status').namespace('test').name('backend').check('create').errored()",
            350007
        ),
        (
            "authorizer.group('apps').resource('deployments').subresource('status').namespace('test').name('backend').check('create').error()",
            350007
        ),
        ("quantity(\"12Mi\")", 1),
        ("isQuantity(\"20\")", 1),
        ("isQuantity(\"20M\")", 1),
        ("quantity(\"200M\") == quantity(\"200M\")", 3),
        ("quantity(\"200M\") == quantity(\"0.2G\") && quantity(\"0.2G\") == quantity(\"200M\")", 6),
        (
            "quantity(\"2M\") == quantity(\"0.002G\") && quantity(\"2000k\") == quantity(\"2M\") && quantity(\"0.002G\") == quantity(\"2000k\")",
            9
        ),
        ("quantity(\"50M\").isLessThan(quantity(\"50Mi\"))", 3),
        ("quantity(\"50Mi\").isGreaterThan(quantity(\"50M\"))", 3),
        ("quantity(\"200M\").compareTo(quantity(\"0.2G\")) > 0", 4),
        ("quantity(\"50k\").add(quantity(\"20\")) == quantity(\"50.02k\")", 5),
        ("quantity(\"50k\").sub(quantity(\"20\")) == quantity(\"49.98k\")", 5),
        ("quantity(\"50k\").sub(20) == quantity(\"49980\")", 4),
        ("quantity(\"50k\").add(20).sub(quantity(\"100k\")).asInteger() > 0", 6),
        ("quantity(\"50k\").add(20).sub(quantity(\"100k\")).sub(-50000).asInteger() > 0", 7),
        ("quantity(\"50k\").asInteger() > 0", 3),
        ("quantity(\"50\").isInteger()", 2),
        ("quantity(\"50.703k\").asApproximateFloat() > 0.0", 3),
        ("format.named(\"dns1123subdomain\")", 1),
        ("format.named(\"dns1123Subdomain\").value().validate(\"my-name\")", 34),
        ("format.named(\"dns1123Label\").value().validate(\"my-name\")", 34),
        ("format.named(\"dns1123Label\").value().validate(\"my-name\")", 34),
        ("format.named(\"dns1123Label\").value() == format.named(\"dns1123Label\").value()", 11),
        ("sets.contains([], [])", 21),
        ("sets.contains([1], [])", 21),
        ("sets.contains([1], [1])", 22),
        ("sets.contains([1], [1, 1])", 23),
        ("sets.contains([1, 1], [1])", 23),
        ("sets.contains([2, 1], [1])", 23),
        ("sets.contains([1, 2, 3, 4], [2, 3])", 29),
        ("!sets.contains([1], [2])", 23),
        ("!sets.contains([1], [1, 2])", 24),
        ("sets.equivalent([], [])", 21),
        ("sets.equivalent([1], [1])", 23),
        ("sets.equivalent([1], [1, 1])", 25),
        ("sets.equivalent([1, 1], [1])", 25),
        ("!sets.equivalent([2, 1], [1])", 26),
        ("!sets.equivalent([1], [1, 2])", 26),
        ("sets.intersects([1], [1])", 22),
        ("sets.intersects([1], [1, 1])", 23),
        ("sets.intersects([1, 1], [1])", 23),
        ("sets.intersects([2, 1], [1])", 23),
        ("sets.intersects([1], [1, 2])", 23),
        ("!sets.intersects([], [])", 22),
        ("!sets.intersects([1], [])", 22),
        ("!sets.intersects([1], [2])", 23),
        ("semver(\"1.0.0\")", 1),
        ("semver(\"1234.56789012345.67890123456789\")", 4),
        ("isSemver(\"1.0.0\")", 1),
        ("isSemver(\"1234.56789012345.67890123456789\")", 4),
        ("semver(\"1.2.3\").major()", 2),
        ("semver(\"1.2.3\").minor()", 2),
        ("semver(\"1.2.3\").patch()", 2),
        ("semver(\"1.0.0\").isLessThan(semver(\"1.1.0\"))", 3),
        ("semver(\"1.1.0\").isGreaterThan(semver(\"1.0.0\"))", 3),
        ("semver(\"1.0.0\").compareTo(semver(\"1.2.3\"))", 3),
        ("{'a': 1, 'b': 2}.all(k, v, v > 0)", 41),
        ("{'a': 1, 'b': 2}.exists(k, v, v > 0)", 43),
        ("{'a': 1, 'b': 2}.existsOne(k, v, v > 0)", 40),
        ("{'a': 1, 'b': 2}.transformMap(k, v, v + 1)", 71),
        ("{'a': 1, 'b': 2}.transformMap(k, v, v < 5, v + 1)", 75),
        ("{'a': 1, 'b': 2}.transformMapEntry(k, v, {k: v + 1})", 131),
        ("{'a': 1, 'b': 2}.transformMapEntry(k, v, v < 5, {k: v + 1})", 135),
        ("[1, 2].all(i, v, v > 0)", 21),
        ("[1, 2].exists(i, v, v > 0)", 23),
        ("[1, 2].existsOne(i, v, v > 0)", 20),
        ("[1, 2].transformList(i, v, v + 1)", 49),
        ("[1, 2].transformList(i, v, v < 5, v + 1)", 53),
    ]

    @Test func estimatesAreThoseOfUpstream() throws {
        let variables: [String: CELType] = ["authorizer": .opaque("kubernetes.authorization.Authorizer")]
        for (text, cost) in Self.cases {
            let expression = try Expression(text, variables: variables)
            #expect(expression.estimatedCost { _ in nil } == cost, "\(text)")
        }
    }

    @Test func sizesAreAskedForByPath() throws {
        let type = ObjectType(name: "object", fields: ["items": .list(.map(.string, .string)), "name": .string])
        var asked: Set<String> = []
        let expression = try Expression(
            "self.items.all(i, i.all(k, i[k].startsWith(self.name)))", variables: ["self": .object(type)])
        let cost = expression.estimatedCost { path in
            asked.insert(path.joined(separator: "."))
            return 10
        }
        #expect(
            asked.isSuperset(of: ["self.items", "self.items.@items", "self.items.@items.@keys", "self.items.@items.@values", "self.name"]))
        // For each of ten items: its name, two for going on, one and two around the inner loop of ten rounds.
        #expect(cost == 2 + 1 + 10 * (3 + 2 + 10 * (3 + 3 + 2 + 1)))
    }
}
