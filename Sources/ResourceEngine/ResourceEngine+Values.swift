import Values

/// Answers as values, for callers in this process. A stored object is parsed once for all of them.
extension ResourceEngine {
    package func value(of object: ServedObject) throws -> Value {
        guard case .stored(let stored) = object else { return try object.value() }
        return try cluster.parsed.value(of: stored)
    }

    package func value(of response: EngineResponse) throws -> Value {
        switch response.content {
        case .object(let object): return try value(of: object)
        case .status(let status): return status
        case .list(let list):
            return response.listValue(try list.items.map { try value(of: $0) }, list)
        }
    }
}
