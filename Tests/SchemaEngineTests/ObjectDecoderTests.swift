import Core
import JSON
import KubernetesAPI
import SchemaEngine
import Testing
import Values

@Suite("Decoding")
struct ObjectDecoderTests {
    private func decode(
        _ text: String, _ kind: String = "Pod", _ validation: FieldValidation = .strict
    ) throws -> (value: Value, warnings: [String]) {
        let (value, duplicates) = try JSONParser.parseNotingDuplicates(Array(text.utf8))
        let kind = GroupVersionKind(group: "", version: "v1", kind: kind)
        let structure = try #require(BuiltInSchema.shared.structure(of: kind))
        let decoded = try ObjectDecoder.decode(
            value, kind: kind, as: structure, duplicates: duplicates.map { "duplicate field \"\($0)\"" }, fieldValidation: validation)
        return (decoded.value, decoded.warnings)
    }

    @Test("prunes unknown fields, and says so when asked to warn")
    func unknown() throws {
        let text =
            #"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a","Labels":{}},"spec":{"containers":[{"name":"c","imagee":"x"}],"foo":1}}"#
        let (value, warnings) = try decode(text, "Pod", .warn)
        #expect(
            warnings == [
                #"unknown field "metadata.Labels""#, #"unknown field "spec.containers[0].imagee""#, #"unknown field "spec.foo""#,
            ])
        #expect(value["spec"]?["containers"]?.array?.first == ["name": "c", "resources": [:]])
        #expect(try decode(text, "Pod", .ignore).warnings.isEmpty)
    }

    @Test(
        "refuses in upstream's words",
        arguments: [
            (#"{"data":{},"extra":1}"#, #"strict decoding error: unknown field "extra""#),
            (#"{"data":{"a":"1","a":"2"}}"#, #"strict decoding error: duplicate field "data.a""#),
            (#"{"data":{"k":1}}"#, "json: cannot unmarshal number into Go struct field ConfigMap.data of type string"),
            (
                #"{"metadata":{"labels":[]}}"#,
                "json: cannot unmarshal array into Go struct field ObjectMeta.metadata.labels of type map[string]string"
            ),
            (#"{"binaryData":{"k":"%%"}}"#, "illegal base64 data at input byte 0"),
        ])
    func refused(_ text: String, _ message: String) throws {
        let error = #expect(throws: APIError.self) { try decode(text, "ConfigMap") }
        #expect(error?.code == 400)
        #expect(error?.message == "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: \(message)")
    }

    @Test("writes times, quantities, bytes and keys in their canonical form")
    func canonical() throws {
        let text = #"""
            {"apiVersion":"v1","kind":"Pod","metadata":{"labels":{"b":"1","a":"2"},"creationTimestamp":"2026-11-21T04:00:00.5+01:00","name":"x"},
             "spec":{"containers":[{"name":"c","resources":{"limits":{"memory":"1024Mi","cpu":0.5}}}],"nodeName":"","priority":0}}
            """#
        #expect(
            JSONWriter.string(try decode(text).value)
                == #"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"x","creationTimestamp":"2026-11-21T03:00:00Z","labels":{"a":"2","b":"1"}},"#
                + #""spec":{"containers":[{"name":"c","resources":{"limits":{"cpu":"500m","memory":"1Gi"}}}],"priority":0},"status":{}}"#)
    }

    @Test("takes null for absent and keeps what Go would write of absent fields")
    func null() throws {
        let value = try decode(#"{"kind":"Pod","metadata":null,"spec":{"volumes":null,"containers":null,"hostNetwork":null}}"#).value
        #expect(JSONWriter.string(value) == #"{"kind":"Pod","metadata":{},"spec":{"containers":null},"status":{}}"#)
    }

    @Test("refuses numbers that do not fit")
    func numbers() throws {
        for number in ["3000000000", "1.5", "1e2"] {
            #expect(throws: APIError.self) { try decode(#"{"spec":{"priority":\#(number)}}"#) }
        }
        #expect(throws: APIError.self) { try decode(#"{"spec":{"activeDeadlineSeconds":"5"}}"#) }
    }
}
