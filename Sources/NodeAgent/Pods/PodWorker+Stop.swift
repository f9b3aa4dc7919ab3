import Core
import KubernetesAPI
import Runtime

// MARK: - Ending containers

extension PodWorker {
    /// Stops a container in a task of its own: hook, signal, grace, SIGKILL.
    func stop(_ name: String, _ id: String, _ grace: Int64, _ why: String) {
        let now = context.clock.now
        let (isFirst, deadline) = state.withLock { state in
            defer { state.stopping[id] = grace }
            let asked = now + .seconds(grace)
            let deadline = min(state.stopDeadlines[id] ?? asked, asked)
            state.stopDeadlines[id] = deadline
            return (state.stopping[id] == nil, deadline)
        }
        if isFirst { record(name, .normal, "Killing", why) }
        let hook = isFirst ? pod.container(named: name)?.lifecycle?.preStop : nil
        context.tasks.add { [self] in
            var left = min(grace, max(0, Int64((deadline - now).seconds.rounded(.up))))
            if let hook, grace > 0, let container = pod.container(named: name) {
                let began = context.clock.now
                let address = context.statuses.latest(pod.metadata.uid)?.podIP ?? ""
                let subject = ContainerActions.Subject(
                    containerID: id, container: container, address: address.isEmpty ? context.agent.address : address)
                if await context.actions.run(hook, subject, seconds: grace) != nil, !Task.isCancelled {
                    record(name, .warning, "FailedPreStopHook", "PreStopHook failed")
                }
                // However long the hook took, the signal gets two seconds to work.
                left = max(2, grace - Int64((context.clock.now - began).seconds))
            }
            do {
                try await context.runtime.stopContainer(id, gracePeriod: left)
                state.withLock { _ = $0.stopDeadlines.removeValue(forKey: id) }
            } catch let error as RuntimeError where error.code == .notFound {
                // It is gone: that is what was wanted.
            } catch {
                if !Task.isCancelled {
                    context.logger.warning("a container cannot be stopped", metadata: ["container": "\(id)", "error": "\(error)"])
                    try? await context.clock.sleep(for: .seconds(1))
                }
            }
            state.withLock { state in
                if state.stopping[id] == grace { state.stopping[id] = nil }
            }
            wake()
        }
    }
}
