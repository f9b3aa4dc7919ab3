import Core
import Values

/// The volumes of pods.
extension Validator {
    /// Every kind of volume, in the order upstream looks at them.
    private static let sources = [
        "emptyDir", "hostPath", "gitRepo", "gcePersistentDisk", "awsElasticBlockStore", "secret", "nfs", "iscsi", "glusterfs", "flocker",
        "persistentVolumeClaim", "rbd", "cinder", "cephfs", "quobyte", "downwardAPI", "fc", "flexVolume", "configMap", "azureFile",
        "vsphereVolume", "photonPersistentDisk", "portworxVolume", "azureDisk", "storageos", "projected", "scaleIO", "csi", "ephemeral",
        "image",
    ]
    private static let fileMode = "must be a number between 0 and 0777 (octal), both inclusive"
    private static let volumeFields = ["metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"]

    /// Checks the volumes of a pod; gives those that are in order, by name.
    mutating func volumes(_ list: Place, podName: String) -> [String: Place] {
        var known: [String: Place] = [:]
        for volume in list.items {
            var own = Validator()
            own.volumeSource(volume)
            let name = volume["name"]
            if name.isEmpty { own.required(name) } else { own.dnsLabel(name) }
            if known[name.text] != nil { own.duplicate(name) }
            if own.isClean { known[name.text] = volume } else { append(own) }
        }
        return known
    }

    mutating func append(_ other: Validator) {
        for cause in other.causes { append(cause) }
    }

    private mutating func volumeSource(_ volume: Place) {
        var found = false
        for kind in Self.sources where volume[kind].isPresent {
            let source = volume[kind]
            if found {
                forbidden(volume[kind == "cephfs" ? "cephFS" : kind], "may not specify more than 1 volume type")
                continue
            }
            found = true
            switch kind {
            case "emptyDir":
                if let limit = Self.quantity(source["sizeLimit"]), limit < .zero {
                    forbidden(source["sizeLimit"], "SizeLimit field must be a valid resource quantity")
                }
            case "hostPath": hostPath(source)
            case "secret":
                if source["secretName"].isEmpty { required(source["secretName"]) }
                fileMode(source["defaultMode"])
                for item in source["items"].items { keyToPath(item) }
            case "configMap":
                if source["name"].isEmpty { required(source["name"]) }
                fileMode(source["defaultMode"])
                for item in source["items"].items { keyToPath(item) }
            case "nfs":
                for field in ["server", "path"] where source[field].isEmpty { required(source[field]) }
                if !source["path"].isEmpty, !source["path"].text.hasPrefix("/") { invalid(source["path"], "must be an absolute path") }
            case "persistentVolumeClaim": if source["claimName"].isEmpty { required(source["claimName"]) }
            case "downwardAPI":
                fileMode(source["defaultMode"])
                for file in source["items"].items { downwardFile(file, at: source) }
            case "projected": projected(source)
            case "csi":
                if source["driver"].isEmpty { required(source["driver"]) } else { csiDriverName(source["driver"]) }
                if source["nodePublishSecretRef"].isPresent, source["nodePublishSecretRef"]["name"].isEmpty {
                    required(source["nodePublishSecretRef"]["name"])
                }
            case "ephemeral":
                if source["volumeClaimTemplate"].isPresent {
                    claimSpec(source["volumeClaimTemplate"]["spec"])
                } else {
                    required(source["volumeClaimTemplate"])
                }
            case "image": oneOfIfPresent(source["pullPolicy"], ["Always", "IfNotPresent", "Never"])
            default: legacySource(kind, source)
            }
        }
        if !found { required(volume, "must specify a volume type") }
    }

    mutating func csiDriverName(_ place: Place) {
        if place.text.utf8.count > 63 { tooLong(place, 63) }
        for problem in Formats.dnsSubdomain(place.text.lowercased()) { invalid(place, problem) }
    }

    /// Sources that live on in the API; their mandatory fields are all that is looked at.
    private mutating func legacySource(_ kind: String, _ source: Place) {
        let mandatory: [String: [String]] = [
            "gcePersistentDisk": ["pdName"], "awsElasticBlockStore": ["volumeID"], "iscsi": ["targetPortal", "iqn"],
            "glusterfs": ["endpoints", "path"], "rbd": ["monitors", "image"], "cinder": ["volumeID"], "cephfs": ["monitors"],
            "quobyte": ["registry", "volume"], "flexVolume": ["driver"], "azureFile": ["secretName", "shareName"],
            "vsphereVolume": ["volumePath"],
            "photonPersistentDisk": ["pdID"], "portworxVolume": ["volumeID"], "azureDisk": ["diskName", "diskURI"],
            "scaleIO": ["gateway", "system", "volumeName"], "gitRepo": ["repository"],
        ]
        for field in mandatory[kind] ?? [] where source[field].isEmpty { required(source[field]) }
    }

