import Client
import Core
import KubernetesAPI
import Linux
import Logging
import Reconcile
import Runtime
import Values

/// Registers the node, keeps its status true and its lease fresh.
struct NodeReporter: Sendable {
    private let context: NodeContext

    init(_ context: NodeContext) { self.context = context }

    private var agent: NodeAgentConfiguration { context.agent }
    private var key: ObjectKey { ObjectKey(name: agent.nodeName) }
    private var regarding: EventRecorder.Regarding {
        // Upstream's kubelet names the node by its name where others put the uid.
        EventRecorder.Regarding(apiVersion: "v1", kind: "Node", namespace: "", name: agent.nodeName, uid: agent.nodeName)
    }

    /// Runs until its task is cancelled.
    func run() async {
        context.recorder.record(regarding, .normal, "Starting", "Starting kubelet.")
        await register()
        await withDiscardingTaskGroup { group in
            group.addTask { await self.keepLease() }
            group.addTask { await self.keepStatus() }
        }
    }

    // MARK: Registration

    private func register() async {
        while !Task.isCancelled {
            do {
                var node = Node()
                node.metadata.name = agent.nodeName
                node.metadata.labels = labels
                node.spec.podCIDR = agent.podCIDR
                node.spec.raw["podCIDRs"] = [.string(agent.podCIDR)]
                do {
                    _ = try await context.client.create(node)
                } catch let error as APIError where error.reason == .alreadyExists {
                    _ = try await context.client.patch(
                        Node.self, key, .merge,
                        ["metadata": ["labels": .object(Object(labels.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))]])
                }
                return
            } catch {
                if Task.isCancelled { return }
                context.logger.warning("the node is not registered yet", metadata: ["error": "\(error)"])
                try? await context.clock.sleep(for: .milliseconds(500))
            }
        }
    }

    private var labels: [String: String] {
        let machine = context.machine
        return [
            "kubernetes.io/arch": machine.architecture, "kubernetes.io/os": "linux", "kubernetes.io/hostname": agent.nodeName,
            "beta.kubernetes.io/arch": machine.architecture, "beta.kubernetes.io/os": "linux",
        ].merging(agent.labels) { $1 }
    }

    // MARK: Lease

    private func keepLease() async {
        let key = ObjectKey(namespace: "kube-node-lease", name: agent.nodeName)
        while !Task.isCancelled {
            do {
                let now = context.clock.now.rfc3339Micro
                do {
                    _ = try await context.client.patch(
                        Lease.self, key, .merge,
                        [
                            "spec": [
                                "holderIdentity": .string(agent.nodeName), "leaseDurationSeconds": .int(Int64(agent.leaseSeconds)),
                                "renewTime": .string(now),
                            ]
                        ])
                } catch let error as APIError where error.reason == .notFound {
                    try await createLease(key, now)
                }
                try await context.clock.sleep(for: agent.leaseInterval)
            } catch {
                if Task.isCancelled { return }
                context.logger.warning("the node's lease is not renewed", metadata: ["error": "\(error)"])
                try? await context.clock.sleep(for: .seconds(1))
            }
        }
    }

    private func createLease(_ key: ObjectKey, _ now: String) async throws {
        let node = try await context.client.get(Node.self, self.key)
        var lease = Lease()
        lease.metadata.namespace = key.namespace
        lease.metadata.name = key.name
        lease.metadata.raw["ownerReferences"] = [
            ["apiVersion": "v1", "kind": "Node", "name": .string(agent.nodeName), "uid": .string(node.metadata.uid)]
        ]
        lease.spec.holderIdentity = agent.nodeName
        lease.spec.leaseDurationSeconds = agent.leaseSeconds
        lease.spec.renewTime = now
        _ = try await context.client.create(lease)
    }

    // MARK: Status

    /// Looks every ten seconds, tells what changes at once and the rest every `statusInterval`.
    private func keepStatus() async {
        var last: Value?
        var told = Timestamp(nanoseconds: 0)
        while !Task.isCancelled {
            do {
                let previous = try await last == nil ? context.client.get(Node.self, key).status : NodeStatus(last!)
                let status = await self.status(previous)
                var compared = status.raw
                Self.dropHeartbeats(&compared)
                var old = last ?? .null
                Self.dropHeartbeats(&old)
                let now = context.clock.now
                if compared != old || now - told >= agent.statusInterval {
                    _ = try await context.client.patch(Node.self, key, .strategicMerge, ["status": status.raw], subresource: "status")
                    announce(previous, status)
                    last = status.raw
                    told = now
                }
                let isReady = status.conditions.first { $0.type == "Ready" }?.status == "True"
                try await context.clock.sleep(for: isReady ? .seconds(10) : .milliseconds(500))
            } catch {
                if Task.isCancelled { return }
                context.logger.warning("the node's status is not written", metadata: ["error": "\(error)"])
                last = nil
                try? await context.clock.sleep(for: .seconds(1))
            }
        }
    }

    private static func dropHeartbeats(_ status: inout Value) {
        guard var conditions = status["conditions"]?.array else { return }
        for index in conditions.indices { conditions[index]["lastHeartbeatTime"] = nil }
        status["conditions"] = .array(conditions)
    }

