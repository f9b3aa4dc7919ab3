import Core
import SchemaEngine
import Values

/// How objects of a kind may be called.
enum NameRule: Sendable {
    case subdomain, label, pathSegment
    /// A ClusterTrustBundle's: of a signer begins with that signer's name, of nobody has no colon.
    case bundle(signer: String)
    /// An IP address in canonical form.
    case address
    /// A LeaseCandidate's: as keys of ConfigMaps are.
    case configKey
    /// A StorageVersion's: a group and a resource.
    case storageVersion
    /// Anything that can stand in a path (no check beyond that of paths).
    case any

    /// `prefix`: the text is a generateName, to which characters will be added.
    func problems(_ name: String, prefix: Bool) -> [String] {
        // A dash at the end of a prefix is no dash at the end of a name.
        let text = prefix && name.hasSuffix("-") ? name.dropLast() + "a" : name
        switch self {
        case .subdomain: return Formats.dnsSubdomain(text)
        case .label: return Formats.dnsLabel(text)
        case .pathSegment: return Formats.pathSegment(text)
        case .bundle(let signer):
            guard !signer.isEmpty else {
                return name.contains(":")
                    ? ["ClusterTrustBundle without signer name must not have \":\" in its name"] : Formats.dnsSubdomain(text)
            }
            let start = signer.split(separator: "/").joined(separator: ":") + ":"
            guard name.hasPrefix(start) else {
                return ["ClusterTrustBundle for signerName \(signer) must be named with prefix \(start)"]
            }
            return Formats.dnsSubdomain(String(text.dropFirst(start.count)))
        case .address: return Formats.canonicalAddress(name)
        case .configKey: return Formats.configKey(name)
        case .storageVersion: return Formats.storageVersionName(name)
        case .any: return []
        }
    }
}

/// Names, labels, annotations, owners and finalizers.
extension Validator {
    static let annotationLimit = 256 * 1024

    mutating func metadata(_ metadata: Place, isNamespaced: Bool, name rule: NameRule) {
        let generateName = metadata["generateName"]
        if !generateName.isEmpty { invalid(generateName, rule.problems(generateName.text, prefix: true)) }
        let name = metadata["name"]
        if name.isEmpty {
            required(name, "name or generateName is required")
        } else {
            invalid(name, rule.problems(name.text, prefix: false))
        }
        let namespace = metadata["namespace"]
        if isNamespaced {
            if namespace.isEmpty { required(namespace) } else { dnsLabel(namespace) }
        } else if !namespace.isEmpty {
            forbidden(namespace, "not allowed on this type")
        }
        nonNegative(metadata["generation"])
        labels(metadata["labels"])
        annotations(metadata["annotations"])
        owners(metadata["ownerReferences"])
        finalizers(metadata["finalizers"])
        managedFields(metadata["managedFields"])
        guard requiresKnownFinalizers else { return }
        for finalizer in metadata["finalizers"].items { standardFinalizer(finalizer) }
    }

    mutating func metadataUpdate(_ new: Place, _ old: Place) {
        if old["deletionTimestamp"].isPresent {
            let known = Set(old["finalizers"].texts)
            let extra = Set(new["finalizers"].texts).subtracting(known).sorted()
            if !extra.isEmpty {
                let list = extra.map(Self.quoted).joined(separator: ", ")
                forbidden(
                    new["finalizers"],
                    "no new finalizers can be added if the object is being deleted, found new finalizers []string{\(list)}")
            }
        }
        if new["resourceVersion"].isEmpty { invalid(new["resourceVersion"], "must be specified for an update", value: "") }
        if let generation = old["generation"].int, (new["generation"].int ?? 0) < generation {
            invalid(new["generation"], "must not be decremented", value: .int(new["generation"].int ?? 0))
        }
        for field in ["name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"] {
            immutable(new[field], old[field])
        }
        labels(new["labels"])
        annotations(new["annotations"])
        owners(new["ownerReferences"])
        managedFields(new["managedFields"])
    }

    /// Keys and values of a map of labels; reported on the map.
    mutating func labels(_ place: Place) {
        for (key, entry) in place.entries {
            for problem in Formats.qualifiedName(key) { invalid(place, problem, value: .string(key)) }
            for problem in Formats.labelValue(entry.text) { invalid(place, problem, value: .string(entry.text)) }
        }
    }

