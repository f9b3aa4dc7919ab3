import HTTPTransport
import JSON
import Testing
import Values

/// What requests may say besides their path, as upstream's API server reads it: compared with one side by side.
@Suite struct ParameterTests {
    private static let maps = "/api/v1/namespaces/default/configmaps"

    private func fill(_ server: Served, _ names: [String]) async throws {
        for name in names {
            let answer = try await server.send(
                "POST", Self.maps, "{\"metadata\":{\"name\":\"\(name)\",\"labels\":{\"n\":\"1\"}},\"data\":{\"a\":\"b\"}}")
            #expect(answer.status == 201)
        }
    }

    private func refusal(
        _ server: Served, _ method: String, _ path: String, _ body: String = "", _ headers: HTTPFields = [:]
    ) async throws -> (code: Int, message: String?) {
        let answer = try await server.send(method, path, body, headers: headers)
        return (answer.status, try? JSONParser.parse(answer.body)["message"]?.string)
    }

    @Test func `an object that is named is got, whatever is said of watching`() async throws {
        try await withAPIServer { server in
            try await fill(server, ["a"])
            #expect(try await server.value("\(Self.maps)/a?watch=true&limit=x")["kind"] == "ConfigMap")
            #expect(try await server.send("GET", "\(Self.maps)/b?watch=true").status == 404)
        }
    }

    @Test func `a deletion that is asked for in an unreadable way is not carried out`() async throws {
        try await withAPIServer { server in
            try await fill(server, ["a"])
            for (body, message) in [
                ("{\"dryRun\":\"All\"}", "json: cannot unmarshal string into Go struct field DeleteOptions.dryRun of type []string"),
                (
                    "{\"gracePeriodSeconds\":\"x\"}",
                    "json: cannot unmarshal string into Go struct field DeleteOptions.gracePeriodSeconds of type int64"
                ),
                (
                    "{\"kind\":\"Pod\",\"apiVersion\":\"v1\"}",
                    "no kind \"Pod\" is registered for version \"v1\" in scheme \"k8s.io/apimachinery/pkg/apis/meta/internalversion/scheme/register.go:27\""
                ),
            ] {
                let answer = try await refusal(server, "DELETE", "\(Self.maps)/a", body)
                #expect(answer.code == 400)
                #expect(answer.message == message)
            }
            #expect(try await server.send("DELETE", "\(Self.maps)/a?dryRun=").status == 422)
            #expect(try await server.send("DELETE", "\(Self.maps)/a?resourceVersion=1").status == 409)
            #expect(try await server.send("GET", "\(Self.maps)/a").status == 200)
            // The body says all of it.
            #expect(try await server.send("DELETE", "\(Self.maps)/a?dryRun=All", "{}").status == 200)
            #expect(try await server.send("GET", "\(Self.maps)/a").status == 404)
        }
    }

    @Test func `of a collection only the page that is asked for is deleted`() async throws {
        try await withAPIServer { server in
            try await fill(server, ["a", "b", "c"])
            let answer = try JSONParser.parse(try await server.send("DELETE", "\(Self.maps)?limit=2").body)
            #expect(answer["items"]?.array?.count == 2)
            #expect(answer[path: "metadata", "remainingItemCount"] == 1)
            let rest = try await server.value(Self.maps)
            #expect(rest["items"]?.array?.map { $0[path: "metadata", "name"] } == ["c"])
            #expect(try await server.send("DELETE", "\(Self.maps)?continue=x").status == 400)
            #expect(try await server.send("DELETE", "\(Self.maps)?resourceVersionMatch=Exact").status == 422)
        }
    }

