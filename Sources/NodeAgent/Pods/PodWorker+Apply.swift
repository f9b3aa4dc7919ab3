import Client
import Core
import KubernetesAPI
import Linux
import Logging
import Runtime

extension PodWorker {
    /// Does one step of a plan. True when there is something new to look at.
    func apply(_ action: PodPlanner.Action, _ observation: PodObservation) async throws -> Bool {
        switch action {
        case .prepare:
            try await prepare(observation)
            return true
        case .createSandbox(let attempt):
            let configuration = configuration
            if pod.spec.hostUsers == false {
                throw ContainerEnvironment.Unresolved(
                    description: "hostUsers is false, and user namespaces are not supported by this node's container runtime")
            }
            if attempt > 0 {
                context.recorder.record(pod, .normal, "SandboxChanged", "Pod sandbox changed, it will be killed and re-created.")
            }
            context.counts.startsPod()
            _ = try await context.runtime.runSandbox(configuration.sandbox(attempt: attempt), handler: try await runtimeHandler())
            // Older ones hold nothing but their names; the newest of them is kept no longer than it is of use.
            for old in observation.sandboxes where old.state != .ready { try await context.runtime.removeSandbox(old.id) }
            return true
        case .stopSandbox(let id):
            try await context.runtime.stopSandbox(id)
            return true
        case .start(let name, let attempt, let replaced):
            return try await start(name, attempt, replaced, observation)
        case .stop(let name, let id, let grace, let why):
            stop(name, id, grace, why)
            return false
        case .restart(let name, let id, let grace, let why):
            state.withLock { _ = $0.restarting.insert(id) }
            stop(name, id, grace, why)
            return false
        case .resize:
            try await resize(observation)
            return true
        case .removeContainer(let id):
            try await context.runtime.removeContainer(id)
            return true
        case .tearDown:
            return false
        }
    }

    // MARK: The pod

    /// What the runtime calls the pod's RuntimeClass.
    private func runtimeHandler() async throws -> String {
        let name = pod.spec.runtimeClassName
        guard !name.isEmpty else { return "" }
        guard let found: RuntimeClass = try await found(ObjectKey(name: name)) else {
            throw ContainerEnvironment.Unresolved(description: "failed to get RuntimeClass: RuntimeClass \"\(name)\" not found")
        }
        return found.handler
    }

    private func prepare(_ observation: PodObservation) async throws {
        let (pod, allocated) = state.withLock { ($0.pod, $0.record.allocated) }
        let configuration = configuration(of: pod)
        let limits = PodResources.podLimits(pod)
        let cgroups = context.cgroups
        let group = configuration.cgroup
        try await BlockingPool.files.run {
            try Files.createDirectory(configuration.directory, mode: 0o750)
            try Files.createDirectory(configuration.logDirectory)
            // Ancestors' limits are the node's business; groups are made on the way.
            try cgroups?.apply(limits, to: group)
        }
        try await save(
            state.withLock { state in
                state.record.group = allocated
                return state.record
            })
        try await mountVolumes(observation)
    }

    private func mountVolumes(_ observation: PodObservation) async throws {
        let fields = try await environment(podIPs: observation.addresses, for: nil)
        var volumes = try await context.volumes.setUp(pod, fields: fields)
        let changes = pod.spec.volumes.contains { $0.configMap != nil || $0.secret != nil || $0.projected != nil || $0.downwardAPI != nil }
        let until = changes ? context.clock.now + .seconds(45) + .seconds(Int64(pod.metadata.uid.utf8.reduce(0) { $0 &+ $1 } % 30)) : nil
        state.withLock { state in
            for (name, path) in state.volumes ?? [:] where state.images.contains(name) { volumes[name] = path }
            state.volumes = volumes
            state.volumesCurrentUntil = until
            state.retry = nil
        }
    }

