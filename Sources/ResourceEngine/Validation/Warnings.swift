import Core
import SchemaEngine
import Values

/// Advice upstream sends along with objects that it accepts (`WarningsOnCreate` and `WarningsOnUpdate` of its strategies).
enum Warnings {
    static func collect(_ object: Place, old: Place?, _ kind: GroupVersionKind) -> [String] {
        var warnings: [String] = []
        finalizers(object, old, &warnings)
        switch kind.kind {
        // Pods are changed by programs, and often: upstream says nothing then.
        case "Pod" where old == nil:
            name(object, old, "the Pod's hostname", &warnings)
            PodWarnings.collect(object["spec"], object["metadata"], isTemplate: false, &warnings)
        case "PodTemplate": template(object, old, &warnings)
        case "Deployment", "ReplicaSet", "ReplicationController":
            name(object, old, "Pod names and hostnames", &warnings)
            template(object["spec"], old?["spec"], &warnings)
        case "DaemonSet": template(object["spec"], old?["spec"], &warnings)
        case "StatefulSet": statefulSet(object["spec"], old?["spec"], &warnings)
        case "Job":
            name(object, old, "Pod names and hostnames", &warnings)
            job(object["spec"], old?["spec"], &warnings)
        case "CronJob":
            name(object, old, "Pod names and hostnames", &warnings)
            job(object["spec"]["jobTemplate"]["spec"], old?["spec"]["jobTemplate"]["spec"], &warnings)
        case "Service" where kind.group.isEmpty: service(object, &warnings)
        case "PersistentVolume": persistentVolume(object, &warnings)
        case "PersistentVolumeClaim":
            annotation(object, "volume.beta.kubernetes.io/storage-class", storageClass, &warnings)
            PodWarnings.claim(object["spec"], &warnings)
        case "CustomResourceDefinition":
            let known = Set(old.map { formats($0["spec"]["versions"]) } ?? [])
            for format in formats(object["spec"]["versions"]) where !known.contains(format) {
                warnings.append("unrecognized format \(Validator.quoted(format))")
            }
        case "StorageClass":
            for expression in object["allowedTopologies"].items.flatMap({ $0["matchLabelExpressions"].items }) {
                if let message = NodeLabels.deprecated[expression["key"].text] { warnings.append("\(expression["key"].path): \(message)") }
            }
        case "RuntimeClass":
            for key in object["scheduling"]["nodeSelector"].keys {
                if let message = NodeLabels.deprecated[key] { warnings.append("scheduling.nodeSelector: \(message)") }
            }
        case "CSIStorageCapacity": NodeLabels.selector(object["nodeTopology"], &warnings)
        case "CSIDriver": csiDriver(object["spec"], old?["spec"], &warnings)
        case "Node": node(object["spec"], &warnings)
        case "Ingress":
            if old == nil, object["metadata"]["annotations"][ingressClass].isPresent, !object["spec"]["ingressClassName"].isPresent {
                warnings.append("annotation \"\(ingressClass)\" is deprecated, please use 'spec.ingressClassName' instead")
            }
        case "NetworkPolicy":
            for rule in object["spec"]["ingress"].items.flatMap({ $0["from"].items })
                + object["spec"]["egress"].items.flatMap({ $0["to"].items })
            {
                ([rule["ipBlock"]["cidr"]] + rule["ipBlock"]["except"].items).forEach { AddressWarnings.cidr($0, &warnings) }
            }
        case "EndpointSlice": endpointSlice(object, old, &warnings)
        case "ResourceQuota" where old == nil: quota(object["spec"]["hard"], &warnings)
        case "ServiceAccount":
            if old?["metadata"]["annotations"][mountableSecrets].isPresent != true {
                annotation(
                    object, mountableSecrets, "deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets",
                    &warnings)
            }
        case "ResourceSlice":
            let driver = object["spec"]["driver"].text
            if driver != driver.lowercased() {
                warnings.append("spec.driver: driver names should be lowercase; \(Validator.quoted(driver)) contains uppercase characters")
            }
        default: break
        }
        return warnings
    }

    /// The formats in the schemas of versions that mean nothing here.
    private static func formats(_ versions: Place) -> [String] {
        versions.items.flatMap { version in version["schema"]["openAPIV3Schema"].value.map { formats(of: $0) } ?? [] }
    }

