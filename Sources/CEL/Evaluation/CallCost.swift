/// What a call costs besides its arguments (cel-go's tracker and Kubernetes' library costs): going through a text costs a tenth of its length.
enum CallCost {
    static let traversal = 0.1
    static let regex = 0.25

    static func before(_ name: String, _ values: [CELValue]) -> UInt64 {
        func size(_ position: Int) -> Double { position < values.count ? Double(values[position].size) : 0 }
        func tenth(_ amount: Double) -> UInt64 { UInt64((amount * traversal).rounded(.up)) }
        switch name {
        case "check": return 350_000
        case "lists.range":
            if case .int(let count)? = values.first { return UInt64(max(1, count)) }
            return 1
        case "startsWith", "endsWith": return tenth(size(1))
        case "contains", "indexOf", "lastIndexOf":
            if case .list? = values.first { return UInt64(size(0)) }
            return UInt64((size(0) * traversal).rounded(.up) * max(1, (size(1) * traversal).rounded(.up)))
        case "matches", "find", "findAll":
            return UInt64(max(1, ((size(0) + 1) * traversal).rounded(.up)) * max(1, (size(1) * regex).rounded(.up)))
        case "_+_", "bytes", "string", "url", "isURL", "quantity", "isQuantity", "ip", "isIP", "cidr", "isCIDR":
            if case .int? = values.first { return 1 }
            return max(1, tenth(size(0) + (name == "_+_" ? size(1) : 0)))
        case "_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_": return max(1, tenth(min(size(0), size(1))))
        case "@in": return max(1, UInt64(size(1)))
        case "lowerAscii", "upperAscii", "trim", "replace", "split", "substring", "join", "charAt", "reverse": return max(1, tenth(size(0)))
        case "isSorted", "sum", "min", "max", "flatten", "sort", "slice": return max(1, UInt64(size(0)))
        case "distinct": return UInt64(max(1, size(0) * size(0)))
        case "sets.contains", "sets.intersects", "sets.equivalent": return max(1, UInt64(size(0) * size(1)))
        default: return 1
        }
    }
}
