import Core
import KubernetesAPI
import Reconcile
import Synchronization

/// What happened since the scheduler last looked. Changes of one object are kept once, the latest, so that the inbox never
/// holds more than there are objects. Informers write from their tasks, the scheduler's task reads.
package final class Inbox: Sendable {
    package struct Contents {
        // Empty dictionaries, and not literals: these would be calls of code for any type, each time the inbox is emptied.

        /// The newest version by key; nil: gone.
        package var pods = [ObjectKey: Pod?]()
        package var nodes = [String: Node?]()
        package var namespaces = [String: [String: String]?]()
        package var claims = [ObjectKey: PersistentVolumeClaim?]()
        package var volumes = [String: PersistentVolume?]()
        package var classes = [String: StorageClass?]()
        package var drivers = [String: CSINode?]()
        package var budgets = [ObjectKey: PodDisruptionBudget?]()
        /// The selectors of Services and of controllers.
        package var services = [ObjectKey: [String: String]?]()
        package var owners = [SiblingSelectors.Owner: CompiledSelector?]()
        /// CSI drivers that tell how much room they have, and what they told.
        package var capacityDrivers = [String: Bool]()
        package var capacities = [ObjectKey: CSIStorageCapacity?]()
        package var resourceClaims = [ObjectKey: ResourceResourceClaim?]()
        package var resourceSlices = [String: ResourceSlice?]()
        package var deviceClasses = [String: DeviceClass?]()
        package var podGroups = [ObjectKey: PodGroup?]()
        /// Claims as the scheduler's own writes left them: its informer may be behind.
        package var writtenClaims: [ResourceResourceClaim] = []
        package var bindings: [(pod: PodState, error: (any Error)?)] = []

        package init() {}
    }

    private let contents = Mutex(Contents())
    package let signal = Signal()

    package func add(_ change: (inout Contents) -> Void) {
        contents.withLock { change(&$0) }
        signal.raise()
    }

    package func take() -> Contents {
        contents.withLock { contents in
            defer { contents = Contents() }
            return contents
        }
    }
}
