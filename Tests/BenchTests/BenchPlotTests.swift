import Bench
import Testing

@Suite struct BenchPlotTests {
    private func result(_ rate: Double) -> BenchResult {
        var result = BenchResult("scheduler/<basic>")
        result.set("nodes", 3)
        result.add("podsPerSecond", rate, "pods/s")
        var latencies = Latencies()
        for number in 1...10 { latencies.add(.milliseconds(number)) }
        result.add("createdToBound", latencies)
        let begin = ContinuousClock.now
        result.plot("bound", "pods/s", [0.1, 0.2, 2.5].map { begin + .milliseconds(Int($0 * 1000)) }, since: begin)
        return result
    }

    @Test func `what happened is counted second by second, those without anything included`() {
        let series = result(12).series
        #expect(series.count == 1)
        #expect(series[0].points.map(\.x) == [0.5, 1.5, 2.5])
        #expect(series[0].points.map(\.y) == [2, 0, 1])
    }

    @Test func `a picture has a panel for each unit and one for latencies, and a line for each who was measured`() {
        let svg = BenchPlot([("martlet", result(12)), ("upstream", result(3))]).svg
        #expect(svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>\n"))
        #expect(svg.split(separator: "<polyline").count == 5)
        for text in ["scheduler/&lt;basic&gt; nodes=3", "pods/s over time", "latency in ms by percentile", "upstream createdToBound"] {
            #expect(svg.contains(text), "\(text) is missing")
        }
        #expect(!svg.contains("nan") && !svg.contains("inf"))
    }

    @Test func `a picture of nothing is empty`() {
        #expect(!BenchPlot([("martlet", BenchResult("soak"))]).svg.contains("<polyline"))
    }

    @Test func `a comparison names the other's figures and how many times as fast one is`() {
        var ours = result(12)
        ours.compare(with: result(3), called: "upstream")
        let figures = ours.json["figures"]
        #expect(figures?["upstreamPodsPerSecond"]?.double == 3)
        #expect(figures?["upstreamCreatedToBoundP99"]?.double == 10)
        #expect(figures?["ratio"]?.double == 4)
        var times = BenchResult("deployment"), slower = BenchResult("deployment")
        times.add("down", 2, "s")
        slower.add("down", 5, "s")
        times.compare(with: slower, called: "upstream")
        #expect(times.json["figures"]?["downRatio"]?.double == 2.5)
    }

    @Test func `a comparison wants all of upstream's programs or none`() throws {
        #expect(try UpstreamControlPlane.Programs(withControllers: true) { _ in nil } == nil)
        #expect(throws: BenchError.self) {
            try UpstreamControlPlane.Programs(withControllers: false) { $0 == "MARTLET_UPSTREAM_ETCD" ? nil : "/bin/true" }
        }
        #expect(throws: BenchError.self) {
            try UpstreamControlPlane.Programs(withControllers: true) { $0.hasSuffix("MANAGER") ? nil : "/bin/true" }
        }
        #expect(try UpstreamControlPlane.Programs(withControllers: true) { _ in "/bin/true" } != nil)
    }
}
