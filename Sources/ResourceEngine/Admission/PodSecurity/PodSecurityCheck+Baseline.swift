import Values

/// The rules against known ways out of a container.
extension PodSecurityCheck {
    static let baseline: [PodSecurityCheck] = [
        PodSecurityCheck(id: "appArmorProfile") { pod, _ in appArmor(pod) },
        PodSecurityCheck(id: "capabilities_baseline") { pod, _ in capabilities(pod) },
        PodSecurityCheck(id: "hostNamespaces") { pod, _ in
            let shared = ["hostNetwork", "hostPID", "hostIPC"].filter { pod.spec[$0]?.bool == true }.map { "\($0)=true" }
            return shared.isEmpty ? nil : PodSecurityViolation(reason: "host namespaces", detail: shared.joined(separator: ", "))
        },
        PodSecurityCheck(id: "hostPathVolumes") { pod, _ in
            let names = (pod.spec["volumes"]?.array ?? []).filter { $0["hostPath"] != nil }.map { $0["name"]?.string ?? "" }
            guard !names.isEmpty else { return nil }
            return PodSecurityViolation(reason: "hostPath volumes", detail: "\(noun("volume", names.count)) \(quoted(names))")
        },
        PodSecurityCheck(id: "hostPorts") { pod, _ in hostPorts(pod) },
        PodSecurityCheck(id: "hostProbesAndHostLifecycle", since: 34) { pod, _ in probeHosts(pod) },
        PodSecurityCheck(id: "privileged") { pod, _ in
            let names = pod.names { $0[path: "securityContext", "privileged"]?.bool == true }
            guard !names.isEmpty else { return nil }
            return PodSecurityViolation(reason: "privileged", detail: "\(containers(names)) must not set securityContext.privileged=true")
        },
        PodSecurityCheck(id: "procMount") { pod, minor in minor >= 35 && pod.hasUserNamespace ? nil : procMount(pod) },
        PodSecurityCheck(id: "seLinuxOptions") { pod, minor in seLinux(pod, minor) },
        PodSecurityCheck(id: "seccompProfile_baseline") { pod, minor in
            minor < 19 ? seccompAnnotations(pod) : seccomp(pod, isRequired: false)
        },
        PodSecurityCheck(id: "sysctls") { pod, minor in sysctls(pod, minor) },
        PodSecurityCheck(id: "windowsHostProcess") { pod, _ in
            func isSet(_ context: Value?) -> Bool { context?[path: "windowsOptions", "hostProcess"]?.bool == true }
            guard let setters = setters(isSet(pod.security), pod.names { isSet($0["securityContext"]) }) else { return nil }
            return PodSecurityViolation(
                reason: "hostProcess", detail: "\(setters) must not set securityContext.windowsOptions.hostProcess=true")
        },
    ]

    private static let containerAnnotation = "container.apparmor.security.beta.kubernetes.io/"

    private static func appArmor(_ pod: PodSecuritySubject) -> PodSecurityViolation? {
        var values: Set<String> = []
        func isBad(_ context: Value?) -> Bool {
            guard let type = context?[path: "appArmorProfile", "type"]?.string, !["RuntimeDefault", "Localhost"].contains(type) else {
                return false
            }
            values.insert(type)
            return true
        }
        let isPodBad = isBad(pod.security)
        var setters = setters(isPodBad, pod.names { isBad($0["securityContext"]) })
        var shown = values.sorted()
        let annotations = pod.annotations.filter { key, value in
            key.hasPrefix(containerAnnotation) && !value.isEmpty && value != "runtime/default" && !value.hasPrefix("localhost/")
        }
        if !annotations.isEmpty {
            shown += annotations.map { "\($0.key)=\(quoted([$0.value]))" }.sorted()
            setters = (setters.map { "\($0) and " } ?? "") + noun("annotation", annotations.count)
        }
        guard let setters else { return nil }
        return PodSecurityViolation(
            reason: noun("forbidden AppArmor profile", shown.count),
            detail: "\(setters) must not set AppArmor profile type to \(quoted(shown))")
    }

