import Core
import Values

/// Makes service account tokens: answers `serviceaccounts/token`.
package protocol TokenIssuer: Sendable {
    /// The token for a service account that is there, bound to the object named in the request, which is there too. `request` is a defaulted
    /// `authentication.k8s.io/v1 TokenRequest`; the answer has its `status` filled in.
    func issue(_ request: Value, account: Value, boundObject: Value?, now: Timestamp) async throws -> Value
}
