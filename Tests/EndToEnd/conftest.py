"""A real cluster for the end-to-end tests: `bin/martlet`, real containers, real kubectl.

One cluster serves all tests of a run; it has a name and a data directory of its own and is deleted afterwards. Where the
kernel or the user's rights do not allow a node, the tests that need one are skipped and say why.
"""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
MARTLET = ROOT / "bin" / "martlet"
KUBECTL = ROOT / ".venv" / "bin" / "kubectl"


def why_no_node():
    """Why this machine cannot run a node, or None when it can."""
    if os.geteuid() != 0:
        return "a node needs root"
    for program in ("containerd", "runc", "nft"):
        if not shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin"):
            return f"{program} is not installed"
    probe = subprocess.run(["unshare", "--net", "--mount", "true"], capture_output=True, text=True)
    if probe.returncode != 0:
        return f"namespaces cannot be made here: {probe.stderr.strip()}"
    return None


class Cluster:
    """A running cluster and ways to talk to it."""

    def __init__(self, name, data_dir, flags=()):
        self.name, self.data_dir, self.flags = name, pathlib.Path(data_dir), list(flags)
        self.kubeconfig = self.data_dir / "admin.kubeconfig"

    def martlet(self, *args, check=True, timeout=120):
        command, rest = args[0], args[1:]
        environment = {**os.environ, "KUBECONFIG": str(self.data_dir) + ".kubeconfig"}
        result = subprocess.run(
            [MARTLET, command, *rest, "--name", self.name, "--data-dir", str(self.data_dir)],
            capture_output=True, text=True, timeout=timeout, env=environment)
        assert not check or result.returncode == 0, f"martlet {' '.join(args)}: {result.stdout}{result.stderr}"
        return result

    def start(self):
        return self.martlet("start", *self.flags, timeout=180)

    def kubectl(self, *args, check=True, stdin=None, timeout=90, namespace=None):
        """Runs kubectl; answers its standard output. A failure fails the test with all that kubectl said."""
        result = self.kubectl_result(*args, stdin=stdin, timeout=timeout, namespace=namespace)
        assert not check or result.returncode == 0, f"kubectl {' '.join(map(str, args))}:\n{result.stdout}{result.stderr}"
        return result.stdout

    def kubectl_result(self, *args, stdin=None, timeout=90, namespace=None):
        command = [KUBECTL, "--kubeconfig", self.kubeconfig, *(["-n", namespace] if namespace else []), *args]
        return subprocess.run(command, capture_output=True, text=True, input=stdin, timeout=timeout, env={**os.environ, "HOME": str(self.data_dir)})

    def popen(self, *args, **options):
        return subprocess.Popen([KUBECTL, "--kubeconfig", self.kubeconfig, *args], text=True, **options)

    def get(self, *args, **options):
        return json.loads(self.kubectl("get", *args, "-o", "json", **options))

    def server_pid(self):
        return int((self.data_dir / "server.lock").read_text().split()[0])

    def delete(self):
        self.martlet("delete", check=False)


def eventually(condition, timeout=30, what="the condition"):
    """Asks until `condition` gives a true value, and answers that value."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"{what} did not come true within {timeout} s"
        time.sleep(0.1)


@pytest.fixture(scope="session")
def control_plane():
    """A cluster without a node: API server, controllers and scheduler."""
    directory = tempfile.mkdtemp(prefix="martlet-cp-")
    cluster = Cluster("e2e-cp", directory, ["--without-node", "--api-port", "16443"])
    cluster.start()
    yield cluster
    cluster.delete()
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
def cluster():
    """A cluster with a node, the example images loaded."""
    reason = why_no_node()
    if reason:
        pytest.skip(reason)
    directory = tempfile.mkdtemp(prefix="martlet-e2e-", dir="/var/lib")
    cluster = Cluster(
        "e2e", directory,
        ["--api-port", "17443", "--service-cidr", "10.120.0.0/16", "--pod-cidr", "10.220.0.0/16", "--ingress-port", "18080"])
    cluster.start()
    for image in sorted((ROOT / "examples" / "images").glob("*.tar")):
        cluster.martlet("image", "load", str(image))
    yield cluster
    cluster.delete()
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def namespace(cluster, request):
    """A namespace of the test's own in the cluster with a node, deleted afterwards."""
    yield from own_namespace(cluster, request)


@pytest.fixture
def space(control_plane, request):
    """A namespace of the test's own in the cluster without a node, deleted afterwards."""
    yield from own_namespace(control_plane, request)


def own_namespace(cluster, request):
    name = "".join(c if c.isalnum() else "-" for c in request.node.name.lower()).strip("-")[:50].strip("-")
    cluster.kubectl("create", "namespace", name)
    yield name
    cluster.kubectl("delete", "namespace", name, "--wait=false", check=False)
