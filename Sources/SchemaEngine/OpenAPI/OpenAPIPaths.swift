import Core
import Values

/// The paths of resources and their operations.
struct OpenAPIPaths {
    let schema: Schema
    var definitions: OpenAPIDefinitions
    /// Those whose deletion answers with the object and not with a status.
    let deletionsWithObject: Set<GroupVersionResource>
    var paths: [String: Value] = [:]

    init(schema: Schema, definitions: OpenAPIDefinitions, deletionsWithObject: Set<GroupVersionResource>) {
        self.schema = schema
        self.definitions = definitions
        self.deletionsWithObject = deletionsWithObject
    }

    var sorted: [(key: String, value: Value)] { paths.sorted { $0.key < $1.key } }

    static func root(_ resource: GroupVersionResource) -> String {
        resource.group.isEmpty ? "/api/\(resource.version)" : "/apis/\(resource.group)/\(resource.version)"
    }

    // MARK: Resources

    mutating func add(_ resource: ResourceSchema) {
        let root = Self.root(resource.resource)
        let name = resource.resource.resource
        let collection = resource.isNamespaced ? "\(root)/namespaces/{namespace}/\(name)" : "\(root)/\(name)"
        let scope = resource.isNamespaced ? "Namespaced" : ""
        add(collection, [("list", "get"), ("create", "post"), ("deletecollection", "delete")], resource, scope)
        add("\(collection)/{name}", [("get", "get"), ("update", "put"), ("patch", "patch"), ("delete", "delete")], resource, scope)
        if resource.isNamespaced, resource.verbs.contains("list") {
            paths["\(root)/\(name)"] = [
                "get": operation("list", resource, resource.kind, resource.structure, "", suffix: "ForAllNamespaces")
            ]
        }
        for subresource in resource.subresources { add(subresource, of: resource, "\(collection)/{name}", scope) }
        if resource.custom == nil, resource.verbs.contains("watch") { addWatches(of: resource) }
    }

    /// The old paths of watches.
    private mutating func addWatches(of resource: ResourceSchema) {
        let root = "\(Self.root(resource.resource))/watch"
        let name = resource.resource.resource
        let collection = resource.isNamespaced ? "\(root)/namespaces/{namespace}/\(name)" : "\(root)/\(name)"
        let scope = resource.isNamespaced ? "Namespaced" : ""
        addWatch(collection, "watchlist", resource, "\(scope)\(resource.kind.kind)List")
        addWatch("\(collection)/{name}", "watch", resource, "\(scope)\(resource.kind.kind)")
        if resource.isNamespaced { addWatch("\(root)/\(name)", "watchlist", resource, "\(resource.kind.kind)ListForAllNamespaces") }
    }

    private mutating func addWatch(_ path: String, _ action: String, _ resource: ResourceSchema, _ name: String) {
        guard let event = meta("WatchEvent") else { return }
        var result: Object = [
            "description": .string(OpenAPIOperationText.describe(action, resource.kind.kind)),
            "tags": [.string(Self.tag(resource.resource))], "operationId": .string("watch\(Self.camel(resource.resource))\(name)"),
            "responses": responses(event, Self.types(resource, "list"), "watch"),
        ]
        addTypes(["*/*"], Self.types(resource, "list"), to: &result)
        result["x-kubernetes-action"] = .string(action)
        result["x-kubernetes-group-version-kind"] = OpenAPIDefinitions.value(resource.kind)
        paths[path] = ["get": .object(result), "parameters": .array(parameters("list") + pathParameters(path))]
    }

    private mutating func add(_ path: String, _ verbs: [(verb: String, method: String)], _ resource: ResourceSchema, _ scope: String) {
        var item = Object()
        for (verb, method) in verbs where resource.verbs.contains(verb) {
            item[method] = operation(verb, resource, resource.kind, resource.structure, scope)
        }
        guard !item.isEmpty else { return }
        item["parameters"] = .array(pathParameters(path))
        paths[path] = .object(item)
    }

