import HTTPTransport
import JSON
import KubernetesAPI
import SchemaEngine
import Testing
import Values

@Suite struct TableTests {
    private static let accept: HTTPFields = ["Accept": "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"]
    private static let maps = "/api/v1/namespaces/default/configmaps"

    private func create(_ name: String, _ server: Served) async throws {
        let body = #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"\#(name)"},"data":{"k":"1","l":"2"}}"#
        #expect(try await server.send("POST", Self.maps, body, headers: ["Content-Type": "application/json"]).status == 201)
    }

    @Test func `rows carry the object, its metadata or nothing`() async throws {
        try await withAPIServer { server in
            try await create("a", server)
            try await create("b", server)
            func table(_ query: String) async throws -> Value { try await server.value("\(Self.maps)\(query)", headers: Self.accept) }
            let whole = try await server.value("\(Self.maps)/a")
            // What was kept of a row is of this revision and not of the next.
            let change = #"{"data":{"m":"3"}}"#
            let merge: HTTPFields = ["Content-Type": "application/merge-patch+json"]
            _ = try await table("")
            #expect(try await server.send("PATCH", "\(Self.maps)/b", change, headers: merge).status == 200)
            for query in ["", "?includeObject=Metadata"] {
                let table = try await table(query)
                #expect(table["columnDefinitions"]?.array?.compactMap { $0["name"]?.string } == ["Name", "Data", "Age"])
                #expect(table["rows"]?.array?.compactMap { $0["cells"]?.array?.prefix(2) } == [["a", 2], ["b", 3]])
                let object = try #require(table["rows"]?.array?.first?["object"])
                #expect(object["kind"] == "PartialObjectMetadata" && object["apiVersion"] == "meta.k8s.io/v1")
                #expect(object["metadata"] == whole["metadata"] && object["data"] == nil)
            }
            let none = try await table("?includeObject=None")
            #expect(none["rows"]?.array?.count == 2)
            #expect(none["rows"]?.array?.first?["object"] == .null)
            #expect(try await table("?includeObject=Object")["rows"]?.array?.first?["object"] == whole)
            let one = try await table("/a?includeObject=Object")
            #expect(one["metadata"]?["resourceVersion"] == whole["metadata"]?["resourceVersion"])
            #expect(one["rows"]?.array?.first?["object"] == whole)
        }
    }

    @Test func `every column says what it shows`() async throws {
        for resource in BuiltInSchema.shared.resources {
            for column in resource.columns {
                #expect(!ColumnDescriptions.text(column.name, of: resource.kind.kind).isEmpty, "\(resource.kind.kind) \(column.name)")
            }
        }
        try await withAPIServer { server in
            let pods = try await server.value("/api/v1/namespaces/default/pods", headers: Self.accept)
            let columns = pods["columnDefinitions"]?.array ?? []
            #expect(columns.first?["description"] == "The name of the object.")
            #expect(columns.first { $0["name"] == "Ready" }?["description"] == "How many containers are ready, of how many.")
        }
    }

    @Test func `a watch tells the columns once`() async throws {
        try await withAPIServer { server in
            try await create("a", server)
            try await create("b", server)
            let answer = try await server.client.send(
                .init(
                    "GET", server.target,
                    "\(Self.maps)?watch=true&includeObject=None&sendInitialEvents=true"
                        + "&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true", headers: Self.accept))
            var text: [UInt8] = []
            while text.count(where: { $0 == 0x0A }) < 3, let part = try await answer.body.read() { text += part }
            answer.discard()
            let events = try text.split(separator: 0x0A).prefix(3).map { try JSONParser.parse(Array($0)) }
            #expect(events.map { $0["type"]?.string } == ["ADDED", "ADDED", "BOOKMARK"])
            let tables = events.compactMap { $0["object"] }
            #expect(tables.map { $0["columnDefinitions"]?.array?.count } == [3, nil, nil])
            #expect(tables.map { $0["columnDefinitions"] == .null } == [false, true, true])
            let rows = tables.compactMap { $0["rows"]?.array?.first }
            #expect(rows.prefix(2).map { $0["cells"]?.array?.first } == ["a", "b"])
            #expect(rows.prefix(2).allSatisfy { $0["object"] == .null })
            // Who asked for no objects must still see where the list ends.
            #expect(rows.last?[path: "object", "metadata", "annotations", "k8s.io/initial-events-end"] == "true")
        }
    }
}
