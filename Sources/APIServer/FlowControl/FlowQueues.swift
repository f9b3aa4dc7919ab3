import Values

/// Which requests run, which wait and which are sent away: the priority levels with their queues, as a pure state machine.
///
/// Within a level, flows are spread over queues by shuffle sharding and served in the order of virtual time, so that a flow with many requests
/// delays itself and hardly any other (upstream's fair queueing for server requests). A level may use what others lend and do not use.
package struct FlowQueues: Sendable {
    /// One PriorityLevelConfiguration.
    package struct Level: Sendable, Equatable {
        package var name: String
        package var uid: String
        package var isExempt: Bool
        package var shares: Int
        package var lendablePercent: Int
        /// Of its own seats; nil: as many as there are.
        package var borrowingPercent: Int?
        /// Nil: what does not run at once is sent away.
        package var queuing: Queuing?

        package struct Queuing: Sendable, Equatable {
            package var queues: Int
            package var handSize: Int
            package var lengthLimit: Int
        }

        package init(_ object: Value) {
            name = object[path: "metadata", "name"]?.string ?? ""
            uid = object[path: "metadata", "uid"]?.string ?? ""
            let spec = object["spec"]
            isExempt = spec?["type"] == "Exempt"
            let part = spec?[isExempt ? "exempt" : "limited"]
            shares = Int(part?["nominalConcurrencyShares"]?.int ?? (isExempt ? 0 : 30))
            lendablePercent = Int(part?["lendablePercent"]?.int ?? 0)
            borrowingPercent = (part?["borrowingLimitPercent"]?.int).map { Int($0) }
            guard !isExempt, let response = part?["limitResponse"], response["type"] == "Queue" else { return }
            let queuing = response["queuing"]
            self.queuing = Queuing(
                queues: max(1, Int(queuing?["queues"]?.int ?? 64)), handSize: max(1, Int(queuing?["handSize"]?.int ?? 8)),
                lengthLimit: max(1, Int(queuing?["queueLengthLimit"]?.int ?? 50)))
        }
    }

    /// Where a request waits or runs: a level, and a queue when it had to wait.
    package struct Place: Sendable, Equatable {
        fileprivate var slot: Int
        package fileprivate(set) var queue: Int?
        fileprivate var seats = 1

        /// Of a request that has no place yet.
        static let nowhere = Place(slot: -1)
    }

    package enum Outcome: Sendable, Equatable {
        case run(Place)
        case wait(Place)
        case reject
    }

    private struct Waiting {
        var ticket: UInt64
        var seats: Int
    }

    private struct Queue {
        var waiting: [Waiting] = []
        /// Of those that wait.
        var seatsWaiting = 0
        var running = 0
        /// Of those that run.
        var inUse = 0
        /// The virtual time at which its next request begins.
        var start = 0.0
    }

    private struct State {
        var level: Level
        /// False once its configuration is gone; it then serves what it has.
        var isConfigured = true
        var seats = 0
        /// The seats that one request may have.
        var width = 0
        var running = 0
        /// Seats of those that run, and of what follows the answers of others.
        var inUse = 0
        var waiting = 0
        var queues: [Queue] = []
        var virtualTime = 0.0

        /// The seats that others cannot take.
        var reserved: Int { seats - seats * level.lendablePercent / 100 }
        var most: Int { level.borrowingPercent.map { seats + seats * $0 / 100 } ?? .max }
    }

    /// Requests that run at the same time, all levels together: upstream's defaults for reading and changing ones.
    package let total: Int
    /// A level keeps its position as long as it is configured or anything of it waits or runs.
    private var states: [State?] = []
    private var slots: [String: Int] = [:]
    /// Requests that wait, in all levels: nobody has to be looked for while there are none.
    private var waiting = 0

    package init(total: Int = 600) { self.total = total }

    // MARK: Configuration

    /// Takes the levels that are configured now. One that is gone serves what it has; requests that wait in queues that are gone go to others.
    /// Returns requests that may run now.
    package mutating func configure(_ levels: [Level]) -> [(ticket: UInt64, place: Place)] {
        let sum = max(1, levels.reduce(0) { $0 + ($1.isExempt ? 0 : $1.shares) })
        for slot in states.indices { states[slot]?.isConfigured = false }
        for level in levels {
            let slot = slot(for: level)
            guard var state = states[slot] else { continue }
            state.level = level
            state.isConfigured = true
            state.seats = level.isExempt ? 0 : (total * level.shares + sum - 1) / sum
            // Upstream's part of a level: 15 percent, and so few that a hand of queues can be served.
            let part = min((state.seats * 15 + 99) / 100, state.seats / (level.queuing?.handSize ?? 1))
            state.width = level.isExempt ? 0 : max(1, part)
            Self.resize(&state)
            states[slot] = state
        }
        for (name, slot) in slots {
            guard let state = states[slot], !state.isConfigured, state.running == 0, state.inUse == 0, state.waiting == 0 else { continue }
            states[slot] = nil
            slots[name] = nil
        }
        return waiting == 0 ? [] : dispatch(preferring: 0)
    }

    private mutating func slot(for level: Level) -> Int {
        if let slot = slots[level.name] { return slot }
        let slot = states.firstIndex { $0 == nil } ?? states.count
        if slot == states.count { states.append(nil) }
        states[slot] = State(level: level)
        slots[level.name] = slot
        return slot
    }

    /// As many queues as the level has now; one at least while requests wait.
    private static func resize(_ state: inout State) {
        let wanted = max(state.level.queuing?.queues ?? 0, state.waiting > 0 ? 1 : 0)
        if state.queues.count > wanted {
            for index in wanted..<state.queues.count where wanted > 0 {
                state.queues[index % wanted].waiting += state.queues[index].waiting
                state.queues[index % wanted].seatsWaiting += state.queues[index].seatsWaiting
            }
            state.queues.removeSubrange(wanted...)
        } else if state.queues.count < wanted {
            state.queues += [Queue](repeating: Queue(), count: wanted - state.queues.count)
        }
    }

    /// The position of a level that is there; nil for one that is not configured.
    package func slot(of name: String) -> Int? {
        guard let slot = slots[name], states[slot]?.isConfigured == true else { return nil }
        return slot
    }

    package func hasLevel(_ name: String) -> Bool { slots[name] != nil }
    package func level(_ name: String) -> Level? { slots[name].flatMap { states[$0]?.level } }

    /// What there is to tell of each level.
    package struct Figures: Sendable, Equatable {
        package var level: String
        package var seats: Int
        /// The fewest and the most seats that it may have by lending and borrowing.
        package var lower: Int
        package var upper: Int
        package var running: Int
        package var waiting: Int
        package var inUse = 0
        package var isConfigured = true
        /// What lies in each queue: requests and seats that wait and run, and the virtual time at which the next begins.
        package var queues: [QueueFigures] = []
    }

    package struct QueueFigures: Sendable, Equatable {
        package var waiting: Int
        package var seatsWaiting: Int
        package var running: Int
        package var inUse: Int
        package var start: Double
    }

    /// The seats that one request of a level may have; 0: no limit.
    package func width(of slot: Int) -> Int { states[slot]?.width ?? 0 }

    package var figures: [Figures] {
        states.compactMap { $0 }.map { state in
            Figures(
                level: state.level.name, seats: state.seats, lower: state.reserved, upper: min(total, state.most), running: state.running,
                waiting: state.waiting, inUse: state.inUse, isConfigured: state.isConfigured,
                queues: state.queues.map { queue in
                    QueueFigures(
                        waiting: queue.waiting.count, seatsWaiting: queue.seatsWaiting, running: queue.running, inUse: queue.inUse,
                        start: queue.start)
                })
        }.sorted { $0.level < $1.level }
    }

    // MARK: Requests

    /// A request comes in that takes so many seats. `flow` is a hash of its flow, asked for only when it has to wait; `ticket` names it until it
    /// is told to run, or abandoned.
    package mutating func arrive(_ slot: Int, flow: () -> UInt64, seats: Int = 1, ticket: UInt64) -> Outcome {
        guard states[slot] != nil else { return .reject }
        if states[slot]!.waiting == 0, mayRun(slot, seats) {
            states[slot]!.running += 1
            states[slot]!.inUse += seats
            return .run(Place(slot: slot, seats: seats))
        }
        guard let queuing = states[slot]!.level.queuing, !states[slot]!.queues.isEmpty else { return .reject }
        let queues = states[slot]!.queues
        let hand = Self.hand(flow(), of: queues.count, size: queuing.handSize)
        let index = hand.min { length(queues[$0]) < length(queues[$1]) } ?? 0
        guard queues[index].waiting.count < queuing.lengthLimit else { return .reject }
        if queues[index].waiting.isEmpty { states[slot]!.queues[index].start = max(queues[index].start, states[slot]!.virtualTime) }
        states[slot]!.queues[index].waiting.append(Waiting(ticket: ticket, seats: seats))
        states[slot]!.queues[index].seatsWaiting += seats
        states[slot]!.waiting += 1
        waiting += 1
        return .wait(Place(slot: slot, queue: index, seats: seats))
    }

    /// A request that ran is over; `keeping` seats of its are given back by `release`. Returns those that may run now.
    package mutating func leave(_ place: Place, keeping: Int = 0) -> [(ticket: UInt64, place: Place)] {
        guard states[place.slot] != nil else { return [] }
        states[place.slot]!.running -= 1
        states[place.slot]!.inUse -= place.seats - keeping
        if let index = place.queue, index < states[place.slot]!.queues.count {
            // Queues may have been made anew since.
            states[place.slot]!.queues[index].running = max(0, states[place.slot]!.queues[index].running - 1)
            states[place.slot]!.queues[index].inUse = max(0, states[place.slot]!.queues[index].inUse - place.seats)
        }
        return waiting == 0 ? [] : dispatch(preferring: place.slot)
    }

    /// Gives seats back that a request kept behind its answer. Returns those that may run now.
    package mutating func release(_ place: Place, _ seats: Int) -> [(ticket: UInt64, place: Place)] {
        guard states[place.slot] != nil else { return [] }
        states[place.slot]!.inUse -= seats
        return waiting == 0 ? [] : dispatch(preferring: place.slot)
    }

    /// Whether anything waits at all.
    package var hasWaiting: Bool { waiting > 0 }

    /// A request that waits is taken out; false when it waits no more.
    package mutating func abandon(_ ticket: UInt64, _ place: Place) -> Bool {
        guard let state = states[place.slot] else { return false }
        for (index, queue) in state.queues.enumerated() {
            guard let position = queue.waiting.firstIndex(where: { $0.ticket == ticket }) else { continue }
            states[place.slot]!.queues[index].waiting.remove(at: position)
            states[place.slot]!.queues[index].seatsWaiting -= place.seats
            states[place.slot]!.waiting -= 1
            waiting -= 1
            return true
        }
        return false
    }

    // MARK: Choosing

    private func length(_ queue: Queue) -> Int { queue.seatsWaiting + queue.inUse }

    /// Within its own seats a level may always run; beyond them as far as others keep what nobody may take from them. A request that is wider
    /// than the level runs alone.
    private func mayRun(_ slot: Int, _ seats: Int) -> Bool {
        guard let level = states[slot] else { return false }
        if level.level.isExempt || level.inUse + seats <= level.seats { return true }
        if level.inUse == 0, level.seats > 0, seats > level.seats { return true }
        guard level.inUse < level.most, level.inUse + seats <= level.most else { return false }
        var used = 0
        for other in states.indices {
            guard let state = states[other], !state.level.isExempt else { continue }
            used += other == slot ? state.inUse : max(state.inUse, state.reserved)
        }
        return used + seats <= total
    }

    private mutating func dispatch(preferring first: Int) -> [(ticket: UInt64, place: Place)] {
        var result: [(ticket: UInt64, place: Place)] = []
        for slot in [first] + states.indices.filter({ $0 != first }) {
            while let state = states[slot], state.waiting > 0 {
                let candidates = state.queues.indices.filter { !state.queues[$0].waiting.isEmpty }
                guard let index = candidates.min(by: { state.queues[$0].start < state.queues[$1].start }) else { break }
                // A wide one that is next is not overtaken.
                let next = state.queues[index].waiting[0]
                guard mayRun(slot, next.seats) else { break }
                states[slot]!.queues[index].waiting.removeFirst()
                states[slot]!.queues[index].seatsWaiting -= next.seats
                result.append((next.ticket, Place(slot: slot, queue: index, seats: next.seats)))
                states[slot]!.waiting -= 1
                waiting -= 1
                states[slot]!.running += 1
                states[slot]!.inUse += next.seats
                states[slot]!.queues[index].running += 1
                states[slot]!.queues[index].inUse += next.seats
                let start = max(state.queues[index].start, state.virtualTime)
                states[slot]!.virtualTime = start
                states[slot]!.queues[index].start = start + Double(next.seats)
            }
        }
        return result
    }

    /// Some of the queues, dealt like cards by the hash: two flows seldom get the same hand.
    static func hand(_ hash: UInt64, of deck: Int, size: Int) -> [Int] {
        var rest = hash
        var hand: [Int] = []
        for position in 0..<min(size, deck) {
            let left = UInt64(deck - position)
            var card = Int(rest % left)
            rest /= left
            for other in hand.sorted() where card >= other { card += 1 }
            hand.append(card)
        }
        return hand
    }
}
