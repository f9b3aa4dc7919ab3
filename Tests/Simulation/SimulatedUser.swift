import Client
import Core
import JSON
import KubernetesAPI
import ResourceEngine
import TestSupport
import Values

/// Somebody who does this and that to a cluster, and whatever else befalls it. What happens next is up to the dice.
struct SimulatedUser {
    static let widgets = GroupVersionResource(group: "sim.example.com", version: "v1", resource: "widgets")
    static let finalizer = "sim.example.com/hold"

    let simulation: Simulation
    let dice: Dice
    private var count = 0

    init(_ simulation: Simulation) {
        self.simulation = simulation
        dice = simulation.dice.fork()
    }

    var client: Client { simulation.user }

    /// A namespace for everything, and one with a quota for Deployments and ReplicaSets.
    mutating func prepare() async throws {
        for name in ["shop", "bank"] {
            var namespace = Namespace()
            namespace.metadata.name = name
            _ = try await client.create(namespace)
        }
        var quota = ResourceQuota()
        quota.metadata.namespace = "bank"
        quota.metadata.name = "limits"
        quota.raw["spec"] = ["hard": ["pods": "9", "count/deployments.apps": "4", "configmaps": "10"]]
        _ = try await client.create(quota)
        let schema: Value = ["openAPIV3Schema": ["type": "object", "x-kubernetes-preserve-unknown-fields": true]]
        let definition: Value = [
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": ["name": "widgets.sim.example.com"],
            "spec": [
                "group": "sim.example.com", "scope": "Namespaced",
                "names": ["plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList"],
                "versions": [["name": "v1", "served": true, "storage": true, "schema": schema]],
            ],
        ]
        _ = try await client.create(
            DynamicObject(definition),
            GroupVersionResource(group: "apiextensions.k8s.io", version: "v1", resource: "customresourcedefinitions"))
        for _ in 0..<4 { try await create() }
    }

    // MARK: What there is

    func read<Result: Sendable>(_ body: (World) -> Result) -> Result { simulation.read(body) }

    func one<K: Kind>(_ type: K.Type, where condition: (K) -> Bool = { _ in true }) -> K? {
        let all = read { $0.sorted(K.self) }.filter(condition)
        return all.isEmpty ? nil : dice.pick(all)
    }

    /// Does something to an object that may be gone, or written by others meanwhile.
    private func attempt(_ what: String, _ body: () async throws -> Void) async throws {
        simulation.note(what)
        do {
            try await body()
        } catch let error as APIError where [403, 404, 409, 422, 429, 500].contains(error.code) {
            simulation.note("  refused: \(error.message.prefix(160))")
        }
    }

    private func patch<K: Kind>(_ object: K, _ what: String, _ patch: Value, subresource: String = "") async throws {
        try await attempt("\(K.descriptor.kind) \(object.metadata.namespace)/\(object.metadata.name): \(what)") {
            _ = try await client.patch(K.self, object.key, .merge, patch, subresource: subresource)
        }
    }

    private func delete<K: Kind>(_ object: K, _ policy: String = "") async throws {
        try await attempt("delete \(K.descriptor.kind) \(object.metadata.namespace)/\(object.metadata.name) \(policy)") {
            var options = Client.Options()
            options.propagationPolicy = policy
            try await client.delete(K.self, object.key, options: options)
        }
    }

    private var policy: String { dice.pick(["", "Background", "Foreground", "Orphan"]) }

    // MARK: Actions

    mutating func act() async throws {
        switch dice.roll(100) {
        case 0..<16: try await create()
        case 16..<50: try await change()
        case 50..<60: try await deleteOwner()
        case 60..<80: try await meddle()
        default: try await disturb()
        }
    }

