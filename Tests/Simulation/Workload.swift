import Core
import JSON
import KubernetesAPI
import ResourceEngine
import Values

/// New objects at random, small ones: what matters is what is done to them.
struct Workload {
    static let resources: Value = ["requests": ["cpu": "50m"]]

    let dice: Dice
    let number: Int

    private var namespace: Value { dice.chance(25) ? "bank" : "shop" }

    /// An object, with what goes with it.
    func random() -> [(DynamicObject, GroupVersionResource)] {
        switch dice.roll(16) {
        case 0...3: deployment()
        case 4, 5: statefulSet()
        case 6: [daemonSet()]
        case 7...9: [job()]
        case 10: [cronJob()]
        case 11: replicaSets()
        case 12, 13: configuration()
        case 14: [budget()]
        default: [service(namespace: "shop", app: "d\(dice.roll(1...number))")]
        }
    }

    /// What of an object is worth telling.
    func summary(_ object: DynamicObject) -> String {
        let spec = object.raw["spec"] ?? [:]
        let members = [
            "replicas", "completions", "parallelism", "completionMode", "backoffLimit", "schedule", "concurrencyPolicy", "strategy",
            "updateStrategy", "podManagementPolicy", "podReplacementPolicy", "minReadySeconds", "minAvailable", "maxUnavailable", "suspend",
        ]
        return members.compactMap { name in spec[name].map { "\(name): \(JSONWriter.string($0))" } }.joined(separator: ", ")
    }

    private func object(_ apiVersion: String, _ kind: String, _ name: String, _ namespace: Value, _ spec: Value?) -> DynamicObject {
        var value: Value = [
            "apiVersion": .string(apiVersion), "kind": .string(kind), "metadata": ["name": .string(name), "namespace": namespace],
        ]
        value["spec"] = spec
        return DynamicObject(value)
    }

    private func template(_ app: String, restarts: String = "Always", behaviour: String = "") -> Value {
        var labels: Object = ["app": .string(app)]
        if !behaviour.isEmpty { labels["sim"] = .string(behaviour) }
        return [
            "metadata": ["labels": .object(labels)],
            "spec": [
                "restartPolicy": .string(restarts), "terminationGracePeriodSeconds": .int(Int64(dice.roll(1...30))),
                "containers": [["name": "main", "image": "app:0", "resources": Self.resources]],
            ],
        ]
    }

    private func amount(_ limit: Int) -> Value { dice.chance(50) ? .int(Int64(dice.roll(1...limit))) : .string("\(dice.roll(10...60))%") }

    private func deployment() -> [(DynamicObject, GroupVersionResource)] {
        let (name, namespace) = ("d\(number)", namespace)
        var spec: Value = [
            "replicas": .int(Int64(dice.roll(7))), "selector": ["matchLabels": ["app": .string(name)]], "template": template(name),
            "progressDeadlineSeconds": 90, "revisionHistoryLimit": .int(Int64(dice.roll(4))),
        ]
        if dice.chance(20) {
            spec["strategy"] = ["type": "Recreate"]
        } else {
            spec["strategy"] = ["type": "RollingUpdate", "rollingUpdate": ["maxSurge": amount(3), "maxUnavailable": amount(2)]]
        }
        if dice.chance(30) { spec["minReadySeconds"] = .int(Int64(dice.roll(1...10))) }
        var result = [(object("apps/v1", "Deployment", name, namespace, spec), Deployment.descriptor.gvr)]
        if dice.chance(50) { result.append(service(namespace: namespace, app: name)) }
        if dice.chance(40) { result.append(budget(namespace: namespace, app: name)) }
        return result
    }

    private func service(namespace: Value, app: String) -> (DynamicObject, GroupVersionResource) {
        let spec: Value = ["selector": ["app": .string(app)], "ports": [["port": 80, "targetPort": 8080]]]
        return (object("v1", "Service", "v\(number)", namespace, spec), Service.descriptor.gvr)
    }

    private func budget(namespace: Value = "shop", app: String? = nil) -> (DynamicObject, GroupVersionResource) {
        let app = app ?? "\(dice.pick(["d", "s", "r"]))\(dice.roll(1...number))"
        let member = dice.chance(50) ? "minAvailable" : "maxUnavailable"
        let spec: Value = ["selector": ["matchLabels": ["app": .string(app)]], member: amount(3)]
        return (object("policy/v1", "PodDisruptionBudget", "b\(number)", namespace, spec), PodDisruptionBudget.descriptor.gvr)
    }

