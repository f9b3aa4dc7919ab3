import Client
import Core
import KubernetesAPI
import ResourceEngine
import TestSupport
import Values
import YAML

/// A cluster that serves custom resources, and the requests tests make of it.
struct DefinitionCluster {
    let cluster: TestCluster
    let user = UserInfo(name: "admin", groups: ["system:masters", "system:authenticated"])

    init() async throws {
        cluster = try await TestCluster()
        try cluster.followDefinitions()
    }

    func perform(
        _ verb: Verb, _ resource: String, version: String = "v1", group: String = "stable.example.com", name: String = "",
        namespace: String = "default",
        subresource: String = "", body: Value? = nil, patch: PatchType? = nil, change: (inout APIRequest) -> Void = { _ in }
    ) async throws -> EngineResponse {
        var request = APIRequest(verb: verb, resource: GroupVersionResource(group: group, version: version, resource: resource), user: user)
        request.name = name
        request.namespace = namespace
        request.subresource = subresource
        request.patchType = patch
        if let body { request.body = .value(body) }
        request.options.fieldManager = "test"
        change(&request)
        return try await cluster.engine.perform(request)
    }

    func value(_ response: EngineResponse) throws -> Value { try cluster.engine.value(of: response) }

    /// Creates a definition and waits until it is established.
    func define(_ yaml: String) async throws {
        let body = try YAMLParser.parse(Array(yaml.utf8))
        _ = try await perform(.create, "customresourcedefinitions", group: "apiextensions.k8s.io", namespace: "", body: body)
        try await wait(body.name) { $0.contains { $0["type"] == "Established" && $0["status"] == "True" } }
    }

    /// Waits for a change of a definition's conditions, told by its watch.
    func wait(_ name: String, _ condition: @escaping ([Value]) -> Bool) async throws {
        var request = APIRequest(
            verb: .watch,
            resource: GroupVersionResource(group: "apiextensions.k8s.io", version: "v1", resource: "customresourcedefinitions"), user: user)
        request.options.fieldSelector = "metadata.name=\(name)"
        let watch = try await cluster.engine.watch(request)
        defer { watch.cancel() }
        // What is gone already will not be told.
        if cluster.store.get("apiextensions.k8s.io/customresourcedefinitions", ObjectKey(name: name)) == nil { return }
        for try await events in watch {
            for event in events where event.kind != .bookmark {
                if event.kind == .deleted { return }
                let object = try event.object.value()
                if condition(object[path: "status", "conditions"]?.array ?? []) { return }
            }
        }
    }

    /// The causes of a refusal, as "field: message".
    func causes(_ body: () async throws -> Void) async throws -> [String] {
        do {
            try await body()
            return []
        } catch let error as APIError {
            return error.causes.map { "\($0.field): \($0.message)" }
        }
    }
}

func yaml(_ text: String) throws -> Value { try YAMLParser.parse(Array(text.utf8)) }

let cronTabs = """
    apiVersion: apiextensions.k8s.io/v1
    kind: CustomResourceDefinition
    metadata: {name: crontabs.stable.example.com}
    spec:
      group: stable.example.com
      scope: Namespaced
      names: {plural: crontabs, singular: crontab, kind: CronTab, shortNames: [ct], categories: [all]}
      versions:
      - name: v1
        served: true
        storage: true
        subresources:
          status: {}
          scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas, labelSelectorPath: .status.labelSelector}
        additionalPrinterColumns:
        - {name: Spec, type: string, jsonPath: .spec.cronSpec}
        - {name: Replicas, type: integer, jsonPath: .spec.replicas}
        selectableFields:
        - jsonPath: .spec.image
        schema:
          openAPIV3Schema:
            type: object
            properties:
              spec:
                type: object
                required: [cronSpec]
                properties:
                  cronSpec: {type: string, pattern: '^(\\d+|\\*)(/\\d+)?(\\s+(\\d+|\\*)(/\\d+)?){4}$'}
                  image: {type: string, maxLength: 10}
                  replicas: {type: integer, minimum: 1, maximum: 10, default: 1}
                  port: {x-kubernetes-int-or-string: true}
                  mode: {type: string, enum: [fast, slow]}
                  labels: {type: object, additionalProperties: {type: string}}
                  args: {type: array, x-kubernetes-list-type: set, items: {type: string}}
                  free: {type: object, x-kubernetes-preserve-unknown-fields: true}
                  steps:
                    type: array
                    maxItems: 3
                    x-kubernetes-list-type: map
                    x-kubernetes-list-map-keys: [name]
                    items:
                      type: object
                      required: [name]
                      properties: {name: {type: string}, run: {type: string}, count: {type: integer, default: 7}}
              status:
                type: object
                properties: {replicas: {type: integer}, labelSelector: {type: string}}
    """
