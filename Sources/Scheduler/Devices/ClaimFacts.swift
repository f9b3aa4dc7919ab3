import Core
import KubernetesAPI
import Values

/// What the scheduler needs of a ResourceClaim, taken out of the object once.
package struct ClaimFacts {
    /// One way to satisfy a request.
    struct Alternative {
        /// As results name it: "gpu", or "gpu/large" of one of several.
        let name: String
        let className: String
        let selectors: [String]
        let wantsAll: Bool
        let count: Int
        let isAdmin: Bool
        let tolerations: [DeviceToleration]
        let capacity: [String: Quantity]
    }

    /// A request: the first of its alternatives that can be had.
    struct Request {
        let name: String
        let hasAlternatives: Bool
        let alternatives: [Alternative]
    }

    package let key: ObjectKey
    package let uid: String
    let revision: Int64
    package let isDeleting: Bool
    /// The uid of the pod it was made for; empty: none.
    package let ownerUID: String
    let requests: [Request]
    let spec: DeviceClaim
    /// What was allocated, as the status has it.
    package let allocation: AllocationResult?
    /// Where that can be used; nil: everywhere.
    let nodeTerms: [NodeTerm]?
    package let reservedFor: Set<String>
    package let finalizers: [String]
    /// It stands for extended resources of its pod.
    let isExtended: Bool
    /// The name of the pod it was made for; empty: none.
    let ownerName: String

    package init(_ claim: ResourceResourceClaim) {
        let metadata = claim.metadata
        key = ObjectKey(namespace: metadata.namespace, name: metadata.name)
        uid = metadata.uid
        revision = Int64(metadata.resourceVersion) ?? 0
        isDeleting = !metadata.deletionTimestamp.isEmpty
        let owner = metadata.ownerReferences.first { $0.controller == true && $0.kind == "Pod" }
        (ownerUID, ownerName) = (owner?.uid ?? "", owner?.name ?? "")
        isExtended = metadata.annotations[ExtendedResources.annotation] == "true" && owner != nil
        finalizers = metadata.finalizers
        spec = claim.spec.devices ?? DeviceClaim()
        requests = spec.requests.map(Request.init)
        allocation = claim.status.allocation
        nodeTerms = allocation?.nodeSelector.map { $0.nodeSelectorTerms.map(NodeTerm.init) }
        reservedFor = Set(claim.status.reservedFor.map(\.uid))
    }

    func isAvailable(on node: NodeState) -> Bool { nodeTerms?.contains { $0.matches(node) } ?? true }
}

extension ClaimFacts.Request {
    init(_ request: DeviceRequest) {
        name = request.name
        hasAlternatives = !request.firstAvailable.isEmpty
        func amounts(_ capacity: CapacityRequirements?) -> [String: Quantity] {
            (capacity?.requests ?? [:]).compactMapValues { Quantity($0) }
        }
        if let exactly = request.exactly {
            alternatives = [
                ClaimFacts.Alternative(
                    name: request.name, className: exactly.deviceClassName,
                    selectors: exactly.selectors.compactMap { $0.cel?.expression }, wantsAll: exactly.allocationMode == "All",
                    count: exactly.count ?? 1, isAdmin: exactly.adminAccess ?? false, tolerations: Array(exactly.tolerations),
                    capacity: amounts(exactly.capacity))
            ]
        } else {
            let parent = request.name
            alternatives = request.firstAvailable.map { item in
                ClaimFacts.Alternative(
                    name: "\(parent)/\(item.name)", className: item.deviceClassName,
                    selectors: item.selectors.compactMap { $0.cel?.expression }, wantsAll: item.allocationMode == "All",
                    count: item.count ?? 1, isAdmin: false, tolerations: Array(item.tolerations), capacity: amounts(item.capacity))
            }
        }
    }
}

/// What the scheduler needs of a DeviceClass.
struct DeviceClassFacts {
    let name: String
    let selectors: [String]
    let configurations: [DeviceClassConfiguration]
    /// The extended resource that stands for a device of the class; empty: none.
    let extendedResource: String
    let creation: String

    init(_ item: DeviceClass) {
        name = item.metadata.name
        selectors = item.spec.selectors.compactMap { $0.cel?.expression }
        configurations = Array(item.spec.config)
        extendedResource = item.spec.extendedResourceName
        creation = item.metadata.creationTimestamp
    }
}
