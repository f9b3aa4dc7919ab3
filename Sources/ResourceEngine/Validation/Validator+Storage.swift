import Core
import Values

/// Volumes, claims, storage classes and CSI objects.
extension Validator {
    private static let volumeKinds = [
        "hostPath", "gcePersistentDisk", "awsElasticBlockStore", "glusterfs", "flocker", "nfs", "rbd", "quobyte", "cephfs", "iscsi",
        "cinder", "fc",
        "flexVolume", "azureFile", "vsphereVolume", "photonPersistentDisk", "portworxVolume", "azureDisk", "scaleIO", "local", "storageos",
        "csi",
    ]

    private mutating func accessModes(_ modes: Place, _ detail: String) {
        if modes.isEmpty { required(modes, detail) }
        let known = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"]
        for mode in modes.items where !known.contains(mode.text) { unsupported(modes, known, value: mode.value) }
        let names = Set(modes.texts).intersection(known)
        if names.contains("ReadWriteOncePod"), names.count > 1 { forbidden(modes, "may not use ReadWriteOncePod with other access modes") }
    }

    private mutating func positiveQuantity(_ place: Place) {
        if let quantity = Self.quantity(place), quantity <= .zero {
            invalid(place, "must be greater than zero", value: .string(quantity.description))
        }
    }

    mutating func claimSpec(_ spec: Place) {
        accessModes(spec["accessModes"], "at least 1 access mode is required")
        labelSelector(spec["selector"])
        let storage = spec["resources"][key: "storage"].with(spec["resources"]["requests"]["storage"].value)
        if storage.isPresent { positiveQuantity(storage) } else { required(storage) }
        if !spec["storageClassName"].isEmpty { dnsSubdomain(spec["storageClassName"]) }
        oneOfIfPresent(spec["volumeMode"], ["Block", "Filesystem"])
        for field in ["dataSource", "dataSourceRef"] where spec[field].isPresent {
            let source = spec[field]
            for part in ["name", "kind"] where source[part].isEmpty { required(source[part]) }
            if source["apiGroup"].isEmpty, source["kind"].text != "PersistentVolumeClaim" {
                invalid(source, "must be 'PersistentVolumeClaim' when referencing the default apiGroup", value: source["kind"].value)
            }
            if !source["apiGroup"].isEmpty { dnsSubdomain(source["apiGroup"]) }
        }
        if !spec["volumeAttributesClassName"].isEmpty { dnsSubdomain(spec["volumeAttributesClassName"]) }
    }

    private static let storageClassAnnotation = "volume.beta.kubernetes.io/storage-class"

    mutating func claimUpdate(_ new: Place, _ old: Place) {
        metadataUpdate(new["metadata"], old["metadata"])
        metadata(new["metadata"], isNamespaced: true, name: .subdomain)
        claimSpec(new["spec"])
        var now = new["spec"].value ?? .null
        var before = old["spec"].value ?? .null
        if old["spec"]["volumeName"].isEmpty { before["volumeName"] = now["volumeName"] }
        let annotation = new["metadata"]["annotations"][Self.storageClassAnnotation]
        let formerly = old["metadata"]["annotations"][Self.storageClassAnnotation].text
        if !old["spec"]["storageClassName"].isPresent, !formerly.isEmpty, annotation.isEmpty,
            new["spec"]["storageClassName"].text == formerly
        {
            // What the annotation says may move into the field.
            before["storageClassName"] = now["storageClassName"]
        } else {
            if !old["spec"]["storageClassName"].isPresent { before["storageClassName"] = now["storageClassName"] }
            if annotation.text != formerly { invalid(annotation, Self.immutable, value: .string(annotation.text)) }
        }
        let isBound = new["status"]["phase"].text == "Bound"
        let storage = new["spec"]["resources"]["requests"]["storage"]
        if let size = Self.quantity(storage), let limit = Self.quantity(old["spec"]["resources"]["requests"]["storage"]) {
            let capacity = Self.quantity(old["status"]["capacity"]["storage"])
            if size < limit, !isBound || capacity.map({ size < $0 }) ?? true {
                forbidden(new["spec"]["resources"]["requests"]["storage"], "field can not be less than status.capacity")
            }
        }
        if isBound {
            before["resources"]?["requests"] = now["resources"]?["requests"]
            before["volumeAttributesClassName"] = now["volumeAttributesClassName"]
        }
        if !Self.same(now, before) {
            var lines: [String] = []
            now["volumeAttributesClassName"] = before["volumeAttributesClassName"]
            Self.differences(before, now, "", &lines)
            forbidden(
                new["spec"],
                "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n"
                    + lines.joined(separator: "\n") + "\n")
        }
        if Self.text(old["spec"]["volumeMode"]) != Self.text(new["spec"]["volumeMode"]) {
            invalid(new["spec"]["volumeMode"], Self.immutable)
        }
    }

    private static func text(_ place: Place) -> String { place.isEmpty ? "Filesystem" : place.text }

