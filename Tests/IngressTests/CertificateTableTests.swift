import Core
import KubernetesAPI
import Testing
import Values

import Ingress

/// Which certificate is used for which name.
@Suite struct CertificateTableTests {
    /// For "shop.test"; made once with `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500`.
    private static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBlTCCATugAwIBAgIUYyTrP3ktqcQbcDm2NE+CNPmHC/YwCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJc2hvcC50ZXN0MCAXDTI2MTEyMTEwNDUwM1oYDzIxMjYxMDI4
        MTA0NTAzWjAUMRIwEAYDVQQDDAlzaG9wLnRlc3QwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAATbyBwAVkbSZVyegYNs0ZbDDTjCkI6s7k2Rvs7yR8HAAX73wG2hkSsb
        okaA2CD8bU7ZknawvygqdHK5dqbiMuHzo2kwZzAdBgNVHQ4EFgQUuQEFS4PUGsBW
        cBCYoIFyhEey/RgwHwYDVR0jBBgwFoAUuQEFS4PUGsBWcBCYoIFyhEey/RgwDwYD
        VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglzaG9wLnRlc3QwCgYIKoZIzj0EAwID
        SAAwRQIhALoXaqsjBwwfveUNIGJbvhs3oQwBoemAUv0ni8fv+7wpAiB/lAVwiIqG
        BDldM1Bxy+PsPHY3HG3Pxs4RktDewJdfOw==
        -----END CERTIFICATE-----
        """
    private static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgZ3tPVrFlFMRgsG9j
        DLe4S3m7NBy9z3HpmXgCqwv3u1ahRANCAATbyBwAVkbSZVyegYNs0ZbDDTjCkI6s
        7k2Rvs7yR8HAAX73wG2hkSsbokaA2CD8bU7ZknawvygqdHK5dqbiMuHz
        -----END PRIVATE KEY-----
        """

    private func secret(_ name: String, certificate: String = certificate, key: String = key) -> Secret {
        Secret([
            "metadata": ["name": .string(name), "namespace": "default"], "type": "kubernetes.io/tls",
            "data": ["tls.crt": .string(Base64.encode(Array(certificate.utf8))), "tls.key": .string(Base64.encode(Array(key.utf8)))],
        ])
    }

    private func ingress(_ name: String, _ parts: Value...) -> Ingress {
        Ingress(["metadata": ["name": .string(name), "namespace": "default"], "spec": ["tls": .array(parts)]])
    }

    @Test func `Hosts have the certificate that their Ingress names, wildcards stand for one label`() {
        let table = CertificateTable(
            ingresses: [ingress("a", ["hosts": ["shop.test", "*.wild.test"], "secretName": "s"])], secrets: [secret("s")])
        for (name, has) in [
            ("shop.test", true), ("SHOP.test", true), ("a.wild.test", true), ("a.b.wild.test", false), ("other.test", false),
        ] {
            #expect(table.hasCertificate(for: name) == has, "\(name)")
        }
        #expect(!table.hasCertificate(for: nil))
        #expect(table.problems.isEmpty)
    }

    @Test func `A certificate without hosts is for every name`() {
        let table = CertificateTable(ingresses: [ingress("a", ["secretName": "s"])], secrets: [secret("s")])
        #expect(table.hasCertificate(for: nil) && table.hasCertificate(for: "any.test"))
    }

    @Test func `What cannot be used is told by its Ingress`() {
        let table = CertificateTable(
            ingresses: [
                ingress("a", ["hosts": ["a.test"], "secretName": "none"]), ingress("b", ["hosts": ["b.test"], "secretName": "bad"]),
            ],
            secrets: [secret("bad", certificate: "no certificate")])
        #expect(table.problems[ObjectKey(namespace: "default", name: "a")]?.contains("not found") == true)
        #expect(table.problems[ObjectKey(namespace: "default", name: "b")] != nil)
        #expect(!table.hasCertificate(for: "a.test"))
    }
}
