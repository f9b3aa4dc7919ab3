import Core
import Cryptography
import Values

/// Keeps a node to itself: its own Node, lease and CSINode, the pods that are bound to it, and tokens of those. On by default here, so
/// that a node that has been broken into harms no other (upstream's `noderestriction`).
struct NodeRestriction: MutatingPlugin {
    let name = "NodeRestriction"
    let authorizer: any Authorizer

    private static let mirrorAnnotation = "kubernetes.io/config.mirror"
    private static let leaseNamespace = "kube-node-lease"
    private static let ownLabels: Set<String> = [
        "kubernetes.io/hostname", "topology.kubernetes.io/zone", "topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/zone",
        "failure-domain.beta.kubernetes.io/region", "beta.kubernetes.io/instance-type", "node.kubernetes.io/instance-type",
        "kubernetes.io/os",
        "kubernetes.io/arch", "beta.kubernetes.io/os", "beta.kubernetes.io/arch",
    ]
    private static let ownLabelNamespaces = ["kubelet.kubernetes.io", "node.kubernetes.io"]

    func mutate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        guard request.user.groups.contains("system:nodes"), request.user.name.hasPrefix("system:node:") else { return }
        let node = String(request.user.name.dropFirst("system:node:".count))
        guard !node.isEmpty else { throw request.forbidden("could not determine node from user \"\(request.user.name)\"") }
        switch request.groupResource.description {
        case "pods": try checkPod(node, request, cluster)
        case "nodes": try checkNode(node, request)
        case "persistentvolumeclaims": try checkClaim(node, request)
        case "serviceaccounts":
            if request.operation == .create, request.subresource == "token" { try await checkToken(node, request, cluster) }
        case "leases.coordination.k8s.io":
            guard request.namespace == Self.leaseNamespace else {
                throw request.forbidden("can only access leases in the \"\(Self.leaseNamespace)\" system namespace")
            }
            guard request.name == node else {
                throw request.forbidden("can only access node lease with the same name as the requesting node")
            }
        case "csinodes.storage.k8s.io":
            guard request.name == node else {
                throw request.forbidden("can only access CSINode with the same name as the requesting node")
            }
        case "certificatesigningrequests.certificates.k8s.io":
            if request.operation == .create, request.subresource.isEmpty { try checkSigningRequest(node, request) }
        case "resourceslices.resource.k8s.io":
            let object = request.operation == .create ? request.object : request.operation == .delete ? request.oldObject : nil
            if let object, object[path: "spec", "nodeName"]?.string != node {
                throw request.forbidden(
                    "can only \(request.operation.rawValue.lowercased()) ResourceSlice with the same NodeName as the requesting node")
            }
        default: return
        }
    }

    /// A node asks for certificates in its own name only; the rest of a request is for those who approve and sign it to look at.
    private func checkSigningRequest(_ node: String, _ request: AdmissionRequest) throws {
        let spec = request.object?["spec"] ?? .null
        guard ["kubernetes.io/kubelet-serving", "kubernetes.io/kube-apiserver-client-kubelet"].contains(spec["signerName"]?.string) else {
            return
        }
        let name: String?
        do {
            let pem = String(decoding: try Base64.decode(spec["request"]?.string ?? ""), as: UTF8.self)
            name = try CertificationRequest(pem: pem).subject.commonNames.first
        } catch { throw request.forbidden("unable to parse csr: \(error)") }
        guard name == "system:node:\(node)" else { throw request.forbidden("can only create a node CSR with CN=system:node:\(node)") }
    }

    // MARK: Pods

    private func checkPod(_ node: String, _ request: AdmissionRequest, _ cluster: ClusterState) throws {
        switch (request.subresource, request.operation) {
        case ("", .create): try checkMirrorPod(node, request, cluster)
        case ("", .delete):
            guard request.oldObject?[path: "spec", "nodeName"]?.string == node else {
                throw request.forbidden("node \"\(node)\" can only delete pods with spec.nodeName set to itself")
            }
        case ("", _):
            throw request.forbidden(
                "unexpected operation \"\(request.operation.rawValue)\", node \"\(node)\" can only create and delete mirror pods")
        case ("status", .update):
            guard let old = request.oldObject, old[path: "spec", "nodeName"]?.string == node else {
                throw request.forbidden("node \"\(node)\" can only update pod status for pods with spec.nodeName set to itself")
            }
            guard request.object?.metaStrings("labels") ?? [:] == old.metaStrings("labels") else {
                throw request.forbidden("node \"\(node)\" cannot update labels through pod status")
            }
            for (field, shown) in [
                ("resourceClaimStatuses", "resource claim statues"), ("extendedResourceClaimStatus", "extended resource claim status"),
            ] where !Self.same(request.object?[path: "status", field], old[path: "status", field]) {
                throw request.forbidden("node \"\(node)\" cannot update \(shown)")
            }
        case ("eviction", .create):
            guard let pod = try cluster.get("pods", ObjectKey(namespace: request.namespace, name: request.name)) else {
                throw APIError.notFound(request.groupResource, request.name)
            }
            guard pod[path: "spec", "nodeName"]?.string == node else {
                throw request.forbidden("node \(node) can only evict pods with spec.nodeName set to itself")
            }
        case ("status", _), ("eviction", _): throw request.forbidden("unexpected operation \"\(request.operation.rawValue)\"")
        default:
            throw request.forbidden("unexpected pod subresource \"\(request.subresource)\", only 'status' and 'eviction' are allowed")
        }
    }

    /// The only pods a node makes are images of those it runs by its own configuration.
    private func checkMirrorPod(_ node: String, _ request: AdmissionRequest, _ cluster: ClusterState) throws {
        guard let pod = request.object else { return }
        guard pod.metaStrings("annotations")[Self.mirrorAnnotation] != nil else {
            throw request.forbidden(
                "pod does not have \"\(Self.mirrorAnnotation)\" annotation, node \"\(node)\" can only create mirror pods")
        }
        guard pod[path: "spec", "nodeName"]?.string == node else {
            throw request.forbidden("node \"\(node)\" can only create pods with spec.nodeName set to itself")
        }
        let owners = pod.meta("ownerReferences")?.array ?? []
        guard owners.count <= 1 else {
            throw request.forbidden("node \"\(node)\" can only create pods with a single owner reference set to itself")
        }
        guard let owner = owners.first, owner["apiVersion"] == "v1", owner["kind"] == "Node", owner["name"]?.string == node else {
            throw request.forbidden("node \"\(node)\" can only create pods with an owner reference set to itself")
        }
        guard owner["controller"]?.bool == true else {
            throw request.forbidden("node \"\(node)\" can only create pods with a controller owner reference set to itself")
        }
        guard owner["blockOwnerDeletion"]?.bool != true else {
            throw request.forbidden("node \"\(node)\" must not set blockOwnerDeletion on an owner reference")
        }
        guard let own = cluster.store.get("nodes", ObjectKey(name: node)) else {
            throw APIError.notFound(GroupResource(group: "", resource: "nodes"), node)
        }
        guard owner["uid"]?.string == own.summary.uid else {
            throw request.forbidden("node \(node) UID mismatch: expected \(owner["uid"]?.string ?? "") got \(own.summary.uid)")
        }
        if let reference = Self.reference(pod) {
            throw request.forbidden("node \"\(node)\" can not create pods that reference \(reference)")
        }
    }

    /// What of the API a pod names, and would have the node see.
    private static func reference(_ pod: Value) -> String? {
        let spec = pod["spec"] ?? .null
        if spec["serviceAccountName"]?.string?.isEmpty == false { return "serviceaccounts" }
        if spec["imagePullSecrets"]?.array?.isEmpty == false { return "secrets" }
        for field in ["initContainers", "containers", "ephemeralContainers"] {
            for container in spec[field]?.array ?? [] {
                for source in container["envFrom"]?.array ?? [] {
                    if source["secretRef"]?.object != nil { return "secrets" }
                    if source["configMapRef"]?.object != nil { return "configmaps" }
                }
                for variable in container["env"]?.array ?? [] {
                    if variable[path: "valueFrom", "secretKeyRef"]?.object != nil { return "secrets" }
                    if variable[path: "valueFrom", "configMapKeyRef"]?.object != nil { return "configmaps" }
                }
            }
        }
        if spec["resourceClaims"]?.array?.isEmpty == false { return "resourceclaims" }
        let kinds = [
            ("configMap", "configmaps (via configmap volumes)"), ("secret", "secrets (via secret volumes)"),
            ("csi", "csidrivers (via CSI volumes)"), ("glusterfs", "endpoints (via glusterFS volumes)"),
            ("persistentVolumeClaim", "persistentvolumeclaims"), ("ephemeral", "persistentvolumeclaims (via ephemeral volumes)"),
            ("azureFile", "secrets (via azureFile volumes)"),
        ]
        for volume in spec["volumes"]?.array ?? [] {
            if let found = kinds.first(where: { volume[$0.0]?.object != nil }) { return found.1 }
            for source in volume[path: "projected", "sources"]?.array ?? [] where source["downwardAPI"]?.object == nil {
                return "\(source.object?.first { $0.value.object != nil }?.key ?? "unknown") (via projected volumes)"
            }
        }
        return nil
    }

    // MARK: Everything else

    private func checkNode(_ node: String, _ request: AdmissionRequest) throws {
        guard request.name == node else {
            throw request.forbidden("node \"\(node)\" is not allowed to modify node \"\(request.name)\"")
        }
        guard let new = request.object else { return }
        let old = request.oldObject ?? .object(Object())
        if request.operation == .update {
            guard Self.same(new[path: "spec", "taints"], old[path: "spec", "taints"]) else {
                throw request.forbidden("node \"\(node)\" is not allowed to modify taints")
            }
            guard Self.same(new.meta("ownerReferences"), old.meta("ownerReferences")) else {
                throw request.forbidden("node \"\(node)\" is not allowed to modify ownerReferences")
            }
        }
        let (labels, oldLabels) = (new.metaStrings("labels"), old.metaStrings("labels"))
        let changed = Set(labels.keys).union(oldLabels.keys).filter { labels[$0] != oldLabels[$0] && Self.isForbidden($0) }.sorted()
        guard changed.isEmpty else {
            let list = changed.joined(separator: ", ")
            throw request.forbidden(
                request.operation == .create
                    ? "node \"\(node)\" is not allowed to set the following labels: \(list)" : "is not allowed to modify labels: \(list)")
        }
    }

    /// Labels by which workloads are steered are not the node's to set.
    private static func isForbidden(_ label: String) -> Bool {
        let namespace = label.contains("/") ? String(label.prefix { $0 != "/" }) : ""
        func isIn(_ domain: String) -> Bool { namespace == domain || namespace.hasSuffix("." + domain) }
        if isIn("node-restriction.kubernetes.io") { return true }
        guard isIn("kubernetes.io") || isIn("k8s.io") else { return false }
        return !ownLabels.contains(label) && !ownLabelNamespaces.contains(where: isIn)
    }

    private func checkClaim(_ node: String, _ request: AdmissionRequest) throws {
        guard request.subresource == "status" else { throw request.forbidden("may only update PVC status") }
        guard request.operation == .update, var new = request.object, var old = request.oldObject else {
            throw request.forbidden("unexpected operation \"\(request.operation.rawValue)\"")
        }
        func strip(_ claim: inout Value) {
            for field in ["resourceVersion", "managedFields"] { claim.setMeta(field, nil) }
            for field in ["capacity", "conditions", "allocatedResourceStatuses", "allocatedResources"] { claim["status"]?[field] = nil }
        }
        strip(&new)
        strip(&old)
        guard new == old else {
            throw request.forbidden("node \"\(node)\" is not allowed to update fields other than status.quantity and status.conditions")
        }
    }

    /// Tokens are for the pods of the node, and for the audiences those ask for.
    private func checkToken(_ node: String, _ request: AdmissionRequest, _ cluster: ClusterState) async throws {
        let reference = request.object?[path: "spec", "boundObjectRef"]
        guard let reference, reference["apiVersion"] == "v1", reference["kind"] == "Pod", let name = reference["name"]?.string,
            !name.isEmpty
        else { throw request.forbidden("node requested token not bound to a pod") }
        guard let uid = reference["uid"]?.string, !uid.isEmpty else {
            throw request.forbidden("node requested token with a pod binding without a uid")
        }
        guard let pod = try cluster.get("pods", ObjectKey(namespace: request.namespace, name: name)) else {
            throw APIError.notFound(GroupResource(group: "", resource: "pods"), name)
        }
        guard pod.meta("uid")?.string == uid else {
            throw request.forbidden(
                "the UID in the bound object reference (\(uid)) does not match the UID in record. The object might have been deleted and then "
                    + "recreated")
        }
        guard pod[path: "spec", "nodeName"]?.string == node else {
            throw request.forbidden("node requested token bound to a pod scheduled on a different node")
        }
        let audiences = (request.object?[path: "spec", "audiences"]?.array ?? []).compactMap(\.string)
        guard audiences.count <= 1 else { throw request.forbidden("node may only request 0 or 1 audiences") }
        let audience = audiences.first ?? ""
        let isMounted = (pod[path: "spec", "volumes"]?.array ?? []).contains { volume in
            (volume[path: "projected", "sources"]?.array ?? []).contains { source in
                source["serviceAccountToken"]?.object != nil && (source[path: "serviceAccountToken", "audience"]?.string ?? "") == audience
            }
        }
        guard !isMounted else { return }
        let attributes = RequestAttributes(
            user: request.user, verb: "request-serviceaccounts-token-audience",
            resource: GroupVersionResource(group: "", version: "v1", resource: audience), namespace: request.namespace, name: request.name)
        guard await authorizer.authorize(attributes).isAllowed else {
            throw request.forbidden(
                "audience \"\(audience)\" not found in pod spec volume, \(request.user.name) is not authorized to request tokens for this audience"
            )
        }
    }

    private static func same(_ left: Value?, _ right: Value?) -> Bool {
        (left ?? .null) == (right ?? .null) || ((left?.isEmpty ?? true) && (right?.isEmpty ?? true))
    }
}
