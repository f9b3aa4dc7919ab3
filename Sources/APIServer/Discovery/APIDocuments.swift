/// The OpenAPI documents. Made on first use and kept by the implementation; called from any thread.
package protocol APIDocuments: Sendable {
    /// `/openapi/v2` as JSON.
    func openAPIv2() async throws -> [UInt8]
    /// `/openapi/v2` as the protobuf message `openapi.v2.Document`.
    func openAPIv2Protobuf() async throws -> [UInt8]
    /// The group-versions of `/openapi/v3` ("api/v1", "apis/apps/v1") and a hash of each document.
    func openAPIv3Index() async throws -> [(path: String, hash: String)]
    /// One document of `/openapi/v3`, or nil.
    func openAPIv3(path: String) async throws -> [UInt8]?
}