    /// Something new.
    private mutating func create() async throws {
        count += 1
        let workload = Workload(dice: dice, number: count)
        var owner: Value?
        for (made, resource) in workload.random() {
            var object = made
            // A ConfigMap that comes with a Widget belongs to it, or to one that never was.
            if let owner, object.kind == "ConfigMap" { object.raw["metadata"]?["ownerReferences"] = [owner] }
            let metadata = object.metadata
            try await attempt("create \(object.kind) \(metadata.namespace)/\(metadata.name) \(workload.summary(object))") {
                let created = try await client.create(object, resource)
                guard created.kind == "Widget" else { return }
                let uid = dice.chance(85) ? created.metadata.uid : "00000000-0000-0000-0000-000000000000"
                owner = [
                    "apiVersion": "sim.example.com/v1", "kind": "Widget", "name": .string(metadata.name), "uid": .string(uid),
                    "blockOwnerDeletion": .bool(dice.chance(50)),
                ]
            }
        }
    }

    /// What a user asks for otherwise.
    private mutating func change() async throws {
        count += 1
        let image: Value = .string("app:\(count)")
        switch dice.roll(14) {
        case 0, 1, 2:
            guard let object = one(Deployment.self) else { return }
            let replicas = dice.roll(7)
            try await patch(object, "scale to \(replicas)", ["spec": ["replicas": .int(Int64(replicas))]])
        case 3, 4:
            guard let object = one(Deployment.self) else { return }
            let isBroken = dice.chance(15)
            let labels: Value = ["sim": isBroken ? "broken" : .null]
            try await patch(object, "image \(count)\(isBroken ? ", broken" : "")", Self.template(image, labels: labels))
        case 5:
            guard let object = one(Deployment.self) else { return }
            let sets = read { $0.sorted(ReplicaSet.self) }.filter { $0.metadata.controllerReference?.uid == object.metadata.uid }
            guard !sets.isEmpty else { return }
            let old = dice.pick(sets).spec.template
            let labels: Value = ["sim": old.metadata.labels["sim"].map(Value.string) ?? .null]
            let image = old.spec.containers.first?.image ?? ""
            try await patch(object, "roll back to \(image)", Self.template(.string(image), labels: labels))
        case 6:
            guard let object = one(Deployment.self) else { return }
            let isPaused = object.spec.paused == true
            try await patch(object, isPaused ? "resume" : "pause", ["spec": ["paused": .bool(!isPaused)]])
        case 7:
            guard let object = one(StatefulSet.self) else { return }
            let replicas = dice.roll(5)
            try await patch(object, "scale to \(replicas)", ["spec": ["replicas": .int(Int64(replicas))]])
        case 8:
            guard let object = one(StatefulSet.self) else { return }
            try await patch(object, "image \(count)", Self.template(image))
        case 9:
            guard let object = one(DaemonSet.self) else { return }
            try await patch(object, "image \(count)", Self.template(image))
        case 10:
            guard let object = one(ReplicaSet.self, where: { $0.metadata.controllerReference == nil }) else { return }
            let replicas = dice.roll(6)
            try await patch(object, "scale to \(replicas)", ["spec": ["replicas": .int(Int64(replicas))]])
        case 11:
            guard let object = one(Job.self, where: { $0.metadata.controllerReference == nil && !$0.hasEnded }) else { return }
            if dice.chance(50) {
                let isSuspended = object.spec.suspend == true
                try await patch(object, isSuspended ? "resume" : "suspend", ["spec": ["suspend": .bool(!isSuspended)]])
            } else {
                let parallelism = dice.roll(1...4)
                try await patch(object, "parallelism \(parallelism)", ["spec": ["parallelism": .int(Int64(parallelism))]])
            }
        case 12:
            guard let object = one(CronJob.self) else { return }
            let isSuspended = object.spec.suspend == true
            try await patch(object, isSuspended ? "resume" : "suspend", ["spec": ["suspend": .bool(!isSuspended)]])
        default:
            guard let object = one(PodDisruptionBudget.self) else { return }
            let amount: Value = dice.chance(50) ? .int(Int64(dice.roll(3))) : .string("\(dice.roll(100))%")
            let isMinimum = object.raw[path: "spec", "minAvailable"] != nil
            try await patch(object, JSONWriter.string(amount), ["spec": [isMinimum ? "minAvailable" : "maxUnavailable": amount]])
        }
    }

