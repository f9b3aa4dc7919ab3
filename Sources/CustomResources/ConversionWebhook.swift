import Core
import JSON
import ResourceEngine
import Values

/// The webhook by which objects of a definition become those of another version: `apiextensions.k8s.io ConversionReview`.
package struct ConversionWebhook: Sendable {
    /// As long as upstream waits for any answer.
    private static let timeout: Duration = .seconds(30)

    private let target: WebhookTarget
    private let reviewVersion: String?
    private let caller: (any WebhookCaller)?
    private let identifiers: any IdentifierSource

    /// Nil where a definition converts without one. Without a caller every conversion fails, and says why.
    package init?(_ definition: Value, caller: (any WebhookCaller)?, identifiers: any IdentifierSource) {
        let conversion = definition[path: "spec", "conversion"] ?? .null
        guard conversion["strategy"]?.string == "Webhook" else { return nil }
        target = WebhookTarget(clientConfig: conversion[path: "webhook", "clientConfig"] ?? .null)
        reviewVersion = (conversion[path: "webhook", "conversionReviewVersions"]?.array ?? []).compactMap(\.string).first {
            ["v1", "v1beta1"].contains($0)
        }
        self.caller = caller
        self.identifiers = identifiers
    }

    /// The objects in another version, in their order. Those that are of it already are not sent. Throws `APIError` (500).
    func convert(_ objects: [Value], to kind: GroupVersionKind) async throws -> [Value] {
        let version = kind.apiVersion
        let others = objects.filter { $0["apiVersion"]?.string != version }
        guard let first = others.first else { return objects }
        let shown = "\(first["apiVersion"]?.string ?? ""), Kind=\(kind.kind)"
        var converted: [Value]
        do throws(WebhookCallError) {
            converted = try await ask(others, version)
        } catch {
            throw Self.failure("conversion webhook for \(shown) failed: \(error)")
        }
        guard converted.count == others.count else {
            throw Self.failure("conversion webhook for \(shown) returned \(converted.count) objects, expected \(others.count)")
        }
        for (index, original) in others.enumerated() {
            let invalid = "conversion webhook for \(shown) returned invalid converted object at index \(index)"
            let (given, givenKind) = (converted[index]["apiVersion"]?.string ?? "", converted[index]["kind"]?.string ?? "")
            guard given == version else { throw Self.failure("\(invalid): invalid groupVersion (expected \(version), received \(given))") }
            guard givenKind == kind.kind else {
                throw Self.failure("\(invalid): invalid kind (expected \(kind.kind), received \(givenKind))")
            }
            converted[index] = try Self.restored(converted[index], original, invalid)
        }
        var next = converted.makeIterator()
        return objects.map { $0["apiVersion"]?.string == version ? $0 : next.next() ?? $0 }
    }

    private func ask(_ objects: [Value], _ version: String) async throws(WebhookCallError) -> [Value] {
        guard let reviewVersion else { throw WebhookCallError("no supported conversion review versions") }
        guard let caller else { throw WebhookCallError("this server reaches no webhooks") }
        let uid = identifiers.uid()
        let review: Value = [
            "kind": "ConversionReview", "apiVersion": .string("apiextensions.k8s.io/\(reviewVersion)"),
            "request": ["uid": .string(uid), "desiredAPIVersion": .string(version), "objects": .array(objects)],
        ]
        let bytes = try await caller.post(JSONWriter.encode(review), to: target, timeout: Self.timeout)
        let answer: Value
        do { answer = try JSONParser.parse(bytes) } catch { throw WebhookCallError("\(error)") }
        guard let response = answer["response"], response.object != nil else { throw WebhookCallError("no response provided") }
        if reviewVersion == "v1" {
            let (given, kind) = (answer["apiVersion"]?.string ?? "", answer["kind"]?.string ?? "")
            guard given == "apiextensions.k8s.io/v1", kind == "ConversionReview" else {
                throw WebhookCallError(
                    "expected webhook response of apiextensions.k8s.io/v1, Kind=ConversionReview, got \(given), Kind=\(kind)")
            }
            let givenUID = response["uid"]?.string ?? ""
            guard givenUID == uid else { throw WebhookCallError("expected response.uid=\"\(uid)\", got \"\(givenUID)\"") }
        }
        let status = response[path: "result", "status"]?.string ?? ""
        guard status == "Success" else {
            let message = response[path: "result", "message"]?.string ?? ""
            throw WebhookCallError(message.isEmpty ? "response.result.status was '\(status)', not 'Success'" : message)
        }
        return response["convertedObjects"]?.array ?? []
    }

    /// Of the metadata a webhook may change labels and annotations only.
    private static func restored(_ converted: Value, _ original: Value, _ invalid: String) throws -> Value {
        guard converted["metadata"]?.object != nil else { throw failure("\(invalid): missing metadata in converted object") }
        for field in ["name", "namespace", "uid"] where (converted.meta(field) ?? "") != (original.meta(field) ?? "") {
            throw failure(
                "\(invalid): metadata.\(field) must not be changed from \"\(original.meta(field)?.string ?? "")\" to "
                    + "\"\(converted.meta(field)?.string ?? "")\"")
        }
        var result = converted
        result["metadata"] = original["metadata"]
        for field in ["labels", "annotations"] { result.setMeta(field, converted.meta(field)) }
        return result
    }

    private static func failure(_ message: String) -> APIError { APIError(code: 500, reason: .unknown, message: message) }
}
