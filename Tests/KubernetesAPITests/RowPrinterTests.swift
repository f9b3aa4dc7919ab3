import Core
import JSON
import KubernetesAPI
import SchemaEngine
import Testing
import Values

@Suite("Rows of tables")
struct RowPrinterTests {
    static let now = Timestamp(rfc3339: "2026-11-21T12:00:00Z") ?? Timestamp(seconds: 0)

    private func resource(_ name: String, _ group: String = "") throws -> ResourceSchema {
        try #require(BuiltInSchema.shared.resource(GroupVersionResource(group: group, version: "v1", resource: name)))
    }

    private func cells(_ object: Value, _ name: String, _ group: String = "") throws -> [Value] {
        RowPrinter(try resource(name, group), now: Self.now).row(of: object).cells
    }

    @Test("have a cell for each column, of every kind, even of an empty object")
    func everyKind() {
        for resource in BuiltInSchema.shared.resources where !resource.columns.isEmpty {
            let row = RowPrinter(resource, now: Self.now).row(of: ["metadata": ["name": "x"]])
            #expect(row.cells.count == resource.columns.count, "\(resource.resource)")
        }
    }

    @Test(
        "tell the state of a pod as upstream does",
        arguments: [
            (#"{"status":{"phase":"Pending"}}"#, "0/1", "Pending", "0"),
            (
                #"{"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}],"containerStatuses":[{"name":"c","ready":true,"restartCount":2,"state":{"running":{}},"lastState":{"terminated":{"exitCode":1,"finishedAt":"2026-11-21T11:55:00Z"}}}]}}"#,
                "1/1", "Running", "2 (5m ago)"
            ),
            (
                #"{"status":{"phase":"Running","containerStatuses":[{"name":"c","restartCount":3,"state":{"waiting":{"reason":"CrashLoopBackOff"}}}]}}"#,
                "0/1", "CrashLoopBackOff", "3"
            ),
            (
                #"{"status":{"phase":"Succeeded","containerStatuses":[{"name":"c","restartCount":0,"state":{"terminated":{"exitCode":0,"reason":"Completed"}}}]}}"#,
                "0/1", "Completed", "0"
            ),
            (
                #"{"status":{"phase":"Failed","containerStatuses":[{"name":"c","restartCount":0,"state":{"terminated":{"exitCode":3}}}]}}"#,
                "0/1", "ExitCode:3", "0"
            ),
            (#"{"metadata":{"deletionTimestamp":"2026-11-21T11:59:00Z"},"status":{"phase":"Running"}}"#, "0/1", "Terminating", "0"),
            (
                #"{"spec":{"containers":[{"name":"c"}],"initContainers":[{"name":"i"},{"name":"j"}]},"status":{"phase":"Pending","initContainerStatuses":[{"name":"i","restartCount":0,"state":{"terminated":{"exitCode":0}}},{"name":"j","restartCount":1,"state":{"running":{}}}]}}"#,
                "0/1", "Init:1/2", "1"
            ),
            (
                #"{"spec":{"containers":[{"name":"c"}],"initContainers":[{"name":"i"}]},"status":{"phase":"Pending","initContainerStatuses":[{"name":"i","restartCount":0,"state":{"terminated":{"exitCode":7,"reason":"Error"}}}]}}"#,
                "0/1", "Init:Error", "0"
            ),
            (
                #"{"spec":{"containers":[{"name":"c"}],"initContainers":[{"name":"s","restartPolicy":"Always"}]},"status":{"phase":"Running","initContainerStatuses":[{"name":"s","ready":true,"started":true,"restartCount":1,"state":{"running":{}}}],"containerStatuses":[{"name":"c","ready":true,"restartCount":0,"state":{"running":{}}}]}}"#,
                "2/2", "Running", "1"
            ),
            (
                #"{"status":{"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","reason":"SchedulingGated"}]}}"#,
                "0/1", "SchedulingGated", "0"
            ),
        ])
    func pods(_ text: String, _ ready: String, _ status: String, _ restarts: String) throws {
        var pod = try JSONParser.parse(text)
        if pod["spec"] == nil { pod["spec"] = ["containers": [["name": "c"]]] }
        let cells = try cells(pod, "pods")
        #expect(cells[1...3].map(\.string) == [ready, status, restarts])
    }

    @Test("show services, deployments, nodes and events in upstream's words")
    func others() throws {
        let service: Value = [
            "metadata": ["name": "web", "creationTimestamp": "2026-11-21T09:59:00Z"],
            "spec": [
                "type": "NodePort", "clusterIPs": ["10.0.0.7"], "selector": ["b": "2", "a": "1"],
                "ports": [["port": 80, "nodePort": 30080, "protocol": "TCP"], ["port": 53, "protocol": "UDP"]],
            ],
        ]
        #expect(try cells(service, "services") == ["web", "NodePort", "10.0.0.7", "<none>", "80:30080/TCP,53/UDP", "121m", "a=1,b=2"])
        let deployment: Value = [
            "metadata": ["name": "web", "creationTimestamp": "2026-11-18T10:00:00Z"],
            "spec": [
                "replicas": 3, "selector": ["matchExpressions": [["key": "a", "operator": "In", "values": ["y", "x"]]]],
                "template": ["spec": ["containers": [["name": "c", "image": "i:1"], ["name": "d", "image": "j"]]]],
            ],
            "status": ["readyReplicas": 2, "updatedReplicas": 3],
        ]
        #expect(try cells(deployment, "deployments", "apps") == ["web", "2/3", 3, 0, "3d2h", "c,d", "i:1,j", "a in (x,y)"])
        let node: Value = [
            "metadata": ["name": "n", "labels": ["node-role.kubernetes.io/control-plane": ""]], "spec": ["unschedulable": true],
            "status": [
                "conditions": [["type": "Ready", "status": "True"]], "nodeInfo": ["kernelVersion": "6.1", "architecture": "amd64"],
            ],
        ]
        #expect(try cells(node, "nodes")[1...3].map(\.string) == ["Ready,SchedulingDisabled", "control-plane", "<unknown>"])
        #expect(try cells(node, "nodes")[8] == "6.1 (amd64)")
        let event: Value = [
            "metadata": ["name": "e"], "lastTimestamp": "2026-11-21T11:59:30Z", "type": "Warning", "reason": "BackOff", "message": " no \n",
            "involvedObject": ["kind": "Pod", "name": "p"], "source": ["component": "kubelet", "host": "n"], "count": 4,
        ]
        #expect(
            try cells(event, "events") == ["30s", "Warning", "BackOff", "pod/p", "", "kubelet, n", "no", "<unknown>", 4, "e"])
    }

    @Test("are the same when only what they show is read of an object")
    func reading() throws {
        var objects = RandomObjects(seed: 7)
        for resource in BuiltInSchema.shared.resources {
            for _ in 0..<(resource.kind.kind == "Pod" ? 100 : 12) {
                let object = objects.object(resource.structure)
                try check(JSONWriter.encode(object), resource, "\(resource.kind.kind)")
            }
        }
    }

    @Test("are the same of custom columns, too")
    func readingPaths() throws {
        var pods = try resource("pods")
        func column(_ name: String, _ type: String, _ path: String) -> ResourceSchema.Column {
            var column = ResourceSchema.Column(name: name, type: type)
            column.path = path
            return column
        }
        pods.columns = [
            column("Name", "string", ""), column("Phase", "string", ".status.phase"), column("Age", "date", ".metadata.creationTimestamp"),
            column("Ready", "string", ".status.conditions[?(@.type==\"Ready\")].status"), column("Zone", "string", ".metadata.labels.cpu"),
            column("Image", "string", ".spec.containers[0].image"), column("Containers", "string", ".spec.containers"),
            column("Priority", "integer", ".spec.priority"), column("Nothing", "string", ".no.such.member"),
            column("Role", "string", ".metadata.labels.kubernetes\\.io/role"), column("Quoted", "string", ".metadata['name']"),
        ]
        var objects = RandomObjects(seed: 8)
        // With a path that begins otherwise the whole object is read.
        for columns in [pods.columns, pods.columns + [column("Odd", "string", "['metadata'].name")]] {
            pods.columns = columns
            for _ in 0..<50 { try check(JSONWriter.encode(objects.object(pods.structure)), pods, "\(columns.count) columns") }
        }
    }

    private func check(_ text: [UInt8], _ resource: ResourceSchema, _ name: String) throws {
        let printer = RowPrinter(resource, now: Self.now)
        let (row, metadata) = try printer.row(of: text)
        let expected = printer.row(of: try JSONParser.parse(text))
        #expect(row == expected, "\(name) \(String(decoding: text, as: UTF8.self))")
        if let metadata { #expect(try metadata == JSONScanner.range(of: "metadata", in: text)) }
        guard printer.isConstant else { return }
        // What was kept tells other ages later.
        let kept = KeptRow(bytes: try printer.keptRow(of: text).bytes)
        #expect(kept.metadata == metadata)
        guard kept.metadata != nil else { return }
        for pause in [0, 90, 100_000] {
            let now = Self.now + .seconds(pause)
            var (some, expected) = (JSONWriter(), JSONWriter())
            kept.write(at: now, to: &some)
            RowPrinter(resource, now: now).row(of: try JSONParser.parse(text)).write(to: &expected)
            #expect(some.take() == expected.take(), "\(name) \(String(decoding: text, as: UTF8.self))")
        }
    }

    @Test("are not kept of objects that have characters like the marks of ages")
    func marks() throws {
        let printer = RowPrinter(try resource("pods"), now: Self.now)
        let text = JSONWriter.encode(["metadata": ["name": "a\u{10FFFF}1\u{10FFFF}"]])
        #expect(try printer.keptRow(of: text).bytes.isEmpty)
        #expect(try printer.keptRow(of: JSONWriter.encode(["kind": "Pod"])).bytes.isEmpty)
        #expect(try printer.row(of: text).row.cells.first == "a\u{10FFFF}1\u{10FFFF}")
    }

    @Test("shade pods that have ended")
    func conditions() throws {
        let printer = RowPrinter(try resource("pods"), now: Self.now)
        #expect(printer.row(of: ["status": ["phase": "Running"]]).conditions.isEmpty)
        for phase in ["Succeeded", "Failed"] {
            let condition = try #require(printer.row(of: ["status": ["phase": .string(phase)]]).conditions.first)
            #expect(condition["type"] == "Completed" && condition["status"] == "True" && condition["reason"] == .string(phase))
        }
    }

    @Test(
        "give ages in as few words as say enough",
        arguments: [
            (-5, "<invalid>"), (0, "0s"), (119, "119s"), (120, "2m"), (125, "2m5s"), (600, "10m"), (10_799, "179m"), (10_800, "3h"),
            (11_100, "3h5m"), (28_800, "8h"), (172_799, "47h"), (172_800, "2d"), (180_000, "2d2h"), (691_200, "8d"), (63_072_000, "2y"),
            (63_158_400, "2y1d"), (252_288_000, "8y"),
        ])
    func ages(_ seconds: Int, _ expected: String) {
        #expect(HumanDuration.text(.seconds(seconds)) == expected)
    }

    @Test(
        "follow the paths of custom columns",
        arguments: [
            (".spec.a", "1"), (".spec.list[1].b", "2"), (".spec.conditions[?(@.type==\"Ready\")].status", "True"),
            (".metadata.labels.app\\.io/name", "n"), (".spec.list[*].b", "1"),
        ])
    func paths(_ path: String, _ expected: String) throws {
        let object: Value = [
            "metadata": ["labels": ["app.io/name": "n"]],
            "spec": [
                "a": "1", "list": [["b": "1"], ["b": "2"]],
                "conditions": [["type": "A", "status": "False"], ["type": "Ready", "status": "True"]],
            ],
        ]
        #expect(JSONPath(path)?.value(in: object) == .string(expected))
    }
}
