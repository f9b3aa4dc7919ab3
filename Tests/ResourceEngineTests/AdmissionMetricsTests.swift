import Core
import ResourceEngine
import TestSupport
import Testing
import Values

@Suite struct AdmissionMetricsTests {
    private func create(_ cluster: TestCluster, _ path: String, _ body: Value, namespace: String = "") async throws {
        let parts = path.split(separator: "/").map(String.init)
        var request = APIRequest(
            verb: .create,
            resource: GroupVersionResource(group: parts.count == 2 ? parts[0] : "", version: "v1", resource: parts.last ?? ""),
            user: UserInfo(name: "admin", groups: ["system:masters"]))
        request.namespace = namespace
        request.body = .value(body)
        _ = try await cluster.engine.perform(request)
    }

    /// The value of the only line that has a name and all of the labels; nil without one.
    private func value(_ text: String, _ name: String, _ labels: String...) -> String? {
        let lines = text.split(separator: "\n").filter { line in line.hasPrefix("\(name){") && labels.allSatisfy(line.contains) }
        return lines.count == 1 ? lines[0].split(separator: " ").last.map(String.init) : nil
    }

    @Test func `each plugin and each step is timed, and refusals told apart`() async throws {
        let cluster = try await TestCluster()
        let before = cluster.engine.admission.metricsText
        func count(_ labels: String..., step: Bool = true) -> Int {
            let name = "apiserver_admission_\(step ? "step" : "controller")_admission_duration_seconds_count"
            func number(_ text: String) -> Int {
                let lines = text.split(separator: "\n").filter { line in line.hasPrefix("\(name){") && labels.allSatisfy(line.contains) }
                return lines.compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }.reduce(0, +)
            }
            return number(cluster.engine.admission.metricsText) - number(before)
        }
        for name in ["a", "b"] { try await create(cluster, "configmaps", ["metadata": ["name": .string(name)]], namespace: "default") }
        await #expect(throws: APIError.self) {
            try await create(cluster, "configmaps", ["metadata": ["name": "a"]], namespace: "nowhere")
        }
        #expect(count("operation=\"CREATE\"", "rejected=\"false\"", "type=\"admit\"") == 2)
        #expect(count("operation=\"CREATE\"", "rejected=\"true\"", "type=\"admit\"") == 1)
        #expect(count("operation=\"CREATE\"", "type=\"validate\"") == 2)
        #expect(count("name=\"NamespaceLifecycle\"", "rejected=\"true\"", "type=\"admit\"", step: false) == 1)
        #expect(count("name=\"NamespaceLifecycle\"", "type=\"validate\"", step: false) == 0, "it only ever changes objects")
        #expect(count("name=\"LimitRanger\"", "rejected=\"false\"", "type=\"admit\"", step: false) == 2)
        #expect(count("name=\"ResourceQuota\"", "type=\"validate\"", step: false) == 2)
        let text = cluster.engine.admission.metricsText
        #expect(text.contains("# TYPE apiserver_admission_step_admission_duration_seconds histogram\n"))
        for bound in ["0.005", "0.025", "0.1", "0.5", "1.0", "2.5", "+Inf"] { #expect(text.contains("type=\"admit\",le=\"\(bound)\"} ")) }
        await cluster.close()
    }

    @Test func `what policies decide is counted by policy, binding and action`() async throws {
        let cluster = try await TestCluster()
        let group = "admissionregistration.k8s.io"
        func policy(_ name: String, _ expression: String, failurePolicy: String = "Fail") async throws {
            try await create(
                cluster, "\(group)/validatingadmissionpolicies",
                [
                    "metadata": ["name": .string(name)],
                    "spec": [
                        "failurePolicy": .string(failurePolicy),
                        "matchConstraints": [
                            "resourceRules": [
                                ["operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"]]
                            ]
                        ],
                        "matchConditions": [["name": "c", "expression": "object.metadata.name != 'other'"]],
                        "validations": [["expression": .string(expression)]],
                    ],
                ])
            try await create(
                cluster, "\(group)/validatingadmissionpolicybindings",
                [
                    "metadata": ["name": .string("of-\(name)")],
                    "spec": ["policyName": .string(name), "validationActions": ["Warn", "Audit"]],
                ])
        }
        try await policy("never", "false")
        try await policy("always", "true")
        try await policy("broken", "object.missing == 1", failurePolicy: "Ignore")
        for name in ["a", "other"] { try await create(cluster, "configmaps", ["metadata": ["name": .string(name)]], namespace: "default") }
        let text = cluster.admissionServices.policies.text
        let name = "apiserver_validating_admission_policy_check_total"
        for action in ["warn", "audit"] {
            #expect(
                value(
                    text, name, "enforcement_action=\"\(action)\",error_type=\"invalid_error\",policy=\"never\",policy_binding=\"of-never\""
                )
                    == "1")
        }
        #expect(value(text, name, "enforcement_action=\"allow\",error_type=\"invalid_error\",policy=\"broken\"") == "1")
        #expect(!text.contains("policy=\"always\""), "what holds is not counted, as upstream has it")
        #expect(text.contains("apiserver_validating_admission_policy_check_duration_seconds_bucket{enforcement_action=\"warn\""))
        #expect(
            value(
                text, "apiserver_admission_match_condition_evaluation_seconds_count",
                "kind=\"policy\",name=\"always\",operation=\"CREATE\",type=\"validate\"") == "2")
        await cluster.close()
    }
}
