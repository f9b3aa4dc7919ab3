import Values

/// Limit ranges: one without a name is given its own.
struct LimitRangeHooks: ResourceHooks {
    func prepareForCreate(_ object: inout Value, _ context: HookContext) throws {
        if object.name.isEmpty { object.setMeta("name", .string(context.cluster.identifiers.uid())) }
    }
}
