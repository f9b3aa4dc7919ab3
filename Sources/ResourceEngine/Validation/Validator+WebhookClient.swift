import Values

/// Where webhooks are reached (`k8s.io/apiserver/pkg/util/webhook`).
extension Validator {
    /// `namesParts`: the refusal of a service without a name says what is missing.
    mutating func webhookClient(_ config: Place, namesParts: Bool) {
        let service = config["service"]
        switch (config["url"].isPresent, service.isPresent) {
        case (true, true), (false, false): required(config, "exactly one of url or service is required")
        case (true, false): webhookURL(config["url"])
        case (false, true):
            for part in ["name", "namespace"] where service[part].isEmpty {
                required(service[part], namesParts ? "service \(part) is required" : "")
            }
            if let port = service["port"].int, !(1...65535).contains(port) {
                invalid(service["port"], "port is not valid: must be between 1 and 65535, inclusive")
            }
            webhookPath(service["path"])
        }
    }

    private mutating func webhookPath(_ path: Place) {
        guard !path.isEmpty, path.text != "/" else { return }
        guard path.text != "//" else { return invalid(path, "segment[0] may not be empty") }
        if !path.text.hasPrefix("/") { invalid(path, "must start with a '/'") }
        // As upstream does, without whatever the first character is.
        var rest = path.text.dropFirst()
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        for (position, segment) in rest.split(separator: "/", omittingEmptySubsequences: false).enumerated() {
            guard !segment.isEmpty else {
                invalid(path, "segment[\(position)] may not be empty")
                continue
            }
            for problem in Formats.dnsSubdomain(String(segment)) { invalid(path, "segment[\(position)]: \(problem)") }
        }
    }

    private mutating func webhookURL(_ url: Place) {
        let text = url.text
        let form = "desired format: https://host[/path]"
        guard text.hasPrefix("https://") else {
            let scheme = text.firstRange(of: "://").map { String(text[..<$0.lowerBound]) } ?? ""
            invalid(url, "'https' is the only allowed URL scheme; \(form)", value: .string(scheme))
            guard !scheme.isEmpty else { return invalid(url, "host must be specified; \(form)", value: "") }
            return webhookURL(url, text.dropFirst(scheme.utf8.count + 3), form)
        }
        webhookURL(url, text.dropFirst("https://".count), form)
    }

    /// What comes after the scheme.
    private mutating func webhookURL(_ url: Place, _ rest: Substring, _ form: String) {
        let host = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        if host.isEmpty { invalid(url, "host must be specified; \(form)", value: "") }
        if let at = host.lastIndex(of: "@") {
            invalid(url, "user information is not permitted in the URL", value: .string(String(host[..<at])))
        }
        let parts = rest.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count > 1, !parts[1].isEmpty {
            invalid(url, "fragments are not permitted in the URL", value: .string(String(parts[1])))
        }
        let query = parts[0].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        if query.count > 1, !query[1].isEmpty {
            invalid(url, "query parameters are not permitted in the URL", value: .string(String(query[1])))
        }
    }
}
