import Core
import JSON
import Logging
import SchemaEngine
import Values

/// Asks the webhooks of MutatingWebhookConfigurations, one after the other, and applies their patches.
struct MutatingWebhookAdmission: MutatingPlugin {
    let name = "MutatingAdmissionWebhook"
    private let services: AdmissionServices
    private let configurations: ConfigurationCache<[Webhook]>

    init(_ services: AdmissionServices) {
        self.services = services
        configurations = ConfigurationCache(
            "admissionregistration.k8s.io/mutatingwebhookconfigurations", logger: services.logger, make: Webhook.all)
    }

    func mutate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        let configured = configurations.current(cluster)
        guard !configured.isEmpty, !request.configuresAdmission else { return }
        let isSecond = request.reinvocation.isSecondPass
        var memory = request.reinvocation[name]
        if isSecond, memory.lastOutput != request.object { memory.noteChange() }
        for (index, webhook) in configured.joined().enumerated() {
            let call = WebhookCall(webhook: webhook, services: services)
            guard let version = try await call.version(for: request, cluster, isMutating: true) else { continue }
            if isSecond, !memory.due.contains(webhook.identity) { continue }
            let place = "round_\(isSecond ? 1 : 0)_index_\(index)"
            if try await ask(call, version, &request, cluster, place) {
                memory.noteChange()
                request.reinvocation.isWanted = true
            }
            if webhook.wantsReinvocation { memory.invoked.insert(webhook.identity) }
        }
        memory.lastOutput = request.object
        request.reinvocation[name] = memory
    }

    /// Asks one webhook; whether it changed the object.
    private func ask(
        _ call: WebhookCall, _ version: ServedResource, _ request: inout AdmissionRequest, _ cluster: ClusterState, _ place: String
    ) async throws -> Bool {
        let webhook = call.webhook
        let view = try await AdmissionView(request, in: version, services.versions)
        let response: AdmissionReview.Response
        do throws(WebhookFailure) {
            response = try await call.ask(request, view, isMutating: true, uid: cluster.identifiers.uid())
        } catch {
            switch error {
            case .refused(var error):
                request.warnings += error.warnings
                error.warnings = []
                throw error
            case .call(let error):
                try Task.checkCancellation()
                guard webhook.failsOpen else { throw call.internalError(error) }
                services.logger.warning("webhook \(webhook.name) failed and is ignored: \(error)")
                request.auditAnnotations["failed-open.mutation.webhook.admission.k8s.io/\(place)"] = webhook.name
                return false
            }
        }
        request.warnings += response.warnings
        for (key, value) in response.auditAnnotations { request.auditAnnotations["\(webhook.name)/\(key)"] = value }
        var isChanged = false
        if let patch = response.patch { isChanged = try await apply(patch, webhook, view, &request, cluster, place) }
        request.auditAnnotations["mutation.webhook.admission.k8s.io/\(place)"] = annotation(webhook, [("mutated", .bool(isChanged))])
        return isChanged
    }

    private func apply(
        _ patch: Value, _ webhook: Webhook, _ view: AdmissionView, _ request: inout AdmissionRequest, _ cluster: ClusterState,
        _ place: String
    ) async throws -> Bool {
        guard let shown = view.object else {
            throw APIError.internalError(
                "admission webhook \"\(webhook.name)\" attempted to modify the object, which is not supported for this operation")
        }
        let patched: Value
        do {
            patched = try JSONPatch(patch).apply(to: shown)
        } catch {
            throw APIError.internalError("the patch of admission webhook \"\(webhook.name)\" cannot be applied: \(error)")
        }
        request.auditAnnotations["patch.webhook.admission.k8s.io/\(place)"] = annotation(
            webhook, [("patch", patch), ("patchType", "JSONPatch")])
        let changed: Value
        do {
            changed = try await services.versions.take(patched, of: request, in: view.version, cluster)
        } catch let error as APIError {
            throw APIError.internalError(error.message)
        }
        defer { request.object = changed }
        return changed != request.object
    }

    private func annotation(_ webhook: Webhook, _ more: [(String, Value)]) -> String {
        JSONWriter.string(.object(Object([("configuration", .string(webhook.configuration)), ("webhook", .string(webhook.name))] + more)))
    }
}
