"""kubectl delete: propagation, selectors, finalizers, force."""
import json

from conftest import eventually
from manifests import CONFIG_MAP, DEPLOYMENT


def replica_sets(space):
    return space.get("rs", "-l", "app=web")["items"]


def make(space):
    space("create", "-f", "-", stdin=DEPLOYMENT)
    eventually(lambda: len(space.get("pods")["items"]) == 2, what="two pods")


def test_in_the_background(space):
    make(space)
    assert space("delete", "deployment", "web", "--cascade=background") == f'deployment.apps "web" deleted from {space.name} namespace\n'
    eventually(lambda: not replica_sets(space) and not space.get("pods")["items"], what="no dependents")


def test_in_the_foreground(space):
    make(space)
    space("delete", "deployment", "web", "--cascade=foreground", "--timeout=30s")
    assert not replica_sets(space) and not space.get("pods")["items"]


def test_orphaning(space):
    make(space)
    space("delete", "deployment", "web", "--cascade=orphan", "--timeout=30s")
    (orphan,) = replica_sets(space)
    assert "ownerReferences" not in orphan["metadata"] and len(space.get("pods")["items"]) == 2
    # A new Deployment of the same selector takes it back.
    space("create", "-f", "-", stdin=DEPLOYMENT)
    eventually(lambda: replica_sets(space)[0]["metadata"].get("ownerReferences"), what="adoption")


def test_by_selector_file_and_all(space):
    for name in ("a", "b", "c"):
        space("create", "-f", "-", stdin=CONFIG_MAP.replace("settings", name))
    space("label", "cm", "a", "first=yes")
    assert space("delete", "cm", "-l", "first=yes", "-o", "name") == "configmap/a\n"
    assert space("delete", "-f", "-", "-o", "name", stdin=CONFIG_MAP.replace("settings", "b")) == "configmap/b\n"
    assert "configmap/c" in space("delete", "cm", "--all", "-o", "name")
    assert "NotFound" in space.refused("delete", "cm", "a")
    assert space("delete", "cm", "a", "--ignore-not-found") == ""


def test_a_finalizer_holds_an_object(space):
    space("create", "-f", "-", stdin=CONFIG_MAP.replace("labels:", "finalizers: [example.com/hold], labels:"))
    space("delete", "cm", "settings", "--wait=false")
    assert space.get("cm", "settings")["metadata"]["deletionTimestamp"]
    space("patch", "cm", "settings", "--type=json", "-p", '[{"op":"remove","path":"/metadata/finalizers"}]')
    assert "NotFound" in space.refused("get", "cm", "settings")


def test_dry_run_and_force(space):
    space("run", "lonely", "--image=registry.example/app")
    assert "(server dry run)" in space("delete", "pod", "lonely", "--dry-run=server")
    assert space.get("pod", "lonely")["status"]["phase"] == "Pending"
    assert "force deleted" in space("delete", "pod", "lonely", "--force", "--grace-period=0")
    assert "NotFound" in space.refused("get", "pod", "lonely")


def test_a_namespace_takes_all_with_it(space):
    inner = space.name[:40] + "-inner"
    cluster = space.cluster
    cluster.kubectl("create", "namespace", inner)
    cluster.kubectl("-n", inner, "create", "-f", "-", stdin=CONFIG_MAP + "---" + DEPLOYMENT)
    cluster.kubectl("delete", "namespace", inner, "--timeout=60s")
    assert "NotFound" in cluster.kubectl_result("get", "namespace", inner).stderr
    assert json.loads(cluster.kubectl("get", "--raw", f"/api/v1/namespaces/{inner}/configmaps"))["items"] == []
    refused = cluster.kubectl_result("delete", "namespace", "default")
    assert refused.returncode == 1 and "this namespace may not be deleted" in refused.stderr


def test_running_pods_get_their_grace_period(node_space):
    from manifests import SHELL
    node_space.run_ready(SHELL.replace("trap 'exit 0' TERM", "trap 'echo bye; exit 0' TERM"), "shell")
    with node_space.follow("logs", "-f", "shell") as logs:
        logs.until("started")
        node_space("delete", "pod", "shell", "--timeout=30s")
        logs.until("bye")
    assert "NotFound" in node_space.refused("get", "pod", "shell")
