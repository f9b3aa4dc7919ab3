"""Resources of running pods changed with `kubectl patch --subresource resize`, seen in the kernel's own control groups."""
import pathlib

from conftest import eventually
from manifests import SHELL

RESOURCES = """
      resizePolicy:
        - {resourceName: cpu, restartPolicy: NotRequired}
        - {resourceName: memory, restartPolicy: %s}
      resources: {requests: {cpu: 100m, memory: 32Mi}, limits: {cpu: 200m, memory: 64Mi}}
"""


def groups(uid):
    """The directories of a pod's control group, by controller; under "" the one of version 2."""
    found = {}
    for path in pathlib.Path("/sys/fs/cgroup").glob(f"**/pod{uid}"):
        found["" if (path / "memory.max").exists() else path.relative_to("/sys/fs/cgroup").parts[0]] = path
    return found


def limits(uid, below=""):
    """Quota of processor time in microseconds and bytes of memory of a pod's group, or of a container's in it."""
    of = groups(uid)
    if "" in of:
        quota, memory = ((of[""] / below / name).read_text().split()[0] for name in ("cpu.max", "memory.max"))
    else:
        quota = (of["cpu"] / below / "cpu.cfs_quota_us").read_text()
        memory = (of["memory"] / below / "memory.limit_in_bytes").read_text()
    return int(quota), int(memory)


def resize(space, cpu, memory):
    patch = ('{"spec":{"containers":[{"name":"main","resources":{"requests":{"cpu":"100m","memory":"32Mi"},'
             f'"limits":{{"cpu":"{cpu}","memory":"{memory}"}}}}}}]}}}}')
    return space("patch", "pod", "shell", "--subresource", "resize", "--patch", patch)


def status(space):
    pod = space.get("pod", "shell")
    pending = [c["type"] for c in pod["status"]["conditions"] if c["type"].startswith("PodResize")]
    return pod["status"]["containerStatuses"][0], pending


def test_a_running_container_gets_more_and_less(node_space):
    node_space.run_ready(SHELL + RESOURCES % "NotRequired", "shell")
    uid = node_space.get("pod", "shell")["metadata"]["uid"]
    container = status(node_space)[0]["containerID"].split("/")[-1]
    mebi = 1 << 20
    assert limits(uid) == limits(uid, container) == (20000, 64 * mebi)
    for cpu, memory, expected in (("400m", "128Mi", (40000, 128 * mebi)), ("300m", "48Mi", (30000, 48 * mebi))):
        resize(node_space, cpu, memory)
        eventually(lambda: limits(uid) == limits(uid, container) == expected, what="the new limits in the kernel")
        eventually(lambda: status(node_space)[0]["resources"]["limits"] == {"cpu": cpu, "memory": memory}
                   and not status(node_space)[1], what="the new limits in the status")
    assert status(node_space)[0]["restartCount"] == 0
    events = node_space("events", "--for", "pod/shell")
    assert "ResizeStarted" in events and "ResizeCompleted" in events


def test_a_container_that_asks_for_it_is_started_anew(node_space):
    node_space.run_ready(SHELL + RESOURCES % "RestartContainer", "shell")
    resize(node_space, "200m", "96Mi")
    eventually(lambda: status(node_space)[0]["restartCount"] == 1 and status(node_space)[0]["ready"], timeout=60, what="the restart")
    uid = node_space.get("pod", "shell")["metadata"]["uid"]
    container = status(node_space)[0]["containerID"].split("/")[-1]
    eventually(lambda: limits(uid) == limits(uid, container) == (20000, 96 << 20), what="the new limits in the kernel")


def test_what_cannot_be_is_told(node_space):
    node_space.run_ready(SHELL + RESOURCES % "NotRequired", "shell")
    refused = node_space.refused("patch", "pod", "shell", "--subresource", "resize", "--patch",
                                 '{"spec":{"containers":[{"name":"main","resources":{"limits":null}}]}}')
    assert "resource limits cannot be removed" in refused
    node_space("patch", "pod", "shell", "--subresource", "resize", "--patch",
               '{"spec":{"containers":[{"name":"main","resources":{"requests":{"cpu":"1000"},"limits":{"cpu":"1000"}}}]}}')
    eventually(lambda: status(node_space)[1] == ["PodResizePending"], what="the condition")
    assert "Deferred" in node_space("describe", "pod", "shell") and status(node_space)[0]["allocatedResources"]["cpu"] == "100m"