    @Test func `fields that upstream's kinds have are those to select by`() async throws {
        try await withAPIServer { server in
            let unknown = "is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
            for (path, field) in [("/apis/apps/v1/replicasets", "status.replicas"), ("/api/v1/persistentvolumes", "name")] {
                let answer = try await refusal(server, "GET", "\(path)?fieldSelector=\(field)%3D0")
                #expect(answer.code == 400)
                #expect(answer.message == "\"\(field)\" \(unknown)")
            }
            #expect(try await server.value("/api/v1/namespaces?fieldSelector=metadata.namespace%3D")["items"]?.array?.isEmpty == false)
            #expect(try await server.value("/api/v1/namespaces?fieldSelector=metadata.namespace%3Dx")["items"] == [])
        }
    }

    @Test func `selectors are refused in upstream's words`() async throws {
        try await withAPIServer { server in
            for (query, message) in [
                ("labelSelector=%28", "found '(', expected: !, identifier, or 'end of string'"),
                ("labelSelector=a%3Db%20c", "found 'c', expected: ',' or 'end of string'"),
                ("labelSelector=a%20in%20%28b", "unable to parse requirement: found '', expected: ',' or ')'"),
                (
                    "labelSelector=a%3Ex",
                    "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer"
                ),
                (
                    "labelSelector=-a%3Db",
                    "unable to parse requirement: <nil>: Invalid value: \"-a\": name part must consist of alphanumeric characters, '-', '_' or '.', "
                        + "and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for "
                        + "validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
                ),
                ("fieldSelector=x%3Dy", "\"x\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\""),
                ("limit=99999999999999999999", "strconv.ParseInt: parsing \"99999999999999999999\": value out of range"),
                ("timeout=5", "invalid timeout specified in the request URL - time: missing unit in duration \"5\""),
            ] {
                let answer = try await refusal(server, "GET", "\(Self.maps)?\(query)")
                #expect(answer.code == 400)
                #expect(answer.message == message)
            }
            let jobs = try await refusal(server, "GET", "/apis/batch/v1/jobs?fieldSelector=x%3Dy")
            #expect(jobs.message == "field label \"x\" not supported for Job")
            let pods = try await refusal(server, "GET", "/api/v1/pods?fieldSelector=x%3Dy")
            #expect(pods.message == "field label not supported: x")
        }
    }

