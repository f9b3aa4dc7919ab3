import Core
import Values

/// Advice about pods and their templates (upstream's `pkg/api/pod/warnings.go`).
enum PodWarnings {
    /// Kinds of volumes that are going or gone: the field, how paths show it, and what is said of it.
    static let volumes: [(kind: String, shown: String, message: String)] = [
        ("photonPersistentDisk", "photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+"),
        ("gitRepo", "gitRepo", "deprecated in v1.11, and disabled by default in v1.33+"),
        ("scaleIO", "scaleIO", "deprecated in v1.16, non-functional in v1.22+"),
        ("flocker", "flocker", "deprecated in v1.22, non-functional in v1.25+"),
        ("storageos", "storageOS", "deprecated in v1.22, non-functional in v1.25+"),
        ("quobyte", "quobyte", "deprecated in v1.22, non-functional in v1.25+"),
        ("glusterfs", "glusterfs", "deprecated in v1.25, non-functional in v1.26+"),
        ("cephfs", "cephfs", "deprecated in v1.28, non-functional in v1.31+"),
        ("rbd", "rbd", "deprecated in v1.28, non-functional in v1.31+"),
    ]

    /// More are never sent (`WarningHeaders`): what is found in pairs may be much.
    static let enough = 1000

    private static let annotations = [
        ("scheduler.alpha.kubernetes.io/critical-pod", "non-functional in v1.16+; use the \"priorityClassName\" field instead"),
        ("security.alpha.kubernetes.io/sysctls", "non-functional in v1.11+; use the \"sysctls\" field instead"),
        ("security.alpha.kubernetes.io/unsafe-sysctls", "non-functional in v1.11+; use the \"sysctls\" field instead"),
    ]

    static func collect(_ spec: Place, _ metadata: Place, isTemplate: Bool, _ warnings: inout [String]) {
        placement(spec, &warnings)
        let given = metadata["annotations"]
        for (key, message) in annotations where given[key].isPresent { warnings.append("\(given[key: key].path): \(message)") }
        for volume in spec["volumes"].items { self.volume(volume, &warnings) }
        VolumePathWarnings.collect(spec["volumes"], &warnings)
        duplicates(spec["hostAliases"], "ip", &warnings)
        duplicates(spec["imagePullSecrets"], "name", &warnings)
        for secret in spec["imagePullSecrets"].items where secret["name"].isEmpty {
            warnings.append("\(secret["name"].path): invalid empty name \"\"")
        }
        for name in ["memory", "ephemeral-storage"] { wholeBytes(spec["overhead"][key: name], &warnings) }
        let seccomp = "non-functional in v1.27+; use the \"seccompProfile\" field instead"
        let podSeccomp = given[key: "seccomp.security.alpha.kubernetes.io/pod"]
        if !spec["securityContext"]["seccompProfile"].isPresent, podSeccomp.isPresent { warnings.append("\(podSeccomp.path): \(seccomp)") }
        let containers = spec["initContainers"].items + spec["containers"].items + spec["ephemeralContainers"].items
        for container in containers {
            let name = container["name"].text
            let security = container["securityContext"]
            let containerSeccomp = given[key: "container.seccomp.security.alpha.kubernetes.io/\(name)"]
            if !security["seccompProfile"].isPresent, containerSeccomp.isPresent {
                warnings.append("\(containerSeccomp.path): \(seccomp)")
            }
            appArmor(given[key: AppArmorAnnotations.prefix + name], container, spec, isTemplate: isTemplate, &warnings)
            for kind in ["limits", "requests"] {
                for name in ["memory", "ephemeral-storage"] { wholeBytes(container["resources"][kind][key: name], &warnings) }
            }
            environment(container["env"], &warnings)
        }
        ports(containers, &warnings)
        if let grace = spec["terminationGracePeriodSeconds"].int, grace < 0 {
            warnings.append(
                "\(spec["terminationGracePeriodSeconds"].path): must be >= 0; negative values are invalid and will be treated as 1")
        }
        spec["dnsConfig"]["nameservers"].items.forEach { AddressWarnings.ip($0, &warnings) }
        spec["hostAliases"].items.forEach { AddressWarnings.ip($0["ip"], &warnings) }
    }

    /// The spec of a claim, or of a template of one.
    static func claim(_ spec: Place, _ warnings: inout [String]) {
        for kind in ["requests", "limits"] { wholeBytes(spec["resources"][kind][key: "storage"], &warnings) }
    }

    private static func placement(_ spec: Place, _ warnings: inout [String]) {
        for key in spec["nodeSelector"].keys {
            if let message = NodeLabels.deprecated[key] { warnings.append("\(spec["nodeSelector"][key: key].path): \(message)") }
        }
        let affinity = spec["affinity"]
        let (required, preferred) = ("requiredDuringSchedulingIgnoredDuringExecution", "preferredDuringSchedulingIgnoredDuringExecution")
        let nodes = affinity["nodeAffinity"]
        if nodes.isPresent {
            for term in nodes[required]["nodeSelectorTerms"].items { NodeLabels.term(term, checksValues: false, &warnings) }
            for term in nodes[preferred].items { NodeLabels.term(term["preference"], checksValues: true, &warnings) }
        }
        func needsSelector(_ term: Place) {
            guard !term["labelSelector"].isPresent else { return }
            warnings.append("\(term["labelSelector"].path): a null labelSelector results in matching no pod")
        }
        for constraint in spec["topologySpreadConstraints"].items {
            let key = constraint["topologyKey"]
            if let message = NodeLabels.deprecated[key.text] { warnings.append("\(key.path): \(key.text) is \(message)") }
            needsSelector(constraint)
        }
        guard affinity.isPresent else { return }
        for kind in ["podAffinity", "podAntiAffinity"] {
            affinity[kind][required].items.forEach(needsSelector)
            affinity[kind][preferred].items.forEach { needsSelector($0["podAffinityTerm"]) }
        }
    }

