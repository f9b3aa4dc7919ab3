import Values

/// The rules of hardening, on top of the baseline.
extension PodSecurityCheck {
    static let restricted: [PodSecurityCheck] = [
        PodSecurityCheck(id: "allowPrivilegeEscalation", since: 8) { pod, minor in
            if minor >= 25, pod.isWindows { return nil }
            let names = pod.names { $0[path: "securityContext", "allowPrivilegeEscalation"]?.bool != false }
            guard !names.isEmpty else { return nil }
            return PodSecurityViolation(
                reason: "allowPrivilegeEscalation != false",
                detail: "\(containers(names)) must set securityContext.allowPrivilegeEscalation=false")
        },
        PodSecurityCheck(id: "capabilities_restricted", since: 22, replaces: "capabilities_baseline") { pod, minor in
            minor >= 25 && pod.isWindows ? nil : capabilitiesLeft(pod)
        },
        PodSecurityCheck(id: "procMount_restricted", since: 35, replaces: "procMount") { pod, _ in procMount(pod) },
        PodSecurityCheck(id: "restrictedVolumes", replaces: "hostPathVolumes") { pod, _ in volumes(pod) },
        PodSecurityCheck(id: "runAsNonRoot") { pod, minor in minor >= 35 && pod.hasUserNamespace ? nil : runAsNonRoot(pod) },
        PodSecurityCheck(id: "runAsUser", since: 23) { pod, minor in
            if minor >= 35, pod.hasUserNamespace { return nil }
            func isRoot(_ context: Value?) -> Bool { context?["runAsUser"]?.int == 0 }
            guard let setters = setters(isRoot(pod.security), pod.names { isRoot($0["securityContext"]) }) else { return nil }
            return PodSecurityViolation(reason: "runAsUser=0", detail: "\(setters) must not set runAsUser=0")
        },
        PodSecurityCheck(id: "seccompProfile_restricted", since: 19, replaces: "seccompProfile_baseline") { pod, minor in
            minor >= 25 && pod.isWindows ? nil : seccomp(pod, isRequired: true)
        },
    ]

    private static func capabilitiesLeft(_ pod: PodSecuritySubject) -> PodSecurityViolation? {
        func list(_ container: Value, _ name: String) -> [String] {
            container[path: "securityContext", "capabilities", name]?.array?.compactMap(\.string) ?? []
        }
        var added: Set<String> = []
        let keeping = pod.names { !list($0, "drop").contains("ALL") }
        let adding = pod.names { container in
            let bad = list(container, "add").filter { $0 != "NET_BIND_SERVICE" }
            added.formUnion(bad)
            return !bad.isEmpty
        }
        var details: [String] = []
        if !keeping.isEmpty { details.append("\(containers(keeping)) must set securityContext.capabilities.drop=[\"ALL\"]") }
        if !adding.isEmpty {
            details.append("\(containers(adding)) must not include \(quoted(added.sorted())) in securityContext.capabilities.add")
        }
        return details.isEmpty ? nil : PodSecurityViolation(reason: "unrestricted capabilities", detail: details.joined(separator: "; "))
    }

    private static let harmlessVolumes: Set<String> = [
        "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected", "secret",
    ]

    private static func volumes(_ pod: PodSecuritySubject) -> PodSecurityViolation? {
        var names: [String] = []
        var types: Set<String> = []
        for volume in pod.spec["volumes"]?.array ?? [] {
            let sources = (volume.object ?? Object()).map(\.key).filter { $0 != "name" }
            guard !sources.contains(where: harmlessVolumes.contains) else { continue }
            names.append(volume["name"]?.string ?? "")
            types.insert(sources.first ?? "unknown")
        }
        guard !names.isEmpty else { return nil }
        let verb = names.count == 1 ? "uses" : "use"
        return PodSecurityViolation(
            reason: "restricted volume types",
            detail:
                "\(noun("volume", names.count)) \(quoted(names)) \(verb) \(noun("restricted volume type", types.count)) \(quoted(types.sorted()))"
        )
    }

    private static func runAsNonRoot(_ pod: PodSecuritySubject) -> PodSecurityViolation? {
        let reason = "runAsNonRoot != true"
        func setting(_ context: Value?) -> Bool? { context?["runAsNonRoot"]?.bool }
        let forPod = setting(pod.security)
        if let setters = setters(forPod == false, pod.names { setting($0["securityContext"]) == false }) {
            return PodSecurityViolation(reason: reason, detail: "\(setters) must not set securityContext.runAsNonRoot=false")
        }
        guard forPod != true else { return nil }
        let names = pod.names { setting($0["securityContext"]) == nil }
        guard !names.isEmpty else { return nil }
        return PodSecurityViolation(reason: reason, detail: "pod or \(containers(names)) must set securityContext.runAsNonRoot=true")
    }
}
