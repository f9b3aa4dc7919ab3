import Core
import KubernetesAPI
import Testing
import Values

import ClusterDNS

@Suite struct ZoneTests {
    let zone = Zone(name: DomainName("cluster.local")!, ranges: ["10.43.0.0/16", "10.42.0.0/16"], serverAddress: "10.43.0.10")
    let records: ClusterRecords = {
        var records = ClusterRecords()
        let web = Service(["spec": ["clusterIP": "10.43.0.9", "ports": [["name": "http", "port": 80, "protocol": "TCP"]]]])
        let db = Service(["spec": ["clusterIP": "None", "ports": [["name": "sql", "port": 5432, "protocol": "TCP"]]]])
        let slice = EndpointSlice([
            "addressType": "IPv4", "ports": [["name": "sql", "port": 5432, "protocol": "TCP"]],
            "endpoints": [
                ["addresses": ["10.42.0.5"], "hostname": "db-0", "conditions": ["ready": true]],
                ["addresses": ["10.42.0.6"], "conditions": ["ready": true]],
                ["addresses": ["10.42.0.7"], "hostname": "db-2", "conditions": ["ready": false]],
            ],
        ])
        let away = Service(["spec": ["type": "ExternalName", "externalName": "db.example.org"]])
        let empty = Service(["spec": ["clusterIP": "None"]])
        for (name, service, slices) in [("web", web, []), ("db", db, [slice]), ("away", away, []), ("empty", empty, [])] {
            records.set(ObjectKey(namespace: "shop", name: name), ServiceRecords(service: service, slices: slices))
        }
        return records
    }()

    /// The answer in words: code, then `type data` of each record.
    func ask(_ name: String, _ type: RecordType = .a) -> String {
        func text(_ response: Response) -> String {
            let records = response.answers.map { record -> String in
                switch record.data {
                case .address(let bytes): "A " + bytes.map(String.init).joined(separator: ".")
                case .name(let type, let name): (type == .cname ? "CNAME " : type == .ptr ? "PTR " : "NS ") + name.description
                case .service(_, let weight, let port, let target): "SRV \(weight) \(port) \(target)"
                case .text(let text): "TXT \(text)"
                case .authority: "SOA"
                }
            }
            if response.answers.isEmpty { return "\(response.code)" + (response.authority.map(\.type) == [.soa] ? " SOA" : "") }
            return records.joined(separator: ", ")
        }
        switch zone.answer(Question(DomainName(name)!, type), records) {
        case .here(let response): return text(response)
        case .alias(let response, let target): return text(response) + " -> \(target)"
        case .elsewhere: return "elsewhere"
        }
    }

    @Test(arguments: [
        ("web.shop.svc.cluster.local", RecordType.a, "A 10.43.0.9"),
        ("WEB.Shop.svc.Cluster.local.", .a, "A 10.43.0.9"),
        ("web.shop.svc.cluster.local", .aaaa, "noError SOA"),
        ("none.shop.svc.cluster.local", .a, "nameError SOA"),
        ("web.other.svc.cluster.local", .a, "nameError SOA"),
        ("shop.svc.cluster.local", .a, "noError SOA"),
        ("other.svc.cluster.local", .a, "nameError SOA"),
        ("svc.cluster.local", .a, "noError SOA"),
        ("_http._tcp.web.shop.svc.cluster.local", .srv, "SRV 100 80 web.shop.svc.cluster.local"),
        ("_http._udp.web.shop.svc.cluster.local", .srv, "nameError SOA"),
        ("_tcp.web.shop.svc.cluster.local", .srv, "noError SOA"),
        ("db.shop.svc.cluster.local", .a, "A 10.42.0.5, A 10.42.0.6"),
        ("db-0.db.shop.svc.cluster.local", .a, "A 10.42.0.5"),
        ("10-42-0-6.db.shop.svc.cluster.local", .a, "A 10.42.0.6"),
        ("db-2.db.shop.svc.cluster.local", .a, "nameError SOA"),
        (
            "_sql._tcp.db.shop.svc.cluster.local", .srv,
            "SRV 50 5432 db-0.db.shop.svc.cluster.local, SRV 50 5432 10-42-0-6.db.shop.svc.cluster.local"
        ),
        ("empty.shop.svc.cluster.local", .a, "nameError SOA"),
        ("away.shop.svc.cluster.local", .a, "CNAME db.example.org -> db.example.org"),
        ("away.shop.svc.cluster.local", .cname, "CNAME db.example.org"),
        ("10-1-2-3.shop.pod.cluster.local", .a, "A 10.1.2.3"),
        ("10-1-2.shop.pod.cluster.local", .a, "nameError SOA"),
        ("dns-version.cluster.local", .txt, "TXT 1.1.0"),
        ("cluster.local", .ns, "NS ns.dns.cluster.local"),
        ("ns.dns.cluster.local", .a, "A 10.43.0.10"),
        ("9.0.43.10.in-addr.arpa", .ptr, "PTR web.shop.svc.cluster.local"),
        ("5.0.42.10.in-addr.arpa", .ptr, "PTR db-0.db.shop.svc.cluster.local"),
        ("99.0.42.10.in-addr.arpa", .ptr, "nameError SOA"),
        ("8.8.8.8.in-addr.arpa", .ptr, "elsewhere"),
        ("example.org", .a, "elsewhere"),
        ("web.shop.svc.cluster.local.shop.svc.cluster.local", .a, "nameError SOA"),
        ("example.org.cluster.local", .a, "nameError SOA"),
    ])
    func `names are answered as the DNS specification has it`(_ name: String, _ type: RecordType, _ answer: String) {
        #expect(ask(name, type) == answer)
    }

    @Test func `a service that goes takes its names and its namespace with it`() {
        var records = records
        for name in ["web", "db", "away"] { records.set(ObjectKey(namespace: "shop", name: name), nil) }
        #expect(records.services.isEmpty && records.namespaces.isEmpty && records.owners.isEmpty)
    }
}
