import Client
import Controllers
import Core
import KubernetesAPI
import Reconcile
import TestSupport
import Testing
import Values

@Suite(.timeLimit(.minutes(1))) struct AttachmentTests {
    private func create(_ plane: ControlPlane, node: String) async throws {
        var made = Node()
        made.metadata.name = node
        _ = try await plane.client.create(made)
    }

    /// A volume of a CSI driver with its claim.
    private func createVolume(_ plane: ControlPlane, _ name: String, capacity: String = "1Gi", provisionedBy: String = "") async throws {
        let claim = try await plane.client.create(
            PersistentVolumeClaim([
                "metadata": ["name": .string(name), "namespace": "default"],
                "spec": [
                    "accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": .string(capacity)]],
                    "volumeName": .string("pv-\(name)"), "storageClassName": .string(provisionedBy.isEmpty ? "" : "growing"),
                ],
            ]))
        var volume = PersistentVolume([
            "metadata": ["name": .string("pv-\(name)")],
            "spec": [
                "accessModes": ["ReadWriteOnce"], "capacity": ["storage": .string(capacity)],
                "storageClassName": .string(provisionedBy.isEmpty ? "" : "growing"),
                "claimRef": ["namespace": "default", "name": .string(name), "uid": .string(claim.metadata.uid)],
            ],
        ])
        if provisionedBy.isEmpty {
            volume.raw["spec"]?["csi"] = ["driver": "disk.example.com", "volumeHandle": .string("h-\(name)")]
        } else {
            volume.metadata.annotations = ["pv.kubernetes.io/provisioned-by": provisionedBy]
            volume.raw["spec"]?["hostPath"] = ["path": "/data"]
        }
        _ = try await plane.client.create(volume)
        try await plane.changeStatus(PersistentVolumeClaim.self, name) {
            $0.status.phase = "Bound"
            $0.status.capacity = ["storage": capacity]
        }
    }

    private func createPod(_ plane: ControlPlane, _ name: String, on node: String, claim: String) async throws {
        _ = try await plane.client.create(
            Pod([
                "metadata": ["name": .string(name), "namespace": "default"],
                "spec": [
                    "nodeName": .string(node), "containers": [["name": "c", "image": "web:1"]],
                    "volumes": [["name": "v", "persistentVolumeClaim": ["claimName": .string(claim)]]],
                ],
            ]))
    }

    private func attachments(_ plane: ControlPlane, until condition: @escaping @Sendable ([VolumeAttachment]) -> Bool) async throws
        -> [VolumeAttachment]
    {
        let informer = plane.informers.informer(VolumeAttachment.self)
        let signal = Signal()
        informer.raise(signal)
        return try await plane.advancing(by: .milliseconds(100)) {
            while true {
                let present = informer.list()
                if condition(present) { return present }
                try await signal.wait()
            }
        }
    }

    @Test func `attachments that others have made are left alone`() async throws {
        try await ControlPlane.run(["persistentvolume-attach-detach-controller"], runsPods: false) { plane in
            try await create(plane, node: "n1")
            try await createVolume(plane, "data")
            for name in ["by-hand", VolumeAttachment.unused] {
                _ = try await plane.client.create(
                    VolumeAttachment([
                        "metadata": ["name": .string(name)],
                        "spec": ["attacher": "disk.example.com", "nodeName": "n1", "source": ["persistentVolumeName": "pv-data"]],
                    ]))
            }
            // What is its own it takes back, as nobody uses it; then it has seen the other one, too.
            let left = try await attachments(plane) { !$0.contains { $0.metadata.name == VolumeAttachment.unused } && !$0.isEmpty }
            #expect(left.map(\.metadata.name) == ["by-hand"])
        }
    }

    @Test func `a volume is attached where its pod is, reported, and detached when nobody uses it`() async throws {
        try await ControlPlane.run(["persistentvolume-attach-detach-controller"], runsPods: false) { plane in
            try await create(plane, node: "n1")
            try await createVolume(plane, "data")
            try await createPod(plane, "p", on: "n1", claim: "data")
            let made = try await attachments(plane) { $0.count == 1 }[0]
            #expect(made.spec.attacher == "disk.example.com" && made.spec.nodeName == "n1")
            #expect(made.spec.source.persistentVolumeName == "pv-data" && made.metadata.name.hasPrefix("csi-"))
            // As the driver's attacher does it.
            try await plane.changeStatus(VolumeAttachment.self, made.metadata.name) { $0.status.attached = true }
            let node = try await plane.wait(Node.self, "n1", advancing: .milliseconds(100)) { $0?.status.volumesAttached.isEmpty == false }
            #expect(node?.status.volumesAttached.map(\.name) == ["kubernetes.io/csi/disk.example.com^h-data"])
            try await plane.changeStatus(Pod.self, "p") { $0.status.phase = "Succeeded" }
            _ = try await attachments(plane) { $0.isEmpty }
            try await plane.wait(Node.self, "n1", advancing: .milliseconds(100)) { $0?.status.volumesAttached.isEmpty == true }
        }
    }

    @Test func `a volume for one node at a time waits until the other has let go`() async throws {
        try await ControlPlane.run(["persistentvolume-attach-detach-controller"], runsPods: false) { plane in
            for name in ["n1", "n2"] { try await create(plane, node: name) }
            try await createVolume(plane, "data")
            try await createPod(plane, "first", on: "n1", claim: "data")
            _ = try await attachments(plane) { $0.map(\.spec.nodeName) == ["n1"] }
            try await createPod(plane, "second", on: "n2", claim: "data")
            try await plane.changeStatus(Pod.self, "first") { $0.status.phase = "Failed" }
            _ = try await attachments(plane) { $0.map(\.spec.nodeName) == ["n2"] }
        }
    }

    @Test func `a directory grows with its claim, other volumes are for their drivers`() async throws {
        try await ControlPlane.run(["persistentvolume-expander-controller"], runsPods: false) { plane in
            var growing = StorageClass()
            growing.metadata.name = "growing"
            growing.provisioner = "martlet.dev/local-path"
            growing.allowVolumeExpansion = true
            _ = try await plane.client.create(growing)
            try await createVolume(plane, "data", provisionedBy: "martlet.dev/local-path")
            try await plane.change(PersistentVolumeClaim.self, "data") {
                $0.raw["spec"]?["resources"]?["requests"]?["storage"] = "3Gi"
            }
            try await plane.wait(PersistentVolumeClaim.self, "data", advancing: .milliseconds(100)) {
                $0?.status.capacity["storage"] == "3Gi"
            }
            #expect(
                try await plane.client.get(PersistentVolume.self, ObjectKey(name: "pv-data")).spec.capacity["storage"] == "3Gi")
        }
    }

    @Test func `nodes are told how long they may keep what they read`() async throws {
        try await ControlPlane.run(["ttl-controller"], runsPods: false) { plane in
            try await create(plane, node: "n1")
            try await plane.wait(Node.self, "n1", advancing: .milliseconds(100)) {
                $0?.metadata.annotations["node.alpha.kubernetes.io/ttl"] == "0"
            }
        }
    }

    @Test func `a taint of a device makes those leave whose claim does not tolerate it`() async throws {
        try await ControlPlane.run(["device-taint-eviction-controller"], runsPods: false) { plane in
            let pod = try await plane.client.create(
                Pod([
                    "metadata": ["name": "p", "namespace": "default"],
                    "spec": ["nodeName": "n1", "containers": [["name": "c", "image": "web:1"]]],
                ]))
            let spec: Value = ["devices": ["requests": [["name": "r", "exactly": ["deviceClassName": "gpu"]]]]]
            _ = try await plane.client.create(
                ResourceResourceClaim(["metadata": ["name": "c", "namespace": "default"], "spec": spec]))
            try await plane.changeStatus(ResourceResourceClaim.self, "c") { claim in
                claim.raw["status"] = [
                    "allocation": ["devices": ["results": [["request": "r", "driver": "d.example.com", "pool": "n1", "device": "d0"]]]],
                    "reservedFor": [["resource": "pods", "name": "p", "uid": .string(pod.metadata.uid)]],
                ]
            }
            func slice(_ device: Value) -> Value {
                [
                    "metadata": ["name": "s"],
                    "spec": [
                        "driver": "d.example.com", "nodeName": "n1", "pool": ["name": "n1", "generation": 1, "resourceSliceCount": 1],
                        "devices": [device],
                    ],
                ]
            }
            _ = try await plane.client.create(ResourceSlice(slice(["name": "d0"])))
            try await plane.change(ResourceSlice.self, "s") {
                $0.raw["spec"]?["devices"] = [["name": "d0", "taints": [["key": "broken", "effect": "NoExecute"]]]]
            }
            let gone = try await plane.wait(Pod.self, "p") { $0?.metadata.deletionTimestamp.isEmpty == false }
            #expect(gone?.status.conditions.contains { $0.reason == "DeletionByDeviceTaintManager" } == true)
        }
    }
}

extension VolumeAttachment {
    /// A name as the controller gives it.
    fileprivate static let unused = "csi-" + String(repeating: "0a", count: 32)
}
