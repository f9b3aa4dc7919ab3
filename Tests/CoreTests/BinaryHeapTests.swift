import Core
import Testing

@Suite struct BinaryHeapTests {
    @Test func `the smallest comes first, however they were added`() {
        var heap = BinaryHeap<Int>()
        for number in [5, 3, 8, 1, 9, 2, 7, 3] { heap.insert(number) }
        #expect(heap.min == 1 && heap.count == 8)
        var taken: [Int] = []
        while let number = heap.popMin() { taken.append(number) }
        #expect(taken == [1, 2, 3, 3, 5, 7, 8, 9])
        #expect(heap.isEmpty && heap.min == nil)
    }

    @Test func `a histogram counts below each bound, and all`() {
        var histogram = MetricHistogram(MetricHistogram.exponential(from: 1, by: 2, count: 3))
        for value in [0.5, 1, 3, 100] { histogram.observe(value) }
        #expect(
            histogram.text("x", labels: "a=\"b\"")
                == """
                x_bucket{a="b",le="1.0"} 2
                x_bucket{a="b",le="2.0"} 2
                x_bucket{a="b",le="4.0"} 3
                x_bucket{a="b",le="+Inf"} 4
                x_sum{a="b"} 104.5
                x_count{a="b"} 4

                """)
    }
}
