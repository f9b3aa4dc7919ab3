import Core
import Values

/// Lets only those write parts of a ResourceClaim's status who may do so: what is allocated, and for whom, by rights upon
/// `resourceclaims/binding`; what drivers say of their devices by rights upon `resourceclaims/driver` (KEP-4817, the gate
/// DRAResourceClaimGranularStatusAuthorization). Upstream has the checks in the registry of the kind; here they are a validating plugin that is
/// always there.
package struct ClaimStatusAuthorization: ValidatingPlugin {
    package let name = "ResourceClaimStatusAuthorization"
    private let authorizer: any Authorizer

    package init(_ authorizer: any Authorizer) { self.authorizer = authorizer }

    package func validate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        guard request.operation == .update, request.groupResource.description == "resourceclaims.resource.k8s.io",
            request.subresource == "status", let object = request.object
        else { return }
        let (new, old) = (object["status"], request.oldObject?["status"])
        var causes: [APIError.Cause] = []
        func refuse(_ field: String, _ what: String, _ part: String, _ verb: String, _ why: String) {
            let right = "resource=\"resourceclaims/\(part)\", verb=\"\(verb)\""
            causes.append(
                APIError.Cause(
                    reason: "FieldValueForbidden", message: "Forbidden: changing \(what) requires \(right) permission: \(why)", field: field
                ))
        }
        let verb = request.request.verb.rawValue
        if ["allocation", "reservedFor"].contains(where: { !Validator.same(new?[$0], old?[$0]) }) {
            // A claim is bound to a node of the whole cluster, whatever its namespace.
            if let why = await refusal(request, "binding", verb: verb, namespace: "", name: "") {
                refuse("status.allocation", "status.allocation or status.reservedFor", "binding", verb, why)
            }
        }
        // What drivers said of a claim goes with its allocation.
        if let allocation = new?["allocation"], !allocation.isNull {
            let prefixes = Self.isOnNode(of: allocation, request.user) ? ["associated-node:", "arbitrary-node:"] : ["arbitrary-node:"]
            let verbs = prefixes.map { $0 + verb }
            for driver in Self.changedDrivers(new, old) {
                var first: String?
                for verb in verbs {
                    guard let why = await refusal(request, "driver", verb: verb, namespace: request.namespace, name: driver) else {
                        first = nil
                        break
                    }
                    first = first ?? why
                }
                if let first { refuse("status.devices", "status.devices", "driver", "[\(verbs.joined(separator: " "))]", first) }
            }
        }
        if !causes.isEmpty { throw APIError.invalid(request.schema.kind, request.name, causes) }
    }

    /// Why the user of a request has no right upon a part of claims; nil when it has.
    private func refusal(_ request: AdmissionRequest, _ part: String, verb: String, namespace: String, name: String) async -> String? {
        let attributes = RequestAttributes(
            user: request.user, verb: verb, resource: request.request.resource, subresource: part, namespace: namespace, name: name)
        let decision = await authorizer.authorize(attributes)
        guard !decision.isAllowed else { return nil }
        let why = [decision.error, decision.reason].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ": ")
        return attributes.forbidden(why).message
    }

    /// The drivers, sorted, of whose devices something else is said than before.
    private static func changedDrivers(_ new: Value?, _ old: Value?) -> [String] {
        func devices(_ status: Value?) -> [[String]: Value] {
            let pairs = (status?["devices"]?.array ?? []).map { device in
                (["driver", "pool", "device", "shareID"].map { device[$0]?.string ?? "" }, device)
            }
            return Dictionary(pairs) { _, last in last }
        }
        let (after, before) = (devices(new), devices(old))
        return Set(Set(after.keys).union(before.keys).filter { !Validator.same(after[$0], before[$0]) }.map { $0[0] }).sorted()
    }

    /// Whether the user is a service account whose token is bound to the one node that devices were allocated on.
    private static func isOnNode(of allocation: Value, _ user: UserInfo) -> Bool {
        guard user.name.hasPrefix("system:serviceaccount:"), let terms = allocation[path: "nodeSelector", "nodeSelectorTerms"]?.array,
            terms.count == 1, (terms[0]["matchExpressions"]?.array ?? []).isEmpty, let fields = terms[0]["matchFields"]?.array,
            fields.count == 1, fields[0]["key"]?.string == "metadata.name", fields[0]["operator"]?.string == "In",
            let nodes = fields[0]["values"]?.array, nodes.count == 1, let node = nodes[0].string, !node.isEmpty
        else { return false }
        return user.extra["authentication.kubernetes.io/node-name"] == [node]
    }
}
