import Core
import JSON
import Store
import Values

/// Services: addresses and node ports out of the cluster's ranges, and what a change of type takes with it
/// (upstream's `pkg/registry/core/service`).
struct ServiceHooks: ResourceHooks {
    let allocator: ServiceAllocator

    func prepareForCreate(_ object: inout Value, _ context: HookContext) throws {
        object["status"] = ["loadBalancer": [:]]
        align(&object, old: nil)
    }

    func prepareForUpdate(_ object: inout Value, old: Value, _ context: HookContext) throws {
        guard context.subresource.isEmpty else { return }
        align(&object, old: old)
        keepAllocated(&object, old)
        dropTypeDependent(&object, old)
    }

    /// `clusterIP` and `clusterIPs[0]` are one: a client that knows only the former may set, change or clear it, and the latter follows.
    private func align(_ object: inout Value, old: Value?) {
        let one = object[path: "spec", "clusterIP"]?.string ?? ""
        let many = object[path: "spec", "clusterIPs"]?.array ?? []
        guard let old else {
            if !one.isEmpty, many.isEmpty { object["spec"]?["clusterIPs"] = [.string(one)] }
            return
        }
        let before = old[path: "spec", "clusterIP"]?.string ?? ""
        let known = old[path: "spec", "clusterIPs"]?.array ?? []
        if many.isEmpty, one == before {
            if !known.isEmpty { object["spec"]?["clusterIPs"] = .array(known) }
            return
        }
        guard one != before, many == known else { return }
        if one.isEmpty {
            // Cleared: what follows is as if neither had been given.
            object["spec"]?["clusterIPs"] = nil
        } else {
            object["spec"]?["clusterIPs"] = [.string(one)]
        }
    }

    /// What the server chose before stays chosen when a client leaves it out.
    private func keepAllocated(_ object: inout Value, _ old: Value) {
        if ServiceFields.needsAddress(old), ServiceFields.needsAddress(object), (object[path: "spec", "clusterIP"]?.string ?? "").isEmpty,
            object[path: "spec", "clusterIPs"]?.array?.isEmpty ?? true
        {
            for field in ["clusterIP", "clusterIPs"] { object["spec"]?[field] = old["spec"]?[field] }
        }
        for field in ["ipFamilies", "ipFamilyPolicy"] where object["spec"]?[field]?.isEmpty ?? true {
            if ServiceFields.needsAddress(object) { object["spec"]?[field] = old["spec"]?[field] }
        }
        if ServiceFields.needsNodePorts(old), ServiceFields.needsNodePorts(object), var ports = object[path: "spec", "ports"]?.array {
            let known = old[path: "spec", "ports"]?.array ?? []
            for position in ports.indices where (ports[position]["nodePort"]?.int ?? 0) == 0 {
                let same = known.first { $0["port"] == ports[position]["port"] && $0["protocol"] == ports[position]["protocol"] }
                guard let nodePort = same?["nodePort"],
                    !ports.contains(where: { $0["nodePort"] == nodePort && $0["protocol"] == same?["protocol"] })
                else { continue }
                ports[position]["nodePort"] = nodePort
            }
            object["spec"]?["ports"] = .array(ports)
        }
        if ServiceFields.needsHealthCheckPort(old), ServiceFields.needsHealthCheckPort(object),
            (object[path: "spec", "healthCheckNodePort"]?.int ?? 0) == 0
        {
            object["spec"]?["healthCheckNodePort"] = old[path: "spec", "healthCheckNodePort"]
        }
    }

    /// Fields that only the old type had go with it, unless the client changed them too.
    private func dropTypeDependent(_ object: inout Value, _ old: Value) {
        func dropSame(_ field: String) { if object["spec"]?[field] == old["spec"]?[field] { object["spec"]?[field] = nil } }
        if ServiceFields.needsAddress(old), !ServiceFields.needsAddress(object) {
            for field in ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"] { dropSame(field) }
        }
        let hadNodePorts = ["NodePort", "LoadBalancer"].contains(ServiceFields.type(old))
        let hasNodePorts = ["NodePort", "LoadBalancer"].contains(ServiceFields.type(object))
        if hadNodePorts, !hasNodePorts, var ports = object[path: "spec", "ports"]?.array {
            let known = Set(ServiceFields.nodePorts(old))
            if ports.allSatisfy({ ($0["nodePort"]?.int).map { known.contains(Int($0)) } ?? true }) {
                for position in ports.indices { ports[position]["nodePort"] = nil }
                object["spec"]?["ports"] = .array(ports)
            }
        }
        if ServiceFields.needsHealthCheckPort(old), !ServiceFields.needsHealthCheckPort(object) { dropSame("healthCheckNodePort") }
        if ServiceFields.type(old) == "LoadBalancer", ServiceFields.type(object) != "LoadBalancer" {
            dropSame("allocateLoadBalancerNodePorts")
            dropSame("loadBalancerClass")
        }
        let isExternal =
            hasNodePorts || (ServiceFields.type(object) == "ClusterIP" && object[path: "spec", "externalIPs"]?.isEmpty == false)
        if hadNodePorts, !isExternal { dropSame("externalTrafficPolicy") }
        if ServiceFields.type(old) != "ExternalName", ServiceFields.type(object) == "ExternalName" { dropSame("internalTrafficPolicy") }
        if ServiceFields.type(object) != "LoadBalancer" { object["status"]?["loadBalancer"] = [:] }
    }

