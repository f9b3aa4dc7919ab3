import Core

/// How long one part of admission takes, by operation and by whether it refused. Safe from any thread.
final class AdmissionTimes: Sendable {
    private static let bounds = [0.005, 0.025, 0.1, 0.5, 1, 2.5]
    private static let operations: [AdmissionOperation] = [.create, .update, .delete, .connect]

    /// By operation, those let through before those refused.
    private let counters = (0..<operations.count * 2).map { _ in DurationCounter(bounds) }

    /// Counts what began at a moment and ends now; answers with the moment.
    @discardableResult
    func observe(_ operation: AdmissionOperation, isRejected: Bool, since start: Moment) -> Moment {
        let now = Moment.now
        let position =
            switch operation {
            case .create: 0
            case .update: 1
            case .delete: 2
            case .connect: 3
            }
        counters[position * 2 + (isRejected ? 1 : 0)].observe(nanoseconds: now.nanoseconds(since: start))
        return now
    }

    /// In Prometheus' text form, without a head; `labels` as in `name="value"`.
    func text(_ name: String, labels: String) -> String {
        var lines = ""
        for (position, operation) in Self.operations.enumerated() {
            for isRejected in [false, true] {
                let counter = counters[position * 2 + (isRejected ? 1 : 0)]
                guard !counter.isEmpty else { continue }
                lines += counter.text(name, labels: "operation=\"\(operation.rawValue)\",rejected=\"\(isRejected)\",\(labels)")
            }
        }
        return lines
    }
}

/// The plugins by what they do, each with its times.
package struct AdmissionChain: Sendable {
    /// A class, so that every write walks over all of them without copying them.
    final class Link<Plugin: Sendable>: Sendable {
        let plugin: Plugin
        let name: String
        let times = AdmissionTimes()

        init(plugin: Plugin, name: String) {
            self.plugin = plugin
            self.name = name
        }
    }

    let mutating: [Link<any MutatingPlugin>]
    let validating: [Link<any ValidatingPlugin>]
    let charging: [Link<any ChargingPlugin>]
    /// These stand for what upstream has no plugins for, and are not timed.
    let screening: [any ScreeningPlugin]
    let mutation = AdmissionTimes()
    let validation = AdmissionTimes()

    init(_ plugins: [any AdmissionPlugin]) {
        mutating = plugins.compactMap { plugin in (plugin as? any MutatingPlugin).map { Link(plugin: $0, name: plugin.name) } }
        validating = plugins.compactMap { plugin in (plugin as? any ValidatingPlugin).map { Link(plugin: $0, name: plugin.name) } }
        charging = plugins.compactMap { plugin in (plugin as? any ChargingPlugin).map { Link(plugin: $0, name: plugin.name) } }
        screening = plugins.compactMap { $0 as? any ScreeningPlugin }
    }

    /// How long admission takes, under upstream's names. What plugins charge is a part of their validation, as upstream has it.
    package var metricsText: String {
        let step = "apiserver_admission_step_admission_duration_seconds"
        let controller = "apiserver_admission_controller_admission_duration_seconds"
        func lines(_ name: String, _ times: AdmissionTimes, _ type: String) -> String {
            times.text(controller, labels: "name=\"\(name)\",type=\"\(type)\"")
        }
        return metricHead(step, "histogram", "How long each step of admission takes.")
            + mutation.text(step, labels: "type=\"admit\"") + validation.text(step, labels: "type=\"validate\"")
            + metricHead(controller, "histogram", "How long each admission plugin takes.")
            + mutating.map { lines($0.name, $0.times, "admit") }.joined()
            + validating.map { lines($0.name, $0.times, "validate") }.joined()
            + charging.map { lines($0.name, $0.times, "validate") }.joined()
    }
}
