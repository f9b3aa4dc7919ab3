import Client
import Core
import Logging
import TestSupport
import Testing

import Reconcile

@Suite struct DroppedEventTests {
    @Test func `events beyond the room for them are counted by component`() async throws {
        let transport = ScriptedTransport()
        let recorder = EventRecorder(
            client: Client(transport: transport, fieldManager: "test"), component: "overrun-controller", clock: ManualClock(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, capacity: 1)
        let pod = EventRecorder.Regarding(apiVersion: "v1", kind: "Pod", namespace: "shop", name: "web", uid: "1")
        for number in 0..<3 { recorder.record(pod, .normal, "Many", "number \(number)") }
        let task = Task { await recorder.run() }
        let line = #"martlet_events_dropped_total{component="overrun-controller"} 2"#
        while !Task.isCancelled, !EventRecorder.metricsText.contains(line) { await Task.yield() }
        task.cancel()
        await task.value
        #expect(EventRecorder.metricsText.contains(line))
    }
}