    private mutating func add(
        _ subresource: ResourceSchema.Subresource, of resource: ResourceSchema, _ path: String, _ scope: String
    ) {
        let methods = ["get": "get", "update": "put", "patch": "patch", "create": "post", "delete": "delete"]
        if subresource.name == "proxy" { addProxy(subresource, of: resource, path, scope) }
        guard subresource.name != "proxy" else { return }
        let kind = subresource.kind ?? resource.kind
        guard let structure = schema.structure(of: kind) ?? (kind == resource.kind ? resource.structure : nil) else { return }
        var item = Object()
        let suffix = subresource.name.split(separator: "/").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
        let isStream = kind.kind.hasSuffix("Options")
        for verb in subresource.verbs {
            guard let method = methods[verb] else { continue }
            item[method] =
                isStream
                ? stream(method, resource, kind, structure, "\(scope)\(resource.kind.kind)\(suffix)", part: subresource.name)
                : operation(verb, resource, kind, structure, scope, suffix: suffix, part: subresource.name)
        }
        if subresource.name == "log" { item["get"] = log(of: resource, scope) }
        item["parameters"] = .array(pathParameters(path))
        paths["\(path)/\(subresource.name)"] = .object(item)
    }

    /// Requests of any method, which go on to what the object stands for.
    private mutating func addProxy(
        _ subresource: ResourceSchema.Subresource, of resource: ResourceSchema, _ path: String, _ scope: String
    ) {
        guard let kind = subresource.kind, let structure = schema.structure(of: kind) else { return }
        for (rest, suffix) in [("", "Proxy"), ("/{path}", "ProxyWithPath")] {
            var item = Object()
            for method in ["get", "put", "post", "delete", "options", "head", "patch"] {
                item[method] = stream(method, resource, kind, structure, "\(scope)\(resource.kind.kind)\(suffix)", part: "proxy")
            }
            item["parameters"] = .array(pathParameters(path + rest))
            paths["\(path)/proxy\(rest)"] = .object(item)
        }
    }

    private func pathParameters(_ path: String) -> [Value] {
        ["name", "namespace", "path"].filter { path.contains("{\($0)}") }.map { parameter($0, "string", in: "path") }
    }

    // MARK: Operations

    private mutating func operation(
        _ verb: String, _ resource: ResourceSchema, _ kind: GroupVersionKind, _ structure: Structure, _ scope: String,
        suffix: String = "", part: String = ""
    ) -> Value {
        let action = ["create": "post", "update": "put"][verb] ?? verb
        let verbName = ["update": "replace", "get": "read", "deletecollection": "delete"][verb] ?? verb
        let many = verb == "deletecollection" ? "Collection" : ""
        let canWatch = resource.custom == nil && resource.verbs.contains("watch")
        var result: Object = [
            "description": .string(OpenAPIOperationText.describe(verb, resource.kind.kind, part: part, canWatch: canWatch)),
            "tags": [.string(Self.tag(resource.resource))],
            "operationId": .string("\(verbName)\(Self.camel(resource.resource))\(many)\(scope)\(resource.kind.kind)\(suffix)"),
        ]
        result["parameters"] = .array(parameters(verb))
        let answer: Value
        switch verb {
        case "list":
            let metadata = schema.structure(named: "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta")
            answer = metadata.map { definitions.reference(listOf: structure, kind, metadata: $0) } ?? definitions.reference(structure)
        case "delete", "deletecollection":
            let hasObject = verb == "delete" && suffix.isEmpty && deletionsWithObject.contains(resource.resource)
            answer = (hasObject ? nil : meta("Status")) ?? definitions.reference(structure)
            if let options = meta("DeleteOptions") { addBody(options, isRequired: false, ["*/*"], to: &result) }
        case "patch":
            answer = definitions.reference(structure)
            addBody(definitions.referenceToPatch(), isRequired: true, Self.patchTypes(resource), to: &result)
        case "create", "update":
            answer = definitions.reference(structure)
            addBody(answer, isRequired: true, ["*/*"], to: &result)
        default: answer = definitions.reference(structure)
        }
        result["responses"] = responses(answer, Self.types(resource, verb), verb)
        addTypes(verb == "patch" ? Self.patchTypes(resource) : ["*/*"], Self.types(resource, verb), to: &result)
        result["x-kubernetes-action"] = .string(action)
        result["x-kubernetes-group-version-kind"] = OpenAPIDefinitions.value(kind)
        return .object(result)
    }

