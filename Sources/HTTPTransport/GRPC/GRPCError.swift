import NIOHTTP2

/// A call that failed: what the server said, or what kept it from saying anything.
package struct GRPCError: Error, Hashable, CustomStringConvertible {
    /// gRPC's codes, by their numbers on the wire.
    package enum Code: Int, Sendable, Hashable {
        case ok, cancelled, unknown, invalidArgument, deadlineExceeded, notFound, alreadyExists, permissionDenied, resourceExhausted
        case failedPrecondition, aborted, outOfRange, unimplemented, `internal`, unavailable, dataLoss, unauthenticated

        /// The name that gRPC's Go implementation prints, for texts that people compare with other clusters.
        package var name: String {
            switch self {
            case .ok: "OK"
            case .cancelled: "Canceled"
            case .unknown: "Unknown"
            case .invalidArgument: "InvalidArgument"
            case .deadlineExceeded: "DeadlineExceeded"
            case .notFound: "NotFound"
            case .alreadyExists: "AlreadyExists"
            case .permissionDenied: "PermissionDenied"
            case .resourceExhausted: "ResourceExhausted"
            case .failedPrecondition: "FailedPrecondition"
            case .aborted: "Aborted"
            case .outOfRange: "OutOfRange"
            case .unimplemented: "Unimplemented"
            case .internal: "Internal"
            case .unavailable: "Unavailable"
            case .dataLoss: "DataLoss"
            case .unauthenticated: "Unauthenticated"
            }
        }
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { "rpc error: code = \(code.name) desc = \(message)" }
}

extension GRPCError {
    /// What a `grpc-status` and its percent-encoded `grpc-message` say; nil for success.
    static func said(status: String, message: String?) -> GRPCError? {
        guard let number = Int(status) else { return GRPCError(.internal, "malformed grpc-status \(status)") }
        let code = Code(rawValue: number) ?? .unknown
        return code == .ok ? nil : GRPCError(code, percentDecoded((message ?? "")[...].utf8))
    }

    /// An answer that is not gRPC's, by its HTTP status: the mapping of gRPC's "HTTP to gRPC Status Code Mapping".
    static func http(status: String) -> GRPCError {
        let code: Code =
            switch status {
            case "400": .internal
            case "401": .unauthenticated
            case "403": .permissionDenied
            case "404": .unimplemented
            case "429", "502", "503", "504": .unavailable
            default: .unknown
            }
        return GRPCError(code, "unexpected HTTP status code received from server: \(status)")
    }

    /// A stream that the server reset: the mapping of gRPC's protocol over HTTP/2, "Errors".
    static func reset(_ reason: HTTP2ErrorCode) -> GRPCError {
        let code: Code =
            switch reason {
            case .refusedStream: .unavailable
            case .cancel: .cancelled
            case .enhanceYourCalm: .resourceExhausted
            case .inadequateSecurity: .permissionDenied
            default: .internal
            }
        return GRPCError(code, "stream terminated by RST_STREAM with error code: \(reason)")
    }
}
