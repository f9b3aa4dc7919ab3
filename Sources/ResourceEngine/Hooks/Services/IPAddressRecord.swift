import Core
import KubernetesAPI
import SchemaEngine
import Store
import Values

/// The IPAddress objects by which everybody sees which Service has which address (upstream's MultiCIDRServiceAllocator). They are written in
/// the same commit as their Service, so that neither is ever there without the other.
enum IPAddressRecord {
    static let bucket = "networking.k8s.io/ipaddresses"
    static let manager = "ipallocator.k8s.io"

    static func key(_ address: UInt32) -> ObjectKey { ObjectKey(namespace: "", name: IPv4Range.text(address)) }

    static func exists(_ address: UInt32, _ cluster: ClusterState) -> Bool { cluster.store.get(bucket, key(address)) != nil }

    /// The write that notes an address for a service. Throws `APIError`.
    static func creation(_ address: UInt32, for service: Value, _ context: HookContext) throws -> Write {
        guard
            let schema = BuiltInSchema.shared.resource(
                GroupVersionResource(group: "networking.k8s.io", version: "v1", resource: "ipaddresses"))
        else { throw APIError.internalError("IPAddresses are not known") }
        let object: Value = [
            "metadata": [
                "name": .string(IPv4Range.text(address)), "uid": .string(context.cluster.identifiers.uid()),
                "creationTimestamp": .string(context.now.rfc3339),
                "labels": ["ipaddress.kubernetes.io/ip-family": "IPv4", "ipaddress.kubernetes.io/managed-by": .string(manager)],
            ],
            "spec": [
                "parentRef": [
                    "group": "", "resource": "services", "namespace": .string(service.meta("namespace")?.string ?? ""),
                    "name": .string(service.name),
                ]
            ],
        ]
        let owned = ServedResource(schema: schema).fieldManagement().updating(
            try schema.canonical(object), live: nil, manager: "kube-apiserver", now: context.now)
        let complete = try schema.canonical(owned)
        let encoded = ObjectEncoder.encode(complete, schema.kind, ObjectSummary(of: complete, schema.selectableFields))
        return Write(resource: bucket, key: key(address), precondition: .absent, change: .put(encoded))
    }

    /// The writes that let go of a service's addresses. One that somebody holds by a finalizer, or made for another, stays.
    static func deletions(_ addresses: some Sequence<UInt32>, of service: Value, _ cluster: ClusterState) throws -> [Write] {
        try addresses.compactMap { address in
            guard let stored = cluster.store.get(bucket, key(address)) else { return nil }
            let object = try cluster.parsed.value(of: stored)
            guard object[path: "spec", "parentRef", "resource"] == "services",
                object[path: "spec", "parentRef", "name"]?.string == service.name,
                object[path: "spec", "parentRef", "namespace"] == service.meta("namespace"),
                object.meta("finalizers")?.isEmpty ?? true
            else { return nil }
            return Write(resource: bucket, key: stored.key, precondition: .revision(stored.revision), change: .delete())
        }
    }
}
