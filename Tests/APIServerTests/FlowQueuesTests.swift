import APIServer
import Testing
import Values

/// A priority level as an administrator writes it.
func priorityLevel(_ name: String, shares: Int, queues: Int = 0, hand: Int = 1, limit: Int = 50, lendable: Int = 0) -> Value {
    let response: Value =
        queues == 0
        ? ["type": "Reject"]
        : [
            "type": "Queue",
            "queuing": ["queues": .int(Int64(queues)), "handSize": .int(Int64(hand)), "queueLengthLimit": .int(Int64(limit))],
        ]
    return [
        "metadata": ["name": .string(name), "uid": .string("uid-\(name)")],
        "spec": [
            "type": "Limited",
            "limited": [
                "nominalConcurrencyShares": .int(Int64(shares)), "lendablePercent": .int(Int64(lendable)), "limitResponse": response,
            ],
        ],
    ]
}

/// What runs, waits and is sent away, without any clock, thread or request.
@Suite struct FlowQueuesTests {
    private func queues(_ total: Int, _ levels: [Value]) -> FlowQueues {
        var queues = FlowQueues(total: total)
        _ = queues.configure(levels.map { FlowQueues.Level($0) })
        return queues
    }

    /// Requests by number, as a test tells of them.
    private struct Room {
        var queues: FlowQueues
        var places: [UInt64: FlowQueues.Place] = [:]

        init(_ queues: FlowQueues) { self.queues = queues }

        mutating func arrive(_ level: String, _ ticket: UInt64, flow: UInt64 = 1, seats: Int = 1) -> String {
            guard let slot = queues.slot(of: level) else { return "nowhere" }
            switch queues.arrive(slot, flow: { flow }, seats: seats, ticket: ticket) {
            case .run(let place):
                places[ticket] = place
                return "runs"
            case .wait(let place):
                places[ticket] = place
                return "waits"
            case .reject: return "refused"
            }
        }

