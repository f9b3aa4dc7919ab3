import Core
import Values

/// Under which addresses and names a load balancer says that something is reached.
extension Validator {
    mutating func serviceStatus(_ object: Place, _ old: Place) {
        metadataUpdate(object["metadata"], old["metadata"])
        let entries = object["status"]["loadBalancer"]["ingress"]
        guard object["spec"]["type"].text == "LoadBalancer" || entries.isEmpty else {
            return forbidden(entries, "may only be used when `spec.type` is 'LoadBalancer'")
        }
        for entry in entries.items {
            balancerAddress(entry, old)
            let (address, mode) = (entry["ip"], entry["ipMode"])
            if !mode.isPresent {
                if !address.isEmpty { required(mode, "must be specified when `ip` is set") }
            } else if address.isEmpty {
                forbidden(mode, "may not be specified when `ip` is not set")
            } else if !["Proxy", "VIP"].contains(mode.text) {
                unsupported(mode, ["Proxy", "VIP"])
            }
            balancerName(entry["hostname"])
        }
    }

    mutating func ingressStatus(_ object: Place, _ old: Place) {
        metadataUpdate(object["metadata"], old["metadata"])
        for entry in object["status"]["loadBalancer"]["ingress"].items {
            balancerAddress(entry, old)
            balancerName(entry["hostname"])
        }
    }

    /// What was taken before is taken again.
    private mutating func balancerAddress(_ entry: Place, _ old: Place) {
        let address = entry["ip"]
        let known = old["status"]["loadBalancer"]["ingress"].items.map { $0["ip"].text }
        if !address.isEmpty, !known.contains(address.text) { ip(address) }
    }

    private mutating func balancerName(_ name: Place) {
        guard !name.isEmpty else { return }
        dnsSubdomain(name)
        if Formats.isIPv4(name.text) || Formats.isIPv6(name.text) { invalid(name, "must be a DNS name, not an IP address") }
    }
}
