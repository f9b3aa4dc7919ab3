import Client
import Core
import KubernetesAPI
import Logging
import Reconcile
import Values

/// Keeps the addresses of services of type LoadBalancer at what `LoadBalancerPlan` says.
package struct LoadBalancerController: Sendable {
    private let address: String
    private let client: Client
    private let informers: InformerSet
    private let recorder: EventRecorder
    private let isFree: @Sendable (_ transport: String, _ port: Int) -> Bool
    private let clock: any Clock
    private let logger: Logger

    /// `client` writes statuses and events. `isFree` says whether no program of the machine listens on a port.
    package init(
        address: String, client: Client, informers: InformerSet, clock: any Clock, logger: Logger,
        isFree: @escaping @Sendable (_ transport: String, _ port: Int) -> Bool
    ) {
        self.address = address
        self.client = client
        self.informers = informers
        self.isFree = isFree
        self.clock = clock
        self.logger = logger
        recorder = EventRecorder(client: client, component: "service-controller", clock: clock, logger: logger)
    }

    /// Works until its task is cancelled.
    package func run() async throws {
        let services = informers.informer(Service.self)
        let signal = Signal()
        services.raise(signal)
        try await services.waitUntilSynced()
        let recorder = recorder
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await recorder.run() }
            group.addTask {
                var told: [ObjectKey: String] = [:]
                while true {
                    let plan = LoadBalancerPlan(services: services.list(), address: address, isFree: isFree)
                    for key in plan.granted {
                        await write(key, [["ip": .string(address), "ipMode": "VIP"]])
                        if let service = services.get(key) {
                            recorder.record(service, .normal, "EnsuredLoadBalancer", "Ensured load balancer")
                        }
                    }
                    for key in plan.revoked { await write(key, []) }
                    for (key, why) in plan.refused where told[key] != why {
                        guard let service = services.get(key) else { continue }
                        recorder.record(service, .warning, "SyncLoadBalancerFailed", "Error syncing load balancer: \(why)")
                    }
                    told = plan.refused
                    // A port that another program had may be free one day, which nobody tells.
                    try await wait(for: signal, atMost: plan.refused.isEmpty ? nil : .seconds(30))
                }
            }
            try await group.waitForAll()
        }
    }

    private func wait(for signal: Signal, atMost limit: Duration?) async throws {
        guard let limit else { return try await signal.wait() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await clock.sleep(for: limit) }
            group.addTask { try await signal.wait() }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func write(_ key: ObjectKey, _ addresses: Value) async {
        do {
            _ = try await client.patch(
                Service.self, key, .merge, ["status": ["loadBalancer": ["ingress": addresses]]], subresource: "status")
        } catch let error as APIError where error.reason == .notFound {
            // It is gone, and its address with it.
        } catch {
            logger.warning("a load balancer's address was not written", metadata: ["service": "\(key)", "error": "\(error)"])
        }
    }
}