    private static func formats(of schema: Value) -> [String] {
        var found: [String] = []
        let (type, format) = (schema["type"]?.string ?? "", schema["format"]?.string ?? "")
        if !format.isEmpty, ValueFormat.supported(format, type: type).isEmpty { found.append(format) }
        for name in ["items", "additionalProperties", "not"] {
            if let inner = schema[name], inner.object != nil { found += formats(of: inner) }
        }
        for name in ["allOf", "anyOf", "oneOf"] { found += (schema[name]?.array ?? []).flatMap(formats(of:)) }
        for member in schema["properties"]?.object ?? Object() { found += formats(of: member.value) }
        return found
    }

    static func customResource(_ object: Place, old: Place?) -> [String] {
        var warnings: [String] = []
        let known = Set(old?["metadata"]["finalizers"].texts ?? [])
        for name in Set(object["metadata"]["finalizers"].texts).subtracting(known).sorted() {
            warnings += Formats.qualifiedName(name).map { "metadata.finalizers: \(Validator.quoted(name)): \($0)" }
            guard !name.contains("/"), !["kubernetes", "orphan", "foregroundDeletion"].contains(name) else { continue }
            let path = name.contains(".") ? " including a path (/)" : ""
            warnings.append(
                "metadata.finalizers: \(Validator.quoted(name)): prefer a domain-qualified finalizer name\(path) to avoid accidental conflicts "
                    + "with other finalizer writers")
        }
        return warnings
    }

    private static let storageClass = "deprecated since v1.8; use \"storageClassName\" attribute instead"
    private static let ingressClass = "kubernetes.io/ingress.class"
    private static let mountableSecrets = "kubernetes.io/enforce-mountable-secrets"

    private static func finalizers(_ object: Place, _ old: Place?, _ warnings: inout [String]) {
        let known = Set(old?["metadata"]["finalizers"].texts ?? [])
        for name in object["metadata"]["finalizers"].texts
        where !known.contains(name) && !name.contains("/") && !["kubernetes", "orphan", "foregroundDeletion"].contains(name) {
            warnings.append(
                "metadata.finalizers: \(Validator.quoted(name)): prefer a domain-qualified finalizer name including a path (/) to avoid "
                    + "accidental conflicts with other finalizer writers")
        }
    }

    /// The name of what is new, where it is used in names that have to be DNS labels.
    private static func name(_ object: Place, _ old: Place?, _ use: String, _ warnings: inout [String]) {
        guard old == nil else { return }
        let problems = Formats.dnsLabel(object["metadata"]["name"].text)
        guard !problems.isEmpty else { return }
        warnings.append(
            "metadata.name: this is used in \(use), which can result in surprising behavior; a DNS label is recommended: "
                + "[\(problems.joined(separator: " "))]")
    }

    private static func annotation(_ object: Place, _ key: String, _ message: String, _ warnings: inout [String]) {
        let place = object["metadata"]["annotations"][key: key]
        if place.isPresent { warnings.append("\(place.path): \(message)") }
    }

    /// The pod template of something that is new or has changed.
    private static func template(_ owner: Place, _ old: Place?, _ warnings: inout [String]) {
        guard old == nil || !Validator.same(owner.value, old?.value) else { return }
        let template = owner["template"]
        PodWarnings.collect(template["spec"], template["metadata"], isTemplate: true, &warnings)
    }

    private static func job(_ spec: Place, _ old: Place?, _ warnings: inout [String]) {
        if spec["completionMode"].text == "Indexed", spec["completions"].int ?? 0 > 100_000, spec["parallelism"].int ?? 0 > 10_000 {
            warnings.append(
                "\(spec.path): In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes "
                    + "might not be able to track completedIndexes when a big number of indexes fail")
        }
        template(spec, old, &warnings)
    }

    private static func statefulSet(_ spec: Place, _ old: Place?, _ warnings: inout [String]) {
        template(spec, old, &warnings)
        for claim in spec["volumeClaimTemplates"].items where old == nil { PodWarnings.claim(claim["spec"], &warnings) }
        if let limit = spec["revisionHistoryLimit"].int, limit < 0 {
            warnings.append("spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended")
        }
    }

