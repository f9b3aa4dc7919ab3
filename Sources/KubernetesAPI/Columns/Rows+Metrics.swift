import Core
import Values

/// What nodes and pods use, as metrics-server prints it.
extension BuiltInRows {
    private static let package = "io.k8s.metrics.pkg.apis.metrics.v1beta1."

    static let metrics: [String: RowPlan] = [
        package + "NodeMetrics": row(NodeMetrics.self, "usage window") { metrics, _ in
            [text(metrics.metadata.name)] + usage([metrics.usage]) + [text(metrics.window)]
        },
        package + "PodMetrics": row(PodMetrics.self, "containers.usage window") { metrics, _ in
            [text(metrics.metadata.name)] + usage(metrics.containers.map(\.usage)) + [text(metrics.window)]
        },
    ]

    private static func usage(_ parts: [[String: String]]) -> [Value] {
        ["cpu", "memory"].map { name in
            .string(parts.compactMap { $0[name].flatMap { Quantity($0) } }.reduce(Quantity.zero, +).description)
        }
    }
}
