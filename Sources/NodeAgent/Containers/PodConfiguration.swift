import Core
import Glibc
import KubernetesAPI
import Runtime
import Values

/// A pod and its containers in the runtime's vocabulary. Pure.
struct PodConfiguration {
    /// Labels and annotations that tie what runs to what was asked for; upstream's names, which other tools read.
    enum Label {
        static let podName = "io.kubernetes.pod.name"
        static let podNamespace = "io.kubernetes.pod.namespace"
        static let podUID = "io.kubernetes.pod.uid"
        static let container = "io.kubernetes.container.name"
        static let hash = "io.kubernetes.container.hash"
        static let restartCount = "io.kubernetes.container.restartCount"
        static let terminationMessagePath = "io.kubernetes.container.terminationMessagePath"
        static let terminationMessagePolicy = "io.kubernetes.container.terminationMessagePolicy"
        static let gracePeriod = "io.kubernetes.pod.terminationGracePeriod"
    }

    let pod: Pod
    let agent: NodeAgentConfiguration
    /// Of the machine, in bytes.
    let memoryCapacity: Int
    /// The host's own nameserver settings, for dnsPolicy Default.
    let hostDNS: DNSSettings
    /// The machine's swap in bytes; nil where control groups cannot limit what containers use of it.
    var swapCapacity: Int?

    struct DNSSettings: Sendable, Hashable {
        var servers: [String] = []
        var searches: [String] = []
        var options: [String] = []

        /// resolv.conf(5).
        init(resolvConf text: String = "") {
            for line in text.split(separator: "\n") {
                let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
                switch words.first {
                case "nameserver": servers += words.dropFirst().prefix(1)
                case "search", "domain": searches = Array(words.dropFirst())
                case "options": options = Array(words.dropFirst())
                default: break
                }
            }
        }
    }

    var labels: [String: String] {
        [Label.podName: pod.metadata.name, Label.podNamespace: pod.metadata.namespace, Label.podUID: pod.metadata.uid]
    }
    var directory: String { "\(agent.podsDirectory)/\(pod.metadata.uid)" }
    var logDirectory: String { "\(agent.logsDirectory)/\(pod.metadata.namespace)_\(pod.metadata.name)_\(pod.metadata.uid)" }
    var cgroup: String { PodResources.cgroup(pod, root: agent.cgroupRoot) }
    var isHostNetwork: Bool { pod.spec.hostNetwork == true }

    /// What the kernel of the pod calls it: `hostLabel`, with the domain where `setHostnameAsFQDN` asks for that.
    var hostname: String {
        guard pod.spec.setHostnameAsFQDN == true, let domain = hostDomain else { return hostLabel }
        return "\(hostLabel).\(domain)"
    }

    /// The pod's name, or `spec.hostname`; at most 63 bytes.
    var hostLabel: String {
        if !pod.spec.hostnameOverride.isEmpty { return pod.spec.hostnameOverride }
        var name = pod.spec.hostname.isEmpty ? pod.metadata.name : pod.spec.hostname
        if name.utf8.count > 63 { name = String(name.prefix(63)) }
        while name.hasSuffix("-") || name.hasSuffix(".") { name.removeLast() }
        return name
    }
    var hostDomain: String? {
        // A name that overrides all others stands alone.
        pod.spec.subdomain.isEmpty || !pod.spec.hostnameOverride.isEmpty
            ? nil : "\(pod.spec.subdomain).\(pod.metadata.namespace).svc.\(agent.clusterDomain)"
    }

    // MARK: Sandbox

    func sandbox(attempt: UInt32) -> CRIPodSandboxConfig {
        .with {
            $0.metadata.name = pod.metadata.name
            $0.metadata.namespace = pod.metadata.namespace
            $0.metadata.uid = pod.metadata.uid
            $0.metadata.attempt = attempt
            if !isHostNetwork { $0.hostname = hostname }
            $0.logDirectory = logDirectory
            $0.dnsConfig = dns
            $0.labels = pod.metadata.labels.merging(labels) { $1 }
            $0.annotations = pod.metadata.annotations
            $0.linux.cgroupParent = cgroup
            $0.linux.securityContext = sandboxSecurity
            for setting in pod.spec.securityContext?.sysctls ?? [] { $0.linux.sysctls[setting.name] = setting.value }
            $0.portMappings = pod.spec.containers.flatMap(\.ports).filter { $0.hostPort != nil }.map { port in
                .with {
                    $0.containerPort = Int32(port.containerPort)
                    $0.hostPort = Int32(port.hostPort ?? 0)
                    $0.hostIp = port.hostIP
                    $0.protocol = port.protocol == "UDP" ? .udp : port.protocol == "SCTP" ? .sctp : .tcp
                }
            }
        }
    }

