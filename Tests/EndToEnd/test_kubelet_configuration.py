"""A node that is told by a KubeletConfiguration how to work: logs, static pods; and what its endpoint tells."""
import json
import os
import pathlib
import tempfile

import pytest

from conftest import ROOT, Cluster, Space, eventually, free_port
from manifests import SHELL

CONFIGURATION = """
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
containerLogMaxSize: 1Mi
containerLogMaxFiles: 3
staticPodPath: {directory}/manifests
evictionSoft: {{memory.available: 150Mi}}
evictionSoftGracePeriod: {{memory.available: 30s}}
"""
STATIC = SHELL.replace("name: shell, labels: {app: shell}", "name: fixed, labels: {app: fixed}")


@pytest.fixture(scope="module")
def configured(request):
    if os.geteuid() != 0:
        pytest.skip("a node needs root")
    directory = pathlib.Path(tempfile.mkdtemp(prefix="martlet-told-", dir="/var/lib"))
    (directory / "manifests").mkdir()
    (directory / "kubelet.yaml").write_text(CONFIGURATION.format(directory=directory))
    cluster = Cluster(
        f"e2e-told-{os.getpid()}", directory,
        ["--api-port", str(free_port()), "--service-cidr", "10.152.0.0/16", "--pod-cidr", "10.202.0.0/16", "--ingress-port", str(free_port()),
         "--kubelet-config", str(directory / "kubelet.yaml")])
    try:
        cluster.start()
        cluster.martlet("image", "load", str(ROOT / "examples/images/busybox.tar"))
        yield cluster
        if request.session.testsfailed:
            print(cluster.log_tail())
    finally:
        cluster.delete()


def node(cluster):
    return cluster.get("nodes")["items"][0]["metadata"]["name"]


def agent(cluster, path):
    return cluster.kubectl("get", "--raw", f"/api/v1/nodes/{node(cluster)}/proxy/{path}")


def test_a_large_log_is_rotated(configured):
    """Past its size the log goes on in a new file; who follows it sees no gap, and no more files stay than were asked for."""
    space = Space(configured, "default")
    space.run_ready(SHELL, "shell")
    uid = space.get("pod", "shell")["metadata"]["uid"]
    (directory,) = (configured.data_dir / "agent/logs").glob(f"*_shell_{uid}/main")
    write = lambda mark: space("exec", "shell", "--", "sh", "-c", f"yes {'x' * 200} | head -n 8000 > /proc/1/fd/1; echo {mark} > /proc/1/fd/1")
    size = lambda: (directory / "0.log").stat().st_size if (directory / "0.log").exists() else 1 << 30
    with space.follow("logs", "-f", "--tail=1", "shell") as following:
        following.until("started")
        for number in range(1, 6):
            write(f"mark-{number}")
            following.until(f"^mark-{number}$")
            eventually(lambda: size() < 1 << 20, timeout=60, what="the rotation")
    assert 2 <= len(list(directory.iterdir())) <= 3
    write("the-end")
    assert space("logs", "--tail=1", "shell") == "the-end\n"
    space("delete", "pod", "shell", "--now")
    eventually(lambda: not directory.exists(), what="the removal of the logs")


def test_static_pods_run_and_are_shown(configured):
    space = Space(configured, "default")
    file = configured.directory / "manifests/fixed.yaml"
    name = f"fixed-{node(configured)}"
    pod = lambda: space.get("pods", "-l", "app=fixed")["items"]
    file.write_text(STATIC)
    is_ready = lambda: any(c["type"] == "Ready" and c["status"] == "True" for p in pod() for c in p["status"].get("conditions", []))
    eventually(is_ready, timeout=60, what="the static pod")
    assert space("exec", name, "--", "echo", "here") == "here\n"
    (first,) = pod()
    # Deleting what shows it ends nothing.
    space("delete", "pod", name, "--wait=false")
    eventually(lambda: pod() and pod()[0]["metadata"]["uid"] != first["metadata"]["uid"] and is_ready(), timeout=60, what="its return")
    container = lambda: pod()[0]["status"]["containerStatuses"][0]["containerID"]
    assert container() == first["status"]["containerStatuses"][0]["containerID"]
    file.write_text(STATIC.replace("app: fixed", "app: fixed, edition: second"))
    eventually(lambda: pod() and "edition" in pod()[0]["metadata"]["labels"] and is_ready(), timeout=60, what="the second edition")
    assert container() != first["status"]["containerStatuses"][0]["containerID"]
    file.unlink()
    eventually(lambda: not pod(), timeout=60, what="its end")


def test_the_agent_tells_of_itself(configured):
    space = Space(configured, "default")
    probed = SHELL.replace("name: shell,", "name: probed,") + "      livenessProbe: {exec: {command: [\"true\"]}, periodSeconds: 1}\n"
    space.run_ready(probed, "probed")
    told = json.loads(agent(configured, "configz"))["kubeletconfig"]
    assert told["containerLogMaxSize"] == "1Mi" and told["evictionSoft"] == {"memory.available": "150Mi"}
    assert 'container_memory_working_set_bytes{container="main"' in agent(configured, "metrics/cadvisor")
    assert "probed" in [pod["metadata"]["name"] for pod in json.loads(agent(configured, "pods"))["items"]]
    row = 'prober_probe_total{container="main",namespace="default",pod="probed"'
    eventually(lambda: row in agent(configured, "metrics/probes"), what="the count of probes")
    refused = configured.kubectl_result("create", "--raw", f"/api/v1/nodes/{node(configured)}/proxy/checkpoint/default/probed/main", "-f", "/dev/null")
    assert "checkpointing of containers is not built" in refused.stdout + refused.stderr
    space("delete", "pod", "probed", "--now")


def test_what_is_not_built_is_named(configured):
    file = configured.directory / "wrong.yaml"
    file.write_text(CONFIGURATION.format(directory=configured.directory) + "topologyManagerPolicy: best-effort\n")
    other = tempfile.mkdtemp(prefix="martlet-wrong-", dir="/var/lib")
    wrong = Cluster(f"e2e-wrong-{os.getpid()}", other, ["--api-port", str(free_port()), "--service-cidr", "10.153.0.0/16", "--pod-cidr",
                                                       "10.203.0.0/16", "--kubelet-config", str(file)])
    refused = wrong.martlet("start", *wrong.flags, check=False)
    wrong.delete()
    assert refused.returncode != 0 and "topologyManagerPolicy is not built" in refused.stdout + refused.stderr


def test_the_logs_of_the_machine_are_served(configured):
    files = [path for path in pathlib.Path("/var/log").glob("*.log") if 0 < path.stat().st_size < 1 << 24]
    listing = agent(configured, "logs/")
    for path in files:
        assert f">{path.name}</a>" in listing
    smallest = min(files, key=lambda path: path.stat().st_size)
    assert agent(configured, f"logs/{smallest.name}") == smallest.read_text()
    for wrong in "logs/no-such-file", "logs/..%2f..%2fetc%2fpasswd":
        refused = configured.kubectl_result("get", "--raw", f"/api/v1/nodes/{node(configured)}/proxy/{wrong}")
        assert refused.returncode != 0 and "root:" not in refused.stdout
