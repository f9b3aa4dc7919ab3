import Core
import KubernetesAPI
import SchemaEngine
import Testing
import Values

@Suite struct ProtobufEnvelopeTests {
    /// A rule of a policy stands in a message in a message: `resourceNames` outside, `operations` in the first, groups in the second.
    @Test func fieldsThatAreWrappedTwiceComeBack() throws {
        let kind = GroupVersionKind(group: "admissionregistration.k8s.io", version: "v1", kind: "ValidatingAdmissionPolicy")
        let rule: Value = [
            "resourceNames": ["a"], "operations": ["CREATE"], "apiGroups": ["apps"], "apiVersions": ["v1"], "resources": ["deployments"],
            "scope": "*",
        ]
        let policy: Value = [
            "kind": "ValidatingAdmissionPolicy", "apiVersion": "admissionregistration.k8s.io/v1", "metadata": ["name": "p"],
            "spec": ["matchConstraints": ["resourceRules": [rule]]],
        ]
        let structure = try #require(BuiltInSchema.shared.structure(of: kind))
        let bytes = ProtobufEncoder.encode(policy, as: structure)
        // 1: "a"; 2: { 1: "CREATE"; 2: { 1: "apps", 2: "v1", 3: "deployments", 4: "*" } }
        let inner: [UInt8] =
            [0x0A, 4] + Array("apps".utf8) + [0x12, 2] + Array("v1".utf8) + [0x1A, 11] + Array("deployments".utf8) + [0x22, 1]
            + Array("*".utf8)
        let middle = [0x0A, 6] + Array("CREATE".utf8) + [0x12, UInt8(inner.count)] + inner
        let expected = [0x0A, 1] + Array("a".utf8) + [0x12, UInt8(middle.count)] + middle
        #expect(bytes.firstRange(of: expected) != nil)
        let decoded = try ProtobufDecoder.decode(bytes) { BuiltInSchema.shared.structure(of: $0) }
        #expect(decoded[path: "spec", "matchConstraints", "resourceRules"]?.array?.first == rule)
    }
}
