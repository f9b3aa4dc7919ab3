"""Services of type LoadBalancer and ingresses with TLS, as the outside sees them."""
import json
import subprocess

from conftest import eventually, free_port
from manifests import SERVER

BALANCER = """
apiVersion: v1
kind: Service
metadata: {name: %s}
spec: {type: LoadBalancer, selector: {app: server}, ports: [{port: %d, targetPort: 8080}]}
"""


def curl(*args):
    return subprocess.run(["curl", "-s", "--max-time", "5", *args], capture_output=True, text=True)


def addresses(space, name):
    return space.get("service", name)["status"]["loadBalancer"].get("ingress", [])


def test_a_load_balancer_has_the_nodes_address(node_space):
    port = free_port()
    node_space.apply(SERVER + "---" + BALANCER % ("web", port))
    node_space("rollout", "status", "deployment/server", "--timeout=60s")
    eventually(lambda: addresses(node_space, "web"), what="the address")
    (address,) = addresses(node_space, "web")
    node = node_space.get("nodes")["items"][0]
    assert address == {"ip": next(a["address"] for a in node["status"]["addresses"] if a["type"] == "InternalIP"), "ipMode": "VIP"}
    page = f"http://{address['ip']}:{port}/"
    eventually(lambda: curl(page).stdout == "hello\n", what="the page")
    # A second service of the same port waits, and says for whom.
    node_space.apply(BALANCER % ("late", port))
    eventually(lambda: "belongs to service" in node_space("events", "--for", "service/late"), what="the event")
    assert not addresses(node_space, "late")
    # Only some may come; the cluster's own address is not theirs to guard.
    node_space("patch", "service", "web", "-p", json.dumps({"spec": {"loadBalancerSourceRanges": ["198.51.100.0/24"]}}))
    eventually(lambda: curl(page).returncode != 0, what="the refusal")
    assert curl(f"http://{node_space.get('service', 'web')['spec']['clusterIP']}:{port}/").stdout == "hello\n"
    node_space("delete", "service", "web")
    eventually(lambda: addresses(node_space, "late"), timeout=60, what="the address of the other")


def test_the_health_of_a_load_balancer(node_space):
    node_space.apply(SERVER + "---" + (BALANCER % ("web", free_port())).replace("type: LoadBalancer", "type: LoadBalancer, externalTrafficPolicy: Local"))
    port = node_space.get("service", "web")["spec"]["healthCheckNodePort"]
    health = lambda: curl("-w", "%{http_code}", f"http://127.0.0.1:{port}/healthz").stdout
    node_space("rollout", "status", "deployment/server", "--timeout=60s")
    eventually(lambda: health().endswith("200"), what="a healthy answer")
    assert json.loads(health()[:-3])["localEndpoints"] == 2
    node_space("scale", "deployment/server", "--replicas=0")
    eventually(lambda: health().endswith("503"), what="an unhealthy answer")
    node_space("delete", "service", "web")
    eventually(lambda: curl(f"http://127.0.0.1:{port}/").returncode != 0, what="the end of the server")
