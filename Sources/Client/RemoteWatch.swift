import Core
import HTTPTransport
import JSON
import Synchronization
import Values

/// The events of one watch as they come in: a JSON document a line. Letting go of it ends the watch.
final class RemoteWatch: Sendable {
    private let response: HTTP2Client.Response
    private let lines = Mutex(LineBuffer())
    /// What is wanted of an event; nil: everything.
    private let projection: JSONProjection?

    /// `members`: what is wanted of the objects, as `APIRequest.Options.members`.
    init(_ response: HTTP2Client.Response, members: String) {
        self.response = response
        projection = members.isEmpty ? nil : JSONProjection("type object(\(members))")
    }

    deinit { response.discard() }

    /// The events of everything that has arrived, at least one; nil when the server has closed the stream. Throws `APIError`.
    func next() async throws -> [WatchEvent]? {
        while true {
            let bytes: [UInt8]?
            do {
                bytes = try await response.body.read()
            } catch let error as HTTPError {
                // The connection ended under the watch: it is taken up again from the last revision, as after an orderly end.
                if error == .closed { return nil }
                throw APIError.serviceUnavailable("the watch ended: \(error)")
            }
            guard let bytes else { return nil }
            let events = try lines.withLock { try $0.take(bytes).map(event) }
            if !events.isEmpty { return events }
        }
    }

    private func event(_ line: [UInt8]) throws -> WatchEvent {
        let value: Value
        do {
            value = try projection?.read(line, noting: "").value ?? JSONParser.parse(line)
            if value["type"]?.string == "ERROR" { throw APIError(status: try JSONParser.parse(line)["object"] ?? .null) }
        } catch let error as JSONError { throw APIError.internalError("a watch event is not JSON: \(error)") }
        let type = value["type"]?.string ?? ""
        let object = value["object"] ?? .null
        guard let kind = WatchEvent.Kind(rawValue: type) else {
            throw APIError.internalError("a watch event has the unknown type \"\(type)\"")
        }
        return WatchEvent(kind: kind, object: object)
    }
}

/// Bytes on their way to being whole lines.
package struct LineBuffer {
    private var rest: [UInt8] = []

    package init() {}

    /// The lines that `bytes` complete, without their ends; empty ones are left out.
    package mutating func take(_ bytes: [UInt8]) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var start = 0
        bytes.withUnsafeBufferPointer { bytes in
            while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = rest.isEmpty ? Array(bytes[start..<end]) : rest + bytes[start..<end]
                if !rest.isEmpty { rest = [] }
                if !line.isEmpty { lines.append(line) }
                start = end + 1
            }
            rest += bytes[start...]
        }
        return lines
    }
}
