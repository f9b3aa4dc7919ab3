import Core
import JSON
import KubernetesAPI
import Randomness
import SchemaEngine
import Testing
import Values

@Suite struct ProtobufTests {
    static func field(_ number: UInt8, _ content: [UInt8]) -> [UInt8] {
        content.count < 128
            ? [number << 3 | 2, UInt8(content.count)] + content
            : [number << 3 | 2, UInt8(content.count & 127 | 128), UInt8(content.count >> 7)] + content
    }
    static func text(_ number: UInt8, _ text: String) -> [UInt8] { field(number, Array(text.utf8)) }

    /// A body of this kind around a message.
    static func body(_ apiVersion: String, _ kind: String, _ message: [UInt8]) -> [UInt8] {
        Array("k8s\0".utf8) + field(1, text(1, apiVersion) + text(2, kind)) + field(2, message)
    }

    private func decode(_ bytes: [UInt8]) throws -> Value {
        try ProtobufDecoder.decode(bytes) { BuiltInSchema.shared.structure(of: $0) }
    }

    private let configMap = body(
        "v1", "ConfigMap",
        field(1, text(1, "a") + text(3, "default") + field(8, [8, 200, 1]) + field(11, text(1, "app") + text(2, "web")))
            + field(2, text(1, "key") + text(2, "value")))

    @Test func `a message is read as its JSON would be`() throws {
        let expected: Value = [
            "kind": "ConfigMap", "apiVersion": "v1",
            "metadata": ["name": "a", "namespace": "default", "labels": ["app": "web"], "creationTimestamp": "1970-01-01T00:03:20Z"],
            "data": ["key": "value"],
        ]
        #expect(try Fixtures.differences(decode(configMap), expected) == [])
    }

