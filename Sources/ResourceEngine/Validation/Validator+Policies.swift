import CEL
import Core
import Values

/// Admission policies and their bindings (upstream's `admissionregistration/validation`).
extension Validator {
    private static let policyAnnotationLimit = 20
    private static let policyAnnotationExpressionLimit = 5 * 1024

    // MARK: Policies

    mutating func validatingPolicy(_ object: Place) {
        let spec = object["spec"]
        let hasParams = policyBasics(spec)
        matchConditions(spec["matchConditions"], hasParams: hasParams)
        let variables = policyVariables(spec, hasParams: hasParams)
        let types = AdmissionTypes.variables(hasParams: hasParams, composed: variables.types)
        let (validations, annotations) = (spec["validations"], spec["auditAnnotations"])
        if validations.isEmpty, annotations.isEmpty {
            let detail = "validations or auditAnnotations must contain at least one item"
            required(validations, detail)
            return required(annotations, detail)
        }
        for validation in validations.items { self.validation(validation, types, hasParams: hasParams, variables) }
        auditAnnotations(annotations, object["metadata"]["name"].text, types)
    }

    mutating func mutatingPolicy(_ object: Place) {
        let spec = object["spec"]
        let hasParams = policyBasics(spec)
        mutableOperations(spec["matchConstraints"])
        matchConditions(spec["matchConditions"], hasParams: hasParams)
        let variables = policyVariables(spec, hasParams: hasParams)
        let types = AdmissionTypes.variables(hasParams: hasParams, composed: variables.types)
        let mutations = spec["mutations"]
        if mutations.isEmpty { required(mutations, "mutations must contain at least one item") }
        for mutation in mutations.items { self.mutation(mutation, types) }
        let again = spec["reinvocationPolicy"]
        if again.isEmpty { required(again) } else { oneOfIfPresent(again, ["IfNeeded", "Never"]) }
    }

    /// What both kinds have; whether the policy takes parameters.
    private mutating func policyBasics(_ spec: Place) -> Bool {
        let failure = spec["failurePolicy"]
        if failure.isEmpty { required(failure) } else { oneOfIfPresent(failure, ["Fail", "Ignore"]) }
        let kind = spec["paramKind"]
        if kind.isPresent { paramKind(kind) }
        let constraints = spec["matchConstraints"]
        if !constraints.isPresent {
            required(constraints)
        } else {
            matchResources(constraints)
            if constraints["resourceRules"].isEmpty { required(constraints["resourceRules"]) }
        }
        return kind.isPresent
    }

    private mutating func paramKind(_ kind: Place) {
        let version = kind["apiVersion"]
        if version.isEmpty {
            required(version)
        } else if version.text.count(where: { $0 == "/" }) > 1 {
            invalid(version, "unexpected GroupVersion string: \(version.text)")
        } else {
            let parsed = GroupVersionKind(apiVersion: version.text, kind: "")
            if !parsed.group.isEmpty {
                let problems = Formats.dnsSubdomain(parsed.group)
                if !problems.isEmpty { invalid(version, problems.joined(separator: ","), value: .string(parsed.group)) }
            }
            let problems = Formats.dns1035Label(parsed.version)
            if parsed.version.isEmpty {
                invalid(version, "version must be specified")
            } else if !problems.isEmpty {
                invalid(version, problems.joined(separator: ","), value: .string(parsed.version))
            }
        }
        let name = kind["kind"]
        if name.isEmpty { return required(name) }
        let problems = Formats.dns1035Label(name.text.lowercased())
        if !problems.isEmpty { invalid(name, "may have mixed case, but should otherwise match: " + problems.joined(separator: ",")) }
    }

    private mutating func policyVariables(_ spec: Place, hasParams: Bool) -> PolicyVariables {
        let variables = PolicyVariables(spec["variables"].value, hasParams: hasParams)
        for (variable, made) in zip(spec["variables"].items, variables.expressions) {
            let (name, expression) = (variable["name"], variable["expression"])
            if RuleNode.Rule.trimmed(name.text).isEmpty {
                required(name, "name is not specified")
            } else if !Self.isIdentifier(name.text) {
                invalid(name, "must be a valid CEL identifier")
            }
            if RuleNode.Rule.trimmed(expression.text).isEmpty {
                required(expression, "expression is not specified")
            } else if let problem = made.compiled.problem {
                invalid(expression, problem)
            }
        }
        return variables
    }

    private static func isIdentifier(_ text: String) -> Bool {
        guard let first = text.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return FieldName.isExpressible(text) && FieldName.escape(text) == text
    }

    private mutating func validation(_ validation: Place, _ types: [String: CELType], hasParams: Bool, _ variables: PolicyVariables) {
        let (expression, message, made) = (validation["expression"], validation["message"], validation["messageExpression"])
        if RuleNode.Rule.trimmed(expression.text).isEmpty {
            required(expression, "expression is not specified")
        } else if let problem = CompiledExpression(expression.text, types, returns: [.bool]).problem {
            invalid(expression, problem)
        }
        if !made.isEmpty {
            let scope = AdmissionTypes.variables(hasParams: hasParams, hasAuthorizer: false, composed: variables.types)
            if RuleNode.Rule.trimmed(made.text).isEmpty {
                invalid(made, "must be non-empty if specified")
            } else if let problem = CompiledExpression(made.text, scope, returns: [.string]).problem {
                invalid(made, problem)
            }
        }
        if !message.isEmpty {
            let text = RuleNode.Rule.trimmed(message.text)
            if text.isEmpty { invalid(message, "must be non-empty if specified") }
            if text.contains(where: \.isNewline) { invalid(message, "must not contain line breaks") }
        }
        oneOfIfPresent(validation["reason"], ["Forbidden", "Invalid", "RequestEntityTooLarge"])
    }

