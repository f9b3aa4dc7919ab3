"""kubectl expose."""
import urllib.request

from conftest import eventually
from manifests import DEPLOYMENT, SERVER


def test_makes_a_service(space):
    space("create", "-f", "-", stdin=DEPLOYMENT)
    assert space("expose", "deployment", "web", "--port=80", "--target-port=8080", "--name=front") == "service/front exposed\n"
    service = space.get("service", "front")["spec"]
    assert service["selector"] == {"app": "web"} and service["ports"] == [{"port": 80, "targetPort": 8080, "protocol": "TCP"}]
    space("expose", "service", "front", "--port=80", "--name=outside", "--type=NodePort")
    assert space.get("service", "outside")["spec"]["ports"][0]["nodePort"] >= 1024
    space("run", "lonely", "--image=registry.example/app", "--expose", "--port=90")
    assert space.get("service", "lonely")["spec"]["ports"][0]["port"] == 90


def test_a_service_that_answers(node_space):
    node_space.apply(SERVER)
    node_space("expose", "deployment", "server", "--port=80", "--target-port=http", "--type=NodePort")
    node_space("rollout", "status", "deployment/server", "--timeout=60s")
    service = node_space.get("service", "server")["spec"]
    slices = lambda: [e for s in node_space.get("endpointslices")["items"] for e in s["endpoints"] if e["conditions"]["ready"]]
    eventually(lambda: len(slices()) == 2, what="two ready endpoints")
    for url in (f"http://{service['clusterIP']}/", f"http://{address(node_space)}:{service['ports'][0]['nodePort']}/"):
        assert eventually(lambda: fetch(url), timeout=5, what=url) == "hello\n"


def address(space):
    (node,) = space.get("nodes")["items"]
    return next(a["address"] for a in node["status"]["addresses"] if a["type"] == "InternalIP")


def fetch(url):
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.read().decode()
    except OSError:
        return None
