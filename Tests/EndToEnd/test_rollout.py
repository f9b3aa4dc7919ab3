"""kubectl rollout: history and undo without a node; status, restart, pause and resume with real pods."""
import re

from conftest import eventually
from manifests import DEPLOYMENT, SERVER


def image(space):
    return space.get("deployment", "web")["spec"]["template"]["spec"]["containers"][0]["image"]


def test_history_and_undo(space):
    space("create", "-f", "-", stdin=DEPLOYMENT)
    revisions = lambda: re.findall(r"^(\d+) ", space("rollout", "history", "deployment/web"), re.M)
    eventually(lambda: revisions() == ["1"], what="revision 1")
    space("set", "image", "deployment/web", "web=registry.example/web:2")
    space("annotate", "deployment/web", "kubernetes.io/change-cause=a new version")
    eventually(lambda: revisions() == ["1", "2"], what="revision 2")
    eventually(lambda: re.search(r"^2 +a new version$", space("rollout", "history", "deployment/web"), re.M), what="the cause")
    assert "registry.example/web:1" in space("rollout", "history", "deployment/web", "--revision=1")
    assert space("rollout", "undo", "deployment/web") == "deployment.apps/web rolled back\n"
    assert image(space) == "registry.example/web:1"
    eventually(lambda: revisions() == ["2", "3"], what="revision 1 as 3")
    space("rollout", "undo", "deployment/web", "--to-revision=2")
    assert image(space) == "registry.example/web:2"
    assert "unable to find specified revision 77" in space.refused("rollout", "undo", "deployment/web", "--to-revision=77")


def test_pause_and_resume(space):
    space("create", "-f", "-", stdin=DEPLOYMENT)
    sets = lambda: len(space.get("rs")["items"])
    eventually(lambda: sets() == 1, what="a replica set")
    assert space("rollout", "pause", "deployment/web") == "deployment.apps/web paused\n"
    space("set", "env", "deployment/web", "MODE=fast")
    eventually(lambda: (d := space.get("deployment", "web"))["status"].get("observedGeneration") == d["metadata"]["generation"], what="the controller")
    assert sets() == 1
    assert "already paused" in space.refused("rollout", "pause", "deployment/web")
    assert space("rollout", "resume", "deployment/web") == "deployment.apps/web resumed\n"
    eventually(lambda: sets() == 2, what="the new replica set")


def test_status_and_restart(node_space):
    node_space.apply(SERVER)
    assert 'deployment "server" successfully rolled out' in node_space("rollout", "status", "deployment/server", "--timeout=60s")
    uids = lambda: {p["metadata"]["uid"] for p in node_space.get("pods")["items"] if "deletionTimestamp" not in p["metadata"]}
    before = uids()
    assert node_space("rollout", "restart", "deployment/server") == "deployment.apps/server restarted\n"
    node_space("rollout", "status", "deployment/server", "--timeout=60s")
    eventually(lambda: len(uids()) == 2 and not before & uids(), what="new pods only")


def test_a_rollout_that_gets_nowhere_says_so(node_space):
    node_space.apply(SERVER.replace("replicas: 2", "replicas: 2\n  progressDeadlineSeconds: 3"))
    node_space("rollout", "status", "deployment/server", "--timeout=60s")
    node_space("set", "image", "deployment/server", "server=registry.invalid/missing:1")
    assert "exceeded its progress deadline" in node_space.refused("rollout", "status", "deployment/server", "--timeout=60s")
    # The old pods serve on: maxUnavailable is 25% of two, rounded down.
    assert node_space.get("deployment", "server")["status"]["availableReplicas"] == 2
    node_space("rollout", "undo", "deployment/server")
    node_space("rollout", "status", "deployment/server", "--timeout=60s")


def test_recreate_never_has_both(node_space):
    node_space.apply(SERVER.replace("replicas: 2", "replicas: 2\n  strategy: {type: Recreate}"))
    node_space("rollout", "status", "deployment/server", "--timeout=60s")
    with node_space.follow("get", "pods", "-w", "--output-watch-events", "--no-headers") as watch:
        watch.until("ADDED")
        node_space("rollout", "restart", "deployment/server")
        node_space("rollout", "status", "deployment/server", "--timeout=60s")
        last = {}
        for line in watch.lines:
            event, name, _, status = line.split()[:4]
            if event == "ADDED" and len(last) == 2:
                break
            last[name] = event if event == "DELETED" else status
        else:
            raise AssertionError("no new pod was seen:\n" + "\n".join(watch.lines))
    # A new pod may be made once the old ones' containers have ended, which is before the pods are gone.
    assert set(last.values()) <= {"DELETED", "Completed", "Error"}, "\n".join(watch.lines)
