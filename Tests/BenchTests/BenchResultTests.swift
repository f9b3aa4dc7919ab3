import Bench
import Testing
import Values

@Suite struct BenchResultTests {
    @Test func `percentiles are those of the nearest rank`() {
        var latencies = Latencies()
        #expect(latencies.percentile(0.99) == .zero)
        for number in (1...100).reversed() { latencies.add(.milliseconds(number)) }
        #expect(latencies.percentile(0.5) == .milliseconds(50))
        #expect(latencies.percentile(0.99) == .milliseconds(99))
        #expect(latencies.percentile(1) == .milliseconds(100))
    }

    @Test func `a result is a table to people and an object to programs`() {
        var result = BenchResult("pods")
        result.set("nodes", 3)
        result.add("podsPerSecond", 12.3456, "pods/s")
        var latencies = Latencies()
        latencies.add(.milliseconds(7))
        result.add("bind", latencies)
        #expect(result.table == "pods: nodes=3\npodsPerSecond  12.346 pods/s\nbindP50        7 ms\nbindP99        7 ms")
        #expect(result.json["figures"]?["podsPerSecond"]?.double == 12.346)
        #expect(result.json["settings"]?["nodes"] == "3")
    }

    @Test func `the first error of concurrent work ends it`() async {
        struct Failure: Error {}
        await #expect(throws: Failure.self) {
            try await concurrently(100, limit: 4) { number in if number == 50 { throw Failure() } }
        }
    }
}
