import Client
import Core
import KubernetesAPI
import ResourceEngine
import TestSupport
import Testing
import Values

@Suite("What --runtime-config and --feature-gates choose")
struct APISelectionTests {
    private let trustBundles = GroupVersionResource(group: "certificates.k8s.io", version: "v1beta1", resource: "clustertrustbundles")
    private let addresses = GroupVersionResource(group: "networking.k8s.io", version: "v1beta1", resource: "ipaddresses")

    private func selection(_ runtimeConfig: String, gates: String = "") throws -> APISelection {
        try APISelection(runtimeConfig, gates: FeatureGates(gates))
    }

    private func refusal(_ runtimeConfig: String) -> String? {
        do {
            _ = try selection(runtimeConfig)
            return nil
        } catch { return "\(error)" }
    }

    @Test("is by default every stable version, and nothing else but metrics")
    func byDefault() {
        let selection = APISelection()
        for schema in BuiltInSchema.shared.resources {
            let isStable = !schema.resource.version.contains("alpha") && !schema.resource.version.contains("beta")
            #expect(selection.serves(schema.resource) == (isStable || schema.resource.group == "metrics.k8s.io"), "\(schema.resource)")
        }
        #expect(selection.unstableVersions.isEmpty)
    }

    @Test("can be everything, as far as no gate holds a kind back")
    func everything() throws {
        let all = try selection("api/all=true")
        #expect(all.serves(addresses))
        #expect(!all.serves(trustBundles))
        #expect(all.unstableVersions.contains(GroupVersion("resource.k8s.io", "v1beta2")))
        #expect(!all.unstableVersions.contains(GroupVersion("certificates.k8s.io", "v1beta1")))
        let open = try selection("api/all=true", gates: "AllBeta=true,AllAlpha=true")
        #expect(open.serves(trustBundles))
        #expect(open.unstableVersions.count == 14)
        #expect(!(try selection("api/alpha=true", gates: "ClusterTrustBundle=true").serves(trustBundles)))
    }

    @Test("is what names a resource closest")
    func closest() throws {
        let chosen = try selection(
            "api/beta=true,networking.k8s.io/v1beta1/servicecidrs=false,storage.k8s.io/v1beta1=false,apps/v1/deployments=false")
        #expect(chosen.serves(addresses))
        #expect(!chosen.serves(GroupVersionResource(group: "networking.k8s.io", version: "v1beta1", resource: "servicecidrs")))
        #expect(!chosen.serves(GroupVersionResource(group: "storage.k8s.io", version: "v1beta1", resource: "volumeattributesclasses")))
        #expect(!chosen.serves(GroupVersionResource(group: "apps", version: "v1", resource: "deployments")))
        #expect(chosen.serves(GroupVersionResource(group: "apps", version: "v1", resource: "daemonsets")))
    }

    @Test("is refused by name when there is no such version, gate or value")
    func refused() {
        #expect(refusal("cooking.k8s.io/v1=true") == "unknown api groups cooking.k8s.io/v1")
        #expect(refusal("networking.k8s.io/v9=true") == "group version networking.k8s.io/v9 that has not been registered")
        #expect(refusal("api/beta=perhaps") == "invalid value api/beta=perhaps")
        #expect(refusal("api/all=false") == "invalid runtime-config with only api/all=false")
        #expect(throws: FlagError("unrecognized feature gate: Levitation")) { try FeatureGates("Levitation=true") }
        #expect(throws: FlagError("missing bool value for GangScheduling")) { try FeatureGates("GangScheduling") }
        #expect(throws: FlagError("cannot set feature gate SidecarContainers to false, feature is locked to true")) {
            try FeatureGates("SidecarContainers=false")
        }
    }

    @Test("leaves gates at their defaults but for those named, and those of a stage")
    func gates() throws {
        #expect(!FeatureGates().isOn("GangScheduling"))
        #expect(FeatureGates().isOn("DRAExtendedResource"))
        #expect(try FeatureGates("GangScheduling=true").isOn("GangScheduling"))
        let alpha = try FeatureGates("AllAlpha=true,GangScheduling=false")
        #expect(alpha.isOn("GenericWorkload") && !alpha.isOn("GangScheduling"))
        let text = alpha.metricsText()
        #expect(text.contains("kubernetes_feature_enabled{name=\"GenericWorkload\",stage=\"ALPHA\"} 1\n"))
        #expect(text.contains("kubernetes_feature_enabled{name=\"SidecarContainers\",stage=\"\"} 1\n"))
    }
}

