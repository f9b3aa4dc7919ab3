import Client
import Core
import Glibc
import KubernetesAPI
import Linux
import Values

/// Puts a pod's volumes where its containers find them, keeps those made from API objects current, takes them away.
///
/// One worker at a time works on one pod; different pods go in parallel.
struct PodVolumes: Sendable {
    /// Why a volume cannot be had: the event's text.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let client: Client
    let agent: NodeAgentConfiguration
    let tokens: TokenCache
    let clock: any Clock

    private func directory(_ pod: Pod) -> String { "\(agent.podsDirectory)/\(pod.metadata.uid)" }

    /// Where each volume of the pod lies on this machine, by name. May be repeated: what is current is left alone.
    func setUp(_ pod: Pod, fields: ContainerEnvironment) async throws -> [String: String] {
        var paths: [String: String] = [:]
        // Images are pulled and mounted when a container that uses them starts.
        for volume in pod.spec.volumes where volume.image == nil {
            do {
                paths[volume.name] = try await setUp(volume, pod, fields)
            } catch let error as CancellationError {
                throw error
            } catch {
                throw Failure(description: "MountVolume.SetUp failed for volume \"\(volume.name)\" : \(error)")
            }
        }
        return paths
    }

    /// Where an image volume is shown.
    func imageDirectory(_ uid: String, _ volume: String = "") -> String {
        "\(agent.podsDirectory)/\(uid)/volumes/kubernetes.io~image\(volume.isEmpty ? "" : "/" + volume)"
    }

    /// Takes every volume of a pod away, and its directory. `uid` names it; the pod may be long gone.
    func tearDown(uid: String) async throws {
        let directory = "\(agent.podsDirectory)/\(uid)"
        await tokens.forget(uid)
        try await BlockingPool.files.run {
            guard Files.exists(directory) else { return }
            for mount in try Mounts.under(directory) { try Mounts.unmount(mount) }
            try Files.remove(directory)
        }
    }

    // MARK: Kinds

    private func setUp(_ volume: Volume, _ pod: Pod, _ fields: ContainerEnvironment) async throws -> String {
        let group = pod.spec.securityContext?.fsGroup.map { gid_t($0) }
        func place(_ plugin: String) -> String { "\(directory(pod))/volumes/kubernetes.io~\(plugin)/\(volume.name)" }
        if let source = volume.hostPath { return try await hostPath(source) }
        if let source = volume.emptyDir {
            let path = place("empty-dir")
            try await emptyDirectory(path, source, group)
            return path
        }
        if let source = volume.configMap {
            let files = try await configMapFiles(
                source.name, source.items, source.optional, mode_t(source.defaultMode ?? 0o644), pod.metadata.namespace)
            return try await write(files, place("configmap"), group, inMemory: false)
        }
        if let source = volume.secret {
            let files = try await secretFiles(
                source.secretName, source.items, source.optional, mode_t(source.defaultMode ?? 0o644), pod.metadata.namespace)
            return try await write(files, place("secret"), group, inMemory: true)
        }
        if let source = volume.downwardAPI {
            let mode = mode_t(volume.raw["downwardAPI"]?["defaultMode"]?.int ?? 0o644)
            return try await write(downwardFiles(source.items, mode, fields), place("downward-api"), group, inMemory: true)
        }
        if let source = volume.projected {
            let files = try await projectedFiles(source, volume.name, pod, fields)
            return try await write(files, place("projected"), group, inMemory: true)
        }
        if let source = volume.persistentVolumeClaim { return try await claim(source.claimName, pod) }
        throw Failure(description: "this node does not support volumes of this type")
    }

    private func write(_ files: [String: VolumeFile], _ path: String, _ group: gid_t?, inMemory: Bool) async throws -> String {
        let stamp = Self.stamp(clock.now)
        try await BlockingPool.files.run {
            if inMemory, !Files.exists("\(path)/..data") {
                try Files.createDirectory(path)
                if try !Mounts.list().contains(where: { $0.target == path }) {
                    try Mounts.mount("tmpfs", on: path, type: "tmpfs", data: "mode=1777")
                }
            }
            try AtomicDirectory(path: path, group: group).write(files, stamp: stamp)
        }
        return path
    }

    private static func stamp(_ time: Timestamp) -> String {
        time.rfc3339Micro.replacing("-", with: "_").replacing("T", with: "_").replacing(":", with: "_").replacing("Z", with: "")
    }

