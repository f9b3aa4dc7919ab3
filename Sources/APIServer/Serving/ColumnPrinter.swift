import Core
import KubernetesAPI
import SchemaEngine
import Values

/// Fills cells as upstream's printers do; those of custom resources by their paths.
package struct ColumnPrinter: TablePrinter {
    package init() {}

    package func cells(of object: Value, _ resource: ResourceSchema, now: Timestamp) -> [Value] {
        TableBuilder(now: now).cells(of: object, resource)
    }
}
