import Core
import Values

/// Gives every pod a service account, its token as a projected volume, and its image pull secrets.
struct ServiceAccountAdmission: MutatingPlugin, ValidatingPlugin {
    let name = "ServiceAccount"
    private static let volumePrefix = "kube-api-access-"
    private static let mountPath = "/var/run/secrets/kubernetes.io/serviceaccount"
    private static let mirrorAnnotation = "kubernetes.io/config.mirror"
    /// The namespace controller makes the account `default` right after a namespace: a pod that comes first waits for it.
    private static let waits = 10
    private static let wait: Duration = .milliseconds(100)

    func mutate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        guard request.operation == .create, request.isCore("pods"), var pod = request.object else { return }
        if pod.metaStrings("annotations")[Self.mirrorAnnotation] != nil { return }
        var accountName = pod[path: "spec", "serviceAccountName"]?.string ?? ""
        if accountName.isEmpty { accountName = "default" }
        let account = try await account(accountName, request, cluster)
        request.object = nil
        pod["spec"]?["serviceAccountName"] = .string(accountName)
        pod["spec"]?["serviceAccount"] = .string(accountName)
        if Self.mounts(account, pod) { Self.mountToken(&pod, cluster) }
        if pod[path: "spec", "imagePullSecrets"]?.array?.isEmpty ?? true, let secrets = account["imagePullSecrets"]?.array, !secrets.isEmpty
        {
            pod["spec"]?["imagePullSecrets"] = .array(secrets)
        }
        request.object = pod
    }

    func validate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        guard request.operation == .create, request.isCore("pods"), let pod = request.object else { return }
        let accountName = pod[path: "spec", "serviceAccountName"]?.string ?? ""
        guard pod.metaStrings("annotations")[Self.mirrorAnnotation] == nil else {
            if !accountName.isEmpty { throw request.forbidden("a mirror pod may not reference service accounts") }
            let usesToken = (pod[path: "spec", "volumes"]?.array ?? []).contains { volume in
                (volume[path: "projected", "sources"]?.array ?? []).contains { $0["serviceAccountToken"] != nil }
            }
            if usesToken { throw request.forbidden("a mirror pod may not use ServiceAccountToken volume projections") }
            return
        }
        guard !accountName.isEmpty else {
            throw request.forbidden("no service account specified for pod \(request.namespace)/\(pod.name)")
        }
    }

    private func account(_ name: String, _ request: AdmissionRequest, _ cluster: ClusterState) async throws -> Value {
        let key = ObjectKey(namespace: request.namespace, name: name)
        for attempt in 1...Self.waits {
            if let account = try cluster.get("serviceaccounts", key) { return account }
            guard name == "default", attempt < Self.waits else { break }
            try await cluster.clock.sleep(for: Self.wait)
        }
        throw request.forbidden("error looking up service account \(request.namespace)/\(name): serviceaccount \"\(name)\" not found")
    }

    private static func mounts(_ account: Value, _ pod: Value) -> Bool {
        pod[path: "spec", "automountServiceAccountToken"]?.bool ?? account["automountServiceAccountToken"]?.bool ?? true
    }

    private static func mountToken(_ pod: inout Value, _ cluster: ClusterState) {
        let volumes = pod[path: "spec", "volumes"]?.array ?? []
        let existing = volumes.compactMap { $0["name"]?.string }.first { $0.hasPrefix(volumePrefix) }
        let volume = existing ?? volumePrefix + cluster.identifiers.suffix()
        var isNeeded = false
        for list in ["initContainers", "containers"] {
            guard var containers = pod[path: "spec", list]?.array else { continue }
            for position in containers.indices {
                var mounts = containers[position]["volumeMounts"]?.array ?? []
                if mounts.contains(where: { $0["mountPath"]?.string == mountPath }) { continue }
                mounts.append(["name": .string(volume), "readOnly": true, "mountPath": .string(mountPath)])
                containers[position]["volumeMounts"] = .array(mounts)
                isNeeded = true
            }
            pod["spec"]?[list] = .array(containers)
        }
        guard existing == nil, isNeeded else { return }
        pod["spec"]?["volumes"] = .array(volumes + [tokenVolume(volume)])
    }

    /// A token that is renewed long before its 3607 seconds are over, the cluster's certificate, and the pod's namespace.
    private static func tokenVolume(_ name: String) -> Value {
        [
            "name": .string(name),
            "projected": [
                "sources": [
                    ["serviceAccountToken": ["expirationSeconds": 3607, "path": "token"]],
                    ["configMap": ["name": "kube-root-ca.crt", "items": [["key": "ca.crt", "path": "ca.crt"]]]],
                    [
                        "downwardAPI": [
                            "items": [["path": "namespace", "fieldRef": ["apiVersion": "v1", "fieldPath": "metadata.namespace"]]]
                        ]
                    ],
                ],
                "defaultMode": 420,
            ],
        ]
    }
}
