import Core
import KubernetesAPI
import Testing
import Values

import Ingress

func service(_ name: String, port: Int = 80) -> Service {
    Service([
        "metadata": ["namespace": "shop", "name": .string(name)],
        "spec": ["ports": [["name": "http", "port": .int(Int64(port)), "protocol": "TCP"]]],
    ])
}

func slice(_ service: String, _ addresses: [(String, Int)], ready: Bool = true) -> [EndpointSlice] {
    addresses.map { host, port in
        EndpointSlice([
            "metadata": [
                "namespace": "shop", "name": .string("\(service)-\(port)"), "labels": ["kubernetes.io/service-name": .string(service)],
            ],
            "addressType": "IPv4", "ports": [["name": "http", "port": .int(Int64(port)), "protocol": "TCP"]],
            "endpoints": [["addresses": [.string(host)], "conditions": ["ready": .bool(ready)]]],
        ])
    }
}

func backend(_ service: String) -> Value { ["service": ["name": .string(service), "port": ["number": 80]]] }

func ingress(
    _ name: String, className: String? = nil, rules: [(host: String, paths: [(type: String, path: String, service: String)])],
    standard: String? = nil
) -> KubernetesAPI.Ingress {
    var spec: Value = [
        "rules": .array(
            rules.map { rule in
                [
                    "host": .string(rule.host),
                    "http": [
                        "paths": .array(
                            rule.paths.map { ["pathType": .string($0.type), "path": .string($0.path), "backend": backend($0.service)] })
                    ],
                ]
            })
    ]
    if let className { spec["ingressClassName"] = .string(className) }
    if let standard { spec["defaultBackend"] = backend(standard) }
    return .init(["metadata": ["namespace": "shop", "name": .string(name), "creationTimestamp": "2026-01-01T00:00:00Z"], "spec": spec])
}

@Suite struct RouteTableTests {
    let table = RouteTable(
        ingresses: [
            ingress(
                "main",
                rules: [
                    (
                        "shop.example.org",
                        [("Prefix", "/", "front"), ("Prefix", "/api", "api"), ("Exact", "/api", "exact"), ("Prefix", "/api/v2/", "v2")]
                    ),
                    ("*.example.org", [("Prefix", "/", "wild")]),
                    ("", [("ImplementationSpecific", "/any", "any")]),
                ]),
            ingress("fallback", className: "martlet", rules: [], standard: "default"),
            ingress("theirs", className: "nginx", rules: [("shop.example.org", [("Prefix", "/nginx", "nginx")])]),
        ], classes: [], services: [], endpointSlices: [])

    @Test(arguments: [
        ("shop.example.org", "/", "front"), ("SHOP.example.org:8080", "/index.html?a=/api", "front"), ("shop.example.org", "/api", "exact"),
        ("shop.example.org", "/api/", "api"), ("shop.example.org", "/api/v1", "api"), ("shop.example.org", "/apiary", "front"),
        ("shop.example.org", "/api/v2", "v2"), ("shop.example.org", "/api/v2/x", "v2"), ("shop.example.org", "/nginx", "front"),
        ("other.example.org", "/", "wild"), ("deep.other.example.org", "/", "default"), ("example.org", "/any/thing", "any"),
        ("", "/", "default"),
    ])
    func `requests are routed by host and path`(_ host: String, _ target: String, _ service: String) {
        #expect(table.backend(host: host, target: target)?.name == "shop/\(service):80")
    }

    @Test func `without a default backend what matches nothing has no backend`() {
        let table = RouteTable(
            ingresses: [ingress("a", rules: [("a.org", [("Prefix", "/x", "a")])])], classes: [], services: [], endpointSlices: [])
        #expect(table.backend(host: "a.org", target: "/") == nil)
        #expect(table.ingresses == [ObjectKey(namespace: "shop", name: "a")])
    }

    @Test func `a backend is the ready endpoints of its service's port`() {
        let slices = slice("web", [("10.42.0.5", 8080), ("10.42.0.6", 8081)]) + slice("web", [("10.42.0.7", 8082)], ready: false)
        let table = RouteTable(
            ingresses: [ingress("a", rules: [("", [("Prefix", "/", "web")])])], classes: [], services: [service("web")],
            endpointSlices: slices)
        #expect(
            table.backend(host: "x", target: "/")?.addresses == [
                UpstreamAddress(host: "10.42.0.5", port: 8080), UpstreamAddress(host: "10.42.0.6", port: 8081),
            ])
    }

    @Test func `classes of our controller are ours whatever their name`() {
        let own = IngressClass(["metadata": ["name": "internal"], "spec": ["controller": .string(RouteTable.controller)]])
        let table = RouteTable(
            ingresses: [ingress("a", className: "internal", rules: [("", [("Prefix", "/", "web")])])], classes: [own], services: [],
            endpointSlices: [])
        #expect(table.ingresses.count == 1)
    }
}
