import Client
import Core
import KubernetesAPI
import NodeAgent
import Testing
import Values

@Suite struct TrustAnchorTests {
    private func certificate(_ text: String) -> String { "-----BEGIN CERTIFICATE-----\n\(text)\n-----END CERTIFICATE-----\n" }

    private func bundle(_ name: String, signer: String = "", labels: [String: String] = [:], _ text: String) -> ClusterTrustBundle {
        var bundle = ClusterTrustBundle()
        bundle.metadata.name = name
        bundle.metadata.labels = labels
        bundle.spec.signerName = signer
        bundle.spec.trustBundle = text
        return bundle
    }

    private func anchors(_ bundles: [ClusterTrustBundle]) -> TrustAnchors {
        let api = MemoryAPI()
        for bundle in bundles { api.put(bundle) }
        return TrustAnchors(client: Client(transport: api, fieldManager: "test"))
    }

    private func source(
        name: String = "", signer: String = "", labels: [String: String]? = nil, optional: Bool? = nil
    ) -> ClusterTrustBundleProjection {
        var source = ClusterTrustBundleProjection()
        if !name.isEmpty { source.name = name }
        if !signer.isEmpty { source.signerName = signer }
        if let labels {
            source.raw["labelSelector"] = labels.isEmpty ? [:] : ["matchLabels": .object(.init(labels.map { ($0, .string($1)) }))]
        }
        source.optional = optional
        source.path = "p"
        return source
    }

    @Test func `certificates come once each, in one order, and without what stands around them`() {
        let text = TrustAnchors.normalized(["hello\n" + certificate("BBBB") + certificate("AAAA"), certificate("BBBB") + "bye"])
        #expect(text == certificate("AAAA") + certificate("BBBB"))
    }

    @Test func `a bundle is taken by name, or all of a signer that a selector chooses`() async throws {
        let anchors = anchors([
            bundle("one", certificate("AAAA")), bundle("e:s:1", signer: "e/s", labels: ["use": "yes"], certificate("BBBB")),
            bundle("e:s:2", signer: "e/s", certificate("CCCC")), bundle("e:t:1", signer: "e/t", certificate("DDDD")),
        ])
        #expect(try await anchors.content(source(name: "one")) == certificate("AAAA"))
        #expect(try await anchors.content(source(signer: "e/s", labels: [:])) == certificate("BBBB") + certificate("CCCC"))
        #expect(try await anchors.content(source(signer: "e/s", labels: ["use": "yes"])) == certificate("BBBB"))
        // No selector chooses none.
        await #expect(throws: TrustAnchors.Missing.self) { try await anchors.content(source(signer: "e/s")) }
        #expect(try await anchors.content(source(signer: "e/s", optional: true)) == "")
    }

    @Test func `what is missing is a failure unless it is optional`() async throws {
        let anchors = anchors([])
        await #expect(throws: APIError.self) { try await anchors.content(source(name: "one")) }
        #expect(try await anchors.content(source(name: "one", optional: true)) == "")
    }
}
