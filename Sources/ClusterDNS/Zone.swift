import Core

/// Answers questions about the cluster's own names, as the Kubernetes DNS specification 1.1.0 has it. Pure.
package struct Zone: Sendable {
    /// What is to be done with a question.
    package enum Answer: Hashable, Sendable {
        case here(Response)
        /// The answer begins with an alias whose target is somebody else's: its records belong behind it.
        case alias(Response, target: DomainName)
        /// Not ours.
        case elsewhere
    }

    package let name: DomainName
    private let suffix: [String]
    private let ranges: [AddressRange]
    private let serverAddress: [UInt8]?
    /// How long clients may keep an answer; short, for endpoints come and go.
    package let ttl: UInt32

    /// `ranges`: the addresses of services and pods ("10.43.0.0/16"), whose unknown reverse names are answered here.
    package init(name: DomainName, ranges: [String], serverAddress: String, ttl: UInt32 = 5) {
        self.name = name
        suffix = name.labels.map(DomainName.text)
        self.ranges = ranges.compactMap(AddressRange.init)
        self.serverAddress = addressBytes(serverAddress)
        self.ttl = ttl
    }

    package func answer(_ question: Question, _ records: ClusterRecords) -> Answer {
        guard question.recordClass == 1 else { return .elsewhere }
        if let address = reverseAddress(question.name) { return reverse(question, address, records) }
        let labels = question.name.labels.map(DomainName.text)
        guard labels.count >= suffix.count, Array(labels.suffix(suffix.count)) == suffix else { return .elsewhere }
        let inner = Array(labels.dropLast(suffix.count))
        switch inner.last {
        case nil: return finish(question, apex(question))
        case "svc": return services(question, Array(inner.dropLast()), records)
        case "pod":
            if inner.count == 1 { return finish(question, []) }
            guard inner.count == 3, let address = podAddress(inner[0]) else { return finish(question, nil) }
            return finish(question, [record(question.name, .address(address))])
        case "dns-version" where inner.count == 1: return finish(question, [record(question.name, .text("1.1.0"))])
        case "dns" where inner.count == 1: return finish(question, [])
        case "dns" where inner == ["ns", "dns"]: return finish(question, serverAddress.map { [record(question.name, .address($0))] } ?? [])
        default: return finish(question, nil)
        }
    }

    // MARK: Services

    /// `inner`: the labels before `svc`.
    private func services(_ question: Question, _ inner: [String], _ records: ClusterRecords) -> Answer {
        guard let namespace = inner.last else { return finish(question, []) }
        guard inner.count > 1 else { return finish(question, records.namespaces[namespace] == nil ? nil : []) }
        let service = inner[inner.count - 2]
        guard let known = records.services[ObjectKey(namespace: namespace, name: service)] else { return finish(question, nil) }
        let rest = Array(inner.dropLast(2))
        let base = DomainName(labels: Array(question.name.labels.suffix(suffix.count + 3)))
        if let target = known.alias {
            guard rest.isEmpty else { return finish(question, nil) }
            var response = Response()
            response.answers = [record(question.name, .name(.cname, target))]
            return question.type == .cname ? .here(response) : .alias(response, target: target)
        }
        switch rest.count {
        case 0:
            let addresses = known.addresses + unique(known.endpoints.map(\.address))
            let found = addresses.map { record(question.name, .address($0)) }
            guard question.type == .srv else { return finish(question, found) }
            return srv(question, base, known, matching: nil)
        case 1 where rest[0].hasPrefix("_"):
            let transport = String(rest[0].dropFirst())
            let ports = known.ports + known.endpoints.flatMap(\.ports)
            return finish(question, ports.contains { $0.transport == transport } ? [] : nil)
        case 1:
            let found = unique(known.endpoints.filter { $0.hostname == rest[0] }.map(\.address)).map { record(question.name, .address($0)) }
            return finish(question, found.isEmpty ? nil : found)
        case 2 where rest[0].hasPrefix("_") && rest[1].hasPrefix("_"):
            return srv(question, base, known, matching: (String(rest[0].dropFirst()), String(rest[1].dropFirst())))
        default: return finish(question, nil)
        }
    }

    /// SRV records of the ports named so (of all when nil), with the addresses they lead to beside them.
    private func srv(_ question: Question, _ base: DomainName, _ known: ServiceRecords, matching wanted: (name: String, transport: String)?)
        -> Answer
    {
        var targets: [(port: UInt16, name: DomainName)] = []
        var addresses: [Record] = []
        func fits(_ port: ServiceRecords.Port) -> Bool { wanted.map { $0.name == port.name && $0.transport == port.transport } ?? true }
        for port in known.ports where fits(port) { targets.append((port.number, base)) }
        if !targets.isEmpty { addresses = known.addresses.map { record(base, .address($0)) } }
        for endpoint in known.endpoints {
            let name = DomainName(labels: [Array(endpoint.hostname.utf8)] + base.labels)
            let ports = endpoint.ports.filter(fits)
            for port in ports { targets.append((port.number, name)) }
            if !ports.isEmpty { addresses.append(record(name, .address(endpoint.address))) }
        }
        guard !targets.isEmpty else { return finish(question, nil) }
        let weight = UInt16(max(1, 100 / targets.count))
        let found = unique(targets.map { record(question.name, .service(priority: 0, weight: weight, port: $0.port, target: $0.name)) })
        return finish(question, found, additional: unique(addresses))
    }

    private func reverse(_ question: Question, _ address: [UInt8], _ records: ClusterRecords) -> Answer {
        guard let owners = records.owners[address] else {
            return ranges.contains { $0.contains(address) } ? finish(question, nil) : .elsewhere
        }
        let found = owners.sorted { $0.key < $1.key }.map { owner, hostname in
            let labels = (hostname.isEmpty ? [] : [hostname]) + [owner.name, owner.namespace, "svc"]
            return record(question.name, .name(.ptr, DomainName(labels: labels.map { Array($0.utf8) } + name.labels)))
        }
        return finish(question, found)
    }

    // MARK: Parts

    private func apex(_ question: Question) -> [Record] {
        let server = DomainName(labels: [Array("ns".utf8), Array("dns".utf8)] + name.labels)
        return [authority, record(name, .name(.ns, server))]
    }

    private var authority: Record {
        let server = DomainName(labels: [Array("ns".utf8), Array("dns".utf8)] + name.labels)
        let contact = DomainName(labels: [Array("hostmaster".utf8)] + name.labels)
        return record(
            name, .authority(server: server, contact: contact, serial: 1, refresh: 7200, retry: 1800, expire: 86400, minimum: ttl))
    }

    private func record(_ name: DomainName, _ data: Record.Data) -> Record { Record(name, ttl: ttl, data) }

    /// The records of the asked type; the zone's SOA where there are none. Nil: the name does not exist.
    private func finish(_ question: Question, _ found: [Record]?, additional: [Record] = []) -> Answer {
        var response = Response(code: found == nil ? .nameError : .noError)
        response.answers = (found ?? []).filter { question.type == .any || $0.type == question.type }
        if response.answers.isEmpty { response.authority = [authority] } else { response.additional = additional }
        return .here(response)
    }

    /// "10-1-2-3" is 10.1.2.3; IPv6 likewise.
    private func podAddress(_ label: String) -> [UInt8]? {
        addressBytes(String(label.map { $0 == "-" ? "." : $0 })) ?? addressBytes(String(label.map { $0 == "-" ? ":" : $0 }))
    }

    private func unique<Element: Hashable>(_ elements: [Element]) -> [Element] {
        var seen: Set<Element> = []
        return elements.filter { seen.insert($0).inserted }
    }
}
