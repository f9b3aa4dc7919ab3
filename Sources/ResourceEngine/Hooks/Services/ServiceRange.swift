import Values

/// What a ServiceCIDR says of where cluster addresses come from.
struct ServiceRange: Sendable {
    /// Its IPv4 ranges that have room for hosts; addresses of the other family are not given out.
    let ranges: [IPv4Range]
    /// Whether it is the range that the cluster was made with.
    let isDefault: Bool
    /// Whether new addresses may be taken from it: it is not being deleted, and nobody says that it is not ready.
    let isReady: Bool

    init(_ object: Value) {
        ranges = (object[path: "spec", "cidrs"]?.array ?? []).compactMap { $0.string.flatMap(IPv4Range.init) }
        isDefault = object.name == "kubernetes"
        let ready = (object[path: "status", "conditions"]?.array ?? []).first { $0["type"] == "Ready" }
        isReady = object.meta("deletionTimestamp") == nil && (ready.map { $0["status"] == "True" } ?? true)
    }
}
