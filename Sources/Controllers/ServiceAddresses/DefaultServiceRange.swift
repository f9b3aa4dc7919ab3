import Client
import Core
import KubernetesAPI
import Reconcile
import Values

/// Keeps the ServiceCIDR `kubernetes`, from which the cluster's first Services have their addresses: makes it again when somebody deleted it,
/// and says that it is ready where nobody else does.
struct DefaultServiceRange: Reconciler {
    static let key = ObjectKey(namespace: "", name: "kubernetes")

    let context: ControllerContext
    let cidr: String
    let ranges: Informer<ServiceCIDR>
    let queue: WorkQueue<ObjectKey>

    init(context: ControllerContext, cidr: String) {
        self.context = context
        self.cidr = cidr
        ranges = context.informer()
        queue = context.queue()
        ranges.onChange { [queue] changes in queue.add(changes.map(\.key).filter { $0 == Self.key }) }
        queue.add([Self.key])
    }

    var loop: Controller<Self> {
        Controller(name: context.name, reconciler: self, queue: queue, workers: 1, informers: [ranges.base], logger: context.logger)
    }

    func reconcile(_ key: ObjectKey) async throws -> Duration? {
        guard let range = ranges.get(key) else {
            var wanted = ServiceCIDR(["metadata": [:]])
            wanted.metadata.name = key.name
            wanted.spec.cidrs = [cidr]
            do {
                try await ranges.waitFor(try await context.client.create(wanted))
            } catch let error as APIError where error.reason == .alreadyExists {
                return nil
            }
            return nil
        }
        guard !range.metadata.isBeingDeleted else { return nil }
        guard range.spec.cidrs.first == cidr else {
            context.recorder.record(
                range, .warning, "KubernetesDefaultServiceCIDRInconsistent",
                "The default ServiceCIDR [\(range.spec.cidrs.joined(separator: " "))] does not match the controller flag configurations [\(cidr)]"
            )
            return nil
        }
        let ready = range.status.conditions.first { $0.type == "Ready" }
        guard ready == nil || ready?.status == "Unknown" else { return nil }
        var options = Client.Options()
        options.fieldManager = "kubernetes-service-cidr-controller"
        options.force = true
        let status: Value = [
            "apiVersion": .string(ServiceCIDR.descriptor.gvk.apiVersion), "kind": "ServiceCIDR", "metadata": ["name": .string(key.name)],
            "status": [
                "conditions": [
                    [
                        "type": "Ready", "status": "True", "reason": "", "message": "Kubernetes default Service CIDR is ready",
                        "lastTransitionTime": .string(context.clock.now.rfc3339),
                    ]
                ]
            ],
        ]
        _ = try await context.client.patch(ServiceCIDR.self, key, .apply, status, subresource: "status", options: options)
        return nil
    }
}
