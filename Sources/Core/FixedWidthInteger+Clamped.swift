/// Arithmetic on numbers that clients choose: what lies beyond the type counts as its end.
extension FixedWidthInteger {
    @inlinable package func adding(clamped other: Self) -> Self {
        let (sum, isBeyond) = addingReportingOverflow(other)
        return isBeyond ? (other < 0 ? .min : .max) : sum
    }

    @inlinable package func multiplied(clamped other: Self) -> Self {
        let (product, isBeyond) = multipliedReportingOverflow(by: other)
        return isBeyond ? ((self < 0) == (other < 0) ? .max : .min) : product
    }

    /// The nearest whole number, of a fraction that has been rounded; 0 for what is no number.
    @inlinable package init(nearest number: Double) {
        self = Self(exactly: number) ?? (number.isNaN ? 0 : number < 0 ? .min : .max)
    }
}
