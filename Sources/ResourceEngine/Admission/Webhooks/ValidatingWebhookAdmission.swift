import Core
import Logging

/// Asks the webhooks of ValidatingWebhookConfigurations, all at once.
struct ValidatingWebhookAdmission: ValidatingPlugin {
    let name = "ValidatingAdmissionWebhook"
    private let services: AdmissionServices
    private let configurations: ConfigurationCache<[Webhook]>

    init(_ services: AdmissionServices) {
        self.services = services
        configurations = ConfigurationCache(
            "admissionregistration.k8s.io/validatingwebhookconfigurations", logger: services.logger, make: Webhook.all)
    }

    func validate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        let configured = configurations.current(cluster)
        guard !configured.isEmpty, !request.configuresAdmission else { return }
        var calls: [(call: WebhookCall, view: AdmissionView)] = []
        for webhook in configured.joined() {
            let call = WebhookCall(webhook: webhook, services: services)
            guard let version = try await call.version(for: request, cluster, isMutating: false) else { continue }
            calls.append((call, try await AdmissionView(request, in: version, services.versions)))
        }
        guard !calls.isEmpty else { return }
        let shared = request
        let outcomes = await withTaskGroup(of: (Int, Result<AdmissionReview.Response, WebhookFailure>).self) { group in
            for (index, (call, view)) in calls.enumerated() {
                let uid = cluster.identifiers.uid()
                group.addTask {
                    // Swift 6.3.1, optimising, loses the index where the pair is made around the await inside do and catch.
                    let outcome: Result<AdmissionReview.Response, WebhookFailure>
                    do throws(WebhookFailure) {
                        outcome = .success(try await call.ask(shared, view, isMutating: false, uid: uid))
                    } catch {
                        outcome = .failure(error)
                    }
                    return (index, outcome)
                }
            }
            var outcomes: [Int: Result<AdmissionReview.Response, WebhookFailure>] = [:]
            for await (index, outcome) in group { outcomes[index] = outcome }
            return outcomes
        }
        try Task.checkCancellation()
        var failure: APIError?
        for (index, (call, _)) in calls.enumerated() {
            switch outcomes[index] {
            case .success(let response)?:
                request.warnings += response.warnings
                for (key, value) in response.auditAnnotations { request.auditAnnotations["\(call.webhook.name)/\(key)"] = value }
            case .failure(.refused(var error))?:
                request.warnings += error.warnings
                error.warnings = []
                failure = failure ?? error
            case .failure(.call(let error))?:
                guard call.webhook.failsOpen else {
                    failure = failure ?? call.internalError(error)
                    continue
                }
                services.logger.warning("webhook \(call.webhook.name) failed and is ignored: \(error)")
                request.auditAnnotations["failed-open.validating.webhook.admission.k8s.io/round_0_index_\(index)"] = call.webhook.name
            case nil: throw APIError.internalError("the answer of admission webhook \"\(call.webhook.name)\" was lost")
            }
        }
        if let failure { throw failure }
    }
}
