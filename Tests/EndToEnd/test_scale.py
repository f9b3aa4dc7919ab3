"""kubectl scale, and what Deployments and ReplicaSets do about it."""
from conftest import eventually
from manifests import DEPLOYMENT, SERVER


def test_up_and_down(space):
    space("create", "-f", "-", stdin=DEPLOYMENT)
    pods = lambda: len(space.get("pods", "-l", "app=web")["items"])
    eventually(lambda: pods() == 2, what="two pods")
    assert space("scale", "deployment/web", "--replicas=4") == "deployment.apps/web scaled\n"
    eventually(lambda: pods() == 4, what="four pods")
    assert "Expected replicas to be 9, was 4" in space.refused("scale", "deployment/web", "--current-replicas=9", "--replicas=1")
    space("scale", "deployment", "-l", "app=web", "--replicas=0")
    eventually(lambda: pods() == 0, what="no pods")


def test_a_replica_set_of_its_own(space):
    replica_set = DEPLOYMENT.replace("kind: Deployment", "kind: ReplicaSet")
    space("create", "-f", "-", stdin=replica_set)
    space("scale", "rs/web", "--replicas=3")
    eventually(lambda: space.get("rs", "web")["status"].get("replicas") == 3, what="three replicas")
    (gone, *_) = space.get("pods")["items"]
    space("delete", "pod", gone["metadata"]["name"])
    eventually(lambda: len({p["metadata"]["uid"] for p in space.get("pods")["items"]} - {gone["metadata"]["uid"]}) == 3, what="a new pod")


def test_running_replicas(node_space):
    node_space.apply(SERVER)
    node_space("rollout", "status", "deployment/server", "--timeout=60s")
    node_space("scale", "deployment/server", "--replicas=3", "--timeout=60s")
    eventually(lambda: node_space.get("deployment", "server")["status"].get("readyReplicas") == 3, what="three ready replicas")
    node_space("scale", "deployment/server", "--replicas=1")
    eventually(lambda: len(node_space.get("pods")["items"]) == 1, what="one pod")
