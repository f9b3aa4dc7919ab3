/// What happened, as far as it may help pods that wait.
package struct ClusterNews {
    package var changes: ClusterChange = []
    /// Nodes that came, changed or lost a pod, as they are now.
    package var nodes: [NodeState] = []
    /// Pods that got their place, or changed there.
    package var placed: [PodState] = []
    /// Pods that left, or changed, as they were.
    package var gone: [PodState] = []
    /// Nobody knows in detail what it was.
    package var isVague = false

    package init() {}

    /// Something of these kinds happened.
    package init(_ changes: ClusterChange) {
        self.changes = changes
        isVague = true
    }
}

extension Profile {
    /// Whether news may let a pod in that these plugins ruled out (queueing hints, KEP-4247): one that would not object any more is enough.
    package func mayHelp(_ pod: PodState, _ plugins: Set<String>, _ news: ClusterNews, _ times: NewsTimes) -> Bool {
        if news.isVague || plugins.isEmpty { return true }
        var known = 0
        for plugin in filters where plugins.contains(type(of: plugin).name) {
            known += 1
            guard !type(of: plugin).hints.isDisjoint(with: news.changes) else { continue }
            if times.asking(type(of: plugin).name, news.changes, { plugin.mayHelp(pod, news) }) { return true }
        }
        // What changes an extender's mind only it knows.
        return known < plugins.count
    }
}
