import Core
import JSON
import KubernetesAPI
import SchemaEngine
import Testing
import Values

/// Recorded from upstream 1.36: `input` as sent, `output` as answered, `defaulted` the part of it that defaulting alone explains.
@Suite("Defaulting and decoding as upstream does")
struct DefaultsTests {
    private static func structure(_ value: Value) throws -> Structure {
        try #require(
            BuiltInSchema.shared.structure(
                of: GroupVersionKind(apiVersion: value["apiVersion"]?.string ?? "", kind: value["kind"]?.string ?? "")))
    }

    @Test("An object that upstream wrote is already in canonical form, byte for byte")
    func canonical() throws { for fact in try Fixtures.lines("defaults.jsonl") { try checkCanonical(fact) } }

    private func checkCanonical(_ fact: Value) throws {
        let output = try #require(fact["output"])
        let decoded = try ObjectDecoder.decode(output, as: try Self.structure(output), fieldValidation: .strict).value
        #expect(Fixtures.differences(decoded, output) == [], "\(fact["name"]?.string ?? "")")
        #expect(JSONWriter.string(decoded) == JSONWriter.string(output))
    }

    @Test("A minimal object gets upstream's defaults")
    func defaults() throws { for fact in try Fixtures.lines("defaults.jsonl") { try checkDefaults(fact) } }

    private func checkDefaults(_ fact: Value) throws {
        let input = try #require(fact["input"])
        let structure = try Self.structure(input)
        let decoded = try ObjectDecoder.decode(input, as: structure, fieldValidation: .strict)
        let defaulted = try BuiltInDefaults.defaulter.applied(to: decoded, as: structure).value
        #expect(Fixtures.differences(defaulted, fact["defaulted"]) == [], "\(fact["name"]?.string ?? "")")
    }
}
