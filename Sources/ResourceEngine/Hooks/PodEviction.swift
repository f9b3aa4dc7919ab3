import Core
import Values

/// `pods/eviction`: deletes a pod unless its disruption budget is used up (upstream's `pod/storage/eviction.go`).
struct PodEviction: SubresourceHandler {
    /// More pods than this are not disrupted at a time: the controller has fallen behind.
    static let disruptedPodLimit = 2000

    func perform(_ request: APIRequest, body: Value, on resource: ServedResource, _ engine: ResourceEngine) async throws -> Value {
        let name = body.meta("name")?.string ?? ""
        guard name == request.name else { throw APIError.badRequest("name in URL does not match name in Eviction object") }
        var deletion = request
        deletion.verb = .delete
        deletion.subresource = ""
        if let options = body["deleteOptions"], !options.isNull {
            deletion.options.gracePeriodSeconds = options["gracePeriodSeconds"]?.int ?? deletion.options.gracePeriodSeconds
            deletion.options.propagationPolicy = options["propagationPolicy"]?.string ?? ""
            deletion.options.preconditionUID = options[path: "preconditions", "uid"]?.string
            deletion.options.preconditionResourceVersion = options[path: "preconditions", "resourceVersion"]?.string
            if options["dryRun"]?.array?.contains("All") == true { deletion.options.isDryRun = true }
        }
        let key = ObjectKey(namespace: request.namespace, name: request.name)
        guard let pod = try engine.cluster.get(resource.bucket, key) else { throw APIError.notFound(resource.groupResource, request.name) }
        if !isGoneAnyway(pod) { try await takeFromBudget(pod, deletion, engine) }

        let now = engine.cluster.clock.now
        if !deletion.options.isDryRun {
            try await engine.modify(deletion, resource) { pod in
                pod.setCondition(
                    "DisruptionTarget", status: "True", reason: "EvictionByEvictionAPI", message: "Eviction API: evicting", now: now)
            }
            deletion.options.preconditionResourceVersion = nil
        }
        _ = try await engine.delete(deletion, resource)
        return ["kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success", "code": 201]
    }

    /// Pods that do no work cost no budget.
    private func isGoneAnyway(_ pod: Value) -> Bool {
        ["Succeeded", "Failed", "Pending"].contains(pod[path: "status", "phase"]?.string ?? "") || pod.meta("deletionTimestamp") != nil
    }

    private func takeFromBudget(_ pod: Value, _ request: APIRequest, _ engine: ResourceEngine) async throws {
        let labels = pod.metaStrings("labels")
        let budgets = try engine.cluster.list("policy/poddisruptionbudgets", namespace: request.namespace).filter { budget in
            (try? LabelMatcher(selector: budget[path: "spec", "selector"]).matches(labels)) ?? false
        }
        guard budgets.count <= 1 else {
            throw APIError(
                code: 500, reason: .unknown,
                message: "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.")
        }
        guard let budget = budgets.first else { return }
        let isReady = pod[path: "status", "conditions"]?.array?.contains { $0["type"] == "Ready" && $0["status"] == "True" } ?? false
        if !isReady {
            let healthy = budget[path: "status", "currentHealthy"]?.int ?? 0
            let desired = budget[path: "status", "desiredHealthy"]?.int ?? 0
            if budget[path: "spec", "unhealthyPodEvictionPolicy"]?.string == "AlwaysAllow" || (healthy >= desired && desired > 0) { return }
        }
        guard let resource = engine.registry[GroupVersionResource(group: "policy", version: "v1", resource: "poddisruptionbudgets")] else {
            return
        }
        var update = request
        update.name = budget.name
        let now = engine.cluster.clock.now
        try await engine.modify(update, resource) { budget in
            try check(budget)
            let allowed = budget[path: "status", "disruptionsAllowed"]?.int ?? 0
            budget["status"]?["disruptionsAllowed"] = .int(allowed - 1)
            if allowed == 1 {
                budget.setCondition("DisruptionAllowed", status: "False", reason: "InsufficientPods", now: now)
                let generation = budget[path: "status", "observedGeneration"]
                if let position = budget["status"]?["conditions"]?.array?.firstIndex(where: { $0["type"] == "DisruptionAllowed" }) {
                    budget["status"]?["conditions"]?.elements[position]["observedGeneration"] = generation
                    budget["status"]?["conditions"]?.elements[position]["message"] = ""
                }
            }
            if budget[path: "status", "disruptedPods"]?.object == nil { budget["status"]?["disruptedPods"] = .object(Object()) }
            budget["status"]?["disruptedPods"]?[request.name] = .string(now.rfc3339)
        }
    }

    private func check(_ budget: Value) throws {
        let status = budget["status"] ?? [:]
        if (status["observedGeneration"]?.int ?? 0) < (budget.meta("generation")?.int ?? 0) {
            throw refused("The disruption budget \(budget.name) is still being processed by the server.", retryAfter: 10)
        }
        guard status["disruptedPods"]?.object?.count ?? 0 <= Self.disruptedPodLimit else {
            throw APIError.forbidden(
                GroupResource(group: "policy", resource: "poddisruptionbudget"), budget.name,
                "DisruptedPods map too big - too many evictions not confirmed by PDB controller")
        }
        guard (status["disruptionsAllowed"]?.int ?? 0) <= 0 else { return }
        let healthy = status["currentHealthy"]?.int ?? 0
        let desired = status["desiredHealthy"]?.int ?? 0
        let condition = status["conditions"]?.array?.first { $0["type"] == "DisruptionAllowed" && $0["status"] == "False" }
        let message = condition?["message"]?.string ?? ""
        let reason = condition?["reason"]?.string ?? ""
        if !message.isEmpty, reason == "SyncFailed" {
            throw refused(
                "The disruption budget \(budget.name) does not allow evicting pods currently because it failed sync: \(message)",
                retryAfter: 0)
        }
        if healthy <= desired {
            throw refused("The disruption budget \(budget.name) needs \(desired) healthy pods and has \(healthy) currently", retryAfter: 0)
        }
        throw refused(
            "The disruption budget \(budget.name) does not allow evicting pods currently"
                + (message.isEmpty ? "" : " (\(reason)): \(message)"),
            retryAfter: 0)
    }

    private func refused(_ why: String, retryAfter: Int) -> APIError {
        var error = APIError.tooManyRequests(
            "Cannot evict pod as it would violate the pod's disruption budget.", retryAfterSeconds: retryAfter)
        error.causes = [.init(reason: "DisruptionBudget", message: why, field: "")]
        return error
    }
}