    private func emptyDirectory(_ path: String, _ source: EmptyDirVolumeSource, _ group: gid_t?) async throws {
        let limit = Quantity(source.sizeLimit).map { Int($0.value) }
        let isMemory = source.medium == "Memory"
        guard source.medium.isEmpty || isMemory else { throw Failure(description: "unknown storage medium \"\(source.medium)\"") }
        try await BlockingPool.files.run {
            if Files.exists(path) { return }
            try Files.createDirectory(path)
            if isMemory {
                let size = limit.flatMap { $0 > 0 ? ",size=\($0)" : nil } ?? ""
                try Mounts.mount("tmpfs", on: path, type: "tmpfs", data: "mode=0777\(size)")
            }
            // mkdir's mode is subject to the umask.
            try Files.setMode(path, 0o777)
            if let group {
                try Files.setOwner(path, user: 0, group: group)
                try Files.setMode(path, 0o2777)
            }
        }
    }

    private func hostPath(_ source: HostPathVolumeSource) async throws -> String {
        let path = source.path
        let type = source.type
        return try await BlockingPool.files.run {
            var info = stat()
            let exists = stat(path, &info) == 0
            let kind = info.st_mode & S_IFMT
            func require(_ condition: Bool, _ what: String) throws {
                guard exists, condition else { throw Failure(description: "hostPath type check failed: \(path) is not a \(what)") }
            }
            switch type {
            case "", "DirectoryOrCreate":
                if type == "DirectoryOrCreate", !exists { try Files.createDirectory(path) }
                if type == "DirectoryOrCreate", exists { try require(kind == S_IFDIR, "directory") }
                // Without a type a missing path is made a directory, as the runtimes did before types existed.
                if type.isEmpty, !exists { try Files.createDirectory(path) }
            case "Directory": try require(kind == S_IFDIR, "directory")
            case "FileOrCreate":
                if !exists { try Files.write("", to: path) } else { try require(kind == S_IFREG, "file") }
            case "File": try require(kind == S_IFREG, "file")
            case "Socket": try require(kind == S_IFSOCK, "socket file")
            case "CharDevice": try require(kind == S_IFCHR, "character device")
            case "BlockDevice": try require(kind == S_IFBLK, "block device")
            default: throw Failure(description: "unknown hostPath type \"\(type)\"")
            }
            return path
        }
    }

    /// A claim that is bound to a volume on this machine's own disk.
    private func claim(_ name: String, _ pod: Pod) async throws -> String {
        let claim = try await client.get(PersistentVolumeClaim.self, ObjectKey(namespace: pod.metadata.namespace, name: name))
        guard claim.status.phase == "Bound", !claim.spec.volumeName.isEmpty else {
            throw Failure(description: "PersistentVolumeClaim is not bound: \"\(name)\"")
        }
        let volume = try await client.get(PersistentVolume.self, ObjectKey(name: claim.spec.volumeName))
        if let source = volume.spec.hostPath { return try await hostPath(source) }
        if let local = volume.spec.raw["local"]?["path"]?.string {
            guard Files.exists(local) else { throw Failure(description: "path \"\(local)\" does not exist") }
            return local
        }
        throw Failure(description: "this node does not support persistent volumes of this type (\(claim.spec.volumeName))")
    }

    // MARK: Files from API objects

    private func found<K: Kind>(_ type: K.Type, _ name: String, _ namespace: String, _ optional: Bool?) async throws -> K? {
        do {
            return try await client.get(K.self, ObjectKey(namespace: namespace, name: name))
        } catch let error as APIError where error.reason == .notFound {
            // Upstream's agent says this in the singular, other than its API server.
            guard optional == true else { throw Failure(description: "\(K.descriptor.kind.lowercased()) \"\(name)\" not found") }
            return nil
        }
    }

    private func configMapFiles(
        _ name: String, _ items: ViewList<KeyToPath>, _ optional: Bool?, _ mode: mode_t, _ namespace: String
    ) async throws -> [String: VolumeFile] {
        guard let map = try await found(ConfigMap.self, name, namespace, optional) else { return [:] }
        var data = map.data.mapValues { Array($0.utf8) }
        for (key, value) in map.binaryData { data[key] = try Base64.decode(value) }
        return try Self.chosen(data, items, optional, mode, "references non-existent config key")
    }

    private func secretFiles(
        _ name: String, _ items: ViewList<KeyToPath>, _ optional: Bool?, _ mode: mode_t, _ namespace: String
    ) async throws -> [String: VolumeFile] {
        guard let secret = try await found(Secret.self, name, namespace, optional) else { return [:] }
        return try Self.chosen(secret.data.mapValues { try Base64.decode($0) }, items, optional, mode, "references non-existent secret key")
    }

