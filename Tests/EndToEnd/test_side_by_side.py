"""Several clusters on one machine, nothing chosen by hand: each serves its own."""
import ipaddress
import json
import os
import subprocess
import tempfile

import pytest

from conftest import ROOT, Cluster, eventually
from manifests import SERVER

NODE_PORT = """
apiVersion: v1
kind: Service
metadata: {name: server}
spec: {type: NodePort, selector: {app: server}, ports: [{port: 80, targetPort: 8080}]}
"""


@pytest.fixture
def neighbours():
    """Two clusters that were told nothing but their names."""
    if os.geteuid() != 0:
        pytest.skip("a node needs root")
    clusters = []
    try:
        for name in ("one", "two"):
            directory = tempfile.mkdtemp(prefix=f"martlet-{name}-", dir="/var/lib")
            cluster = Cluster(f"e2e-{name}-{os.getpid()}", directory)
            clusters.append(cluster)
            cluster.start()
            cluster.martlet("image", "load", str(ROOT / "examples/images/busybox.tar"))
        yield clusters
    finally:
        for cluster in clusters:
            cluster.delete()


def test_each_serves_its_own(neighbours):
    configurations = [json.loads((cluster.data_dir / "cluster.json").read_text()) for cluster in neighbours]
    one, two = configurations
    ranges = [ipaddress.ip_network(configuration[key]) for configuration in configurations for key in ("serviceCIDR", "podCIDR")]
    assert not any(first.overlaps(second) for index, first in enumerate(ranges) for second in ranges[:index])
    assert one["lastNodePort"] < two["firstNodePort"] or two["lastNodePort"] < one["firstNodePort"]
    assert len({one[key] for key in ("apiPort", "agentPort", "ingressPort")} & {two[key] for key in ("apiPort", "agentPort", "ingressPort")}) == 0
    for cluster in neighbours:
        page = SERVER.replace("echo hello", f"echo {cluster.name}").replace("replicas: 2", "replicas: 1")
        cluster.kubectl("apply", "-f", "-", stdin=page + "---" + NODE_PORT)
    for cluster, configuration in zip(neighbours, configurations):
        cluster.kubectl("rollout", "status", "deployment/server", "--timeout=60s")
        service = cluster.get("service", "server")["spec"]
        port = service["ports"][0]["nodePort"]
        assert configuration["firstNodePort"] <= port <= configuration["lastNodePort"]
        for target in (f"{service['clusterIP']}:80", f"127.0.0.1:{port}"):
            fetch = lambda: subprocess.run(["curl", "-s", "--max-time", "5", f"http://{target}/"], capture_output=True, text=True).stdout
            eventually(lambda: fetch() == f"{cluster.name}\n", what=f"{cluster.name} on {target}")
        pod = cluster.get("pods")["items"][0]["metadata"]["name"]
        answer = cluster.kubectl("exec", pod, "--", "nslookup", "server.default.svc.cluster.local")
        assert service["clusterIP"] in answer
    # A third that asks for what another has is told so before it makes anything.
    third = Cluster(f"e2e-three-{os.getpid()}", tempfile.mkdtemp(prefix="martlet-three-"), ["--service-cidr", one["serviceCIDR"]])
    refused = third.martlet("start", *third.flags, check=False)
    assert refused.returncode != 0 and neighbours[0].name in refused.stdout + refused.stderr
    assert not third.data_dir.exists()
