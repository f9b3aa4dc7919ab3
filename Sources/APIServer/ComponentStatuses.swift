import Core
import ResourceEngine
import Synchronization
import Values

/// `componentstatuses`: how the parts of the control plane are, asked when they are read. Safe from any thread.
package final class ComponentStatuses: ObjectSource {
    private let checks = Mutex<[String: @Sendable () -> String?]>([:])
    private let running = Mutex<Set<String>>([])

    package init() {}

    /// Adds a part with its check, which gives nil when all is well, else what is wrong; it answers from memory.
    package func add(_ name: String, check: @escaping @Sendable () -> String?) { checks.withLock { $0[name] = check } }

    /// Runs a part that is well for as long as `body` goes on.
    package func running(_ name: String, _ body: () async throws -> Void) async rethrows {
        add(name) { [weak self] in self?.running.withLock { $0.contains(name) } == true ? nil : "it is not running" }
        running.withLock { _ = $0.insert(name) }
        defer { running.withLock { _ = $0.remove(name) } }
        try await body()
    }

    private static func value(_ name: String, _ failure: String?) -> Value {
        var condition: Value = ["type": "Healthy", "status": failure == nil ? "True" : "False"]
        if let failure {
            condition["error"] = .string(failure)
        } else {
            condition["message"] = "ok"
        }
        return ["metadata": ["name": .string(name)], "conditions": [condition]]
    }

    package func object(_ key: ObjectKey, _ cluster: ClusterState) async throws -> Value {
        guard let check = checks.withLock({ $0[key.name] }) else {
            throw APIError.notFound(GroupResource(group: "", resource: "componentstatuses"), key.name)
        }
        return Self.value(key.name, check())
    }

    package func objects(
        namespace: String, isSelected: @Sendable (ObjectKey, [String: String]) -> Bool, _ cluster: ClusterState
    ) async throws -> [Value] {
        checks.withLock { $0 }.sorted { $0.key < $1.key }.filter { isSelected(ObjectKey(name: $0.key), [:]) }.map {
            Self.value($0.key, $0.value())
        }
    }
}
