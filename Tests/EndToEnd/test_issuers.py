"""Tokens of an issuer outside the cluster, whose groups another service tells (distributed claims)."""
import base64
import http.server
import json
import ssl
import subprocess
import threading
import time

from test_upstream import martlet_server, run  # noqa: F401 (a fixture)
from upstream import certificate


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Issuer(http.server.BaseHTTPRequestHandler):
    """Answers for an issuer at /staff and one at /directory with one key, and tells claims to who has the word."""

    def do_GET(self):
        server = self.server
        server.asked.append((self.path, self.headers.get("Authorization")))
        realm = self.path.split("/")[1]
        if self.path.endswith("/.well-known/openid-configuration"):
            body = json.dumps({"issuer": f"{server.url}/{realm}", "jwks_uri": f"{server.url}/{realm}/keys"})
        elif self.path.endswith("/keys"):
            body = json.dumps({"keys": [{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1", "e": "AQAB", "n": server.modulus}]})
        elif self.path == "/claims?of=ada" and self.headers.get("Authorization") == "Bearer sesame":
            body = server.token("directory", roles=["dev", "ops"])
        else:
            self.send_error(403)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


def issuer(directory):
    certificate(directory, "ca", "/CN=issuers")
    cert, key = certificate(directory, "issuer", "/CN=issuer", directory, "DNS:localhost")
    signing = f"{directory}/signing.key"
    subprocess.run(["openssl", "genrsa", "-out", signing, "2048"], check=True, capture_output=True)
    modulus = subprocess.run(["openssl", "rsa", "-in", signing, "-noout", "-modulus"], check=True, capture_output=True, text=True).stdout
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Issuer)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.url, server.asked = f"https://localhost:{server.server_port}", []
    server.modulus = encoded(bytes.fromhex(modulus.split("=")[1].strip()))

    def token(realm, **claims):
        claims = {"iss": f"{server.url}/{realm}", "aud": "cluster", "exp": int(time.time()) + 600, **claims}
        text = ".".join(encoded(json.dumps(part).encode()) for part in ({"alg": "RS256", "kid": "1"}, claims))
        signature = subprocess.run(
            ["openssl", "dgst", "-sha256", "-sign", signing], input=text.encode(), check=True, capture_output=True).stdout
        return f"{text}.{encoded(signature)}"

    server.token = token
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def test_groups_that_another_service_tells(run):
    server = issuer(run.directory)
    cluster = martlet_server(
        run, "--oidc-issuer-url", f"{server.url}/staff", "--oidc-client-id", "cluster", "--oidc-ca-file", run.directory / "ca.crt",
        "--oidc-username-prefix", "-", "--oidc-groups-claim", "roles", "--oidc-groups-prefix", "r:")
    config = json.loads(cluster.kubectl("config", "view", "--raw", "-o", "json"))
    path = run.directory / "ada.json"

    def who(source):
        token = server.token("staff", sub="ada", jti=str(time.time()), _claim_names={"roles": "src"}, _claim_sources={"src": source})
        config["users"] = [{"name": user["name"], "user": {"token": token}} for user in config["users"]]
        path.write_text(json.dumps(config))
        return cluster.kubectl_result("auth", "whoami", "-o", "json", env={"KUBECONFIG": str(path)})

    source = {"endpoint": f"{server.url}/claims?of=ada", "access_token": "sesame"}
    known = who(source)
    assert known.returncode == 0, known.stderr
    user = json.loads(known.stdout)["status"]["userInfo"]
    assert user["username"] == "ada" and user["groups"] == ["r:dev", "r:ops", "system:authenticated"]
    assert ("/claims?of=ada", "Bearer sesame") in server.asked
    assert "You must be logged in" in who({**source, "access_token": "wrong"}).stderr
    cluster.kubectl("create", "clusterrolebinding", "ops", "--clusterrole=view", "--group=r:ops")
    assert who(source).returncode == 0
    assert cluster.kubectl_result("get", "configmaps", "-A", env={"KUBECONFIG": str(path)}).returncode == 0
    server.shutdown()
