import Core
import Values

/// Pods and templates of pods.
extension Validator {
    mutating func pod(_ pod: Place) {
        metadata(pod["metadata"], isNamespaced: true, name: .subdomain)
        podBody(pod)
    }

    mutating func podBody(_ pod: Place) {
        let spec = pod["spec"]
        podSpec(spec, PodContext(isPod: true, metadata: pod["metadata"]))
        if spec["serviceAccountName"].isEmpty {
            for volume in spec["volumes"].items {
                for source in volume["projected"]["sources"].items where source["serviceAccountToken"].isPresent {
                    forbidden(source["serviceAccountToken"], "must not be specified when serviceAccountName is not set")
                }
            }
        }
        for container in spec["containers"].items + spec["initContainers"].items { imageWithoutSpaces(container) }
    }

    mutating func podTemplate(_ template: Place) {
        let metadata = template["metadata"]
        // Upstream reports these one level up.
        labels(template["labels"].with(metadata["labels"].value))
        annotations(template["annotations"].with(metadata["annotations"].value))
        podSpec(template["spec"], PodContext(metadata: metadata))
        if !template["spec"]["ephemeralContainers"].isEmpty {
            forbidden(template["spec"]["ephemeralContainers"], "ephemeral containers not allowed in pod template")
        }
    }

    // MARK: Updates

    private static let updatable = [
        "`spec.containers[*].image`", "`spec.initContainers[*].image`", "`spec.activeDeadlineSeconds`",
        "`spec.tolerations` (only additions to existing tolerations)",
        "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
    ]

    mutating func podUpdate(_ new: Place, _ old: Place) {
        metadataUpdate(new["metadata"], old["metadata"])
        metadata(new["metadata"], isNamespaced: true, name: .subdomain)
        podBody(new)
        let spec = new["spec"]
        let before = old["spec"]
        for list in ["containers", "initContainers"] {
            guard spec[list].count == before[list].count else {
                return forbidden(spec[list], "pod updates may not add or remove containers")
            }
            for container in spec[list].items {
                if container["image"].isEmpty { required(container["image"]) }
                imageWithoutSpaces(container)
            }
        }
        let deadline = spec["activeDeadlineSeconds"]
        if let seconds = deadline.int {
            guard (0...Int64(Int32.max)).contains(seconds) else { return invalid(deadline, "must be between 0 and 2147483647, inclusive") }
            if let limit = before["activeDeadlineSeconds"].int, limit < seconds {
                return invalid(deadline, "must be less than or equal to previous value")
            }
        } else if before["activeDeadlineSeconds"].isPresent {
            invalid(deadline, "must not update from a positive integer to nil value")
        }
        addedTolerations(spec["tolerations"], before["tolerations"])
        removedGates(spec["schedulingGates"], before["schedulingGates"])
        unchangedSpec(spec, before)
    }

    private mutating func addedTolerations(_ new: Place, _ old: Place) {
        func withoutSeconds(_ toleration: Place) -> [String] { ["key", "operator", "value", "effect"].map { toleration[$0].text } }
        let kept = Set(new.items.map(withoutSeconds))
        for toleration in old.items where !kept.contains(withoutSeconds(toleration)) {
            return forbidden(new, "existing toleration can not be modified except its tolerationSeconds")
        }
        tolerations(new)
    }

    private mutating func removedGates(_ new: Place, _ old: Place) {
        let known = Set(old.items.map { $0["name"].text })
        for gate in new.items where !known.contains(gate["name"].text) {
            forbidden(gate, "only deletion is allowed, but found new scheduling gate '\(gate["name"].text)'")
        }
    }

    /// Refuses changes of everything an update may not touch, naming the fields.
    private mutating func unchangedSpec(_ new: Place, _ old: Place) {
        guard var munged = new.value, let before = old.value else { return }
        for list in ["containers", "initContainers"] {
            for position in (munged[list]?.array ?? []).indices {
                munged[list]?.elements[position]["image"] = before[list]?.array?[position]["image"]
            }
        }
        for field in ["activeDeadlineSeconds", "schedulingGates", "tolerations"] { munged[field] = before[field] }
        if let grace = before["terminationGracePeriodSeconds"]?.int, grace < 0, munged["terminationGracePeriodSeconds"]?.int == 1 {
            munged["terminationGracePeriodSeconds"] = before["terminationGracePeriodSeconds"]
        }
        if !(before["schedulingGates"]?.array ?? []).isEmpty {
            // A pod that is held back may still be steered, though only more narrowly.
            let selector = new["nodeSelector"].map
            for (key, value) in old["nodeSelector"].map where selector[key] != value {
                invalid(new["nodeSelector"], "only additions to spec.nodeSelector are allowed (no mutations or deletions)")
                break
            }
            munged["nodeSelector"] = before["nodeSelector"]
        }
        guard !Self.same(munged, before) else { return }
        var lines: [String] = []
        Self.differences(before, munged, "", &lines)
        forbidden(
            new,
            "pod updates may not change fields other than \(Self.updatable.joined(separator: ","))\n" + lines.joined(separator: "\n") + "\n"
        )
    }

