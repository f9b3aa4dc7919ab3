import Values

/// What a pod makes its node look at: names of objects of the pod's own namespace.
package struct PodReferences: Sendable, Equatable {
    package var secrets: Set<String> = []
    var configMaps: Set<String> = []
    var claims: Set<String> = []
    var resourceClaims: Set<String> = []
    var serviceAccount = ""

    /// A mirror pod vouches for nothing: nodes make them themselves.
    package init(_ pod: Value) {
        guard pod[path: "metadata", "annotations"]?["kubernetes.io/config.mirror"] == nil, let spec = pod["spec"] else { return }
        serviceAccount = spec["serviceAccountName"]?.string ?? ""
        for secret in spec["imagePullSecrets"]?.array ?? [] { add(secret["name"], to: \.secrets) }
        for list in ["initContainers", "containers", "ephemeralContainers"] {
            for container in spec[list]?.array ?? [] { look(atContainer: container) }
        }
        let name = pod[path: "metadata", "name"]?.string ?? ""
        for volume in spec["volumes"]?.array ?? [] { look(atVolume: volume, pod: name) }
        let made = pod[path: "status", "resourceClaimStatuses"]?.array ?? []
        for claim in spec["resourceClaims"]?.array ?? [] {
            add(claim["resourceClaimName"], to: \.resourceClaims)
            if claim["resourceClaimTemplateName"]?.string != nil {
                add(made.first { $0["name"] == claim["name"] }?["resourceClaimName"], to: \.resourceClaims)
            }
        }
        add(pod[path: "status", "extendedResourceClaimStatus"]?["resourceClaimName"], to: \.resourceClaims)
    }

    private mutating func add(_ name: Value?, to set: WritableKeyPath<Self, Set<String>>) {
        guard let name = name?.string, !name.isEmpty else { return }
        self[keyPath: set].insert(name)
    }

    private mutating func look(atContainer container: Value) {
        for source in container["envFrom"]?.array ?? [] {
            add(source[path: "secretRef", "name"], to: \.secrets)
            add(source[path: "configMapRef", "name"], to: \.configMaps)
        }
        for variable in container["env"]?.array ?? [] {
            add(variable[path: "valueFrom", "secretKeyRef"]?["name"], to: \.secrets)
            add(variable[path: "valueFrom", "configMapKeyRef"]?["name"], to: \.configMaps)
        }
    }

    private mutating func look(atVolume volume: Value, pod: String) {
        add(volume[path: "secret", "secretName"], to: \.secrets)
        add(volume[path: "azureFile", "secretName"], to: \.secrets)
        add(volume[path: "csi", "nodePublishSecretRef"]?["name"], to: \.secrets)
        for kind in ["cephfs", "cinder", "flexVolume", "rbd", "scaleIO", "iscsi", "storageos"] {
            add(volume[path: kind, "secretRef"]?["name"], to: \.secrets)
        }
        add(volume[path: "configMap", "name"], to: \.configMaps)
        for source in volume[path: "projected", "sources"]?.array ?? [] {
            add(source[path: "secret", "name"], to: \.secrets)
            add(source[path: "configMap", "name"], to: \.configMaps)
        }
        add(volume[path: "persistentVolumeClaim", "claimName"], to: \.claims)
        if volume["ephemeral"]?.object != nil, let name = volume["name"]?.string { claims.insert("\(pod)-\(name)") }
    }

    /// The secrets that a node needs to mount a volume, by namespace.
    static func secrets(ofVolume volume: Value) -> [(namespace: String, name: String)] {
        guard let spec = volume["spec"], let claimed = spec[path: "claimRef", "namespace"]?.string else { return [] }
        var result: [(namespace: String, name: String)] = []
        func add(_ reference: Value?, key: String = "name", namespaceKey: String = "namespace") {
            guard let name = reference?[key]?.string, !name.isEmpty else { return }
            let namespace = reference?[namespaceKey]?.string ?? ""
            result.append((namespace.isEmpty ? claimed : namespace, name))
        }
        add(spec["azureFile"], key: "secretName", namespaceKey: "secretNamespace")
        for kind in ["cephfs", "cinder", "flexVolume", "rbd", "scaleIO", "iscsi", "storageos"] { add(spec[path: kind, "secretRef"]) }
        for field in ["nodePublishSecretRef", "nodeStageSecretRef", "nodeExpandSecretRef"] { add(spec[path: "csi", field]) }
        return result
    }
}
