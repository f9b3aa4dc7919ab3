import Core
import Values

/// `pods/binding`: gives a pod its node, once.
struct PodBinding: SubresourceHandler {
    func perform(_ request: APIRequest, body: Value, on resource: ServedResource, _ engine: ResourceEngine) async throws -> Value {
        let name = body.meta("name")?.string ?? ""
        guard name == request.name else { throw APIError.badRequest("name in URL does not match name in Binding object") }
        let kind = body[path: "target", "kind"]?.string ?? ""
        let node = body[path: "target", "name"]?.string ?? ""
        guard kind.isEmpty || kind == "Node" else {
            throw APIError(
                code: 500, reason: .unknown, message: "target.kind: Unsupported value: \"\(kind)\": supported values: \"Node\", \"<empty>\""
            )
        }
        guard !node.isEmpty else { throw APIError(code: 500, reason: .unknown, message: "target.name: Required value") }
        try await engine.modify(request, resource) { pod in
            func refuse(_ why: String) -> APIError {
                .conflict(GroupResource(group: "", resource: "pods/binding"), request.name, why)
            }
            for (field, name) in [("uid", "UID"), ("resourceVersion", "ResourceVersion")] {
                guard let wanted = body.meta(field)?.string, !wanted.isEmpty, wanted != pod.meta(field)?.string else { continue }
                throw APIError.conflict(
                    GroupResource(group: "", resource: "pods"), request.name,
                    "Precondition failed: \(name) in precondition: \(wanted), \(name) in object meta: \(pod.meta(field)?.string ?? "")")
            }
            if pod.meta("deletionTimestamp") != nil { throw refuse("pod \(name) is being deleted, cannot be assigned to a host") }
            if let bound = pod[path: "spec", "nodeName"]?.string, !bound.isEmpty {
                throw refuse("pod \(name) is already assigned to node \"\(bound)\"")
            }
            if pod[path: "spec", "schedulingGates"]?.array?.isEmpty == false {
                throw refuse("pod \(name) has non-empty .spec.schedulingGates")
            }
            pod["spec"]?["nodeName"] = .string(node)
            pod["status"]?["nominatedNodeName"] = nil
            for field in ["annotations", "labels"] {
                guard let given = body.meta(field)?.object, !given.isEmpty else { continue }
                var all = pod.meta(field)?.object ?? Object()
                for member in given { all[member.key] = member.value }
                pod.setMeta(field, .object(all))
            }
            pod.setCondition("PodScheduled", status: "True", now: engine.cluster.clock.now)
        }
        return ["kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success", "code": 201]
    }
}

extension ResourceEngine {
    /// `bindings`: the old way to post a pod's binding, named by its body alone.
    func createBinding(_ body: Value, _ request: APIRequest, _ resource: ServedResource) async throws -> EngineResponse {
        guard let pods = registry[GroupVersionResource(group: "", version: "v1", resource: "pods")] else { throw APIError.unknownResource }
        guard !body.name.isEmpty else { throw APIError.badRequest("Name parameter required.") }
        var binding = request
        binding.resource = pods.schema.resource
        binding.name = body.name
        binding.subresource = "binding"
        let kind = pods.schema.subresources.first { $0.name == "binding" }?.kind
        let (admitted, warnings) = try await admit(
            body, AdmissionRequest(operation: .create, resource: pods, kind: kind, request: binding, object: nil, oldObject: nil))
        let answer = try await PodBinding().perform(binding, body: admitted, on: pods, self)
        return EngineResponse(.object(.value(answer)), code: 201, warnings: warnings, resource: resource)
    }
}

extension Value {
    /// Sets a condition of `status`; its transition time moves only when its status does.
    mutating func setCondition(_ type: String, status: String, reason: String = "", message: String = "", now: Timestamp) {
        var condition: Value = [
            "type": .string(type), "status": .string(status), "lastProbeTime": .null, "lastTransitionTime": .string(now.rfc3339),
        ]
        if !reason.isEmpty { condition["reason"] = .string(reason) }
        if !message.isEmpty { condition["message"] = .string(message) }
        if self["status"]?.object == nil { self["status"] = .object(Object()) }
        var conditions = self["status"]?["conditions"]?.array ?? []
        if let position = conditions.firstIndex(where: { $0["type"]?.string == type }) {
            if conditions[position]["status"]?.string == status {
                condition["lastTransitionTime"] = conditions[position]["lastTransitionTime"] ?? condition["lastTransitionTime"]
            }
            conditions[position] = condition
        } else {
            conditions.append(condition)
        }
        self["status"]?["conditions"] = .array(conditions)
    }
}
