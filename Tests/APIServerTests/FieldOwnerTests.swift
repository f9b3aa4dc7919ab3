import HTTPTransport
import JSON
import Testing
import Values

/// Who owns which field, as upstream's API server answers: compared with one side by side.
@Suite struct FieldOwnerTests {
    private static let maps = "/api/v1/namespaces/default/configmaps"
    private static let merge: HTTPFields = ["Content-Type": "application/merge-patch+json"]
    private static let apply: HTTPFields = ["Content-Type": "application/apply-patch+yaml"]

    private func sent(
        _ server: Served, _ method: String, _ path: String, _ body: String, _ headers: HTTPFields = [:]
    ) async throws -> (code: Int, value: Value) {
        let answer = try await server.send(method, path, body, headers: headers)
        return (answer.status, try JSONParser.parse(answer.body))
    }

    @Test func `an empty list forgets who owns what, as one empty entry does`() async throws {
        try await withAPIServer { server in
            _ = try await sent(server, "POST", "\(Self.maps)?fieldManager=x", "{\"metadata\":{\"name\":\"a\"},\"data\":{\"k\":\"v\"}}")
            let path = "\(Self.maps)/a"
            for list in ["[]", "[{}]"] {
                let body = "{\"metadata\":{\"managedFields\":\(list)}}"
                let tried = try await sent(server, "PATCH", "\(path)?dryRun=All", body, Self.merge)
                #expect(tried.code == 200)
                #expect(tried.value["metadata"]?["managedFields"] == nil)
                let strategic = try await sent(
                    server, "PATCH", "\(path)?dryRun=All", body, ["Content-Type": "application/strategic-merge-patch+json"])
                #expect(strategic.value["metadata"]?["managedFields"] == nil)
                let step = "[{\"op\":\"replace\",\"path\":\"/metadata/managedFields\",\"value\":\(list)}]"
                let steps = try await sent(
                    server, "PATCH", "\(path)?dryRun=All", step, ["Content-Type": "application/json-patch+json"])
                #expect(steps.value["metadata"]?["managedFields"] == nil)
                let whole = "{\"metadata\":{\"name\":\"a\",\"managedFields\":\(list)},\"data\":{\"k\":\"v\"}}"
                let put = try await sent(server, "PUT", "\(path)?dryRun=All", whole)
                #expect(put.value["metadata"]?["managedFields"] == nil)
            }
            #expect(try await server.value(path)["metadata"]?["managedFields"]?.array?.count == 1)
            let none = try await sent(server, "PATCH", path, "{\"metadata\":{\"managedFields\":null}}", Self.merge)
            #expect(none.value["metadata"]?["managedFields"]?.array?.count == 1)
            _ = try await sent(server, "PATCH", path, "{\"metadata\":{\"managedFields\":[]}}", Self.merge)
            #expect(try await server.value(path)["metadata"]?["managedFields"] == nil)
        }
    }

    @Test func `replicas that are applied belong to who applied them`() async throws {
        try await withAPIServer { server in
            let path = "/apis/apps/v1/namespaces/default/deployments"
            let pod = "{\"metadata\":{\"labels\":{\"a\":\"b\"}},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}"
            let spec = "{\"replicas\":1,\"selector\":{\"matchLabels\":{\"a\":\"b\"}},\"template\":\(pod)}"
            _ = try await sent(server, "POST", "\(path)?fieldManager=creator", "{\"metadata\":{\"name\":\"d\"},\"spec\":\(spec)}")
            func scaled(_ replicas: Int, _ manager: String, _ more: String = "") async throws -> (code: Int, value: Value) {
                try await sent(
                    server, "PATCH", "\(path)/d/scale?fieldManager=\(manager)",
                    "{\"apiVersion\":\"autoscaling/v1\",\"kind\":\"Scale\",\"metadata\":{\"name\":\"d\"},\"spec\":{\"replicas\":\(replicas)}\(more)}",
                    Self.apply)
            }
            func owners() async throws -> [String] {
                (try await server.value("\(path)/d")["metadata"]?["managedFields"]?.array ?? []).compactMap { entry in
                    guard entry[path: "fieldsV1", "f:spec", "f:replicas"] != nil else { return nil }
                    return [entry["manager"], entry["operation"], entry["apiVersion"], entry["subresource"]]
                        .compactMap { $0?.string }.joined(separator: " ")
                }
            }
            let refused = try await scaled(3, "x")
            #expect(refused.code == 409)
            #expect(
                refused.value["message"] == "Apply failed with 1 conflict: conflict with \"creator\" using autoscaling/v1: .spec.replicas")
            // The same number is everybody's.
            #expect(try await scaled(1, "x").code == 200)
            #expect(try await owners() == ["x Apply apps/v1 scale", "creator Update apps/v1"])
            #expect(try await scaled(4, "x&force=true").code == 200)
            #expect(try await owners() == ["x Apply apps/v1 scale"])
            let second = try await scaled(5, "y")
            #expect(
                second.value["message"] == "Apply failed with 1 conflict: conflict with \"x\" with subresource \"scale\": .spec.replicas")
            #expect(try await scaled(6, "x").code == 200)
            #expect(try await server.value("\(path)/d")["spec"]?["replicas"] == 6)
            let unknown = try await scaled(6, "x", ",\"zz\":1")
            #expect(unknown.code == 500)
            #expect(
                unknown.value["message"]
                    == "failed to create typed patch object (/d; autoscaling/v1, Kind=Scale): .zz: field not declared in schema")
            let kind = try await sent(
                server, "PATCH", "\(path)/d/scale?fieldManager=x", "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\"}", Self.apply)
            #expect(kind.value["message"] == "invalid object type: apps/v1, Kind=Deployment")
        }
    }

    @Test func `an apply without a manager is refused before it is read`() async throws {
        try await withAPIServer { server in
            for body in ["", "{", "not: [yaml", "{}"] {
                for path in ["\(Self.maps)/a", "/apis/apps/v1/namespaces/default/deployments/d/scale"] {
                    let answer = try await sent(server, "PATCH", path, body, Self.apply)
                    #expect(answer.code == 422)
                    #expect(
                        answer.value["message"]
                            == "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch")
                }
            }
            let odd = try await sent(server, "PATCH", "\(Self.maps)/a?fieldManager=%00", "{", Self.apply)
            #expect(
                odd.value["message"]
                    == "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Invalid value: \"\\x00\": invalid character U+0000 (at position 0)"
            )
        }
    }
}