    /// An operation that upgrades the connection or passes bytes through; its options are query parameters.
    private func stream(
        _ method: String, _ resource: ResourceSchema, _ kind: GroupVersionKind, _ options: Structure, _ name: String, part: String
    ) -> Value {
        let verb = method.prefix(1).uppercased() + method.dropFirst()
        var result: Object = [
            "description": .string(OpenAPIOperationText.connect(method, resource.kind.kind, part: part)),
            "tags": [.string(Self.tag(resource.resource))], "operationId": .string("connect\(Self.camel(resource.resource))\(verb)\(name)"),
            "parameters": .array(parameters(of: options)), "responses": textResponses(["*/*"]),
        ]
        addTypes(["*/*"], ["*/*"], to: &result)
        result["x-kubernetes-action"] = "connect"
        result["x-kubernetes-group-version-kind"] = OpenAPIDefinitions.value(kind)
        return .object(result)
    }

    private func log(of resource: ResourceSchema, _ scope: String) -> Value {
        let types = ["text/plain"] + Self.types
        var result: Object = [
            "description": .string(OpenAPIOperationText.describe("get", resource.kind.kind, part: "log")),
            "tags": [.string(Self.tag(resource.resource))],
            "operationId": .string("read\(Self.camel(resource.resource))\(scope)\(resource.kind.kind)Log"),
        ]
        let options = schema.structure(of: GroupVersionKind(group: "", version: "v1", kind: "PodLogOptions"))
        result["parameters"] = .array(parameters("get") + (options.map { parameters(of: $0) } ?? []))
        result["responses"] = textResponses(types)
        addTypes(["*/*"], types, to: &result)
        result["x-kubernetes-action"] = "get"
        result["x-kubernetes-group-version-kind"] = OpenAPIDefinitions.value(resource.kind)
        return .object(result)
    }

    /// The query parameters that options are sent as; those with parts cannot be told.
    private func parameters(of options: Structure) -> [Value] {
        options.fields.filter { $0.name != "kind" && $0.name != "apiVersion" }.compactMap { field in
            let element: Shape = if case .list(let element, _) = field.shape { element } else { field.shape }
            return switch element {
            case .scalar(.bool): parameter(field.name, "boolean", in: "query")
            case .scalar(.int32), .scalar(.int64): parameter(field.name, "integer", in: "query")
            case .scalar(.string): parameter(field.name, "string", in: "query")
            default: nil
            }
        }
    }

    func textResponses(_ types: [String]) -> Value {
        let text: Value = ["type": "string"]
        let ok: Value =
            definitions.version == .two
            ? ["description": "OK", "schema": text]
            : ["description": "OK", "content": .object(Object(types.map { ($0, ["schema": text]) }))]
        return ["200": ok, "401": ["description": "Unauthorized"]]
    }

    /// What version 2 says beside an operation that version 3 says of its bodies.
    func addTypes(_ taken: [String], _ given: [String], to operation: inout Object) {
        guard definitions.version == .two else { return }
        if !taken.isEmpty { operation["consumes"] = .array(taken.map { .string($0) }) }
        operation["produces"] = .array(given.map { .string($0) })
        operation["schemes"] = ["https"]
    }

    mutating func meta(_ name: String) -> Value? {
        schema.structure(named: "io.k8s.apimachinery.pkg.apis.meta.v1.\(name)").map { definitions.reference($0) }
    }

    // MARK: Bodies and parameters

    static let types = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"]
    private static let streamTypes = ["application/json;stream=watch", "application/vnd.kubernetes.protobuf;stream=watch"]
    private static let patchTypes = [
        "application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json",
        "application/apply-patch+yaml",
    ]

    /// Objects of custom resources have no message in protobuf, and their lists no strategy that a patch could follow.
    private static func types(_ resource: ResourceSchema, _ verb: String) -> [String] {
        let all = verb == "list" ? types + streamTypes : types
        return resource.custom == nil ? all : all.filter { !$0.hasPrefix("application/vnd.kubernetes.protobuf") }
    }