    mutating func hostPath(_ source: Place) {
        guard !source["path"].isEmpty else { return required(source["path"]) }
        withoutBacksteps(source["path"])
        let types = ["", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"]
        oneOfIfPresent(source["type"], types)
    }

    mutating func fileMode(_ place: Place) {
        if let mode = place.int, !(0...0o777).contains(mode) { invalid(place, Self.fileMode) }
    }

    private mutating func keyToPath(_ item: Place) {
        if item["key"].isEmpty { required(item["key"]) }
        if item["path"].isEmpty { required(item["path"]) }
        localPath(item["path"])
        fileMode(item["mode"])
    }

    private mutating func downwardFile(_ file: Place, at place: Place) {
        // Upstream reports files without their place in the list.
        func at(_ field: String) -> Place { place[field].with(file[field].value) }
        if file["path"].isEmpty { required(at("path")) }
        localPath(at("path"))
        if file["fieldRef"].isPresent {
            fieldReference(at("fieldRef"), Self.volumeFields)
            if file["resourceFieldRef"].isPresent {
                invalid(place, "fieldRef and resourceFieldRef can not be specified simultaneously", value: "resource")
            }
        } else if file["resourceFieldRef"].isPresent {
            resourceFieldReference(at("resourceFieldRef"), needsContainer: true)
        } else {
            required(place, "one of fieldRef and resourceFieldRef is required")
        }
        fileMode(at("mode"))
    }

    private mutating func projected(_ source: Place) {
        fileMode(source["defaultMode"])
        var paths: Set<String> = []
        func isRepeated(_ path: String, _ paths: inout Set<String>) -> Bool { !path.isEmpty && !paths.insert(path).inserted }
        for part in source["sources"].items {
            let kinds = ["secret", "configMap", "downwardAPI", "serviceAccountToken", "clusterTrustBundle", "podCertificate"].filter {
                part[$0].isPresent
            }
            for kind in kinds {
                let inner = part[kind]
                switch kind {
                case "secret", "configMap":
                    if inner["name"].isEmpty { required(inner["name"]) }
                    for item in inner["items"].items {
                        keyToPath(item)
                        if isRepeated(item["path"].text, &paths) {
                            invalid(source, "conflicting duplicate paths", value: inner["name"].value)
                        }
                    }
                case "downwardAPI":
                    for file in inner["items"].items {
                        downwardFile(file, at: inner)
                        if isRepeated(file["path"].text, &paths) {
                            invalid(source, "conflicting duplicate paths", value: file["path"].value)
                        }
                    }
                case "serviceAccountToken":
                    tokenExpiration(inner["expirationSeconds"])
                    let path = source["path"].with(inner["path"].value)
                    if path.isEmpty { required(path) } else { localPath(path) }
                case "clusterTrustBundle":
                    if inner["path"].isEmpty { required(inner["path"]) }
                    localPath(inner["path"])
                    if inner["name"].isPresent, inner["signerName"].isPresent {
                        invalid(inner, "only one of name and signerName may be used")
                    } else if !inner["name"].isPresent, !inner["signerName"].isPresent {
                        required(inner, "either name or signerName must be specified")
                    }
                default:
                    let files = ["credentialBundlePath", "keyPath", "certificateChainPath"].map { inner[$0] }.filter { !$0.isEmpty }
                    if files.isEmpty { required(inner, "specify at least one of credentialBundlePath, keyPath, and certificateChainPath") }
                    for file in files { localPath(file) }
                }
            }
            if kinds.count > 1 { forbidden(part, "may not specify more than 1 volume type per source") }
        }
    }

    /// How long a token may be good for, in seconds.
    mutating func tokenExpiration(_ place: Place) {
        let seconds = place.int ?? 0
        if seconds < 600 { invalid(place, "may not specify a duration less than 10 minutes", value: .int(seconds)) }
        if seconds > 1 << 32 { invalid(place, "may not specify a duration larger than 2^32 seconds", value: .int(seconds)) }
    }

    // MARK: Paths

    mutating func withoutBacksteps(_ place: Place) {
        if place.text.split(separator: "/").contains("..") { invalid(place, "must not contain '..'") }
    }

    mutating func descendingPath(_ place: Place) {
        if place.text.hasPrefix("/") { invalid(place, "must be a relative path") }
        withoutBacksteps(place)
    }

    /// A relative path that does not start with "..".
    private mutating func localPath(_ place: Place) {
        descendingPath(place)
        if place.text.hasPrefix(".."), !place.text.hasPrefix("../") { invalid(place, "must not start with '..'") }
    }
}
