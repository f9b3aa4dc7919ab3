"""HTTPS from outside: an Ingress with a certificate, chosen by name and taken up anew when its Secret changes."""
import subprocess

from conftest import eventually
from manifests import SERVER

INGRESS = """
apiVersion: v1
kind: Service
metadata: {name: server}
spec: {selector: {app: server}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  tls: [{hosts: [shop.test], secretName: shop-certificate}]
  rules:
    - host: shop.test
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: server, port: {number: 80}}}}]}
"""


def make_certificate(directory, name):
    certificate, key = directory / f"{name}.crt", directory / f"{name}.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                    "-subj", f"/CN={name}", "-addext", "subjectAltName=DNS:shop.test", "-keyout", key, "-out", certificate],
                   check=True, capture_output=True)
    return certificate, key


def test_https_with_a_certificate_that_is_renewed(node_space, cluster, tmp_path):
    port = cluster.ingress_port + 363
    fetch = lambda trusted, host="shop.test": subprocess.run(
        ["curl", "-sS", "--max-time", "10", "--cacert", trusted, "--resolve", f"{host}:{port}:127.0.0.1", f"https://{host}:{port}/"],
        capture_output=True, text=True)
    first, key = make_certificate(tmp_path, "first")
    node_space("create", "secret", "tls", "shop-certificate", f"--cert={first}", f"--key={key}")
    node_space.apply(SERVER + "---" + INGRESS)
    node_space("rollout", "status", "deployment/server", "--timeout=60s")
    eventually(lambda: fetch(first).stdout == "hello\n", what="the page over HTTPS")
    # A name without a certificate gets one that proves nothing.
    assert fetch(first, "other.test").returncode == 60
    ask = lambda *args: subprocess.run(["curl", "-s", "-o", "/dev/null", "--max-time", "10", *args], capture_output=True, text=True).stdout
    named = f"other.test:{port}"
    assert ask("-k", "-w", "%{http_code}", "--resolve", f"{named}:127.0.0.1", f"https://{named}/") == "404"
    # Without TLS the client is sent to where it is.
    plain = ask("-w", "%{http_code} %{redirect_url}", "-H", "Host: shop.test", f"http://127.0.0.1:{cluster.ingress_port}/a?b=c")
    assert plain == f"308 https://shop.test:{port}/a?b=c"
    second, key = make_certificate(tmp_path, "second")
    renewed = node_space("create", "secret", "tls", "shop-certificate", f"--cert={second}", f"--key={key}", "--dry-run=client", "-o", "yaml")
    node_space.apply(renewed)
    eventually(lambda: fetch(second).stdout == "hello\n", what="the new certificate")
    assert fetch(first).returncode != 0
