import SchemaEngine
import Values

/// The defaults of the built-in kinds: those of the tables and the functions of this folder, a file a group.
package enum BuiltInDefaults {
    package static let defaulter = Defaulter(functions: withTwins)

    /// The functions, those of v1 for the same types of versions before it, too.
    private static let withTwins: [String: Defaulter.Function] = {
        var all = [
            workloads, pods, services, volumes, clusterObjects, apps, batch, autoscaling, networking, rbac, resources, extensions,
        ].reduce(into: [:]) { all, some in all.merge(some) { first, _ in first } }
        for package in BuiltInSchema.shared.packages where package.version.contains("beta") || package.version.contains("alpha") {
            let stable = package.name.dropLast(package.version.count) + "v1."
            for structure in package.structures where all[structure.name] == nil {
                if let function = all[stable + structure.shortName] { all[structure.name] = function }
            }
        }
        return all
    }()

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
