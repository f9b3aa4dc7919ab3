import Core
import HTTPTransport
import ResourceEngine
import Store
import Synchronization
import Values

/// API priority and fairness: sorts requests by FlowSchema, and lets as many of each priority level run as its share allows, in turn by flow.
/// Safe from any thread. While nothing waits, a request costs two short locks and no change of task.
package final class FlowController: Sendable {
    /// How long a request may wait for its turn: a quarter of the time that requests have.
    static let patience = Duration.seconds(15)
    static let schemas = "flowcontrol.apiserver.k8s.io/flowschemas"
    static let levels = "flowcontrol.apiserver.k8s.io/prioritylevelconfigurations"
    /// Users whose schemas are remembered; more are forgotten, all at once.
    private static let capacity = 4096

    /// A request that runs; `finish` gives its seat away.
    package struct Seat: Sendable {
        fileprivate let place: FlowQueues.Place
        fileprivate let counts: Flow.Counts
    }

    /// A request that has to wait; `turn` waits for it.
    package struct Wait: Sendable {
        fileprivate let ticket: UInt64
        fileprivate let place: FlowQueues.Place
        fileprivate let counts: Flow.Counts
    }

    /// What becomes of a request.
    package enum Admission: Sendable {
        /// Nothing is configured that would sort it.
        case unsorted
        /// It keeps no seat.
        case passes(Flow)
        case runs(Flow, Seat)
        case waits(Flow, Wait)
        case isRefused(Flow)
    }

    private struct Schema {
        var rules: FlowRules
        var flow: Flow
        var slot: Int
    }

    private struct User: Hashable {
        var name: String
        var groups: [String]
    }

    private struct State {
        /// In the order in which they are asked; those whose level is missing are left out.
        var schemas: [Schema] = []
        /// The schemas that have a rule about a user.
        var candidates: [User: [Int]] = [:]
        var counts: [String: Flow.Counts] = [:]
        var queues: FlowQueues
        var next: UInt64 = 0
        var waiting: [UInt64: CheckedContinuation<FlowQueues.Place?, Never>] = [:]
        /// What became of tickets before anybody waited for them.
        var early: [UInt64: FlowQueues.Place?] = [:]
    }

    private struct Call {
        var continuation: CheckedContinuation<FlowQueues.Place?, Never>
        var place: FlowQueues.Place?
    }

    let cluster: ClusterState
    private let deadlines: RequestDeadlines
    private let state: Mutex<State>

    /// `total` requests run at the same time.
    package init(cluster: ClusterState, total: Int = 600) {
        self.cluster = cluster
        state = Mutex(State(queues: FlowQueues(total: total)))
        deadlines = RequestDeadlines(clock: cluster.clock)
    }

    /// Reads what is stored.
    package func load() throws {
        let rules = try cluster.list(Self.schemas).map { FlowRules($0) }.sorted(by: FlowRules.isBefore)
        let levels = try cluster.list(Self.levels).map { FlowQueues.Level($0) }
        let calls = state.withLock { state in
            let ready = state.queues.configure(levels)
            var counts: [String: Flow.Counts] = [:]
            state.schemas = rules.compactMap { rules in
                guard let slot = state.queues.slot(of: rules.level), let level = state.queues.level(rules.level) else { return nil }
                let name = "\(rules.name)\u{0}\(level.name)"
                let own = state.counts[name] ?? Flow.Counts()
                counts[name] = own
                let flow = Flow(schema: rules.name, schemaUID: rules.uid, level: level.name, levelUID: level.uid, counts: own)
                return Schema(rules: rules, flow: flow, slot: slot)
            }
            state.counts = counts
            state.candidates = [:]
            return Self.take(ready.map { ($0.ticket, $0.place) }, &state)
        }
        for call in calls { call.continuation.resume(returning: call.place) }
    }

    // MARK: Requests

    /// Sorts a request and finds it a seat, unless it `isLong`: what lasts keeps none.
    package func admit(_ request: RequestAttributes, isLong: Bool = false) -> Admission {
        state.withLock { state in
            guard let schema = Self.schema(of: request, &state) else { return .unsorted }
            let flow = schema.flow
            if isLong { return .passes(flow) }
            state.next += 1
            switch state.queues.arrive(schema.slot, flow: { schema.rules.hash(of: request) }, ticket: state.next) {
            case .run(let place):
                flow.counts.dispatched.add(1, ordering: .relaxed)
                flow.counts.executing.add(1, ordering: .relaxed)
                return .runs(flow, Seat(place: place, counts: flow.counts))
            case .wait(let place):
                flow.counts.waiting.add(1, ordering: .relaxed)
                return .waits(flow, Wait(ticket: state.next, place: place, counts: flow.counts))
            case .reject:
                flow.counts.queueFull.add(1, ordering: .relaxed)
                return .isRefused(flow)
            }
        }
    }

    private static func schema(of request: RequestAttributes, _ state: inout State) -> Schema? {
        let user = User(name: request.user.name, groups: request.user.groups)
        let candidates: [Int]
        if let known = state.candidates[user] {
            candidates = known
        } else {
            candidates = state.schemas.indices.filter { state.schemas[$0].rules.concerns(request.user) }
            if state.candidates.count >= capacity { state.candidates.removeAll() }
            state.candidates[user] = candidates
        }
        for index in candidates where state.schemas[index].rules.takes(request) { return state.schemas[index] }
        return nil
    }

    /// Waits for the request's turn. Throws `APIError` (429) when it has waited too long.
    package func turn(_ wait: Wait) async throws -> Seat {
        let began = cluster.clock.now
        let deadline = deadlines.begin(Self.patience) { self.giveUp(wait) }
        defer { deadline.finish() }
        let place = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<FlowQueues.Place?, Never>) in
                let known: FlowQueues.Place?? = state.withLock { state in
                    // Called, or given up, before this task came here.
                    if let known = state.early.removeValue(forKey: wait.ticket) { return .some(known) }
                    state.waiting[wait.ticket] = continuation
                    return .none
                }
                if let known { continuation.resume(returning: known) }
            }
        } onCancel: {
            giveUp(wait)
        }
        wait.counts.waiting.subtract(1, ordering: .relaxed)
        guard let place else {
            wait.counts.timedOut.add(1, ordering: .relaxed)
            throw Self.refusal
        }
        wait.counts.dispatched.add(1, ordering: .relaxed)
        wait.counts.executing.add(1, ordering: .relaxed)
        wait.counts.waited((cluster.clock.now - began).seconds)
        return Seat(place: place, counts: wait.counts)
    }

    /// The request is over.
    package func finish(_ seat: Seat) {
        seat.counts.executing.subtract(1, ordering: .relaxed)
        let calls = state.withLock { state in
            let next = state.queues.leave(seat.place)
            return next.isEmpty ? [] : Self.take(next.map { ($0.ticket, $0.place) }, &state)
        }
        for call in calls { call.continuation.resume(returning: call.place) }
    }

    private func giveUp(_ wait: Wait) {
        let calls = state.withLock { state in
            state.queues.abandon(wait.ticket, wait.place) ? Self.take([(wait.ticket, nil)], &state) : []
        }
        for call in calls { call.continuation.resume(returning: nil) }
    }

    /// Those who wait for these tickets; for those who have not come to wait yet the outcome is kept.
    private static func take(_ tickets: [(UInt64, FlowQueues.Place?)], _ state: inout State) -> [Call] {
        tickets.compactMap { ticket, place in
            if let continuation = state.waiting.removeValue(forKey: ticket) { return Call(continuation: continuation, place: place) }
            state.early[ticket] = .some(place)
            return nil
        }
    }

    static var refusal: APIError { .tooManyRequests("too many requests, please try again later", retryAfterSeconds: 1) }

    // MARK: Figures

    /// Under upstream's names, as Prometheus text.
    package func metricsText() -> String {
        let (figures, flows) = state.withLock { ($0.queues.figures, $0.schemas.map(\.flow).sorted { $0.labels < $1.labels }) }
        var text = ""
        func family(_ name: String, _ type: String, _ lines: [String]) {
            guard !lines.isEmpty else { return }
            text += "# TYPE apiserver_flowcontrol_\(name) \(type)\n" + lines.map { "apiserver_flowcontrol_\(name)\($0)\n" }.joined()
        }
        func levels(_ name: String, _ value: (FlowQueues.Figures) -> Int) {
            family(name, "gauge", figures.map { "{priority_level=\"\($0.level)\"} \(value($0))" })
        }
        func each(_ name: String, _ type: String = "gauge", _ value: (Flow.Counts) -> Int) {
            family(name, type, flows.map { "{\($0.labels)} \(value($0.counts))" })
        }
        levels("nominal_limit_seats") { $0.seats }
        levels("lower_limit_seats") { $0.lower }
        levels("upper_limit_seats") { $0.upper }
        each("current_executing_requests") { $0.executing.load(ordering: .relaxed) }
        each("current_executing_seats") { $0.executing.load(ordering: .relaxed) }
        each("current_inqueue_requests") { $0.waiting.load(ordering: .relaxed) }
        each("current_inqueue_seats") { $0.waiting.load(ordering: .relaxed) }
        each("dispatched_requests_total", "counter") { $0.dispatched.load(ordering: .relaxed) }
        family(
            "rejected_requests_total", "counter",
            flows.flatMap { flow in
                [
                    ("queue-full", flow.counts.queueFull.load(ordering: .relaxed)),
                    ("time-out", flow.counts.timedOut.load(ordering: .relaxed)),
                ].compactMap { reason, count in
                    count == 0 ? nil : "{\(flow.labels),reason=\"\(reason)\"} \(count)"
                }
            })
        let name = "request_wait_duration_seconds"
        let waits = flows.map { Self.waits(of: $0, "apiserver_flowcontrol_\(name)") }.joined()
        return waits.isEmpty ? text : text + "# TYPE apiserver_flowcontrol_\(name) histogram\n" + waits
    }

    /// The histogram of one flow's waits; what ran at once waited no time.
    private static func waits(of flow: Flow, _ name: String) -> String {
        let waits = flow.counts.waits.withLock { $0 }
        let dispatched = max(waits.count, flow.counts.dispatched.load(ordering: .relaxed))
        guard dispatched > 0 else { return "" }
        let labels = "execute=\"true\",\(flow.labels)"
        let atOnce = dispatched - waits.count
        return zip(Flow.bounds, waits.buckets).map { bound, count in
            let shown = bound == bound.rounded() ? "\(Int(bound))" : "\(bound)"
            return "\(name)_bucket{\(labels),le=\"\(shown)\"} \(atOnce + count)\n"
        }.joined() + "\(name)_bucket{\(labels),le=\"+Inf\"} \(dispatched)\n\(name)_sum{\(labels)} \(waits.sum)\n"
            + "\(name)_count{\(labels)} \(dispatched)\n"
    }
}

extension FlowRules {
    /// A hash of the flow that the request belongs to: 64-bit FNV of the schema and of what tells its flows apart.
    func hash(of request: RequestAttributes) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash = (hash ^ 0xFF) &* 0x100_0000_01B3
        for byte in flow(of: request).utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return hash ^ hash >> 29
    }
}
