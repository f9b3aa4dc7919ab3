"""kubectl set."""
from manifests import DEPLOYMENT, SERVICE


def template(space):
    return space.get("deployment", "web")["spec"]["template"]["spec"]


def test_image_env_and_resources(space):
    space("create", "-f", "-", stdin=DEPLOYMENT)
    assert space("set", "image", "deployment/web", "web=registry.example/web:2") == "deployment.apps/web image updated\n"
    assert space("set", "env", "deployment/web", "MODE=fast", "OTHER=x") == "deployment.apps/web env updated\n"
    space("set", "env", "deployment/web", "OTHER-")
    assert "MODE=fast" in space("set", "env", "deployment/web", "--list")
    assert space("set", "resources", "deployment/web", "--requests=cpu=10m", "--limits=memory=64Mi") == (
        "deployment.apps/web resource requirements updated\n")
    (container,) = template(space)["containers"]
    assert container["image"] == "registry.example/web:2" and container["env"] == [{"name": "MODE", "value": "fast"}]
    assert container["resources"] == {"requests": {"cpu": "10m"}, "limits": {"memory": "64Mi"}}
    space("set", "image", "deployment/web", "*=registry.example/web:3", "--dry-run=server")
    assert template(space)["containers"][0]["image"] == "registry.example/web:2"
    assert "unable to find container named" in space.refused("set", "image", "deployment/web", "other=x")


def test_env_from_a_config_map(space):
    space("create", "-f", "-", stdin=DEPLOYMENT)
    space("create", "configmap", "settings", "--from-literal=color=blue")
    space("set", "env", "deployment/web", "--from=configmap/settings", "--prefix=SHOP_")
    assert template(space)["containers"][0]["env"] == [
        {"name": "SHOP_COLOR", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "color"}}}]


def test_selector_account_and_subject(space):
    space("create", "-f", "-", stdin=DEPLOYMENT)
    space("create", "-f", "-", stdin=SERVICE)
    space("set", "selector", "service", "web", "app=other")
    assert space.get("service", "web")["spec"]["selector"] == {"app": "other"}
    space("create", "serviceaccount", "robot")
    space("set", "serviceaccount", "deployment", "web", "robot")
    assert template(space)["serviceAccountName"] == "robot"
    space("create", "rolebinding", "viewers", "--clusterrole=view", "--user=ann")
    space("set", "subject", "rolebinding", "viewers", "--user=ben")
    assert [s["name"] for s in space.get("rolebinding", "viewers")["subjects"]] == ["ann", "ben"]
