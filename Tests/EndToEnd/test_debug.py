"""kubectl debug."""
from conftest import eventually
from manifests import SHELL


def test_adds_a_container_to_a_running_pod(node_space):
    node_space.run_ready(SHELL, "shell")
    node_space("debug", "shell", "--image=martlet/busybox:1", "-c", "helper", "--target=main", "--",
               "sh", "-c", "echo helping; grep -c started /proc/*/cmdline; sleep 600")
    eventually(lambda: "helping" in node_space.result("logs", "shell", "-c", "helper").stdout, what="the helper's word")
    pod = node_space.get("pod", "shell")
    assert [c["name"] for c in pod["spec"]["ephemeralContainers"]] == ["helper"]
    eventually(lambda: "running" in node_space.get("pod", "shell")["status"]["ephemeralContainerStatuses"][0]["state"], what="the helper's status")
    assert node_space("exec", "shell", "-c", "helper", "--", "echo", "inside") == "inside\n"


def test_copies_a_pod(node_space):
    node_space.run_ready(SHELL, "shell")
    node_space("debug", "shell", "--copy-to=copy", "--set-image=*=docker.io/martlet/busybox:1", "--share-processes")
    node_space("wait", "pod/copy", "--for=condition=Ready", "--timeout=60s")
    assert node_space.get("pod", "copy")["spec"]["shareProcessNamespace"] is True
    assert "started" in node_space("exec", "copy", "--", "ps")


def test_of_a_node(node_space):
    (node,) = node_space.get("nodes")["items"]
    out = node_space("debug", f"node/{node['metadata']['name']}", "--image=martlet/busybox:1", "--", "ls", "/host/etc/hostname")
    name = out.split("pod ")[1].split()[0]
    eventually(lambda: node_space.result("logs", name).stdout == "/host/etc/hostname\n", what="the listing")
