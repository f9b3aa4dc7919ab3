import Core
import KubernetesAPI
import Linux
import Logging
import Reconcile
import Runtime

/// What passes note for later ones.
extension PodWorker {
    func noteEnd(_ status: CRIContainerStatus) async {
        let configuration = configuration
        let message = await TerminationMessage.read(status, configuration)
        state.withLock { state in
            state.ended[status.id] = status
            state.probes[status.id] = nil
            if !message.isEmpty { state.messages[status.id] = message }
        }
    }

    func noteReset(_ observation: PodObservation) {
        state.withLock { state in
            guard RestartRules.canRestartAll(state.pod) else { return }
            if observation.containers.isEmpty {
                state.isResetting = false
            } else if RestartRules.restartsAll(state.pod, observation) {
                state.isResetting = true
                state.restarting = []
                state.waiting = [:]
            }
        }
    }

    func noteBackOff(_ plan: PodPlanner.Plan) {
        for (name, text) in plan.backingOff {
            state.withLock { $0.waiting[name] = PodStatusBuilder.Waiting(reason: "CrashLoopBackOff", message: text) }
            let pod = pod
            record(
                name, .warning, "BackOff",
                "Back-off restarting failed container \(name) in pod \(pod.metadata.name)_\(pod.metadata.namespace)(\(pod.metadata.uid))")
        }
    }

    func deadline(_ pod: Pod) -> Timestamp? {
        guard let seconds = pod.spec.activeDeadlineSeconds, let start = Timestamp(rfc3339: pod.status.startTime) else { return nil }
        return start + .seconds(seconds)
    }

    func noteDeadline() {
        let pod = pod
        guard state.withLock({ $0.failure == nil }), let deadline = deadline(pod), deadline <= context.clock.now,
            pod.status.phase != "Succeeded", pod.status.phase != "Failed"
        else { return }
        state.withLock { $0.failure = ("DeadlineExceeded", "Pod was active on the node longer than the specified deadline") }
        context.recorder.record(pod, .normal, "DeadlineExceeded", "Pod was active on the node longer than the specified deadline")
    }

    /// The runtime's own words.
    static func plain(_ error: RuntimeError) -> String {
        error.message.split(separator: " desc = ", maxSplits: 1).last.map(String.init) ?? error.message
    }

    func noteFailure(_ action: PodPlanner.Action, _ error: any Error) {
        let pod = pod
        switch action {
        case .prepare: context.recorder.record(pod, .warning, "FailedMount", "\(error)")
        case .createSandbox:
            context.counts.failedPod()
            context.recorder.record(pod, .warning, "FailedCreatePodSandBox", "Failed to create pod sandbox: \(error)")
        case .stopSandbox:
            context.recorder.record(pod, .warning, "FailedKillPod", "error killing pod: failed to \"KillPodSandbox\": \(error)")
        default: break
        }
        context.logger.warning("a step failed", metadata: ["pod": "\(pod.key)", "step": "\(action)", "error": "\(error)"])
        let now = context.clock.now
        let backoff = Backoff(base: .milliseconds(500), limit: .seconds(60))
        state.withLock { state in
            if case .start(let name, _, _) = action {
                state.startFailures[name, default: 0] += 1
                state.startRetries[name] = now + backoff.delay(failures: state.startFailures[name]!)
            } else {
                state.failures += 1
                state.retry = now + backoff.delay(failures: state.failures)
            }
        }
    }
}