    private mutating func auditAnnotations(_ annotations: Place, _ policy: String, _ types: [String: CELType]) {
        if annotations.count > Self.policyAnnotationLimit {
            invalid(annotations, "must not have more than \(Self.policyAnnotationLimit) auditAnnotations")
        }
        var seen: Set<String> = []
        for annotation in annotations.items {
            let (key, expression) = (annotation["key"], annotation["valueExpression"])
            if policy.isEmpty {
                invalid(key, "requires metadata.name be non-empty")
            } else {
                for problem in Formats.qualifiedName("\(policy)/\(key.text)") {
                    invalid(key, problem, value: .string("\(policy)/\(key.text)"))
                }
            }
            let text = RuleNode.Rule.trimmed(expression.text)
            if text.isEmpty {
                required(expression, "valueExpression is not specified")
            } else if text.utf8.count > Self.policyAnnotationExpressionLimit {
                required(expression, "must not exceed \(Self.policyAnnotationExpressionLimit) bytes in length")
            } else if let problem = CompiledExpression(text, types, returns: [.string, .null]).problem {
                invalid(expression, problem)
            }
            if !seen.insert(key.text).inserted { duplicate(key) }
        }
    }

    private mutating func mutation(_ mutation: Place, _ types: [String: CELType]) {
        let type = mutation["patchType"]
        if type.isEmpty { return required(type) }
        let fields = ["ApplyConfiguration": "applyConfiguration", "JSONPatch": "jsonPatch"]
        guard let own = fields[type.text] else { return unsupported(type, ["ApplyConfiguration", "JSONPatch"]) }
        let source = mutation[own]
        if !source.isPresent {
            required(source, "must be specified when patchType is \(type.text)")
        } else {
            let expression = source["expression"]
            let text = RuleNode.Rule.trimmed(expression.text)
            let returns = MutatingPolicy.returns(isPatch: own == "jsonPatch")
            if text.isEmpty {
                required(expression)
            } else if let problem = CompiledExpression(text, types, returns: returns, messages: MutatingPolicy.messages).problem {
                invalid(expression, problem, value: .string(text))
            }
        }
        for (_, other) in fields where other != own && mutation[other].isPresent {
            invalid(mutation[other], "must not be specified when patchType is \(type.text)", value: .string("{\(other)}"))
        }
    }

    // MARK: What policies are about

    private mutating func matchResources(_ resources: Place) {
        let policy = resources["matchPolicy"]
        if policy.isEmpty { required(policy) } else { oneOfIfPresent(policy, ["Equivalent", "Exact"]) }
        for field in ["namespaceSelector", "objectSelector"] {
            if resources[field].isPresent { labelSelector(resources[field]) } else { required(resources[field]) }
        }
        for field in ["resourceRules", "excludeResourceRules"] {
            for rule in resources[field].items {
                var seen: Set<String> = []
                for name in rule["resourceNames"].items {
                    for problem in Formats.pathSegment(name.text) { invalid(name, problem) }
                    if !seen.insert(name.text).inserted { duplicate(name) }
                }
                webhookRule(rule)
            }
        }
    }

    private static let mutableOperations = ["*", "CONNECT", "CREATE", "UPDATE"]

    /// What is deleted cannot be changed.
    private mutating func mutableOperations(_ resources: Place) {
        for rule in resources["resourceRules"].items {
            for operation in rule["operations"].items where !Self.mutableOperations.contains(operation.text) {
                unsupported(resources["resourceRules"]["operations"], Self.mutableOperations, value: .string(operation.text))
            }
        }
    }

    // MARK: Bindings

    mutating func policyBinding(_ object: Place, isMutating: Bool) {
        let spec = object["spec"]
        let name = spec["policyName"]
        if name.isEmpty { required(name) } else { dnsSubdomain(name) }
        if spec["paramRef"].isPresent { paramReference(spec["paramRef"]) }
        if spec["matchResources"].isPresent { matchResources(spec["matchResources"]) }
        if isMutating { return mutableOperations(spec["matchResources"]) }
        let actions = spec["validationActions"]
        var seen: Set<String> = []
        for action in actions.items {
            if !["Audit", "Deny", "Warn"].contains(action.text) { unsupported(action, ["Audit", "Deny", "Warn"]) }
            if !seen.insert(action.text).inserted { duplicate(action) }
        }
        if seen.isSuperset(of: ["Deny", "Warn"]) {
            invalid(
                actions,
                "must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves "
                    + "no purpose)")
        }
        if seen.isEmpty { required(actions, "at least one validation action is required") }
    }

    private mutating func paramReference(_ reference: Place) {
        let (name, selector, action) = (reference["name"], reference["selector"], reference["parameterNotFoundAction"])
        let both = "name and selector are mutually exclusive"
        if !name.isEmpty {
            for problem in Formats.pathSegment(name.text) { invalid(name, problem) }
            if selector.isPresent { forbidden(name, both) }
        }
        if selector.isPresent {
            labelSelector(selector)
            if !name.isEmpty { forbidden(selector, both) }
        }
        if name.isEmpty, !selector.isPresent { required(reference, "one of name or selector must be specified") }
        if action.isEmpty { required(action) } else { oneOfIfPresent(action, ["Deny", "Allow"]) }
    }
}
