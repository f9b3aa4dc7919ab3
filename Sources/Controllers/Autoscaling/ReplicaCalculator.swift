import Core
import KubernetesAPI

/// How many pods it takes to bring a metric to its target, given what the pods there are use. Pure.
package struct ReplicaCalculator {
    /// How long after its start a pod's use of CPU says little.
    package static let warmUp = Duration.seconds(300)
    /// How long after its start a pod that was never ready is taken to be starting still.
    package static let readinessDelay = Duration.seconds(30)

    let pods: [Pod]
    let current: Int
    /// By how much a ratio may be above and below one without any change.
    let tolerance: (up: Double, down: Double)
    let now: Timestamp

    /// For the pods of a target of `current` replicas.
    package init(pods: [Pod], current: Int, tolerance: (up: Double, down: Double) = (0.1, 0.1), now: Timestamp) {
        self.pods = pods
        self.current = current
        self.tolerance = tolerance
        self.now = now
    }

    private func isWithin(_ ratio: Double) -> Bool { 1 - tolerance.down <= ratio && ratio <= 1 + tolerance.up }

    // MARK: Metrics of pods

    /// For a target in percent of what the pods request (in thousandths, by pod).
    package func byUtilization(
        _ readings: [String: MetricReading], requests: [String: Int64], target: Int, isCPU: Bool
    ) throws -> (replicas: Int, utilization: Int, average: Int64) {
        func utilization(_ amounts: [String: Int64]) throws -> Int {
            let total = amounts.filter { requests[$0.key] != nil }.values.reduce(Int64(0)) { $0.adding(clamped: $1) }
            let requested = amounts.keys.reduce(Int64(0)) { $0.adding(clamped: requests[$1] ?? 0) }
            guard requested > 0 else { throw NoMetrics("no metrics returned matched known pods") }
            return Int(total.multiplied(clamped: 100) / requested)
        }
        var first: (utilization: Int, average: Int64)?
        let replicas = try replicas(readings, isCPU: isCPU) { amounts in
            let utilization = try utilization(amounts)
            if first == nil { first = (utilization, amounts.values.reduce(Int64(0)) { $0.adding(clamped: $1) } / Int64(amounts.count)) }
            return Double(utilization) / Double(target)
        } missing: { pod in
            (requests[pod] ?? 0).multiplied(clamped: Int64(max(100, target))) / 100
        }
        return (replicas, first?.utilization ?? 0, first?.average ?? 0)
    }

    /// For a target of so much a pod, in thousandths.
    package func byAverage(_ readings: [String: MetricReading], target: Int64, isCPU: Bool = false) throws -> (
        replicas: Int, average: Int64
    ) {
        var first: Int64?
        let replicas = try replicas(readings, isCPU: isCPU) { amounts in
            let average = amounts.values.reduce(Int64(0)) { $0.adding(clamped: $1) } / Int64(amounts.count)
            if first == nil { first = average }
            return Double(average) / Double(target)
        } missing: { _ in
            target
        }
        return (replicas, first ?? 0)
    }

    /// Pods without figures are taken to use what keeps the change small: all of it when there would be fewer pods, nothing when
    /// there would be more. Pods that are not ready use nothing when there would be more.
    private func replicas(
        _ readings: [String: MetricReading], isCPU: Bool, ratio: ([String: Int64]) throws -> Double, missing: (String) -> Int64
    ) throws -> Int {
        let groups = group(readings, isCPU: isCPU)
        var amounts = readings.mapValues(\.milli).filter { !groups.ignored.contains($0.key) && !groups.unready.contains($0.key) }
        guard !amounts.isEmpty else { throw NoMetrics("did not receive metrics for targeted pods (pods might be unready)") }
        let first = try ratio(amounts)
        let countsUnready = !groups.unready.isEmpty && first > 1
        if !countsUnready, groups.missing.isEmpty {
            return isWithin(first) ? current : Int(nearest: (first * Double(groups.ready)).rounded(.up))
        }
        if first != 1 {
            for pod in groups.missing { amounts[pod] = first < 1 ? missing(pod) : 0 }
        }
        if countsUnready {
            for pod in groups.unready { amounts[pod] = 0 }
        }
        let second = try ratio(amounts)
        // What was made up must not turn the direction.
        if isWithin(second) || (first < 1 && second > 1) || (first > 1 && second < 1) { return current }
        let replicas = Int(nearest: (second * Double(amounts.count)).rounded(.up))
        return (second < 1 && replicas > current) || (second > 1 && replicas < current) ? current : replicas
    }

    private func group(
        _ readings: [String: MetricReading], isCPU: Bool
    ) -> (ready: Int, unready: Set<String>, missing: Set<String>, ignored: Set<String>) {
        var ready = 0
        var unready: Set<String> = []
        var missing: Set<String> = []
        var ignored: Set<String> = []
        for pod in pods {
            let name = pod.metadata.name
            if pod.metadata.isBeingDeleted || pod.status.phase == "Failed" {
                ignored.insert(name)
            } else if pod.status.phase == "Pending" {
                unready.insert(name)
            } else if let reading = readings[name] {
                if isCPU, isStarting(pod, reading) { unready.insert(name) } else { ready += 1 }
            } else {
                missing.insert(name)
            }
        }
        return (ready, unready, missing, ignored)
    }

    private func isStarting(_ pod: Pod, _ reading: MetricReading) -> Bool {
        guard let condition = pod.condition("Ready"), let start = Timestamp(rfc3339: pod.status.startTime) else { return true }
        let since = Timestamp(rfc3339: condition.lastTransitionTime) ?? start
        if start + Self.warmUp > now { return condition.status == "False" || reading.time < since + reading.window }
        return condition.status == "False" && start + Self.readinessDelay > since
    }

    // MARK: Metrics of other things

    /// For a value that all pods share.
    package func byValue(_ value: Int64, target: Int64) -> Int {
        let ratio = Double(value) / Double(target)
        guard current != 0 else { return Int(nearest: ratio.rounded(.up)) }
        if isWithin(ratio) { return current }
        return Int(nearest: (ratio * Double(pods.count { $0.status.phase == "Running" && $0.isReady })).rounded(.up))
    }

    /// For a value of which each of the pods there are has its part; answers that part, too.
    package func byShare(_ value: Int64, target: Int64, present: Int) -> (replicas: Int, average: Int64) {
        var replicas = present
        let ratio = Double(value) / (Double(target) * Double(present))
        if !isWithin(ratio) { replicas = Int(nearest: (Double(value) / Double(target)).rounded(.up)) }
        return (replicas, present == 0 ? 0 : Int64(nearest: (Double(value) / Double(present)).rounded(.up)))
    }
}
