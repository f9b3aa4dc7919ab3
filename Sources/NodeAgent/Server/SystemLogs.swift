import Core
import Glibc
import HTTPTransport
import Linux

/// The machine's own logs, `/logs/` of the agent: the files below a directory, and listings of the directories there, as upstream's agent serves them.
struct SystemLogs {
    /// Absolute, without a slash at its end.
    let directory: String

    /// Sends the file or the listing at `path`, or says where it is to be asked for. Throws `APIError` where there is nothing to send.
    func send(_ path: ArraySlice<String>, asDirectory: Bool, _ responder: HTTPResponder) async throws {
        let names = path.filter { !$0.isEmpty && $0 != "." }
        guard !names.contains(where: { $0 == ".." || $0.contains("/") || $0.contains("\0") }) else {
            throw APIError.badRequest("invalid URL path")
        }
        let file = ([directory] + names).joined(separator: "/")
        let isDirectory = try await BlockingPool.files.run {
            guard Files.exists(file) else { throw APIError(code: 404, reason: .notFound, message: "404 page not found") }
            return Files.isDirectory(file)
        }
        guard isDirectory == asDirectory else {
            let name = names.last ?? "logs"
            responder.respond(HTTPResponse(status: 301, headers: ["Location": isDirectory ? "\(name)/" : "../\(name)"], body: []))
            return
        }
        if isDirectory {
            let listing = try await BlockingPool.files.run { try Self.listing(file) }
            responder.respond(HTTPResponse(status: 200, headers: ["Content-Type": "text/html; charset=utf-8"], body: Array(listing.utf8)))
        } else {
            try await sendFile(file, responder)
        }
    }

    /// As Go's file server writes it: a line a name, directories with a slash.
    private static func listing(_ path: String) throws -> String {
        var text = "<!doctype html>\n<meta name=\"viewport\" content=\"width=device-width\">\n<pre>\n"
        for name in try Files.list(path) {
            let slash = Files.isDirectory("\(path)/\(name)") ? "/" : ""
            text += "<a href=\"\(PercentEncoding.encoded(name))\(slash)\">\(escaped(name))\(slash)</a>\n"
        }
        return text + "</pre>\n"
    }

    private static func escaped(_ name: String) -> String {
        name.reduce(into: "") { text, character in
            switch character {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&#34;"
            case "'": text += "&#39;"
            default: text.append(character)
            }
        }
    }

    /// What the file has when its end is reached; a log that grows meanwhile is sent with what has come.
    private func sendFile(_ path: String, _ responder: HTTPResponder) async throws {
        let descriptor = try await BlockingPool.files.run {
            // A pipe or a device must not hold up whoever opens it.
            let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
            guard descriptor >= 0 else { throw SystemError("open \(path)") }
            var info = stat()
            guard fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG else {
                close(descriptor)
                throw APIError.badRequest("\(path) is not a regular file")
            }
            return descriptor
        }
        defer { close(descriptor) }
        let stream = try responder.stream(status: 200, headers: ["Content-Type": "text/plain; charset=utf-8"])
        do {
            while true {
                let bytes = try await BlockingPool.files.run {
                    var buffer = [UInt8](repeating: 0, count: 65_536)
                    let count = read(descriptor, &buffer, buffer.count)
                    guard count >= 0 else { throw SystemError("read \(path)") }
                    return Array(buffer.prefix(count))
                }
                guard !bytes.isEmpty else { break }
                try await stream.write(bytes)
            }
            stream.finish()
        } catch {
            stream.abort()
        }
    }
}
