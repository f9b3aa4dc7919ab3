import Client
import Core
import KubernetesAPI
import Simulation
import Testing
import Values

/// Single failures, one by one, of what `SimulationTests` mixes.
@Suite(.serialized) struct FailureTests {
    /// Runs a failure; nothing may be wrong in the end, or have been on the way.
    private func stage(podsPerNode: Int = 30, _ body: @escaping @Sendable (Simulation) async throws -> Void) async throws {
        let report = try await Simulation.stage(seed: 1, podsPerNode: podsPerNode) { simulation in
            simulation.startControlPlane()
            try await body(simulation)
            simulation.rates = .none
            simulation.controlPlane().link.goOn()
            try await simulation.converge()
        }
        #expect(report.failures.isEmpty)
    }

    @Test func `when the leader is killed in the middle of a roll-out, the next one finishes it within the same bounds`() async throws {
        try await stage { simulation in
            _ = try await simulation.user.create(deployment("web", replicas: 10))
            try await simulation.converge()
            try await simulation.setImage("app:2", of: "web")
            let isHalfWay: (World) -> Bool = { world in
                (3...7).contains(world.all(Pod.self).count { $0.spec.containers[0].image == "app:2" && $0.isRunning })
            }
            try await simulation.wait(until: isHalfWay)
            await simulation.controlPlane().kill()
            try await simulation.clock.sleep(for: .seconds(15))
            #expect(simulation.read(isHalfWay))
            simulation.startControlPlane()
            try await simulation.wait { world in
                // maxUnavailable is 1.
                #expect(world.all(Pod.self).count { $0.isRunning && $0.metadata.deletionTimestamp.isEmpty } >= 9)
                return world.all(Pod.self).count { $0.spec.containers[0].image == "app:2" && $0.isRunning } == 10
            }
        }
    }

    @Test func `when the server restarts during a scale-up to a thousand pods, there are a thousand, and no more were ever made`()
        async throws
    {
        try await stage(podsPerNode: 400) { simulation in
            _ = try await simulation.user.create(deployment("web", replicas: 0))
            try await simulation.converge()
            // Some requests take their time: otherwise all pods may be there between two looks.
            simulation.rates = FaultRates(slow: 5)
            try await simulation.scale("web", to: 1000)
            for count in [100, 600] {
                try await simulation.wait { $0.all(Pod.self).count >= count }
                await simulation.killServer()
                #expect(simulation.read { $0.all(Pod.self).count } < 1000)
                try await simulation.clock.sleep(for: .seconds(3))
                try await simulation.startServer()
            }
            try await simulation.wait { $0.all(Pod.self).count(where: \.isRunning) == 1000 }
            #expect(simulation.read { $0.created(Pod.self) } == 1000)
        }
    }

    @Test(arguments: [40, 80])
    func `writes that happen and whose answers are lost make nothing twice`(lost: Int) async throws {
        try await stage { simulation in
            simulation.rates = FaultRates(lost: lost, late: 20)
            _ = try await simulation.user.create(deployment("web", replicas: 12))
            var set = DaemonSet()
            set.metadata.namespace = "default"
            set.metadata.name = "agent"
            set.raw["spec"] = ["selector": ["matchLabels": ["app": "agent"]], "template": template("agent")]
            _ = try await simulation.user.create(set)
            var job = Job()
            job.metadata.namespace = "default"
            job.metadata.name = "sum"
            job.raw["spec"] = [
                "completions": 6, "parallelism": 3, "completionMode": "Indexed", "template": template("sum", restarts: "Never"),
            ]
            _ = try await simulation.user.create(job)
            try await simulation.clock.sleep(for: .seconds(300))
            try await simulation.scale("web", to: 5)
        }
    }

    @Test func `what is deleted behind the controllers' backs comes back, and nothing else changes`() async throws {
        try await stage { simulation in
            let user = simulation.user
            _ = try await user.create(deployment("web", replicas: 4))
            _ = try await user.create(service("web"))
            try await simulation.converge()
            let pods = simulation.read { Set($0.all(Pod.self).map(\.metadata.uid)) }
            var orphaning = Client.Options()
            orphaning.propagationPolicy = "Orphan"
            for set in simulation.read({ $0.all(ReplicaSet.self) }) { try await user.delete(ReplicaSet.self, set.key, options: orphaning) }
            for slice in simulation.read({ $0.all(EndpointSlice.self) }) { try await user.delete(EndpointSlice.self, slice.key) }
            try await user.delete(Endpoints.self, ObjectKey(namespace: "default", name: "web"))
            try await simulation.wait { world in
                world.all(ReplicaSet.self).contains { $0.status.readyReplicas == 4 } && world.all(EndpointSlice.self).count == 1
            }
            try await simulation.converge()
            #expect(simulation.read { Set($0.all(Pod.self).map(\.metadata.uid)) } == pods)
        }
    }

