import Client
import Core
import HTTPTransport
import KubernetesAPI
import Logging
import ResourceEngine
import Store
import Synchronization
import Values

/// Keeps the `Available` condition of every APIService, and with it the documents of the servers behind them (upstream's remote and local
/// available controllers).
package struct AvailabilityController: Sendable {
    /// How often other servers are asked though nothing has changed.
    private static let interval = Duration.seconds(30)
    /// How many times a check asks at once; one good answer will do.
    private static let attempts = 5
    private static let firstRetry = Duration.milliseconds(200)

    private let aggregator: Aggregator
    private let client: Client
    private let pending = PendingNames()
    private let clock: any Clock
    private let logger: Logger

    package init(aggregator: Aggregator, client: Client, clock: any Clock, logger: Logger) {
        self.aggregator = aggregator
        self.client = client
        self.clock = clock
        self.logger = logger
    }

    /// Follows APIServices, Services and EndpointSlices until cancelled.
    package func run() async throws {
        let store = aggregator.cluster.store
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await store.follow(Aggregator.bucket) { object, isGone in
                    guard let value = try? object.parsed() else { return }
                    aggregator.take(AggregatedService(value), isGone: isGone)
                    if !isGone { pending.add(object.key.name) }
                }
            }
            for bucket in ["services", "discovery.k8s.io/endpointslices"] {
                group.addTask {
                    try await store.follow(bucket) { object, _ in
                        let name = bucket == "services" ? object.key.name : object.summary.labels["kubernetes.io/service-name"] ?? ""
                        for service in aggregator.services
                        where service.backend?.namespace == object.key.namespace && service.backend?.name == name {
                            pending.add(service.name)
                        }
                    }
                }
            }
            group.addTask {
                while true {
                    try await clock.sleep(for: Self.interval)
                    for service in aggregator.services where service.backend != nil { pending.add(service.name) }
                }
            }
            group.addTask { await pending.work { await check($0) } }
            try await group.waitForAll()
        }
    }

    /// Checks one service; one whose server does not answer is asked again soon, and then less and less often, until it or its objects change.
    private func check(_ name: String) async {
        var delay = Self.firstRetry
        do {
            while try await checkOnce(name) == .failed, delay < Self.interval {
                try await clock.sleep(for: delay)
                delay *= 2
            }
        } catch is CancellationError {} catch {
            logger.error("an APIService's condition cannot be kept", metadata: ["apiservice": "\(name)", "error": "\(error)"])
        }
    }

    private enum Outcome { case done, failed }

    private func checkOnce(_ name: String) async throws -> Outcome {
        let cluster = aggregator.cluster
        guard let object = try cluster.get(Aggregator.bucket, ObjectKey(name: name)) else { return .done }
        let service = AggregatedService(object)
        var verdict = AvailabilityVerdict.local
        if let backend = service.backend {
            let key = ObjectKey(namespace: backend.namespace, name: backend.name)
            let slices = try cluster.list("discovery.k8s.io/endpointslices", namespace: backend.namespace).filter {
                $0[path: "metadata", "labels"]?["kubernetes.io/service-name"]?.string == backend.name
            }
            if let known = AvailabilityVerdict.of(service, kubernetesService: try cluster.get("services", key), slices: slices) {
                verdict = known
            } else if let failure = await probe(service) {
                verdict = .failed(failure)
            } else {
                verdict = .passed
                // Who sees the condition finds the documents.
                await DocumentReader(aggregator: aggregator).refresh(service)
            }
        }
        aggregator.mark(service, isAvailable: verdict.status == "True")
        try await write(verdict, name)
        return verdict.reason == "FailedDiscoveryCheck" ? .failed : .done
    }

    /// Asks for the discovery document that every API server has. Nil when one attempt succeeds, else what is wrong with the last.
    private func probe(_ service: AggregatedService) async -> String? {
        await withTaskGroup(of: String?.self) { group in
            for _ in 0..<Self.attempts { group.addTask { await attempt(service) } }
            var failure: String?
            while let result = await group.next() {
                guard let text = result else {
                    group.cancelAll()
                    return nil
                }
                failure = text
            }
            return failure
        }
    }

    private func attempt(_ service: AggregatedService) async -> String? {
        var address = service.path
        do {
            address = try aggregator.address(service)
            let answer = try await aggregator.ask(service, "GET", service.path)
            if (200..<300).contains(answer.status) { return nil }
            return "failing or missing response from \(address): bad status from \(address): \(answer.status)"
        } catch let error as APIError {
            return error.message
        } catch {
            return "failing or missing response from \(address): Get \"\(address)\": \(error)"
        }
    }

    private func write(_ verdict: AvailabilityVerdict, _ name: String) async throws {
        while true {
            do {
                var object = try await client.get(APIService.self, ObjectKey(name: name))
                var condition = APIServiceCondition()
                condition.type = "Available"
                condition.status = verdict.status
                condition.reason = verdict.reason
                condition.message = verdict.message
                let position = object.status.conditions.firstIndex { $0.type == "Available" }
                let present = position.map { object.status.conditions[$0] }
                condition.lastTransitionTime =
                    present?.status == verdict.status ? present?.lastTransitionTime ?? "" : clock.now.rfc3339
                guard present != condition else { return }
                if let position {
                    object.status.conditions[position] = condition
                } else {
                    object.status.conditions.append(condition)
                }
                _ = try await client.updateStatus(object)
                return
            } catch let error as APIError where error.reason == .conflict {
                continue  // Somebody else wrote; the object is read again.
            } catch let error as APIError where error.reason == .notFound {
                return
            }
        }
    }
}
