"""What pods use: kubectl top, the metrics API, and a Deployment that follows the load."""
import re

from conftest import eventually

# One container works as hard as it may, the other waits.
LOAD = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: load}
spec:
  replicas: 1
  selector: {matchLabels: {app: load}}
  template:
    metadata: {labels: {app: load}}
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - name: busy
          image: martlet/busybox:1
          command: ["sh", "-c", "while :; do :; done"]
          resources: {requests: {cpu: 50m}, limits: {cpu: 200m}}
        - name: quiet
          image: martlet/busybox:1
          command: ["sleep", "100000"]
          resources: {requests: {cpu: 50m}}
"""


def lines(text):
    return [line.split() for line in text.splitlines()]


def milli(text):
    return int(re.fullmatch(r"(\d+)m", text)[1])


def test_top_and_autoscale(node_space, cluster):
    node_space.apply(LOAD)
    node_space("autoscale", "deployment", "load", "--min=1", "--max=2", "--cpu=50%")
    head, *nodes = eventually(
        lambda: lines(cluster.kubectl_result("top", "nodes").stdout), timeout=60, what="figures of the node")
    assert head == ["NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)"]
    assert len(nodes) == 1 and milli(nodes[0][1]) > 0

    def busy():
        rows = lines(node_space.result("top", "pods", "--containers", "--no-headers").stdout)
        return {row[1]: milli(row[2]) for row in rows if len(row) == 4}

    # A new pod is measured over its first seconds, then over fifteen.
    eventually(lambda: busy().get("busy", 0) > 100, timeout=60, what="a busy container")
    assert busy()["quiet"] < 50
    (pod,) = node_space.get("pods", "-l", "app=load")["items"]
    name = pod["metadata"]["name"]
    assert lines(node_space("top", "pod", name))[1][0] == name
    assert [row[0] for row in lines(node_space("top", "pods", "-l", "app=load", "--no-headers"))] == [name]
    assert name in cluster.kubectl("top", "pods", "-A", "--sort-by=cpu")
    assert lines(node_space("get", "pods.metrics.k8s.io"))[0] == ["NAME", "CPU", "MEMORY", "WINDOW"]
    metrics = node_space.get("pods.metrics.k8s.io", name)
    assert sorted(c["name"] for c in metrics["containers"]) == ["busy", "quiet"]
    assert 'pods "nobody" not found' in node_space.refused("top", "pod", "nobody")

    # 200m of the 100m that the pod asks for is far above half of it.
    eventually(
        lambda: node_space.get("deployment", "load")["status"].get("replicas") == 2, timeout=120, what="a second replica")
    hpa = node_space.get("hpa", "load")
    assert hpa["status"]["currentMetrics"][0]["resource"]["current"]["averageUtilization"] > 50
    assert {c["type"]: c["status"] for c in hpa["status"]["conditions"]}["ScalingActive"] == "True"


def test_the_api_is_registered(cluster):
    assert "Local" in cluster.kubectl("get", "apiservice", "v1beta1.metrics.k8s.io")
    assert "NodeMetrics" in cluster.kubectl("api-resources", "--api-group=metrics.k8s.io")
    assert "window" in cluster.kubectl("explain", "pods", "--api-version=metrics.k8s.io/v1beta1")
