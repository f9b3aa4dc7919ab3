import Core
import HTTPTransport
import ResourceEngine

/// What a URL is about (upstream's `RequestInfo`).
enum Route: Sendable, Equatable {
    case resource(ResourceRoute)
    /// `/api`, `/apis`, `/apis/GROUP`, `/api/v1`, `/apis/GROUP/VERSION`.
    case versions
    case groups
    case group(String)
    case groupVersion(group: String, version: String)
    case path(String)
}

/// A URL below `/api/VERSION` or `/apis/GROUP/VERSION`.
struct ResourceRoute: Sendable, Equatable {
    var resource: GroupVersionResource
    var namespace = ""
    var name = ""
    var subresource = ""
    /// What follows the subresource, still percent-encoded: the path of a proxied request, with its leading slash, or nothing.
    var rest = ""
    /// From the deprecated `/watch/` prefix.
    var isWatch = false
}

extension Route {
    /// Reads a percent-encoded path. Segments are decoded one by one, so that an encoded slash stays inside its segment.
    init(path: Substring) {
        var raw: [Substring.UTF8View] = []
        raw.reserveCapacity(8)
        var rest = path.utf8
        while !rest.isEmpty {
            let part = rest.prefix { $0 != UInt8(ascii: "/") }
            rest = rest.dropFirst(part.count + 1)
            if !part.isEmpty { raw.append(part) }
        }
        let parts = raw.map { percentDecoded($0) }
        switch (parts.first, parts.count) {
        case ("api", 1): self = .versions
        case ("apis", 1): self = .groups
        case ("apis", 2): self = .group(parts[1])
        case ("api", 2): self = .groupVersion(group: "", version: parts[1])
        case ("apis", 3): self = .groupVersion(group: parts[1], version: parts[2])
        case ("api", _):
            self = .resource(ResourceRoute(group: "", version: parts[1], parts: Array(parts[2...]), raw: Array(raw[2...]), path: path))
        case ("apis", _):
            self = .resource(
                ResourceRoute(group: parts[1], version: parts[2], parts: Array(parts[3...]), raw: Array(raw[3...]), path: path))
        default: self = .path(String(path))
        }
    }
}

extension ResourceRoute {
    fileprivate init(group: String, version: String, parts: [String], raw: [Substring.UTF8View], path: Substring) {
        var (parts, raw) = (parts[...], raw[...])
        var isWatch = false
        if parts.first == "watch", parts.count > 1 {
            isWatch = true
            parts = parts.dropFirst()
            raw = raw.dropFirst()
        }
        var namespace = ""
        if parts.first == "namespaces", parts.count > 2, !["status", "finalize"].contains(parts[parts.startIndex + 2]) {
            namespace = parts[parts.startIndex + 1]
            parts = parts.dropFirst(2)
            raw = raw.dropFirst(2)
        }
        let list = Array(parts)
        self.init(resource: GroupVersionResource(group: group, version: version, resource: list.first ?? ""))
        self.namespace = namespace
        self.isWatch = isWatch
        if list.count > 1 { name = list[1] }
        if list.count > 2 { subresource = list[2] }
        if list.count > 3 {
            rest = "/" + raw.dropFirst(3).map { String(Substring($0)) }.joined(separator: "/")
            if path.hasSuffix("/") { rest += "/" }
        } else if list.count == 3, path.hasSuffix("/") {
            rest = "/"
        }
    }
}
