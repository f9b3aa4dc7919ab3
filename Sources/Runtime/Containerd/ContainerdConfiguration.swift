import JSON
import Linux
import Values

/// Where one cluster's containerd lives and how it is set up.
package struct ContainerdConfiguration: Sendable {
    /// The cluster's name, for the network's.
    package var name: String
    /// Images, snapshots and metadata; outlives a reboot.
    package var root: String
    /// Sockets, mounts and addresses handed out; belongs on a tmpfs. A short path: a socket's may have 107 bytes.
    package var state: String
    /// The bridge's interface name, at most 15 bytes.
    package var bridge: String
    package var podCIDR: String
    /// 0: what the bridge plugin finds fit.
    package var mtu = 0
    package var pauseImage = PauseImage.reference
    package var program = "containerd"
    package var client = "ctr"
    package var cniPrograms = "/usr/lib/cni"
    /// KubeletConfiguration's counterpart is the runtime's: longer lines are split with a "P" tag.
    package var logLineBytes = 16_384

    package init(name: String, root: String, state: String, bridge: String, podCIDR: String) {
        self.name = name
        self.root = root
        self.state = state
        self.bridge = bridge
        self.podCIDR = podCIDR
    }

    package var socket: String { "\(state)/containerd.sock" }
    package var configurationFile: String { "\(state)/config.toml" }
    package var processFile: String { "\(state)/containerd.pid" }
    package var logFile: String { "\(root)/containerd.log" }
    package var cniDirectory: String { "\(state)/cni" }

    /// What the machine allows, found out by trying.
    package struct Abilities: Sendable, Hashable {
        /// Without it a container's oom_score_adj cannot go below the supervisor's own.
        package var systemResource: Bool
        package var overlay: Bool

        package init(systemResource: Bool, overlay: Bool) {
            self.systemResource = systemResource
            self.overlay = overlay
        }
    }

    /// containerd 1.6's configuration, format 2; 1.7 reads it as well.
    package func text(_ abilities: Abilities) -> String {
        """
        version = 2
        root = \(quoted("\(root)/data"))
        state = \(quoted("\(state)/run"))
        disabled_plugins = [
          "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper",
          "io.containerd.snapshotter.v1.zfs", "io.containerd.internal.v1.restart", "io.containerd.internal.v1.tracing",
          "io.containerd.tracing.processor.v1.otlp",
        ]

        [grpc]
          address = \(quoted(socket))

        [ttrpc]
          address = \(quoted(socket + ".ttrpc"))

        [plugins."io.containerd.internal.v1.opt"]
          path = \(quoted("\(root)/opt"))

        [plugins."io.containerd.grpc.v1.cri"]
          sandbox_image = \(quoted(pauseImage))
          max_container_log_line_size = \(logLineBytes)
          restrict_oom_score_adj = \(!abilities.systemResource)
          netns_mounts_under_state_dir = true
          systemd_cgroup = false
          enable_unprivileged_ports = true
          enable_unprivileged_icmp = true
          stream_server_address = "127.0.0.1"
          stream_server_port = "0"

        [plugins."io.containerd.grpc.v1.cri".cni]
          bin_dir = \(quoted(cniPrograms))
          conf_dir = \(quoted(cniDirectory))
          max_conf_num = 1

        [plugins."io.containerd.grpc.v1.cri".containerd]
          snapshotter = "\(abilities.snapshotter)"
          default_runtime_name = "runc"

        [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
          runtime_type = "io.containerd.runc.v2"

        [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
          Root = \(quoted("\(state)/runc"))
          SystemdCgroup = false

        [plugins."io.containerd.grpc.v1.cri".registry]
          config_path = \(quoted("\(root)/registries"))

        """
    }

    /// The pod network: a bridge with the gateway's address on it, hairpin for a pod that reaches itself through a
    /// Service. Masquerading and host ports are the service network's, in nftables.
    package var networkList: String {
        var bridgePlugin: Object = [
            "type": "bridge", "bridge": .string(bridge), "isGateway": true, "forceAddress": true, "ipMasq": false, "hairpinMode": true,
            "ipam": [
                "type": "host-local", "dataDir": .string("\(state)/addresses"), "ranges": [[["subnet": .string(podCIDR)]]],
                "routes": [["dst": "0.0.0.0/0"]],
            ],
        ]
        if mtu > 0 { bridgePlugin["mtu"] = .int(Int64(mtu)) }
        return JSONWriter.string(["cniVersion": "0.4.0", "name": .string("martlet-\(name)"), "plugins": [.object(bridgePlugin)]])
    }

    /// A TOML basic string: JSON's escapes are its own.
    private func quoted(_ text: String) -> String { JSONWriter.string(.string(text)) }
}

extension ContainerdConfiguration.Abilities {
    package var snapshotter: String { overlay ? "overlayfs" : "native" }

    /// Tries: an overlay is mounted below `root` and taken away again. Blocks.
    package static func probe(root: String) -> Self {
        let trial = "\(root)/overlay-trial"
        var overlay = false
        do {
            for part in ["lower", "upper", "work", "merged"] { try Files.createDirectory("\(trial)/\(part)") }
            try Mounts.mount(
                "overlay", on: "\(trial)/merged", type: "overlay",
                data: "lowerdir=\(trial)/lower,upperdir=\(trial)/upper,workdir=\(trial)/work")
            overlay = true
            try Mounts.unmount("\(trial)/merged")
        } catch {
            // The answer is "no", for whatever reason; the native snapshotter works everywhere.
        }
        try? Files.remove(trial)
        return Self(systemResource: Capability.systemResource.isHeld, overlay: overlay)
    }
}
