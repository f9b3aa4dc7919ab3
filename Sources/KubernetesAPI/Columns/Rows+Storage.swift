import Values

/// Volumes, claims, classes and drivers.
extension BuiltInRows {
    static let storage: [String: RowPlan] = [
        "io.k8s.api.core.v1.PersistentVolume": row(
            PersistentVolume.self,
            "metadata(deletionTimestamp,annotations) spec(capacity,accessModes,persistentVolumeReclaimPolicy,claimRef(namespace,name)) "
                + "spec(storageClassName,volumeAttributesClassName,volumeMode) status(phase,reason)"
        ) { volume, ages in
            let claim = volume.spec.claimRef.map { "\($0.namespace)/\($0.name)" } ?? ""
            return [
                text(volume.metadata.name), text(volume.spec.capacity["storage"] ?? "", or: "0"),
                .string(accessModes(volume.spec.accessModes)),
                text(volume.spec.persistentVolumeReclaimPolicy),
                .string(volume.metadata.deletionTimestamp.isEmpty ? volume.status.phase : "Terminating"), .string(claim),
                text(volume.metadata.annotations[classAnnotation] ?? volume.spec.storageClassName),
                text(volume.spec.volumeAttributesClassName, or: "<unset>"), text(volume.status.reason), ages.of(volume.metadata),
                text(volume.spec.volumeMode, or: "<unset>"),
            ]
        },
        "io.k8s.api.core.v1.PersistentVolumeClaim": row(
            PersistentVolumeClaim.self,
            "metadata(deletionTimestamp,annotations) spec(volumeName,storageClassName,volumeAttributesClassName,volumeMode) "
                + "status(phase,capacity,accessModes)"
        ) { claim, ages in
            let isBound = !claim.spec.volumeName.isEmpty
            return [
                text(claim.metadata.name), .string(claim.metadata.deletionTimestamp.isEmpty ? claim.status.phase : "Terminating"),
                text(claim.spec.volumeName), .string(isBound ? claim.status.capacity["storage"] ?? "0" : ""),
                .string(isBound ? accessModes(claim.status.accessModes) : ""),
                text(claim.metadata.annotations[classAnnotation] ?? claim.spec.storageClassName),
                text(claim.spec.volumeAttributesClassName, or: "<unset>"), ages.of(claim.metadata),
                text(claim.spec.volumeMode, or: "<unset>"),
            ]
        },
        "io.k8s.api.storage.v1.StorageClass": row(
            StorageClass.self, "metadata.annotations provisioner reclaimPolicy volumeBindingMode allowVolumeExpansion"
        ) { storage, ages in
            [
                .string(
                    named(
                        storage.metadata, "storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")
                ),
                text(storage.provisioner), text(storage.reclaimPolicy, or: "Delete"), text(storage.volumeBindingMode, or: "Immediate"),
                .bool(storage.allowVolumeExpansion ?? false), ages.of(storage.metadata),
            ]
        },
        "io.k8s.api.storage.v1.VolumeAttributesClass": row(VolumeAttributesClass.self, "driverName") { attributes, ages in
            [text(attributes.metadata.name), text(attributes.driverName), ages.of(attributes.metadata)]
        },
        "io.k8s.api.storage.v1.VolumeAttachment": row(
            VolumeAttachment.self, "spec(attacher,source.persistentVolumeName,nodeName) status.attached"
        ) { attachment, ages in
            [
                text(attachment.metadata.name), text(attachment.spec.attacher), text(attachment.spec.source.persistentVolumeName),
                text(attachment.spec.nodeName), .bool(attachment.status.attached), ages.of(attachment.metadata),
            ]
        },
        "io.k8s.api.storage.v1.CSINode": row(CSINode.self, "spec.drivers()") { node, ages in
            [text(node.metadata.name), number(node.spec.drivers.count), ages.of(node.metadata)]
        },
        "io.k8s.api.storage.v1.CSIDriver": row(
            CSIDriver.self,
            "spec(attachRequired,podInfoOnMount,storageCapacity,tokenRequests.audience,requiresRepublish,volumeLifecycleModes)"
        ) { driver, ages in
            let audiences = driver.spec.tokenRequests.map(\.audience).joined(separator: ",")
            return [
                text(driver.metadata.name), .bool(driver.spec.attachRequired ?? true), .bool(driver.spec.podInfoOnMount ?? false),
                .bool(driver.spec.storageCapacity ?? false), .string(driver.spec.tokenRequests.isEmpty ? "<unset>" : audiences),
                .bool(driver.spec.requiresRepublish ?? false),
                text(driver.spec.volumeLifecycleModes.joined(separator: ","), or: "<none>"), ages.of(driver.metadata),
            ]
        },
    ]

    private static let classAnnotation = "volume.beta.kubernetes.io/storage-class"

    /// The name, marked when an annotation makes the object the default of its kind.
    static func named(_ metadata: ObjectMeta, _ annotations: String...) -> String {
        annotations.contains { metadata.annotations[$0] == "true" } ? "\(metadata.name) (default)" : metadata.name
    }

    private static func accessModes(_ modes: [String]) -> String {
        let short = [
            ("ReadWriteOnce", "RWO"), ("ReadOnlyMany", "ROX"), ("ReadWriteMany", "RWX"), ("ReadWriteOncePod", "RWOP"),
        ]
        return short.filter { modes.contains($0.0) }.map(\.1).joined(separator: ",")
    }
}
