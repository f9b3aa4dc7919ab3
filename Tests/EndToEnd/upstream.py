"""Upstream's components as processes: where their binaries are, what they need to start, what they complain of."""
import base64
import json
import os
import pathlib
import re
import socket
import subprocess

# What upstream's components say on any API server: another's write came first, a namespace is going, what they miss on the machine.
USUAL = [
    "the object has been modified", "is not as new as written version", "may not change podCIDR", "because it is being terminated", "manifest file is empty",
    "Flexvolume plugin directory", "broadcaster already stopped",
    # Of OpenShift's builds: a controller whose role other builds do not have.
    "service-ca-cert-publisher",
]


def variable(name):
    return f"MARTLET_UPSTREAM_{name.upper().replace('-', '_')}"


def binary(name):
    """The binary of upstream's component that the environment names; None where it names none."""
    path = os.environ.get(variable(name))
    return path if path and os.access(path, os.X_OK) else None


class Run:
    """Processes of one test: each has a log, all are ended afterwards, the latest first."""

    def __init__(self, directory):
        self.directory, self.processes = pathlib.Path(directory), []

    def start(self, name, program, *flags):
        log = self.log(name)
        process = subprocess.Popen([str(program), *map(str, flags)], stdout=open(log, "wb"), stderr=subprocess.STDOUT, env={**os.environ, "HOME": str(self.directory)})
        self.processes.append(process)
        return process

    def log(self, name):
        return self.directory / f"{name}.log"

    def complaints(self, name):
        """Warnings and errors in a component's log (klog's lines), but the usual ones."""
        lines = re.findall(r"^[EW]\d{4} .*$", self.log(name).read_text(errors="replace"), re.MULTILINE)
        return [line for line in lines if not any(usual in line for usual in USUAL)]

    def end(self):
        for process in reversed(self.processes):
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def certificate(directory, name, subject, authority=None, names=""):
    """A key and a certificate, signed by CA files of a directory, or by itself."""
    key, out = f"{directory}/{name}.key", f"{directory}/{name}.crt"
    run = lambda *args: subprocess.run(["openssl", *args], check=True, capture_output=True)
    extensions = ["-addext", f"subjectAltName={names}"] if names else []
    signed = ["-CA", f"{authority}/ca.crt", "-CAkey", f"{authority}/ca.key"] if authority else []
    run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", out, "-days", "2",
        "-subj", subject, *extensions, *signed)
    return out, key


def kubeconfig(path, server, authority, cert, key):
    path = pathlib.Path(path)
    data = lambda file: base64.b64encode(pathlib.Path(file).read_bytes()).decode()
    path.write_text(json.dumps({
        "apiVersion": "v1", "kind": "Config", "current-context": "c", "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
        "clusters": [{"name": "c", "cluster": {"server": server, "certificate-authority-data": data(authority)}}],
        "users": [{"name": "u", "user": {"client-certificate-data": data(cert), "client-key-data": data(key)}}]}))
    return path


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_api_server(run, etcd, server, admin_kubeconfig):
    """Upstream's API server on an etcd of its own, and the kubeconfig of an administrator."""
    pki = run.directory / "pki"
    pki.mkdir()
    certificate(pki, "ca", "/CN=upstream")
    serving = certificate(pki, "server", "/CN=kube-apiserver", pki, "IP:127.0.0.1,DNS:localhost")
    admin = certificate(pki, "admin", "/O=system:masters/CN=admin", pki)
    store, port = f"http://127.0.0.1:{free_port()}", free_port()
    run.start("etcd", etcd, "--data-dir", run.directory / "etcd", "--listen-client-urls", store, "--advertise-client-urls", store,
              "--listen-peer-urls", f"http://127.0.0.1:{free_port()}")
    process = run.start(
        "apiserver", server, "--etcd-servers", store, "--secure-port", port, "--bind-address=127.0.0.1", "--service-cluster-ip-range=10.96.0.0/16",
        "--tls-cert-file", serving[0], "--tls-private-key-file", serving[1], "--client-ca-file", pki / "ca.crt", "--authorization-mode=Node,RBAC",
        "--service-account-issuer=https://kubernetes.default.svc", "--service-account-key-file", serving[0],
        "--service-account-signing-key-file", serving[1])
    kubeconfig(admin_kubeconfig, f"https://127.0.0.1:{port}", pki / "ca.crt", *admin)
    return process
