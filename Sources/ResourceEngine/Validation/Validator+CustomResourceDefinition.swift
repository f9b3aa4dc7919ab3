import Core
import SchemaEngine
import Values

/// CustomResourceDefinitions (`apiextensions/validation` upstream). Errors are placed where upstream places them: what all versions have in
/// common stands at the top of its internal form.
extension Validator {
    mutating func customResourceDefinition(_ object: Place) {
        let spec = object["spec"]
        let name = object["metadata"]["name"]
        metadata(object["metadata"], isNamespaced: false, name: .subdomain)
        if !name.isEmpty, name.text != "\(spec["names"]["plural"].text).\(spec["group"].text)" {
            invalid(name, #"must be spec.names.plural+"."+spec.group"#)
        }
        definitionSpec(spec)
        definitionNames(object["status"]["acceptedNames"])
        storedVersions(object)
        apiApproval(object, old: nil)
        preservesUnknownFields(object, old: nil)
    }

    mutating func customResourceDefinitionUpdate(_ new: Place, _ old: Place) {
        metadataUpdate(new["metadata"], old["metadata"])
        let (spec, oldSpec) = (new["spec"], old["spec"])
        definitionSpec(spec)
        if Self.isEstablished(old) {
            immutable(spec["scope"], oldSpec["scope"])
            immutable(spec["names"]["kind"], oldSpec["names"]["kind"])
        }
        immutable(spec["group"], oldSpec["group"])
        immutable(spec["names"]["plural"], oldSpec["names"]["plural"])
        definitionNames(new["status"]["acceptedNames"])
        storedVersions(new)
        apiApproval(new, old: old)
        preservesUnknownFields(new, old: old)
    }

    mutating func customResourceDefinitionStatusUpdate(_ new: Place, _ old: Place) {
        metadataUpdate(new["metadata"], old["metadata"])
        definitionNames(new["status"]["acceptedNames"])
    }

    private static func isEstablished(_ object: Place) -> Bool {
        object["status"]["conditions"].items.contains { $0["type"].text == "Established" && $0["status"].text == "True" }
    }

    // MARK: Spec

    private mutating func definitionSpec(_ spec: Place) {
        let group = spec["group"]
        if group.isEmpty {
            required(group)
        } else {
            let problems = Formats.dnsSubdomain(group.text)
            if !problems.isEmpty {
                invalid(group, problems.joined(separator: ","))
            } else if !group.text.contains(".") {
                invalid(group, "should be a domain with at least one dot")
            }
        }
        oneOf(spec["scope"], ["Cluster", "Namespaced"])
        let versions = spec["versions"].items
        for version in versions where !version["schema"]["openAPIV3Schema"].isPresent { required(version["schema"]["openAPIV3Schema"]) }
        if spec["preserveUnknownFields"].isTrue,
            versions.contains(where: { StructuralSchema($0["schema"]["openAPIV3Schema"].value ?? [:]).hasDefaults })
        {
            invalid(spec["preserveUnknownFields"], "must be false in order to use defaults in the schema", value: true)
        }
        let common = CommonParts(spec)
        for version in versions {
            let problems = Formats.dns1035Label(version["name"].text)
            if !problems.isEmpty { invalid(version["name"], problems.joined(separator: ","), value: .string(version["name"].text)) }
            deprecation(version)
            let hasStatus = version["subresources"]["status"].isPresent
            if !common.schema { definitionSchema(version["schema"], hasStatus: hasStatus) }
            if !common.subresources { subresources(version["subresources"]) }
            if !common.columns { for column in version["additionalPrinterColumns"].items { printerColumn(column) } }
            if !common.selectable { selectableFields(version["selectableFields"], version["schema"]["openAPIV3Schema"]) }
        }
        if Set(versions.map { $0["name"].text }).count != versions.count { invalid(spec["versions"], "must contain unique version names") }
        if versions.count(where: { $0["storage"].isTrue }) != 1 {
            invalid(spec["versions"], "must have exactly one version marked as storage version", value: spec["versions"].value ?? .null)
        }
        for field in ["plural", "singular", "kind", "listKind"] where spec["names"][field].isEmpty { required(spec["names"][field]) }
        definitionNames(spec["names"])
        if let first = versions.first {
            let hasStatus = versions.contains { $0["subresources"]["status"].isPresent }
            if common.schema { definitionSchema(spec["validation"].with(first["schema"].value), hasStatus: hasStatus) }
            if common.subresources { subresources(spec["subresources"].with(first["subresources"].value)) }
            if common.columns {
                for column in spec["additionalPrinterColumns"].with(first["additionalPrinterColumns"].value).items { printerColumn(column) }
            }
            if common.selectable {
                selectableFields(spec["selectableFields"].with(first["selectableFields"].value), first["schema"]["openAPIV3Schema"])
            }
        }
        conversion(spec)
    }

    /// What every version says the same of.
    private struct CommonParts {
        var schema: Bool
        var subresources: Bool
        var columns: Bool
        var selectable: Bool

        init(_ spec: Place) {
            let versions = spec["versions"].items
            func isCommon(_ field: String) -> Bool {
                guard let first = versions.first else { return false }
                return versions.allSatisfy { Validator.same($0[field].value, first[field].value) }
            }
            schema = isCommon("schema")
            subresources = isCommon("subresources")
            columns = isCommon("additionalPrinterColumns")
            selectable = isCommon("selectableFields")
        }
    }

    private mutating func deprecation(_ version: Place) {
        let warning = version["deprecationWarning"]
        guard warning.isPresent else { return }
        if !version["deprecated"].isTrue { return invalid(warning, "can only be set for deprecated versions") }
        if warning.text.utf8.count > 256 { invalid(warning, "must be <= 256 characters long") }
        if warning.text.isEmpty { invalid(warning, "must not be an empty string", value: "") }
        let scalars = Array(warning.text.unicodeScalars)
        if let position = scalars.firstIndex(where: {
            $0.properties.generalCategory == .control || $0.properties.generalCategory == .lineSeparator
        }) {
            invalid(warning, "must only contain printable UTF-8 characters; non-printable character found at index \(position)")
        }
    }

    private mutating func definitionNames(_ names: Place) {
        for field in ["plural", "singular"] where !names[field].isEmpty {
            let problems = Formats.dns1035Label(names[field].text)
            if !problems.isEmpty { invalid(names[field], problems.joined(separator: ",")) }
        }
        for field in ["kind", "listKind"] where !names[field].isEmpty {
            let problems = Formats.dns1035Label(names[field].text.lowercased())
            if !problems.isEmpty {
                invalid(names[field], "may have mixed case, but should otherwise match: " + problems.joined(separator: ","))
            }
        }
        for name in names["shortNames"].items {
            let problems = Formats.dns1035Label(name.text)
            if !problems.isEmpty { invalid(name, problems.joined(separator: ",")) }
        }
        if !names["kind"].isEmpty, names["kind"].text == names["listKind"].text {
            invalid(names["listKind"], "kind and listKind may not be the same")
        }
        for name in names["categories"].items {
            let problems = Formats.dns1035Label(name.text)
            if !problems.isEmpty { invalid(name, problems.joined(separator: ",")) }
        }
    }

    private mutating func storedVersions(_ object: Place) {
        let stored = object["status"]["storedVersions"]
        guard !stored.isEmpty else { return invalid(stored, "must have at least one stored version", value: stored.value ?? .null) }
        let versions = object["spec"]["versions"].items
        for version in versions where version["storage"].isTrue && !stored.texts.contains(version["name"].text) {
            invalid(stored, "must have the storage version \(version["name"].text)")
        }
        for name in stored.items where !versions.contains(where: { $0["name"].text == name.text }) {
            invalid(
                name,
                "missing from spec.versions; \(name.text) was previously a storage version, and must remain in spec.versions until a storage "
                    + "migration ensures no data remains persisted in \(name.text) and removes \(name.text) from status.storedVersions")
        }
    }

    private mutating func preservesUnknownFields(_ new: Place, old: Place?) {
        if let old, old["spec"]["preserveUnknownFields"].isTrue { return }
        if new["spec"]["preserveUnknownFields"].isTrue {
            invalid(
                new["spec"]["preserveUnknownFields"],
                "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead")
        }
    }

    /// Groups of the Kubernetes community need a sign that their API was reviewed (`api-approved.kubernetes.io`).
    private mutating func apiApproval(_ new: Place, old: Place?) {
        guard APIApproval.isProtected(new["spec"]["group"].text) else { return }
        let annotation = new["metadata"]["annotations"][key: APIApproval.annotation]
        let state = APIApproval(annotation.text)
        if let old, APIApproval(old["metadata"]["annotations"][key: APIApproval.annotation].text) == state { return }
        switch state {
        case .missing: required(annotation, state.reason(annotation.text))
        case .invalid: invalid(annotation, state.reason(annotation.text))
        case .approved, .bypassed: break
        }
    }

    // MARK: Parts of versions

    private mutating func conversion(_ spec: Place) {
        let conversion = spec["conversion"]
        guard conversion.isPresent else { return }
        oneOf(conversion["strategy"], ["None", "Webhook"])
        let webhook = conversion["webhook"]
        // Upstream's internal form has the webhook's parts side by side.
        let client = conversion["webhookClientConfig"].with(webhook["clientConfig"].value)
        let reviews = conversion["conversionReviewVersions"].with(webhook["conversionReviewVersions"].value)
        guard conversion["strategy"].text == "Webhook" else {
            if client.isPresent { forbidden(client, "should not be set when strategy is not set to Webhook") }
            if !reviews.isEmpty { forbidden(reviews, "should not be set when strategy is not set to Webhook") }
            return
        }
        if spec["preserveUnknownFields"].isTrue { invalid(conversion["strategy"], "must be None if spec.preserveUnknownFields is true") }
        if !client.isPresent {
            required(client, "required when strategy is set to Webhook")
        } else {
            webhookClient(client, namesParts: false)
        }
        guard !reviews.isEmpty else { return required(reviews) }
        for (position, name) in reviews.items.enumerated() {
            if reviews.texts[..<position].contains(name.text) {
                invalid(name, "duplicate version")
            } else {
                invalid(name, Formats.dns1035Label(name.text))
            }
        }
        if !reviews.texts.contains("v1"), !reviews.texts.contains("v1beta1") {
            invalid(reviews, "must include at least one of v1, v1beta1")
        }
    }

    private mutating func subresources(_ place: Place) {
        let scale = place["scale"]
        guard scale.isPresent else { return }
        func path(_ field: String) -> Place { place["scale.\(field)"].with(scale[field].value) }
        for (field, part) in [("specReplicasPath", ".spec."), ("statusReplicasPath", ".status.")] {
            let value = path(field)
            if value.isEmpty {
                required(value)
            } else if !value.text.hasPrefix(".") {
                invalid(value, "must be a simple json path starting with .")
            } else if !value.text.hasPrefix(part) {
                invalid(value, "should be a json path under \(part.dropLast())")
            }
        }
        let selector = path("labelSelectorPath")
        guard !selector.isEmpty else { return }
        if !selector.text.hasPrefix(".") {
            invalid(selector, "must be a simple json path starting with .")
        } else if !selector.text.hasPrefix(".spec."), !selector.text.hasPrefix(".status.") {
            invalid(selector, "should be a json path under either .spec or .status")
        }
    }

    private mutating func printerColumn(_ column: Place) {
        let types = "boolean,date,integer,number,string"
        if column["name"].isEmpty { required(column["name"]) }
        if column["type"].isEmpty {
            required(column["type"], "must be one of \(types)")
        } else if !types.split(separator: ",").contains(Substring(column["type"].text)) {
            invalid(column["type"], "must be one of \(types)")
        }
        let formats = "byte,date,date-time,double,float,int32,int64,password"
        if !column["format"].isEmpty, !formats.split(separator: ",").contains(Substring(column["format"].text)) {
            invalid(column["format"], "must be one of \(formats)")
        }
        let path = column["JSONPath"].with(column["jsonPath"].value)
        if path.isEmpty {
            required(path)
        } else if !path.text.hasPrefix(".") {
            invalid(path, "must be a simple json path starting with .")
        }
    }

    private mutating func selectableFields(_ fields: Place, _ schema: Place) {
        guard !fields.isEmpty else { return }
        let root = StructuralSchema(schema.value ?? .object(Object()))
        var seen: Set<String> = []
        for field in fields.items {
            let path = field["jsonPath"]
            guard !path.isEmpty else {
                required(path)
                continue
            }
            let steps = path.text.dropFirst().split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            var found: StructuralSchema? = root
            var problem: String?
            if !path.text.hasPrefix(".") || path.text.contains("[") {
                problem = "must be a simple json path in dot notation"
            } else {
                for step in steps {
                    found = found?.member(step)
                    if found == nil {
                        problem = "does not refer to a valid field"
                        break
                    }
                }
            }
            if let problem {
                invalid(path, "is an invalid path: \(problem)")
                continue
            }
            if steps.first == "metadata" { invalid(path, "must not point to fields in metadata") }
            if !["string", "boolean", "integer"].contains(found?.type ?? "") {
                invalid(
                    path,
                    "must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.")
            }
            if !seen.insert(path.text).inserted { duplicate(path) }
        }
        if seen.count > 8 {
            append(.init(reason: "FieldValueTooMany", message: "Too many: \(seen.count): must have at most 8 items", field: fields.path))
        }
    }

    private mutating func definitionSchema(_ place: Place, hasStatus: Bool) {
        let schema = place["openAPIV3Schema"]
        guard schema.isPresent else { return }
        if hasStatus { rootUnderStatus(place, schema) }
        if schema["nullable"].isTrue { forbidden(place["openAPIV3Schema.nullable"], "nullable cannot be true at the root") }
        var structural = StructuralRules()
        structural.check(schema)
        if structural.causes.isEmpty { structural.checkDefaults(schema) }
        for cause in structural.causes { append(cause) }
        var open = SchemaRules()
        open.check(schema, isRoot: true)
        if open.causes.isEmpty, structural.causes.isEmpty { open.checkExpressions(schema) }
        for cause in open.causes { append(cause) }
    }

    private static let allowedAtRoot = [
        "Description", "Type", "Format", "Title", "Maximum", "ExclusiveMaximum", "Minimum", "ExclusiveMinimum", "MaxLength", "MinLength",
        "Pattern",
        "MaxItems", "MinItems", "UniqueItems", "MultipleOf", "Required", "Items", "Properties", "ExternalDocs", "Example",
        "XPreserveUnknownFields",
        "XValidations",
    ]

    /// With a status subresource the status is checked by `properties.status` alone, so the root may say nothing that would be lost.
    private mutating func rootUnderStatus(_ place: Place, _ schema: Place) {
        let names = ["x-kubernetes-preserve-unknown-fields": "XPreserveUnknownFields", "x-kubernetes-validations": "XValidations"]
        for (name, value) in schema.entries where value.isPresent && !(value.value?.isEmpty ?? true) {
            if name == "type" {
                if value.text != "object" {
                    invalid(
                        place["openAPIV3Schema.type"],
                        #"only "object" is allowed as the type at the root of the schema if the status subresource is enabled"#,
                        value: value.value)
                    return
                }
                continue
            }
            let upper = names[name] ?? name.prefix(1).uppercased() + name.dropFirst()
            if !Self.allowedAtRoot.contains(upper) {
                return invalid(
                    schema,
                    "only [\(Self.allowedAtRoot.joined(separator: " "))] fields are allowed at the root of the schema if the status subresource is "
                        + "enabled")
            }
        }
    }
}