    private static let harmlessCapabilities: Set<String> = [
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    ]

    private static func capabilities(_ pod: PodSecuritySubject) -> PodSecurityViolation? {
        var added: Set<String> = []
        let names = pod.names { container in
            let bad = container.capabilities("add").filter { !harmlessCapabilities.contains($0) }
            added.formUnion(bad)
            return !bad.isEmpty
        }
        guard !names.isEmpty else { return nil }
        return PodSecurityViolation(
            reason: "non-default capabilities",
            detail: "\(containers(names)) must not include \(quoted(added.sorted())) in securityContext.capabilities.add")
    }

    private static func hostPorts(_ pod: PodSecuritySubject) -> PodSecurityViolation? {
        var ports: Set<String> = []
        let names = pod.names { container in
            let used = (container["ports"]?.array ?? []).compactMap { $0["hostPort"]?.int }.filter { $0 != 0 }
            ports.formUnion(used.map { String($0) })
            return !used.isEmpty
        }
        guard !names.isEmpty else { return nil }
        let verb = names.count == 1 ? "uses" : "use"
        return PodSecurityViolation(
            reason: "hostPort",
            detail: "\(containers(names)) \(verb) \(noun("hostPort", ports.count)) \(ports.sorted().joined(separator: ", "))")
    }

    private static func probeHosts(_ pod: PodSecuritySubject) -> PodSecurityViolation? {
        var hosts: Set<String> = []
        let names = pod.names { container in
            var handlers = ["livenessProbe", "readinessProbe", "startupProbe"].map { container[$0] }
            handlers += ["postStart", "preStop"].map { container[path: "lifecycle", $0] }
            var found: [String] = []
            for handler in handlers {
                for action in ["httpGet", "tcpSocket"] {
                    if let host = handler?[path: action, "host"]?.string, !host.isEmpty { found.append(host) }
                }
            }
            hosts.formUnion(found)
            return !found.isEmpty
        }
        guard !names.isEmpty else { return nil }
        let verb = names.count == 1 ? "uses" : "use"
        return PodSecurityViolation(
            reason: "probe or lifecycle host",
            detail: "\(containers(Set(names).sorted())) \(verb) \(noun("probe or lifecycle host", hosts.count)) \(quoted(hosts.sorted()))")
    }

    static func procMount(_ pod: PodSecuritySubject) -> PodSecurityViolation? {
        var types: Set<String> = []
        let names = pod.names { container in
            guard let type = container[path: "securityContext", "procMount"]?.string, type != "Default" else { return false }
            types.insert(type)
            return true
        }
        guard !names.isEmpty else { return nil }
        return PodSecurityViolation(
            reason: "procMount", detail: "\(containers(names)) must not set securityContext.procMount to \(quoted(types.sorted()))")
    }

    private static func seLinux(_ pod: PodSecuritySubject, _ minor: Int) -> PodSecurityViolation? {
        let allowed = Set(["", "container_t", "container_init_t", "container_kvm_t"]).union(minor >= 31 ? ["container_engine_t"] : [])
        var (types, setsUser, setsRole) = (Set<String>(), false, false)
        func isBad(_ context: Value?) -> Bool {
            guard let options = context?["seLinuxOptions"] else { return false }
            let (type, user, role) = (options["type"]?.string ?? "", options["user"]?.string ?? "", options["role"]?.string ?? "")
            if !allowed.contains(type) { types.insert(type) }
            if !user.isEmpty { setsUser = true }
            if !role.isEmpty { setsRole = true }
            return !allowed.contains(type) || !user.isEmpty || !role.isEmpty
        }
        let isPodBad = isBad(pod.security)
        guard let setters = setters(isPodBad, pod.names { isBad($0["securityContext"]) }) else { return nil }
        var parts = types.isEmpty ? [] : ["\(noun("type", types.count)) \(quoted(types.sorted()))"]
        if setsUser { parts.append("user may not be set") }
        if setsRole { parts.append("role may not be set") }
        return PodSecurityViolation(
            reason: "seLinuxOptions", detail: "\(setters) set forbidden securityContext.seLinuxOptions: \(parts.joined(separator: "; "))")
    }