    /// Brings volumes made from API objects up to date; what they hold stays when that fails.
    func refreshVolumes() async {
        do {
            let addresses = context.statuses.latest(pod.metadata.uid)?.podIPs.map { $0.raw.text("ip") } ?? []
            let fields = try await environment(podIPs: addresses, for: nil)
            _ = try await context.volumes.setUp(pod, fields: fields)
        } catch {
            if Task.isCancelled { return }
            context.recorder.record(pod, .warning, "FailedMount", "\(error)")
        }
        let next = context.clock.now + .seconds(60)
        state.withLock { $0.volumesCurrentUntil = next }
    }

    func tearDown(_ observation: PodObservation) async throws {
        for sandbox in observation.sandboxes { try await context.runtime.removeSandbox(sandbox.id) }
        for container in observation.all { try await context.runtime.removeContainer(container.id) }
        let images = context.volumes.imageDirectory(pod.metadata.uid)
        for volume in try await BlockingPool.files.run({ Files.isDirectory(images) ? try Files.list(images) : [] }) {
            try await context.runtime.unmountImage(at: "\(images)/\(volume)")
        }
        try await context.volumes.tearDown(uid: pod.metadata.uid)
        let cgroups = context.cgroups
        let configuration = configuration
        let group = configuration.cgroup
        try await BlockingPool.files.run {
            try cgroups?.remove(group)
            try Files.remove(configuration.logDirectory)
        }
        context.images.forget(podUID: pod.metadata.uid)
    }

    /// What variables and downward fields are made of; fetches what `container` refers to.
    func environment(podIPs: [String], for container: Container?) async throws -> ContainerEnvironment {
        let pod = pod
        let namespace = pod.metadata.namespace
        var maps: [String: ConfigMap] = [:]
        var secrets: [String: Secret] = [:]
        var mapNames: Set<String> = []
        var secretNames: Set<String> = []
        for source in container?.envFrom ?? [] {
            if let name = source.configMapRef?.name { mapNames.insert(name) }
            if let name = source.secretRef?.name { secretNames.insert(name) }
        }
        for entry in container?.env ?? [] {
            if let name = entry.valueFrom?.configMapKeyRef?.name { mapNames.insert(name) }
            if let name = entry.valueFrom?.secretKeyRef?.name { secretNames.insert(name) }
        }
        var files: [String: String] = [:]
        for reference in (container?.env ?? []).compactMap({ $0.valueFrom?.fileKeyRef }) {
            guard let volume = state.withLock({ $0.volumes?[reference.volumeName] }) else {
                throw ContainerEnvironment.Unresolved(
                    description: "cannot find the volume \"\(reference.volumeName)\" referenced by FileKeyRef")
            }
            let path = reference.path
            files["\(reference.volumeName)/\(path)"] = try await BlockingPool.files.run {
                try ContainerMounts.variables(at: path, below: volume)
            }
        }
        for name in mapNames { maps[name] = try await found(ObjectKey(namespace: namespace, name: name)) }
        for name in secretNames { secrets[name] = try await found(ObjectKey(namespace: namespace, name: name)) }
        var services = context.services.list(namespace: namespace)
        if namespace != "default", let api = context.services.get(ObjectKey(namespace: "default", name: "kubernetes")) {
            services.append(api)
        }
        return ContainerEnvironment(
            pod: pod, configMaps: maps, secrets: secrets, services: services, hostIPs: context.agent.addresses,
            podIPs: pod.spec.hostNetwork == true ? context.agent.addresses : podIPs, allocatable: context.allocatable, files: files)
    }

    private func found<K: Kind>(_ key: ObjectKey) async throws -> K? {
        do {
            return try await context.client.get(K.self, key)
        } catch let error as APIError where error.reason == .notFound {
            return nil
        }
    }

    // MARK: Containers

