"""kubectl cordon, drain, uncordon and taint."""
from conftest import eventually


def node_name(space):
    (node,) = space.get("nodes")["items"]
    return node["metadata"]["name"]


def test_cordon_drain_and_uncordon(node_space):
    node = node_name(node_space)
    node_space("create", "deployment", "drained", "--image=martlet/busybox:1", "--", "sh", "-c", "trap 'exit 0' TERM; while true; do sleep 0.2; done")
    node_space("rollout", "status", "deployment/drained", "--timeout=60s")
    (first,) = node_space.get("pods")["items"]
    try:
        assert node_space("cordon", node) == f"node/{node} cordoned\n"
        assert "Ready,SchedulingDisabled" in node_space("get", "node", node)
        assert "evicting pod" in node_space.result(
            "drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--force", "--pod-selector=app=drained", "--timeout=60s").stderr \
            or "NotFound" in node_space.refused("get", "pod", first["metadata"]["name"])
        waiting = lambda: [p for p in node_space.get("pods")["items"] if p["metadata"]["uid"] != first["metadata"]["uid"]]
        eventually(waiting, what="the next pod")
        eventually(lambda: "unschedulable" in node_space("events", "--types=Warning"), what="FailedScheduling")
        assert waiting()[0]["status"]["phase"] == "Pending"
    finally:
        assert node_space("uncordon", node) == f"node/{node} uncordoned\n"
    node_space("rollout", "status", "deployment/drained", "--timeout=60s")


def test_taints_keep_pods_away(node_space):
    node = node_name(node_space)
    node_space("taint", "node", node, "trial=yes:NoSchedule")
    try:
        node_space("run", "kept-away", "--image=martlet/busybox:1", "--", "sleep", "600")
        eventually(lambda: "had untolerated taint" in node_space("events", "--for=pod/kept-away"), what="FailedScheduling")
    finally:
        assert node_space("taint", "node", node, "trial-") == f"node/{node} untainted\n"
    node_space("wait", "pod/kept-away", "--for=condition=Ready", "--timeout=60s")


def test_no_execute_evicts(node_space):
    node = node_name(node_space)
    node_space("run", "sensitive", "--image=martlet/busybox:1", "--", "sh", "-c", "trap 'exit 0' TERM; while true; do sleep 0.2; done")
    node_space("wait", "pod/sensitive", "--for=condition=Ready", "--timeout=60s")
    node_space("taint", "node", node, "trial=yes:NoExecute")
    try:
        node_space("wait", "pod/sensitive", "--for=delete", "--timeout=60s")
    finally:
        node_space("taint", "node", node, "trial:NoExecute-")
