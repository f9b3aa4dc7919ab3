import Core
import ResourceEngine

/// The wish to act as somebody else (`Impersonate-*` headers), granted if the sender may `impersonate` each part of it.
struct Impersonation {
    private var name = ""
    private var groups: [String] = []
    private var uid = ""
    private var extra: [String: [String]] = [:]

    /// Nil without such headers. Throws a bad request when there are others but no `Impersonate-User`.
    init?(headers: RequestCredentials) throws {
        name = headers.values("impersonate-user").first ?? ""
        groups = headers.values("impersonate-group")
        uid = headers.values("impersonate-uid").first ?? ""
        let prefix = "impersonate-extra-"
        for (header, value) in headers.headers {
            let header = header.lowercased()
            guard header.hasPrefix(prefix) else { continue }
            extra[Self.decodingPercents(header.dropFirst(prefix.count)), default: []].append(value)
        }
        if name.isEmpty, groups.isEmpty, uid.isEmpty, extra.isEmpty { return nil }
        guard !name.isEmpty else {
            throw APIError.badRequest("requested groups, uid or extra fields without impersonating a user")
        }
    }

    /// The user to act as. Throws the refusal of the first part that is not allowed.
    func user(for sender: UserInfo, _ authorizer: any Authorizer) async throws -> UserInfo {
        let account = Self.serviceAccount(name)
        if let account {
            try await check(sender, "serviceaccounts", namespace: account.namespace, name: account.name, authorizer)
        } else {
            try await check(sender, "users", name: name, authorizer)
        }
        for group in groups { try await check(sender, "groups", name: group, authorizer) }
        for (key, values) in extra.sorted(by: { $0.key < $1.key }) {
            for value in values {
                try await check(sender, "userextras", group: "authentication.k8s.io", subresource: key, name: value, authorizer)
            }
        }
        if !uid.isEmpty { try await check(sender, "uids", group: "authentication.k8s.io", name: uid, authorizer) }
        var result = UserInfo(name: name, groups: groups, uid: uid, extra: extra)
        if groups.isEmpty, let account {
            result.groups = ["system:serviceaccounts", "system:serviceaccounts:\(account.namespace)"]
        }
        if name == "system:anonymous" {
            if !result.groups.contains("system:unauthenticated") { result.groups.append("system:unauthenticated") }
        } else if !result.groups.contains("system:authenticated"), !result.groups.contains("system:unauthenticated") {
            result.groups.append("system:authenticated")
        }
        return result
    }

    private func check(
        _ sender: UserInfo, _ resource: String, group: String = "", subresource: String = "", namespace: String = "", name: String,
        _ authorizer: any Authorizer
    ) async throws {
        let attributes = RequestAttributes(
            user: sender, verb: "impersonate",
            resource: GroupVersionResource(group: group, version: "v1", resource: resource), subresource: subresource,
            namespace: namespace, name: name)
        let decision = await authorizer.authorize(attributes)
        guard decision.isAllowed else { throw attributes.refusal(decision) }
    }

    private static func serviceAccount(_ user: String) -> ObjectKey? {
        let parts = user.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "system", parts[1] == "serviceaccount", !parts[2].isEmpty, !parts[3].isEmpty else { return nil }
        return ObjectKey(namespace: String(parts[2]), name: String(parts[3]))
    }

    /// Keys with characters that no header name has are sent percent-encoded; what is not an encoding stays as it is.
    private static func decodingPercents(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
