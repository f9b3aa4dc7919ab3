import Core
import KubernetesAPI
import ResourceEngine
import SchemaEngine
import Values

/// What a definition comes to: a resource in each version that is served.
package struct CustomResource: Sendable {
    private let spec: Value
    private let names: Value
    private let generation: Int64
    private let isTerminating: Bool
    private let versions: [Version]
    private let storageName: String
    private let webhook: ConversionWebhook?

    /// One version of the definition.
    private struct Version: Sendable {
        let name: String
        let isServed: Bool
        let schema: ResourceSchema
        let form: CustomResourceForm
    }

    /// Reads a stored definition, which validation has let in.
    package init(_ definition: Value, webhook: ConversionWebhook? = nil) {
        let spec = definition["spec"] ?? .null
        let accepted = definition[path: "status", "acceptedNames"] ?? .null
        let names = (accepted["plural"]?.string ?? "").isEmpty ? spec["names"] ?? .null : accepted
        self.spec = spec
        self.webhook = webhook
        self.names = names
        generation = definition.meta("generation")?.int ?? 1
        isTerminating = definition.meta("deletionTimestamp") != nil
        let given = spec["versions"]?.array ?? []
        storageName = given.first { $0["storage"]?.bool == true }?["name"]?.string ?? ""
        let isTerminating = isTerminating
        versions = given.map { Self.version($0, spec, names, isTerminating: isTerminating) }
    }

    /// The resource in every served version.
    package var served: [ServedResource] {
        guard let storage = versions.first(where: { $0.name == storageName }) else { return [] }
        return versions.filter(\.isServed).map { served($0, storage) }
    }

    /// The place in the store, whether or not anything is served.
    package var bucket: String {
        ServedResource.bucket(GroupResource(group: spec["group"]?.string ?? "", resource: names["plural"]?.string ?? ""))
    }

    private func served(_ version: Version, _ storage: Version) -> ServedResource {
        // Objects that were written by this very schema are what it would make of them.
        let isAsStored = version.name == storage.name && generation == 1
        var conversion: Conversion?
        if !isAsStored {
            let (own, kind) = (version.form, version.schema.kind)
            let (stored, storedKind) = (storage.form, storage.schema.kind)
            conversion =
                webhook.map { Self.conversion($0, own, kind, stored, storedKind) }
                ?? Conversion(
                    toStorage: { kind == storedKind ? $0 : stored.converted($0, to: storedKind) },
                    fromStorage: { own.converted($0, to: kind) })
            conversion?.preparesServedVersion = true
        }
        let others = versions
        return ServedResource(
            schema: version.schema, storageSchema: storage.schema,
            hooks: CustomResourceHooks(hasStatus: version.form.hasStatus, isTerminating: isTerminating), policy: .custom,
            conversion: conversion,
            otherVersions: { object, apiVersion in
                others.first { $0.schema.kind.apiVersion == apiVersion }.map {
                    ($0.form.converted(object, to: $0.schema.kind), .structure($0.schema.structure))
                }
            })
    }

    /// Objects go through the webhook wherever they are of another version, and through the schema of the one that is wanted. Stored ones
    /// are of whatever version was stored when they were written.
    private static func conversion(
        _ webhook: ConversionWebhook, _ own: CustomResourceForm, _ kind: GroupVersionKind, _ stored: CustomResourceForm,
        _ storedKind: GroupVersionKind
    ) -> Conversion {
        Conversion(
            toStorage: { served in
                guard kind != storedKind else { return served }
                guard let converted = try await webhook.convert([served], to: storedKind).first else { return served }
                return stored.converted(converted, to: storedKind)
            },
            fromStorageTogether: { objects in
                try await webhook.convert(objects, to: kind).map { own.converted($0, to: kind) }
            })
    }

    // MARK: Versions

    private static func version(_ version: Value, _ spec: Value, _ names: Value, isTerminating: Bool) -> Version {
        let name = version["name"]?.string ?? ""
        let group = spec["group"]?.string ?? ""
        let kind = GroupVersionKind(group: group, version: name, kind: names["kind"]?.string ?? "")
        let structural = StructuralSchema(
            version[path: "schema", "openAPIV3Schema"] ?? ["type": "object", "x-kubernetes-preserve-unknown-fields": true])
        let metadata = Self.metadata
        let scale = version[path: "subresources", "scale"].flatMap { $0.isNull ? nil : $0 }
        let status = version[path: "subresources", "status"].flatMap { $0.isNull ? nil : $0 }
        let form = CustomResourceForm(
            schema: structural, metadata: metadata,
            scale: scale.map {
                .init(
                    specReplicas: $0["specReplicasPath"]?.string ?? "", statusReplicas: $0["statusReplicasPath"]?.string ?? "",
                    labelSelector: $0["labelSelectorPath"]?.string ?? "")
            },
            hasStatus: status != nil, listKind: names["listKind"]?.string ?? "", deprecationWarning: deprecation(version, kind, spec),
            rules: ValidationRules(structural))
        var verbs = ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"]
        // Nothing new comes into a resource that is on its way out.
        if isTerminating { verbs.removeAll { $0 == "create" } }
        var schema = ResourceSchema(
            resource: GroupVersionResource(group: group, version: name, resource: names["plural"]?.string ?? ""), kind: kind,
            singular: names["singular"]?.string ?? "", isNamespaced: spec["scope"]?.string == "Namespaced", verbs: verbs,
            structure: structural.structure(named: definitionName(kind), metadata: metadata))
        schema.custom = form
        schema.shortNames = (names["shortNames"]?.array ?? []).compactMap(\.string)
        schema.categories = (names["categories"]?.array ?? []).compactMap(\.string)
        if status != nil { schema.subresources.append(.init(name: "status", kind: kind, verbs: ["get", "patch", "update"])) }
        if scale != nil {
            let scaleKind = GroupVersionKind(group: "autoscaling", version: "v1", kind: "Scale")
            schema.subresources.append(.init(name: "scale", kind: scaleKind, verbs: ["get", "patch", "update"]))
        }
        schema.columns = columns(version)
        schema.selectableFields = (version["selectableFields"]?.array ?? []).compactMap {
            $0["jsonPath"]?.string.map { String($0.drop { $0 == "." }) }
        }
        return Version(name: name, isServed: version["served"]?.bool ?? false, schema: schema, form: form)
    }

    private static let metadata: Structure = {
        guard let metadata = BuiltInSchema.shared.structure(named: "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta") else {
            fatalError("the built-in schema has no ObjectMeta")
        }
        return metadata
    }()

    /// "com.example.stable.v1.CronTab": the group backwards, as upstream names definitions of custom resources.
    private static func definitionName(_ kind: GroupVersionKind) -> String {
        (kind.group.split(separator: ".").reversed().map(String.init) + [kind.version, kind.kind]).joined(separator: ".")
    }

    /// What clients of a deprecated version are told: the definition's words, or the version to use instead.
    private static func deprecation(_ version: Value, _ kind: GroupVersionKind, _ spec: Value) -> String {
        guard version["deprecated"]?.bool == true else { return "" }
        if let warning = version["deprecationWarning"]?.string { return warning }
        let better = (spec["versions"]?.array ?? []).filter { $0["served"]?.bool == true && $0["deprecated"]?.bool != true }
            .compactMap { $0["name"]?.string }.filter { VersionPriority($0) > VersionPriority(kind.version) }
            .max { VersionPriority($0) < VersionPriority($1) }
        let message = "\(kind.apiVersion) \(kind.kind) is deprecated"
        return better.map { "\(message); use \(kind.group)/\($0) \(kind.kind)" } ?? message
    }

    private static func columns(_ version: Value) -> [ResourceSchema.Column] {
        var name = ResourceSchema.Column(name: "Name", type: "string")
        name.format = "name"
        let given = version["additionalPrinterColumns"]?.array ?? []
        guard !given.isEmpty else {
            var age = ResourceSchema.Column(name: "Age", type: "date")
            age.path = ".metadata.creationTimestamp"
            return [name, age]
        }
        return [name]
            + given.map { value in
                var column = ResourceSchema.Column(name: value["name"]?.string ?? "", type: value["type"]?.string ?? "string")
                column.format = value["format"]?.string ?? ""
                column.priority = Int(value["priority"]?.int ?? 0)
                column.path = value["jsonPath"]?.string ?? ""
                let described = value["description"]?.string ?? ""
                column.description =
                    described.isEmpty ? "Custom resource definition column (in JSONPath format): \(column.path)" : described
                return column
            }
    }
}