    @Test func `a form that there is none of is refused`() async throws {
        try await withAPIServer { server in
            try await fill(server, ["a"])
            let types = "application/json, application/yaml, application/vnd.kubernetes.protobuf"
            for (path, accept, message) in [
                ("\(Self.maps)/a", "text/html", "406: Not Acceptable\n\nAvailable representations: \(types)"),
                ("\(Self.maps)/a", "application/JSON", "406: Not Acceptable\n\nAvailable representations: \(types)"),
                (
                    Self.maps, "application/*",
                    "406: Not Acceptable\n\nAvailable representations: \(types), application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch"
                ),
                ("\(Self.maps)/a", "application/json;as=Table", "only the following media types are accepted: \(types)"),
                ("\(Self.maps)/a", "application/json;v=v1", "only the following media types are accepted: \(types)"),
                ("/apis", "text/html", "only the following media types are accepted: \(types)"),
                ("/api/v1", "text/html", "406: Not Acceptable\n\nAvailable representations: \(types)"),
                ("/version", "application/yml", "406: Not Acceptable\n\nAvailable representations: application/json"),
                (
                    Self.maps, "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1",
                    "you requested PartialObjectMetadata, but the requested object is a list (*core.ConfigMapList)"
                ),
            ] {
                let answer = try await refusal(server, "GET", path, "", ["Accept": accept])
                #expect(answer.code == 406)
                #expect(answer.message == message)
            }
            let old = try await server.value("\(Self.maps)/a", headers: ["Accept": "application/json;as=Table;g=meta.k8s.io;v=v1beta1"])
            #expect(old["rows"]?.array?.first?[path: "object", "apiVersion"] == "meta.k8s.io/v1beta1")
            let table: HTTPFields = ["Accept": "application/json;as=Table;g=meta.k8s.io;v=v1"]
            let rows = try await refusal(server, "GET", "\(Self.maps)?includeObject=x", "", table)
            #expect(rows.code == 400)
            #expect(
                rows.message
                    == "Unable to convert to Table as requested: includeObject: Invalid value: \"x\": must be 'Metadata', 'Object', 'None', or empty"
            )
            let yaml = try await server.send("GET", "\(Self.maps)/a", headers: ["Accept": "application/yaml"])
            #expect(String(decoding: yaml.body, as: UTF8.self).hasPrefix("apiVersion: v1\ndata:\n  a: b\nkind: ConfigMap\nmetadata:\n"))
        }
    }

    @Test func `a patch that makes no object of its kind is blamed for it`() async throws {
        try await withAPIServer { server in
            try await fill(server, ["a"])
            let path = "\(Self.maps)/a"
            func patch(_ type: String, _ body: String) async throws -> (code: Int, message: String?) {
                try await refusal(server, "PATCH", path, body, ["Content-Type": type])
            }
            let kinds = try await patch("application/merge-patch+json", "{\"data\":{\"a\":1}}")
            #expect(kinds.code == 422)
            #expect(
                kinds.message?.hasPrefix(
                    " \"\" is invalid: patch: Invalid value: \"{\\\"apiVersion\\\":\\\"v1\\\",\\\"data\\\":{\\\"a\\\":1}") == true)
            #expect(kinds.message?.hasSuffix("json: cannot unmarshal number into Go struct field ConfigMap.data of type string") == true)
            let list = try await patch("application/merge-patch+json", "[]")
            #expect(list.message == "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}")
            let text = try await patch("application/json-patch+json", "x")
            #expect(text.message == "error decoding patch: invalid character 'x' looking for beginning of value")
            #expect(try await patch("application/json-patch+json", "null").code == 200)
            #expect(
                try await patch("application/json-patch+json", "[{\"op\":\"test\",\"path\":\"/data/none\",\"value\":null}]").code == 422)
            #expect(
                try await patch("application/json-patch+json", "[{\"op\":\"replace\",\"path\":\"/data/none\",\"value\":\"1\"}]").code == 200
            )
            let uid = try await patch("application/merge-patch+json", "{\"metadata\":{\"uid\":\"x\"}}")
            #expect(uid.message == "ConfigMap \"a\" is invalid: metadata.uid: Invalid value: \"x\": field is immutable")
            let end = try await patch("application/merge-patch+json", "{\"metadata\":{\"deletionTimestamp\":\"2020-01-01T00:00:00Z\"}}")
            #expect(end.code == 422)
            let apply = try await refusal(
                server, "PATCH", "\(path)?fieldManager=m", "metadata: {name: a}", ["Content-Type": "application/apply-patch+yaml"])
            #expect(apply.message == "invalid object type: /, Kind=")
        }
    }

    @Test func `finalizers of every kind are looked at when an object changes`() async throws {
        try await withAPIServer { server in
            let path = "/apis/apps/v1/namespaces/default/deployments"
            let pod = "{\"metadata\":{\"labels\":{\"a\":\"b\"}},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}"
            let body = "{\"metadata\":{\"name\":\"d\"},\"spec\":{\"selector\":{\"matchLabels\":{\"a\":\"b\"}},\"template\":\(pod)}}"
            #expect(try await server.send("POST", path, body).status == 201)
            let answer = try await refusal(
                server, "PATCH", "\(path)/d", "{\"metadata\":{\"finalizers\":[\"x\"]}}", ["Content-Type": "application/merge-patch+json"])
            #expect(answer.code == 422)
            #expect(
                answer.message
                    == "Deployment.apps \"d\" is invalid: metadata.finalizers[0]: Invalid value: \"x\": name is neither a standard finalizer name "
                    + "nor is it fully qualified")
        }
    }

    @Test func `discovery tells in which version objects are stored, and of versions that there are not`() async throws {
        try await withAPIServer { server in
            let resources = try await server.value("/api/v1")["resources"]?.array ?? []
            let maps = resources.first { $0["name"] == "configmaps" }
            #expect(maps?["storageVersionHash"] == "qFsyl6wFWjQ=")
            #expect(resources.first { $0["name"] == "bindings" }?["storageVersionHash"] == nil)
            let other = try await refusal(server, "GET", "/apis/apps/v2")
            #expect(other.code == 404)
            #expect(other.message == "the server could not find the requested resource")
        }
    }

    @Test func `a namespace whose name the server makes is labelled with it`() async throws {
        try await withAPIServer { server in
            let made = try JSONParser.parse(
                try await server.send("POST", "/api/v1/namespaces", "{\"metadata\":{\"generateName\":\"n-\"}}").body)
            #expect(made[path: "metadata", "labels", "kubernetes.io/metadata.name"] == made[path: "metadata", "name"])
        }
    }

    @Test func `what a path does not serve is refused before anything else is looked at`() async throws {
        try await withAPIServer { server in
            let pods = "/api/v1/namespaces/default/pods"
            let notAllowed = "the server does not allow this method on the requested resource"
            let notThere = "the server could not find the requested resource"
            let merge: HTTPFields = ["Content-Type": "application/merge-patch+json"]
            for (method, path, code) in [
                ("PATCH", "\(pods)/a/binding", 405), ("PATCH", "\(pods)/a/eviction?dryRun=x", 405), ("GET", "\(pods)/a/binding", 405),
                ("POST", "/api/v1/pods", 405), ("POST", "\(pods)/a", 405), ("PUT", pods, 405), ("DELETE", "\(pods)/a/status", 405),
                ("OPTIONS", pods, 405), ("POST", "/api/v1/componentstatuses", 405),
                ("GET", "/api/v1/pods/a", 404), ("GET", "/api/v1/namespaces/default/nodes", 404), ("PUT", "\(pods)/a/nothing", 404),
                ("GET", "/api/v1/bindings", 404), ("GET", "/apis/authentication.k8s.io/v1/tokenreviews/a", 404),
                ("GET", "\(pods)/a/status/b", 404),
            ] {
                let answer = try await refusal(server, method, path, "{}", merge)
                #expect(answer.code == code, "\(method) \(path)")
                #expect(answer.message == (code == 405 ? notAllowed : notThere), "\(method) \(path)")
                #expect(try await server.send(method, path, "{}").headers["warning"] == nil)
            }
        }
    }

    @Test func `all that is wrong with the options of an apply is told, and scale of what is absent is not found`() async throws {
        try await withAPIServer { server in
            let apply: HTTPFields = ["Content-Type": "application/apply-patch+yaml"]
            let options = try await refusal(server, "PATCH", "\(Self.maps)/a?dryRun=x", "", apply)
            #expect(options.code == 422)
            #expect(
                options.message == "PatchOptions.meta.k8s.io \"\" is invalid: [fieldManager: Required value: is required for apply patch, "
                    + "dryRun: Unsupported value: [\"x\"]: supported values: \"All\"]")
            let deployment = "/apis/apps/v1/namespaces/default/deployments/a"
            for path in ["\(deployment)/scale", "\(deployment)/status"] {
                let answer = try await refusal(server, "PATCH", "\(path)?fieldManager=x", "spec: 3", apply)
                #expect(answer.code == 404)
                #expect(answer.message == "deployments.apps \"a\" not found")
            }
            #expect(try await refusal(server, "PUT", "\(deployment)/scale", "{}").code == 400)
        }
    }

    @Test func `a limit range without a name is given one`() async throws {
        try await withAPIServer { server in
            let answer = try await server.send("POST", "/api/v1/namespaces/default/limitranges", "{}")
            #expect(answer.status == 201)
            #expect(try JSONParser.parse(answer.body)[path: "metadata", "name"]?.string?.utf8.count == 36)
        }
    }
}
