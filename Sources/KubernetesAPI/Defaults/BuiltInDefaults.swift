import SchemaEngine
import Values

/// The defaults of the built-in kinds: those of the tables and the functions of this folder, a file a group.
package enum BuiltInDefaults {
    package static let defaulter = Defaulter(
        functions: [
            workloads, pods, services, volumes, clusterObjects, apps, batch, autoscaling, networking, rbac, resources, extensions,
        ].reduce(into: [:]) { all, some in all.merge(some) { first, _ in first } })

    /// A function over a view.
    static func view<V: View>(_: V.Type, _ change: @escaping @Sendable (inout V) -> Void) -> Defaulter.Function {
        { value in
            var view = V(value)
            value = .null
            change(&view)
            value = view.raw
        }
    }
}