    /// True when the container was started or something else about the pod changed.
    private func start(_ name: String, _ attempt: Int, _ replaced: String?, _ observation: PodObservation) async throws -> Bool {
        let pod = pod
        guard let container = pod.container(named: name), let sandbox = observation.readySandbox else { return false }
        let configuration = configuration
        let sandboxConfiguration = configuration.sandbox(attempt: sandbox.metadata.attempt)
        for volume in pod.spec.volumes {
            guard let image = volume.image, container.volumeMounts.contains(where: { $0.name == volume.name }),
                state.withLock({ $0.volumes?[volume.name] == nil })
            else { continue }
            switch try await present(image.reference, image.pullPolicy, name, sandboxConfiguration) {
            case .later(let isNew): return isNew
            case .now(let reference): try await mountImage(volume.name, reference)
            }
        }
        let reference: String
        switch try await present(container.image, container.imagePullPolicy, name, sandboxConfiguration) {
        case .later(let isNew): return isNew
        case .now(let present): reference = present
        }
        let id: String
        context.counts.startsContainer(pod.containerType(name))
        do {
            id = try await create(container, attempt, reference, sandbox, sandboxConfiguration, observation)
        } catch {
            if Task.isCancelled { throw error }
            let isConfiguration = !(error is RuntimeError)
            let message = (error as? RuntimeError).map(Self.plain) ?? "\(error)"
            wait(name, isConfiguration ? "CreateContainerConfigError" : "CreateContainerError", message)
            throw error
        }
        record(name, .normal, "Created", "Container created")
        if let replaced {
            noteRestart(name, replaced, observation)
            state.withLock { _ = $0.restarting.remove(replaced) }
        }
        do {
            try await context.runtime.startContainer(id)
        } catch let error as RuntimeError {
            wait(name, "RunContainerError", Self.plain(error))
            state.withLock { $0.backoffs[name, default: RestartBackoff()].restarted(afterRunning: 0) }
            return true
        }
        state.withLock { state in
            state.waiting[name] = nil
            state.startRetries[name] = nil
        }
        record(name, .normal, "Started", "Container started")
        await removeOld(name, observation)
        if let hook = container.lifecycle?.postStart {
            let subject = ContainerActions.Subject(
                containerID: id, container: container, address: observation.addresses.first ?? context.agent.address)
            if await context.actions.run(hook, subject, seconds: 3600) != nil {
                record(name, .warning, "FailedPostStartHook", "PostStartHook failed")
                stop(name, id, Int64(pod.spec.terminationGracePeriodSeconds ?? 30), "FailedPostStartHook")
            }
        }
        return true
    }

    private enum Presence {
        case now(String)
        /// It is being pulled, or cannot be; true when that is news.
        case later(Bool)
    }

    /// Sees to an image that a container needs.
    private func present(
        _ image: String, _ policy: String, _ name: String, _ sandbox: CRIPodSandboxConfig
    ) async throws -> Presence {
        let outcome = await context.images.ensure(
            image, policy: policy, podUID: pod.metadata.uid, credentials: try await pullCredentials(image), sandbox: sandbox,
            wake: { [weak self] in self?.wake() },
            notice: { record(name, $0.isWarning ? .warning : .normal, $0.reason, $0.message) })
        switch outcome {
        case .present(let reference): return .now(reference)
        case .pulling: return .later(false)
        case .failed(let reason, let message, let retry):
            let isNew = state.withLock { state in
                let waiting = PodStatusBuilder.Waiting(reason: reason, message: message)
                defer {
                    state.waiting[name] = waiting
                    state.startRetries[name] = retry
                }
                return state.waiting[name] != waiting
            }
            if reason != "ErrImagePull" { record(name, .warning, "Failed", "Error: \(reason)") }
            return .later(isNew)
        }
    }

    private func mountImage(_ volume: String, _ reference: String) async throws {
        let path = context.volumes.imageDirectory(pod.metadata.uid, volume)
        try await context.counts.mounting { try await context.runtime.mountImage(reference, at: path) }
        state.withLock { state in
            state.volumes?[volume] = path
            state.images.insert(volume)
        }
    }

    private func wait(_ name: String, _ reason: String, _ message: String) {
        state.withLock { $0.waiting[name] = PodStatusBuilder.Waiting(reason: reason, message: message) }
        context.counts.failedContainer(pod.containerType(name), reason)
        record(name, .warning, "Failed", "Error: \(message)")
    }