    private static func chosen(
        _ data: [String: [UInt8]], _ items: ViewList<KeyToPath>, _ optional: Bool?, _ mode: mode_t, _ problem: String
    ) throws -> [String: VolumeFile] {
        guard !items.isEmpty else { return data.mapValues { VolumeFile(content: $0, mode: mode) } }
        var files: [String: VolumeFile] = [:]
        for item in items {
            guard let content = data[item.key] else {
                if optional == true { continue }
                throw Failure(description: "\(problem): \(item.key)")
            }
            files[item.path] = VolumeFile(content: content, mode: item.mode.map { mode_t($0) } ?? mode)
        }
        return files
    }

    private func downwardFiles(
        _ items: ViewList<DownwardAPIVolumeFile>, _ mode: mode_t, _ fields: ContainerEnvironment
    ) throws -> [String: VolumeFile] {
        var files: [String: VolumeFile] = [:]
        for item in items {
            var text = ""
            if let field = item.fieldRef { text = try fields.field(field.fieldPath) }
            if let resource = item.resourceFieldRef { text = try fields.resource(resource, nil) }
            files[item.path] = VolumeFile(content: Array(text.utf8), mode: item.mode.map { mode_t($0) } ?? mode)
        }
        return files
    }

    private func projectedFiles(
        _ source: ProjectedVolumeSource, _ volume: String, _ pod: Pod, _ fields: ContainerEnvironment
    ) async throws -> [String: VolumeFile] {
        let mode = mode_t(source.defaultMode ?? 0o644)
        let namespace = pod.metadata.namespace
        var files: [String: VolumeFile] = [:]
        for part in source.sources {
            if let map = part.configMap {
                files.merge(try await configMapFiles(map.name, map.items, map.optional, mode, namespace)) { $1 }
            } else if let secret = part.secret {
                files.merge(try await secretFiles(secret.name, secret.items, secret.optional, mode, namespace)) { $1 }
            } else if let downward = part.downwardAPI {
                files.merge(try downwardFiles(downward.items, mode, fields)) { $1 }
            } else if let token = part.serviceAccountToken {
                let text = try await tokens.token(
                    pod, client, audience: token.audience, seconds: token.expirationSeconds ?? 3600, key: "\(volume)/\(token.path)")
                // Only those who are to have a token may read it, where it is known who they are (KEP-2451).
                let isOwned = pod.commonUser != nil || pod.spec.securityContext?.fsGroup != nil
                files[token.path] = VolumeFile(content: Array(text.utf8), mode: isOwned ? 0o600 : mode, owner: pod.commonUser)
            } else if let bundle = part.clusterTrustBundle {
                files[bundle.path] = VolumeFile(content: Array(try await TrustAnchors(client: client).content(bundle).utf8), mode: mode)
            } else if part.raw.isEmpty {
                // What the API server took out because its feature is off.
                continue
            } else {
                throw Failure(description: "this node does not support a projected source of this type")
            }
        }
        return files
    }
}

/// Service-account tokens of the pods on this node, asked for anew when four fifths of their life are over.
actor TokenCache {
    private struct Entry {
        let token: String
        let refresh: Timestamp
    }

    private var entries: [String: [String: Entry]] = [:]
    private let clock: any Clock

    init(clock: any Clock) { self.clock = clock }

    func forget(_ uid: String) { entries[uid] = nil }

    /// `key` tells the tokens of one pod apart.
    func token(_ pod: Pod, _ client: Client, audience: String, seconds: Int, key: String) async throws -> String {
        let uid = pod.metadata.uid
        if let known = entries[uid]?[key], known.refresh > clock.now { return known.token }
        let account = pod.spec.serviceAccountName.isEmpty ? "default" : pod.spec.serviceAccountName
        var spec: Object = [
            "audiences": audience.isEmpty ? [] : [.string(audience)], "expirationSeconds": .int(Int64(seconds)),
            "boundObjectRef": ["apiVersion": "v1", "kind": "Pod", "name": .string(pod.metadata.name), "uid": .string(uid)],
        ]
        if audience.isEmpty { spec["audiences"] = nil }
        let accounts = GroupVersionResource(group: "", version: "v1", resource: "serviceaccounts")
        let answer = try await client.create(
            subresource: "token", of: accounts, ObjectKey(namespace: pod.metadata.namespace, name: account),
            ["apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": .object(spec)])
        guard let token = answer[path: "status", "token"]?.string else { throw PodVolumes.Failure(description: "the server gave no token") }
        let expiry = answer[path: "status", "expirationTimestamp"]?.string.flatMap { Timestamp(rfc3339: $0) }
        let life = expiry.map { $0 - clock.now } ?? .seconds(seconds)
        // Never later than a day from now, so that a token taken away is missed soon.
        entries[uid, default: [:]][key] = Entry(token: token, refresh: clock.now + min(life * 0.8, .seconds(86_400)))
        return token
    }
}
