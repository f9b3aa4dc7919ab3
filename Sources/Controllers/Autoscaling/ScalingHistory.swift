import Core
import KubernetesAPI

/// What an autoscaler recommended and did lately, and what of a new recommendation may be done now. Pure.
package struct ScalingHistory: Sendable {
    /// Without a behaviour: no size below the highest recommendation of this long ago.
    package static let stabilization = Duration.seconds(300)

    /// A size, and in the words of the conditions why it is that.
    package struct Verdict: Equatable {
        /// The size.
        package var replicas: Int
        /// Reason and message of the condition AbleToScale.
        package var stabilized: (reason: String, message: String)
        /// Reason and message of the condition ScalingLimited.
        package var limit: (reason: String, message: String)
        /// Whether a limit applied.
        package var isLimited: Bool

        package static func == (left: Verdict, right: Verdict) -> Bool {
            left.replicas == right.replicas && left.stabilized.reason == right.stabilized.reason && left.limit.reason == right.limit.reason
                && left.isLimited == right.isLimited
        }
    }

    private var recommendations: [(replicas: Int, time: Timestamp)] = []
    private var ups: [(change: Int, time: Timestamp)] = []
    private var downs: [(change: Int, time: Timestamp)] = []

    /// Nothing recommended or done yet.
    package init() {}

    private static let ready = (reason: "ReadyForNewScale", message: "recommended size matches current size")
    private static let lowered = (
        reason: "ScaleUpStabilized",
        message: "recent recommendations were lower than current one, applying the lowest recent recommendation"
    )
    private static let raised = (
        reason: "ScaleDownStabilized",
        message: "recent recommendations were higher than current one, applying the highest recent recommendation"
    )
    private static let inRange = (reason: "DesiredWithinRange", message: "the desired count is within the acceptable range")
    private static let tooFew = (
        reason: "TooFewReplicas", message: "the desired replica count is less than the minimum replica count"
    )
    private static let tooMany = (
        reason: "TooManyReplicas", message: "the desired replica count is more than the maximum replica count"
    )
    private static let tooFast = (
        reason: "ScaleUpLimit", message: "the desired replica count is increasing faster than the maximum scale rate"
    )
    private static let tooFastDown = (
        reason: "ScaleDownLimit", message: "the desired replica count is decreasing faster than the maximum scale rate"
    )

    /// The first size that is seen counts as recommended.
    package mutating func begin(_ replicas: Int, now: Timestamp) {
        if recommendations.isEmpty { recommendations.append((replicas, now)) }
    }

    /// Notes a recommendation and answers what may be done about it.
    package mutating func decide(
        _ desired: Int, current: Int, range: ClosedRange<Int>, behavior: HorizontalPodAutoscalerBehavior?, now: Timestamp
    ) -> Verdict {
        guard let behavior else { return decide(desired, current: current, range: range, now: now) }
        let up = Duration.seconds(behavior.scaleUp?.stabilizationWindowSeconds ?? 0)
        let down = behavior.scaleDown?.stabilizationWindowSeconds.map { Duration.seconds($0) } ?? Self.stabilization
        let lowest = recommendations.filter { $0.time > now - up }.map(\.replicas).reduce(desired, min)
        let highest = recommendations.filter { $0.time > now - down }.map(\.replicas).reduce(desired, max)
        note(desired, keeping: max(up, down), now)
        let stable = min(max(current, lowest), highest)
        let stabilized = stable == desired ? Self.ready : desired >= current ? Self.lowered : Self.raised
        if stable > current {
            let limit = max(
                current,
                Self.limit(behavior.scaleUp, from: current) {
                    startOfPeriod(current, $0, now)
                } grow: {
                    $0
                })
            let most = min(range.upperBound, limit)
            let why = range.upperBound > limit ? Self.tooFast : Self.tooMany
            if stable > most { return Verdict(replicas: most, stabilized: stabilized, limit: why, isLimited: true) }
        } else if stable < current {
            let limit = min(
                current,
                Self.limit(behavior.scaleDown, from: current) {
                    startOfPeriod(current, $0, now)
                } grow: {
                    -$0
                })
            let fewest = max(range.lowerBound, limit)
            let why = range.lowerBound < limit ? Self.tooFastDown : Self.tooFew
            if stable < fewest { return Verdict(replicas: fewest, stabilized: stabilized, limit: why, isLimited: true) }
        }
        return Verdict(replicas: stable, stabilized: stabilized, limit: Self.inRange, isLimited: false)
    }

    /// The rules of old: down only as far as the last five minutes allow, up to twice the size or four pods at once.
    private mutating func decide(_ desired: Int, current: Int, range: ClosedRange<Int>, now: Timestamp) -> Verdict {
        let stable = recommendations.filter { $0.time >= now - Self.stabilization }.map(\.replicas).reduce(desired, max)
        note(desired, keeping: Self.stabilization, now)
        let stabilized = stable == desired ? Self.ready : Self.raised
        let limit = max(2 * current, 4)
        let most = min(range.upperBound, limit)
        if stable < range.lowerBound {
            return Verdict(replicas: range.lowerBound, stabilized: stabilized, limit: Self.tooFew, isLimited: true)
        }
        if stable > most {
            let why = range.upperBound > limit ? Self.tooFast : Self.tooMany
            return Verdict(replicas: most, stabilized: stabilized, limit: why, isLimited: true)
        }
        return Verdict(replicas: stable, stabilized: stabilized, limit: Self.inRange, isLimited: false)
    }

    private mutating func note(_ replicas: Int, keeping window: Duration, _ now: Timestamp) {
        recommendations.removeAll { $0.time < now - window }
        recommendations.append((replicas, now))
    }

    /// Notes a change of size, which later limits count.
    package mutating func changed(from before: Int, to after: Int, now: Timestamp) {
        // No policy looks back further than half an hour.
        ups.removeAll { $0.time < now - .seconds(1800) }
        downs.removeAll { $0.time < now - .seconds(1800) }
        if after > before { ups.append((after - before, now)) } else { downs.append((before - after, now)) }
    }

    /// The size at the beginning of a period that ends now.
    private func startOfPeriod(_ current: Int, _ seconds: Int, _ now: Timestamp) -> Int {
        let start = now - .seconds(seconds)
        let added = ups.filter { $0.time > start }.reduce(0) { $0 + $1.change }
        let removed = downs.filter { $0.time > start }.reduce(0) { $0 + $1.change }
        return current - added + removed
    }

    /// The size that a direction's policies allow; `grow` gives a step its direction.
    private static func limit(
        _ rules: HPAScalingRules?, from current: Int, start: (Int) -> Int, grow: (Int) -> Int
    ) -> Int {
        guard let rules, rules.selectPolicy != "Disabled" else { return current }
        let isUp = grow(1) > 0
        let proposals = rules.policies.map { policy -> Int in
            let begin = start(policy.periodSeconds)
            if policy.type == "Pods" { return begin + grow(policy.value) }
            let size = Double(begin) * (1 + Double(grow(policy.value)) / 100)
            return Int(size.rounded(isUp ? .up : .down))
        }
        let wantsLargestChange = rules.selectPolicy != "Min"
        return (isUp == wantsLargestChange ? proposals.max() : proposals.min()) ?? current
    }
}