    mutating func persistentVolume(_ spec: Place) {
        accessModes(spec["accessModes"], "")
        let capacity = spec["capacity"]
        if capacity.isEmpty { required(capacity) }
        if !capacity["storage"].isPresent || capacity.count > 1 { unsupported(capacity, ["storage"], value: capacity.value ?? .null) }
        for (_, quantity) in capacity.entries { positiveQuantity(quantity) }
        let policy = spec["persistentVolumeReclaimPolicy"]
        if !policy.isEmpty { oneOfIfPresent(policy, ["Delete", "Recycle", "Retain"]) }
        let affinity = spec["nodeAffinity"]
        if affinity.isPresent {
            if affinity["required"].isPresent {
                nodeSelector(affinity["required"])
            } else {
                required(affinity["required"], "must specify required node constraints")
            }
        }
        var found = false
        for kind in Self.volumeKinds where spec[kind].isPresent {
            if found {
                // Upstream does not mind one of a kind that plugins of nodes give.
                let name = kind == "cephfs" ? "cephFS" : kind
                if kind != "flexVolume" { forbidden(spec[name], "may not specify more than 1 volume type") }
                continue
            }
            found = true
            let source = spec[kind]
            switch kind {
            case "hostPath": hostPath(source)
            case "nfs":
                for field in ["server", "path"] where source[field].isEmpty { required(source[field]) }
                if !source["path"].text.hasPrefix("/") {
                    invalid(source["path"], "must be an absolute path", value: .string(source["path"].text))
                }
            case "local":
                if source["path"].isEmpty { required(source["path"]) } else { withoutBacksteps(source["path"]) }
                if !affinity["required"].isPresent { required(affinity, "Local volume requires node affinity") }
            case "csi":
                if source["driver"].isEmpty { required(source["driver"]) } else { csiDriverName(source["driver"]) }
                if source["volumeHandle"].isEmpty { required(source["volumeHandle"]) }
            case "storageos":
                if source["volumeName"].isEmpty { required(source["volumeName"]) } else { dnsLabel(source["volumeName"]) }
                if !source["volumeNamespace"].isEmpty { dnsLabel(source["volumeNamespace"]) }
            case "azureFile":
                for field in ["secretName", "shareName"] where source[field].isEmpty { required(source[field]) }
                if source["secretNamespace"].isPresent, source["secretNamespace"].isEmpty { required(source["secretNamespace"]) }
            default: break
            }
        }
        if !found { required(spec, "must specify a volume type") }
        if spec["hostPath"]["path"].text == "/", policy.text == "Recycle" {
            forbidden(policy, "may not be 'recycle' for a hostPath mount of '/'")
        }
        if !spec["storageClassName"].isEmpty { dnsSubdomain(spec["storageClassName"]) }
        oneOfIfPresent(spec["volumeMode"], ["Block", "Filesystem"])
        let attributes = spec["volumeAttributesClassName"]
        if attributes.isPresent {
            if attributes.isEmpty { required(attributes, "an empty string is disallowed") } else { dnsSubdomain(attributes) }
            if !spec["csi"].isPresent { required(spec["csi"], "has to be specified when using volumeAttributesClassName") }
        }
    }

    mutating func persistentVolumeUpdate(_ new: Place, _ old: Place) {
        metadata(new["metadata"], isNamespaced: false, name: .subdomain)
        persistentVolume(new["spec"])
        var changed = false
        for kind in Self.volumeKinds {
            var now = new["spec"][kind].value
            if kind == "csi", !old["spec"]["csi"]["controllerExpandSecretRef"].isPresent { now?["controllerExpandSecretRef"] = nil }
            if !Self.same(now, old["spec"][kind].value) { changed = true }
        }
        if changed {
            forbidden(new["spec"]["persistentvolumesource"], "spec.persistentvolumesource is immutable after creation\n")
        }
        immutable(new["volumeMode"].with(new["spec"]["volumeMode"].value), old["spec"]["volumeMode"])
        if old["spec"]["nodeAffinity"].isPresent {
            immutable(
                new["nodeAffinity"].with(new["spec"]["nodeAffinity"].value), old["spec"]["nodeAffinity"],
                "field is immutable, except for updating from beta label to GA")
        }
    }

    // MARK: storage.k8s.io

    private mutating func provisioner(_ place: Place) {
        if place.isEmpty {
            required(place)
        } else {
            let name = place.text.lowercased()
            for problem in Formats.qualifiedName(name) { invalid(place, problem, value: .string(name)) }
        }
    }

    private mutating func parameters(_ place: Place, allowsEmpty: Bool) {
        if place.count > 512 { tooLong(place, 512) }
        var size = 0
        for (key, entry) in place.entries {
            if key.isEmpty { invalid(place, "field can not be empty.", value: .string(key)) }
            size += key.utf8.count + entry.text.utf8.count
        }
        if size > 256 * 1024 { tooLong(place, 256 * 1024) }
        if !allowsEmpty, place.isEmpty { required(place, "must contain at least one key/value pair") }
    }

