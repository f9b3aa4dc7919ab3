"""kubectl auth, and that rights are checked."""
import base64
import json
import subprocess

from conftest import eventually


def test_who_am_i(space):
    assert "system:masters" in space("auth", "whoami")
    robot = json.loads(space("auth", "whoami", "-o", "json", f"--as=system:serviceaccount:{space.name}:default",
                             "--as-group=system:serviceaccounts", "--as-group=system:authenticated"))
    assert robot["status"]["userInfo"]["username"] == f"system:serviceaccount:{space.name}:default"


def test_what_may_i(space):
    assert space("auth", "can-i", "delete", "nodes") in ("yes\n", "Warning: resource 'nodes' is not namespace scoped\n\nyes\n")
    refused = space.result("auth", "can-i", "list", "secrets", "--as", "nobody")
    assert refused.stdout.strip() == "no" and refused.returncode == 1
    assert "*.*" in space("auth", "can-i", "--list")
    assert "selfsubjectreviews" in space("auth", "can-i", "--list", "--as=somebody", "--as-group=system:authenticated")


def test_reconcile(space):
    role = f"""
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {{name: reader, namespace: {space.name}}}
rules: [{{apiGroups: [""], resources: [configmaps], verbs: [get]}}]
"""
    assert "reader reconciled" in space("auth", "reconcile", "-f", "-", stdin=role)
    space("auth", "reconcile", "-f", "-", stdin=role.replace("[get]", "[get, list]"))
    assert sum((r["verbs"] for r in space.get("role", "reader")["rules"]), []).count("list") == 1


def test_a_service_account_may_what_its_role_says(space):
    space("create", "serviceaccount", "reader")
    space("create", "role", "reader", "--verb=get,list", "--resource=configmaps")
    space("create", "rolebinding", "reader", "--role=reader", f"--serviceaccount={space.name}:reader")
    token = space("create", "token", "reader", "--duration=10m").strip()
    # --token alone would be outvoted by the administrator's certificate: a kubeconfig without it.
    config = json.loads(space("config", "view", "--raw", "-o", "json"))
    config["users"] = [{"name": user["name"], "user": {"token": token}} for user in config["users"]]
    path = space.cluster.directory / "reader.json"
    path.write_text(json.dumps(config))
    reader = {"KUBECONFIG": str(path)}
    eventually(lambda: space.result("get", "configmaps", env=reader).returncode == 0, what="the reader's rights")
    account = f"system:serviceaccount:{space.name}:reader"
    assert space.refused("get", "secrets", env=reader) == (
        f'Error from server (Forbidden): secrets is forbidden: User "{account}" cannot list resource "secrets" '
        f'in API group "" in the namespace "{space.name}"\n')
    assert space("auth", "whoami", "-o", "jsonpath={.status.userInfo.username}", env=reader) == account
    # Nobody can give away rights that he does not have.
    space("create", "role", "giver", "--verb=create", "--resource=roles")
    space("create", "rolebinding", "giver", "--role=giver", f"--serviceaccount={space.name}:reader")
    give = lambda: space.refused("create", "role", "more", "--verb=get", "--resource=secrets", env=reader)
    eventually(lambda: "attempting to grant RBAC permissions not currently held" in give(), what="the refusal")
    config["users"] = [{"name": user["name"], "user": {"token": token[:-4] + "AAAA"}} for user in config["users"]]
    path.write_text(json.dumps(config))
    assert "You must be logged in to the server" in space.refused("get", "configmaps", env=reader)


def test_default_roles_are_there(space):
    roles = set(space("get", "clusterroles", "-o", "name").split())
    assert {"clusterrole.rbac.authorization.k8s.io/" + name for name in ("admin", "edit", "view", "cluster-admin", "system:node")} <= roles
    space("create", "rolebinding", "viewer", "--clusterrole=view", "--user=ann")
    eventually(lambda: space.result("auth", "can-i", "list", "pods", "--as=ann").returncode == 0, what="ann's rights")
    assert space.result("auth", "can-i", "list", "secrets", "--as=ann").returncode == 1


def test_the_token_of_a_secret(space):
    space("create", "serviceaccount", "builder")
    space.apply("""
apiVersion: v1
kind: Secret
type: kubernetes.io/service-account-token
metadata: {name: builder-token, annotations: {kubernetes.io/service-account.name: builder}}
""")
    data = lambda: space.get("secret", "builder-token").get("data", {})
    token = base64.b64decode(eventually(lambda: data().get("token"), what="the token")).decode()
    assert base64.b64decode(data()["ca.crt"]).startswith(b"-----BEGIN CERTIFICATE-----")
    config = json.loads(space("config", "view", "--raw", "-o", "json"))
    config["users"] = [{"name": user["name"], "user": {"token": token}} for user in config["users"]]
    path = space.cluster.directory / "builder.json"
    path.write_text(json.dumps(config))
    builder = {"KUBECONFIG": str(path)}
    who = space("auth", "whoami", "-o", "jsonpath={.status.userInfo.username}", env=builder)
    assert who == f"system:serviceaccount:{space.name}:builder"
    space("delete", "secret", "builder-token")
    assert "You must be logged in to the server" in space.refused("get", "configmaps", env=builder)


def request(space, name, subject, usages, signer="kubernetes.io/kube-apiserver-client", seconds=3600):
    """Asks for a certificate; answers its key's path."""
    key, csr = (space.cluster.directory / f"{name}.{end}" for end in ("key", "csr"))
    subprocess.run(
        ["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", csr, "-subj", subject],
        check=True, capture_output=True)
    space.apply(json.dumps({
        "apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest", "metadata": {"name": name},
        "spec": {"request": base64.b64encode(csr.read_bytes()).decode(), "signerName": signer, "usages": usages, "expirationSeconds": seconds}}))
    return key


def test_a_certificate_on_request(space):
    name = "ada-of-the-team"
    key = request(space, name, "/CN=ada/O=team", ["client auth"])
    assert "Pending" in space("get", "csr", name)
    space("certificate", "approve", name)
    status = lambda: space.get("csr", name)["status"]
    certificate = eventually(lambda: status().get("certificate"), what="the certificate")
    assert "Approved,Issued" in space("get", "csr", name)
    config = json.loads(space("config", "view", "--raw", "-o", "json"))
    credential = {"client-certificate-data": certificate, "client-key-data": base64.b64encode(key.read_bytes()).decode()}
    config["users"] = [{"name": user["name"], "user": credential} for user in config["users"]]
    path = space.cluster.directory / "ada.json"
    path.write_text(json.dumps(config))
    who = json.loads(space("auth", "whoami", "-o", "json", env={"KUBECONFIG": str(path)}))["status"]["userInfo"]
    assert who["username"] == "ada" and "team" in who["groups"]
    space("delete", "csr", name)


def test_a_certificate_that_the_signer_refuses(space):
    name = "serves-as-client"
    request(space, name, "/CN=ada", ["client auth", "server auth"])
    space("certificate", "approve", name)
    failed = lambda: [c for c in space.get("csr", name)["status"]["conditions"] if c["type"] == "Failed"]
    (condition,) = eventually(failed, what="the refusal")
    assert condition["message"] == "invalid usage for client certificate: server auth"
    denied = "nobody-decides-yet"
    request(space, denied, "/CN=ada", ["client auth"])
    space("certificate", "deny", denied)
    assert "Denied" in space("get", "csr", denied)
    space("delete", "csr", name, denied)