    private func announce(_ old: NodeStatus, _ new: NodeStatus) {
        func value(_ status: NodeStatus, _ type: String) -> String { status.conditions.first { $0.type == type }?.status ?? "" }
        for (type, good, bad) in [
            ("MemoryPressure", "NodeHasSufficientMemory", "NodeHasInsufficientMemory"),
            ("DiskPressure", "NodeHasNoDiskPressure", "NodeHasDiskPressure"),
            ("PIDPressure", "NodeHasSufficientPID", "NodeHasInsufficientPID"),
        ] where value(old, type) != value(new, type) {
            let reason = value(new, type) == "True" ? bad : good
            context.recorder.record(regarding, .normal, reason, "Node \(agent.nodeName) status is now: \(reason)")
        }
        if value(old, "Ready") != value(new, "Ready") {
            let reason = value(new, "Ready") == "True" ? "NodeReady" : "NodeNotReady"
            context.recorder.record(regarding, .normal, reason, "Node \(agent.nodeName) status is now: \(reason)")
        }
    }

    private func status(_ old: NodeStatus) async -> NodeStatus {
        let machine = context.machine
        let agent = agent
        let numbers = try? await BlockingPool.files.run {
            NodeCapacity(agent, machine)
        }
        var status = NodeStatus()
        if let capacity = numbers {
            status.capacity = capacity.capacity
            status.allocatable = capacity.allocatable
            let now = context.clock.now
            let pressure = context.pressure.conditions
            let isShort = pressure.contains("MemoryPressure")
            let isFull = pressure.contains("DiskPressure")
            let isCrowded = pressure.contains("PIDPressure")
            status.conditions = [
                condition(
                    "MemoryPressure", isShort,
                    isShort
                        ? ("KubeletHasInsufficientMemory", "kubelet has insufficient memory available")
                        : ("KubeletHasSufficientMemory", "kubelet has sufficient memory available"), old, now),
                condition(
                    "DiskPressure", isFull,
                    isFull
                        ? ("KubeletHasDiskPressure", "kubelet has disk pressure")
                        : ("KubeletHasNoDiskPressure", "kubelet has no disk pressure"), old, now),
                condition(
                    "PIDPressure", isCrowded,
                    isCrowded
                        ? ("KubeletHasInsufficientPID", "kubelet has insufficient PID available")
                        : ("KubeletHasSufficientPID", "kubelet has sufficient PID available"), old, now),
            ]
        }
        let problem = await runtimeProblem()
        status.conditions.append(
            condition(
                "Ready", problem == nil, problem.map { ("KubeletNotReady", $0) } ?? ("KubeletReady", "kubelet is posting ready status"),
                old,
                context.clock.now))
        status.addresses = ViewList(agent.addresses.map { NodeAddress(["type": "InternalIP", "address": .string($0)]) })
        status.addresses.append(NodeAddress(["type": "Hostname", "address": .string(agent.nodeName)]))
        status.raw["daemonEndpoints"] = ["kubeletEndpoint": ["Port": .int(Int64(agent.port))]]
        status.raw["nodeInfo"] = [
            "machineID": .string(machine.machineID), "systemUUID": .string(machine.systemUUID), "bootID": .string(machine.bootID),
            "kernelVersion": .string(machine.kernelVersion), "osImage": .string(machine.osImage),
            "containerRuntimeVersion": .string("\(context.runtimeName)://\(await runtimeVersion())"),
            "kubeletVersion": .string(agent.kubernetesVersion), "kubeProxyVersion": "", "operatingSystem": "linux",
            "architecture": .string(machine.architecture),
        ]
        if machine.swapBytes > 0 { status.raw["nodeInfo"]?["swap"] = ["capacity": .int(Int64(machine.swapBytes))] }
        status.raw["images"] = .array(await images())
        // What the scheduler asks of a node before it sends pods there that need it.
        status.declaredFeatures = ["RestartAllContainersOnContainerExits"]
        return status
    }

    private func condition(_ type: String, _ isTrue: Bool, _ why: (String, String), _ old: NodeStatus, _ now: Timestamp) -> NodeCondition {
        var condition = NodeCondition()
        condition.type = type
        condition.status = isTrue ? "True" : "False"
        condition.reason = why.0
        condition.message = why.1
        condition.lastHeartbeatTime = now.rfc3339
        let known = old.conditions.first { $0.type == type }
        condition.lastTransitionTime = known?.status == condition.status ? known!.lastTransitionTime : now.rfc3339
        return condition
    }

    private func runtimeVersion() async -> String { (try? await context.runtime.version().runtimeVersion) ?? "" }

    /// Why pods cannot be run, in upstream's words.
    private func runtimeProblem() async -> String? {
        do {
            let status = try await context.runtime.status()
            let failing = status.conditions.filter { !$0.status }
            guard !failing.isEmpty else { return nil }
            return failing.map {
                "container runtime \($0.type == "NetworkReady" ? "network not ready" : "not ready"): \($0.type)=false reason:\($0.reason) message:\($0.message)"
            }
            .joined(separator: ", ")
        } catch {
            return "container runtime is down: \(error)"
        }
    }

    /// At most fifty, the largest first: what the scheduler's image locality looks at.
    private func images() async -> [Value] {
        guard let images = try? await context.runtime.images() else { return [] }
        return images.sorted { ($0.size, $0.id) > ($1.size, $1.id) }.prefix(50).map { image in
            let names = image.repoDigests.prefix(5) + image.repoTags.prefix(5)
            return ["names": .array(names.map { .string($0) }), "sizeBytes": .int(Int64(image.size))]
        }
    }
}
