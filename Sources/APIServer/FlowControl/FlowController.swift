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
        fileprivate let ticket: UInt64
        fileprivate let place: FlowQueues.Place
        fileprivate let work: FlowWork
        fileprivate let counts: Flow.Counts
    }

    /// A request that has to wait; `turn` waits for it.
    package struct Wait: Sendable {
        fileprivate let ticket: UInt64
        fileprivate let place: FlowQueues.Place
        fileprivate let work: FlowWork
        fileprivate let counts: Flow.Counts
    }

    /// One that runs or waits, as the debugging endpoints tell of it.
    struct Present: Sendable {
        var flow: Flow
        var place: FlowQueues.Place
        var request: RequestAttributes
        var distinguisher: String
        var work: FlowWork
        var arrived: Timestamp
        /// Nil while it waits.
        var started: Timestamp?
    }

    /// Seats that are given back once watchers have been told.
    private struct Debt {
        var due: Timestamp
        var place: FlowQueues.Place
        var seats: Int
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
        var present: [UInt64: Present] = [:]
        /// About in the order in which they are due.
        var debts: [Debt] = []
        /// Whether somebody wakes up at the next debt's time.
        var isCollecting = false
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

    /// Sorts a request and finds it seats for its `work`, unless it `isLong`: what lasts keeps none.
    package func admit(_ request: RequestAttributes, isLong: Bool = false, work: FlowWork = FlowWork()) -> Admission {
        let now = cluster.clock.now
        let (admission, calls) = state.withLock { state -> (Admission, [Call]) in
            guard let schema = Self.schema(of: request, &state) else { return (.unsorted, []) }
            let flow = schema.flow
            if isLong { return (.passes(flow), []) }
            let calls = Self.settle(&state, now)
            state.next += 1
            let work = work.capped(at: state.queues.width(of: schema.slot))
            let seats = max(work.seats, work.finalSeats)
            let outcome = state.queues.arrive(schema.slot, flow: { schema.rules.hash(of: request) }, seats: seats, ticket: state.next)
            var present = Present(
                flow: flow, place: .nowhere, request: request, distinguisher: schema.rules.flow(of: request), work: work, arrived: now)
            switch outcome {
            case .run(let place):
                flow.counts.dispatched.add(1, ordering: .relaxed)
                flow.counts.executing.add(1, ordering: .relaxed)
                flow.counts.executingSeats.add(seats, ordering: .relaxed)
                (present.place, present.started) = (place, now)
                state.present[state.next] = present
                return (.runs(flow, Seat(ticket: state.next, place: place, work: work, counts: flow.counts)), calls)
            case .wait(let place):
                flow.counts.waiting.add(1, ordering: .relaxed)
                flow.counts.waitingSeats.add(seats, ordering: .relaxed)
                present.place = place
                state.present[state.next] = present
                return (.waits(flow, Wait(ticket: state.next, place: place, work: work, counts: flow.counts)), calls)
            case .reject:
                flow.counts.queueFull.add(1, ordering: .relaxed)
                return (.isRefused(flow), calls)
            }
        }
        for call in calls { call.continuation.resume(returning: call.place) }
        if case .waits = admission { collect() }
        return admission
    }

    /// Gives back seats whose time is over.
    private static func settle(_ state: inout State, _ now: Timestamp) -> [Call] {
        var count = 0
        var ready: [(UInt64, FlowQueues.Place?)] = []
        while count < state.debts.count, state.debts[count].due <= now {
            let debt = state.debts[count]
            for next in state.queues.release(debt.place, debt.seats) { ready.append((next.ticket, next.place)) }
            count += 1
        }
        if count > 0 { state.debts.removeFirst(count) }
        return ready.isEmpty ? [] : take(ready, &state)
    }

    /// While somebody waits, seats are given back on time; otherwise whoever comes next sees to it.
    private func collect() {
        let now = cluster.clock.now
        let pause = state.withLock { state -> Duration? in
            guard !state.isCollecting, state.queues.hasWaiting, let first = state.debts.first else { return nil }
            state.isCollecting = true
            return max(first.due - now, .zero)
        }
        guard let pause else { return }
        _ = deadlines.begin(pause) { [self] in
            let now = cluster.clock.now
            let calls = state.withLock { state in
                state.isCollecting = false
                return Self.settle(&state, now)
            }
            for call in calls { call.continuation.resume(returning: call.place) }
            collect()
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
        let seats = max(wait.work.seats, wait.work.finalSeats)
        wait.counts.waiting.subtract(1, ordering: .relaxed)
        wait.counts.waitingSeats.subtract(seats, ordering: .relaxed)
        guard let place else {
            if Task.isCancelled {
                wait.counts.cancelled.add(1, ordering: .relaxed)
            } else {
                wait.counts.timedOut.add(1, ordering: .relaxed)
            }
            state.withLock { $0.present[wait.ticket] = nil }
            throw Self.refusal
        }
        let now = cluster.clock.now
        state.withLock { state in
            state.present[wait.ticket]?.place = place
            state.present[wait.ticket]?.started = now
        }
        wait.counts.dispatched.add(1, ordering: .relaxed)
        wait.counts.executing.add(1, ordering: .relaxed)
        wait.counts.executingSeats.add(seats, ordering: .relaxed)
        wait.counts.waited((now - began).seconds)
        return Seat(ticket: wait.ticket, place: place, work: wait.work, counts: wait.counts)
    }

    /// The request is over. What watchers are told of it keeps seats a little longer.
    package func finish(_ seat: Seat) {
        seat.counts.executing.subtract(1, ordering: .relaxed)
        seat.counts.executingSeats.subtract(max(seat.work.seats, seat.work.finalSeats), ordering: .relaxed)
        let kept = seat.work.latency > .zero ? seat.work.finalSeats : 0
        let due = kept > 0 ? cluster.clock.now + seat.work.latency : nil
        let (calls, isWaitedFor) = state.withLock { state in
            state.present[seat.ticket] = nil
            if let due { state.debts.append(Debt(due: due, place: seat.place, seats: kept)) }
            let next = state.queues.leave(seat.place, keeping: kept)
            let calls = next.isEmpty ? [] : Self.take(next.map { ($0.ticket, $0.place) }, &state)
            return (calls, due != nil && state.queues.hasWaiting)
        }
        for call in calls { call.continuation.resume(returning: call.place) }
        if isWaitedFor { collect() }
    }

    /// The levels, and what runs and waits now, for debugging.
    var present: (levels: [FlowQueues.Figures], flows: [Flow], requests: [Present]) {
        state.withLock { state in
            (state.queues.figures, state.schemas.map(\.flow), state.present.sorted { $0.key < $1.key }.map(\.value))
        }
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
        each("current_executing_seats") { $0.executingSeats.load(ordering: .relaxed) }
        each("current_inqueue_requests") { $0.waiting.load(ordering: .relaxed) }
        each("current_inqueue_seats") { $0.waitingSeats.load(ordering: .relaxed) }
        each("dispatched_requests_total", "counter") { $0.dispatched.load(ordering: .relaxed) }
        family(
            "rejected_requests_total", "counter",
            flows.flatMap { flow in
                [
                    ("queue-full", flow.counts.queueFull.load(ordering: .relaxed)),
                    ("time-out", flow.counts.timedOut.load(ordering: .relaxed)),
                    ("cancelled", flow.counts.cancelled.load(ordering: .relaxed)),
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
