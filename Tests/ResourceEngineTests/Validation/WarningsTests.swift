import Core
import KubernetesAPI
import ResourceEngine
import SchemaEngine
import Testing
import Values

/// Warnings as upstream v1.36.2 was seen to send them.
@Suite struct WarningsTests {
    private func warnings(_ kind: String, _ object: Value, apiVersion: String = "v1", old: Value? = Optional.none) throws -> [String] {
        let schema = try #require(BuiltInSchema.shared.resource(of: GroupVersionKind(apiVersion: apiVersion, kind: kind)))
        return BuiltInValidator().warnings(object, old: old, schema)
    }

    private func pod(_ spec: Value, name: String = "p", annotations: Value = [:]) -> Value {
        ["metadata": ["name": .string(name), "namespace": "default", "annotations": annotations], "spec": spec]
    }

    @Test(
        "volumes that are going or gone",
        arguments: [
            ("cephfs", "spec.volumes[0].cephfs: deprecated in v1.28, non-functional in v1.31+"),
            ("rbd", "spec.volumes[0].rbd: deprecated in v1.28, non-functional in v1.31+"),
            ("flocker", "spec.volumes[0].flocker: deprecated in v1.22, non-functional in v1.25+"),
            ("glusterfs", "spec.volumes[0].glusterfs: deprecated in v1.25, non-functional in v1.26+"),
            ("quobyte", "spec.volumes[0].quobyte: deprecated in v1.22, non-functional in v1.25+"),
            ("scaleIO", "spec.volumes[0].scaleIO: deprecated in v1.16, non-functional in v1.22+"),
            ("storageos", "spec.volumes[0].storageOS: deprecated in v1.22, non-functional in v1.25+"),
            ("gitRepo", "spec.volumes[0].gitRepo: deprecated in v1.11, and disabled by default in v1.33+"),
        ])
    func volumes(kind: String, warning: String) throws {
        let volume: Value = .object(["name": "v", kind: ["a": "b"]])
        let object = pod(["volumes": [volume], "containers": [["name": "c"]]])
        #expect(try warnings("Pod", object) == [warning])
        // Pods are changed by programs: nobody reads it then.
        #expect(try warnings("Pod", object, old: object) == [])
        let template: Value = ["template": ["spec": object["spec"] ?? .null]]
        #expect(try warnings("ReplicationController", ["metadata": ["name": "r"], "spec": template]) == ["spec.template." + warning])
    }

