import Core
import JSON
import ResourceEngine
import TestSupport
import Testing
import Values

/// A cluster in memory with policies.
private struct PolicedCluster {
    let cluster: TestCluster

    init() async throws { cluster = try await TestCluster() }

    @discardableResult
    func perform(
        _ verb: Verb, _ path: String, name: String = "", namespace: String = "default", body: Value? = nil,
        _ change: (inout APIRequest) -> Void = { _ in }
    ) async throws -> (value: Value, warnings: [String]) {
        let parts = path.split(separator: "/").map(String.init)
        let resource = GroupVersionResource(
            group: parts.count == 3 ? parts[0] : "", version: parts[parts.count - 2], resource: parts[parts.count - 1])
        var request = APIRequest(
            verb: verb, resource: resource, user: UserInfo(name: "admin", groups: ["system:masters", "system:authenticated"]))
        request.name = name
        request.namespace = namespace
        if let body { request.body = .value(body) }
        change(&request)
        let response = try await cluster.engine.perform(request)
        return (try cluster.engine.value(of: response), response.warnings)
    }

    static let configMaps: Value = [
        "resourceRules": [
            ["operations": ["CREATE", "UPDATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"]]
        ]
    ]

    /// A policy of ConfigMaps and a binding of it, both of the same name.
    func validate(_ name: String, _ spec: Value, binding: Value = ["validationActions": ["Deny"]]) async throws {
        var spec = spec
        if spec["matchConstraints"] == nil { spec["matchConstraints"] = Self.configMaps }
        try await perform(
            .create, "admissionregistration.k8s.io/v1/validatingadmissionpolicies", namespace: "",
            body: ["metadata": ["name": .string(name)], "spec": spec])
        var binding = binding
        binding["policyName"] = .string(name)
        try await perform(
            .create, "admissionregistration.k8s.io/v1/validatingadmissionpolicybindings", namespace: "",
            body: ["metadata": ["name": .string(name)], "spec": binding])
    }

    func mutate(_ name: String, _ spec: Value, binding: Value = [:]) async throws {
        var spec = spec
        if spec["matchConstraints"] == nil { spec["matchConstraints"] = Self.configMaps }
        if spec["reinvocationPolicy"] == nil { spec["reinvocationPolicy"] = "Never" }
        try await perform(
            .create, "admissionregistration.k8s.io/v1/mutatingadmissionpolicies", namespace: "",
            body: ["metadata": ["name": .string(name)], "spec": spec])
        var binding = binding
        binding["policyName"] = .string(name)
        try await perform(
            .create, "admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings", namespace: "",
            body: ["metadata": ["name": .string(name)], "spec": binding])
    }

    func create(_ name: String, _ data: Value = [:]) async throws -> (value: Value, warnings: [String]) {
        try await perform(.create, "v1/configmaps", body: ["metadata": ["name": .string(name)], "data": data])
    }

    func refusal(_ write: () async throws -> Void) async -> APIError? {
        do {
            try await write()
            return nil
        } catch {
            return error as? APIError
        }
    }
}

