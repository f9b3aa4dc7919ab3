import Core
import SchemaEngine
import Values

/// Checks objects of the built-in kinds by upstream's rules, and of every other kind by what its table says.
///
/// Objects are expected defaulted, as the API shows them. Causes come in upstream's order; where upstream reports a problem twice (its
/// generic and its own check of metadata on updates), so does this.
package struct BuiltInValidator: ObjectValidator {
    package init() {}

    package func validateCreate(_ object: Value, _ schema: ResourceSchema) -> [APIError.Cause] {
        var validator = Validator(for: schema)
        let place = Place(object)
        if let custom = schema.custom {
            validator.customResource(place, schema, custom)
            return validator.causes
        }
        let kind = Self.kind(of: object, schema)
        if let rules = KindRules.table[kind] {
            if let metadata = rules.metadata {
                validator.metadata(place["metadata"], isNamespaced: schema.isNamespaced, name: metadata)
            }
            rules.create(&validator, place)
        } else {
            // What asks a question and is not stored needs no name.
            let isStored = schema.verbs.contains("get") && kind == schema.kind
            // An APIService is named version.group, hence "v1." for the core group.
            let name: NameRule = kind.kind == "APIService" ? .pathSegment : .subdomain
            if isStored {
                validator.metadata(place["metadata"], isNamespaced: schema.isNamespaced, name: name)
            }
            validator.table(place, .structure(schema.structure))
        }
        return validator.causes
    }

    package func validateUpdate(_ object: Value, old: Value, subresource: String, _ schema: ResourceSchema) -> [APIError.Cause] {
        var validator = Validator(for: schema)
        let (new, before) = (Place(object), Place(old))
        if let custom = schema.custom {
            validator.customResourceUpdate(new, before, subresource: subresource, custom)
            return validator.causes
        }
        let kind = Self.kind(of: object, schema)
        if kind.kind == "Scale", kind.group == "autoscaling" {
            validator.scale(new)
            return validator.causes
        }
        // Upstream's generic store looks at metadata before the kind's own rules, some of which look again.
        validator.metadata(new["metadata"], isNamespaced: schema.isNamespaced, name: .pathSegment)
        validator.metadataUpdate(new["metadata"], before["metadata"])
        guard let rules = KindRules.table[kind] else {
            if subresource.isEmpty {
                validator.table(new, .structure(schema.structure))
                validator.tableUpdate(new, before, .structure(schema.structure))
            }
            return validator.causes
        }
        if !subresource.isEmpty {
            if let update = rules.subresources[subresource] { update(&validator, new, before) }
        } else if let update = rules.update {
            update(&validator, new, before)
        } else {
            validator.metadataUpdate(new["metadata"], before["metadata"])
            rules.create(&validator, new)
        }
        return validator.causes
    }

    package func warnings(_ object: Value, old: Value?, _ schema: ResourceSchema) -> [String] {
        if schema.custom != nil { return Warnings.customResource(Place(object), old: old.map { Place($0) }) }
        return Warnings.collect(Place(object), old: old.map { Place($0) }, Self.kind(of: object, schema))
    }

    /// Subresources with a kind of their own (scale, token, …) are checked as that kind.
    private static func kind(of object: Value, _ schema: ResourceSchema) -> GroupVersionKind {
        guard let kind = object["kind"]?.string, let apiVersion = object["apiVersion"]?.string, kind != schema.kind.kind else {
            return schema.kind
        }
        let own = GroupVersionKind(apiVersion: apiVersion, kind: kind)
        return own == GroupVersionKind(group: "autoscaling", version: "v1", kind: "Scale") || KindRules.table[own] != nil
            ? own : schema.kind
    }
}
