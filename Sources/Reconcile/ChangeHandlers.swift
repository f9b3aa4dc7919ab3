import KubernetesAPI
import Synchronization
import Values

/// Who is told of the changes of one resource. Those who want them as views of one kind get the same list, made once.
struct ChangeHandlers {
    private var handlers: [ResourceInformer.Handler] = []
    private var byView: [ObjectIdentifier: any Sendable] = [:]

    func call(_ changes: [Change<Value>]) { for handler in handlers { handler(changes) } }

    mutating func add(_ handler: @escaping ResourceInformer.Handler) { handlers.append(handler) }

    mutating func add<V: View>(_ handler: @escaping @Sendable ([Change<V>]) -> Void) {
        if let known = byView[ObjectIdentifier(V.self)] as? ViewHandlers<V> { return known.add(handler) }
        let fresh = ViewHandlers<V>()
        fresh.add(handler)
        byView[ObjectIdentifier(V.self)] = fresh
        add { fresh.call($0) }
    }
}

/// Those who want changes as views of one kind.
private final class ViewHandlers<V: View>: Sendable {
    private let handlers = Mutex<[@Sendable ([Change<V>]) -> Void]>([])

    func add(_ handler: @escaping @Sendable ([Change<V>]) -> Void) { handlers.withLock { $0.append(handler) } }

    func call(_ changes: [Change<Value>]) {
        let views = changes.views(as: V.self)
        for handler in handlers.withLock({ $0 }) { handler(views) }
    }
}

extension [Change<Value>] {
    func views<V: View>(as type: V.Type) -> [Change<V>] {
        var views: [Change<V>] = []
        views.reserveCapacity(count)
        for change in self { views.append(Change<V>(key: change.key, old: change.old.map { V($0) }, new: change.new.map { V($0) })) }
        return views
    }
}