    mutating func storageClass(_ object: Place) {
        provisioner(object["provisioner"])
        parameters(object["parameters"], allowsEmpty: true)
        oneOfIfPresent(object["reclaimPolicy"], ["Delete", "Retain"])
        let mode = object["volumeBindingMode"]
        if mode.isPresent { oneOfIfPresent(mode, ["Immediate", "WaitForFirstConsumer"]) } else { required(mode) }
        for term in object["allowedTopologies"].items {
            for expression in term["matchLabelExpressions"].items {
                qualifiedName(expression["key"].with(.string(expression["key"].text)))
                if expression["values"].isEmpty { required(expression["values"]) }
            }
        }
    }

    mutating func storageClassUpdate(_ new: Place, _ old: Place) {
        metadataUpdate(new["metadata"], old["metadata"])
        storageClass(new)
        for field in ["parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"] { immutable(new[field], old[field]) }
    }

    mutating func volumeAttributesClass(_ object: Place) {
        provisioner(object["driverName"])
        parameters(object["parameters"], allowsEmpty: false)
    }

    mutating func volumeAttributesClassUpdate(_ new: Place, _ old: Place) {
        metadataUpdate(new["metadata"], old["metadata"])
        metadata(new["metadata"], isNamespaced: false, name: .subdomain)
        volumeAttributesClass(new)
        for field in ["driverName", "parameters"] where !Self.same(new[field].value, old[field].value) {
            forbidden(new[field], "updates to \(field) are forbidden.")
        }
    }

    mutating func volumeAttachment(_ object: Place) {
        let spec = object["spec"]
        if spec["attacher"].isEmpty { required(spec["attacher"]) } else { csiDriverName(spec["attacher"]) }
        let source = spec["source"]
        let name = source["persistentVolumeName"]
        switch (source["inlineVolumeSpec"].isPresent, name.isPresent) {
        case (false, false): required(source, "must specify exactly one of inlineVolumeSpec and persistentVolumeName")
        case (true, true): forbidden(source, "must specify exactly one of inlineVolumeSpec and persistentVolumeName")
        case (false, true): if name.isEmpty { required(name, "must specify non empty persistentVolumeName") }
        case (true, false): break
        }
        if !name.isEmpty { dnsSubdomain(name) }
        dnsSubdomain(spec["nodeName"].with(.string(spec["nodeName"].text)))
    }

    mutating func csiNode(_ object: Place) {
        var names: Set<String> = []
        for driver in object["spec"]["drivers"].items {
            if driver["name"].isEmpty { required(driver["name"]) } else { csiDriverName(driver["name"]) }
            let node = driver["nodeID"]
            if node.isEmpty { required(node) } else if node.text.utf8.count > 192 { invalid(node, "must be 192 characters or less") }
            nonNegative(driver["allocatable"]["count"])
            if !names.insert(driver["name"].text).inserted { duplicate(driver["name"]) }
            var keys: Set<String> = []
            for key in driver["topologyKeys"].items {
                if key.isEmpty { required(driver["topologyKeys"]) }
                if !keys.insert(key.text).inserted { duplicate(driver["topologyKeys"], value: key.value) }
                qualifiedName(driver["topologyKeys"].with(key.value))
            }
        }
    }

    mutating func csiDriver(_ object: Place) {
        let spec = object["spec"]
        for field in ["attachRequired", "podInfoOnMount", "storageCapacity"] where !spec[field].isPresent {
            required(field == "attachRequired" ? spec["attachedRequired"] : spec[field])
        }
        oneOfIfPresent(spec["fsGroupPolicy"], ["File", "None", "ReadWriteOnceWithFSType"])
        var audiences: Set<String> = []
        for request in spec["tokenRequests"].items {
            if !audiences.insert(request["audience"].text).inserted {
                duplicate(request["audience"], value: .string(request["audience"].text))
            }
            if request["expirationSeconds"].isPresent { tokenExpiration(request["expirationSeconds"]) }
        }
        for mode in spec["volumeLifecycleModes"].items where !["Persistent", "Ephemeral"].contains(mode.text) {
            unsupported(spec["volumeLifecycleModes"], ["Persistent", "Ephemeral"], value: mode.value)
        }
        if let period = spec["nodeAllocatableUpdatePeriodSeconds"].int, period < 10 {
            invalid(spec["nodeAllocatableUpdatePeriodSeconds"], "must be greater than or equal to 10 seconds")
        }
    }

    mutating func csiDriverUpdate(_ new: Place, _ old: Place) {
        metadataUpdate(new["metadata"], old["metadata"])
        csiDriver(new)
        immutable(new["spec"]["attachedRequired"].with(new["spec"]["attachRequired"].value), old["spec"]["attachRequired"])
        immutable(new["spec"]["volumeLifecycleModes"], old["spec"]["volumeLifecycleModes"])
    }

    mutating func csiStorageCapacity(_ object: Place) {
        labelSelector(object["nodeTopology"])
        dnsSubdomain(object["storageClassName"].with(.string(object["storageClassName"].text)))
        if let capacity = Self.quantity(object["capacity"]), capacity < .zero {
            invalid(object["capacity"], "must be greater than or equal to 0")
        }
    }
}
