import Core
import KubernetesAPI
import ResourceEngine
import TestSupport
import Testing
import Values

@Suite("Kinds that are off by default")
struct UnstableKindTests {
    private struct Signers: Authorizer {
        var signer: String
        func authorize(_ attributes: RequestAttributes) async -> AuthorizationDecision {
            attributes.resource.resource == "signers" && attributes.name != signer ? .noOpinion(reason: "") : .allow(reason: "")
        }
    }

    private func cluster(_ authorizer: any Authorizer = AllowAll()) async throws -> TestCluster {
        var services = BuiltInServices()
        services.selection = try APISelection("api/all=true", gates: FeatureGates("AllAlpha=true,AllBeta=true"))
        return try await TestCluster(
            authorizer: authorizer, services: services,
            plugins: { try BuiltInAdmission.plugins($0) + [PodCertificateSigner(authorizer)] })
    }

    private func send(
        _ verb: Verb, _ resource: GroupVersionResource, _ body: Value, namespace: String = "", subresource: String = "",
        to cluster: TestCluster
    ) async throws -> Value {
        var request = APIRequest(verb: verb, resource: resource, user: UserInfo(name: "signer", groups: []))
        request.name = verb == .create ? "" : body[path: "metadata", "name"]?.string ?? ""
        request.namespace = namespace
        request.subresource = subresource
        request.body = .value(body)
        return try cluster.engine.value(of: try await cluster.engine.perform(request))
    }

    private let rules = GroupVersionResource(group: "resource.k8s.io", version: "v1beta2", resource: "devicetaintrules")
    private let pools = GroupVersionResource(group: "resource.k8s.io", version: "v1alpha3", resource: "resourcepoolstatusrequests")
    private let requests = GroupVersionResource(
        group: "certificates.k8s.io", version: "v1beta1", resource: "podcertificaterequests")

    @Test("a rule's taint knows since when it has its effect")
    func taintTime() async throws {
        let cluster = try await cluster()
        let taint: Value = ["key": "example.com/broken", "effect": "NoSchedule"]
        var rule = try await send(
            .create, rules,
            ["apiVersion": "resource.k8s.io/v1beta2", "kind": "DeviceTaintRule", "metadata": ["name": "r"], "spec": ["taint": taint]],
            to: cluster)
        let first = rule[path: "spec", "taint", "timeAdded"]
        #expect(first == .string(cluster.clock.now.rfc3339))
        #expect(rule[path: "metadata", "generation"] == 1)
        cluster.clock.advance(by: .seconds(60))
        rule["spec"]?["taint"]?["value"] = "x"
        rule = try await send(.update, rules, rule, to: cluster)
        #expect(rule[path: "spec", "taint", "timeAdded"] == first)
        rule["spec"]?["taint"]?["effect"] = "NoExecute"
        rule = try await send(.update, rules, rule, to: cluster)
        #expect(rule[path: "spec", "taint", "timeAdded"] == .string(cluster.clock.now.rfc3339))
        #expect(rule[path: "metadata", "generation"] == 3)
        await cluster.close()
    }

    @Test("what a request leaves out has upstream's defaults")
    func defaults() async throws {
        let cluster = try await cluster()
        let pool = try await send(
            .create, pools,
            [
                "apiVersion": "resource.k8s.io/v1alpha3", "kind": "ResourcePoolStatusRequest", "metadata": ["name": "r"],
                "spec": ["driver": "gpu.example.com"],
            ], to: cluster)
        #expect(pool[path: "spec", "limit"] == 100)
        #expect(try await request(in: cluster)[path: "spec", "maxExpirationSeconds"] == 86_400)
        await cluster.close()
    }

    /// A request that upstream has taken, without the lifetime it asks for.
    private func request(in cluster: TestCluster) async throws -> Value {
        var body = try #require(RecordedChangeTests.recorded.first { $0.object["kind"] == "PodCertificateRequest" }).old
        body["metadata"] = ["name": "good", "namespace": "default"]
        body["spec"]?["maxExpirationSeconds"] = nil
        return try await send(.create, requests, body, namespace: "default", to: cluster)
    }

    @Test("only those answer a pod's request for a certificate who may sign for its signer")
    func signing() async throws {
        for (signer, isAllowed) in [("example.com/s", true), ("example.com/*", true), ("example.com/other", false)] {
            let cluster = try await cluster(Signers(signer: signer))
            var answer = try await request(in: cluster)
            answer["status"] = [
                "conditions": [
                    [
                        "type": "Denied", "status": "True", "reason": "R", "message": "m",
                        "lastTransitionTime": .string(cluster.clock.now.rfc3339),
                    ]
                ]
            ]
            do {
                _ = try await send(.update, requests, answer, namespace: "default", subresource: "status", to: cluster)
                #expect(isAllowed)
            } catch let error as APIError {
                #expect(!isAllowed)
                #expect(error.code == 422)
                #expect(
                    error.causes.map(\.message)
                        == [#"Forbidden: User "signer" is not permitted to "sign" for signer "example.com/s""#])
            }
            await cluster.close()
        }
    }

    @Test("a certificate that does not begin about now is refused")
    func time() async throws {
        let recorded = try #require(
            RecordedChangeTests.recorded.first {
                $0.object["kind"] == "PodCertificateRequest" && $0.object[path: "status", "certificateChain"] != nil && $0.causes.isEmpty
            })
        let begin = try #require(Timestamp(rfc3339: recorded.object[path: "status", "notBefore"]?.string ?? ""))
        for (late, isTaken) in [(0, true), (299, true), (-299, true), (300, false), (-300, false)] {
            let cluster = try await cluster()
            cluster.clock.advance(by: begin + .seconds(late) - cluster.clock.now)
            var answer = recorded.old
            answer["metadata"] = ["name": "good", "namespace": "default"]
            answer = try await send(.create, requests, answer, namespace: "default", to: cluster)
            answer["status"] = recorded.object["status"]
            do {
                _ = try await send(.update, requests, answer, namespace: "default", subresource: "status", to: cluster)
                #expect(isTaken)
            } catch let error as APIError {
                #expect(!isTaken)
                #expect(error.causes.map(\.field) == ["status.notBefore"])
            }
            await cluster.close()
        }
    }

    @Test("versions that are going away say so")
    func deprecations() async throws {
        let cluster = try await cluster()
        func deprecation(_ group: String, _ version: String, _ resource: String) -> Deprecation? {
            cluster.engine.registry[GroupVersionResource(group: group, version: version, resource: resource)]?.deprecation
        }
        let candidates = deprecation("coordination.k8s.io", "v1beta1", "leasecandidates")
        #expect(candidates?.text == "coordination.k8s.io/v1beta1 LeaseCandidate is deprecated in v1.36+, unavailable in v1.39+")
        #expect(candidates?.removedRelease == "1.39")
        #expect(
            deprecation("", "v1", "endpoints")?.text
                == "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice")
        #expect(
            deprecation("storage.k8s.io", "v1beta1", "volumeattributesclasses")?.text
                == "storage.k8s.io/v1beta1 VolumeAttributesClass is deprecated in v1.34+, unavailable in v1.37+; use storage.k8s.io/v1 VolumeAttributesClass"
        )
        #expect(deprecation("resource.k8s.io", "v1beta2", "devicetaintrules") == nil)
        #expect(deprecation("resource.k8s.io", "v1alpha3", "devicetaintrules") != nil)
        await cluster.close()
    }
}
