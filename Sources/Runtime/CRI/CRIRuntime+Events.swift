import HTTPTransport
import SchemaEngine

extension CRIRuntime {
    /// Three ways to learn of an exit, best first: containerd's event service, CRI's events (containerd 1.7, CRI-O),
    /// asking every second.
    package func events() -> AsyncStream<String> {
        // Ids collapse in the agent; should a burst overflow, the oldest go and the agent's periodic look finds what they told.
        AsyncStream(bufferingPolicy: .bufferingNewest(4096)) { continuation in
            let task = Task {
                var source = EventSource.containerd
                while !Task.isCancelled {
                    // Whatever happened while nobody listened is found by a look at everything.
                    continuation.yield("")
                    do {
                        switch source {
                        case .containerd: try await containerdEvents { continuation.yield($0) }
                        case .cri: try await criEvents { continuation.yield($0) }
                        case .polling: try await clock.sleep(for: .seconds(1))
                        }
                    } catch is CancellationError {
                        break
                    } catch let error as RuntimeError where error.code == .unimplemented {
                        source = source == .containerd ? .cri : .polling
                        continue
                    } catch {
                        try? await clock.sleep(for: .milliseconds(200))
                    }
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    private enum EventSource { case containerd, cri, polling }

    private func containerdEvents(_ yield: @Sendable @escaping (String) -> Void) async throws {
        try await stream(.containerdEvents, "Subscribe") {
            $0.string(1, "namespace==k8s.io,topic~=^/tasks/(exit|oom|start)")
        } each: { (envelope: Envelope) in
            guard let event = try? TaskEvent(protobuf: envelope.event.value) else { return yield("") }
            // An exec session's end is reported under its container with an id of its own.
            guard event.id.isEmpty || event.id == event.containerID else { return }
            yield(event.containerID)
            if envelope.topic == "/tasks/exit" { Task { await self.awaitEnd(of: event.containerID, yield) } }
        }
    }

    /// containerd's CRI part learns of an exit from the same event, maybe later than we do: tells again once it knows.
    private func awaitEnd(of container: String, _ yield: @Sendable (String) -> Void) async {
        var pause = Duration.milliseconds(5)
        while pause < .seconds(3) {
            // A sandbox, or one that is removed already, has no status to wait for.
            guard let status = try? await containerStatus(container), status.state == .running else { break }
            do { try await clock.sleep(for: pause) } catch { return }
            pause *= 2
        }
        yield(container)
    }

    private func criEvents(_ yield: @Sendable @escaping (String) -> Void) async throws {
        // Field 1 of an event is its container's id.
        try await stream(.runtime, "GetContainerEvents", each: { (event: CRITextResponse) in yield(event.text) })
    }

    // containerd's event service (package containerd.services.events.v1), which tells of exits the moment they happen on versions
    // whose CRI has no events.

    private struct Envelope: ProtobufMessage {
        var topic = ""
        var event = Content()

        mutating func visit(_ fields: inout ProtobufCodec) {
            fields.text(3, &topic)
            fields.message(4, &event)
        }
    }

    private struct Content: ProtobufMessage {
        var value: [UInt8] = []

        mutating func visit(_ fields: inout ProtobufCodec) { fields.data(2, &value) }
    }

    private struct TaskEvent: ProtobufMessage {
        var containerID = ""
        var id = ""

        mutating func visit(_ fields: inout ProtobufCodec) {
            fields.text(1, &containerID)
            fields.text(2, &id)
        }
    }
}
