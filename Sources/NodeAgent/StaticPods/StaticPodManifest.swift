import Core
import KubernetesAPI
import SchemaEngine
import Values
import YAML

/// A pod that a file on the node asks for (https://kubernetes.io/docs/tasks/configure-pod-container/static-pod/). Pure.
package enum StaticPodManifest {
    /// Says that a pod comes from a file.
    static let source = "kubernetes.io/config.source"
    /// What stood in the file, hashed: another text is another pod.
    static let hash = "kubernetes.io/config.hash"
    /// On the object by which the API shows a static pod: the pod's hash.
    static let mirror = "kubernetes.io/config.mirror"

    /// What is wrong with a file, in words for people.
    package struct Problem: Error, CustomStringConvertible {
        package let description: String
    }

    /// The pod that runs on `node` for a file's text: defaults filled in, its uid made of file and text. Throws `Problem`.
    package static func pod(_ bytes: [UInt8], file: String, node: String) throws -> Pod {
        let value: Value
        do { value = try YAMLParser.parse(bytes) } catch { throw Problem(description: "\(file): \(error)") }
        let kind = GroupVersionKind(group: "", version: "v1", kind: "Pod")
        guard value["kind"]?.string == "Pod", value["apiVersion"]?.string == "v1" else {
            throw Problem(description: "\(file): is no Pod of v1")
        }
        guard let structure = BuiltInSchema.shared.structure(of: kind) else { throw Problem(description: "\(file): no schema of pods") }
        var pod: Pod
        do {
            let decoded = try ObjectDecoder.decode(value, kind: kind, as: structure, fieldValidation: .strict)
            pod = Pod(try BuiltInDefaults.defaulter.applied(to: decoded, as: structure).value)
        } catch { throw Problem(description: "\(file): \((error as? APIError)?.message ?? "\(error)")") }
        guard !pod.metadata.name.isEmpty else { throw Problem(description: "\(file): the pod has no name") }
        guard !pod.spec.containers.isEmpty else { throw Problem(description: "\(file): the pod has no containers") }
        if let name = foreign(pod) {
            throw Problem(description: "\(file): static pods may not reference \(name): these belong to the API")
        }
        pod.metadata.name += "-\(node)"
        if pod.metadata.namespace.isEmpty { pod.metadata.namespace = "default" }
        pod.metadata.uid = String(ImagePullRecords.hash("\(node)\u{0}\(file)\u{0}" + String(decoding: bytes, as: UTF8.self)).prefix(32))
        pod.metadata.annotations[source] = "file"
        pod.metadata.annotations[hash] = pod.metadata.uid
        pod.spec.nodeName = node
        // Nothing drives it from its node.
        pod.spec.tolerations.append(Toleration(["operator": "Exists", "effect": "NoExecute"]))
        pod.status = PodStatus()
        pod.status.phase = "Pending"
        return pod
    }

    /// What of the API's objects the pod names, which it may not.
    private static func foreign(_ pod: Pod) -> String? {
        if !pod.spec.serviceAccountName.isEmpty { return "service accounts" }
        for volume in pod.spec.volumes {
            if volume.configMap != nil { return "config maps" }
            if volume.secret != nil { return "secrets" }
            if volume.persistentVolumeClaim != nil { return "claims" }
            if volume.projected != nil { return "projected volumes" }
        }
        return nil
    }

    static func isStatic(_ pod: Pod) -> Bool { pod.metadata.annotations[source] == "file" && !isMirror(pod) }
    static func isMirror(_ pod: Pod) -> Bool { pod.metadata.annotations[mirror] != nil }

    /// The object by which the API shows the pod.
    static func mirror(of pod: Pod, nodeUID: String) -> Pod {
        var mirror = pod
        mirror.metadata.raw["uid"] = nil
        mirror.metadata.annotations[Self.mirror] = pod.metadata.uid
        mirror.metadata.raw["ownerReferences"] = [
            ["apiVersion": "v1", "kind": "Node", "name": .string(pod.spec.nodeName), "uid": .string(nodeUID), "controller": true]
        ]
        mirror.raw["status"] = nil
        return mirror
    }
}