@Suite("A kind in several versions")
struct VersionConversionTests {
    private static let devices = "resource.k8s.io"

    private func client(_ runtimeConfig: String = "api/all=true", gates: String = "") async throws -> Client {
        var services = BuiltInServices()
        services.selection = try APISelection(runtimeConfig, gates: FeatureGates(gates))
        return try await TestCluster(services: services).client()
    }

    private func resource(_ group: String, _ version: String, _ name: String) -> GroupVersionResource {
        GroupVersionResource(group: group, version: version, resource: name)
    }

    @Test("is not there in a version that nobody asked for")
    func absent() async throws {
        let client = try await client("")
        let error = await #expect(throws: APIError.self) {
            try await client.list(resource("networking.k8s.io", "v1beta1", "ipaddresses"))
        }
        #expect(error?.code == 404)
    }

    @Test("is stored once and read as any of them")
    func onlyNames() async throws {
        let client = try await client()
        let beta = resource(Self.devices, "v1beta2", "deviceclasses")
        let stable = resource(Self.devices, "v1", "deviceclasses")
        let spec: Value = ["selectors": [["cel": ["expression": "true"]]]]
        let made = try await client.create(
            DynamicObject([
                "apiVersion": "resource.k8s.io/v1beta2", "kind": "DeviceClass", "metadata": ["name": "fast"], "spec": spec,
            ]), beta)
        #expect(made.raw["apiVersion"] == "resource.k8s.io/v1beta2")
        let read = try await client.get(stable, ObjectKey(name: "fast"))
        #expect(read.raw["apiVersion"] == "resource.k8s.io/v1")
        #expect(read.raw["spec"] == spec)
        #expect(read.metadata.uid == made.metadata.uid)
        _ = try await client.patch(stable, ObjectKey(name: "fast"), .merge, ["metadata": ["labels": ["a": "b"]]])
        let list = try await client.list(beta)
        #expect(list["apiVersion"] == "resource.k8s.io/v1beta2")
        #expect(list["items"]?.array?.first?[path: "metadata", "labels", "a"] == "b")
        try await client.delete(beta, ObjectKey(name: "fast"))
        #expect(try await client.list(stable)["items"]?.array?.isEmpty == true)
    }

    @Test("has its fields where each version has them")
    func movedFields() async throws {
        let client = try await client()
        let claims = ["v1", "v1beta2", "v1beta1"].map { resource(Self.devices, $0, "resourceclaims") }
        let key = ObjectKey(namespace: "default", name: "c")
        let made = try await client.create(
            DynamicObject([
                "apiVersion": "resource.k8s.io/v1beta1", "kind": "ResourceClaim", "metadata": ["name": "c", "namespace": "default"],
                "spec": ["devices": ["requests": [["name": "r", "deviceClassName": "gpu.example.com"]]]],
            ]), claims[2])
        let request: Value = ["name": "r", "deviceClassName": "gpu.example.com", "allocationMode": "ExactCount", "count": 1]
        #expect(made.raw[path: "spec", "devices", "requests"]?.array == [request])
        for version in claims.prefix(2) {
            let read = try await client.get(version, key).raw
            #expect(
                read[path: "spec", "devices", "requests"]?.array == [
                    [
                        "name": "r",
                        "exactly": ["deviceClassName": "gpu.example.com", "allocationMode": "ExactCount", "count": 1],
                    ]
                ], "\(version)")
        }
        #expect(try await client.get(claims[2], key).raw[path: "spec", "devices", "requests"]?.array == [request])
    }

    @Test("has devices as each version has them")
    func devices() async throws {
        let client = try await client()
        let (stable, beta) = (resource(Self.devices, "v1", "resourceslices"), resource(Self.devices, "v1beta1", "resourceslices"))
        _ = try await client.create(
            DynamicObject([
                "apiVersion": "resource.k8s.io/v1", "kind": "ResourceSlice", "metadata": ["name": "s"],
                "spec": [
                    "driver": "gpu.example.com", "nodeName": "n", "pool": ["name": "p", "generation": 1, "resourceSliceCount": 1],
                    "devices": [["name": "d0", "attributes": ["model": ["string": "x"]]]],
                ],
            ]), stable)
        let read = try await client.get(beta, ObjectKey(name: "s")).raw
        #expect(
            read[path: "spec", "devices"]?.array == [["name": "d0", "basic": ["attributes": ["model": ["string": "x"]]]]])
        _ = try await client.patch(beta, ObjectKey(name: "s"), .merge, ["metadata": ["labels": ["a": "b"]]])
        let again = try await client.get(stable, ObjectKey(name: "s")).raw
        #expect(again[path: "spec", "devices"]?.array == [["name": "d0", "attributes": ["model": ["string": "x"]]]])
    }
}

