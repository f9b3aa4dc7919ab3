import Core
import Values

/// Jobs: a selector of their own, unless the client brings one (upstream's `batch/job` strategy).
struct JobHooks: ResourceHooks {
    func prepareForCreate(_ object: inout Value, _ context: HookContext) throws {
        guard object[path: "spec", "manualSelector"]?.bool != true else { return }
        let uid = object.meta("uid") ?? ""
        let name = object.meta("name") ?? ""
        let own: [(String, Value)] = [
            ("batch.kubernetes.io/controller-uid", uid), ("batch.kubernetes.io/job-name", name), ("controller-uid", uid),
            ("job-name", name),
        ]
        if object["spec"]?["template"]?.object == nil { object["spec"]?["template"] = .object(Object()) }
        let template = object["spec"]?["template"]?.meta("labels")?.object ?? Object()
        let labels = object.meta("labels")?.object ?? Object()
        var merged = template
        for (key, value) in own where merged[key] == nil { merged[key] = value }
        object["spec"]?["template"]?.setMeta("labels", .object(merged))
        // A job without labels of its own has its template's.
        if labels.isEmpty || labels == template { object.setMeta("labels", .object(merged)) }
        if object["spec"]?["selector"]?.object == nil { object["spec"]?["selector"] = .object(Object()) }
        var selector = object["spec"]?["selector"]?["matchLabels"]?.object ?? Object()
        selector["batch.kubernetes.io/controller-uid"] = uid
        object["spec"]?["selector"]?["matchLabels"] = .object(selector)
    }

    func prepareForUpdate(_ object: inout Value, old: Value, _ context: HookContext) throws {
        // A suspended job may change its pods' scheduling; everything else about it is for validation to judge.
        guard context.subresource.isEmpty, object["spec"]?["template"]?.object != nil,
            object["spec"]?["template"]?.meta("labels") == nil
        else { return }
        if let labels = old["spec"]?["template"]?.meta("labels") { object["spec"]?["template"]?.setMeta("labels", labels) }
    }
}