    // MARK: Allocation

    func reserve(_ object: inout Value, old: Value?, _ context: HookContext) throws -> Reservation? {
        guard context.subresource.isEmpty else { return nil }
        try allocator.load { try context.cluster.list("services") }
        var taken = Taken(owner: object.meta("uid")?.string ?? "", cluster: context.cluster, isDryRun: context.isDryRun)
        do {
            if ServiceFields.needsAddress(object) { try takeAddress(&object, &taken) }
            if ServiceFields.needsNodePorts(object) || !ServiceFields.nodePorts(object).isEmpty { try takePorts(&object, &taken) }
            let surplusAddresses = Set(old.map(ServiceFields.addresses) ?? []).subtracting(ServiceFields.addresses(object))
            let surplusPorts = Set(old.map(ServiceFields.nodePorts) ?? []).subtracting(ServiceFields.nodePorts(object))
            var writes = try taken.addresses.map { try IPAddressRecord.creation($0, for: object, context) }
            writes += try IPAddressRecord.deletions(surplusAddresses, of: object, context.cluster)
            let (allocator, fresh) = (allocator, taken)
            return Reservation(writes: writes) {
                allocator.release(addresses: Array(surplusAddresses), ports: Array(surplusPorts), of: fresh.owner)
            } fail: {
                allocator.release(addresses: fresh.addresses, ports: fresh.ports, of: fresh.owner)
            }
        } catch {
            allocator.release(addresses: taken.addresses, ports: taken.ports, of: taken.owner)
            throw error
        }
    }

    func writesOnDeletion(_ object: Value, _ context: HookContext) throws -> [Write] {
        try IPAddressRecord.deletions(ServiceFields.addresses(object), of: object, context.cluster)
    }

    func release(_ object: Value, _ context: HookContext) {
        allocator.release(
            addresses: ServiceFields.addresses(object), ports: ServiceFields.nodePorts(object), of: object.meta("uid")?.string ?? "")
    }

    /// What one write has taken so far.
    private struct Taken {
        let owner: String
        let cluster: ClusterState
        /// Nothing is taken then: a given address need only lie in a range, and where any would do the ranges' first stands for it, as
        /// upstream answers.
        let isDryRun: Bool
        var addresses: [UInt32] = []
        var ports: [Int] = []
    }