    /// The changed parts, as lines of a diff.
    static func differences(_ old: Value?, _ new: Value?, _ path: String, _ lines: inout [String]) {
        if same(old, new) { return }
        switch (old, new) {
        case (.object(let a)?, .object(let b)?):
            for member in a { differences(member.value, b[member.key], path + "." + member.key, &lines) }
            for member in b where a.position(of: member.key) == nil { differences(nil, member.value, path + "." + member.key, &lines) }
        case (.array(let a)?, .array(let b)?) where a.count == b.count:
            for position in a.indices { differences(a[position], b[position], "\(path)[\(position)]", &lines) }
        default:
            if let old, !old.isNull { lines.append("- spec\(path): \(shown(old))") }
            if let new, !new.isNull { lines.append("+ spec\(path): \(shown(new))") }
        }
    }

    mutating func podStatusUpdate(_ new: Place, _ old: Place) {
        metadataUpdate(new["metadata"], old["metadata"])
        let status = new["status"]
        if new["spec"]["nodeName"].text != old["spec"]["nodeName"].text { forbidden(status["nodeName"], "may not be changed directly") }
        let nominated = status["nominatedNodeName"]
        if !nominated.isEmpty, nominated.text != old["status"]["nominatedNodeName"].text { dnsSubdomain(nominated) }
        let observed = status["observedGeneration"]
        if (observed.int ?? 0) < 0 { invalid(observed, "must be a non-negative integer") }
        immutable(status["qosClass"], old["status"]["qosClass"])
        // One container's end may start them all anew (KEP-5532).
        let mayRestartAll = (new["spec"]["initContainers"].items + new["spec"]["containers"].items).contains { container in
            container["restartPolicyRules"].items.contains { $0["action"].text == "RestartAllContainers" }
        }
        for list in mayRestartAll ? [] : ["containerStatuses", "initContainerStatuses"] {
            let known = Dictionary(old["status"][list].items.map { ($0["name"].text, $0) }) { first, _ in first }
            for status in new["status"][list].items {
                guard let before = known[status["name"].text] else { continue }
                let wasTerminated = before["state"]["terminated"].isPresent
                let policy = new["spec"]["restartPolicy"].text
                let mayRestart = policy == "Always" || (policy == "OnFailure" && before["state"]["terminated"]["exitCode"].int != 0)
                if wasTerminated, !status["state"]["terminated"].isPresent, !mayRestart, !isRestartable(status["name"].text, new["spec"]) {
                    forbidden(status["state"], "may not be transitioned to non-terminated state")
                }
            }
        }
        for address in new["status"]["podIPs"].items { ip(address["ip"]) }
        for address in new["status"]["hostIPs"].items { ip(address["ip"]) }
    }

    private func isRestartable(_ name: String, _ spec: Place) -> Bool {
        (spec["initContainers"].items + spec["containers"].items).contains {
            $0["name"].text == name && ($0["restartPolicy"].isPresent || !$0["restartPolicyRules"].isEmpty)
        }
    }

    mutating func ephemeralContainersUpdate(_ new: Place, _ old: Place) {
        // The rest of the spec is not this subresource's business.
        metadataUpdate(new["metadata"], old["metadata"])
        podBody(new)
        let list = new["spec"]["ephemeralContainers"]
        let now = Dictionary(list.items.map { ($0["name"].text, $0) }, uniquingKeysWith: { first, _ in first })
        for before in old["spec"]["ephemeralContainers"].items {
            guard let after = now[before["name"].text] else {
                forbidden(list, "existing ephemeral containers \(Self.quoted(before["name"].text)) may not be removed\n")
                continue
            }
            if !Self.same(after.value, before.value) {
                var lines: [String] = []
                Self.differences(before.value, after.value, "", &lines)
                forbidden(
                    list,
                    "existing ephemeral containers \(Self.quoted(before["name"].text)) may not be changed\n" + lines.joined(separator: "\n")
                        + "\n")
            }
        }
    }
}
