import Core
import JSON
import Logging
import Values

/// Asks a service outside the cluster with an ImageReview whether pods may run their images. Safe from any thread.
final class ImagePolicyWebhook: ValidatingPlugin {
    private struct Verdict: Sendable {
        let isAllowed: Bool
        let reason: String
        let annotations: [String: String]
    }

    let name = "ImagePolicyWebhook"
    private static let prefix = "imagepolicywebhook.image-policy.k8s.io/"

    private let settings: ImagePolicySettings
    private let service: any ReviewCaller
    private let logger: Logger
    private let known = ExpiringCache<[UInt8], Verdict>(capacity: 1024)

    init(_ settings: ImagePolicySettings, _ service: any ReviewCaller, logger: Logger) {
        self.settings = settings
        self.service = service
        self.logger = logger
    }

    func validate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        guard request.operation == .create || request.operation == .update, request.groupResource.description == "pods",
            request.subresource.isEmpty || request.subresource == "ephemeralcontainers", let pod = request.object
        else { return }
        let lists = request.subresource.isEmpty ? ["containers", "initContainers"] : ["ephemeralContainers"]
        let images = PodContainers.all(pod, in: lists).map { $0.container["image"]?.string ?? "" }
        let annotations = pod.metaStrings("annotations").filter { $0.key.contains(".image-policy.k8s.io/") }
        var spec: Object = [
            "containers": .array(images.map { ["image": .string($0)] }), "namespace": .string(request.namespace),
        ]
        if !annotations.isEmpty {
            spec["annotations"] = .object(Object(annotations.sorted { $0.key < $1.key }.map { ($0.key, Value.string($0.value)) }))
        }
        guard let verdict = try await verdict(.object(spec), &request, cluster.clock) else { return }
        for (key, value) in verdict.annotations { request.auditAnnotations[Self.prefix + key] = value }
        guard verdict.isAllowed else {
            throw request.forbidden(
                verdict.reason.isEmpty
                    ? "one or more images rejected by webhook backend"
                    : "image policy webhook backend denied one or more images: \(verdict.reason)")
        }
    }

    /// What the service says; nil when it does not answer and pods are let in then.
    private func verdict(_ spec: Value, _ request: inout AdmissionRequest, _ clock: any Clock) async throws -> Verdict? {
        let key = JSONWriter.encode(spec)
        if let verdict = known[key, clock.now] { return verdict }
        let review: Value
        do {
            review = try await service.review(["kind": "ImageReview", "apiVersion": "imagepolicy.k8s.io/v1alpha1", "spec": spec])
        } catch {
            guard settings.allowsByDefault else { throw request.forbidden("\(error)") }
            logger.warning("the image policy webhook did not answer; the pod is let in", metadata: ["error": "\(error)"])
            request.auditAnnotations[Self.prefix + "failed-open"] = "true"
            return nil
        }
        var annotations: [String: String] = [:]
        for member in review[path: "status", "auditAnnotations"]?.object ?? Object() { annotations[member.key] = member.value.string }
        let verdict = Verdict(
            isAllowed: review[path: "status", "allowed"]?.bool == true, reason: review[path: "status", "reason"]?.string ?? "",
            annotations: annotations)
        let now = clock.now
        known.remember(key, verdict, until: now + (verdict.isAllowed ? settings.allowedFor : settings.refusedFor), now: now)
        return verdict
    }
}

/// How `ImagePolicyWebhook` asks, and for how long it believes.
package struct ImagePolicySettings: Sendable {
    package let kubeconfig: String
    /// Before the second attempt.
    package let pause: Duration
    let allowedFor: Duration
    let refusedFor: Duration
    let allowsByDefault: Bool

    /// Reads `imagePolicy`. Throws `APIError` that names the field.
    package init(_ configuration: Value?) throws {
        guard let json = configuration?["imagePolicy"], json.object != nil else { throw APIError.badRequest("imagePolicy: is required") }
        guard let path = json["kubeConfigFile"]?.string, !path.isEmpty else {
            throw APIError.badRequest("imagePolicy.kubeConfigFile: is required")
        }
        func duration(_ field: String, _ unit: Duration, _ missing: Duration, _ range: ClosedRange<Duration>) throws -> Duration {
            let number = json[field]?.int ?? 0
            if number == 0 { return missing }
            if number == -1 { return .zero }
            guard number > 0, number < 1 << 32, range.contains(unit * Int(number)) else {
                throw APIError.badRequest(
                    "imagePolicy.\(field): must be between \(GoDuration.text(range.lowerBound)) and \(GoDuration.text(range.upperBound))")
            }
            return unit * Int(number)
        }
        kubeconfig = path
        pause = try duration("retryBackoff", .milliseconds(1), .milliseconds(500), .nanoseconds(1)...(.seconds(300)))
        allowedFor = try duration("allowTTL", .seconds(1), .seconds(300), .seconds(1)...(.seconds(1800)))
        refusedFor = try duration("denyTTL", .seconds(1), .seconds(30), .seconds(1)...(.seconds(1800)))
        allowsByDefault = json["defaultAllow"]?.bool == true
    }
}
