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
        fileprivate var queue: Int?
    }

    package enum Outcome: Sendable, Equatable {
        case run(Place)
        case wait(Place)
        case reject
    }

    private struct Queue {
        var waiting: [UInt64] = []
        var running = 0
        /// The virtual time at which its next request begins.
        var start = 0.0
    }

    private struct State {
        var level: Level
        /// False once its configuration is gone; it then serves what it has.
        var isConfigured = true
        var seats = 0
        var running = 0
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
            Self.resize(&state)
            states[slot] = state
        }
        for (name, slot) in slots {
            guard let state = states[slot], !state.isConfigured, state.running == 0, state.waiting == 0 else { continue }
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
    }

    package var figures: [Figures] {
        states.compactMap { $0 }.map { state in
            Figures(
                level: state.level.name, seats: state.seats, lower: state.reserved, upper: min(total, state.most), running: state.running,
                waiting: state.waiting)
        }.sorted { $0.level < $1.level }
    }

    // MARK: Requests

    /// A request comes in. `flow` is a hash of its flow, asked for only when it has to wait; `ticket` names it until it is told to run, or abandoned.
    package mutating func arrive(_ slot: Int, flow: () -> UInt64, ticket: UInt64) -> Outcome {
        guard states[slot] != nil else { return .reject }
        if states[slot]!.waiting == 0, mayRun(slot) {
            states[slot]!.running += 1
            return .run(Place(slot: slot))
        }
        guard let queuing = states[slot]!.level.queuing, !states[slot]!.queues.isEmpty else { return .reject }
        let queues = states[slot]!.queues
        let hand = Self.hand(flow(), of: queues.count, size: queuing.handSize)
        let index = hand.min { length(queues[$0]) < length(queues[$1]) } ?? 0
        guard queues[index].waiting.count < queuing.lengthLimit else { return .reject }
        if queues[index].waiting.isEmpty { states[slot]!.queues[index].start = max(queues[index].start, states[slot]!.virtualTime) }
        states[slot]!.queues[index].waiting.append(ticket)
        states[slot]!.waiting += 1
        waiting += 1
        return .wait(Place(slot: slot, queue: index))
    }

    /// A request that ran is over. Returns those that may run now.
    package mutating func leave(_ place: Place) -> [(ticket: UInt64, place: Place)] {
        guard states[place.slot] != nil else { return [] }
        states[place.slot]!.running -= 1
        if let index = place.queue, index < states[place.slot]!.queues.count {
            // Queues may have been made anew since.
            states[place.slot]!.queues[index].running = max(0, states[place.slot]!.queues[index].running - 1)
        }
        return waiting == 0 ? [] : dispatch(preferring: place.slot)
    }

    /// A request that waits is taken out; false when it waits no more.
    package mutating func abandon(_ ticket: UInt64, _ place: Place) -> Bool {
        guard let state = states[place.slot] else { return false }
        for (index, queue) in state.queues.enumerated() {
            guard let position = queue.waiting.firstIndex(of: ticket) else { continue }
            states[place.slot]!.queues[index].waiting.remove(at: position)
            states[place.slot]!.waiting -= 1
            waiting -= 1
            return true
        }
        return false
    }

    // MARK: Choosing

    private func length(_ queue: Queue) -> Int { queue.waiting.count + queue.running }

    /// Within its own seats a level may always run; beyond them as far as others keep what nobody may take from them.
    private func mayRun(_ slot: Int) -> Bool {
        guard let level = states[slot] else { return false }
        if level.level.isExempt || level.running < level.seats { return true }
        guard level.running < level.most else { return false }
        var used = 0
        for other in states.indices {
            guard let state = states[other], !state.level.isExempt else { continue }
            used += other == slot ? state.running : max(state.running, state.reserved)
        }
        return used < total
    }

    private mutating func dispatch(preferring first: Int) -> [(ticket: UInt64, place: Place)] {
        var result: [(ticket: UInt64, place: Place)] = []
        for slot in [first] + states.indices.filter({ $0 != first }) {
            while let state = states[slot], state.waiting > 0, mayRun(slot) {
                let candidates = state.queues.indices.filter { !state.queues[$0].waiting.isEmpty }
                guard let index = candidates.min(by: { state.queues[$0].start < state.queues[$1].start }) else { break }
                result.append((states[slot]!.queues[index].waiting.removeFirst(), Place(slot: slot, queue: index)))
                states[slot]!.waiting -= 1
                waiting -= 1
                states[slot]!.running += 1
                states[slot]!.queues[index].running += 1
                let start = max(state.queues[index].start, state.virtualTime)
                states[slot]!.virtualTime = start
                states[slot]!.queues[index].start = start + 1
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
