import Values

/// PodCertificateRequests: a request that says nothing else is for a certificate of a day.
struct PodCertificateRequestHooks: ResourceHooks {
    func applyDefaults(_ object: inout Value, _ context: HookContext) {
        if object["spec"]?.object != nil, object[path: "spec", "maxExpirationSeconds"]?.int == nil {
            object["spec"]?["maxExpirationSeconds"] = 86_400
        }
    }
}
