import Core
import Values

/// What the documents tell of discovery and of the server itself.
extension OpenAPIPaths {
    mutating func addDiscovery(of version: GroupVersion) {
        // Versions of custom resources alone are not told of.
        guard schema.packages.contains(where: { $0.group == version.group && $0.version == version.version }),
            let answer = meta("APIResourceList")
        else { return }
        let resource = GroupVersionResource(group: version.group, version: version.version, resource: "")
        add(Self.root(resource) + "/", tag: Self.tag(resource), "get\(Self.camel(resource))APIResources", "get available resources", answer)
    }

    mutating func addDiscovery(ofGroup group: String) {
        guard let answer = meta("APIGroup") else { return }
        let name = Self.camel(GroupVersionResource(group: group, version: "", resource: ""))
        add(
            "/apis/\(group)/", tag: name.prefix(1).lowercased() + name.dropFirst(), "get\(name)APIGroup", "get information of a group",
            answer)
    }

    mutating func add(_ path: OpenAPIBuilder.ServerPath) {
        let place = path.rawValue
        switch path {
        case .versions:
            if let answer = meta("APIVersions") { add(place, tag: "core", "getCoreAPIVersions", "get available API versions", answer) }
        case .groups:
            if let answer = meta("APIGroupList") { add(place, tag: "apis", "getAPIVersions", "get available API versions", answer) }
        case .version:
            let types = ["application/json"]
            let answer = responses(definitions.referenceToVersion(), types, "get")
            add(
                place, tag: "version", "getCodeVersion", "get the version information for this server", answer, takes: types, gives: types)
        case .issuer:
            addText(
                place, tag: "WellKnown", "getServiceAccountIssuerOpenIDConfiguration",
                "get service account issuer OpenID configuration, also known as the 'OIDC discovery doc'", "application/json")
        case .keys:
            addText(
                place, tag: "openid", "getServiceAccountIssuerOpenIDKeyset",
                "get service account issuer OpenID JSON Web Key Set (contains public token verification keys)", "application/jwk-set+json")
        }
    }

    private mutating func add(_ path: String, tag: String, _ name: String, _ text: String, _ answer: Value) {
        add(path, tag: tag, name, text, responses(answer, Self.types, "get"), takes: Self.types, gives: Self.types)
    }

    private mutating func addText(_ path: String, tag: String, _ name: String, _ text: String, _ type: String) {
        add(path, tag: tag, name, text, textResponses([type]), takes: [], gives: [type])
    }

    private mutating func add(
        _ path: String, tag: String, _ name: String, _ text: String, _ responses: Value, takes: [String], gives: [String]
    ) {
        var operation: Object = [
            "description": .string(text), "tags": [.string(tag)], "operationId": .string(name), "responses": responses,
        ]
        addTypes(takes, gives, to: &operation)
        paths[path] = ["get": .object(operation)]
    }
}

extension OpenAPIDefinitions {
    /// What `/version` tells, which no table has.
    mutating func referenceToVersion() -> Value {
        let name = "io.k8s.apimachinery.pkg.version.Info"
        let required = ["major", "minor", "gitVersion", "gitCommit", "gitTreeState", "buildDate", "goVersion", "compiler", "platform"]
        let optional = ["emulationMajor", "emulationMinor", "minCompatibilityMajor", "minCompatibilityMinor"]
        let properties = (required + optional).sorted().map { field -> (String, Value) in
            version == .three && required.contains(field) ? (field, ["type": "string", "default": ""]) : (field, ["type": "string"])
        }
        define(
            name,
            ["type": "object", "required": .array(required.map { .string($0) }), "properties": .object(Object(properties))])
        return reference(name)
    }
}
