import Client
import Core
import Logging
import Reconcile

/// The loops that upstream runs inside kube-apiserver, whoever runs the others: they look after the addresses of Services.
package struct ServerLoops: Sendable {
    private let loops: [any ControlLoop]
    private let recorders: [EventRecorder]

    /// `client` may do everything; `serviceCIDR` is the range of the cluster's first Services.
    package init(client: Client, informers: InformerSet, serviceCIDR: String, clock: any Clock, logger: Logger) {
        func context(_ name: String) -> ControllerContext {
            ControllerContext(
                name: name, client: client, informers: informers,
                recorder: EventRecorder(client: client, component: name, clock: clock, logger: logger), clock: clock, logger: logger)
        }
        let (ranges, repair) = (context("kubernetes-service-cidr-controller"), context("ipallocator-repair-controller"))
        recorders = [ranges.recorder, repair.recorder]
        loops = [
            DefaultServiceRange(context: ranges, cidr: serviceCIDR).loop, ServiceAddressRepairer(context: repair).loop,
            AddressCollector(context: repair).loop,
        ]
    }

    /// Runs the loops until its task is cancelled.
    package func run() async {
        await withDiscardingTaskGroup { group in
            for recorder in recorders { group.addTask { await recorder.run() } }
            for loop in loops { group.addTask { await loop.run() } }
        }
    }
}
