"""kubectl apply, diff, edit, patch and replace: every way to change an object."""
import json
import re

from conftest import ROOT
from manifests import CONFIG_MAP, DEPLOYMENT


def test_apply(space):
    assert space.apply(CONFIG_MAP) == "configmap/settings created\n"
    assert space.apply(CONFIG_MAP) == "configmap/settings unchanged\n"
    space("patch", "cm", "settings", "--type=merge", "-p", '{"data":{"other":"kept"}}')
    assert space.apply(CONFIG_MAP.replace("blue", "red").replace(', size: "3"', "")) == "configmap/settings configured\n"
    assert space.get("cm", "settings")["data"] == {"color": "red", "other": "kept"}
    assert json.loads(space("apply", "view-last-applied", "cm", "settings", "-o", "json"))["data"] == {"color": "red"}


def test_apply_merges_lists_by_key(space):
    space.apply(DEPLOYMENT)
    space("patch", "deployment", "web", "-p", '{"spec":{"template":{"spec":{"containers":[{"name":"side","image":"side:1"}]}}}}')
    space.apply(DEPLOYMENT.replace("web:1", "web:2"))
    containers = space.get("deployment", "web")["spec"]["template"]["spec"]["containers"]
    assert sorted(c["image"] for c in containers) == ["registry.example/web:2", "side:1"]


def test_apply_kustomization(space):
    guestbook = str(ROOT / "examples" / "guestbook")
    assert "deployment.apps/web created" in space("apply", "-k", guestbook)
    again = space("apply", "-k", guestbook).splitlines()
    # The server keeps no stringData, so that kubectl always finds something to send for the Secret.
    assert len(again) == 9 and all(line.endswith(" unchanged") for line in again if line != "secret/redis configured"), again
    assert space("diff", "-k", guestbook) == ""
    assert len(space("delete", "-k", guestbook).splitlines()) == 9


def test_apply_prune(space):
    labelled = lambda name: CONFIG_MAP.replace("settings", name)
    space.apply(labelled("one") + "---" + labelled("two"))
    pruned = space("apply", "--prune", "-l", "app=shop", "--prune-allowlist=core/v1/ConfigMap", "-f", "-", stdin=labelled("one"))
    assert "configmap/two pruned" in pruned and space("get", "cm", "-l", "app=shop", "-o", "name") == "configmap/one\n"


def test_server_side_apply(space):
    assert space.apply(CONFIG_MAP, "--server-side") == "configmap/settings serverside-applied\n"
    green = CONFIG_MAP.replace("blue", "green").replace(', size: "3"', "")
    rival = ["apply", "--server-side", "--field-manager=rival", "-f", "-"]
    conflict = space.refused(*rival, stdin=green)
    assert 'Apply failed with 1 conflict: conflict with "kubectl": .data.color' in conflict
    space(*rival, "--force-conflicts", stdin=green)
    assert space.get("cm", "settings")["data"] == {"color": "green", "size": "3"}
    # What nobody applies any more goes away; what the rival owns stays.
    space.apply(CONFIG_MAP.replace('data: {color: blue, size: "3"}', "data: {}"), "--server-side")
    assert space.get("cm", "settings")["data"] == {"color": "green"}


def test_from_client_side_to_server_side_apply(space):
    space.apply(DEPLOYMENT)
    space.apply(DEPLOYMENT.replace("web:1", "web:2"), "--server-side")
    deployment = json.loads(space("get", "deployment", "web", "-o", "json", "--show-managed-fields"))
    assert deployment["spec"]["template"]["spec"]["containers"][0]["image"] == "registry.example/web:2"
    managers = {(e["manager"], e["operation"]) for e in deployment["metadata"]["managedFields"]}
    assert ("kubectl", "Apply") in managers and ("kubectl-client-side-apply", "Update") not in managers