    @Test func `times of any year survive, and the zero time is none`() throws {
        let lease: Value = [
            "kind": "Lease", "apiVersion": "coordination.k8s.io/v1",
            "spec": ["acquireTime": "0001-01-01T00:00:02.000000Z", "renewTime": "9999-12-31T23:59:59.000001Z"],
        ]
        let structure = try #require(
            BuiltInSchema.shared.structure(of: GroupVersionKind(group: "coordination.k8s.io", version: "v1", kind: "Lease")))
        #expect(try decode(ProtobufEncoder.encode(lease, as: structure))["spec"] == lease["spec"])
        let zero = Self.field(2, Self.field(3, [8, 128, 146, 184, 195, 152, 254, 255, 255, 255, 1]))
        #expect(try decode(Self.body("coordination.k8s.io/v1", "Lease", zero))[path: "spec", "acquireTime"]?.string == nil)
    }

    @Test func `the schema of a custom resource keeps what may be of either of two types`() throws {
        let schema: Value = [
            "type": "object", "additionalProperties": false, "default": ["a": 1],
            "properties": [
                "list": ["type": "array", "items": ["type": "string", "enum": ["x", "y"]]],
                "map": ["type": "object", "additionalProperties": ["type": "integer"]],
                "open": ["type": "object", "additionalProperties": true],
                "tuple": ["type": "array", "items": [["type": "string"], ["type": "integer"]]],
            ],
        ]
        let definition: Value = [
            "kind": "CustomResourceDefinition", "apiVersion": "apiextensions.k8s.io/v1",
            "spec": ["versions": [["name": "v1", "schema": ["openAPIV3Schema": schema]]]],
        ]
        let kind = GroupVersionKind(group: "apiextensions.k8s.io", version: "v1", kind: "CustomResourceDefinition")
        let structure = try #require(BuiltInSchema.shared.structure(of: kind))
        let decoded = try decode(ProtobufEncoder.encode(definition, as: structure))
        let versions = try #require(decoded[path: "spec", "versions"]?.array)
        #expect(Fixtures.differences(versions.first?[path: "schema", "openAPIV3Schema"], schema) == [])
    }

    /// A stored object's text and the message that it becomes, with the kind's structure.
    private func transcoded(_ text: [UInt8], _ object: Value) throws -> [UInt8] {
        let kind = GroupVersionKind(apiVersion: object["apiVersion"]?.string ?? "", kind: object["kind"]?.string ?? "")
        let structure = try #require(BuiltInSchema.shared.structure(of: kind))
        return ProtobufEncoder.encode(kind, try ProtobufEncoder.message(json: text, as: structure))
    }

    @Test func `stored text becomes the same message as its value`() throws {
        var objects = try Fixtures.lines("defaults.jsonl").compactMap { $0["output"] }
        objects.append([
            "kind": "ValidatingAdmissionPolicy", "apiVersion": "admissionregistration.k8s.io/v1", "metadata": ["name": "p\n\u{1F600}"],
            "spec": [
                "matchConstraints": [
                    "resourceRules": [["resourceNames": ["a"], "operations": ["CREATE"], "apiGroups": ["apps"], "scope": "*"]]
                ]
            ],
        ])
        objects.append([
            "kind": "CustomResourceDefinition", "apiVersion": "apiextensions.k8s.io/v1",
            "spec": [
                "versions": [
                    [
                        "name": "v1",
                        "schema": [
                            "openAPIV3Schema": [
                                "type": "object", "additionalProperties": false, "default": ["a": 1, "b": [1.5, .null, "x"]],
                                "minimum": -2.5,
                                "maxLength": 9_223_372_036_854_775_807, "minLength": -9_223_372_036_854_775_808,
                                "properties": ["list": ["items": ["type": "string"]], "null": .null],
                            ]
                        ],
                    ]
                ]
            ],
        ])
        for object in objects {
            let message = try transcoded(JSONWriter.encode(object), object)
            let kind = GroupVersionKind(apiVersion: object["apiVersion"]?.string ?? "", kind: object["kind"]?.string ?? "")
            let structure = try #require(BuiltInSchema.shared.structure(of: kind))
            #expect(try Fixtures.differences(decode(message), decode(ProtobufEncoder.encode(object, as: structure))) == [], "\(kind)")
        }
        #expect(objects.count > 60)
    }

    @Test func `no damage to stored text can break what reads it`() throws {
        let objects = try Fixtures.lines("defaults.jsonl").compactMap { $0["output"] }
        let marks = Array("{}[]\",:\\-09nt ".utf8)
        var random = SplitMix(seed: 5)
        var readable = 0
        for round in 0..<3000 {
            let object = objects[round % objects.count]
            var text = JSONWriter.encode(object)
            for _ in 0...random.below(3) { text[random.below(text.count)] = marks[random.below(marks.count)] }
            if round % 3 == 0 { text.removeLast(random.below(text.count)) }
            guard let message = try? transcoded(text, object) else { continue }
            readable += 1
            _ = try? decode(message)
            _ = try? JSONScanner.range(of: "metadata", in: text)
        }
        #expect(readable > 50)
    }

    @Test(arguments: [
        [], [0x6B, 0x38, 0x73, 0x00], Array("k8s\0\u{0A}".utf8), body("v1", "Nothing", []), body("v1", "ConfigMap", [0x0A, 0xFF]),
        body("v1", "ConfigMap", [0x0F]), body("v1", "ConfigMap", [0x08, 0x01]),
        // Lengths of nearly 2^64.
        body("v1", "ConfigMap", [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]),
        body("v1", "ConfigMap", [0x0A, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80]),
    ])
    func `what is cut off or no message is refused`(_ bytes: [UInt8]) {
        #expect(throws: ProtobufError.self) { try decode(bytes) }
    }

    @Test func `no bytes can break the reader`() throws {
        let pod = Self.body(
            "v1", "Pod",
            Self.field(1, Self.text(1, "p"))
                + Self.field(2, Self.field(2, Self.text(1, "c") + Self.text(2, "image") + Self.field(6, [24, 80])) + [32, 30]))
        let good = [configMap, pod]
        _ = try decode(pod)
        var random = SplitMix(seed: 3)
        var readable = 0
        for round in 0..<5000 {
            var bytes = good[round % 2]
            for _ in 0...random.below(5) { bytes[4 + random.below(bytes.count - 4)] = UInt8(random.below(256)) }
            if round % 4 < 2 { bytes.removeLast(random.below(bytes.count)) }
            guard let value = try? decode(bytes) else { continue }
            readable += 1
            #expect(try JSONParser.parse(JSONWriter.encode(value)) == value)
        }
        #expect(readable > 50)
    }
}
