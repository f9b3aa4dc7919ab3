import KubernetesAPI
import Testing
import Values

import Ingress

/// Hosts with TLS are not served without it.
@Suite struct RedirectTests {
    private func table(tls: Value) -> RouteTable {
        var one = ingress("web", rules: [("shop.test", [("Prefix", "/", "web")]), ("plain.test", [("Prefix", "/", "web")])])
        one.raw["spec"]?["tls"] = tls
        return RouteTable(
            ingresses: [one], classes: [], services: [service("web")], endpointSlices: slice("web", [("10.42.0.5", 8080)]))
    }

    private func redirects(_ table: RouteTable, _ host: String, _ target: String = "/") -> Bool? {
        table.route(host: host, target: target)?.isSecured
    }

    @Test func `a host that has a certificate is asked again over TLS, another is served`() {
        let table = table(tls: [["hosts": ["shop.test"], "secretName": "s"]])
        #expect(redirects(table, "shop.test") == true && redirects(table, "SHOP.test:8080", "/a?b=c") == true)
        #expect(redirects(table, "plain.test") == false)
        #expect(redirects(table, "none.test") == nil)
    }

    @Test func `a part without hosts is for all of them, a wildcard for one label`() {
        #expect(redirects(table(tls: [["secretName": "s"]]), "plain.test") == true)
        #expect(redirects(table(tls: [["hosts": ["*.test"]]]), "shop.test") == true)
        #expect(redirects(table(tls: [["hosts": ["*.other.test"]]]), "shop.test") == false)
    }

    @Test func `certificates are proven without TLS`() {
        let table = table(tls: [["hosts": ["shop.test"], "secretName": "s"]])
        #expect(redirects(table, "shop.test", "/.well-known/acme-challenge/token") == false)
    }
}
