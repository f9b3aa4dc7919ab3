import KubernetesAPI

/// Things that pods ask for and a node may not be able to give them. Pure.
extension PodAdmission {
    typealias Refusal = (reason: String, message: String)

    /// Why the node cannot run such a pod at all, or nil.
    static func inability(_ pod: Pod, enforcesAppArmor: Bool) -> Refusal? {
        if let system = pod.spec.raw[path: "os", "name"]?.string, system != "linux" {
            return ("PodOSNotSupported", "Failed to admit pod as the OS field doesn't match node OS")
        }
        if pod.spec.securityContext?.supplementalGroupsPolicy == "Strict" {
            return ("SupplementalGroupsPolicyNotSupported", "SupplementalGroupsPolicy=Strict is not supported in this node")
        }
        if !enforcesAppArmor, wantsAppArmor(pod) { return ("AppArmor", "Cannot enforce AppArmor: AppArmor is not enabled on the host") }
        for setting in pod.spec.securityContext?.sysctls ?? [] {
            if let problem = problem(with: setting.name.replacing("/", with: "."), pod) {
                return ("SysctlForbidden", "forbidden sysctl: \(problem)")
            }
        }
        return nil
    }

    private static func wantsAppArmor(_ pod: Pod) -> Bool {
        let all = Array(pod.spec.containers) + Array(pod.spec.initContainers)
        let profiles = all.map { $0.securityContext?.raw["appArmorProfile"] } + [pod.spec.securityContext?.raw["appArmorProfile"]]
        return profiles.contains { ["RuntimeDefault", "Localhost"].contains($0?["type"]?.string ?? "") }
    }

    /// Kernel settings that change nothing for other pods
    /// (https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/#safe-and-unsafe-sysctls).
    private static let safeSettings: Set<String> = [
        "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range",
        "net.ipv4.ip_unprivileged_port_start", "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem",
        "net.ipv4.tcp_wmem",
    ]

    private static func problem(with setting: String, _ pod: Pod) -> String? {
        guard safeSettings.contains(setting) else { return "\"\(setting)\" not allowlisted" }
        if setting.hasPrefix("net."), pod.spec.hostNetwork == true { return "\"\(setting)\" not allowed with host net enabled" }
        if setting.hasPrefix("kernel."), pod.spec.hostIPC == true { return "\"\(setting)\" not allowed with host ipc enabled" }
        return nil
    }
}
