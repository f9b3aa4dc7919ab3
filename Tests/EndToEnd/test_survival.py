"""kill -9: nothing acknowledged is lost, nothing that runs is disturbed."""
import os
import pathlib
import signal

from conftest import eventually
from manifests import SHELL


def processes(*words):
    """The ids of the processes whose command line has all the words."""
    found = []
    for directory in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            line = (directory / "cmdline").read_text()
        except OSError:
            continue
        if all(word in line for word in words):
            found.append(int(directory.name))
    return found


def start_again(cluster):
    """Starts a cluster whose server was killed a moment ago, and may not have ended yet."""
    assert "runs already" not in cluster.start().stdout


def test_nothing_acknowledged_is_lost(space):
    cluster = space.cluster
    for number in range(10):
        space("create", "configmap", f"kept-{number}")
    os.kill(cluster.server_pid(), signal.SIGKILL)
    start_again(cluster)
    names = space("get", "configmaps", "-o", "name").split()
    assert {f"configmap/kept-{number}" for number in range(10)} <= set(names)
    space("create", "configmap", "and-on")


def test_a_second_start_finds_it_running(control_plane):
    assert "runs already" in control_plane.start().stdout
    assert "ready" in control_plane.martlet("status").stdout


def test_containers_outlive_the_server(node_space):
    cluster, mark = node_space.cluster, "outlives-the-server"
    node_space.run_ready(SHELL.replace("echo started", f"echo {mark}"), "shell")
    (process,) = processes("sh\0-c", mark)
    os.kill(cluster.server_pid(), signal.SIGKILL)
    assert processes("sh\0-c", mark) == [process]
    start_again(cluster)
    node_space("wait", "pod/shell", "--for=condition=Ready", "--timeout=60s")
    assert processes("sh\0-c", mark) == [process]
    assert node_space.get("pod", "shell")["status"]["containerStatuses"][0]["restartCount"] == 0
    assert node_space("exec", "shell", "--", "echo", "adopted") == "adopted\n"
    node_space("delete", "pod", "shell", "--timeout=30s")
    assert not pathlib.Path(f"/proc/{process}").exists()


def test_containers_outlive_containerd(node_space):
    mark = "outlives-containerd"
    node_space.run_ready(SHELL.replace("echo started", f"echo {mark}"), "shell")
    (process,) = processes("sh\0-c", mark)
    (containerd,) = [p for p in processes("containerd\0--config") if node_space.cluster.name in pathlib.Path(f"/proc/{p}/cmdline").read_text()]
    os.kill(containerd, signal.SIGKILL)
    def exec_works():
        return node_space.result("exec", "shell", "--", "echo", "again").stdout == "again\n"
    eventually(exec_works, timeout=60, what="exec through the next containerd")
    assert processes("sh\0-c", mark) == [process]
    assert node_space.get("pod", "shell")["status"]["containerStatuses"][0]["restartCount"] == 0
