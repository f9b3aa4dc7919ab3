"""kubectl logs."""
import re

from conftest import eventually
from manifests import SERVER, SHELL

COUNTING = SHELL.replace("while true; do sleep 0.2", "n=0; while true; do n=$((n+1)); echo line $n; sleep 0.2")
TWO = SHELL + """
    - name: side
      image: martlet/busybox:1
      command: ["sh", "-c", "echo beside; echo trouble >&2; trap 'exit 0' TERM; while true; do sleep 0.2; done"]
"""


def test_of_one_container(node_space):
    node_space.run_ready(TWO, "shell")
    assert node_space("logs", "shell") == "started\n"
    assert sorted(node_space("logs", "shell", "-c", "side").split()) == ["beside", "trouble"]
    assert re.search(r"^\[pod/shell/side\] beside$", node_space("logs", "shell", "--all-containers", "--prefix"), re.M)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z started\n", node_space("logs", "shell", "-c", "main", "--timestamps"))
    assert "container nothing is not valid for pod shell" in node_space.refused("logs", "shell", "-c", "nothing")


def test_tail_since_and_limit(node_space):
    node_space.run_ready(COUNTING, "shell")
    eventually(lambda: "line 5\n" in node_space("logs", "shell"), what="five lines")
    assert len(node_space("logs", "shell", "--tail=2").splitlines()) == 2
    assert node_space("logs", "shell", "--tail=0") == ""
    assert node_space("logs", "shell", "--since=1h").startswith("started\n")
    assert len(node_space("logs", "shell", "--since=1s").splitlines()) < len(node_space("logs", "shell").splitlines())
    assert node_space("logs", "shell", "--limit-bytes=4") == "star"


def test_follow(node_space):
    node_space.run_ready(COUNTING, "shell")
    with node_space.follow("logs", "-f", "shell", "--tail=1") as logs:
        first = int(logs.until(r"^line (\d+)$").group(1))
        logs.until(f"^line {first + 4}$")
        node_space("delete", "pod", "shell", "--wait=false")
        assert logs.process.wait(timeout=20) == 0


def test_previous(node_space):
    node_space.apply(SHELL.replace("echo started; trap 'exit 0' TERM; while true; do sleep 0.2; done", "echo attempt; sleep 0.5; exit 3"))
    status = eventually(lambda: restarted(node_space), what="a restart")
    assert status["lastState"]["terminated"]["exitCode"] == 3
    assert node_space("logs", "shell", "--previous") == "attempt\n"


def restarted(space):
    statuses = space.get("pod", "shell")["status"].get("containerStatuses", [])
    return statuses and statuses[0]["restartCount"] >= 1 and statuses[0]


def test_of_many_pods(node_space):
    node_space.apply(SERVER.replace("mkdir /www;", "echo serving; mkdir /www;"))
    node_space("rollout", "status", "deployment/server", "--timeout=60s")
    assert node_space("logs", "-l", "app=server", "--tail=-1") == "serving\nserving\n"
    assert "serving\n" in node_space("logs", "deployment/server")
    assert len(node_space("logs", "deployment/server", "--all-pods", "--prefix").splitlines()) == 2


def test_of_a_pod_that_has_not_started(node_space):
    node_space("run", "ghost", "--image=registry.invalid/ghost:1")
    eventually(lambda: node_space.get("pod", "ghost")["status"].get("containerStatuses"), what="a container status")
    assert 'container "ghost" in pod "ghost" is waiting to start' in node_space.refused("logs", "ghost")
