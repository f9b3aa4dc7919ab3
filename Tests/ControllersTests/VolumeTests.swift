import Client
import Controllers
import Core
import KubernetesAPI
import Reconcile
import Synchronization
import TestSupport
import Testing
import Values

@Suite(.timeLimit(.minutes(1))) struct VolumeTests {
    private let loops = [
        "persistentvolume-binder-controller", "persistentvolume-protection-controller", "persistentvolumeclaim-protection-controller",
    ]

    private final class Directories: LocalVolumeStorage {
        let root = "/volumes"
        private let present = Mutex<Set<String>>([])
        var paths: Set<String> { present.withLock { $0 } }

        func create(_ path: String, on node: String) async throws { present.withLock { _ = $0.insert("\(node):\(path)") } }
        func remove(_ path: String, on node: String) async throws { present.withLock { _ = $0.remove("\(node):\(path)") } }
    }

    private func claim(_ name: String, size: String, storageClass: String = "") -> PersistentVolumeClaim {
        var claim = PersistentVolumeClaim()
        claim.metadata.name = name
        claim.metadata.namespace = "default"
        claim.raw["spec"] = [
            "accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": .string(size)]],
            "storageClassName": .string(storageClass),
        ]
        return claim
    }

    private func volume(_ name: String, size: String, node: String? = nil) -> PersistentVolume {
        var volume = PersistentVolume()
        volume.metadata.name = name
        volume.raw["spec"] = [
            "capacity": ["storage": .string(size)], "accessModes": ["ReadWriteOnce"], "hostPath": ["path": "/data"],
            "persistentVolumeReclaimPolicy": "Retain",
        ]
        if let node {
            volume.raw["spec"]?["nodeAffinity"] = [
                "required": [
                    "nodeSelectorTerms": [
                        ["matchExpressions": [["key": "kubernetes.io/hostname", "operator": "In", "values": [.string(node)]]]]
                    ]
                ]
            ]
        }
        return volume
    }

    @Test func `a claim gets the smallest volume that will do, which is not given to another after it`() async throws {
        try await ControlPlane.run(loops, runsPods: false) { plane in
            for (name, size) in [("large", "5Gi"), ("fitting", "2Gi"), ("small", "500Mi")] {
                _ = try await plane.client.create(volume(name, size: size))
            }
            try await plane.wait(PersistentVolume.self, "fitting") { $0?.status.phase == "Available" }
            try await plane.wait(PersistentVolume.self, "large") { $0?.status.phase == "Available" }
            _ = try await plane.client.create(claim("data", size: "1Gi"))
            let bound = try await plane.wait(PersistentVolumeClaim.self, "data") { $0?.status.phase == "Bound" }
            #expect(bound?.spec.volumeName == "fitting")
            #expect(bound?.status.capacity["storage"] == "2Gi")
            #expect(bound?.metadata.annotations["pv.kubernetes.io/bind-completed"] == "yes")
            let taken = try await plane.wait(PersistentVolume.self, "fitting") { $0?.status.phase == "Bound" }
            #expect(taken?.spec.claimRef?.uid == bound?.metadata.uid)
            try await plane.client.delete(PersistentVolumeClaim.self, ObjectKey(namespace: "default", name: "data"))
            try await plane.wait(PersistentVolumeClaim.self, "data") { $0 == nil }
            try await plane.wait(PersistentVolume.self, "fitting") { $0?.status.phase == "Released" }
            _ = try await plane.client.create(claim("other", size: "1Gi"))
            let other = try await plane.wait(PersistentVolumeClaim.self, "other") { $0?.status.phase == "Bound" }
            #expect(other?.spec.volumeName == "large")
        }
    }

    @Test func `a volume that is lost takes its claim with it`() async throws {
        try await ControlPlane.run(loops, runsPods: false) { plane in
            _ = try await plane.client.create(claim("data", size: "1Gi"))
            _ = try await plane.client.create(volume("one", size: "1Gi"))
            try await plane.wait(PersistentVolumeClaim.self, "data") { $0?.status.phase == "Bound" }
            try await plane.client.delete(PersistentVolume.self, ObjectKey(name: "one"))
            do {
                try await plane.change(PersistentVolume.self, "one") { $0.metadata.finalizers = [] }
            } catch let error as APIError where error.reason == .notFound {
                // Its protection was not there yet: it went at once.
            }
            try await plane.wait(PersistentVolumeClaim.self, "data") { $0?.status.phase == "Lost" }
        }
    }

    @Test func `a local volume is made where its first pod is, and goes with its claim`() async throws {
        let directories = Directories()
        var options = ControllerOptions()
        options.localVolumes = directories
        try await ControlPlane.run(loops, options: options, runsPods: false) { plane in
            var storageClass = StorageClass()
            storageClass.metadata.name = "local-path"
            storageClass.raw["provisioner"] = .string(LocalPathClass.provisioner)
            storageClass.raw["volumeBindingMode"] = "WaitForFirstConsumer"
            _ = try await plane.client.create(storageClass)
            var node = Node()
            node.metadata.name = "one"
            node.metadata.labels["kubernetes.io/hostname"] = "one"
            _ = try await plane.client.create(node)
            try await plane.wait(Node.self, "one") { $0 != nil }
            try await plane.wait(StorageClass.self, "local-path") { $0 != nil }
            let wanted = try await plane.client.create(claim("data", size: "1Gi", storageClass: "local-path"))
            try await plane.wait(PersistentVolumeClaim.self, "data") { $0 != nil }
            var pod = Pod()
            pod.metadata.name = "db"
            pod.metadata.namespace = "default"
            pod.spec.nodeName = "one"
            pod.raw["spec"]?["containers"] = [["name": "main", "image": "db:1"]]
            pod.raw["spec"]?["volumes"] = [["name": "data", "persistentVolumeClaim": ["claimName": "data"]]]
            _ = try await plane.client.create(pod)
            let bound = try await plane.wait(PersistentVolumeClaim.self, "data") { $0?.status.phase == "Bound" }
            let name = "pvc-\(wanted.metadata.uid)"
            #expect(bound?.spec.volumeName == name)
            let volume = try await plane.client.get(PersistentVolume.self, ObjectKey(name: name))
            #expect(volume.spec.hostPath?.path == "/volumes/\(name)_default_data")
            #expect(volume.spec.nodeAffinity?.required?.nodeSelectorTerms[0].matchExpressions[0].values == ["one"])
            #expect(directories.paths == ["one:/volumes/\(name)_default_data"])

            // In use: the claim stays until the pod is gone.
            try await plane.client.delete(PersistentVolumeClaim.self, bound!.key)
            try await plane.wait(PersistentVolumeClaim.self, "data") { $0?.metadata.isBeingDeleted == true }
            var now = Client.Options()
            now.gracePeriodSeconds = 0
            try await plane.client.delete(Pod.self, ObjectKey(namespace: "default", name: "db"), options: now)
            try await plane.wait(PersistentVolumeClaim.self, "data") { $0 == nil }
            try await plane.wait(PersistentVolume.self, name) { $0 == nil }
            #expect(directories.paths.isEmpty)
        }
    }

    @Test func `a volume that is kept for a claim, or is on its node, is preferred`() {
        var kept = volume("kept", size: "9Gi")
        kept.raw["spec"]?["claimRef"] = ["namespace": "default", "name": "data"]
        var here = volume("here", size: "2Gi", node: "one")
        var there = volume("there", size: "1Gi", node: "two")
        here.status.phase = "Available"
        there.status.phase = "Available"
        var node = Node()
        node.metadata.name = "one"
        node.metadata.labels["kubernetes.io/hostname"] = "one"
        let wanted = claim("data", size: "1Gi")
        #expect(VolumeMatch.best(for: wanted, among: [here, there], node: node)?.metadata.name == "here")
        #expect(VolumeMatch.best(for: wanted, among: [here, there], node: nil)?.metadata.name == "there")
        #expect(VolumeMatch.best(for: wanted, among: [here, there, kept], node: node)?.metadata.name == "kept")
        #expect(VolumeMatch.best(for: claim("other", size: "1Gi"), among: [kept], node: nil) == nil)
        #expect(VolumeMatch.best(for: claim("data", size: "3Gi"), among: [here, there], node: nil) == nil)
    }
}