    @Test(arguments: ["deployment-controller", "replicaset-controller", nil])
    func `a controller that stood still for minutes goes by what is asked for now`(account: String?) async throws {
        try await stage { simulation in
            _ = try await simulation.user.create(deployment("web", replicas: 3))
            try await simulation.converge()
            simulation.controlPlane().link.stop(
                for: .seconds(300), account: account.map { "system:serviceaccount:kube-system:\($0)" })
            try await simulation.scale("web", to: 8)
            try await simulation.clock.sleep(for: .seconds(100))
            try await simulation.setImage("app:2", of: "web")
            try await simulation.scale("web", to: 2)
            try await simulation.clock.sleep(for: .seconds(250))
            try await simulation.wait { world in
                world.all(Pod.self).count(where: \.isRunning) == 2
                    && world.all(Pod.self).allSatisfy { $0.spec.containers[0].image == "app:2" }
            }
        }
    }

    @Test func `workloads whose selectors overlap keep to their own pods and come to rest`() async throws {
        try await stage { simulation in
            for (name, replicas) in [("one", 3), ("two", 2)] {
                var set = ReplicaSet()
                set.metadata.namespace = "default"
                set.metadata.name = name
                set.raw["spec"] = [
                    "replicas": .int(Int64(replicas)), "selector": ["matchLabels": ["app": "shared"]], "template": template("shared"),
                ]
                _ = try await simulation.user.create(set)
                _ = try await simulation.user.create(deployment("d-\(name)", replicas: replicas, app: "common"))
            }
            // An orphan that both select, and a Deployment's set that both could take.
            try await simulation.converge()
            let pod = try #require(simulation.read { $0.sorted(Pod.self).first { $0.metadata.labels["app"] == "shared" } })
            _ = try await simulation.user.patch(Pod.self, pod.key, .merge, ["metadata": ["ownerReferences": .null]])
            try await simulation.converge()
            try await simulation.rest()
        }
    }

    @Test func `a clock that is set back stops nobody, and starts no job twice`() async throws {
        try await stage { simulation in
            var cron = CronJob()
            cron.metadata.namespace = "default"
            cron.metadata.name = "minutely"
            cron.raw["spec"] = [
                "schedule": "* * * * *", "successfulJobsHistoryLimit": 100,
                "jobTemplate": ["spec": ["template": template("cron", restarts: "Never")]],
            ]
            _ = try await simulation.user.create(cron)
            try await simulation.wait { $0.all(Job.self).count == 3 }
            simulation.clock.setBack(by: .seconds(600))
            _ = try await simulation.user.create(deployment("web", replicas: 3, minReadySeconds: 5))
            let begin = simulation.clock.uptime
            try await simulation.wait { $0.all(Deployment.self).first?.status.availableReplicas == 3 }
            #expect(simulation.clock.uptime - begin < .seconds(60))
            try await simulation.clock.sleep(for: .seconds(560))
            #expect(simulation.read { $0.all(Job.self).count } == 3)
            try await simulation.wait { $0.all(Job.self).count == 5 }
            let times = simulation.read {
                $0.all(Job.self).map { $0.metadata.annotations["batch.kubernetes.io/cronjob-scheduled-timestamp"] }
            }
            #expect(Set(times).count == 5)
        }
    }

    // MARK: Objects

    private func template(_ app: String, restarts: String = "Always") -> Value {
        [
            "metadata": ["labels": ["app": .string(app)]],
            "spec": ["restartPolicy": .string(restarts), "containers": [["name": "main", "image": "app:1"]]],
        ]
    }

    private func deployment(_ name: String, replicas: Int, app: String? = nil, minReadySeconds: Int = 0) -> Deployment {
        var deployment = Deployment()
        deployment.metadata.namespace = "default"
        deployment.metadata.name = name
        let app = app ?? name
        deployment.raw["spec"] = [
            "replicas": .int(Int64(replicas)), "selector": ["matchLabels": ["app": .string(app)]], "template": template(app),
            "strategy": ["rollingUpdate": ["maxSurge": 2, "maxUnavailable": 1]], "minReadySeconds": .int(Int64(minReadySeconds)),
        ]
        return deployment
    }

    private func service(_ app: String) -> Service {
        var service = Service()
        service.metadata.namespace = "default"
        service.metadata.name = app
        service.raw["spec"] = ["selector": ["app": .string(app)], "ports": [["port": 80]]]
        return service
    }
}

extension Simulation {
    fileprivate func scale(_ name: String, to replicas: Int64) async throws {
        _ = try await user.patch(
            Deployment.self, ObjectKey(namespace: "default", name: name), .merge, ["spec": ["replicas": .int(replicas)]])
    }

    fileprivate func setImage(_ image: String, of name: String) async throws {
        let containers: Value = [["name": "main", "image": .string(image)]]
        _ = try await user.patch(
            Deployment.self, ObjectKey(namespace: "default", name: name), .merge,
            ["spec": ["template": ["spec": ["containers": containers]]]])
    }
}

extension Pod {
    fileprivate var isRunning: Bool { status.phase == "Running" }
}
