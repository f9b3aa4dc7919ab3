import Client
import Core
import KubernetesAPI
import Logging
import Synchronization
import Values

/// Tells users what happened to an object, as Event objects. Best effort: never waits, never fails the caller, drops what
/// exceeds its queue (and says so once in the log), combines what repeats.
package final class EventRecorder: Sendable {
    package enum EventType: String, Sendable, Hashable {
        case normal = "Normal"
        case warning = "Warning"
    }

    /// What an event is about: an `ObjectReference`.
    package struct Regarding: Sendable, Hashable {
        package var apiVersion: String
        package var kind: String
        package var namespace: String
        package var name: String
        package var uid: String
        /// A part of the object, such as "spec.containers{web}".
        package var fieldPath = ""

        package init(apiVersion: String, kind: String, namespace: String, name: String, uid: String, fieldPath: String = "") {
            self.apiVersion = apiVersion
            self.kind = kind
            self.namespace = namespace
            self.name = name
            self.uid = uid
            self.fieldPath = fieldPath
        }

        package init<K: Kind>(_ object: K, fieldPath: String = "") {
            let metadata = object.metadata
            self.init(
                apiVersion: K.descriptor.gvk.apiVersion, kind: K.descriptor.kind, namespace: metadata.namespace, name: metadata.name,
                uid: metadata.uid, fieldPath: fieldPath)
        }
    }

    private struct Pending {
        let occurrence: EventCorrelator.Occurrence
        let resourceVersion: String
        let time: Timestamp
    }
    private struct State {
        var pending: [Pending] = []
        var dropped = 0
    }

    /// How many events each component of this process has dropped.
    private static let losses = Mutex<[String: Int]>([:])

    /// How many events were dropped in this process, in Prometheus' text format.
    package static var metricsText: String {
        let name = "martlet_events_dropped_total"
        return metricHead(name, "counter", "Events that came faster than they could be written.")
            + losses.withLock { $0 }.sorted { $0.key < $1.key }.map { "\(name){component=\"\($0.key)\"} \($0.value)\n" }.joined()
    }

    private let client: Client
    private let component: String
    private let host: String
    private let clock: any Clock
    private let logger: Logger
    private let capacity: Int
    private let state = Mutex(State())
    private let arrived = Signal()

    /// `component` is the event's source, such as "deployment-controller"; `host` the node's name, for agents.
    package init(client: Client, component: String, host: String = "", clock: any Clock, logger: Logger, capacity: Int = 1000) {
        self.client = client
        self.component = component
        self.host = host
        self.clock = clock
        self.logger = logger
        self.capacity = capacity
    }

    package func record<K: Kind>(_ object: K, _ type: EventType, _ reason: String, _ message: String, fieldPath: String = "") {
        record(Regarding(object, fieldPath: fieldPath), type, reason, message, resourceVersion: object.metadata.resourceVersion)
    }

    package func record(_ regarding: Regarding, _ type: EventType, _ reason: String, _ message: String, resourceVersion: String = "") {
        let occurrence = EventCorrelator.Occurrence(regarding: regarding, type: type, reason: reason, message: message)
        let pending = Pending(occurrence: occurrence, resourceVersion: resourceVersion, time: clock.now)
        let isQueued = state.withLock { state in
            guard state.pending.count < capacity else {
                state.dropped += 1
                return false
            }
            state.pending.append(pending)
            return true
        }
        if isQueued { arrived.raise() }
    }

    /// Writes what is recorded until its task is cancelled.
    package func run() async {
        var correlator = EventCorrelator()
        while !Task.isCancelled {
            let (batch, dropped) = state.withLock { state in
                defer { state = State() }
                return (state.pending, state.dropped)
            }
            if dropped > 0 {
                Self.losses.withLock { $0[component, default: 0] += dropped }
                logger.warning("\(dropped) events dropped: they came faster than they could be written")
            }
            for pending in batch {
                do {
                    try await write(pending, correlator.decide(pending.occurrence, now: pending.time), &correlator)
                } catch {
                    if Task.isCancelled { return }
                    // A namespace that is going away takes no events; nothing is lost by that.
                    if let error = error as? APIError, error.code == 403 || error.code == 404 {
                        logger.debug("event \(pending.occurrence.reason) not written: \(error)")
                    } else {
                        logger.warning("event \(pending.occurrence.reason) not written: \(error)")
                    }
                }
            }
            do { try await arrived.wait() } catch { return }
        }
    }

    private func write(_ pending: Pending, _ decision: EventCorrelator.Decision, _ correlator: inout EventCorrelator) async throws {
        let time = pending.time.rfc3339
        let regarding = pending.occurrence.regarding
        let namespace = regarding.namespace.isEmpty ? "default" : regarding.namespace
        switch decision {
        case .skip: return
        case .create(var name, let message):
            while true {
                do {
                    _ = try await client.create(event(pending, name: name, namespace: namespace, message: message, count: 1))
                    return
                } catch let error as APIError where error.reason == .alreadyExists {
                    // By another recorder, of the same object in the same moment.
                    name = correlator.rename(name, of: pending.occurrence, now: pending.time)
                }
            }
        case .count(let name, let message, let count):
            let patch: Value = ["count": .int(Int64(count)), "lastTimestamp": .string(time), "message": .string(message)]
            do {
                _ = try await client.patch(Event.self, ObjectKey(namespace: namespace, name: name), .merge, patch)
            } catch let error as APIError where error.reason == .notFound {
                // It has expired since.
                _ = try await client.create(event(pending, name: name, namespace: namespace, message: message, count: count))
            }
        }
    }

    private func event(_ pending: Pending, name: String, namespace: String, message: String, count: Int) -> Event {
        let regarding = pending.occurrence.regarding
        var event = Event()
        event.metadata.name = name
        event.metadata.namespace = namespace
        var reference = ObjectReference()
        reference.kind = regarding.kind
        reference.namespace = regarding.namespace
        reference.name = regarding.name
        reference.uid = regarding.uid
        reference.apiVersion = regarding.apiVersion
        reference.resourceVersion = pending.resourceVersion
        reference.fieldPath = regarding.fieldPath
        event.involvedObject = reference
        event.reason = pending.occurrence.reason
        event.message = message
        var source = EventSource()
        source.component = component
        source.host = host
        event.source = source
        event.firstTimestamp = pending.time.rfc3339
        event.lastTimestamp = pending.time.rfc3339
        event.count = count
        event.type = pending.occurrence.type.rawValue
        event.reportingComponent = component
        event.reportingInstance = host
        return event
    }
}