    private func statefulSet() -> [(DynamicObject, GroupVersionResource)] {
        let name = "s\(number)"
        var spec: Value = [
            "replicas": .int(Int64(dice.roll(5))), "selector": ["matchLabels": ["app": .string(name)]], "template": template(name),
            "serviceName": .string(name), "podManagementPolicy": dice.chance(40) ? "Parallel" : "OrderedReady",
        ]
        if dice.chance(30) { spec["ordinals"] = ["start": .int(Int64(dice.roll(1...3)))] }
        if dice.chance(30) { spec["minReadySeconds"] = .int(Int64(dice.roll(1...10))) }
        var result = [(object("apps/v1", "StatefulSet", name, "shop", spec), StatefulSet.descriptor.gvr)]
        if dice.chance(40) { result.append(budget(app: name)) }
        return result
    }

    private func daemonSet() -> (DynamicObject, GroupVersionResource) {
        let name = "n\(number)"
        let amounts: Value = dice.chance(50) ? ["maxSurge": 1, "maxUnavailable": 0] : ["maxUnavailable": amount(2)]
        let spec: Value = [
            "selector": ["matchLabels": ["app": .string(name)]], "template": template(name),
            "updateStrategy": ["type": "RollingUpdate", "rollingUpdate": amounts],
        ]
        return (object("apps/v1", "DaemonSet", name, "shop", spec), DaemonSet.descriptor.gvr)
    }

    private func jobSpec(_ name: String) -> Value {
        let behaviour = dice.pick(["", "", "half", "fails"])
        var spec: Value = [
            "parallelism": .int(Int64(dice.roll(1...3))), "backoffLimit": .int(Int64(dice.roll(4))),
            "template": template(name, restarts: "Never", behaviour: behaviour),
        ]
        if dice.chance(80) { spec["completions"] = .int(Int64(dice.roll(1...5))) }
        return spec
    }

    private func job() -> (DynamicObject, GroupVersionResource) {
        let name = "j\(number)"
        var spec = jobSpec(name)
        if spec["completions"] != nil, dice.chance(50) { spec["completionMode"] = "Indexed" }
        if dice.chance(40) { spec["podReplacementPolicy"] = "Failed" }
        if dice.chance(15) { spec["suspend"] = true }
        if dice.chance(15) { spec["ttlSecondsAfterFinished"] = .int(Int64(dice.roll(60))) }
        if dice.chance(10) { spec["activeDeadlineSeconds"] = .int(Int64(dice.roll(5...120))) }
        return (object("batch/v1", "Job", name, "shop", spec), Job.descriptor.gvr)
    }

    private func cronJob() -> (DynamicObject, GroupVersionResource) {
        let name = "m\(number)"
        let spec: Value = [
            "schedule": "* * * * *", "concurrencyPolicy": .string(dice.pick(["Allow", "Forbid", "Replace"])),
            "successfulJobsHistoryLimit": .int(Int64(dice.roll(3))), "failedJobsHistoryLimit": 1,
            "jobTemplate": ["spec": jobSpec(name)],
        ]
        return (object("batch/v1", "CronJob", name, "shop", spec), CronJob.descriptor.gvr)
    }

    /// One ReplicaSet, or two that both select what either makes.
    private func replicaSets() -> [(DynamicObject, GroupVersionResource)] {
        let (app, namespace) = ("r\(number)", namespace)
        return (0..<dice.roll(1...2)).map { index in
            let spec: Value = [
                "replicas": .int(Int64(dice.roll(5))), "selector": ["matchLabels": ["app": .string(app)]], "template": template(app),
            ]
            return (object("apps/v1", "ReplicaSet", "\(app)-\(index)", namespace, spec), ReplicaSet.descriptor.gvr)
        }
    }

    /// A custom object or a ConfigMap, which may belong to one that is not there any more, or to several.
    private func configuration() -> [(DynamicObject, GroupVersionResource)] {
        let widget = object("sim.example.com/v1", "Widget", "w\(number)", "shop", ["size": .int(Int64(number))])
        return [(widget, SimulatedUser.widgets), (object("v1", "ConfigMap", "c\(number)", "shop", nil), ConfigMap.descriptor.gvr)]
    }
}
