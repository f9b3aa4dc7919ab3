import Core
import KubernetesAPI
import Runtime

extension PodWorker {
    /// Sees to it that every running container has its probes, each instance once.
    func startProbes(_ observation: PodObservation) {
        let pod = pod
        for (name, instances) in observation.containers {
            guard let status = instances.first, status.state == .running, let container = pod.container(named: name) else { continue }
            guard state.withLock({ $0.probed.insert(status.id).inserted }) else { continue }
            begin(container, status, observation, pod)
        }
    }

    private func begin(_ container: Container, _ status: CRIContainerStatus, _ observation: PodObservation, _ pod: Pod) {
        let id = status.id
        // An agent that comes back takes over what was known of a container that ran on.
        let known = (Array(pod.status.containerStatuses) + Array(pod.status.initContainerStatuses)).first {
            $0.containerID.hasSuffix("://\(id)")
        }
        var results = ProbeResults()
        results.isStarted = container.startupProbe == nil || known?.started == true
        results.isReady = results.isStarted && (container.readinessProbe == nil || known?.ready == true)
        let first = results
        state.withLock { $0.probes[id] = first }
        let address = pod.spec.hostNetwork == true ? context.agent.address : observation.addresses.first ?? context.agent.address
        let subject = ContainerActions.Subject(containerID: id, container: container, address: address)
        let started = Timestamp(nanoseconds: status.startedAt)
        for (kind, probe) in [
            (Prober.Kind.startup, container.startupProbe), (.liveness, container.livenessProbe), (.readiness, container.readinessProbe),
        ] {
            guard let probe, kind != .startup || !results.isStarted else { continue }
            let prober = Prober(
                kind: kind, probe: probe, subject: subject, actions: context.actions, clock: context.clock, started: started)
            context.tasks.add { [self] in
                await prober.run(
                    isWanted: { state.withLock { $0.probes[id] != nil && $0.stopping[id] == nil && $0.ended[id] == nil } },
                    isDue: { kind == .startup || state.withLock { $0.probes[id]?.isStarted == true } },
                    failed: { record(container.name, .warning, "Unhealthy", "\(kind.rawValue) probe failed: \($0)") },
                    warned: { record(container.name, .warning, "ProbeWarning", "\(kind.rawValue) probe warning: \($0)") },
                    counted: { isSuccess in
                        context.probes.add(
                            .init(
                                namespace: pod.metadata.namespace, pod: pod.metadata.name, uid: pod.metadata.uid, container: container.name,
                                kind: kind.rawValue, isSuccess: isSuccess))
                    },
                    verdict: { note($0, kind, container, id) })
            }
        }
    }

    private func note(_ verdict: Prober.Verdict, _ kind: Prober.Kind, _ container: Container, _ id: String) {
        state.withLock { state in
            guard state.probes[id] != nil else { return }
            switch (kind, verdict) {
            case (.startup, .passes):
                state.probes[id]?.isStarted = true
                if container.readinessProbe == nil { state.probes[id]?.isReady = true }
            case (.startup, .fails):
                state.probes[id]?.gracePeriod = container.startupProbe?.terminationGracePeriodSeconds
                state.probes[id]?.failure = "Container \(container.name) failed startup probe, will be restarted"
            case (.liveness, .passes): break
            case (.liveness, .fails):
                state.probes[id]?.gracePeriod = container.livenessProbe?.terminationGracePeriodSeconds
                state.probes[id]?.failure = "Container \(container.name) failed liveness probe, will be restarted"
            case (.readiness, .passes): state.probes[id]?.isReady = true
            case (.readiness, .fails): state.probes[id]?.isReady = false
            }
        }
        wake()
    }
}
