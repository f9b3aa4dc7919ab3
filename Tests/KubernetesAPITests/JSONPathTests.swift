import Core
import JSON
import KubernetesAPI
import SchemaEngine
import Testing
import Values

/// Paths of columns, with what client-go's `jsonpath` (1.36) makes of them: the cell of a column of texts, and the value as JSON. Of the members
/// of a map upstream takes any first, as Go gives them; here they have their order.
@Suite struct JSONPathTests {
    private static let object = #"""
        {"metadata":{"name":"w","labels":{"app.io/name":"x"}},
        "spec":{"n":5,"f":1.5,"g":1000000.0,"big":2.5e20,"b":true,"nul":null,"e":[],"s":"text","list":["a","b","c","d"],
        "ports":[{"name":"http","port":80,"ok":true},{"name":"https","port":443,"tags":["t1"]},{"name":"admin","port":9000}],
        "deep":{"x":{"name":"inner","v":1},"y":[{"name":"other"}]},"m":{"z":"<&>","a":[1,null]}},
        "status":{"conditions":[{"type":"Ready","status":"True"},{"type":"Failed","status":"False","reason":"a ] ) b"}]}}
        """#

    /// Path, text, value.
    private static let cases = #"""
        .spec.n	"5"	5
        .spec.f	"1.5"	1.5
        .spec.g	"1e+06"	1000000
        .spec.big	"2.5e+20"	250000000000000000000
        .spec.b	"true"	true
        .spec.nul	"\u003cno value\u003e"	null
        .spec.e	"[]"	[]
        .spec.s	"text"	"text"
        .spec.missing	nil	nil
        .spec.s.x	nil	nil
        .	nil	nil
        .spec.	nil	nil
        .metadata.labels.app\.io/name	"x"	"x"
        .metadata.labels['app\.io/name']	"x"	"x"
        .metadata.labels['app.io/name']	nil	nil
        .metadata["name"]	unparsed	unparsed
        .metadata['name']	"w"	"w"
        .spec['n']	"5"	5
        .spec.list[0]	"a"	"a"
        .spec.list[-1]	"d"	"d"
        .spec.list[9223372036854775807]	nil	nil
        .spec.list[-9223372036854775808]	nil	nil
        .spec.list[9223372036854775808]	unparsed	unparsed
        .spec.list[0:4:9223372036854775807]	"a"	"a"
        .spec.list[4]	nil	nil
        .spec.list[-5]	nil	nil
        .spec.list[1:3]	"b"	"b"
        .spec.list[1:]	"b"	"b"
        .spec.list[:2]	"a"	"a"
        .spec.list[::2]	"a"	"a"
        .spec.list[3:1]	nil	nil
        .spec.list[2:2]	nil	nil
        .spec.list[0:9]	nil	nil
        .spec.list[*]	"a"	"a"
        .spec.list[-2:]	"c"	"c"
        .spec.list[-1:]	"d"	"d"
        .spec.list[0,2]	"a"	"a"
        .spec.list[1,0]	"b"	"b"
        .spec.list[x]	unparsed	unparsed
        .spec.list	"[\"a\",\"b\",\"c\",\"d\"]"	["a","b","c","d"]
        .spec.m	"{\"a\":[1,null],\"z\":\"\\u003c\\u0026\\u003e\"}"	{"a":[1,null],"z":"\u003c\u0026\u003e"}
        .spec.n[0]	nil	nil
        .spec.e[0]	nil	nil
        .spec.e[*]	nil	nil
        .spec.list[0:4:0]	nil	nil
        .spec.list[::-1]	nil	nil
        .spec.list[1::2]	"b"	"b"
        .spec.deep.*	"{\"name\":\"inner\",\"v\":1}"	{"name":"inner","v":1}
        .spec.deep.x.*	"inner"	"inner"
        .spec.s.*	"116"	116
        .spec.list.*	"a"	"a"
        ..name	"w"	"w"
        .spec..name	"http"	"http"
        .spec.deep..name	"inner"	"inner"
        .spec.deep..v	"1"	1
        ....name	unparsed	unparsed
        .spec..['name']	"http"	"http"
        .spec.deep..*	unparsed	unparsed
        .spec.e..name	nil	nil
        .spec.ports[?(@.name=="https")].port	"443"	443
        .spec.ports[?(@.name=='https')].port	"443"	443
        .spec.ports[?(@.port>80)].name	"https"	"https"
        .spec.ports[?(@.port<443)].name	"http"	"http"
        .spec.ports[?(@.port>=443)].name	"https"	"https"
        .spec.ports[?(@.port<=80)].name	"http"	"http"
        .spec.ports[?(@.port!=80)].name	"https"	"https"
        .spec.ports[?(@.ok)].name	"http"	"http"
        .spec.ports[?(@.tags)].name	"https"	"https"
        .spec.ports[?(@.ok==true)].name	"http"	"http"
        .spec.ports[?(@.tags[0]=="t1")].name	"https"	"https"
        .spec.ports[?( @.port == 443 )].name	"https"	"https"
        .spec.ports[?(@.port>"80")].name	nil	nil
        .spec.ports[?(@.port>80.5)].name	nil	nil
        .spec.ports[?(@.name>"https")].name	nil	nil
        .spec.ports[?(@.name<"b")].name	"admin"	"admin"
        .spec.ports[?(@.none=="x")].name	nil	nil
        .spec.ports[?(@.port=~80)].name	unparsed	unparsed
        .spec.ports[?(80==@.port)].name	"http"	"http"
        .spec.ports[?(@.name==@.name)].port	"80"	80
        .spec.list[?(@=="c")]	"c"	"c"
        .spec.list[?(@>"b")]	"c"	"c"
        .spec.deep[?(@.name)]	nil	nil
        .spec.missing[?(@.name)]	nil	nil
        .spec.nul[?(@.x)]	nil	nil
        .spec.nul[0]	nil	nil
        .spec.nul.x	nil	nil
        .status.conditions[?(@.type=="Ready")].status	"True"	"True"
        .status.conditions[?(@.reason=="a ] ) b")].type	"Failed"	"Failed"
        .status.conditions[?(@.type=="None")].status	nil	nil
        .status.conditions[?(@.type=="Ready"].status	unparsed	unparsed
        .status.conditions[?(@.type=="Ready")	unparsed	unparsed
        .spec.ports[0].name	"http"	"http"
        .spec.ports[*].name	"http"	"http"
        .spec.ports[1:].port	"443"	443
        .spec.ports[-1].tags	nil	nil
        .spec.ports.name	nil	nil
        .spec.list[	unparsed	unparsed
        .spec[].x	nil	nil
        .spec.list[]	"a"	"a"
        .spec.ports[*].tags[0]	"t1"	"t1"
        .spec.ports[1].tags[*]	"t1"	"t1"
        .spec.n .spec.f	nil	nil
        .spec.n}x{.spec.f	"5"	5
        .a b	nil	nil
        .spec.ports[?(@.name=="http"||@.name=="x")].port	unparsed	unparsed
        .spec.ports[?(!@.ok)].name	unparsed	unparsed
        .spec.$.n	nil	nil
        .spec.@	nil	nil
        .spec.list[1 ]	unparsed	unparsed
        .spec.list[ 1]	unparsed	unparsed
        .spec.list[0, 2]	"a"	"a"
        .spec['n','f']	"5"	5
        .spec.list[+1]	unparsed	unparsed
        .spec.ports[?(@.port==-1)].name	nil	nil
        .spec.ports[?(@.port>-1)].name	"http"	"http"
        .spec.n-x	nil	nil
        .spec.n"x"	nil	nil
        .spec.n,x	unparsed	unparsed
        """#

    private func printed(_ path: String, _ object: Value) -> Value {
        var schema = BuiltInSchema.shared.resource(GroupVersionResource(group: "", version: "v1", resource: "configmaps"))!
        var column = ResourceSchema.Column(name: "C", type: "string")
        column.path = path
        schema.columns = [column]
        return RowPrinter(schema, now: Timestamp(seconds: 0)).row(of: object).cells[0]
    }

    /// Go writes whole numbers without a fraction.
    private func isSame(_ value: Value?, _ expected: Value) -> Bool {
        if case .double(let number)? = value, case .int(let whole) = expected { return number == Double(whole) }
        return value == expected
    }

    @Test func `paths lead where upstream's do`() throws {
        let object = try JSONParser.parse(Array(Self.object.utf8))
        for line in Self.cases.split(separator: "\n") {
            let parts = line.split(separator: "\t").map(String.init)
            let (path, text, expected) = (parts[0], parts[1], parts[2])
            let compiled = JSONPath(path)
            #expect((compiled == nil) == (text == "unparsed"), "\(path)")
            let value = compiled?.value(in: object)
            if ["nil", "unparsed"].contains(expected) {
                #expect(value == nil, "\(path)")
                #expect(printed(path, object) == .null, "\(path)")
            } else {
                #expect(isSame(value, try JSONParser.parse(Array(expected.utf8))), "\(path)")
                #expect(printed(path, object) == (try JSONParser.parse(Array(text.utf8))), "\(path)")
            }
        }
    }

    @Test func `a row reads of a text all that its paths look at`() throws {
        var schema = try #require(BuiltInSchema.shared.resource(GroupVersionResource(group: "", version: "v1", resource: "configmaps")))
        schema.columns = ["..v", ".spec.deep.*", ".spec['n']", ".spec.list[-1]"].map { path in
            var column = ResourceSchema.Column(name: path, type: "string")
            column.path = path
            return column
        }
        let cells = try RowPrinter(schema, now: Timestamp(seconds: 0)).row(of: Array(Self.object.utf8)).row.cells
        #expect(cells == ["1", #"{"name":"inner","v":1}"#, "5", "d"])
    }
}
