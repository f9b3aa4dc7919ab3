import Values

/// Devices and claims to them.
extension BuiltInRows {
    static let devices: [String: RowPlan] = [
        "io.k8s.api.resource.v1.DeviceClass": row(DeviceClass.self, "") { device, ages in
            [text(device.metadata.name), ages.of(device.metadata)]
        },
        "io.k8s.api.resource.v1.ResourceClaim": row(
            ResourceResourceClaim.self, "metadata.deletionTimestamp status(allocation(),reservedFor())"
        ) { claim, ages in
            [text(claim.metadata.name), .string(state(claim)), ages.of(claim.metadata)]
        },
        "io.k8s.api.resource.v1.ResourceClaimTemplate": row(ResourceClaimTemplate.self, "") { template, ages in
            [text(template.metadata.name), ages.of(template.metadata)]
        },
        "io.k8s.api.resource.v1.ResourceSlice": row(ResourceSlice.self, "spec(nodeName,driver,pool.name)") { slice, ages in
            [
                text(slice.metadata.name), text(slice.spec.nodeName), text(slice.spec.driver), text(slice.spec.pool.name),
                ages.of(slice.metadata),
            ]
        },
    ]

    private static func state(_ claim: ResourceResourceClaim) -> String {
        var states: [String] = claim.metadata.deletionTimestamp.isEmpty ? [] : ["deleted"]
        if claim.status.allocation == nil {
            if states.isEmpty { states = ["pending"] }
        } else {
            states.append("allocated")
            if !claim.status.reservedFor.isEmpty { states.append("reserved") }
        }
        return states.joined(separator: ",")
    }
}