    private static func template(_ image: Value, labels: Value? = nil) -> Value {
        var template: Value = ["spec": ["containers": [["name": "main", "image": image, "resources": Workload.resources]]]]
        if let labels { template["metadata"] = ["labels": labels] }
        return ["spec": ["template": template]]
    }

    private func deleteOwner() async throws {
        switch dice.roll(9) {
        case 0, 1: if let object = one(Deployment.self) { try await delete(object, policy) }
        case 2: if let object = one(StatefulSet.self) { try await delete(object, policy) }
        case 3: if let object = one(DaemonSet.self) { try await delete(object, policy) }
        case 4: if let object = one(Job.self) { try await delete(object, policy) }
        case 5: if let object = one(CronJob.self) { try await delete(object, policy) }
        case 6: if let object = one(ReplicaSet.self) { try await delete(object, policy) }
        case 7: if let object = one(PodDisruptionBudget.self) { try await delete(object) }
        default:
            let widgets = read { $0.objects["sim.example.com/widgets"] ?? [:] }.keys.sorted { $0.name < $1.name }
            guard !widgets.isEmpty else { return }
            let (key, policy) = (dice.pick(widgets), policy)
            try await attempt("delete Widget \(key) \(policy)") {
                var options = Client.Options()
                options.propagationPolicy = policy
                try await client.delete(Self.widgets, key, options: options)
            }
        }
    }

