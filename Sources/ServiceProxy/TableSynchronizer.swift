import Core

/// What the table holds and what is to be done about it. A pure state machine: the caller runs the batches.
package struct TableSynchronizer: Sendable {
    /// One `nft -f -` and what follows it.
    package struct Batch: Sendable, Equatable {
        package var input: String
        package var staleFlows: [UDPTarget]
        /// What the table holds once the batch is through.
        fileprivate var result: RuleSet
        fileprivate var stale: [String: Timestamp]
    }

    /// How long an emptied chain stays before it is deleted. Kernels before 6.2 need up to a second.
    package static let linger = Duration.seconds(2)

    private let configuration: ProxyConfiguration
    /// Nil: unknown, so the next batch makes the table anew.
    private var actual: RuleSet?
    /// Emptied chains and when they were.
    private var stale: [String: Timestamp] = [:]

    package init(_ configuration: ProxyConfiguration) { self.configuration = configuration }

    /// Whether emptied chains wait for their deletion.
    package var hasStaleChains: Bool { !stale.isEmpty }

    /// What brings the table to `desired`, or nil when it is there. To be answered by `succeeded` or `failed`.
    package func batch(for desired: RuleSet, now: Timestamp) -> Batch? {
        guard let actual else {
            let change = diff(desired, RuleSet(), table: configuration.table)
            let input = tableSkeleton(configuration) + change.commands.map { $0 + "\n" }.joined()
            return Batch(input: input, staleFlows: [], result: desired, stale: [:])
        }
        var left = stale.filter { desired.chains[$0.key] == nil }
        let ripe = left.filter { now - $0.value >= Self.linger }.keys.sorted()
        for name in ripe { left[name] = nil }
        let change = diff(desired, actual, table: configuration.table, emptied: Set(stale.keys))
        for name in change.staleChains { left[name] = now }
        let commands = change.commands + ripe.map { "delete chain ip \(configuration.table) \($0)" }
        guard !commands.isEmpty || !change.staleFlows.isEmpty else { return nil }
        return Batch(input: commands.map { $0 + "\n" }.joined(), staleFlows: change.staleFlows, result: desired, stale: left)
    }

    package mutating func succeeded(_ batch: Batch) {
        actual = batch.result
        stale = batch.stale
    }

    /// Nothing of the batch was done; the kernel's state is not what was thought. The next batch makes the table anew, in one
    /// step that connections do not notice.
    package mutating func failed() {
        actual = nil
        stale = [:]
    }
}
