import Controllers
import Core
import KubernetesAPI
import Testing
import Values

@Suite struct RolloutTests {
    private func deployment(_ replicas: Int, surge: Value = "25%", unavailable: Value = "25%", image: String = "new") -> Deployment {
        var deployment = Deployment()
        deployment.metadata.name = "web"
        deployment.spec.replicas = replicas
        var strategy = DeploymentStrategy()
        strategy.type = "RollingUpdate"
        var rolling = RollingUpdateDeployment()
        rolling.maxSurge = surge
        rolling.maxUnavailable = unavailable
        strategy.rollingUpdate = rolling
        deployment.spec.strategy = strategy
        deployment.spec.template = template(image)
        return deployment
    }

    private func template(_ image: String) -> PodTemplateSpec {
        var template = PodTemplateSpec()
        template.metadata.labels = ["app": "web"]
        var container = Container()
        container.name = "main"
        container.image = image
        template.spec.containers = [container]
        return template
    }

    private func set(_ image: String, _ replicas: Int, available: Int, age: Int, maximum: Int? = nil) -> ReplicaSet {
        var set = ReplicaSet()
        set.metadata.name = "web-\(image)"
        set.metadata.uid = image
        set.metadata.creationTimestamp = Timestamp(seconds: Int64(1_000_000 - age)).rfc3339
        set.metadata.annotations = ["deployment.kubernetes.io/desired-replicas": "10"]
        if let maximum { set.metadata.annotations["deployment.kubernetes.io/max-replicas"] = String(maximum) }
        set.spec.replicas = replicas
        set.spec.template = template(image)
        set.spec.template.metadata.labels["pod-template-hash"] = image
        set.status.replicas = replicas
        set.status.availableReplicas = available
        return set
    }

    @Test(arguments: [(10, 3, 2), (3, 1, 0), (1, 1, 0), (4, 1, 1)])
    func `a quarter may be added, rounded up, and a quarter may be missing, rounded down`(replicas: Int, surge: Int, unavailable: Int) {
        let rollout = Rollout(deployment(replicas), [])
        #expect(rollout.surge == surge)
        #expect(rollout.unavailable == unavailable)
    }

    @Test func `with neither surge nor unavailability one pod may be missing`() {
        let rollout = Rollout(deployment(3, surge: 0, unavailable: "1%"), [])
        #expect(rollout.unavailable == 1)
    }

    @Test func `the set of the deployment's template is found whatever its hash`() {
        let rollout = Rollout(deployment(3), [set("old", 3, available: 3, age: 10), set("new", 0, available: 0, age: 1)])
        #expect(rollout.current?.metadata.name == "web-new")
        #expect(rollout.old.map(\.metadata.name) == ["web-old"])
    }

    @Test func `the new set grows into the room that the surge leaves`() {
        let old = set("old", 10, available: 10, age: 10)
        #expect(Rollout(deployment(10), [old]).currentTarget == 3)
        #expect(Rollout(deployment(10), [old, set("new", 3, available: 0, age: 1)]).currentTarget == 3)
        #expect(Rollout(deployment(10), [set("old", 8, available: 8, age: 10), set("new", 3, available: 3, age: 1)]).currentTarget == 5)
    }

    @Test func `old sets shrink by what the available pods allow, pods that are not available first`() {
        let new = set("new", 3, available: 0, age: 1)
        #expect(Rollout(deployment(10), [set("old", 10, available: 10, age: 10), new]).shrinking.map(\.replicas) == [8])
        #expect(Rollout(deployment(10), [set("old", 10, available: 8, age: 10), new]).shrinking.map(\.replicas) == [8])
        let ready = set("new", 5, available: 5, age: 1)
        let sizes = Rollout(deployment(10), [set("a", 2, available: 2, age: 20), set("b", 6, available: 6, age: 10), ready]).shrinking
        #expect(sizes.map { "\($0.replicaSet.metadata.uid)=\($0.replicas)" } == ["a=0", "b=3"])
        #expect(Rollout(deployment(10), [set("old", 8, available: 8, age: 10), new]).shrinking.isEmpty)
    }

    @Test func `scaling in the middle of a roll-out keeps the proportions`() {
        // Upstream's documentation has this example: 10 replicas, surge 3, unavailable 2, scaled to 15.
        let sets = [set("old", 8, available: 8, age: 10, maximum: 13), set("new", 5, available: 0, age: 1, maximum: 13)]
        let rollout = Rollout(deployment(15, surge: 3, unavailable: 2), sets)
        #expect(rollout.isBeingScaled)
        let sizes = rollout.scaling.map { "\($0.replicaSet.metadata.uid)=\($0.replicas)" }
        #expect(sizes == ["old=11", "new=7"])
    }

    @Test func `hashes of equal templates are equal and made of safe letters`() {
        let hash = NameHash.of(template("a").raw)
        var reordered = Object()
        for member in (template("a").raw.object ?? Object()).reversed() { reordered[member.key] = member.value }
        #expect(hash == NameHash.of(.object(reordered)))
        #expect(hash != NameHash.of(template("b").raw))
        #expect(hash != NameHash.of(template("a").raw, collisions: 1))
        #expect(hash.allSatisfy { "bcdfghjklmnpqrstvwxz2456789".contains($0) })
    }
}
