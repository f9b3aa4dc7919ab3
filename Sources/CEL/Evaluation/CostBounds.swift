/// The least and the most of a size. Arithmetic stays at the greatest number where it would go beyond.
struct CostBounds: Equatable {
    static let unknown = CostBounds(low: 0, high: .max)
    static let zero = CostBounds(low: 0, high: 0)
    static let one = CostBounds(low: 1, high: 1)

    var low: UInt64
    var high: UInt64

    init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    init(exactly count: Int) { self.init(low: UInt64(count), high: UInt64(count)) }

    func plus(_ other: CostBounds) -> CostBounds {
        CostBounds(low: Self.sum(low, other.low), high: Self.sum(high, other.high))
    }

    func times(_ other: CostBounds) -> CostBounds {
        CostBounds(low: Self.product(low, other.low), high: Self.product(high, other.high))
    }

    func union(_ other: CostBounds) -> CostBounds { CostBounds(low: min(low, other.low), high: max(high, other.high)) }

    static func union(_ known: CostBounds?, _ other: CostBounds) -> CostBounds { known?.union(other) ?? other }

    /// What going through so much costs at most, rounded up.
    func cost(_ factor: Double) -> UInt64 { Self.scaled(high, factor) }

    static func scaled(_ amount: UInt64, _ factor: Double) -> UInt64 {
        let product = (Double(amount) * factor).rounded(.up)
        return product >= 0x1p64 ? .max : UInt64(product)
    }

    static func sum(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let (sum, overflow) = a.addingReportingOverflow(b)
        return overflow ? .max : sum
    }

    static func product(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let (product, overflow) = a.multipliedReportingOverflow(by: b)
        return overflow ? .max : product
    }
}
