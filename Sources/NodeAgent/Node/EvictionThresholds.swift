import Core

/// When the node is short of something (https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/).
///
/// Upstream's values but for the disk: people's own machines have fuller disks than servers, and 5 per cent of today's are many gigabytes.
package struct EvictionThresholds: Sendable, Hashable {
    /// What is watched, by the names of upstream's configuration.
    package enum Signal: String, Sendable, Hashable, CaseIterable {
        case memory = "memory.available"
        case nodeDisk = "nodefs.available"
        case nodeInodes = "nodefs.inodesFree"
        case imageDisk = "imagefs.available"
        case imageInodes = "imagefs.inodesFree"
        case processes = "pid.available"
    }

    /// How much has to be left.
    package enum Amount: Sendable, Hashable {
        case absolute(Int)
        /// Of what there is in all.
        case percent(Double)

        /// "100Mi" or "10%"; nil for anything else.
        package init?(_ text: String) {
            if text.hasSuffix("%") {
                guard let number = Double(text.dropLast()), (0...100).contains(number) else { return nil }
                self = .percent(number)
            } else {
                guard let quantity = Quantity(text), quantity.value >= 0 else { return nil }
                self = .absolute(Int(quantity.value))
            }
        }

        package func amount(of capacity: Int) -> Int {
            switch self {
            case .absolute(let amount): amount
            case .percent(let share): Int(Double(capacity) / 100 * share)
            }
        }

        /// As it stands in a configuration.
        package var text: String {
            switch self {
            case .absolute(let amount): Quantity(Int64(amount), format: .binary).description
            case .percent(let share): share == share.rounded() ? "\(Int(share))%" : "\(share)%"
            }
        }
    }

    /// What holds only after a time.
    package struct Soft: Sendable, Hashable {
        package var amount: Amount
        package var grace: Duration

        package init(amount: Amount, grace: Duration) {
            self.amount = amount
            self.grace = grace
        }
    }

    package var hard: [Signal: Amount] = [
        .memory: .absolute(100 << 20), .nodeDisk: .percent(5), .nodeInodes: .percent(5), .imageDisk: .percent(5), .imageInodes: .percent(5),
    ]
    package var soft: [Signal: Soft] = [:]
    /// How long pods get at most to end when a soft threshold is met; at a hard one they get nothing.
    package var softGracePeriod = Duration.zero
    /// How long a condition stays after what caused it is over.
    package var transition = Duration.seconds(300)
    package var interval = Duration.seconds(10)

    package init() {}
}

/// What there is of something: by signal, with the capacity that per cents are of.
package struct Supply: Sendable, Hashable {
    package var available: Int
    package var capacity: Int

    package init(available: Int, capacity: Int) {
        self.available = available
        self.capacity = capacity
    }
}

/// One thing that there is too little of. Pure.
package struct Shortage: Sendable, Hashable {
    package var signal: EvictionThresholds.Signal
    package var threshold: Int
    package var available: Int
    /// How long pods get to end; nil at a hard threshold: a second.
    package var gracePeriod: Duration?

    /// "memory", "ephemeral-storage", "inodes" or "pids".
    var resource: String {
        switch signal {
        case .memory: "memory"
        case .nodeDisk, .imageDisk: "ephemeral-storage"
        case .nodeInodes, .imageInodes: "inodes"
        case .processes: "pids"
        }
    }

    package var condition: String {
        switch signal {
        case .memory: "MemoryPressure"
        case .processes: "PIDPressure"
        default: "DiskPressure"
        }
    }

    /// What is said of it in the message of an eviction.
    var text: String {
        func shown(_ amount: Int) -> String {
            let isCount = resource == "inodes" || resource == "pids"
            return Quantity(Int64(amount), format: isCount ? .decimal : .binary).description
        }
        return "The node was low on resource: \(resource). Threshold quantity: \(shown(threshold)), available: \(shown(available)). "
    }
}

/// Finds what is below its threshold, and since when what has a grace is. A pure state machine.
package struct ThresholdWatch: Sendable {
    private let thresholds: EvictionThresholds
    private var since: [EvictionThresholds.Signal: Timestamp] = [:]

    package init(_ thresholds: EvictionThresholds) { self.thresholds = thresholds }

    /// What is too little now, in the order of signals, hard thresholds before soft ones; soft ones only once their grace is over. `met` are
    /// all that are below a threshold, those whose grace goes on too: they make the node's conditions.
    package mutating func find(
        _ supplies: [EvictionThresholds.Signal: Supply], now: Timestamp
    ) -> (due: [Shortage], met: [Shortage]) {
        var hard: [Shortage] = [], soft: [Shortage] = [], waiting: [Shortage] = []
        for signal in EvictionThresholds.Signal.allCases {
            guard let supply = supplies[signal], supply.capacity > 0 else {
                since[signal] = nil
                continue
            }
            if let threshold = thresholds.hard[signal]?.amount(of: supply.capacity), supply.available < threshold {
                hard.append(Shortage(signal: signal, threshold: threshold, available: supply.available))
            }
            guard let rule = thresholds.soft[signal] else { continue }
            let threshold = rule.amount.amount(of: supply.capacity)
            guard supply.available < threshold else {
                since[signal] = nil
                continue
            }
            let began = since[signal] ?? now
            since[signal] = began
            let shortage = Shortage(
                signal: signal, threshold: threshold, available: supply.available, gracePeriod: thresholds.softGracePeriod)
            if now - began >= rule.grace { soft.append(shortage) } else { waiting.append(shortage) }
        }
        let softer = soft.filter { one in !hard.contains { $0.signal == one.signal } }
        return (hard + softer, hard + soft + waiting)
    }
}
