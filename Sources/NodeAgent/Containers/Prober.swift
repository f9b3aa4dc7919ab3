import Core
import KubernetesAPI

/// Runs one probe of one container instance, again and again, and tells what changes.
struct Prober: Sendable {
    enum Kind: String, Sendable {
        case startup = "Startup"
        case liveness = "Liveness"
        case readiness = "Readiness"
    }

    /// A row of equal outcomes reached its threshold.
    enum Verdict: Sendable {
        case passes
        case fails(String)
    }

    let kind: Kind
    let probe: Probe
    let subject: ContainerActions.Subject
    let actions: ContainerActions
    let clock: any Clock
    let started: Timestamp

    /// Probes until `isWanted` says no or the task is cancelled. `verdict` is called at each change; `failed` at
    /// each failure, `warned` at each odd success, `counted` at each outcome.
    func run(
        isWanted: @Sendable () -> Bool, isDue: @Sendable () -> Bool, failed: @Sendable (String) -> Void,
        warned: @Sendable (String) -> Void, counted: @Sendable (Bool) -> Void,
        verdict: @Sendable (Verdict) -> Void
    ) async {
        let period = Duration.seconds(max(1, probe.periodSeconds ?? 10))
        let firstDue = started + .seconds(probe.initialDelaySeconds ?? 0)
        var successes = 0
        var failures = 0
        do {
            let wait = firstDue - clock.now
            if wait > .zero { try await clock.sleep(for: wait) }
            while isWanted() {
                if isDue() {
                    let outcome = await once()
                    guard isWanted(), !Task.isCancelled else { return }
                    counted(outcome.isSuccess)
                    if outcome.isSuccess {
                        successes += 1
                        failures = 0
                        if let warning = outcome.warning { warned(warning) }
                        if successes == max(1, probe.successThreshold ?? 1) { verdict(.passes) }
                    } else {
                        failures += 1
                        successes = 0
                        failed(outcome.output)
                        if failures == max(1, probe.failureThreshold ?? 3) { verdict(.fails(outcome.output)) }
                    }
                    // One that has passed has no more to say.
                    if kind == .startup, successes >= 1 { return }
                } else {
                    // Waits for the startup probe: look more often than the period, so that readiness follows at once.
                    try await clock.sleep(for: min(period, .milliseconds(250)))
                    continue
                }
                try await clock.sleep(for: period)
            }
        } catch {
            return
        }
    }

    private func once() async -> ContainerActions.Outcome {
        let seconds = Int64(max(1, probe.timeoutSeconds ?? 1))
        if let exec = probe.exec { return await actions.exec(exec.command, subject, seconds: seconds) }
        if let get = probe.httpGet { return await actions.http(get, subject, seconds: seconds, userAgent: "kube-probe/1.36") }
        if let socket = probe.tcpSocket { return await actions.tcp(socket, subject, seconds: seconds) }
        if let grpc = probe.grpc { return await actions.grpc(grpc, subject, seconds: seconds) }
        return ContainerActions.Outcome(isSuccess: false, output: "the probe has no handler")
    }
}