    private var namespaces: CRINamespaceOption {
        .with {
            $0.network = isHostNetwork ? .node : .pod
            $0.ipc = pod.spec.hostIPC == true ? .node : .pod
            $0.pid = pod.spec.hostPID == true ? .node : pod.spec.shareProcessNamespace == true ? .pod : .container
        }
    }

    private var sandboxSecurity: CRILinuxSandboxSecurityContext {
        let context = pod.spec.securityContext
        return .with {
            $0.namespaceOptions = namespaces
            $0.seccomp.profileType = .runtimeDefault
            if let user = context?.runAsUser { $0.runAsUser = Int64(user) }
            if let group = context?.runAsGroup, context?.runAsUser != nil { $0.runAsGroup = Int64(group) }
            $0.supplementalGroups = (context?.supplementalGroups ?? []).map(Int64.init) + (context?.fsGroup.map { [Int64($0)] } ?? [])
            let all = Array(pod.spec.containers) + Array(pod.spec.initContainers)
            $0.privileged = all.contains { $0.securityContext?.privileged == true }
        }
    }

    /// https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-dns-policy
    var dns: CRIDNSConfig {
        var settings = DNSSettings()
        let policy = pod.spec.dnsPolicy
        let usesCluster = policy == "ClusterFirstWithHostNet" || (!isHostNetwork && (policy == "ClusterFirst" || policy.isEmpty))
        if usesCluster, !agent.clusterDNS.isEmpty {
            let domain = agent.clusterDomain
            settings.servers = agent.clusterDNS
            settings.searches = ["\(pod.metadata.namespace).svc.\(domain)", "svc.\(domain)", domain] + hostDNS.searches
            settings.options = ["ndots:5"]
        } else if policy != "None" {
            settings = hostDNS
        }
        if let extra = pod.spec.dnsConfig {
            settings.servers = Self.unique(settings.servers + extra.nameservers)
            settings.searches = Self.unique(settings.searches + extra.searches)
            for option in extra.options {
                let value = option.raw["value"]?.string ?? ""
                settings.options.removeAll { $0 == option.name || $0.hasPrefix(option.name + ":") }
                settings.options.append(value.isEmpty ? option.name : "\(option.name):\(value)")
            }
        }
        return .with {
            $0.servers = settings.servers
            $0.searches = settings.searches
            $0.options = settings.options
        }
    }

    private static func unique(_ list: [String]) -> [String] {
        var seen: Set<String> = []
        return list.filter { seen.insert($0).inserted }
    }

    // MARK: Container

    /// What the configuration depends on beyond the pod.
    struct Inputs {
        var attempt: Int
        var imageReference: String
        var variables: [(name: String, value: String)]
        var mounts: [CRIMount]
        /// The user the image says to run as, where it is a number.
        var imageUser: Int64?
        var imageUserName: String
        /// For an ephemeral container: the container whose processes it sees.
        var target: String?
    }

    func container(_ container: Container, _ inputs: Inputs) throws -> CRIContainerConfig {
        let values = Dictionary(inputs.variables.map { ($0.name, $0.value) }) { $1 }
        let expand = { (text: String) in ContainerEnvironment.expand(text) { values[$0] } }
        let security = try self.security(container, inputs)
        return .with {
            $0.metadata.name = container.name
            $0.metadata.attempt = UInt32(inputs.attempt)
            $0.image.image = inputs.imageReference
            $0.image.userSpecifiedImage = container.image
            $0.command = container.command.map(expand)
            $0.args = container.args.map(expand)
            $0.workingDir = container.workingDir
            $0.envs = inputs.variables.map { variable in
                .with {
                    $0.key = variable.name
                    $0.value = Array(variable.value.utf8)
                }
            }
            $0.mounts = inputs.mounts
            $0.labels = labels.merging([Label.container: container.name]) { $1 }
            $0.annotations = [
                Label.hash: Self.hash(container), Label.restartCount: String(inputs.attempt),
                Label.terminationMessagePath: container.terminationMessagePath,
                Label.terminationMessagePolicy: container.terminationMessagePolicy,
                Label.gracePeriod: String(pod.spec.terminationGracePeriodSeconds ?? 30),
            ]
            $0.logPath = "\(container.name)/\(inputs.attempt).log"
            $0.stdin = container.stdin ?? false
            $0.stdinOnce = container.stdinOnce ?? false
            $0.tty = container.tty ?? false
            $0.linux.resources = PodResources.container(container, pod, capacity: memoryCapacity)
            if let swapCapacity {
                let share = PodResources.swap(
                    container, pod, behavior: agent.swap, memoryCapacity: memoryCapacity, swapCapacity: swapCapacity)
                $0.linux.resources.unified["memory.swap.max"] = String(share)
            }
            $0.linux.securityContext = security
        }
    }

