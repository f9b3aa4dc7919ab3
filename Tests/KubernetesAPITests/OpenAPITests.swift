import Core
import JSON
import KubernetesAPI
import SchemaEngine
import Testing
import Values

@Suite("OpenAPI documents")
struct OpenAPITests {
    let builder = OpenAPIBuilder(schema: BuiltInSchema.shared, resources: BuiltInSchema.shared.resources, serverVersion: "v1.36.0")

    /// Defaults, enums and bounds are told in addition to the recorded facts; a list of no stated kind is told as atomic.
    private func stripped(_ definition: Value?) -> Value? {
        guard case .object(var object)? = definition else { return definition }
        object.removeAll { ["default", "enum", "minimum", "maximum"].contains($0.key) }
        if object["x-kubernetes-list-type"] == "atomic" { object["x-kubernetes-list-type"] = nil }
        object.modifyValues { key, value in
            if key == "properties" {
                guard case .object(var properties) = value else { return }
                properties.modifyValues { _, property in property = stripped(property) ?? .null }
                value = .object(properties)
            }
        }
        return .object(object)
    }

    @Test("have upstream's definitions")
    func definitions() throws {
        let definitions = builder.documentTwo()["definitions"]
        for fact in try Fixtures.lines("definitions.jsonl") {
            let name = try #require(fact["name"]?.string)
            var expected = stripped(fact["definition"])
            if expected?["required"] != nil { expected?["required"]?.elements.sort { ($0.string ?? "") < ($1.string ?? "") } }
            #expect(Fixtures.differences(stripped(definitions?[name]), expected) == [], "\(name)")
        }
    }

    @Test("describe fields that there are, and what all objects have")
    func descriptions() throws {
        let described = OpenAPIBuilder(
            schema: BuiltInSchema.shared, resources: BuiltInSchema.shared.resources, serverVersion: "v1.36.0",
            descriptions: FieldDescriptions(Descriptions.table()))
        let definitions = try #require(described.documentTwo()["definitions"]?.object)
        var fields = Set<String>()
        for definition in definitions {
            let name = definition.key.split(separator: ".").last.map(String.init) ?? ""
            fields.insert(name)
            for property in definition.value["properties"]?.object ?? Object() { fields.insert("\(name).\(property.key)") }
        }
        for name in Descriptions.table().keys where !name.hasPrefix("*") { #expect(fields.contains(name), "\(name)") }
        let metadata = definitions["io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"]?["properties"]
        #expect(metadata?["creationTimestamp"]?["description"]?.string?.hasPrefix("CreationTimestamp is a timestamp") == true)
        let list = definitions["io.k8s.api.core.v1.PodList"]?["properties"]
        #expect(list?["items"]?["description"] == "The objects of the list.")
        let ownItems = definitions["io.k8s.api.core.v1.ConfigMapVolumeSource"]?["properties"]?["items"]
        #expect(ownItems?["type"] == "array" && ownItems?["description"] == nil)
    }

    @Test("of version 3 exist for every group, refer only to what they define, and tell kubectl what it asks")
    func three() throws {
        #expect(builder.groupVersionPaths.count == 37)
        for (path, group, version) in builder.groupVersionPaths {
            let document = try #require(builder.documentThree(group: group, version: version), "\(path)")
            let schemas = try #require(document["components"]?["schemas"]?.object)
            for reference in references(document) {
                let name = reference.dropFirst("#/components/schemas/".count)
                #expect(schemas[String(name)] != nil, "\(path): \(reference)")
            }
        }
        let apps = try #require(builder.documentThree(group: "apps", version: "v1"))
        let item = apps["paths"]?["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"]
        let patch = try #require(item?["patch"])
        #expect(patch["x-kubernetes-group-version-kind"] == ["group": "apps", "kind": "Deployment", "version": "v1"])
        #expect(patch["x-kubernetes-action"] == "patch")
        let names = (patch["parameters"]?.array ?? []).compactMap { $0["name"]?.string }
        #expect(Set(names).isSuperset(of: ["dryRun", "fieldManager", "fieldValidation", "force"]))
        #expect(patch["operationId"] == "patchAppsV1NamespacedDeployment")
        let spec = apps["components"]?["schemas"]?["io.k8s.api.apps.v1.Deployment"]?["properties"]?["spec"]
        #expect(spec == ["allOf": [["$ref": "#/components/schemas/io.k8s.api.apps.v1.DeploymentSpec"]]])
        #expect(builder.documentThree(group: "nothing", version: "v1") == nil)
    }

    private func references(_ value: Value) -> [String] {
        switch value {
        case .object(let object):
            // A type may have a field of that name, which is an object here.
            object.flatMap { member in
                member.key == "$ref" ? member.value.string.map { [$0] } ?? references(member.value) : references(member.value)
            }
        case .array(let items): items.flatMap(references)
        default: []
        }
    }

    @Test("have paths for every resource and subresource")
    func paths() throws {
        let paths = try #require(builder.documentTwo()["paths"]?.object)
        #expect(paths["/api/v1/namespaces/{namespace}/pods/{name}/exec"]?["post"]?["x-kubernetes-action"] == "connect")
        #expect(paths["/api/v1/nodes"]?["post"]?["operationId"] == "createCoreV1Node")
        #expect(paths["/apis/rbac.authorization.k8s.io/v1/clusterroles"]?["get"]?["tags"] == ["rbacAuthorization_v1"])
        #expect(paths["/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale"]?["put"] != nil)
        #expect(paths["/api/v1/pods"]?["get"]?["operationId"] == "listCoreV1PodForAllNamespaces")
        #expect(paths["/api/v1/componentstatuses"]?["post"] == nil)
    }

    @Test("are indexed by address and hash")
    func index() {
        let first = OpenAPIBuilder.hash(Array("a".utf8))
        #expect(first.utf8.count == 32)
        #expect(first != OpenAPIBuilder.hash(Array("b".utf8)))
        #expect(
            OpenAPIBuilder.index(hashes: [("api/v1", "AB")])
                == ["paths": ["api/v1": ["serverRelativeURL": "/openapi/v3/api/v1?hash=AB"]]])
    }

    @Test("of version 2 encode as gnostic's protobuf message")
    func protobuf() {
        let document: Value = [
            "swagger": "2.0", "info": ["title": "K", "version": "1"],
            "definitions": ["a": ["type": "object", "x-kubernetes-map-type": "atomic"]],
        ]
        #expect(
            OpenAPIProtobuf.encode(document) == [
                0x0A, 3, 0x32, 0x2E, 0x30,  // swagger = 1: "2.0"
                0x12, 6, 0x0A, 1, 0x4B, 0x12, 1, 0x31,  // info = 2: title = 1, version = 2
                0x42, 0,  // paths = 8
                0x4A, 56, 0x0A, 54, 0x0A, 1, 0x61, 0x12, 49,  // definitions = 9: named schema = 1: name = 1, value = 2
                0xB2, 1, 8, 0x0A, 6, 0x6F, 0x62, 0x6A, 0x65, 0x63, 0x74,  // type = 22: "object"
                0xFA, 1, 35, 0x0A, 21,  // vendor extension = 31: name = 1
            ] + Array("x-kubernetes-map-type".utf8) + [0x12, 10, 0x12, 8] + Array("\"atomic\"".utf8))
    }
}
