extension Profile {
    /// Whether resource claims are looked at (the plugin DynamicResources is on).
    var usesDevices: Bool { filters.contains { $0 is DynamicResources } }

    /// What a pod is told that found no node and for which nobody else can leave: upstream's scheduler names devices first.
    package func message(_ diagnosis: Diagnosis, for pod: PodState, after why: Preemption.Nobody) -> String {
        diagnosis.message(after: usesDevices && !why.isError ? "\(DynamicResources.excuse(pod)), \(why.message)" : why.message)
    }

    /// What may help a pod that these plugins ruled nodes out for.
    package func hints(of plugins: Set<String>) -> ClusterChange {
        // No node at all: a node is what helps.
        guard !plugins.isEmpty else { return .nodes }
        // What changes an extender's mind only it knows.
        guard plugins.isSubset(of: filters.map { type(of: $0).name }) else { return .all }
        return filters.reduce(into: ClusterChange()) { hints, plugin in
            if plugins.contains(type(of: plugin).name) { hints.formUnion(type(of: plugin).hints) }
        }
    }
}
