"""Real clusters for the end-to-end tests: `bin/martlet`, real containers, real kubectl.

A run starts at most two: one without a node for what needs no container, one with a node for the rest. Each has a name, ports
and a data directory of its own and is deleted afterwards; when a test has failed, the end of the server's log is printed.
MARTLET names another binary to test.

The fixtures that tests use are `space` (a namespace in the cluster without a node) and `node_space` (one in the cluster with a
node): see `Space` for what they can do.
"""
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
MARTLET = pathlib.Path(os.environ.get("MARTLET", ROOT / "bin" / "martlet"))
PROGRAMS = pathlib.Path(sys.prefix) / "bin"
KUBECTL = PROGRAMS / "kubectl"


class Cluster:
    """A running cluster and ways to talk to it."""

    def __init__(self, name, directory, flags=()):
        self.name, self.directory, self.flags = name, pathlib.Path(directory), list(flags)
        self.data_dir = self.directory / "data"
        self.kubeconfig = self.directory / "kubeconfig"
        self.environment = {**os.environ, "KUBECONFIG": str(self.kubeconfig), "HOME": str(self.directory)}

    def martlet(self, command, *args, check=True, timeout=180):
        result = subprocess.run(
            [MARTLET, command, *args, "--name", self.name, "--data-dir", str(self.data_dir)],
            capture_output=True, text=True, timeout=timeout, env=self.environment)
        assert not check or result.returncode == 0, f"martlet {command} {' '.join(args)}:\n{result.stdout}{result.stderr}"
        return result

    def start(self):
        return self.martlet("start", *self.flags)

    def delete(self):
        self.martlet("delete")
        shutil.rmtree(self.directory)

    def kubectl(self, *args, **options):
        """Runs kubectl and answers its standard output. A failure fails the test with all that kubectl said."""
        result = self.kubectl_result(*args, **options)
        assert result.returncode == 0, f"kubectl {' '.join(map(str, args))}:\n{result.stdout}{result.stderr}"
        return result.stdout

    def kubectl_result(self, *args, stdin=None, timeout=90, env=None):
        return subprocess.run(
            [KUBECTL, *args], capture_output=True, text=True, input=stdin, timeout=timeout, env={**self.environment, **(env or {})})

    def get(self, *args):
        return json.loads(self.kubectl("get", *args, "-o", "json"))

    def server_pid(self):
        return int((self.data_dir / "server.lock").read_text().split()[0])

    def log_tail(self):
        path = self.data_dir / "server.log"
        return path.read_text(errors="replace")[-6000:] if path.exists() else "(no server log)"


class Space:
    """A namespace of a test's own: `space("get", "pods")` is kubectl in it."""

    def __init__(self, cluster, name):
        self.cluster, self.name = cluster, name

    def __call__(self, *args, **options):
        return self.cluster.kubectl("-n", self.name, *args, **options)

    def result(self, *args, **options):
        return self.cluster.kubectl_result("-n", self.name, *args, **options)

    def refused(self, *args, **options):
        """Runs kubectl, which must fail, and answers what it says on standard error."""
        result = self.result(*args, **options)
        assert result.returncode != 0, f"kubectl {' '.join(map(str, args))} should have failed:\n{result.stdout}{result.stderr}"
        return result.stderr

    def get(self, *args):
        return self.cluster.get("-n", self.name, *args)

    def apply(self, manifest, *args):
        return self("apply", "-f", "-", *args, stdin=manifest)

    def follow(self, *args):
        return Following([KUBECTL, "-n", self.name, *args], self.cluster.environment)

    def run_ready(self, manifest, name):
        """Applies a pod's manifest and waits until the pod is ready."""
        self.apply(manifest)
        self("wait", f"pod/{name}", "--for=condition=Ready", "--timeout=60s")


class Following:
    """A kubectl that runs on: what it prints is collected, line by line. Ended by leaving the `with`."""

    def __init__(self, command, environment):
        self.lines, self.news = [], threading.Condition()
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True, env=environment)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            with self.news:
                self.lines.append(line.rstrip("\n"))
                self.news.notify_all()

    def until(self, pattern, timeout=30):
        """Waits for a line that matches, and answers the match."""
        deadline = time.monotonic() + timeout
        with self.news:
            while True:
                for line in self.lines:
                    match = re.search(pattern, line)
                    if match:
                        return match
                rest = deadline - time.monotonic()
                assert rest > 0, f"no line matched {pattern!r} within {timeout} s:\n" + "\n".join(self.lines)
                self.news.wait(rest)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.reader.join()


def eventually(condition, timeout=30, what="the condition"):
    """Asks until `condition` gives a true value, and answers that value."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"{what} did not come true within {timeout} s"
        time.sleep(0.1)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def running(request, name, directory, flags):
    cluster = Cluster(name, directory, flags)
    try:
        cluster.start()
    except AssertionError as error:
        log = cluster.log_tail()
        cluster.delete()
        pytest.exit(f"{error}\n{log}", returncode=1)
    yield cluster
    if request.session.testsfailed:
        print(f"\n--- the end of {name}'s server log ---\n{cluster.log_tail()}")
    cluster.delete()


@pytest.fixture(scope="session")
def control_plane(request):
    """A cluster without a node: API server, controllers and scheduler."""
    directory = tempfile.mkdtemp(prefix="martlet-plane-")
    yield from running(request, f"e2e-plane-{os.getpid()}", directory, ["--without-node", "--api-port", str(free_port())])


@pytest.fixture(scope="session")
def cluster(request):
    """A cluster with a node, the example images loaded. Skipped only where a node cannot be: without root."""
    if os.geteuid() != 0:
        pytest.skip("a node needs root")
    images = sorted((ROOT / "examples" / "images").glob("*.tar"))
    assert len(images) == 3, "the example images are not built: make example-images"
    directory = tempfile.mkdtemp(prefix="martlet-node-", dir="/var/lib")
    ingress_port = free_port()
    flags = ["--api-port", str(free_port()), "--service-cidr", "10.120.0.0/16", "--pod-cidr", "10.220.0.0/16", "--ingress-port", str(ingress_port)]
    for cluster in running(request, f"e2e-{os.getpid()}", directory, flags):
        cluster.ingress_port = ingress_port
        for image in images:
            cluster.martlet("image", "load", str(image))
        yield cluster


@pytest.fixture
def space(control_plane, request):
    yield from own_namespace(control_plane, request)


@pytest.fixture
def node_space(cluster, request):
    yield from own_namespace(cluster, request)


def own_namespace(cluster, request):
    name = re.sub(r"[^a-z0-9]+", "-", request.node.name.lower().removeprefix("test_")).strip("-")[:50].strip("-")
    cluster.kubectl("create", "namespace", name)
    yield Space(cluster, name)
    cluster.kubectl("delete", "namespace", name, "--wait=false")


def pytest_addoption(parser):
    parser.addoption("--without-node", action="store_true", help="leaves out the tests that need a node")


def pytest_collection_modifyitems(config, items):
    if config.getoption("--without-node"):
        out = [item for item in items if {"cluster", "node_space"} & set(item.fixturenames)]
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if item not in out]
