import Client
import Core
import KubernetesAPI
import Reconcile
import Values

/// Gathers into every cluster role with an aggregation rule the rules of the roles that it selects.
struct RoleAggregator: Reconciler {
    let context: ControllerContext
    let roles: Informer<ClusterRole>
    let queue: WorkQueue<ObjectKey>

    init(context: ControllerContext) {
        self.context = context
        roles = context.informer()
        queue = context.queue()
        roles.onChange { [self] changes in
            // Any role may be, or may have been, part of any that gathers; of those there are few.
            queue.add(changes.filter { $0.new?.aggregationRule != nil }.map(\.key))
            let changed = changes.flatMap { [$0.old, $0.new].compactMap { $0?.metadata.labels } }
            for role in roles.list() {
                let selectors = Self.selectors(role)
                if changed.contains(where: { labels in selectors.contains { $0.matches(labels) } }) { queue.add(role.key) }
            }
        }
    }

    var loop: Controller<Self> {
        Controller(name: context.name, reconciler: self, queue: queue, workers: 2, informers: [roles.base], logger: context.logger)
    }

    private static func selectors(_ role: ClusterRole) -> [LabelMatcher] {
        role.aggregationRule?.clusterRoleSelectors.map(\.matcher) ?? []
    }

    func reconcile(_ key: ObjectKey) async throws -> Duration? {
        guard let role = roles.get(key), role.aggregationRule != nil else { return nil }
        let others = roles.list().filter { $0.metadata.name != key.name }.sorted { $0.metadata.name < $1.metadata.name }
        var gathered: [Value] = []
        var known: Set<Value> = []
        for selector in Self.selectors(role) {
            for other in others where selector.matches(other.metadata.labels) {
                for rule in other.rules.values where known.insert(rule).inserted { gathered.append(rule) }
            }
        }
        guard gathered != role.rules.values else { return nil }
        var options = Client.Options()
        options.fieldManager = "clusterrole-aggregation-controller"
        options.force = true
        let wanted: Value = [
            "apiVersion": .string(ClusterRole.descriptor.gvk.apiVersion), "kind": "ClusterRole", "metadata": ["name": .string(key.name)],
            "rules": .array(gathered),
        ]
        do {
            try await roles.waitFor(try await context.client.patch(ClusterRole.self, key, .apply, wanted, options: options))
        } catch let error as APIError where error.reason == .notFound {
            return nil
        }
        return nil
    }
}