@Suite("ClusterTrustBundles")
struct ClusterTrustBundleTests {
    private static let resource = GroupVersionResource(
        group: "certificates.k8s.io", version: "v1beta1", resource: "clustertrustbundles")

    private func client() async throws -> Client {
        var services = BuiltInServices()
        services.selection = try APISelection("certificates.k8s.io/v1beta1=true", gates: FeatureGates("ClusterTrustBundle=true"))
        return try await TestCluster(services: services).client()
    }

    private func bundle(_ name: String, signer: String = "", _ text: String) -> DynamicObject {
        var spec: Value = ["trustBundle": .string(text)]
        if !signer.isEmpty { spec["signerName"] = .string(signer) }
        return DynamicObject([
            "apiVersion": "certificates.k8s.io/v1beta1", "kind": "ClusterTrustBundle", "metadata": ["name": .string(name)], "spec": spec,
        ])
    }

    private func refusal(_ bundle: DynamicObject) async throws -> String? {
        let client = try await client()
        do {
            _ = try await client.create(bundle, Self.resource)
            return nil
        } catch let error as APIError { return error.message }
    }

    @Test("are taken when they hold authorities' certificates and are named after their signer")
    func taken() async throws {
        #expect(try await refusal(bundle("a", SampleCertificates.authority)) == nil)
        #expect(try await refusal(bundle("example.com:signer:a", signer: "example.com/signer", SampleCertificates.authority)) == nil)
        #expect(
            try await refusal(bundle("a", signer: "example.com/signer", SampleCertificates.authority))?.contains(
                "must be named with prefix example.com:signer:") == true)
        #expect(try await refusal(bundle("a:b", SampleCertificates.authority))?.contains("must not have \":\" in its name") == true)
    }

    @Test("are refused with what is wrong in them")
    func refused() async throws {
        #expect(try await refusal(bundle("a", "nothing"))?.contains("at least one trust anchor must be provided") == true)
        #expect(try await refusal(bundle("a", SampleCertificates.leaf))?.contains("entry 0 does not have the CA bit set") == true)
        #expect(
            try await refusal(bundle("a", SampleCertificates.authority + SampleCertificates.authority))?.contains(
                "duplicate trust anchor (indices [0 1])") == true)
        let other = SampleCertificates.authority.replacing("CERTIFICATE", with: "PRIVATE KEY")
        #expect(try await refusal(bundle("a", other))?.contains("entry 0 has bad block type: PRIVATE KEY") == true)
    }
}