@Suite struct ValidatingPolicyTests {
    @Test func aFailedValidationDeniesInUpstreamsWords() async throws {
        let policed = try await PolicedCluster()
        try await policed.validate(
            "few",
            [
                "variables": [
                    ["name": "count", "expression": "has(object.data) ? object.data.size() : 0"],
                    ["name": "isFew", "expression": "variables.count < 2"],
                ],
                "validations": [
                    [
                        "expression": "variables.isFew", "reason": "Forbidden",
                        "messageExpression": "'at most one, not ' + string(variables.count) + ' in ' + namespaceObject.metadata.name",
                    ]
                ],
            ])
        _ = try await policed.create("ok", ["a": "1"])
        let error = await policed.refusal { _ = try await policed.create("bad", ["a": "1", "b": "2"]) }
        #expect(
            error?.message
                == "configmaps \"bad\" is forbidden: ValidatingAdmissionPolicy 'few' with binding 'few' denied request: "
                + "at most one, not 2 in default")
        #expect(error?.code == 403)
        #expect(error?.reason == .forbidden)
        await policed.cluster.close()
    }

    @Test func actionsWarnAndFailurePoliciesForgive() async throws {
        let policed = try await PolicedCluster()
        try await policed.validate(
            "warned", ["validations": [["expression": "has(object.data)", "message": "no data"]]],
            binding: ["validationActions": ["Warn", "Audit"]])
        let made = try await policed.create("empty")
        #expect(made.warnings == ["Validation failed for ValidatingAdmissionPolicy 'warned' with binding 'warned': no data"])
        try await policed.validate("broken", ["validations": [["expression": "object.data.nothing == 'x'"]]])
        let error = await policed.refusal { _ = try await policed.create("a", ["b": "c"]) }
        #expect(
            error?.message
                == "configmaps \"a\" is forbidden: ValidatingAdmissionPolicy 'broken' with binding 'broken' denied request: "
                + "expression 'object.data.nothing == 'x'' resulted in error: no such key: nothing")
        #expect(error?.code == 422)
        try await policed.perform(
            .delete, "admissionregistration.k8s.io/v1/validatingadmissionpolicybindings", name: "broken", namespace: "")
        _ = try await policed.create("a", ["b": "c"])
        try await policed.validate(
            "forgiving", ["failurePolicy": "Ignore", "validations": [["expression": "object.data.nothing == 'x'"]]])
        _ = try await policed.create("b", ["b": "c"])
        await policed.cluster.close()
    }

    @Test func parametersAreFoundAndMissed() async throws {
        let policed = try await PolicedCluster()
        try await policed.perform(.create, "v1/namespaces", namespace: "", body: ["metadata": ["name": "settings"]])
        try await policed.perform(
            .create, "v1/configmaps", namespace: "settings", body: ["metadata": ["name": "limits"], "data": ["word": "please"]])
        try await policed.validate(
            "polite",
            [
                "paramKind": ["apiVersion": "v1", "kind": "ConfigMap"],
                "validations": [["expression": "params.data.word in object.data", "message": "say the word"]],
                "matchConditions": [["name": "not-mine", "expression": "object.metadata.name != 'mine'"]],
            ],
            binding: [
                "validationActions": ["Deny"],
                "paramRef": ["name": "limits", "namespace": "settings", "parameterNotFoundAction": "Deny"],
            ])
        let rude = await policed.refusal { _ = try await policed.create("a", ["b": "c"]) }
        #expect(rude?.message.hasSuffix("denied request: say the word") == true)
        _ = try await policed.create("a", ["please": ""])
        _ = try await policed.create("mine")
        try await policed.perform(.delete, "v1/configmaps", name: "limits", namespace: "settings")
        let missing = await policed.refusal { _ = try await policed.create("b", ["please": ""]) }
        #expect(
            missing?.message.hasSuffix(
                "failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction") == true)
        await policed.cluster.close()
    }

    @Test func expressionsMayAskTheAuthorizer() async throws {
        let policed = try await PolicedCluster()
        try await policed.validate(
            "allowed",
            [
                "validations": [
                    ["expression": "authorizer.group('').resource('secrets').namespace(request.namespace).check('get').allowed()"],
                    [
                        "expression":
                            "authorizer.requestResource.check('create').allowed() && authorizer.path('/healthz').check('get').allowed()"
                    ],
                ]
            ])
        _ = try await policed.create("a")
        await policed.cluster.close()
    }

    @Test(
        "what does not compile is refused",
        arguments: [
            ("object.foo", "spec.validations[0].expression: Invalid value: \"object.foo\": must evaluate to bool but got dyn"),
            ("nothing", "undeclared reference to 'nothing'"), ("params.x == 1", "undeclared reference to 'params'"),
            ("variables.missing", "undefined field 'missing'"),
        ])
    func badExpressions(_ expression: String, _ problem: String) async throws {
        let policed = try await PolicedCluster()
        let error = await policed.refusal {
            try await policed.validate(
                "bad",
                ["variables": [["name": "known", "expression": "1"]], "validations": [["expression": .string(expression)]]])
        }
        #expect(error?.code == 422)
        #expect(error?.message.contains(problem) == true, "\(error?.message ?? "")")
        await policed.cluster.close()
    }
}

@Suite struct PolicyTypeCheckTests {
    private func warnings(_ spec: Value) async throws -> [PolicyTypeCheck.Warning] {
        let cluster = try await TestCluster()
        let found = try await PolicyTypeCheck(cluster.engine.registry).warnings(of: ["metadata": ["name": "p"], "spec": spec])
        await cluster.close()
        return found
    }

    private static let deployments: Value = [
        "resourceRules": [["operations": ["*"], "apiGroups": ["apps"], "apiVersions": ["v1"], "resources": ["deployments"]]]
    ]

    @Test func soundExpressionsGiveNoWarning() async throws {
        let found = try await warnings([
            "matchConstraints": Self.deployments, "variables": [["name": "count", "expression": "object.spec.replicas"]],
            "validations": [
                ["expression": "variables.count > 1 && object.metadata.labels['a'] == 'b'"],
                ["expression": "object.spec.template.spec.containers.all(c, has(c.image) && c.resources.requests['cpu'] == '1')"],
            ],
        ])
        #expect(found.isEmpty, "\(found)")
    }