    private static func patchTypes(_ resource: ResourceSchema) -> [String] {
        resource.custom == nil ? patchTypes : patchTypes.filter { $0 != "application/strategic-merge-patch+json" }
    }

    private func addBody(_ schema: Value, isRequired: Bool, _ types: [String], to operation: inout Object) {
        switch definitions.version {
        case .two:
            var body: Object = ["name": "body", "in": "body", "schema": schema]
            if isRequired { body["required"] = true }
            operation["parameters"] = .array((operation["parameters"]?.array ?? []) + [.object(body)])
        case .three:
            let content = types.map { ($0, Value.object(["schema": schema])) }
            operation["requestBody"] = ["content": .object(Object(content))]
            if isRequired { operation["requestBody"]?["required"] = true }
        }
    }

    func responses(_ schema: Value, _ types: [String], _ verb: String) -> Value {
        let ok: Value
        switch definitions.version {
        case .two: ok = ["description": "OK", "schema": schema]
        case .three:
            ok = ["description": "OK", "content": .object(Object(types.map { ($0, Value.object(["schema": schema])) }))]
        }
        func described(_ text: String) -> Value {
            var response = ok
            response["description"] = .string(text)
            return response
        }
        var result: Object = ["200": ok]
        if verb == "create" || verb == "update" || verb == "patch" { result["201"] = described("Created") }
        if verb == "create" || verb == "delete" { result["202"] = described("Accepted") }
        result["401"] = ["description": "Unauthorized"]
        return .object(result)
    }

    private func parameter(_ name: String, _ type: String, in place: String) -> Value {
        var result: Object = ["name": .string(name), "in": .string(place)]
        if place == "path" { result["required"] = true }
        switch definitions.version {
        case .two: result["type"] = .string(type)
        case .three: result["schema"] = ["type": .string(type), "uniqueItems": true]
        }
        if definitions.version == .two { result["uniqueItems"] = true }
        return .object(result)
    }

    private func parameters(_ verb: String) -> [Value] {
        let reading: [(String, String)] = [
            ("allowWatchBookmarks", "boolean"), ("continue", "string"), ("fieldSelector", "string"), ("labelSelector", "string"),
            ("limit", "integer"), ("resourceVersion", "string"), ("resourceVersionMatch", "string"), ("sendInitialEvents", "boolean"),
            ("shardSelector", "string"),
            ("timeoutSeconds", "integer"), ("watch", "boolean"),
        ]
        let writing: [(String, String)] = [("dryRun", "string"), ("fieldManager", "string"), ("fieldValidation", "string")]
        let deleting: [(String, String)] = [
            ("dryRun", "string"), ("gracePeriodSeconds", "integer"), ("ignoreStoreReadErrorWithClusterBreakingPotential", "boolean"),
            ("orphanDependents", "boolean"), ("propagationPolicy", "string"),
        ]
        let names: [(String, String)] =
            switch verb {
            case "list": reading
            case "create", "update": writing
            case "patch": writing + [("force", "boolean")]
            case "delete": deleting
            case "deletecollection": reading.filter { $0.0 != "watch" && $0.0 != "allowWatchBookmarks" } + deleting
            default: []
            }
        return ([("pretty", "string")] + names).map { parameter($0.0, $0.1, in: "query") }
    }

    // MARK: Names

    /// "apps_v1", "core_v1", "rbacAuthorization_v1".
    static func tag(_ resource: GroupVersionResource) -> String {
        let camel = camel(resource)
        let group = camel.dropLast(resource.version.count)
        return group.prefix(1).lowercased() + group.dropFirst() + "_\(resource.version)"
    }

    /// "CoreV1", "AppsV1", "RbacAuthorizationV1".
    static func camel(_ resource: GroupVersionResource) -> String {
        let group = resource.group.hasSuffix(".k8s.io") ? resource.group.dropLast(7) : resource.group[...]
        let words = group.isEmpty ? ["core"] : group.split { $0 == "." || $0 == "-" }
        return words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
            + resource.version.prefix(1).uppercased() + resource.version.dropFirst()
    }
}
