import Core
import HTTPTransport
import ResourceEngine

/// What requests cost, as far as it can be told before they are read.
extension APIServer {
    /// Objects whose size is looked at.
    private static let sample = 4

    func work(of request: RequestAttributes, _ query: QueryParameters) -> FlowWork {
        switch request.verb {
        case "list": return list(request, query)
        case "watch":
            let tellsWhatThereIs = RequestReader.isTrue(query["sendInitialEvents"]) || ["", "0"].contains(query["resourceVersion"] ?? "")
            return tellsWhatThereIs ? list(request, query) : FlowWork()
        case "create", "update", "patch", "delete":
            // Nobody watches tokens, though accounts are watched.
            if request.subresource == "token", request.resource.resource == "serviceaccounts" { return FlowWork() }
            return .write(watchers: watchCounts.interested(in: request))
        default: return FlowWork()
        }
    }

    private func list(_ request: RequestAttributes, _ query: QueryParameters) -> FlowWork {
        guard let resource = engine.registry[request.resource] else { return FlowWork() }
        let snapshot = engine.cluster.store.snapshot(resource.bucket)
        let some = snapshot.objects(limit: Self.sample)
        guard !some.isEmpty else { return FlowWork() }
        var size = 0
        for object in some { size += object.bytes.count }
        return .list(
            count: snapshot.count(), size: size / some.count, limit: max(0, query["limit"].flatMap { Int($0) } ?? 0),
            isSingle: query["fieldSelector"]?.contains("metadata.name=") ?? false)
    }
}
