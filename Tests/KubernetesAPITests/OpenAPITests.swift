import Core
import JSON
import KubernetesAPI
import SchemaEngine
import Testing
import Values

@Suite("OpenAPI documents")
struct OpenAPITests {
    let builder = OpenAPIBuilder(schema: BuiltInSchema.shared, resources: BuiltInSchema.shared.resources, serverVersion: "1.36")

    @Test("have upstream's definitions")
    func definitions() throws {
        let two = builder.documentTwo()["definitions"]
        var three: [String: Value] = [:]
        for part in builder.parts {
            for schema in builder.documentThree(part)?["components"]?["schemas"]?.object ?? Object() { three[schema.key] = schema.value }
        }
        for fact in try Fixtures.lines("definitions.jsonl") {
            let name = try #require(fact["name"]?.string)
            #expect(Fixtures.differences(two?[name], fact["two"]) == [], "\(name)")
            #expect(Fixtures.differences(Self.bare(three[name]), Self.bare(fact["three"])) == [], "\(name)")
        }
    }

    /// A definition whose references stand alone where nothing stands beside them: the recorded ones had descriptions there.
    private static func bare(_ value: Value?) -> Value? {
        guard case .object(var object)? = value else { return value }
        if object.count == 1, let only = object["allOf"]?.array, only.count == 1, only[0]["$ref"] != nil { return only[0] }
        object.modifyValues { _, member in member = bare(member) ?? .null }
        return .object(object)
    }

