import CEL
import Core
import KubernetesAPI
import SchemaEngine
import Values

/// The schemas of the kinds that an API server serves.
package protocol ServedSchemas: Sendable {
    /// Nil when there is no such resource, or nothing is known of its objects.
    func schema(at resource: GroupVersionResource) async throws -> ResourceSchema?
    func schema(of kind: GroupVersionKind) async throws -> ResourceSchema?
}

extension ResourceRegistry: ServedSchemas {
    package func schema(at resource: GroupVersionResource) -> ResourceSchema? { self[resource]?.schema }
    package func schema(of kind: GroupVersionKind) -> ResourceSchema? { resource(of: kind)?.schema }
}

/// What is doubtful about a ValidatingAdmissionPolicy's expressions once the types of the resources it is about are known. A warning
/// changes nothing of what the policy does (upstream's `policy/validating/typechecking.go`). Safe from any thread.
package struct PolicyTypeCheck: Sendable {
    /// One doubtful expression, as `status.typeChecking.expressionWarnings` has it.
    package struct Warning: Sendable, Equatable {
        package let field: String
        package let text: String
    }

    /// More types than this are not looked at.
    private static let typeLimit = 10

    private let schemas: any ServedSchemas

    package init(_ schemas: any ServedSchemas) { self.schemas = schemas }

    /// Throws what the lookup of a schema throws.
    package func warnings(of policy: Value) async throws -> [Warning] {
        let spec = policy["spec"] ?? .null
        let resources = try await resources(spec[path: "matchConstraints", "resourceRules"]?.array ?? [])
        var types = SchemaTypes()
        let hasParams = spec["paramKind"]?.object != nil
        var params = CELType.dyn
        if hasParams {
            let kind = GroupVersionKind(
                apiVersion: spec[path: "paramKind", "apiVersion"]?.string ?? "", kind: spec[path: "paramKind", "kind"]?.string ?? "")
            if let schema = try await schemas.schema(of: kind) { params = types.type(of: schema) }
        }
        let scopes = resources.map { schema in
            let object = types.type(of: schema)
            let variables = PolicyVariables(spec["variables"], hasParams: hasParams, object: object, params: params)
            return (
                kind: schema.kind,
                variables: AdmissionTypes.variables(hasParams: hasParams, composed: variables.types, object: object, params: params)
            )
        }
        var warnings: [Warning] = []
        for (index, validation) in (spec["validations"]?.array ?? []).enumerated() {
            for field in ["expression", "messageExpression"] {
                guard let text = validation[field]?.string, !text.isEmpty else { continue }
                let problems = scopes.compactMap { scope -> String? in
                    do throws(CompilationError) {
                        _ = try Expression(text, variables: scope.variables)
                        return nil
                    } catch {
                        return "\(scope.kind.apiVersion), Kind=\(scope.kind.kind): \(error)\n"
                    }
                }
                if !problems.isEmpty {
                    warnings.append(Warning(field: "spec.validations[\(index)].\(field)", text: problems.joined(separator: "\n")))
                }
            }
        }
        return warnings
    }

    /// What the rules name without wildcards, sorted by kind.
    private func resources(_ rules: [Value]) async throws -> [ResourceSchema] {
        var found: [GroupVersionKind: ResourceSchema] = [:]
        for rule in rules {
            func texts(_ field: String) -> [String] { (rule[field]?.array ?? []).compactMap(\.string).sorted() }
            let (groups, versions) = (texts("apiGroups"), texts("apiVersions"))
            if (groups + versions).contains(where: { $0.contains("*") }) { continue }
            var count = 0
            for group in groups {
                for version in versions {
                    for name in texts("resources") where !name.contains("*") && !name.contains("/") {
                        let resource = GroupVersionResource(group: group, version: version, resource: name)
                        guard let schema = try await schemas.schema(at: resource) else { continue }
                        found[schema.kind] = schema
                        count += 1
                        if count == Self.typeLimit { return Self.sorted(found) }
                    }
                }
            }
        }
        return Self.sorted(found)
    }

    private static func sorted(_ found: [GroupVersionKind: ResourceSchema]) -> [ResourceSchema] {
        found.sorted { ($0.key.group, $0.key.version, $0.key.kind) < ($1.key.group, $1.key.version, $1.key.kind) }.map(\.value)
    }
}

/// The types of expressions for objects as their schemas tell them.
private struct SchemaTypes {
    private var known: [String: CELType] = [:]
    /// Structures that are being read: one that holds itself is of no known type inside.
    private var open: Set<String> = []

    mutating func type(of schema: ResourceSchema) -> CELType {
        guard let custom = schema.custom else { return type(of: schema.structure, isRoot: true) }
        guard case .object(let declared)? = RuleTypes.type(of: custom.schema, isResource: true) else { return .dyn }
        var fields = declared.fields
        if let metadata = BuiltInSchema.shared.structure(named: "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta") {
            fields["metadata"] = type(of: metadata, isRoot: false)
        }
        return .object(ObjectType(name: declared.name, fields: fields))
    }

    private mutating func type(of structure: Structure, isRoot: Bool) -> CELType {
        if let type = known[structure.name] { return type }
        guard open.insert(structure.name).inserted else { return .dyn }
        defer { open.remove(structure.name) }
        var fields: [String: CELType] = [:]
        for field in structure.fields where FieldName.isExpressible(field.name) {
            fields[FieldName.escape(field.name)] = type(of: field.shape)
        }
        if isRoot { for name in ["apiVersion", "kind"] { fields[name] = .string } }
        let type = CELType.object(ObjectType(name: structure.shortName, fields: fields))
        known[structure.name] = type
        return type
    }

    private mutating func type(of shape: Shape) -> CELType {
        switch shape {
        case .scalar(let scalar):
            switch scalar {
            case .string, .duration: return .string
            case .bool: return .bool
            case .int32, .int64: return .int
            case .double: return .double
            case .time, .microTime: return .timestamp
            case .bytes: return .bytes
            case .quantity, .intOrString: return .dyn
            }
        case .any: return .dyn
        case .structure(let structure): return structure.keepsUnknownFields ? .dyn : type(of: structure, isRoot: false)
        case .list(let element, _): return .list(type(of: element))
        case .map(let element, _): return .map(.string, type(of: element))
        }
    }
}
