import Core
import JSON
import ResourceEngine
import TestSupport
import Values

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Measures what the writes of a pod's life cost in the engine alone, without HTTP and disk: its creation, its binding to a node, and
/// its status as a node reports it. Usage: EngineBenchmark [PODS [ROUNDS]]. Prints microseconds of processors' time for each, one line a
/// round. Under `valgrind --tool=callgrind` it counts instructions, which are the same on a busy machine.
@main
enum EngineBenchmark {
    static let pods = GroupVersionResource(group: "", version: "v1", resource: "pods")

    static func main() {
        let arguments = CommandLine.arguments
        let podCount = arguments.count > 1 ? Int(arguments[1]) ?? 3000 : 3000
        let rounds = arguments.count > 2 ? Int(arguments[2]) ?? 5 : 5
        // Off the main thread, which every request would have to come back to; valgrind wants that thread to stay.
        let end = End()
        Task.detached {
            do { try await measure(podCount, rounds) } catch { print("failed: \(error)") }
            end.raise()
        }
        end.wait()
    }

    /// What the main thread waits for.
    private final class End: @unchecked Sendable {
        private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
        init() { sem_init(semaphore, 0, 0) }
        func raise() { sem_post(semaphore) }
        func wait() { while sem_wait(semaphore) != 0 {} }
    }

    private static func measure(_ podCount: Int, _ rounds: Int) async throws {
        let engine = try await TestCluster().engine
        for round in 1...rounds {
            var microseconds: [String] = []
            for (step, make) in [("create", creation), ("bind", binding), ("status", report)] {
                let requests = (0..<podCount).map { make("pod-\(round)-\($0)") }
                let start = processorTime()
                for request in requests { _ = try await engine.perform(request) }
                let each = (processorTime() - start) * 1_000_000 / Double(podCount)
                microseconds.append("\(step) \(Int(each)) us")
            }
            print(microseconds.joined(separator: "  "))
        }
    }

    private static func request(_ verb: Verb, _ name: String, _ body: Value) -> APIRequest {
        var request = APIRequest(verb: verb, resource: pods, user: UserInfo(name: "admin", groups: ["system:masters"]))
        request.namespace = "default"
        request.name = name
        request.userAgent = "benchmark"
        request.body = .bytes(Array(JSONWriter.string(body).utf8), contentType: "application/json")
        return request
    }

    private static func creation(_ name: String) -> APIRequest {
        request(
            .create, "",
            [
                "apiVersion": "v1", "kind": "Pod", "metadata": ["name": .string(name), "namespace": "default"],
                "spec": [
                    "terminationGracePeriodSeconds": 0, "automountServiceAccountToken": false,
                    "containers": [
                        [
                            "name": "c", "image": "registry.example/pause:1",
                            "resources": ["requests": ["cpu": "10m", "memory": "10Mi"]],
                        ]
                    ],
                ],
            ])
    }

    private static func binding(_ name: String) -> APIRequest {
        var binding = request(
            .create, name,
            ["apiVersion": "v1", "kind": "Binding", "metadata": ["name": .string(name)], "target": ["kind": "Node", "name": "node-1"]])
        binding.subresource = "binding"
        return binding
    }

    private static func report(_ name: String) -> APIRequest {
        let time: Value = "2026-01-01T00:00:00Z"
        let conditions = ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"].map { type -> Value in
            ["type": .string(type), "status": "True", "lastProbeTime": .null, "lastTransitionTime": time]
        }
        var report = request(
            .patch, name,
            [
                "status": [
                    "phase": "Running", "startTime": time, "hostIP": "10.0.0.1", "hostIPs": [["ip": "10.0.0.1"]], "podIP": "10.1.0.1",
                    "podIPs": [["ip": "10.1.0.1"]], "conditions": .array(conditions),
                    "containerStatuses": [
                        [
                            "name": "c", "image": "registry.example/pause:1", "imageID": "registry.example/pause:1", "containerID": "x://c",
                            "ready": true, "started": true, "restartCount": 0, "state": ["running": ["startedAt": time]],
                        ]
                    ],
                ]
            ])
        report.subresource = "status"
        report.patchType = .strategicMerge
        return report
    }

    /// Seconds of processors' time that this process has taken.
    private static func processorTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
