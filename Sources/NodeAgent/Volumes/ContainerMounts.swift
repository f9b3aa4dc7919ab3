import Glibc
import KubernetesAPI
import Linux
import Runtime

/// The mounts of one container: its volumes, `/etc/hosts`, its termination log.
struct ContainerMounts {
    let pod: Pod
    let container: Container
    /// Host paths of the pod's volumes, by name.
    let volumes: [String: String]
    /// For subPathExpr.
    let variables: [(name: String, value: String)]
    let podDirectory: String
    /// The volumes that are images, and cannot be written to.
    var images: Set<String> = []

    /// What the agent keeps current nobody else may write to, and claims may say so of theirs.
    private var readOnlyVolumes: Set<String> {
        let volumes = pod.spec.volumes.filter {
            $0.configMap != nil || $0.secret != nil || $0.downwardAPI != nil || $0.projected != nil
                || $0.persistentVolumeClaim?.readOnly == true
        }
        return Set(volumes.map(\.name))
    }

    /// Makes what is missing on the host and returns the mounts. Blocks. `identity` tells instances of the container apart.
    func make(hosts: String?, identity: String) throws -> [CRIMount] {
        var mounts: [CRIMount] = []
        for mount in container.volumeMounts {
            guard var path = volumes[mount.name] else {
                throw PodVolumes.Failure(description: "cannot find volume \"\(mount.name)\" to mount into container \"\(container.name)\"")
            }
            let values = Dictionary(variables.map { ($0.name, $0.value) }) { $1 }
            var missing: String?
            let sub =
                mount.subPathExpr.isEmpty
                ? mount.subPath
                : ContainerEnvironment.expand(mount.subPathExpr) { name in
                    if values[name] == nil { missing = name }
                    return values[name]
                }
            if let missing { throw PodVolumes.Failure(description: "missing value for \"\(missing)\"") }
            if !sub.isEmpty { path = try resolve(sub, below: path, mount.name) }
            if Self.isRecursivelyReadOnly(mount) {
                path = try readOnlyCopy(of: path, "\(podDirectory)/read-only/\(container.name)-\(mounts.count)")
            }
            mounts.append(
                .with {
                    $0.containerPath = mount.mountPath.hasPrefix("/") ? mount.mountPath : "/" + mount.mountPath
                    $0.hostPath = path
                    $0.readonly = mount.readOnly == true || images.contains(mount.name) || readOnlyVolumes.contains(mount.name)
                    switch mount.mountPropagation {
                    case "HostToContainer": $0.propagation = .hostToContainer
                    case "Bidirectional": $0.propagation = .bidirectional
                    default: $0.propagation = .private
                    }
                })
        }
        if let hosts, !container.volumeMounts.contains(where: { $0.mountPath == "/etc/hosts" }) {
            mounts.append(Self.mount(hosts, on: "/etc/hosts"))
        }
        let target = container.terminationMessagePath
        if !target.isEmpty, !container.volumeMounts.contains(where: { $0.mountPath == target }) {
            let file = Self.terminationLog(podDirectory, container.name, identity)
            try Files.createDirectory("\(podDirectory)/containers/\(container.name)")
            try Files.write("", to: file)
            // Whatever user the container runs as may write it.
            try Files.setMode(file, 0o666)
            mounts.append(Self.mount(file, on: target))
        }
        return mounts
    }

    static func terminationLog(_ podDirectory: String, _ container: String, _ identity: String) -> String {
        "\(podDirectory)/containers/\(container)/\(identity)"
    }

    private static func mount(_ host: String, on path: String) -> CRIMount {
        .with {
            $0.containerPath = path
            $0.hostPath = host
        }
    }

    /// Whether what is mounted below the volume is to be read-only too. The agent sees to it itself, on any runtime and kernel, so that
    /// what is asked for "if possible" is.
    static func isRecursivelyReadOnly(_ mount: VolumeMount) -> Bool {
        mount.readOnly == true && (mount.recursiveReadOnly == "Enabled" || mount.recursiveReadOnly == "IfPossible")
    }

    /// A bind mount at `target` of everything at `path`, each mount of it read-only; a container's own copy keeps that.
    private func readOnlyCopy(of path: String, _ target: String) throws -> String {
        for mount in try Mounts.under(target) { try Mounts.unmount(mount) }
        if Files.isDirectory(path) {
            try Files.createDirectory(target)
        } else {
            try Files.createDirectory(String(target[..<target.lastIndex(of: "/")!]))
            try Files.write("", to: target)
        }
        try Mounts.mount(path, on: target, flags: [.bind, .recursive])
        try Mounts.mount("", on: target, flags: [.isPrivate, .recursive])
        for mount in try Mounts.list() where mount.target == target || mount.target.hasPrefix(target + "/") {
            // Flags that the mount has must be said again, or the kernel takes them for a wish to drop them.
            try Mounts.mount("", on: mount.target, flags: mount.flags.union([.bind, .remount, .readOnly]))
        }
        return target
    }

    /// The text of a file below a volume, which no link may lead out of. Empty when there is none; at most a megabyte of it.
    static func variables(at path: String, below volume: String) throws -> String {
        guard Files.exists("\(volume)/\(path)") else { return "" }
        let file = try inside(real("\(volume)/\(path)"), real(volume), path)
        return String(decoding: try Files.read(file, limit: 1 << 20), as: UTF8.self)
    }

    /// The real path of a subPath, which must lie in its volume, made as a directory when missing.
    private func resolve(_ sub: String, below volume: String, _ name: String) throws -> String {
        let parts = sub.split(separator: "/")
        guard !sub.hasPrefix("/"), !parts.contains("..") else {
            throw PodVolumes.Failure(description: "subPath \"\(sub)\" of volume \"\(name)\" must be a relative path without '..'")
        }
        let root = try Self.real(volume)
        let wanted = "\(root)/\(sub)"
        if !Files.exists(wanted) {
            // Links on the way must not lead the new directory out of the volume.
            var path = root
            var information = stat()
            guard stat(root, &information) == 0 else { throw SystemError("stat \(root)") }
            for part in parts {
                path += "/\(part)"
                if !Files.exists(path) {
                    try Files.createDirectory(path)
                    // Whoever may write to the volume may write here, whatever the umask.
                    try Files.setMode(path, information.st_mode & 0o2777)
                }
                path = try Self.inside(try Self.real(path), root, sub)
            }
            return path
        }
        return try Self.inside(try Self.real(wanted), root, sub)
    }

    private static func inside(_ path: String, _ root: String, _ sub: String) throws -> String {
        guard path == root || path.hasPrefix(root + "/") else {
            throw PodVolumes.Failure(description: "subPath \"\(sub)\" leads out of its volume")
        }
        return path
    }

    private static func real(_ path: String) throws -> String {
        guard let resolved = realpath(path, nil) else { throw SystemError("realpath \(path)") }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
