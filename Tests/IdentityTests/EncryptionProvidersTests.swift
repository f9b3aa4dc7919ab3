import Core
import Identity
import Testing
import Values

@Suite struct EncryptionProvidersTests {
    private static let plain = Array(#"{"kind":"Secret","data":{"p":"aHVzaA=="}}"#.utf8)
    private static let place = "/registry/secrets/default/s"

    private func key(_ name: String, _ byte: UInt8, count: Int = 32) -> Value {
        ["name": .string(name), "secret": .string(Base64.encode([UInt8](repeating: byte, count: count)))]
    }

    private func providers(_ providers: Value, resources: Value = ["secrets"]) throws -> EncryptionProviders {
        try EncryptionProviders([
            "kind": "EncryptionConfiguration", "apiVersion": "apiserver.config.k8s.io/v1",
            "resources": [["resources": resources, "providers": providers]],
        ])
    }

    @Test(arguments: ["aesgcm", "aescbc", "secretbox"])
    func `what is sealed can be opened with the same key in the same place`(provider: String) throws {
        let one = try providers([.object([provider: ["keys": [key("one", 1)]]])])
        let sealed = try one.seal(Self.plain, resource: "secrets", place: Self.place)
        #expect(String(decoding: sealed.prefix(16 + provider.utf8.count), as: UTF8.self) == "k8s:enc:\(provider):v1:one:")
        #expect(try one.open(sealed, resource: "secrets", place: Self.place).bytes == Self.plain)
        #expect(try one.open(sealed, resource: "secrets", place: Self.place).isCurrent)
        #expect(try one.seal(Self.plain, resource: "secrets", place: Self.place) != sealed)
        // What is not named stays as it is.
        #expect(try one.seal(Self.plain, resource: "configmaps", place: Self.place) == Self.plain)

        let other = try providers([.object([provider: ["keys": [key("one", 2)]]])])
        #expect(throws: IdentityError.self) { try other.open(sealed, resource: "secrets", place: Self.place) }
        var broken = sealed
        broken[broken.count - 20] ^= 1
        if provider != "aescbc" {
            #expect(throws: IdentityError.self) { try one.open(broken, resource: "secrets", place: Self.place) }
        }
        if provider == "aesgcm" {
            #expect(throws: IdentityError.self) { try one.open(sealed, resource: "secrets", place: "/registry/secrets/default/other") }
        }
        #expect(throws: IdentityError.self) { try EncryptionProviders().open(sealed, resource: "secrets", place: Self.place) }
    }

    @Test func `an old key reads and a new one writes`() throws {
        let old = try providers([["aesgcm": ["keys": [key("one", 1)]]]])
        let both = try providers([["aesgcm": ["keys": [key("two", 2), key("one", 1)]]], ["identity": [:]]])
        let sealed = try old.seal(Self.plain, resource: "secrets", place: Self.place)
        let opened = try both.open(sealed, resource: "secrets", place: Self.place)
        #expect(opened.bytes == Self.plain)
        #expect(!opened.isCurrent)
        let again = try both.seal(Self.plain, resource: "secrets", place: Self.place)
        #expect(String(decoding: again.prefix(22), as: UTF8.self) == "k8s:enc:aesgcm:v1:two:")
        #expect(try !both.open(Self.plain, resource: "secrets", place: Self.place).isCurrent)
        #expect(throws: IdentityError.self) { try old.open(Self.plain, resource: "secrets", place: Self.place) }
    }

    @Test func `resources are named with their group or by a star`() throws {
        let some = try providers([["aesgcm": ["keys": [key("one", 1)]]]], resources: ["deployments.apps", "*.batch", "*."])
        func isSealed(_ bucket: String) throws -> Bool { try some.seal(Self.plain, resource: bucket, place: "") != Self.plain }
        #expect(try isSealed("apps/deployments"))
        #expect(try !isSealed("apps/daemonsets"))
        #expect(try isSealed("batch/jobs"))
        #expect(try isSealed("secrets"))
        #expect(try !isSealed("rbac.authorization.k8s.io/roles"))
    }

    @Test func `a configuration that cannot be meant is refused`() {
        for wrong: Value in [
            [], [["secretbox": ["keys": [key("a", 1, count: 16)]]]], [["rot13": ["keys": [key("a", 1)]]]],
            [["aesgcm": ["keys": [key("a", 1, count: 31)]]]], [["aesgcm": [:]]],
            [["aesgcm": ["keys": [key("a:b", 1)]]]], [["kms": ["name": "a", "endpoint": "unix:///a"]]],
            [["kms": ["apiVersion": "v2", "name": "a", "endpoint": "https://a"]]],
            [["kms": ["apiVersion": "v2", "name": "a:b", "endpoint": "unix:///a"]]],
        ] {
            #expect(throws: IdentityError.self, "\(wrong)") { try providers(wrong) }
        }
    }

    /// A service that "seals" by marking.
    private struct Marking: KeyServiceCipher {
        let name: String
        func seal(_ bytes: [UInt8], place: String) -> [UInt8] { [1] + bytes }
        func open(_ sealed: ArraySlice<UInt8>, place: String) -> (bytes: [UInt8], isCurrent: Bool) {
            (Array(sealed.dropFirst()), sealed.first == 1)
        }
    }

    @Test func `a service that keeps keys seals under its name`() throws {
        var references: [KeyServiceReference] = []
        let kms: Value = ["kms": ["apiVersion": "v2", "name": "vault", "endpoint": "unix:///run/kms.sock", "timeout": "5s"]]
        func configuration(_ providers: Value) -> Value {
            [
                "kind": "EncryptionConfiguration", "apiVersion": "apiserver.config.k8s.io/v1",
                "resources": [["resources": ["secrets"], "providers": providers]],
            ]
        }
        let providers = try EncryptionProviders(configuration([kms, ["identity": [:]]])) { reference in
            references.append(reference)
            return Marking(name: reference.name)
        }
        #expect(references == [KeyServiceReference(name: "vault", socket: "/run/kms.sock", timeout: .seconds(5))])
        let sealed = try providers.seal(Self.plain, resource: "secrets", place: Self.place)
        #expect(String(decoding: sealed.prefix(21), as: UTF8.self) == "k8s:enc:kms:v2:vault:")
        let opened = try providers.open(sealed, resource: "secrets", place: Self.place)
        #expect(opened.bytes == Self.plain && opened.isCurrent)
        #expect(try !providers.open(Self.plain, resource: "secrets", place: Self.place).isCurrent)
        #expect(throws: IdentityError.self) { try EncryptionProviders(configuration([kms, kms])) { Marking(name: $0.name) } }
    }
}
