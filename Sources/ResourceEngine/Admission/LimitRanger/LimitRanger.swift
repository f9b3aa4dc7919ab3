import Core
import Values

/// Fills in requests and limits from a namespace's limit ranges and refuses pods and claims outside of them
/// (upstream's `plugin/pkg/admission/limitranger`).
struct LimitRanger: MutatingPlugin, ValidatingPlugin {
    let name = "LimitRanger"
    private static let annotation = "kubernetes.io/limit-ranger"

    func mutate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        guard isPod(request), var pod = request.object else { return }
        let ranges = try cluster.list("limitranges", namespace: request.namespace)
        guard !ranges.isEmpty else { return }
        request.object = nil
        defer { request.object = pod }
        for range in ranges { fill(&pod, range) }
    }

    func validate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        let isPod = isPod(request)
        let isClaim =
            request.isCore("persistentvolumeclaims") && (request.operation == .create || request.operation == .update)
        guard isPod || isClaim, let object = request.object else { return }
        var problems: [String] = []
        for range in try cluster.list("limitranges", namespace: request.namespace) {
            for limit in range[path: "spec", "limits"]?.array ?? [] {
                isPod ? checkPod(object, limit, &problems) : checkClaim(object, limit, &problems)
            }
        }
        guard !problems.isEmpty else { return }
        throw request.forbidden(problems.count == 1 ? problems[0] : "[\(problems.joined(separator: ", "))]")
    }

    /// A new pod, or new resources for one.
    private func isPod(_ request: AdmissionRequest) -> Bool {
        guard request.operation == .update else { return request.operation == .create && request.isCore("pods") }
        return request.subresource == "resize" && request.groupResource == GroupResource(group: "", resource: "pods")
    }

    // MARK: Defaults

    private func fill(_ pod: inout Value, _ range: Value) {
        var requests: [String: Value] = [:]
        var limits: [String: Value] = [:]
        for limit in range[path: "spec", "limits"]?.array ?? [] where limit["type"] == "Container" {
            for member in limit["defaultRequest"]?.object ?? Object() { requests[member.key] = member.value }
            for member in limit["default"]?.object ?? Object() { limits[member.key] = member.value }
        }
        var notes: [String] = []
        for (list, word) in [("containers", "container"), ("initContainers", "init container")] {
            guard var containers = pod[path: "spec", list]?.array else { continue }
            for position in containers.indices {
                for (kind, defaults) in [("requests", requests), ("limits", limits)] {
                    var set: [String] = []
                    var amounts = containers[position][path: "resources", kind]?.object ?? Object()
                    for (name, amount) in defaults.sorted(by: { $0.key < $1.key }) where amounts[name] == nil {
                        amounts[name] = amount
                        set.append(name)
                    }
                    guard !set.isEmpty else { continue }
                    if containers[position]["resources"]?.object == nil { containers[position]["resources"] = .object(Object()) }
                    containers[position]["resources"]?[kind] = .object(amounts)
                    let container = containers[position]["name"]?.string ?? ""
                    notes.append("\(set.joined(separator: ", ")) \(kind.dropLast()) for \(word) \(container)")
                }
            }
            pod["spec"]?[list] = .array(containers)
        }
        guard !notes.isEmpty else { return }
        var annotations = pod.meta("annotations")?.object ?? Object()
        annotations[Self.annotation] = .string("LimitRanger plugin set: " + notes.joined(separator: "; "))
        pod.setMeta("annotations", .object(annotations))
    }

    // MARK: Limits

    private func checkPod(_ pod: Value, _ limit: Value, _ problems: inout [String]) {
        let containers = pod[path: "spec", "containers"]?.array ?? []
        let initial = pod[path: "spec", "initContainers"]?.array ?? []
        switch limit["type"]?.string {
        case "Container":
            for container in containers + initial {
                check(container[path: "resources", "requests"], container[path: "resources", "limits"], limit, "Container", &problems)
            }
        case "Pod":
            func total(_ kind: String) -> Value {
                var sum: [String: Quantity] = [:]
                for container in containers {
                    for member in container["resources"]?[kind]?.object ?? Object() {
                        sum[member.key, default: .zero] += member.value.string.flatMap(Quantity.init) ?? .zero
                    }
                }
                for container in initial {
                    for member in container["resources"]?[kind]?.object ?? Object() {
                        guard let amount = member.value.string.flatMap(Quantity.init) else { continue }
                        if amount > sum[member.key] ?? .zero { sum[member.key] = amount }
                    }
                }
                return .object(Object(sum.map { ($0.key, .string($0.value.description)) }))
            }
            check(total("requests"), total("limits"), limit, "Pod", &problems)
        default: break
        }
    }

    private func checkClaim(_ claim: Value, _ limit: Value, _ problems: inout [String]) {
        guard limit["type"] == "PersistentVolumeClaim" else { return }
        check(claim[path: "spec", "resources"]?["requests"], nil, limit, "PersistentVolumeClaim", &problems)
    }

    private func check(_ requests: Value?, _ limits: Value?, _ limit: Value, _ type: String, _ problems: inout [String]) {
        func amount(_ list: Value?, _ name: String) -> Quantity? { list?[name]?.string.flatMap(Quantity.init) }
        func bounds(_ field: String) -> [(name: String, text: String, amount: Quantity)] {
            (limit[field]?.object ?? Object()).sorted { $0.key < $1.key }.compactMap { member in
                guard let text = member.value.string, let amount = Quantity(text) else { return nil }
                return (member.key, text, amount)
            }
        }
        for bound in bounds("min") {
            let (asked, limited) = (amount(requests, bound.name), amount(limits, bound.name))
            guard let asked else {
                problems.append("minimum \(bound.name) usage per \(type) is \(bound.text).  No request is specified")
                continue
            }
            if asked < bound.amount {
                problems.append("minimum \(bound.name) usage per \(type) is \(bound.text), but request is \(asked)")
            } else if let limited, limited < bound.amount {
                problems.append("minimum \(bound.name) usage per \(type) is \(bound.text), but limit is \(limited)")
            }
        }
        for bound in bounds("max") {
            let (asked, limited) = (amount(requests, bound.name), amount(limits, bound.name))
            if type == "PersistentVolumeClaim" {
                if let asked, asked > bound.amount {
                    problems.append("maximum \(bound.name) usage per \(type) is \(bound.text), but request is \(asked)")
                }
                continue
            }
            guard let limited else {
                problems.append("maximum \(bound.name) usage per \(type) is \(bound.text).  No limit is specified")
                continue
            }
            if limited > bound.amount {
                problems.append("maximum \(bound.name) usage per \(type) is \(bound.text), but limit is \(limited)")
            } else if let asked, asked > bound.amount {
                problems.append("maximum \(bound.name) usage per \(type) is \(bound.text), but request is \(asked)")
            }
        }
        for bound in bounds("maxLimitRequestRatio") {
            guard let asked = amount(requests, bound.name), let limited = amount(limits, bound.name), !asked.isZero else {
                problems.append(
                    "\(bound.name) max limit to request ratio per \(type) is \(bound.text), but no request is specified or request is 0")
                continue
            }
            if limited.double / asked.double > bound.amount.double {
                problems.append(
                    "\(bound.name) max limit to request ratio per \(type) is \(bound.text), but provided ratio is \(limited.double / asked.double)"
                )
            }
        }
    }
}
