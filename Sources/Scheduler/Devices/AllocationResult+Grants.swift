import Core
import KubernetesAPI
import Values

extension DeviceAllocator {
    /// What the statuses of the claims say of the solution, in their order. `shareID` makes the identity of a share of a device.
    func results(shareID: () -> String) -> [AllocationResult] {
        solvedClaims.indices.map { position in
            var devices = DeviceAllocationResult()
            devices.results = ViewList(grants[position].map { result(of: $0, shareID) })
            let configuration = configuration(of: solvedClaims[position], chosen[position])
            if !configuration.isEmpty { devices.config = ViewList(configuration) }
            var allocation = AllocationResult()
            allocation.devices = devices
            allocation.nodeSelector = selector(of: grants[position])
            return allocation
        }
    }

    private func result(of grant: Grant, _ shareID: () -> String) -> DeviceRequestAllocationResult {
        var result = DeviceRequestAllocationResult()
        result.request = grant.alternative.name
        result.driver = grant.device.id.driver
        result.pool = grant.device.id.pool
        result.device = grant.device.id.device
        if grant.alternative.isAdmin { result.adminAccess = true }
        if !grant.alternative.tolerations.isEmpty { result.tolerations = ViewList(grant.alternative.tolerations) }
        result.bindingConditions = grant.device.device.bindingConditions
        result.bindingFailureConditions = grant.device.device.bindingFailureConditions
        if let consumed = grant.consumed {
            result.shareID = shareID()
            result.consumedCapacity = consumed.mapValues(\.description)
        }
        return result
    }

    /// What drivers are told: that of the classes first, each once, then that of the claim.
    private func configuration(of claim: ClaimFacts, _ chosen: [Int]) -> [DeviceAllocationConfiguration] {
        var result: [DeviceAllocationConfiguration] = []
        let names = zip(claim.requests, chosen).map { request, position in
            (request: request.name, alternative: request.alternatives[position])
        }
        var classes: [String] = []
        for entry in names where !classes.contains(entry.alternative.className) { classes.append(entry.alternative.className) }
        for name in classes {
            for item in configurations(ofClass: name) {
                var made = DeviceAllocationConfiguration(item.raw)
                made.source = "FromClass"
                made.requests = names.filter { $0.alternative.className == name }.map(\.alternative.name)
                result.append(made)
            }
        }
        for item in claim.spec.config {
            let isUsed =
                item.requests.isEmpty
                || names.contains { item.requests.contains($0.request) || item.requests.contains($0.alternative.name) }
            guard isUsed else { continue }
            var made = DeviceAllocationConfiguration(item.raw)
            made.source = "FromClaim"
            result.append(made)
        }
        return result
    }

    /// Where all of the devices can be used; nil: everywhere.
    private func selector(of grants: [Grant]) -> NodeSelector? {
        var fields: [NodeSelectorRequirement] = []
        var labels: [NodeSelectorRequirement] = []
        for grant in grants {
            if grant.device.bindsToNode { return thisNode }
            switch grant.device.reach ?? grant.device.sliceReach {
            case .node: return thisNode
            case .everywhere, .nowhere: continue
            case .nodes(_, let selector):
                for term in selector.nodeSelectorTerms {
                    for requirement in term.matchFields where !fields.contains(requirement) { fields.append(requirement) }
                    for requirement in term.matchExpressions where !labels.contains(requirement) { labels.append(requirement) }
                }
            }
        }
        guard !fields.isEmpty || !labels.isEmpty else { return nil }
        var term = NodeSelectorTerm()
        if !fields.isEmpty { term.matchFields = ViewList(fields) }
        if !labels.isEmpty { term.matchExpressions = ViewList(labels) }
        return NodeSelector(["nodeSelectorTerms": [term.raw]])
    }

    private var thisNode: NodeSelector {
        NodeSelector([
            "nodeSelectorTerms": [["matchFields": [["key": "metadata.name", "operator": "In", "values": [.string(nodeName)]]]]]
        ])
    }
}