    /// What nobody should do behind a controller's back.
    private mutating func meddle() async throws {
        count += 1
        switch dice.roll(13) {
        case 0, 1, 2: if let pod = one(Pod.self) { try await delete(pod) }
        case 3:
            guard let pod = one(Pod.self, where: { $0.status.phase == "Running" && $0.metadata.deletionTimestamp.isEmpty }) else { return }
            // As a kubelet has it: what has ended is not ready.
            let conditions: Value = [["type": "Ready", "status": "False", "reason": "PodFailed"]]
            try await patch(pod, "fails", ["status": ["phase": "Failed", "conditions": conditions]], subresource: "status")
        case 4:
            guard let pod = one(Pod.self, where: { $0.isReady && $0.metadata.deletionTimestamp.isEmpty }) else { return }
            let conditions: Value = [["type": "Ready", "status": "False", "reason": "ContainersNotReady"]]
            try await patch(pod, "is not ready any more", ["status": ["conditions": conditions]], subresource: "status")
        case 5:
            guard let pod = one(Pod.self, where: { ["ReplicaSet", "DaemonSet"].contains($0.metadata.controllerReference?.kind) }) else {
                return
            }
            try await patch(pod, "label app: stray", ["metadata": ["labels": ["app": .string("stray-\(count)")]]])
        case 6:
            guard let pod = one(Pod.self, where: { $0.metadata.labels["app"]?.hasPrefix("stray") ?? false }),
                let set = one(ReplicaSet.self, where: { $0.metadata.namespace == pod.metadata.namespace })
            else { return }
            let labels = Value.object(
                Object(set.spec.template.metadata.labels.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
            try await patch(pod, "labels of ReplicaSet \(set.metadata.name)", ["metadata": ["labels": labels]])
        case 7: if let object = one(ReplicaSet.self) { try await delete(object) }
        case 8: if let object = one(EndpointSlice.self) { try await delete(object) }
        case 9: if let object = one(ControllerRevision.self) { try await delete(object) }
        case 10:
            guard let pod = one(Pod.self, where: { !$0.metadata.finalizers.isEmpty }) else { return }
            if let owner = pod.metadata.controllerReference { simulation.witness.withWorld { $0.excuse(job: owner.uid) } }
            try await patch(pod, "no finalizers", ["metadata": ["finalizers": .null]])
        case 11:
            guard let object = one(ConfigMap.self, where: { $0.metadata.name.hasPrefix("c") }) else { return }
            try await delete(object, policy)
        default:
            guard let object = one(Deployment.self, where: { $0.metadata.deletionTimestamp.isEmpty }) else { return }
            try await patch(object, "held by a finalizer", ["metadata": ["finalizers": [.string(Self.finalizer)]]])
        }
    }

    /// What befalls the cluster.
    private func disturb() async throws {
        switch dice.roll(10) {
        case 0, 1:
            simulation.note("the control plane is killed, another takes over")
            await simulation.controlPlane().kill()
            if dice.chance(50) { try await simulation.clock.sleep(for: .seconds(dice.roll(1...40))) }
            simulation.startControlPlane()
        case 2, 3:
            simulation.note("the server is killed")
            await simulation.killServer()
            try await simulation.clock.sleep(for: .milliseconds(dice.roll(10...30_000)))
            try await simulation.startServer()
            simulation.note("the server is back")
        case 4:
            let seconds = dice.roll(10...240)
            simulation.note("the control plane stands still for \(seconds) s")
            simulation.controlPlane().link.stop(for: .seconds(seconds))
        case 5:
            let account = dice.pick([
                "deployment-controller", "replicaset-controller", "job-controller", "statefulset-controller", "daemon-set-controller",
                "endpointslice-controller", "disruption-controller", "generic-garbage-collector", "cronjob-controller",
            ])
            let seconds = dice.roll(10...240)
            simulation.note("\(account) stands still for \(seconds) s")
            simulation.controlPlane().link.stop(for: .seconds(seconds), account: "system:serviceaccount:kube-system:\(account)")
        case 6:
            let node = dice.pick(simulation.nodes)
            let seconds = dice.roll(20...500)
            simulation.note("node \(node.name) is silent for \(seconds) s")
            node.link.stop(for: .seconds(seconds))
        case 7:
            guard let node = one(Node.self) else { return }
            try await delete(node)
        case 8:
            let minutes = dice.roll(1...8)
            simulation.note("the clock goes back by \(minutes) min")
            simulation.clock.setBack(by: .seconds(60 * minutes))
        default:
            for _ in 0..<dice.roll(1...5) { try await evict() }
        }
    }

    private func evict() async throws {
        guard let pod = one(Pod.self, where: \.isReady) else { return }
        let body: Value = ["apiVersion": "policy/v1", "kind": "Eviction", "metadata": ["name": .string(pod.metadata.name)]]
        try await attempt("evict \(pod.metadata.namespace)/\(pod.metadata.name)") {
            _ = try await client.create(subresource: "eviction", of: Pod.descriptor.gvr, pod.key, body)
        }
    }

    // MARK: An end to it

    /// Takes back what would keep the cluster from coming to rest.
    func settle() async throws {
        for object in read({ $0.sorted(Deployment.self) }) {
            if object.metadata.finalizers.contains(Self.finalizer) {
                let others = object.metadata.finalizers.filter { $0 != Self.finalizer }
                try await patch(object, "held no longer", ["metadata": ["finalizers": .array(others.map(Value.string))]])
            }
            if object.spec.paused == true { try await patch(object, "resume", ["spec": ["paused": false]]) }
        }
        // Roll-outs that can never end are kept sometimes: they must say so.
        for object in read({ $0.sorted(Deployment.self) }) where object.spec.template.metadata.labels["sim"] == "broken" && dice.chance(50)
        {
            try await patch(object, "mended", Self.template("app:mended", labels: ["sim": .null]))
        }
        for object in read({ $0.sorted(Job.self) })
        where object.metadata.controllerReference == nil && object.spec.suspend == true && dice.chance(70) {
            try await patch(object, "resume", ["spec": ["suspend": false]])
        }
        // What nobody owns and asks for is in the way of nobody but the quota.
        for pod in read({ $0.sorted(Pod.self) }) where pod.metadata.controllerReference == nil { try await delete(pod) }
    }

    /// Takes away what never comes to rest.
    func calm() async throws {
        for object in read({ $0.sorted(CronJob.self) }) { try await delete(object) }
    }
}
