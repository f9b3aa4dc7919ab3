import Core
import Values

/// One step in the life of simulated pods, as data: which pods it is for, after how long, and what becomes of them.
package struct HollowStage: Sendable, Equatable {
    /// What becomes of a pod.
    package enum Action: String, Sendable, CaseIterable {
        /// Every container runs and is ready.
        case run = "Run"
        /// Every container runs, none is ready.
        case unready = "Unready"
        /// Every container ends with exit code 0: phase Succeeded.
        case succeed = "Succeed"
        /// Every container ends with `exitCode`: phase Failed.
        case fail = "Fail"
        /// Every container ends with `exitCode` and runs again.
        case restart = "Restart"
        /// The object goes: the node is done with it.
        case delete = "Delete"
    }

    package var name: String
    /// Phases a pod may be in; empty: any.
    package var phases: Set<String> = []
    /// Whether it must be ready; nil: either.
    package var isReady: Bool?
    /// Whether it must be being deleted.
    package var isDeleting = false
    /// A label selector; nil: any.
    package var labels: LabelMatcher?
    /// The kind of its controller ("Job"); empty: any.
    package var ownerKind = ""
    /// Only pods that have restarted less often than this.
    package var restartsBelow: Int?
    /// How long the pod stays as it is first; the node keeps to a deleted pod's grace period if that is shorter.
    package var delay = Duration.zero
    /// What is added to the delay at most, at random.
    package var jitter = Duration.zero
    /// How likely the stage is among those that fit.
    package var weight = 1.0
    package var action: Action
    package var exitCode: Int64 = 1
    package var reason = ""
    package var message = ""

    package init(name: String, action: Action) {
        self.name = name
        self.action = action
    }

    /// Whether the stage is for a pod as it is.
    package func fits(_ pod: HollowPod) -> Bool {
        guard isDeleting == pod.isDeleting, phases.isEmpty || phases.contains(pod.phase) else { return false }
        if let isReady, isReady != pod.isReady { return false }
        if let labels, !labels.matches(pod.labels) { return false }
        if !ownerKind.isEmpty, ownerKind != pod.ownerKind { return false }
        if let restartsBelow, pod.restarts >= restartsBelow { return false }
        return true
    }

    /// What pods do when nothing else is asked for: they run at once, pods of jobs then succeed, and deleted ones go at once. Those that somebody
    /// else has marked unready, because their node was not heard of for a while, are told to be ready again.
    package static var standard: [HollowStage] {
        var run = HollowStage(name: "run", action: .run)
        run.phases = ["", "Pending"]
        var complete = HollowStage(name: "complete", action: .succeed)
        complete.phases = ["Running"]
        complete.ownerKind = "Job"
        var recover = HollowStage(name: "recover", action: .run)
        recover.phases = ["Running"]
        recover.isReady = false
        var delete = HollowStage(name: "delete", action: .delete)
        delete.isDeleting = true
        return [run, complete, recover, delete]
    }
}

/// What is wrong with a stages file.
package struct HollowStageError: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(description: String) { self.description = description }
}

extension HollowStage {
    /// The stages of a file's document: a mapping with the list `stages`. Unknown members are refused, so that none is mistyped.
    package static func stages(_ document: Value) throws(HollowStageError) -> [HollowStage] {
        guard let entries = document["stages"]?.array else { throw HollowStageError(description: "there is no list \"stages\"") }
        var result: [HollowStage] = []
        for (index, entry) in entries.enumerated() { result.append(try HollowStage(entry, at: "stages[\(index)]")) }
        return result
    }

    private init(_ value: Value, at path: String) throws(HollowStageError) {
        func wrong(_ member: String, _ what: String) -> HollowStageError { HollowStageError(description: "\(path).\(member): \(what)") }
        let actions = Action.allCases.map(\.rawValue).joined(separator: ", ")
        guard let action = value["action"]?.string.flatMap(Action.init(rawValue:)) else {
            throw wrong("action", "must be one of \(actions)")
        }
        self.init(name: value["name"]?.string ?? path, action: action)
        for member in value.object ?? Object() {
            let (key, value) = (member.key, member.value)
            switch key {
            case "name", "action": break
            case "phase": phases = Set(value.array.map { $0.compactMap(\.string) } ?? value.string.map { [$0] } ?? [])
            case "ready": isReady = value.bool
            case "deleting": isDeleting = value.bool ?? false
            case "labels":
                do { labels = try LabelMatcher(parsing: value.string ?? "") } catch { throw wrong(key, "\(error)") }
            case "owner": ownerKind = value.string ?? ""
            case "restartsBelow": restartsBelow = value.int.map { Int($0) }
            case "delay", "jitter":
                guard let duration = Self.duration(value) else { throw wrong(key, "must be a duration such as 500ms, 3s, 2m or 1h") }
                if key == "delay" { delay = duration } else { jitter = duration }
            case "weight":
                guard let number = value.double, number > 0 else { throw wrong(key, "must be a number above 0") }
                weight = number
            case "exitCode": exitCode = value.int ?? 1
            case "reason": reason = value.string ?? ""
            case "message": message = value.string ?? ""
            default: throw wrong(key, "is not known")
            }
        }
    }

    private static func duration(_ value: Value) -> Duration? {
        if let seconds = value.double, seconds >= 0 { return .nanoseconds(Int64(seconds * 1e9)) }
        guard let text = value.string else { return nil }
        for (suffix, unit) in [("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9)] where text.hasSuffix(suffix) {
            return Double(text.dropLast(suffix.count)).flatMap { $0 >= 0 ? .nanoseconds(Int64($0 * unit)) : nil }
        }
        return nil
    }
}