    /// Changes when a running container must be replaced: only the image can change in a pod that runs.
    static func hash(_ container: Container) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in "\(container.name)\u{0}\(container.image)".utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }

    private static let maskedPaths = [
        "/proc/asound", "/proc/acpi", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list",
        "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi", "/sys/firmware", "/sys/devices/virtual/powercap",
    ]
    private static let readOnlyPaths = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]

    private func security(_ container: Container, _ inputs: Inputs) throws -> CRILinuxContainerSecurityContext {
        let own = container.securityContext
        let shared = pod.spec.securityContext
        let privileged = own?.privileged == true
        let user = own?.runAsUser ?? shared?.runAsUser
        if own?.runAsNonRoot ?? shared?.runAsNonRoot ?? false {
            let subject = "pod: \"\(pod.metadata.name)_\(pod.metadata.namespace)(\(pod.metadata.uid))\", container: \(container.name)"
            if user == 0 {
                throw ContainerEnvironment.Unresolved(
                    description: "container's runAsUser breaks non-root policy (\(subject))")
            }
            if user == nil {
                if !inputs.imageUserName.isEmpty {
                    throw ContainerEnvironment.Unresolved(
                        description: "container has runAsNonRoot and image has non-numeric user (\(inputs.imageUserName)), "
                            + "cannot verify user is non-root (\(subject))")
                }
                if (inputs.imageUser ?? 0) == 0 {
                    throw ContainerEnvironment.Unresolved(
                        description: "container has runAsNonRoot and image will run as root (\(subject))")
                }
            }
        }
        return .with {
            $0.privileged = privileged
            $0.namespaceOptions = namespaces
            if let target = inputs.target {
                $0.namespaceOptions.pid = .target
                $0.namespaceOptions.targetID = target
            }
            $0.capabilities.addCapabilities = own?.capabilities?.add ?? []
            $0.capabilities.dropCapabilities = own?.capabilities?.drop ?? []
            if let user {
                $0.runAsUser = Int64(user)
            } else if let imageUser = inputs.imageUser {
                $0.runAsUser = imageUser
            } else {
                $0.runAsUsername = inputs.imageUserName
            }
            if let group = own?.runAsGroup ?? shared?.runAsGroup { $0.runAsGroup = Int64(group) }
            $0.supplementalGroups = (shared?.supplementalGroups ?? []).map(Int64.init) + (shared?.fsGroup.map { [Int64($0)] } ?? [])
            $0.readonlyRootfs = own?.readOnlyRootFilesystem ?? false
            $0.noNewPrivs = own?.allowPrivilegeEscalation == false
            if !privileged, own?.procMount != "Unmasked" {
                $0.maskedPaths = Self.maskedPaths
                $0.readonlyPaths = Self.readOnlyPaths
            }
            // Nothing said means the runtime's default profile: secure by default.
            let profile = own?.seccompProfile ?? shared?.seccompProfile
            switch profile?.type {
            case _ where privileged: $0.seccomp.profileType = .unconfined
            case "Unconfined": $0.seccomp.profileType = .unconfined
            case "Localhost":
                $0.seccomp.profileType = .localhost
                $0.seccomp.localhostRef = "\(agent.dataDirectory)/seccomp/\(profile?.localhostProfile ?? "")"
            default: $0.seccomp.profileType = .runtimeDefault
            }
        }
    }
}

extension Pod {
    /// The user that all containers are said to run as; nil where one says nothing or they differ.
    package var commonUser: uid_t? {
        let all = Array(spec.initContainers) + Array(spec.containers)
        let users = Set(all.map { $0.securityContext?.runAsUser ?? spec.securityContext?.runAsUser })
        guard users.count == 1, let user = users.first ?? nil else { return nil }
        return uid_t(exactly: user)
    }

    /// Ephemeral containers have the fields of ordinary ones.
    func container(named name: String) -> Container? {
        spec.containers[named: name] ?? spec.initContainers[named: name]
            ?? spec.ephemeralContainers.first { $0.name == name }.map { Container($0.raw) }
    }
}
