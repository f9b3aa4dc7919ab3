import Client
import Core
import KubernetesAPI
import Reconcile
import Values

/// Writes into every ValidatingAdmissionPolicy what a check of its expressions against their types has found.
struct PolicyStatusReconciler: Reconciler {
    let context: ControllerContext
    let check: @Sendable (Value) async throws -> [(field: String, text: String)]
    let policies: Informer<ValidatingAdmissionPolicy>
    let queue: WorkQueue<ObjectKey>

    /// `check` gives the doubtful expressions of a policy: their fields, and what is doubtful.
    init(context: ControllerContext, check: @escaping @Sendable (Value) async throws -> [(field: String, text: String)]) {
        self.context = context
        self.check = check
        policies = context.informer()
        queue = context.queue()
        policies.onChange { [queue] changes in queue.add(changes.filter { $0.new != nil }.map(\.key)) }
    }

    var loop: Controller<Self> {
        Controller(name: context.name, reconciler: self, queue: queue, workers: 2, informers: [policies.base], logger: context.logger)
    }

    func reconcile(_ key: ObjectKey) async throws -> Duration? {
        guard let policy = policies.get(key) else { return nil }
        let generation = Int64(policy.metadata.generation ?? 0)
        guard generation > (policy.raw[path: "status", "observedGeneration"]?.int ?? 0) else { return nil }
        var checking = Object()
        let warnings = try await check(policy.raw)
        if !warnings.isEmpty {
            checking["expressionWarnings"] = .array(warnings.map { ["fieldRef": .string($0.field), "warning": .string($0.text)] })
        }
        let wanted: Value = [
            "apiVersion": .string(ValidatingAdmissionPolicy.descriptor.gvk.apiVersion), "kind": "ValidatingAdmissionPolicy",
            "metadata": ["name": .string(key.name)],
            "status": ["observedGeneration": .int(generation), "typeChecking": .object(checking)],
        ]
        var options = Client.Options()
        options.fieldManager = "validatingadmissionpolicy-status"
        options.force = true
        do {
            let written = try await context.client.patch(
                ValidatingAdmissionPolicy.self, key, .apply, wanted, subresource: "status", options: options)
            try await policies.waitFor(written)
        } catch let error as APIError where error.reason == .notFound {
            return nil
        }
        return nil
    }
}