    @Test func confusedTypesAreNamed() async throws {
        let found = try await warnings([
            "matchConstraints": Self.deployments,
            "validations": [
                ["expression": "object.spec.replicas > '1'", "messageExpression": "'got ' + object.spec.replicas"],
                ["expression": "object.spec.maxRetries < 10"],
            ],
        ])
        #expect(
            found.map(\.field) == [
                "spec.validations[0].expression", "spec.validations[0].messageExpression", "spec.validations[1].expression",
            ])
        #expect(found.first?.text.hasPrefix("apps/v1, Kind=Deployment: ERROR: <input>:1:22: found no matching overload for '_>_'") == true)
        #expect(found.first?.text.contains("applied to '(int, string)'") == true)
        #expect(found.dropFirst().first?.text.contains("found no matching overload for '_+_' applied to '(string, int)'") == true)
        #expect(found.last?.text.contains("undefined field 'maxRetries'") == true)
    }
}

@Suite struct MutatingPolicyTests {
    @Test func configurationsAreMergedWithDefaults() async throws {
        let policed = try await PolicedCluster()
        let pods: Value = [
            "resourceRules": [["operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]]]
        ]
        try await policed.mutate(
            "sidecar",
            [
                "matchConstraints": pods,
                "mutations": [
                    [
                        "patchType": "ApplyConfiguration",
                        "applyConfiguration": [
                            "expression": """
                            Object{
                              metadata: Object.metadata{labels: {"seen": "yes"}},
                              spec: Object.spec{initContainers: [Object.spec.initContainers{name: "mesh", image: "mesh:1", restartPolicy: "Always"}]}
                            }
                            """
                        ],
                    ]
                ],
            ])
        let pod = try await policed.perform(
            .create, "v1/pods",
            body: ["metadata": ["name": "p", "labels": ["own": "1"]], "spec": ["containers": [["name": "c", "image": "i"]]]]
        ).value
        #expect(pod[path: "metadata", "labels"] == ["own": "1", "seen": "yes"])
        let mesh = pod[path: "spec", "initContainers"]?.array?.first
        #expect(mesh?["name"] == "mesh")
        #expect(mesh?["terminationMessagePolicy"] == "File")
        #expect(pod[path: "spec", "containers"]?.array?.count == 1)
        await policed.cluster.close()
    }

    @Test func patchesAreAppliedAndTestsHonoured() async throws {
        let policed = try await PolicedCluster()
        try await policed.mutate(
            "annotated",
            [
                "variables": [["name": "key", "expression": "'example.com/by'"]],
                "matchConditions": [["name": "once", "expression": "!has(object.data) || !('second' in object.data)"]],
                "mutations": [
                    [
                        "patchType": "JSONPatch",
                        "jsonPatch": [
                            "expression":
                                .string(
                                    "[JSONPatch{op: 'add', path: '/metadata/annotations', value: {}}, JSONPatch{op: 'add', "
                                        + "path: '/metadata/annotations/' + jsonpatch.escapeKey(variables.key), "
                                        + "value: request.userInfo.username}]")
                        ],
                    ],
                    [
                        "patchType": "JSONPatch",
                        "jsonPatch": [
                            "expression":
                                "[JSONPatch{op: 'test', path: '/data/a', value: 'no'}, JSONPatch{op: 'add', path: '/data/b', value: '1'}]"
                        ],
                    ],
                ],
            ])
        let made = try await policed.create("a", ["a": "yes"]).value
        #expect(made[path: "metadata", "annotations"] == ["example.com/by": "admin"])
        #expect(made["data"] == ["a": "yes"])
        let other = try await policed.create("b", ["second": "1"]).value
        #expect(other[path: "metadata", "annotations"] == nil)
        await policed.cluster.close()
    }

    @Test func atomicsAndWrongNamesAreRefused() async throws {
        let policed = try await PolicedCluster()
        let pods: Value = [
            "resourceRules": [["operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]]]
        ]
        func policy(_ name: String, _ expression: String) async throws {
            try await policed.mutate(
                name,
                [
                    "matchConstraints": pods,
                    "mutations": [["patchType": "ApplyConfiguration", "applyConfiguration": ["expression": .string(expression)]]],
                ])
        }
        func refusal() async -> APIError? {
            await policed.refusal {
                try await policed.perform(
                    .create, "v1/pods", body: ["metadata": ["name": "p"], "spec": ["containers": [["name": "c", "image": "i"]]]])
            }
        }
        try await policy("wrong", "Object{spec: Object.wrong{nodeName: 'a'}}")
        #expect(
            await refusal()?.message
                == "policy 'wrong' with binding 'wrong' denied request: type mismatch: unexpected type name \"Object.wrong\", expected "
                + "\"Object.spec\", which matches field name path from root Object type")
        try await policed.perform(
            .delete, "admissionregistration.k8s.io/v1/mutatingadmissionpolicies", name: "wrong", namespace: "")
        try await policy("atomic", "Object{spec: Object.spec{nodeSelector: {'a': 'b'}}}")
        let error = await refusal()
        #expect(
            error?.message.hasSuffix("may not mutate atomic arrays, maps or structs: .spec.nodeSelector") == true,
            "\(error?.message ?? "")")
        await policed.cluster.close()
    }
}