    private static func volume(_ volume: Place, _ warnings: inout [String]) {
        for (kind, shown, message) in volumes where volume[kind].isPresent { warnings.append("\(volume[shown].path): \(message)") }
        claim(volume["ephemeral"]["volumeClaimTemplate"]["spec"], &warnings)
    }

    private static func duplicates(_ list: Place, _ field: String, _ warnings: inout [String]) {
        var seen: Set<String> = []
        for item in list.items where !seen.insert(item[field].text).inserted {
            warnings.append("\(item[field].path): duplicate \(field) \(Validator.quoted(item[field].text))")
        }
    }

    private static func wholeBytes(_ place: Place, _ warnings: inout [String]) {
        guard let quantity = Validator.quantity(place), !quantity.isWhole else { return }
        warnings.append("\(place.path): fractional byte value \"\(quantity)\" is invalid, must be an integer")
    }

    /// A pod's own annotation has become its field before (`AppArmorAnnotations`); a template's says only that it is old.
    private static func appArmor(
        _ annotation: Place, _ container: Place, _ spec: Place, isTemplate: Bool, _ warnings: inout [String]
    ) {
        guard annotation.isPresent else { return }
        let (meant, field) = (AppArmorAnnotations.profile(annotation.text), container["securityContext"]["appArmorProfile"])
        let common = spec["securityContext"]["appArmorProfile"].value
        if isTemplate {
            guard !field.isPresent, common == nil || common != meant else { return }
        } else {
            guard meant == nil ? !field.isPresent : field.value == meant else { return }
        }
        warnings.append("\(annotation.path): deprecated since v1.30; use the \"appArmorProfile\" field instead")
    }

    /// Repeated variables, unless the later one is made of the earlier one.
    private static func environment(_ list: Place, _ warnings: inout [String]) {
        var seen: Set<String> = []
        for variable in list.items {
            let (name, value) = (variable["name"].text, variable["value"].text)
            guard !seen.insert(name).inserted else { continue }
            let reference = "$(\(name))"
            let extends = !variable["valueFrom"].isPresent && value != reference && value.contains(reference)
            if !extends {
                warnings.append(
                    "\(variable.path): hides previous definition of \(Validator.quoted(name)), which may be dropped when using apply")
            }
        }
    }

    /// A port of containers, by what it may have in common with others. What is nil is whatever it may be.
    private struct PortKey: Hashable {
        let number: String
        var host: Int64?
        var address: String?
    }

    private static func ports(_ containers: [Place], _ warnings: inout [String]) {
        let ports = containers.flatMap { $0["ports"].items }
        // Only those that there is something to say of are looked at: there may be as many as a body holds.
        var known: [PortKey: [Int]] = [:]
        for (position, port) in ports.enumerated() {
            guard warnings.count < enough else { return }
            let (host, address) = (port["hostPort"].int ?? 0, port["hostIP"].text)
            if !address.isEmpty, host == 0 {
                warnings.append("\(port.path): hostIP set without hostPort: \(address)")
            }
            let number = "\(port["containerPort"].int ?? 0)/\(port["protocol"].text)"
            let (all, same) = (PortKey(number: number), PortKey(number: number, host: host, address: address))
            let onHost = PortKey(number: number, host: host)
            let alike =
                if host == 0 {
                    [all]
                } else if address.isEmpty {
                    [onHost, PortKey(number: number, host: 0)]
                } else {
                    [same, PortKey(number: number, host: host, address: ""), PortKey(number: number, host: 0)]
                }
            for other in alike.flatMap({ known[$0] ?? [] }).sorted().map({ ports[$0] }) {
                let (otherHost, otherAddress) = (other["hostPort"].int ?? 0, other["hostIP"].text)
                let how =
                    if host == otherHost, address == otherAddress {
                        "duplicate"
                    } else if host == 0 || otherHost == 0 {
                        "overlapping"
                    } else {
                        "dangerously ambiguous"
                    }
                warnings.append("\(port.path): \(how) port definition with \(other.path)")
            }
            for key in [all, onHost, same] { known[key, default: []].append(position) }
        }
        var byName: [String: Place] = [:]
        for port in ports where !port["name"].isEmpty {
            let name = port["name"].text
            guard let other = byName[name] else {
                byName[name] = port
                continue
            }
            warnings.append(
                "\(port.path): duplicate port name \(Validator.quoted(name)) with \(other.path), services and probes that select ports by "
                    + "name will use \(other.path)")
        }
    }
}
