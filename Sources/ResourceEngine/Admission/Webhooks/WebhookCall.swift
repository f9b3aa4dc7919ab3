import Core
import JSON
import Values

/// How asking one webhook can end badly.
enum WebhookFailure: Error {
    /// It could not be asked, or answered nonsense: its failure policy says what comes of it.
    case call(WebhookCallError)
    case refused(APIError)
}

/// One question to one webhook.
struct WebhookCall: Sendable {
    let webhook: Webhook
    let services: AdmissionServices

    /// Whether the webhook is to be asked, and in which version. Throws `APIError`.
    func version(for request: AdmissionRequest, _ cluster: ClusterState, isMutating: Bool) async throws -> ServedResource? {
        guard let version = try webhook.matcher.match(request, services.versions, cluster) else { return nil }
        guard !webhook.conditions.isEmpty else { return version }
        let view = try await AdmissionView(request, in: version, services.versions)
        let scope = ExpressionScope(request, view, cluster, answers: AccessAnswers(services.authorizer))
        let whose = PolicyMetrics.Conditioned(name: webhook.name, kind: "webhook", type: isMutating ? "admit" : "validating")
        switch await webhook.conditions.match(scope, of: whose, services.policies) {
        case .matches: return version
        case .differs: return nil
        case .fails(let why): throw request.forbidden(why)
        }
    }

    /// Asks, and counts what comes of it. Throws `WebhookFailure`.
    func ask(
        _ request: AdmissionRequest, _ view: AdmissionView, isMutating: Bool, uid: String
    ) async throws(WebhookFailure) -> AdmissionReview.Response {
        let began = ContinuousClock.now
        func count(_ outcome: WebhookMetrics.Outcome) {
            let duration = ContinuousClock.now - began
            services.webhooks.called(webhook.name, request.operation, isMutating: isMutating, duration, outcome)
        }
        let response: AdmissionReview.Response
        do throws(WebhookFailure) {
            response = try await answer(request, view, isMutating: isMutating, uid: uid)
        } catch {
            switch error {
            case .call: count(.failed(isIgnored: webhook.failsOpen))
            case .refused(let refusal): count(.refused(code: refusal.code))
            }
            throw error
        }
        count(.allowed)
        return response
    }

    private func answer(
        _ request: AdmissionRequest, _ view: AdmissionView, isMutating: Bool, uid: String
    ) async throws(WebhookFailure) -> AdmissionReview.Response {
        if request.isDryRun, !webhook.isSafeForDryRuns {
            throw .refused(.badRequest("admission webhook \"\(webhook.name)\" does not support dry run"))
        }
        guard let reviewVersion = webhook.reviewVersion else {
            throw .call(
                WebhookCallError(
                    "could not create admission objects: webhook does not accept known AdmissionReview versions (v1, v1beta1)"))
        }
        let body = JSONWriter.encode(AdmissionReview.request(request, uid: uid, reviewVersion: reviewVersion, view))
        let response: AdmissionReview.Response
        do throws(WebhookCallError) {
            guard let caller = services.caller else { throw WebhookCallError("this server reaches no webhooks") }
            let answer: [UInt8]
            do throws(WebhookCallError) {
                answer = try await caller.post(body, to: webhook.target, timeout: webhook.timeout)
            } catch {
                throw WebhookCallError("failed to call webhook: \(error)")
            }
            response = try AdmissionReview.response(answer, uid: uid, reviewVersion: reviewVersion, isMutating: isMutating)
        } catch {
            throw .call(error)
        }
        guard response.isAllowed else {
            var refusal = AdmissionReview.refusal(webhook.name, response.status)
            refusal.warnings = response.warnings
            throw .refused(refusal)
        }
        return response
    }

    /// The error that a failed call comes to when the webhook fails closed.
    func internalError(_ error: WebhookCallError) -> APIError {
        .internalError("failed calling webhook \"\(webhook.name)\": \(error)")
    }
}
