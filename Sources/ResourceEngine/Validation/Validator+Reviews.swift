/// The selectors of a review of access.
extension Validator {
    /// Operators nobody knows are taken, since a later client may know them.
    mutating func selectors(ofReview resource: Place) {
        for name in ["fieldSelector", "labelSelector"] where resource[name].isPresent {
            let selector = resource[name]
            if !selector["rawSelector"].isEmpty, !selector["requirements"].isEmpty {
                invalid(selector["rawSelector"], "may not specified at the same time as requirements")
            }
            if selector["rawSelector"].isEmpty, selector["requirements"].isEmpty {
                required(selector["requirements"], "when \(selector.path) is specified, requirements or rawSelector is required")
            }
            for requirement in selector["requirements"].items {
                values(ofRequirement: requirement)
                let key = requirement["key"]
                if name == "labelSelector" {
                    qualifiedName(key.with(.string(key.text)))
                    for value in requirement["values"].items { invalid(value, Formats.labelValue(value.text)) }
                } else if key.isEmpty {
                    required(key, "must be specified")
                }
            }
        }
    }

    private mutating func values(ofRequirement requirement: Place) {
        let values = requirement["values"]
        switch requirement["operator"].text {
        case "In", "NotIn":
            if values.isEmpty { required(values, "must be specified when `operator` is 'In' or 'NotIn'") }
        case "Exists", "DoesNotExist":
            if !values.isEmpty { forbidden(values, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'") }
        default: break
        }
    }
}