    private static func service(_ object: Place, _ warnings: inout [String]) {
        let spec = object["spec"]
        let type = spec["type"].text
        let isHeadless = type == "ClusterIP" && spec["clusterIP"].text == "None"
        if object["metadata"]["annotations"]["service.kubernetes.io/topology-aware-hints"].isPresent {
            warnings.append(
                "annotation service.kubernetes.io/topology-aware-hints is deprecated, please use service.kubernetes.io/topology-mode instead"
            )
        }
        if !spec["clusterIP"].isEmpty, !isHeadless { spec["clusterIPs"].items.forEach { AddressWarnings.ip($0, &warnings) } }
        if isHeadless {
            if !spec["loadBalancerIP"].isEmpty { warnings.append("spec.loadBalancerIP is ignored for headless services") }
            if !spec["externalIPs"].isEmpty { warnings.append("spec.externalIPs is ignored for headless services") }
            if spec["sessionAffinity"].text != "None" { warnings.append("spec.SessionAffinity is ignored for headless services") }
        }
        spec["externalIPs"].items.forEach { AddressWarnings.ip($0, &warnings) }
        if !spec["externalIPs"].isEmpty, !isHeadless, type != "ExternalName" {
            warnings.append("spec.externalIPs is deprecated and may no longer be implemented in some clusters")
        }
        if !spec["loadBalancerIP"].isEmpty { AddressWarnings.ip(spec["loadBalancerIP"], &warnings) }
        spec["loadBalancerSourceRanges"].items.forEach { AddressWarnings.cidr($0, &warnings) }
        if type == "ExternalName", !spec["externalIPs"].isEmpty {
            warnings.append("spec.externalIPs is ignored when spec.type is \"ExternalName\"")
        }
        if type != "ExternalName", !spec["externalName"].isEmpty {
            warnings.append("spec.externalName is ignored when spec.type is not \"ExternalName\"")
        }
        if spec["trafficDistribution"].text == "PreferClose" {
            warnings.append("spec.trafficDistribution: \"PreferClose\" is deprecated; use \"PreferSameZone\"")
        }
    }

    private static func persistentVolume(_ object: Place, _ warnings: inout [String]) {
        annotation(object, "volume.beta.kubernetes.io/storage-class", storageClass, &warnings)
        annotation(
            object, "volume.beta.kubernetes.io/mount-options", "deprecated since v1.31; use \"mountOptions\" attribute instead", &warnings)
        let spec = object["spec"]
        if spec["persistentVolumeReclaimPolicy"].text == "Recycle" {
            warnings.append(
                "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use "
                    + "dynamic provisioning.")
        }
        for term in spec["nodeAffinity"]["required"]["nodeSelectorTerms"].items { NodeLabels.term(term, checksValues: false, &warnings) }
        for (kind, shown, message) in PodWarnings.volumes where kind != "flocker" && kind != "quobyte" && kind != "gitRepo" {
            if spec[kind].isPresent { warnings.append("spec.\(shown): \(message)") }
        }
    }

    private static func csiDriver(_ spec: Place, _ old: Place?, _ warnings: inout [String]) {
        guard !spec["tokenRequests"].isEmpty, !spec["serviceAccountTokenInSecrets"].isPresent else { return }
        if let old, Validator.same(spec["tokenRequests"].value, old["tokenRequests"].value) { return }
        warnings.append(
            "spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in "
                + "volume attributes")
    }

    private static func node(_ spec: Place, _ warnings: inout [String]) {
        if spec["configSource"].isPresent { warnings.append("spec.configSource: the feature is removed") }
        if !spec["externalID"].isEmpty { warnings.append("spec.externalID: this field is deprecated, and is unused by Kubernetes") }
        spec["podCIDRs"].items.forEach { AddressWarnings.cidr($0, &warnings) }
    }

    private static func endpointSlice(_ object: Place, _ old: Place?, _ warnings: inout [String]) {
        if old == nil, object["addressType"].text == "FQDN" { warnings.append("spec.addressType: FQDN endpoints are deprecated") }
        // What the cluster's own controllers write they have put right before.
        let manager = object["metadata"]["labels"]["endpointslice.kubernetes.io/managed-by"].text
        guard !["endpointslice-controller.k8s.io", "endpointslicemirroring-controller.k8s.io"].contains(manager),
            object["addressType"].text != "FQDN"
        else { return }
        for address in object["endpoints"].items.flatMap({ $0["addresses"].items }) { AddressWarnings.ip(address, &warnings) }
    }

    private static func quota(_ hard: Place, _ warnings: inout [String]) {
        for resource in ["cpu", "memory", "ephemeral-storage"] {
            let bare = !hard["requests.\(resource)"].isPresent && resource != "ephemeral-storage"
            let name = bare ? resource : "requests.\(resource)"
            guard let request = Validator.quantity(hard[name]), let limit = Validator.quantity(hard["limits.\(resource)"]), limit < request
            else { continue }
            warnings.append("ResourceQuota \(name) (\(request)) should be less than limits.\(resource) (\(limit))")
        }
    }
}