    private func takeAddress(_ object: inout Value, _ taken: inout Taken) throws {
        let isDual = object[path: "spec", "ipFamilyPolicy"]?.string == "RequireDualStack"
        let families = object[path: "spec", "ipFamilies"]?.array ?? []
        let isHeadlessWithoutSelector = ServiceFields.isHeadless(object) && (object[path: "spec", "selector"]?.isEmpty ?? true)
        if isHeadlessWithoutSelector {
            // Whoever writes its endpoints decides on their family.
            if object[path: "spec", "ipFamilyPolicy"] == nil {
                object["spec"]?["ipFamilyPolicy"] = families.isEmpty ? "RequireDualStack" : "SingleStack"
            }
            if families.isEmpty {
                let isSingle = object[path: "spec", "ipFamilyPolicy"] == "SingleStack"
                object["spec"]?["ipFamilies"] = isSingle ? ["IPv4"] : ["IPv4", "IPv6"]
            }
        } else {
            guard !isDual else {
                throw invalid(
                    object, "\"RequireDualStack\"", "this cluster is not configured for dual-stack services", "spec.ipFamilyPolicy")
            }
            if let position = families.firstIndex(of: "IPv6") {
                throw invalid(object, "\"IPv6\"", "not configured on this cluster", "spec.ipFamilies[\(position)]")
            }
            if families.isEmpty { object["spec"]?["ipFamilies"] = ["IPv4"] }
            if object[path: "spec", "ipFamilyPolicy"] == nil { object["spec"]?["ipFamilyPolicy"] = "SingleStack" }
        }
        if ServiceFields.isHeadless(object) {
            object["spec"]?["clusterIPs"] = ["None"]
            return
        }
        let given = object[path: "spec", "clusterIP"]?.string ?? ""
        guard !given.isEmpty else {
            do {
                let address: UInt32
                if taken.isDryRun, let range = allocator.ranges(taken.cluster).first {
                    address = range.first
                } else {
                    address = try allocator.takeAddress(for: taken.owner, taken.cluster)
                    taken.addresses.append(address)
                }
                object["spec"]?["clusterIP"] = .string(IPv4Range.text(address))
                object["spec"]?["clusterIPs"] = [.string(IPv4Range.text(address))]
            } catch {
                let name = object.meta("name")?.string ?? ""
                throw APIError.internalError("failed to allocate a serviceIP for Service \"\(name)\": range is full")
            }
            return
        }
        // What is no address is told by validation.
        guard let address = IPv4Range.address(given) else { return }
        do throws(ServiceAllocator.Refusal) {
            if taken.isDryRun {
                guard allocator.allows(address, for: taken.owner, taken.cluster) else { throw .outside }
            } else if try allocator.take(address, for: taken.owner, taken.cluster) {
                taken.addresses.append(address)
            }
            object["spec"]?["clusterIPs"] = [.string(given)]
        } catch {
            let why = error == .taken ? "provided IP is already allocated" : "the provided network does not match the current range"
            throw invalid(object, "[\"\(given)\"]", "failed to allocate IP \(given): \(why)", "spec.clusterIPs")
        }
    }

    private func takePorts(_ object: inout Value, _ taken: inout Taken) throws {
        var ports = object[path: "spec", "ports"]?.array ?? []
        // Of one service, ports of different protocols may share a number.
        var own: [Int64: Int] = [:]
        for position in ports.indices {
            guard let given = ports[position]["nodePort"]?.int, given > 0 else { continue }
            do {
                if try allocator.take(port: Int(given), for: taken.owner) { taken.ports.append(Int(given)) }
                own[ports[position]["port"]?.int ?? 0] = Int(given)
            } catch {
                let why =
                    error == .taken
                    ? "provided port is already allocated"
                    : "provided port is not in the valid range. The range of valid ports is \(allocator.portRange)"
                throw invalid(object, "\(given)", why, "spec.ports[\(position)].nodePort")
            }
        }
        guard ServiceFields.needsNodePorts(object) else { return }
        for position in ports.indices where (ports[position]["nodePort"]?.int ?? 0) == 0 {
            let number = ports[position]["port"]?.int ?? 0
            if let shared = own[number],
                !ports.contains(where: { $0["nodePort"]?.int == Int64(shared) && $0["protocol"] == ports[position]["protocol"] })
            {
                ports[position]["nodePort"] = .int(Int64(shared))
                continue
            }
            let port = try takePort(&taken)
            own[number] = port
            ports[position]["nodePort"] = .int(Int64(port))
        }
        object["spec"]?["ports"] = .array(ports)
        guard ServiceFields.needsHealthCheckPort(object) else { return }
        let given = Int(object[path: "spec", "healthCheckNodePort"]?.int ?? 0)
        guard given > 0 else {
            object["spec"]?["healthCheckNodePort"] = .int(Int64(try takePort(&taken)))
            return
        }
        do {
            if try allocator.take(port: given, for: taken.owner) { taken.ports.append(given) }
        } catch {
            throw APIError.internalError("failed to allocate requested HealthCheck NodePort \(given): \(error)")
        }
    }

    private func takePort(_ taken: inout Taken) throws -> Int {
        do {
            let port = try allocator.takePort(for: taken.owner)
            taken.ports.append(port)
            return port
        } catch {
            throw APIError.internalError("failed to allocate a nodePort: range is full")
        }
    }

    private func invalid(_ object: Value, _ value: String, _ detail: String, _ field: String) -> APIError {
        .invalid(
            GroupVersionKind(group: "", version: "v1", kind: "Service"), object.name,
            [.init(reason: "FieldValueInvalid", message: "Invalid value: \(value): \(detail)", field: field)])
    }
}
