import Core
import Values

/// What API servers store a resource as (`pkg/apis/apiserverinternal/validation`).
extension Validator {
    mutating func storageVersionStatus(_ status: Place) {
        var seen: Set<String> = []
        let servers = status["storageVersions"].items
        for server in servers {
            if !seen.insert(server["apiServerID"].text).inserted { duplicate(server["apiServerID"]) }
            serverStorageVersion(server)
        }
        commonEncoding(status["commonEncodingVersion"], servers.map { $0["encodingVersion"].text })
        storageVersionConditions(status)
    }

    private mutating func serverStorageVersion(_ server: Place) {
        let encoding = server["encodingVersion"]
        dnsSubdomain(server["apiServerID"].with(.string(server["apiServerID"].text)))
        apiVersion(encoding.with(.string(encoding.text)))
        let decodable = server["decodableVersions"]
        for item in decodable.items { apiVersion(item) }
        if !decodable.texts.contains(encoding.text) {
            invalid(decodable, "decodableVersions must include encodingVersion \(encoding.text)", value: decodable.value ?? .array([]))
        }
        for item in server["servedVersions"].items {
            apiVersion(item)
            if !decodable.texts.contains(item.text) {
                let list = decodable.texts.joined(separator: " ")
                invalid(item, "individual served version : \(item.text) must be included in decodableVersions : [\(list)]")
            }
        }
    }

    /// The version that all servers write is named, and no other.
    private mutating func commonEncoding(_ place: Place, _ versions: [String]) {
        guard let common = versions.first, versions.allSatisfy({ $0 == common }) else {
            if place.isPresent {
                invalid(
                    place,
                    "should be nil if servers do not agree on the same encoding version, or if there is no server reporting the supported "
                        + "versions yet")
            }
            return
        }
        if !place.isPresent {
            invalid(place, "the common encoding version is \(common)")
        } else if place.text != common {
            invalid(place, "the actual common encoding version is \(common)")
        }
    }

    /// Causes leave the list's name out, as upstream's do.
    private mutating func storageVersionConditions(_ status: Place) {
        var seen: [String: Int] = [:]
        for (position, condition) in status["conditions"].items.enumerated() {
            let place = status[position]
            func part(_ name: String) -> Place { place[name].with(.string(condition[name].text)) }
            let type = condition["type"].text
            if let first = seen[type] {
                invalid(part("type"), "the type of the condition is not unique, it also appears in conditions[\(first)]")
            }
            seen[type] = position
            for name in ["type", "status"] { qualifiedName(part(name)) }
            for name in ["reason", "message"] where condition[name].isEmpty { required(part(name)) }
        }
    }

    /// "v1", "apps/v1"; several problems are one cause.
    private mutating func apiVersion(_ place: Place) {
        let parts = place.text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 2, let version = parts.last else {
            return invalid(
                place,
                "an apiVersion is a DNS-1035 label, which must consist of lower case alphanumeric characters or '-', start with an alphabetic "
                    + "character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is "
                    + "'[a-z]([-a-z0-9]*[a-z0-9])?') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyVersion')")
        }
        var problems: [String] = []
        if parts.count == 2 {
            problems += (parts[0].isEmpty ? ["must be non-empty"] : Formats.dnsSubdomain(parts[0])).map { "group part: \($0)" }
        }
        problems += (version.isEmpty ? ["must be non-empty"] : Formats.dns1035Label(version)).map { "version part: \($0)" }
        if !problems.isEmpty { invalid(place, problems.joined(separator: ",")) }
    }
}