    @Test("of version 3 encode as gnostic's protobuf message")
    func protobufThree() {
        let document: Value = [
            "openapi": "3.0.0", "info": ["title": "K", "version": "1"], "paths": ["/a": ["get": ["tags": ["t"]]]],
            "components": ["schemas": ["b": ["type": "object", "default": [:]], "c": ["items": ["$ref": "#x"]]]],
        ]
        #expect(
            OpenAPIProtobufThree.encode(document) == [
                0x0A, 5, 0x33, 0x2E, 0x30, 0x2E, 0x30,  // openapi = 1: "3.0.0"
                0x12, 6, 0x0A, 1, 0x4B, 0x32, 1, 0x31,  // info = 2: title = 1, version = 6
                0x22, 15, 0x0A, 13, 0x0A, 2, 0x2F, 0x61, 0x12, 7,  // paths = 4: path = 1: name = 1, value = 2
                0x22, 5, 0x0A, 1, 0x74, 0x42, 0,  // get = 4: tags = 1, responses = 8
                0x2A, 43, 0x0A, 41,  // components = 5: schemas = 1
                0x0A, 19, 0x0A, 1, 0x62, 0x12, 14, 0x0A, 12,  // additional_properties = 1: name = 1, value = 2: schema = 1
                0xCA, 1, 6, 0x6F, 0x62, 0x6A, 0x65, 0x63, 0x74, 0x8A, 2, 0,  // type = 25, default = 33
                0x0A, 18, 0x0A, 1, 0x63, 0x12, 13, 0x0A, 11,
                0xF2, 1, 8, 0x0A, 6, 0x12, 4, 0x0A, 2, 0x23, 0x78,  // items = 30: 1: reference = 2: _ref = 1
            ])
    }

    @Test("describe fields that there are, and what all objects have")
    func descriptions() throws {
        let described = OpenAPIBuilder(
            schema: BuiltInSchema.shared, resources: BuiltInSchema.shared.resources, serverVersion: "1.36",
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
        #expect(builder.parts.count == 65)
        for part in builder.parts {
            let path = OpenAPIBuilder.path(of: part)
            let document = try #require(builder.documentThree(part), "\(path)")
            let schemas = try #require(document["components"]?["schemas"]?.object)
            for reference in references(document) {
                let name = reference.dropFirst("#/components/schemas/".count)
                #expect(schemas[String(name)] != nil, "\(path): \(reference)")
            }
        }
        let apps = try #require(builder.documentThree(.groupVersion(GroupVersion("apps", "v1"))))
        let item = apps["paths"]?["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"]
        let patch = try #require(item?["patch"])
        #expect(patch["x-kubernetes-group-version-kind"] == ["group": "apps", "kind": "Deployment", "version": "v1"])
        #expect(patch["x-kubernetes-action"] == "patch")
        let names = (patch["parameters"]?.array ?? []).compactMap { $0["name"]?.string }
        #expect(Set(names).isSuperset(of: ["dryRun", "fieldManager", "fieldValidation", "force"]))
        #expect(patch["operationId"] == "patchAppsV1NamespacedDeployment")
        let spec = apps["components"]?["schemas"]?["io.k8s.api.apps.v1.Deployment"]?["properties"]?["spec"]
        #expect(spec == ["default": [:], "allOf": [["$ref": "#/components/schemas/io.k8s.api.apps.v1.DeploymentSpec"]]])
        let strategy = apps["components"]?["schemas"]?["io.k8s.api.apps.v1.DeploymentSpec"]?["properties"]
        #expect(strategy?["template"]?["default"] == [:])
        #expect(strategy?["replicas"] == ["type": "integer", "format": "int32"])
        let port = apps["components"]?["schemas"]?["io.k8s.api.core.v1.ContainerPort"]
        #expect(port?["properties"]?["protocol"]?["default"] == "TCP")
        #expect(port?["properties"]?["containerPort"]?["default"] == 0)
        #expect(apps["components"]?["schemas"]?["io.k8s.api.core.v1.AttachedVolume"] == nil)
        let options = apps["components"]?["schemas"]?["io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions"]
        #expect(options?["x-kubernetes-group-version-kind"]?.array?.count == 2)
        #expect(builder.documentThree(.groupVersion(GroupVersion("nothing", "v1"))) == nil)
    }

    @Test("of version 3 tell of discovery and of the server's own paths")
    func server() throws {
        #expect(builder.documentThree(.group("apps"))?["paths"]?["/apis/apps/"]?["get"]?["operationId"] == "getAppsAPIGroup")
        #expect(builder.documentThree(.server(.version))?["paths"]?["/version/"]?["get"]?["operationId"] == "getCodeVersion")
        #expect(OpenAPIBuilder.path(of: .server(.issuer)) == ".well-known/openid-configuration")
        let apps = try #require(builder.documentThree(.groupVersion(GroupVersion("apps", "v1"))))
        #expect(apps["paths"]?["/apis/apps/v1/"]?["get"]?["operationId"] == "getAppsV1APIResources")
        let watch = apps["paths"]?["/apis/apps/v1/watch/deployments"]?["get"]
        #expect(watch?["operationId"] == "watchAppsV1DeploymentListForAllNamespaces")
        #expect(watch?["x-kubernetes-action"] == "watchlist")
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
        let names = ["get", "put", "post", "delete", "options", "head", "patch"]
        #expect(names.allSatisfy { paths["/api/v1/namespaces/{namespace}/pods/{name}/proxy/{path}"]?[$0] != nil })
        let exec = paths["/api/v1/namespaces/{namespace}/pods/{name}/exec"]?["post"]
        #expect(exec?["operationId"] == "connectCoreV1PostNamespacedPodExec")
        let log = paths["/api/v1/namespaces/{namespace}/pods/{name}/log"]?["get"]
        #expect(log?["operationId"] == "readCoreV1NamespacedPodLog")
        #expect(
            references(log ?? .null) + references(paths["/api/v1/namespaces/{namespace}/pods/{name}/log"]?["parameters"] ?? .null) != [])
        #expect(paths["/api/v1/namespaces/{namespace}/pods"]?["delete"]?["operationId"] == "deleteCoreV1CollectionNamespacedPod")
        #expect(paths["/api/v1/nodes"]?["post"]?["operationId"] == "createCoreV1Node")
        #expect(paths["/apis/rbac.authorization.k8s.io/v1/clusterroles"]?["get"]?["tags"] == ["rbacAuthorization_v1"])
        #expect(paths["/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale"]?["put"] != nil)
        #expect(paths["/api/v1/pods"]?["get"]?["operationId"] == "listCoreV1PodForAllNamespaces")
        #expect(paths["/api/v1/componentstatuses"]?["post"] == nil)
    }

    @Test("of version 2 refer to parameters that many paths have, and say what operations do")
    func sharedParameters() throws {
        let document = builder.documentTwo()
        let shared = try #require(document["parameters"]?.object)
        let paths = try #require(document["paths"]?.object)
        let prefix = "#/parameters/"
        let used = Set(
            references(document["paths"] ?? .null).filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.utf8.count)) })
        #expect(used == Set(shared.map(\.key)))
        for parameter in shared {
            let name = try #require(parameter.value["name"]?.string)
            #expect(parameter.key.hasPrefix("\(name)-") && parameter.key.utf8.count == name.utf8.count + 9)
            // By these two kubectl tells what a server can do.
            #expect(!["name", "dryRun", "fieldValidation"].contains(name))
        }
        let item = try #require(paths["/api/v1/namespaces/{namespace}/configmaps/{name}"])
        #expect(item["parameters"]?.array?.count == 3)
        #expect(item["get"]?["parameters"] == nil)
        let patch = item["patch"]?["parameters"]?.array ?? []
        #expect(patch.compactMap { $0["name"] } == ["dryRun", "fieldValidation"])
        #expect(patch.count == 5)
        #expect(item["patch"]?["description"] == "partially update the specified ConfigMap")
        let texts = [
            ("/api/v1/namespaces/{namespace}/endpoints", "post", "create Endpoints"),
            ("/api/v1/namespaces/{namespace}/events/{name}", "delete", "delete an Event"),
            ("/api/v1/namespaces/{namespace}/pods/{name}/eviction", "post", "create eviction of a Pod"),
            ("/api/v1/namespaces/{namespace}/pods/{name}/proxy/{path}", "head", "connect HEAD requests to proxy of Pod"),
            ("/api/v1/nodes", "get", "list or watch objects of kind Node"), ("/api/v1/nodes", "delete", "delete collection of Node"),
            ("/apis/apps/v1/", "get", "get available resources"),
        ]
        for (path, method, text) in texts { #expect(paths[path]?[method]?["description"] == .string(text)) }
        for item in paths {
            for member in item.value.object ?? Object() where member.key != "parameters" {
                #expect(member.value["description"]?.string?.isEmpty == false, "\(item.key)")
            }
        }
    }

    @Test("have a hash")
    func hash() {
        let first = OpenAPIBuilder.hash(Array("a".utf8))
        #expect(first.utf8.count == 32)
        #expect(first != OpenAPIBuilder.hash(Array("b".utf8)))
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