        mutating func leave(_ ticket: UInt64) throws -> [UInt64] {
            let place = try #require(places[ticket])
            places[ticket] = nil
            return note(queues.leave(place))
        }
        mutating func abandon(_ ticket: UInt64) throws -> Bool { queues.abandon(ticket, try #require(places[ticket])) }
        mutating func configure(_ levels: [Value]) -> [UInt64] { note(queues.configure(levels.map { FlowQueues.Level($0) })) }

        mutating func expect(_ outcome: String, _ level: String, _ ticket: UInt64, flow: UInt64 = 1, seats: Int = 1) {
            let found = arrive(level, ticket, flow: flow, seats: seats)
            #expect(found == outcome, "request \(ticket)")
        }

        mutating func expect(leaving ticket: UInt64, _ next: [UInt64]) throws {
            let found = try leave(ticket)
            #expect(found == next, "after \(ticket)")
        }

        mutating func expect(configuring levels: [Value], _ next: [UInt64]) {
            let found = configure(levels)
            #expect(found == next)
        }

        private mutating func note(_ ready: [(ticket: UInt64, place: FlowQueues.Place)]) -> [UInt64] {
            for (ticket, place) in ready { places[ticket] = place }
            return ready.map(\.ticket)
        }
    }

    @Test func `a level without queues sends away what does not fit`() throws {
        var room = Room(queues(2, [priorityLevel("a", shares: 1), priorityLevel("b", shares: 1)]))
        room.expect("runs", "a", 1)
        // The other level keeps its seat, for it lends none.
        room.expect("refused", "a", 2)
        room.expect("runs", "b", 3)
        try room.expect(leaving: 1, [])
        room.expect("runs", "a", 4)
        room.expect("nowhere", "none", 5)
    }

    @Test func `seats that are lent and free may be borrowed`() {
        var room = Room(queues(4, [priorityLevel("a", shares: 1), priorityLevel("b", shares: 1, lendable: 50)]))
        for ticket: UInt64 in 1...3 { room.expect("runs", "a", ticket) }
        room.expect("refused", "a", 4)
        // Its own seats are a level's own, whatever others borrowed.
        room.expect("runs", "b", 5)
        room.expect("runs", "b", 6)
        room.expect("refused", "b", 7)
    }

    @Test func `an exempt level has no limit`() {
        var room = Room(queues(1, [["metadata": ["name": "e"], "spec": ["type": "Exempt"]], priorityLevel("a", shares: 1)]))
        for ticket: UInt64 in 1...10 { room.expect("runs", "e", ticket) }
        room.expect("runs", "a", 11)
        room.expect("runs", "e", 12)
    }

    @Test func `a busy flow waits behind its own requests only`() throws {
        var room = Room(queues(1, [priorityLevel("a", shares: 1, queues: 8, hand: 1, limit: 3)]))
        // Two hashes that are dealt different queues.
        let (busy, calm): (UInt64, UInt64) = (0, 1)
        room.expect("runs", "a", 1, flow: busy)
        for ticket: UInt64 in 2...4 { room.expect("waits", "a", ticket, flow: busy) }
        room.expect("refused", "a", 5, flow: busy)
        room.expect("waits", "a", 6, flow: calm)
        try room.expect(leaving: 1, [2])
        // Who came last, but with one request only, goes before the busy one's next.
        try room.expect(leaving: 2, [6])
        try room.expect(leaving: 6, [3])
        let isGone = try room.abandon(4), isGoneAgain = try room.abandon(4)
        #expect(isGone && !isGoneAgain)
        try room.expect(leaving: 3, [])
        #expect(room.queues.figures.first?.running == 0)
        #expect(room.queues.figures.first?.waiting == 0)
    }

    @Test func `a wide request takes the place of several`() throws {
        var room = Room(queues(4, [priorityLevel("a", shares: 1, queues: 8)]))
        room.expect("runs", "a", 1, seats: 3)
        room.expect("runs", "a", 2)
        room.expect("waits", "a", 3, flow: 0, seats: 2)
        // Narrow ones do not overtake a wide one that is next.
        try room.expect(leaving: 2, [])
        #expect(room.queues.figures.first?.inUse == 3)
        try room.expect(leaving: 1, [3])
        #expect(room.queues.figures.first?.inUse == 2)
        // One that is wider than the level runs alone.
        room.expect("waits", "a", 4, seats: 9)
        try room.expect(leaving: 3, [4])
        room.expect("waits", "a", 5, flow: 3)
        try room.expect(leaving: 4, [5])
        try room.expect(leaving: 5, [])
        #expect(room.queues.figures.first?.inUse == 0)
    }

    @Test func `seats are kept behind the answer for as long as watchers are told`() throws {
        var room = Room(queues(2, [priorityLevel("a", shares: 1, queues: 8)]))
        room.expect("runs", "a", 1, seats: 2)
        room.expect("waits", "a", 2)
        let place = try #require(room.places[1])
        #expect(room.queues.leave(place, keeping: 2).isEmpty)
        #expect(room.queues.release(place, 2).map(\.ticket) == [2])
    }

    @Test func `what a request costs is told by what it lists and who watches`() {
        func seats(_ count: Int, _ size: Int, limit: Int = 0, isSingle: Bool = false) -> Int {
            FlowWork.list(count: count, size: size, limit: limit, isSingle: isSingle).seats
        }
        #expect(seats(0, 0) == 1)
        #expect(seats(100, 1000) == 1)
        #expect(seats(101, 1000) == 2)
        #expect(seats(1_000_000, 1000) == 10)
        #expect(seats(1_000_000, 1000, limit: 250) == 3)
        #expect(seats(1_000_000, 1000, isSingle: true) == 1)
        #expect(FlowWork.list(count: 10_000, size: 1000, limit: 0, isSingle: false).capped(at: 4).seats == 4)
        #expect(FlowWork.write(watchers: 9) == FlowWork())
        let some = FlowWork.write(watchers: 25).capped(at: 0)
        #expect(some.seats == 1 && some.finalSeats == 3 && some.latency == .milliseconds(5))
        // The same work, narrower and longer.
        let many = FlowWork.write(watchers: 1000).capped(at: 0)
        #expect(many.finalSeats == 10 && many.latency == .milliseconds(50))
        let narrow = FlowWork.write(watchers: 1000).capped(at: 2)
        #expect(narrow.finalSeats == 2 && narrow.latency == .milliseconds(250))
    }

    @Test func `a change of the levels keeps who waits`() throws {
        var room = Room(queues(1, [priorityLevel("a", shares: 1, queues: 8)]))
        room.expect("runs", "a", 1, flow: 0)
        room.expect("waits", "a", 2, flow: 7)
        room.expect(configuring: [priorityLevel("a", shares: 9, queues: 2), priorityLevel("b", shares: 1)], [])
        try room.expect(leaving: 1, [2])
        room.expect(configuring: [priorityLevel("b", shares: 1)], [])
        #expect(room.queues.hasLevel("a"))
        // New requests find another level.
        room.expect("nowhere", "a", 3)
        try room.expect(leaving: 2, [])
        room.expect(configuring: [priorityLevel("b", shares: 1)], [])
        #expect(!room.queues.hasLevel("a"))
    }

    @Test func `a level that grows lets those who wait run`() {
        var room = Room(queues(2, [priorityLevel("a", shares: 1, queues: 2), priorityLevel("b", shares: 1)]))
        room.expect("runs", "a", 1)
        room.expect("waits", "a", 2)
        room.expect(configuring: [priorityLevel("a", shares: 1, queues: 2)], [2])
    }
}