    /// Before 1.19 profiles were annotations.
    private static func seccompAnnotations(_ pod: PodSecuritySubject) -> PodSecurityViolation? {
        let keys =
            ["seccomp.security.alpha.kubernetes.io/pod"]
            + pod.containers.map { "container.seccomp.security.alpha.kubernetes.io/\($0["name"]?.string ?? "")" }
        let bad = Set(
            keys.compactMap { key -> String? in
                guard let value = pod.annotations[key], value != "runtime/default", value != "docker/default",
                    !value.hasPrefix("localhost/")
                else {
                    return nil
                }
                return "\(key)=\(quoted([value]))"
            })
        guard !bad.isEmpty else { return nil }
        return PodSecurityViolation(
            reason: "seccompProfile", detail: "forbidden \(noun("annotation", bad.count)) \(bad.sorted().joined(separator: ", "))")
    }

    /// `isRequired`: every container has to have a profile, its own or the pod's.
    static func seccomp(_ pod: PodSecuritySubject, isRequired: Bool) -> PodSecurityViolation? {
        var values: Set<String> = []
        func isBad(_ context: Value?) -> Bool {
            guard let type = context?[path: "seccompProfile", "type"]?.string, !["RuntimeDefault", "Localhost"].contains(type) else {
                return false
            }
            values.insert(type)
            return true
        }
        let isPodBad = isBad(pod.security)
        if let setters = setters(isPodBad, pod.names { isBad($0["securityContext"]) }) {
            return PodSecurityViolation(
                reason: "seccompProfile",
                detail: "\(setters) must not set securityContext.seccompProfile.type to \(quoted(values.sorted()))")
        }
        guard isRequired, pod.security?["seccompProfile"] == nil else { return nil }
        let names = pod.names { $0[path: "securityContext", "seccompProfile"] == nil }
        guard !names.isEmpty else { return nil }
        return PodSecurityViolation(
            reason: "seccompProfile",
            detail: "pod or \(containers(names)) must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\"")
    }

    /// The release from which each is allowed.
    private static let harmlessSysctls: [String: Int] = [
        "kernel.shm_rmid_forced": 0, "net.ipv4.ip_local_port_range": 0, "net.ipv4.tcp_syncookies": 0, "net.ipv4.ping_group_range": 0,
        "net.ipv4.ip_unprivileged_port_start": 0, "net.ipv4.ip_local_reserved_ports": 27, "net.ipv4.tcp_keepalive_time": 29,
        "net.ipv4.tcp_fin_timeout": 29, "net.ipv4.tcp_keepalive_intvl": 29, "net.ipv4.tcp_keepalive_probes": 29, "net.ipv4.tcp_rmem": 32,
        "net.ipv4.tcp_wmem": 32,
    ]

    private static func sysctls(_ pod: PodSecuritySubject, _ minor: Int) -> PodSecurityViolation? {
        let names = (pod.security?["sysctls"]?.array ?? []).map { $0["name"]?.string ?? "" }
        let bad = names.filter { (harmlessSysctls[$0] ?? .max) > minor }
        return bad.isEmpty ? nil : PodSecurityViolation(reason: "forbidden sysctls", detail: bad.joined(separator: ", "))
    }
}

extension Value {
    /// Of a container: the capabilities it adds or drops.
    fileprivate func capabilities(_ list: String) -> [String] {
        self[path: "securityContext", "capabilities", list]?.array?.compactMap(\.string) ?? []
    }
}
