import Glibc

/// A picture of what measurements found (SVG): what happened second by second, and how latencies are distributed. Pure.
package struct BenchPlot {
    /// A line of a picture.
    struct Line {
        let name: String
        let points: [(x: Double, y: Double)]
    }

    private struct Panel {
        let title: String
        let across: String
        var lines: [Line]
    }

    private static let colors = ["#1f6feb", "#d1602f", "#2da44e", "#8250df", "#bf8700", "#cf222e", "#57606a"]
    private static let width = 960.0
    private static let height = 330.0
    private static let margin = (left: 70.0, right: 210.0, top: 40.0, bottom: 45.0)

    private let title: String
    private var panels: [Panel] = []

    /// What several measurements found; more than one are told apart by what they are called.
    package init(_ results: [(name: String, result: BenchResult)]) {
        title =
            results.map { "\($0.result.bench) \($0.result.settings.map { "\($0.name)=\($0.value)" }.joined(separator: " "))" }.first ?? ""
        func name(_ line: String, _ of: String) -> String { results.count > 1 ? "\(of) \(line)" : line }
        for (of, result) in results {
            for series in result.series {
                add(Line(name: name(series.name, of), points: series.points), to: "\(series.unit) over time", across: "seconds")
            }
            for (line, latencies) in result.distributions where latencies.count > 0 {
                let points = stride(from: 0.0, through: 1, by: 0.01).map { share in
                    (x: share * 100, y: latencies.percentile(share).seconds * 1000)
                }
                add(Line(name: name(line, of), points: points), to: "latency in ms by percentile", across: "percentile")
            }
        }
    }

    private mutating func add(_ line: Line, to title: String, across: String) {
        if let position = panels.firstIndex(where: { $0.title == title }) {
            panels[position].lines.append(line)
        } else {
            panels.append(Panel(title: title, across: across, lines: [line]))
        }
    }

    /// The picture.
    package var svg: String {
        let whole = Self.height * Double(max(1, panels.count)) + 40
        var text =
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(Self.text(Self.width))\" height=\"\(Self.text(whole))\" "
            + "font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
            + "<text x=\"20\" y=\"26\" font-size=\"15\">\(Self.escaped(title))</text>\n"
        for (index, panel) in panels.enumerated() { text += Self.draw(panel, at: 40 + Self.height * Double(index)) }
        return text + "</svg>\n"
    }

    private static func draw(_ panel: Panel, at top: Double) -> String {
        let (left, right) = (margin.left, width - margin.right)
        let (upper, lower) = (top + margin.top, top + height - margin.bottom)
        let points = panel.lines.flatMap(\.points)
        let across = ticks(to: points.map(\.x).max() ?? 1)
        let up = ticks(to: points.map(\.y).max() ?? 1)
        func x(_ value: Double) -> Double { left + (right - left) * value / (across.last ?? 1) }
        func y(_ value: Double) -> Double { lower - (lower - upper) * value / (up.last ?? 1) }
        var text = "<text x=\"\(Self.text(left))\" y=\"\(Self.text(top + 24))\" font-size=\"13\">\(escaped(panel.title))</text>\n"
        for tick in up {
            text +=
                "<path d=\"M\(Self.text(left)) \(Self.text(y(tick)))H\(Self.text(right))\" stroke=\"#d8dee4\"/>"
                + "<text x=\"\(Self.text(left - 8))\" y=\"\(Self.text(y(tick) + 4))\" text-anchor=\"end\">\(number(tick))</text>\n"
        }
        for tick in across {
            text += "<text x=\"\(Self.text(x(tick)))\" y=\"\(Self.text(lower + 18))\" text-anchor=\"middle\">\(number(tick))</text>\n"
        }
        text +=
            "<text x=\"\(Self.text((left + right) / 2))\" y=\"\(Self.text(lower + 36))\" text-anchor=\"middle\">\(panel.across)</text>\n"
        for (index, line) in panel.lines.enumerated() {
            let color = colors[index % colors.count]
            let path = line.points.map { "\(Self.text(x($0.x))),\(Self.text(y($0.y)))" }.joined(separator: " ")
            let level = upper + 16 * Double(index)
            text +=
                "<polyline points=\"\(path)\" fill=\"none\" stroke=\"\(color)\" stroke-width=\"1.5\"/>"
                + "<rect x=\"\(Self.text(right + 14))\" y=\"\(Self.text(level - 9))\" width=\"10\" height=\"10\" fill=\"\(color)\"/>"
                + "<text x=\"\(Self.text(right + 30))\" y=\"\(Self.text(level))\">\(escaped(line.name))</text>\n"
        }
        return text
    }

    /// Round numbers from 0 to one that is no less than `largest`: four to eight steps.
    static func ticks(to largest: Double) -> [Double] {
        guard largest > 0 else { return [0, 1] }
        let rough = largest / 5
        let power = pow(10, floor(log10(rough)))
        let step = [1, 2, 2.5, 5, 10].map { $0 * power }.first { $0 >= rough } ?? 10 * power
        let count = Int((largest / step).rounded(.up))
        return (0...max(1, count)).map { Double($0) * step }
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() ? "\(Int64(value))" : "\((value * 1000).rounded() / 1000)"
    }

    /// A coordinate: a tenth is fine enough.
    private static func text(_ value: Double) -> String { number((value * 10).rounded() / 10) }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
