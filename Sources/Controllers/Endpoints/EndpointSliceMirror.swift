import Core
import KubernetesAPI
import Values

/// The slices that mirror an Endpoints object somebody wrote by hand: one for each address family and set of ports. Pure.
package struct EndpointSliceMirror {
    /// The most addresses of a subset that are mirrored.
    package static let limit = 1000
    static let manager = "endpointslicemirroring-controller.k8s.io"

    /// Slices to write, and what was left out.
    package struct Plan: Equatable {
        /// New slices, without a name.
        package var create: [EndpointSlice] = []
        /// Slices there are, with new content.
        package var update: [EndpointSlice] = []
        /// Slices of no use any more.
        package var delete: [EndpointSlice] = []
        /// Addresses that are none.
        package var invalid = 0
        /// Addresses beyond the limit.
        package var skipped = 0
    }

    private struct Group: Hashable {
        let family: String
        let ports: [Value]
    }

    /// What makes the slices `existing` mirror the object.
    package static func plan(_ endpoints: Endpoints, existing: [EndpointSlice]) -> Plan {
        var plan = Plan()
        var groups: [Group: [Value]] = [:]
        var order: [Group] = []
        for subset in endpoints.subsets {
            let ports = subset.ports.map(Self.port).sorted { "\($0)" < "\($1)" }
            var added = 0
            for (address, isReady) in subset.addresses.map({ ($0, true) }) + subset.notReadyAddresses.map({ ($0, false) }) {
                guard added < limit else {
                    plan.skipped += 1
                    continue
                }
                guard let family = family(of: address.ip) else {
                    plan.invalid += 1
                    continue
                }
                added += 1
                let group = Group(family: family, ports: ports)
                if groups[group] == nil { order.append(group) }
                let endpoint = endpoint(address, isReady)
                if groups[group]?.contains(endpoint) != true { groups[group, default: []].append(endpoint) }
            }
        }
        var present = Dictionary(grouping: existing.sorted { $0.metadata.name < $1.metadata.name }) { slice in
            Group(family: slice.addressType, ports: slice.ports.values.sorted { "\($0)" < "\($1)" })
        }
        for group in order {
            let same = present.removeValue(forKey: group) ?? []
            plan.delete += same.dropFirst()
            var wanted = slice(endpoints, group, Array((groups[group] ?? []).prefix(limit)))
            guard let first = same.first else {
                plan.create.append(wanted)
                continue
            }
            wanted.metadata.generateName = ""
            wanted.metadata.name = first.metadata.name
            wanted.metadata.resourceVersion = first.metadata.resourceVersion
            wanted.metadata.uid = first.metadata.uid
            let isSame =
                Set(first.endpoints.values) == Set(wanted.endpoints.values) && first.metadata.labels == wanted.metadata.labels
                && first.metadata.annotations == wanted.metadata.annotations
                && first.metadata.ownerReferences.first?.uid == endpoints.metadata.uid
            if !isSame { plan.update.append(wanted) }
        }
        plan.delete += present.values.joined()
        // A slice that comes and one of its family that goes are one slice that changes.
        plan.create.removeAll { fresh in
            guard let position = plan.delete.firstIndex(where: { $0.addressType == fresh.addressType }) else { return false }
            let old = plan.delete.remove(at: position)
            var reused = fresh
            reused.metadata.generateName = ""
            reused.metadata.name = old.metadata.name
            reused.metadata.resourceVersion = old.metadata.resourceVersion
            reused.metadata.uid = old.metadata.uid
            plan.update.append(reused)
            return true
        }
        return plan
    }

    private static func family(of address: String) -> String? {
        if address.contains(":") {
            let parts = address.split(separator: ":", omittingEmptySubsequences: false)
            let isValid = parts.count >= 3 && parts.count <= 8 && parts.allSatisfy { $0.count <= 4 && $0.allSatisfy(\.isHexDigit) }
            return isValid ? "IPv6" : nil
        }
        let parts = address.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil } ? "IPv4" : nil
    }

    private static func port(_ port: EndpointPort) -> Value {
        var result = Object()
        result["name"] = .string(port.name)
        result["port"] = port.raw["port"]
        result["protocol"] = .string(port.protocol.isEmpty ? "TCP" : port.protocol)
        if let application = port.raw["appProtocol"] { result["appProtocol"] = application }
        return .object(result)
    }

    private static func endpoint(_ address: EndpointAddress, _ isReady: Bool) -> Value {
        var result = Object()
        result["addresses"] = [.string(address.ip)]
        result["conditions"] = ["ready": .bool(isReady)]
        if !address.hostname.isEmpty { result["hostname"] = .string(address.hostname) }
        if let reference = address.raw["targetRef"] { result["targetRef"] = reference }
        if !address.nodeName.isEmpty { result["nodeName"] = .string(address.nodeName) }
        return .object(result)
    }

    private static func slice(_ endpoints: Endpoints, _ group: Group, _ members: [Value]) -> EndpointSlice {
        var slice = EndpointSlice()
        slice.metadata.namespace = endpoints.metadata.namespace
        slice.metadata.generateName = "\(endpoints.metadata.name)-"
        slice.metadata.labels = endpoints.metadata.labels
        slice.metadata.labels[EndpointSlicePlanner.serviceName] = endpoints.metadata.name
        slice.metadata.labels[EndpointSlicePlanner.managedBy] = manager
        slice.metadata.annotations = endpoints.metadata.annotations.filter { key, _ in
            key != "endpoints.kubernetes.io/last-change-trigger-time" && key != "kubectl.kubernetes.io/last-applied-configuration"
        }
        slice.metadata.ownerReferences = [OwnerReference(controller: endpoints)]
        slice.addressType = group.family
        slice.raw["ports"] = .array(group.ports)
        slice.raw["endpoints"] = .array(members)
        return slice
    }
}
