import APIServer
import Client
import Core
import Identity
import JSON
import KubernetesAPI
import Randomness
import Scheduler
import SchemaEngine
import Testing
import Values
import YAML

/// Documents and patches that are well-formed and say the wrong things.
@Suite struct DocumentFuzzTests {
    private func documents(_ seed: UInt64, _ sample: String, _ body: (Value) -> Void) {
        var fuzzer = Fuzzer(seed: seed, texts: [sample])
        for _ in 0..<Fuzzer.iterations {
            if let value = try? YAMLParser.parse(fuzzer.next()) { body(value) }
        }
    }

    private static let pod: Value = [
        "apiVersion": "v1", "kind": "Pod", "metadata": ["name": "a", "labels": ["x": "y"], "finalizers": ["a", "b"]],
        "spec": ["containers": [["name": "c", "image": "i", "ports": [["containerPort": 80, "protocol": "TCP"]]]]],
    ]

    @Test func `JSON patches`() {
        documents(
            20,
            #"[{"op":"add","path":"/spec/containers/-","value":{"name":"d"}},{"op":"move","from":"/metadata/labels","path":"/a~1b~0"},"#
                + #"{"op":"test","path":"/spec/containers/0/name","value":"c"},{"op":"copy","from":"","path":"/x"},{"op":"remove","path":"/kind"}]"#
        ) { patch in _ = try? JSONPatch(patch).apply(to: Self.pod) }
    }

    @Test func `merge patches, strategic and other`() throws {
        let structure = try #require(BuiltInSchema.shared.structure(of: GroupVersionKind(apiVersion: "v1", kind: "Pod")))
        documents(
            21,
            #"{"metadata":{"$deleteFromPrimitiveList/finalizers":["a"],"labels":null},"spec":{"$setElementOrder/containers":[{"name":"d"},{"name":"c"}],"#
                + #""containers":[{"name":"c","$patch":"delete"},{"name":"d","ports":[{"containerPort":81,"$retainKeys":["containerPort"]}]},{"$patch":"replace"}]}}"#
        ) { patch in
            _ = try? StrategicMergePatch.apply(patch, to: Self.pod, structure: structure)
            let merged = JSONMergePatch.apply(patch, to: Self.pod)
            #expect(JSONMergePatch.apply(patch, to: merged) == merged)
        }
    }

    @Test func `kubeconfigs`() {
        documents(
            22,
            "apiVersion: v1\nkind: Config\ncurrent-context: c\ncontexts: [{name: c, context: {cluster: k, user: u}}]\n"
                + "clusters: [{name: k, cluster: {server: 'https://1.2.3.4:6443', certificate-authority-data: YQ==, tls-server-name: x}}]\n"
                + "users: [{name: u, user: {token: t, client-certificate-data: YQ==, client-key-data: YQ==}}]\n"
        ) { document in _ = try? ClusterAccess(document) { _ in [] } }
    }

    @Test func `configurations of the scheduler`() {
        documents(
            23,
            "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\nprofiles: [{schedulerName: s, plugins: {score: "
                + "{enabled: [{name: NodeResourcesFit, weight: 5}], disabled: [{name: '*'}]}}, pluginConfig: [{name: NodeResourcesFit, args: "
                + "{scoringStrategy: {type: MostAllocated, resources: [{name: cpu, weight: 1}]}}}]}]\nextenders: [{urlPrefix: 'http://a', weight: 1}]\n"
        ) { document in _ = try? SchedulerConfiguration(document) }
    }

    @Test func `audit policies`() {
        documents(
            24,
            "apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules: [{level: Metadata, users: [a], verbs: [get], "
                + "resources: [{group: apps, resources: [deployments/status], resourceNames: [x]}], nonResourceURLs: ['/healthz*']}, {level: None}]\n"
        ) { document in _ = try? AuditPolicy(document) }
    }
}
