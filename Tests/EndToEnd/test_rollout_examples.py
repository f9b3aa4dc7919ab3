"""examples/rollouts: the ways to a new version and back, as its README has them."""
from conftest import ROOT, eventually

EXAMPLES = ROOT / "examples" / "rollouts"


def apply(space, name):
    space("apply", "-f", str(EXAMPLES / name))


def serving(space, service):
    """The names of the Deployments whose pods serve, with how many."""
    owners = {}
    for part in space.get("endpointslices", "-l", f"kubernetes.io/service-name={service}")["items"]:
        for endpoint in part.get("endpoints") or []:
            if endpoint["conditions"]["ready"]:
                deployment = endpoint["targetRef"]["name"].rsplit("-", 2)[0]
                owners[deployment] = owners.get(deployment, 0) + 1
    return owners


def test_blue_and_green(node_space):
    apply(node_space, "blue-green.yaml")
    for colour in ["blue", "green"]:
        node_space("rollout", "status", f"deployment/shop-{colour}", "--timeout=60s")
    eventually(lambda: serving(node_space, "shop") == {"shop-blue": 2}, what="blue serving")
    node_space("patch", "service", "shop", "-p", '{"spec":{"selector":{"version":"green"}}}')
    eventually(lambda: serving(node_space, "shop") == {"shop-green": 2}, what="green serving")
    node_space("patch", "service", "shop", "-p", '{"spec":{"selector":{"version":"blue"}}}')
    eventually(lambda: serving(node_space, "shop") == {"shop-blue": 2}, what="blue serving again")


def test_canary(node_space):
    apply(node_space, "canary.yaml")
    eventually(lambda: serving(node_space, "news") == {"news-stable": 9, "news-canary": 1}, what="a tenth for the canary", timeout=90)
    node_space("scale", "deployment/news-canary", "--replicas=5")
    node_space("scale", "deployment/news-stable", "--replicas=5")
    eventually(lambda: serving(node_space, "news") == {"news-stable": 5, "news-canary": 5}, what="half for the canary", timeout=90)
    node_space("scale", "deployment/news-canary", "--replicas=0")
    eventually(lambda: serving(node_space, "news") == {"news-stable": 5}, what="none for the canary", timeout=90)


def test_rolling_back(node_space):
    apply(node_space, "rolling.yaml")
    node_space("rollout", "status", "deployment/blog", "--timeout=60s")
    version = lambda: node_space.get("deployment", "blog")["spec"]["template"]["spec"]["containers"][0]["env"][0]["value"]
    node_space("set", "env", "deployment/blog", "VERSION=2")
    node_space("annotate", "deployment/blog", "kubernetes.io/change-cause=version 2")
    node_space("rollout", "status", "deployment/blog", "--timeout=60s")
    assert version() == "2"
    node_space("rollout", "undo", "deployment/blog")
    node_space("rollout", "status", "deployment/blog", "--timeout=60s")
    assert version() == "1"
    eventually(lambda: serving(node_space, "blog") == {"blog": 3}, what="three that serve")