def test_diff(space):
    space.apply(CONFIG_MAP)
    assert space("diff", "-f", "-", stdin=CONFIG_MAP) == ""
    for mode in ([], ["--server-side", "--force-conflicts"]):
        result = space.result("diff", *mode, "-f", "-", stdin=CONFIG_MAP.replace("blue", "red"))
        assert result.returncode == 1, result.stderr
        assert re.search(r"^-  color: blue\n\+  color: red$", result.stdout, re.M)
    assert space.get("cm", "settings")["data"]["color"] == "blue"


def test_edit(space):
    space("create", "-f", "-", stdin=CONFIG_MAP)
    assert space("edit", "cm", "settings", env={"KUBE_EDITOR": "sed -i s/blue/edited/"}) == "configmap/settings edited\n"
    assert space.get("cm", "settings")["data"]["color"] == "edited"
    assert "no changes made" in space.result("edit", "cm", "settings", env={"KUBE_EDITOR": "true"}).stderr
    space("edit", "cm", "settings", "-o", "json", env={"KUBE_EDITOR": "sed -i s/edited/again/"})
    assert space.get("cm", "settings")["data"]["color"] == "again"


def test_patch_of_every_type(space):
    space("create", "-f", "-", stdin=DEPLOYMENT)
    patch = lambda kind, text, *args: space("patch", "deployment", "web", "--type", kind, "-p", text, *args)
    assert patch("strategic", '{"spec":{"template":{"spec":{"containers":[{"name":"side","image":"side:1"}]}}}}') == (
        "deployment.apps/web patched\n")
    assert patch("merge", '{"metadata":{"labels":{"tier":"front"}}}') == "deployment.apps/web patched\n"
    assert patch("merge", '{"metadata":{"labels":{"tier":"front"}}}') == "deployment.apps/web patched (no change)\n"
    patch("json", '[{"op":"test","path":"/spec/replicas","value":2},{"op":"replace","path":"/spec/replicas","value":1}]')
    deployment = space.get("deployment", "web")
    assert {c["name"] for c in deployment["spec"]["template"]["spec"]["containers"]} == {"web", "side"}
    assert deployment["metadata"]["labels"]["tier"] == "front" and deployment["spec"]["replicas"] == 1
    patch("strategic", '{"spec":{"template":{"spec":{"containers":[{"name":"side","$patch":"delete"}]}}}}')
    assert [c["name"] for c in space.get("deployment", "web")["spec"]["template"]["spec"]["containers"]] == ["web"]
    patch("merge", '{"spec":{"replicas":4}}', "--subresource=scale")
    assert space.get("deployment", "web")["spec"]["replicas"] == 4
    assert "is invalid" in space.refused(
        "patch", "deployment", "web", "--type=json", "-p", '[{"op":"test","path":"/spec/replicas","value":9}]')


def test_replace(space):
    assert "NotFound" in space.refused("replace", "-f", "-", stdin=CONFIG_MAP)
    space("create", "-f", "-", stdin=CONFIG_MAP)
    first = space.get("cm", "settings")
    assert space("replace", "-f", "-", stdin=CONFIG_MAP.replace("blue", "red")) == "configmap/settings replaced\n"
    assert space.get("cm", "settings")["data"] == {"color": "red", "size": "3"}
    stale = {**first, "data": {"color": "stale"}}
    assert "the object has been modified; please apply your changes to the latest version" in space.refused(
        "replace", "-f", "-", stdin=json.dumps(stale))
    forced = space("replace", "--force", "-f", "-", stdin=CONFIG_MAP)
    assert "deleted" in forced and "replaced" in forced and space.get("cm", "settings")["metadata"]["uid"] != first["metadata"]["uid"]


def test_status_is_a_thing_of_its_own(space):
    space("create", "-f", "-", stdin=DEPLOYMENT)
    space("patch", "deployment", "web", "--subresource=status", "--type=merge", "-p", '{"status":{"conditions":[{"type":"Odd","status":"True"}]},"spec":{"replicas":9}}')
    deployment = space.get("deployment", "web")
    assert deployment["spec"]["replicas"] == 2
