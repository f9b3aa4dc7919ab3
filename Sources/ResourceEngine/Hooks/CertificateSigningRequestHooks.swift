import Values

/// Certificate signing requests: who asks is the server's to say; approval and certificate change through subresources of their own.
struct CertificateSigningRequestHooks: ResourceHooks {
    private static let decisions: Set<String> = ["Approved", "Denied"]

    func prepareForCreate(_ object: inout Value, _ context: HookContext) throws {
        if object["spec"]?.object == nil { object["spec"] = .object(Object()) }
        let user = context.user
        object["spec"]?["username"] = user.name.isEmpty ? nil : .string(user.name)
        object["spec"]?["uid"] = user.uid.isEmpty ? nil : .string(user.uid)
        object["spec"]?["groups"] = user.groups.isEmpty ? nil : .array(user.groups.map { .string($0) })
        let extra = user.extra.sorted { $0.key < $1.key }.map { ($0.key, Value.array($0.value.map { .string($0) })) }
        object["spec"]?["extra"] = extra.isEmpty ? nil : .object(Object(extra))
        object["status"] = .object(Object())
    }

    func prepareForUpdate(_ object: inout Value, old: Value, _ context: HookContext) throws {
        let given = object["status"]
        object["spec"] = old["spec"]
        object["status"] = old["status"] ?? .object(Object())
        switch context.subresource {
        case "approval": object["status"]?["conditions"] = stamped(given?["conditions"]?.array ?? [], context)
        case "status":
            object["status"]?["certificate"] = given?["certificate"]
            // Decisions are made through `approval` only.
            let kept = (old[path: "status", "conditions"]?.array ?? []).filter(isDecision)
            object["status"]?["conditions"] = stamped(kept + (given?["conditions"]?.array ?? []).filter { !isDecision($0) }, context)
        default: break
        }
    }

    private func isDecision(_ condition: Value) -> Bool { Self.decisions.contains(condition["type"]?.string ?? "") }

    private func stamped(_ conditions: [Value], _ context: HookContext) -> Value? {
        guard !conditions.isEmpty else { return nil }
        return .array(
            conditions.map { condition in
                var condition = condition
                for field in ["lastUpdateTime", "lastTransitionTime"] where condition[field]?.string == nil {
                    condition[field] = .string(context.now.rfc3339)
                }
                return condition
            })
    }
}
