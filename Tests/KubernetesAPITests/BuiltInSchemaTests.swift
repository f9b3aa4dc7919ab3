import Core
import KubernetesAPI
import SchemaEngine
import Testing

@Suite("The built-in schema")
struct BuiltInSchemaTests {
    let schema = BuiltInSchema.shared

    @Test("knows the resources of every group in every version, and those of metrics")
    func resources() throws {
        #expect(schema.resources.count == 97)
        #expect(Set(schema.resources.map(\.resource.apiVersion)).count == 37)
        let deployments = try #require(schema.resource(GroupVersionResource(group: "apps", version: "v1", resource: "deployments")))
        #expect(deployments.kind == GroupVersionKind(group: "apps", version: "v1", kind: "Deployment"))
        #expect(deployments.shortNames == ["deploy"])
        #expect(deployments.categories == ["all"])
        #expect(deployments.isNamespaced)
        #expect(deployments.subresources.map(\.name) == ["scale", "status"])
        #expect(deployments.subresources[0].kind == GroupVersionKind(group: "autoscaling", version: "v1", kind: "Scale"))
        #expect(deployments.columns.first?.format == "name")
        #expect(deployments.verbs.count == 8)
    }

    @Test("knows lists, merge keys, defaults and protobuf numbers of fields")
    func fields() throws {
        let container = try #require(schema.structure(named: "io.k8s.api.core.v1.Container"))
        let ports = try #require(container[field: "ports"])
        #expect(ports.number == 6)
        #expect(ports.patch.mergeKey == "containerPort")
        guard case .list(.structure(let port), .map(let keys)) = ports.shape else { throw Unexpected.shape }
        #expect(keys == ["containerPort", "protocol"])
        #expect(port[field: "protocol"]?.defaultValue == "TCP")
        let policy = try #require(container[field: "imagePullPolicy"])
        #expect(policy.enumeration == ["Always", "IfNotPresent", "Never"])
        #expect(container[field: "restartPolicy"]?.hasPresence == true)
    }

    @Test("flattens inlined types and remembers their protobuf message")
    func inlined() throws {
        let volume = try #require(schema.structure(named: "io.k8s.api.core.v1.Volume"))
        let emptyDirectory = try #require(volume[field: "emptyDir"])
        #expect((emptyDirectory.envelope, emptyDirectory.number) == ([2], 2))
        #expect(volume[field: "name"]?.envelope == [])
        let ephemeral = try #require(schema.structure(named: "io.k8s.api.core.v1.EphemeralContainer"))
        #expect(ephemeral[field: "name"]?.isRequired == true)
    }

    @Test("lets a field merge otherwise than its type")
    func granularReference() throws {
        let volume = try #require(schema.structure(named: "io.k8s.api.core.v1.PersistentVolumeSpec"))
        guard case .structure(let claim) = try #require(volume[field: "claimRef"]).shape else { throw Unexpected.shape }
        #expect(claim.kind == .granular)
        #expect(claim[field: "name"] != nil)
        #expect(schema.structure(named: claim.name)?.kind == .atomic)
    }

    @Test("has the kinds that are no resources")
    func kindsWithoutResource() {
        for kind in ["DeleteOptions", "Status"] {
            #expect(schema.structure(of: GroupVersionKind(group: "", version: "v1", kind: kind)) != nil)
            #expect(schema.structure(of: GroupVersionKind(group: "apps", version: "v1", kind: kind)) != nil)
        }
        #expect(schema.structure(of: GroupVersionKind(group: "policy", version: "v1", kind: "Eviction")) != nil)
        #expect(schema.structure(of: GroupVersionKind(group: "", version: "v1", kind: "Nothing")) == nil)
    }

    enum Unexpected: Error { case shape }
}