    mutating func annotations(_ place: Place) {
        var size = 0
        for (key, entry) in place.entries {
            for problem in Formats.qualifiedName(key.lowercased()) { invalid(place, problem, value: .string(key)) }
            size += key.utf8.count + entry.text.utf8.count
        }
        if size > Self.annotationLimit { tooLong(place, Self.annotationLimit) }
    }

    private mutating func owners(_ place: Place) {
        var controller: String?
        for owner in place.items {
            // Upstream reports the fields of every owner on the list.
            func at(_ field: String) -> Place { place[field].with(owner[field].value ?? "") }
            let apiVersion = owner["apiVersion"].text
            // What is no group and version reads as neither.
            if apiVersion.isEmpty || apiVersion.hasSuffix("/") || apiVersion.utf8.count(where: { $0 == UInt8(ascii: "/") }) > 1 {
                invalid(at("apiVersion"), "version must not be empty")
            }
            for field in ["kind", "name", "uid"] where owner[field].isEmpty { invalid(at(field), "must not be empty") }
            if apiVersion == "v1", owner["kind"].text == "Event" {
                invalid(place, "/v1, Kind=Event is disallowed from being an owner", value: owner.value)
            }
            guard owner["controller"].isTrue else { continue }
            let name = "\(owner["kind"].text)/\(owner["name"].text)"
            if let controller {
                invalid(
                    place,
                    "Only one reference can have Controller set to true. Found \"true\" in references for \(controller) and \(name)")
            } else {
                controller = name
            }
        }
    }

    private mutating func finalizers(_ place: Place) {
        for finalizer in place.items {
            for problem in Formats.qualifiedName(finalizer.text) { invalid(place, problem, value: finalizer.value) }
        }
        let names = place.texts
        if names.contains("orphan"), names.contains("foregroundDeletion") {
            invalid(place, "finalizer orphan and foregroundDeletion cannot be both set")
        }
    }

    mutating func standardFinalizer(_ finalizer: Place) {
        guard !finalizer.text.contains("/"), !["kubernetes", "orphan", "foregroundDeletion"].contains(finalizer.text) else { return }
        invalid(finalizer, "name is neither a standard finalizer name nor is it fully qualified")
    }

    private mutating func managedFields(_ place: Place) {
        for entry in place.items {
            let operation = entry["operation"]
            if operation.text != "Apply" && operation.text != "Update" {
                invalid(operation, "must be `Apply` or `Update`", value: .string(operation.text))
            }
            let type = entry["fieldsType"]
            if type.isPresent, type.text != "FieldsV1" { invalid(type, "must be `FieldsV1`") }
            let manager = entry["manager"]
            if manager.text.utf8.count > 128 { tooLong(manager, 128) }
            let subresource = entry["subresource"]
            if subresource.text.utf8.count > 256 { tooLong(subresource, 256) }
        }
    }

    // MARK: Label selectors

    mutating func labelSelector(_ selector: Place) {
        labels(selector["matchLabels"])
        for requirement in selector["matchExpressions"].items {
            switch requirement["operator"].text {
            case "In", "NotIn":
                if requirement["values"].isEmpty {
                    required(requirement["values"], "must be specified when `operator` is 'In' or 'NotIn'")
                }
            case "Exists", "DoesNotExist":
                if !requirement["values"].isEmpty {
                    forbidden(requirement["values"], "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
                }
            default:
                invalid(requirement["operator"], "not a valid selector operator", value: .string(requirement["operator"].text))
            }
            qualifiedName(requirement["key"].with(.string(requirement["key"].text)))
            for value in requirement["values"].items { invalid(value, Formats.labelValue(value.text)) }
        }
    }

    /// Whether a selector means anything: its operators, keys and values are in order.
    static func isReadable(_ selector: Place) -> Bool {
        var probe = Validator()
        probe.labelSelector(selector)
        return probe.causes.isEmpty
    }

    /// Whether a selector that can be read picks these labels.
    static func selects(_ selector: Place, _ labels: [String: String]) -> Bool {
        guard let matcher = try? LabelMatcher(selector: selector.value) else { return false }
        return matcher.matches(labels)
    }
}
