import Client
import Core
import ResourceEngine
import Synchronization
import TestSupport
import Values

/// How often things go wrong on the way between a client and the server, in per cent.
package struct FaultRates: Sendable {
    /// Requests that are refused before anything happened.
    package var refused = 0
    /// Writes that happened and whose answer is lost.
    package var lost = 0
    /// Requests that take up to half a minute.
    package var slow = 0
    /// Watches that are cut when they had something to say.
    package var cut = 0
    /// Batches of a watch that come late, by up to twenty seconds.
    package var late = 0

    package static let none = FaultRates()
    package static let some = FaultRates(refused: 2, lost: 3, slow: 1, cut: 2, late: 2)
    package static let many = FaultRates(refused: 6, lost: 12, slow: 4, cut: 8, late: 10)

    package init(refused: Int = 0, lost: Int = 0, slow: Int = 0, cut: Int = 0, late: Int = 0) {
        self.refused = refused
        self.lost = lost
        self.slow = slow
        self.cut = cut
        self.late = late
    }
}

/// What happens to the connections of one process: it may die, be stopped for a while, or have a bad network.
package final class Link: Sendable {
    private struct State {
        var isDead = false
        var stoppedUntil = Duration.zero
        var accountsStoppedUntil: [String: Duration] = [:]
        var rates = FaultRates.none
    }

    let clock: ManualClock
    let dice: Dice
    private let state = Mutex(State())

    init(clock: ManualClock, dice: Dice) {
        self.clock = clock
        self.dice = dice
    }

    var rates: FaultRates {
        get { state.withLock { $0.rates } }
        set { state.withLock { $0.rates = newValue } }
    }

    /// From here on nothing gets through: the process is dead, only its tasks do not know yet.
    func die() { state.withLock { $0.isDead = true } }
    /// Neither asks nor hears anything for a while; `account` alone when given.
    package func stop(for duration: Duration, account: String? = nil) {
        let end = clock.uptime + duration
        state.withLock { state in
            if let account { state.accountsStoppedUntil[account] = end } else { state.stoppedUntil = end }
        }
    }
    package func goOn() {
        state.withLock { state in
            state.stoppedUntil = .zero
            state.accountsStoppedUntil = [:]
        }
    }

    /// Returns once something may get through.
    func pass(_ account: String) async throws {
        while true {
            let (isDead, end) = state.withLock { ($0.isDead, max($0.stoppedUntil, $0.accountsStoppedUntil[account] ?? .zero)) }
            if isDead { throw CancellationError() }
            let rest = end - clock.uptime
            guard rest > .zero else { return }
            // Not at once to the end, for somebody may let it go on.
            try await clock.sleep(for: min(rest, .seconds(5)))
        }
    }
}

/// Brings requests of one process to whichever server is up, more or less.
struct FaultyTransport: ClientTransport {
    let server: SimulatedServer
    let link: Link
    let user: UserInfo

    func perform(_ request: APIRequest) async throws -> Value {
        let (dice, rates) = (link.dice, link.rates)
        try await link.pass(user.name)
        try await link.clock.sleep(for: .microseconds(dice.roll(100...4000)))
        if dice.chance(rates.slow) { try await link.clock.sleep(for: .seconds(dice.roll(1...30))) }
        try await link.pass(user.name)
        if dice.chance(rates.refused) { throw Self.refusal(request, dice) }
        let answer = try await server.transport(user).perform(request)
        if request.verb != .get, request.verb != .list, dice.chance(rates.lost) {
            try await link.clock.sleep(for: .milliseconds(dice.roll(1...20_000)))
            throw APIError(code: 504, reason: .timeout, message: "the answer was lost on the way")
        }
        try await link.clock.sleep(for: .microseconds(dice.roll(100...2000)))
        try await link.pass(user.name)
        return answer
    }

    private static func refusal(_ request: APIRequest, _ dice: Dice) -> APIError {
        switch dice.roll(4) {
        case 0: APIError(code: 500, reason: .internalError, message: "the store cannot write")
        case 1: .serviceUnavailable("the server is starting")
        case 2: .tooManyRequests("too many requests, please try again later", retryAfterSeconds: 1)
        default:
            request.verb == .update || request.verb == .patch
                ? .modified(request.resource.groupResource, request.name)
                : APIError(code: 504, reason: .serverTimeout, message: "the server did not get to it")
        }
    }

    private final class Source: @unchecked Sendable {
        /// Read by one task at a time.
        var events: WatchStream.Iterator?
        init(_ stream: WatchStream) { events = stream.makeAsyncIterator() }
    }

    func watch(_ request: APIRequest) async throws -> WatchStream {
        let (link, dice, name) = (link, link.dice, user.name)
        try await link.pass(name)
        if dice.chance(link.rates.refused) { throw Self.refusal(request, dice) }
        let source = Source(try await server.transport(user).watch(request))
        return WatchStream {
            try await link.pass(name)
            guard let batch = try await source.events?.next() else { return nil }
            let rates = link.rates
            if dice.chance(rates.late) { try await link.clock.sleep(for: .milliseconds(dice.roll(1...20_000))) }
            try await link.clock.sleep(for: .microseconds(dice.roll(100...4000)))
            try await link.pass(name)
            if dice.chance(rates.cut) {
                source.events = nil
                if dice.chance(30) { throw APIError.expired("too old resource version") }
                if dice.chance(50) { throw APIError.serviceUnavailable("the connection was cut") }
                return nil
            }
            return batch
        }
    }
}

/// A user's way to the server, who tries again while it is down.
struct PatientTransport: ClientTransport {
    let server: SimulatedServer
    let user: UserInfo

    func perform(_ request: APIRequest) async throws -> Value {
        while true {
            do {
                return try await server.transport(user).perform(request)
            } catch let error as APIError where error.code == 503 {
                try await server.clock.sleep(for: .milliseconds(500))
            }
        }
    }

    func watch(_ request: APIRequest) async throws -> WatchStream { try await server.transport(user).watch(request) }
}