    private func create(
        _ container: Container, _ attempt: Int, _ reference: String, _ sandbox: CRIPodSandbox, _ sandboxConfiguration: CRIPodSandboxConfig,
        _ observation: PodObservation
    ) async throws -> String {
        let (pod, allocated) = state.withLock { ($0.pod, $0.record.allocated) }
        guard let container = pod.container(named: container.name) else { throw CancellationError() }
        let configuration = configuration(of: pod)
        let environment = try await environment(podIPs: observation.addresses, for: container)
        let variables = try environment.variables(container)
        let image = try await context.runtime.imageStatus(.with { $0.image = reference })
        let hosts = try await writeHosts(configuration, environment.podIPs)
        let mounts = ContainerMounts(
            pod: pod, container: container, volumes: state.withLock { $0.volumes ?? [:] }, variables: variables,
            podDirectory: configuration.directory, images: state.withLock { $0.images })
        let list = try await BlockingPool.files.run { try mounts.make(hosts: hosts, identity: String(attempt)) }
        var target: String?
        if let name = pod.spec.ephemeralContainers.first(where: { $0.name == container.name })?.targetContainerName, !name.isEmpty {
            target = observation.current(name)?.id
        }
        let inputs = PodConfiguration.Inputs(
            attempt: attempt, imageReference: reference, variables: variables, mounts: list,
            imageUser: image?.uid, imageUserName: image?.username ?? "", target: target)
        let request = try configuration.container(container, inputs)
        let id = try await context.runtime.createContainer(sandbox: sandbox.id, request, sandboxConfiguration)
        try await noteStarted(container.name, with: allocated)
        return id
    }

    private func writeHosts(_ configuration: PodConfiguration, _ addresses: [String]) async throws -> String {
        let path = "\(configuration.directory)/etc-hosts"
        return try await BlockingPool.files.run {
            let host = configuration.isHostNetwork ? (try? Files.read("/etc/hosts")).map { String(decoding: $0, as: UTF8.self) } : nil
            let text = HostsFile.text(configuration, addresses: addresses, host: host)
            try Files.createDirectory(configuration.directory, mode: 0o750)
            try Files.write(text, to: path)
            return path
        }
    }

    /// The instance before is kept for its log; those before it go.
    private func removeOld(_ name: String, _ observation: PodObservation) async {
        for old in (observation.containers[name] ?? []).dropFirst() where old.state != .running {
            do {
                try await context.runtime.removeContainer(old.id)
                let directory = "\(configuration.logDirectory)/\(name)"
                let log = "\(old.metadata.attempt).log"
                try await BlockingPool.files.run {
                    // With those of it that were put aside for their size.
                    for file in try Files.list(directory) where file == log || file.hasPrefix(log + ".") {
                        try Files.remove("\(directory)/\(file)")
                    }
                }
            } catch {
                context.logger.warning("an old container stays", metadata: ["container": "\(old.id)", "error": "\(error)"])
            }
        }
    }

    private func noteRestart(_ name: String, _ replaced: String, _ observation: PodObservation) {
        // One that could not be started was counted then.
        guard let old = observation.all.first(where: { $0.id == replaced }), old.startedAt > 0 else { return }
        let seconds = (old.finishedAt - old.startedAt) / 1_000_000_000
        state.withLock { $0.backoffs[name, default: RestartBackoff()].restarted(afterRunning: seconds) }
    }

    private func pullCredentials(_ image: String) async throws -> [RegistryLogin] {
        var result: [RegistryLogin] = []
        for reference in pod.spec.imagePullSecrets where !reference.name.isEmpty {
            guard let secret: Secret = try await found(ObjectKey(namespace: pod.metadata.namespace, name: reference.name)) else {
                context.recorder.record(
                    pod, .warning, "FailedToRetrieveImagePullSecret",
                    "Unable to retrieve some image pull secrets (\(reference.name)); attempting to pull the image may not succeed.")
                continue
            }
            result += RegistryCredentials.matching(image, secret)
        }
        return result
    }
}
