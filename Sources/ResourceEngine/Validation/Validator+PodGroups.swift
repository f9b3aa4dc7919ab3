import Core
import SchemaEngine
import Values

/// PodGroups and Workloads (`pkg/apis/scheduling`, declarative validation of v1alpha2).
extension Validator {
    mutating func podGroup(_ object: Place) { podGroupSpec(object["spec"]) }

    mutating func workload(_ object: Place) {
        let reference = object["spec"]["controllerRef"]
        if reference.isPresent { for name in ["kind", "name"] where reference[name].isEmpty { required(reference[name]) } }
        let templates = object["spec"]["podGroupTemplates"]
        if templates.items.isEmpty { required(templates) }
        if templates.items.count > 8 { tooMany(templates, 8) }
        var names: Set<String> = []
        for template in templates.items {
            if template["name"].isEmpty { required(template["name"]) } else { dnsLabel(template["name"]) }
            if !names.insert(template["name"].text).inserted { duplicate(template["name"]) }
            podGroupSpec(template)
        }
    }

    /// What a group asks for stays as it was.
    mutating func podGroupUpdate(_ new: Place, _ old: Place) {
        metadataUpdate(new["metadata"], old["metadata"])
        for field in ["podGroupTemplateRef", "schedulingPolicy", "schedulingConstraints", "resourceClaims"] {
            immutable(new["spec"][field], old["spec"][field])
        }
    }

    mutating func workloadUpdate(_ new: Place, _ old: Place) {
        metadataUpdate(new["metadata"], old["metadata"])
        if old["spec"]["controllerRef"].isPresent { immutable(new["spec"]["controllerRef"], old["spec"]["controllerRef"]) }
        immutable(new["spec"]["podGroupTemplates"], old["spec"]["podGroupTemplates"])
    }

    private mutating func podGroupSpec(_ spec: Place) {
        let policy = spec["schedulingPolicy"]
        let chosen = ["basic", "gang"].filter { policy[$0].isPresent }
        if chosen.isEmpty {
            invalid(policy, "must specify one of: `basic`, `gang`", value: .string(""))
        } else if chosen.count > 1 {
            invalid(policy, "must specify exactly one of: `basic`, `gang`", value: .string("{basic, gang}"))
        }
        guard policy["gang"].isPresent else { return }
        let minimum = policy["gang"]["minCount"]
        switch minimum.int ?? 0 {
        case 0: required(minimum)
        case ..<1: invalid(minimum, "must be greater than or equal to 1")
        default: break
        }
    }
}
