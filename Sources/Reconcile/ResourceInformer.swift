import Client
import Core
import KubernetesAPI
import Logging
import Synchronization
import Values

/// A local copy of every object of one resource, kept up to date by a list and a watch; `Informer` is its typed face.
///
/// Reads are snapshots and never wait. Handlers are called from the informer's task, batch by batch and in order; they must
/// be quick and must not add handlers.
package final class ResourceInformer: Sendable {
    package typealias Handler = @Sendable ([Change<Value>]) -> Void

    private enum Condition {
        case synced
        case revision(Int64)
        case object(ObjectKey, @Sendable (Value?) -> Bool)
    }

    private struct Waiter {
        let condition: Condition
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var cache = ObjectCache()
        var hasSynced = false
        var revision: Int64 = 0
        var waiters: [Int: Waiter] = [:]
        var nextWaiter = 0

        func holds(_ condition: Condition) -> Bool {
            switch condition {
            case .synced: hasSynced
            case .revision(let wanted): hasSynced && revision >= wanted
            case .object(let key, let test): hasSynced && test(cache.objects[key])
            }
        }

        mutating func takeSatisfied() -> [CheckedContinuation<Void, any Error>] {
            guard !waiters.isEmpty else { return [] }
            let satisfied = waiters.filter { holds($0.value.condition) }
            for id in satisfied.keys { waiters[id] = nil }
            return satisfied.values.map(\.continuation)
        }
    }

    package let resource: GroupVersionResource
    package let namespace: String
    private let client: Client
    private let options: Client.Options
    private let transform: @Sendable (inout Value) -> Void
    private let clock: any Clock
    private let random: @Sendable () -> Double
    private let logger: Logger
    private let state = Mutex(State())
    /// Held while a batch is delivered, so that a handler added meanwhile neither misses nor repeats a change.
    private let handlers = Mutex(ChangeHandlers())

    /// An informer of one resource, of one namespace when given. `options` may carry selectors; `transform` may drop what
    /// nobody reads. `random` gives numbers in 0..<1.
    package init(
        _ resource: GroupVersionResource, client: Client, namespace: String = "", options: Client.Options = Client.Options(),
        clock: any Clock, logger: Logger, random: @escaping @Sendable () -> Double = { .random(in: 0..<1) },
        transform: @escaping @Sendable (inout Value) -> Void = { _ in }
    ) {
        self.resource = resource
        self.client = client
        self.namespace = namespace
        self.options = options
        self.clock = clock
        self.logger = logger
        self.random = random
        self.transform = transform
    }

    // MARK: Reading

    /// Whether the first list is in.
    package var hasSynced: Bool { state.withLock { $0.hasSynced } }
    /// The newest revision the cache is known to reflect; 0 before the first list.
    package var revision: Int64 { state.withLock { $0.revision } }
    package var count: Int { state.withLock { $0.cache.objects.count } }

    package func get(_ key: ObjectKey) -> Value? { state.withLock { $0.cache.objects[key] } }

    /// Every object, or those of one namespace, in no particular order.
    package func list(namespace: String = "") -> [Value] {
        state.withLock { state in
            if namespace.isEmpty { return Array(state.cache.objects.values) }
            return state.cache.keys(namespace: namespace).compactMap { state.cache.objects[$0] }
        }
    }

    package func add(_ index: InformerIndex) { state.withLock { $0.cache.add(index) } }

    /// The objects that an index (added before) files under a value, in no particular order.
    package func byIndex(_ index: InformerIndex, _ value: String) -> [Value] {
        state.withLock { state in
            guard let keys = state.cache.keys(index: index.name, value: value) else {
                fatalError("The informer of \(resource) has no index \(index.name)")
            }
            return keys.compactMap { state.cache.objects[$0] }
        }
    }

    // MARK: Following

    /// Calls `handler` with every change from now on, and first, if anything is there already, with all of it as new.
    package func onChange(_ handler: @escaping Handler) {
        handlers.withLock { handlers in
            let present = present
            if !present.isEmpty { handler(present) }
            handlers.add(handler)
        }
    }

    /// The same with views of the objects.
    func onChange<V: View>(as type: V.Type, _ handler: @escaping @Sendable ([Change<V>]) -> Void) {
        handlers.withLock { handlers in
            let present = present
            if !present.isEmpty { handler(present.views(as: V.self)) }
            handlers.add(handler)
        }
    }

    /// All that is there, as new.
    private var present: [Change<Value>] {
        state.withLock { $0.cache.objects }.map { Change(key: $0.key, old: nil, new: $0.value) }
    }

    package func waitUntilSynced() async throws { try await wait(.synced) }

    /// Returns once the cache reflects a revision of this resource, such as that of one's own last write.
    package func waitFor(revision: String) async throws {
        guard let revision = Int64(revision) else { return }
        try await wait(.revision(revision))
    }

    /// Returns once `condition` holds of the cached object (nil when it is not there).
    package func waitFor(_ key: ObjectKey, until condition: @escaping @Sendable (Value?) -> Bool) async throws {
        try await wait(.object(key, condition))
    }

    private func wait(_ condition: Condition) async throws {
        let id: Int? = state.withLock { state in
            guard !state.holds(condition) else { return nil }
            state.nextWaiter += 1
            return state.nextWaiter
        }
        guard let id else { return }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let result: Result<Void, any Error>? = state.withLock { state in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if state.holds(condition) { return .success(()) }
                    state.waiters[id] = Waiter(condition: condition, continuation: continuation)
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.continuation.resume(throwing: CancellationError())
        }
    }

    // MARK: Running

    /// Lists and watches until its task is cancelled.
    package func run() async {
        var machine = InformerMachine(backoff: .informer)
        while !Task.isCancelled {
            do {
                switch machine.next(random: random()) {
                case .list(let pause):
                    if pause > .zero { try await clock.sleep(for: pause) }
                    machine.listed(at: try await readAll())
                case .watch(let revision, let pause):
                    if pause > .zero { try await clock.sleep(for: pause) }
                    try await follow(from: revision, &machine)
                    machine.ended()
                }
            } catch {
                if Task.isCancelled { return }
                logger.warning("list or watch of \(resource) failed, trying again: \(error)")
                machine.failed(error)
            }
        }
    }

    private func readAll() async throws -> String {
        let list = try await client.list(resource, namespace: namespace, options: options)
        let kind = (list["kind"]?.string).map { $0.hasSuffix("List") ? String($0.dropLast(4)) : $0 }
        let apiVersion = list["apiVersion"]
        var fresh: [ObjectKey: Value] = [:]
        for var object in list["items"]?.array ?? [] {
            // Items of a list do not name their kind; objects of a watch do.
            if object["kind"] == nil, let kind { object["kind"] = .string(kind) }
            if object["apiVersion"] == nil { object["apiVersion"] = apiVersion }
            transform(&object)
            fresh[Self.key(of: object)] = object
        }
        let revision = list[path: "metadata", "resourceVersion"]?.string ?? ""
        deliver(revision: revision) { $0.replace(fresh) }
        return revision
    }

    private func follow(from revision: String, _ machine: inout InformerMachine) async throws {
        var options = options
        options.resourceVersion = revision
        options.allowWatchBookmarks = true
        for try await batch in try await client.watch(resource, namespace: namespace, options: options) {
            var last: String?
            var updates: [(ObjectKey, Value?)] = []
            for var event in batch {
                last = event.object[path: "metadata", "resourceVersion"]?.string ?? last
                switch event.kind {
                case .bookmark: break
                case .deleted: updates.append((Self.key(of: event.object), nil))
                case .added, .modified:
                    transform(&event.object)
                    updates.append((Self.key(of: event.object), event.object))
                }
            }
            deliver(revision: last ?? "") { cache in updates.compactMap { cache.set($0.0, $0.1) } }
            if let last { machine.saw(revision: last) }
        }
    }

    private func deliver(revision: String, _ change: (inout ObjectCache) -> [Change<Value>]) {
        handlers.withLock { handlers in
            let (changes, satisfied) = state.withLock { state in
                let changes = change(&state.cache)
                state.hasSynced = true
                if let revision = Int64(revision) { state.revision = revision }
                return (changes, state.takeSatisfied())
            }
            if !changes.isEmpty { handlers.call(changes) }
            for waiter in satisfied { waiter.resume() }
        }
    }

    private static func key(of object: Value) -> ObjectKey {
        let metadata = object["metadata"]
        return ObjectKey(namespace: metadata?["namespace"]?.string ?? "", name: metadata?["name"]?.string ?? "")
    }
}