    @Test func `a name that makes no host name`() throws {
        let name = String(repeating: "a", count: 64)
        #expect(
            try warnings("Pod", pod(["containers": []], name: name)) == [
                "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: "
                    + "[must be no more than 63 characters]"
            ])
    }

    @Test func `ports of one name, and annotations that have become fields`() throws {
        let containers: Value = [
            ["name": "a", "ports": [["name": "http", "containerPort": 80, "protocol": "TCP"]]],
            ["name": "b", "ports": [["name": "http", "containerPort": 81, "protocol": "TCP"]]],
        ]
        #expect(
            try warnings("Pod", pod(["containers": containers])) == [
                "spec.containers[1].ports[0]: duplicate port name \"http\" with spec.containers[0].ports[0], services and probes that select "
                    + "ports by name will use spec.containers[0].ports[0]"
            ])
        let key = "container.apparmor.security.beta.kubernetes.io/c"
        let profile: Value = ["securityContext": ["appArmorProfile": ["type": "Unconfined"]], "name": "c"]
        #expect(
            try warnings("Pod", pod(["containers": [profile]], annotations: .object([key: "unconfined"]))) == [
                "metadata.annotations[\(key)]: deprecated since v1.30; use the \"appArmorProfile\" field instead"
            ])
    }

    @Test func `ports that lie over each other`() throws {
        func port(_ host: Int64, _ address: String = "") -> Value {
            ["containerPort": 80, "protocol": "TCP", "hostPort": .int(host), "hostIP": .string(address)]
        }
        let ports = [port(1), port(2), port(1, "10.0.0.1"), port(1, "10.0.0.2"), port(1, "10.0.0.1"), port(0)]
        let containers: Value = [["name": "a", "ports": .array(ports)]]
        func text(_ later: Int, _ how: String, _ earlier: Int) -> String {
            "spec.containers[0].ports[\(later)]: \(how) port definition with spec.containers[0].ports[\(earlier)]"
        }
        #expect(
            try warnings("Pod", pod(["containers": containers])) == [
                text(2, "dangerously ambiguous", 0), text(3, "dangerously ambiguous", 0), text(4, "dangerously ambiguous", 0),
                text(4, "duplicate", 2),
            ] + (0..<5).map { text(5, "overlapping", $0) })
    }

    @Test func `files of one volume that lie over each other`() throws {
        let items = ["a/b", "c", "a", "a/b/c", "ab", "c/"].map { path -> Value in ["key": "k", "path": .string(path)] }
        let volume: Value = ["name": "v", "configMap": ["name": "m", "items": .array(items)]]
        func text(_ later: String, _ earlier: String) -> String {
            "volume \"v\" (ConfigMap \"m\"): overlapping paths: \"\(later)\" with \"\(earlier)\""
        }
        #expect(
            try warnings("Pod", pod(["volumes": [volume]])) == [text("a", "a/b"), text("a/b/c", "a/b"), text("a/b/c", "a"), text("c", "c")])
    }

    @Test func `what lies over much else is told of the first only`() throws {
        let ports = [Value](repeating: ["containerPort": 80, "protocol": "TCP"], count: 2000)
        #expect(try warnings("Pod", pod(["containers": [["name": "a", "ports": .array(ports)]]])).count < 3000)
        let files = [Value](repeating: ["key": "k", "path": "a"], count: 2000)
        let volume: Value = ["name": "v", "configMap": ["name": "m", "items": .array(files)]]
        #expect(try warnings("Pod", pod(["volumes": [volume]])).count == 1000)
    }

    @Test func `storage, sets and services`() throws {
        let annotation = "volume.beta.kubernetes.io/storage-class"
        #expect(
            try warnings("PersistentVolumeClaim", ["metadata": ["name": "c", "annotations": .object([annotation: "x"])]]) == [
                "metadata.annotations[\(annotation)]: deprecated since v1.8; use \"storageClassName\" attribute instead"
            ])
        #expect(
            try warnings("PersistentVolume", ["metadata": ["name": "v"], "spec": ["persistentVolumeReclaimPolicy": "Recycle"]]) == [
                "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use "
                    + "dynamic provisioning."
            ])
        #expect(
            try warnings("StatefulSet", ["metadata": ["name": "s"], "spec": ["revisionHistoryLimit": -1]], apiVersion: "apps/v1") == [
                "spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended"
            ])
        #expect(
            try warnings(
                "Service", ["metadata": ["name": "s"], "spec": ["type": "ClusterIP", "clusterIP": "10.0.0.1", "externalName": "a.b"]])
                == ["spec.externalName is ignored when spec.type is not \"ExternalName\""])
    }

    @Test(
        "addresses that are not written as they should be",
        arguments: [
            ("10.0.0.1", []), ("fd00::1", []),
            ("010.0.0.1", ["spec.externalIPs[0]: non-standard IP address \"010.0.0.1\" is invalid: use \"10.0.0.1\""]),
            ("::ffff:10.0.0.1", ["spec.externalIPs[0]: non-standard IP address \"::ffff:10.0.0.1\" is invalid: use \"10.0.0.1\""]),
            ("FD00::01", ["spec.externalIPs[0]: IPv6 address \"FD00::01\" should be in RFC 5952 canonical format (\"fd00::1\")"]),
        ])
    func addresses(address: String, warned: [String]) throws {
        let spec: Value = ["type": "ClusterIP", "clusterIP": "10.0.0.1", "externalIPs": [.string(address)]]
        let all = try warnings("Service", ["metadata": ["name": "s"], "spec": spec])
        #expect(all == warned + ["spec.externalIPs is deprecated and may no longer be implemented in some clusters"])
    }
}
