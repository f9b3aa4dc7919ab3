import HTTPTransport
import JSON
import Testing
import Values

/// Objects that upstream's API server refuses, in its words: compared with one side by side.
@Suite struct RefusedObjectTests {
    /// The causes of a refusal, "field: message"; nil where the object is taken.
    private func causes(
        _ server: Served, _ method: String, _ path: String, _ body: String, _ headers: HTTPFields = [:]
    ) async throws -> [String]? {
        let answer = try await server.send(method, path, body, headers: headers)
        guard answer.status >= 300 else { return nil }
        return (try JSONParser.parse(answer.body)[path: "details", "causes"]?.array ?? []).map {
            "\($0["field"]?.string ?? ""): \($0["message"]?.string ?? "")"
        }
    }

    private static let schemas = [
        "string": #""type":"string""#, "integer": #""type":"integer""#, "any": #""x-kubernetes-int-or-string":true"#,
        "list": #""type":"array","maxItems":3,"items":{"type":"object","properties":{"a":{"type":"string"}}}"#,
        "map": #""type":"object","maxProperties":3,"additionalProperties":{"type":"string"}"#,
        "open": #""type":"object","x-kubernetes-preserve-unknown-fields":true"#,
        "object": #""type":"object","properties":{"a":{"type":"object","properties":{"b":{"type":"string"}}}}"#,
    ]

    @Test func `a rule's field path leads somewhere`() async throws {
        let taken: [String: Set<String>] = [
            ".a": ["object", "map"], "['a']": ["object", "map"], ".a.b": ["object"], ".a['b']": ["object"], ".self": ["map"],
            "": Set(Self.schemas.keys),
        ]
        let paths = Array(taken.keys) + [".", "a", "[0]", ".spec.a", "[", "['a", "['a'", ".a.", "..a", " .a"]
        try await withAPIServer { server in
            for path in paths {
                for (name, schema) in Self.schemas {
                    let rule = #""x-kubernetes-validations":[{"rule":"true","fieldPath":"\#(path)"}]"#
                    let whole = #"{"type":"object","properties":{"spec":{\#(schema),\#(rule)}}}"#
                    let body = """
                        {"metadata":{"name":"qs.dd.io"},"spec":{"group":"dd.io","names":{"plural":"qs","kind":"Q"},"scope":"Namespaced",\
                        "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":\(whole)}}]}}
                        """
                    let found = try await causes(
                        server, "POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All", body)
                    if taken[path]?.contains(name) == true {
                        #expect(found == nil, "\(path) \(name)")
                    } else {
                        let place = "spec.validation.openAPIV3Schema.properties[spec].x-kubernetes-validations[0].fieldPath"
                        #expect(found == ["\(place): Invalid value: \"\(path)\": must be a valid path"], "\(path) \(name)")
                    }
                }
            }
        }
    }

    @Test func `a patch that is always empty is no patch`() async throws {
        try await withAPIServer { server in
            func refusal(_ expression: String) async throws -> [String]? {
                let body = """
                    {"metadata":{"name":"m"},"spec":{"reinvocationPolicy":"Never","matchConstraints":{"resourceRules":[{"apiGroups":[""],\
                    "apiVersions":["v1"],"operations":["CREATE"],"resources":["configmaps"]}]},"mutations":[{"patchType":"JSONPatch",\
                    "jsonPatch":{"expression":"\(expression)"}}]}}
                    """
                return try await causes(
                    server, "POST", "/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies?dryRun=All", body)
            }
            for (expression, type) in [("[]", "list(dyn)"), ("[] + []", "list(dyn)"), ("[1]", "list(int)"), ("dyn([])", "dyn")] {
                let said = try await refusal(expression)
                #expect(
                    said == [
                        "spec.mutations[0].jsonPatch.expression: Invalid value: \"\(expression)\": must evaluate to list(JSONPatch) but got \(type)"
                    ])
            }
            let taken = try await refusal("true ? [JSONPatch{op: 'add', path: '/a', value: 'b'}] : []")
            #expect(taken == nil)
        }
    }

    @Test func `addresses of load balancers are looked at`() async throws {
        try await withAPIServer { server in
            let services = "/api/v1/namespaces/default/services"
            for (name, type) in [("plain", "ClusterIP"), ("balanced", "LoadBalancer")] {
                let body = "{\"metadata\":{\"name\":\"\(name)\"},\"spec\":{\"type\":\"\(type)\",\"ports\":[{\"port\":80}]}}"
                let answer = try await server.send("POST", services, body)
                #expect(answer.status == 201)
            }
            func refusal(_ name: String, _ entry: String) async throws -> [String]? {
                try await causes(
                    server, "PATCH", "\(services)/\(name)/status?dryRun=All", "{\"status\":{\"loadBalancer\":{\"ingress\":[\(entry)]}}}",
                    ["Content-Type": "application/merge-patch+json"])
            }
            let place = "status.loadBalancer.ingress"
            let expected: [(name: String, entry: String, said: [String]?)] = [
                ("plain", "{\"ip\":\"1.2.3.4\"}", ["\(place): Forbidden: may only be used when `spec.type` is 'LoadBalancer'"]),
                ("balanced", "{\"ip\":\"1.2.3.4\"},{\"hostname\":\"a.b\"}", nil),
                (
                    "balanced", "{\"hostname\":\"1.2.3.4\"}",
                    ["\(place)[0].hostname: Invalid value: \"1.2.3.4\": must be a DNS name, not an IP address"]
                ),
                (
                    "balanced", "{\"hostname\":\"a.b\",\"ipMode\":\"VIP\"}",
                    ["\(place)[0].ipMode: Forbidden: may not be specified when `ip` is not set"]
                ),
            ]
            for (name, entry, wanted) in expected {
                let said = try await refusal(name, entry)
                #expect(said == wanted)
            }
        }
    }

    @Test func `only the level of that name is exempt`() async throws {
        try await withAPIServer { server in
            let body = #"{"metadata":{"name":"other"},"spec":{"type":"Exempt","exempt":{}}}"#
            let said = try await causes(server, "POST", "/apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations", body)
            #expect(said == ["spec.type: Invalid value: \"Exempt\": must be 'Exempt' if and only if `name` is 'exempt'"])
        }
    }
}
