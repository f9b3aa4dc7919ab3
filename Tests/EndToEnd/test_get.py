"""kubectl get: every output format, selectors, watching."""
import json
import re
import subprocess

import yaml

from conftest import eventually
from manifests import CONFIG_MAP, DEPLOYMENT, SERVICE


def test_table(space):
    assert space("get", "configmaps", "-l", "app=shop") == ""
    space("create", "-f", "-", stdin=CONFIG_MAP)
    assert re.fullmatch(r"NAME +DATA +AGE\nsettings +2 +\d+s\n", space("get", "configmap", "settings"))
    assert re.fullmatch(r"settings +2 +\d+s\n", space("get", "cm", "settings", "--no-headers"))
    assert re.fullmatch(r"NAME +DATA +AGE +LABELS\nsettings +2 +\d+s +app=shop\n", space("get", "cm", "settings", "--show-labels"))
    assert re.fullmatch(r"NAME +DATA +AGE +APP\nsettings +2 +\d+s +shop\n", space("get", "cm", "settings", "-L", "app"))


def test_wide(space):
    space("create", "-f", "-", stdin=DEPLOYMENT)
    header, row = space("get", "deployments", "-o", "wide").splitlines()
    assert header.split() == ["NAME", "READY", "UP-TO-DATE", "AVAILABLE", "AGE", "CONTAINERS", "IMAGES", "SELECTOR"]
    assert row.split()[0] == "web" and row.split()[-3:] == ["web", "registry.example/web:1", "app=web"]
    eventually(lambda: len(space.get("pods")["items"]) == 2, what="two pods")
    header, *rows = space("get", "pods", "-o", "wide").splitlines()
    assert re.sub(" {2,}", "|", header) == "NAME|READY|STATUS|RESTARTS|AGE|IP|NODE|NOMINATED NODE|READINESS GATES"
    assert len(rows) == 2 and all(row.split()[1:3] == ["0/1", "Pending"] for row in rows)


def test_yaml_json_and_name(space):
    space("create", "-f", "-", stdin=CONFIG_MAP)
    document = json.loads(space("get", "cm", "settings", "-o", "json"))
    assert document["kind"] == "ConfigMap" and document["apiVersion"] == "v1" and document["data"] == {"color": "blue", "size": "3"}
    assert "managedFields" not in document["metadata"]
    assert yaml.safe_load(space("get", "cm", "settings", "-o", "yaml")) == document
    assert space("get", "cm", "settings", "-o", "name") == "configmap/settings\n"
    shown = json.loads(space("get", "cm", "settings", "-o", "json", "--show-managed-fields"))
    (entry,) = shown["metadata"]["managedFields"]
    assert entry["manager"] == "kubectl-create" and entry["operation"] == "Update" and "f:color" in entry["fieldsV1"]["f:data"]
    assert json.loads(space("get", "cm,secret", "-l", "app=shop", "-o", "json"))["kind"] == "List"


def test_templates_and_columns(space):
    space("create", "-f", "-", stdin=CONFIG_MAP)
    get = lambda output: space("get", "cm", "settings", "-o", output)
    assert get("jsonpath={.data.color} {.metadata.labels}") == 'blue {"app":"shop"}'
    assert get("go-template={{range $k, $v := .data}}{{$k}}={{$v}};{{end}}") == "color=blue;size=3;"
    assert get("custom-columns=N:.metadata.name,C:.data.color").split() == ["N", "C", "settings", "blue"]
    assert get("jsonpath-as-json={.data.size}").split() == ["[", '"3"', "]"]


def test_selectors_and_chunks(space):
    for number, color in enumerate(["red", "green", "blue"]):
        space("create", "configmap", f"m{number}")
        space("label", "cm", f"m{number}", f"color={color}", f"number=n{number}")
    names = lambda *args: space("get", "cm", "-o", "name", *args).replace("configmap/", "").split()
    assert names("-l", "color=red") == ["m0"]
    assert names("-l", "color!=red,color") == ["m1", "m2"]
    assert names("-l", "color in (red,blue)") == ["m0", "m2"]
    assert names("-l", "color notin (red,blue),number") == ["m1"]
    assert names("-l", "!color") == ["kube-root-ca.crt"]
    assert names("--field-selector", "metadata.name=m1") == ["m1"]
    assert names("--chunk-size=1") == ["kube-root-ca.crt", "m0", "m1", "m2"]
    assert names("--sort-by=.metadata.labels.color", "-l", "color") == ["m2", "m1", "m0"]
    everywhere = space("get", "cm", "-A", "-l", "color", "--chunk-size=1").splitlines()
    assert everywhere[0].split()[:2] == ["NAMESPACE", "NAME"] and sum(line.startswith(space.name + " ") for line in everywhere) == 3
    assert "field label not supported" in space.refused("get", "pods", "--field-selector", "spec.color=red")


def test_several_kinds_and_all(space):
    for manifest in (CONFIG_MAP, DEPLOYMENT, SERVICE):
        space("create", "-f", "-", stdin=manifest)
    eventually(lambda: len(space.get("pods")["items"]) == 2, what="two pods")
    assert space("get", "cm/settings", "deploy/web", "svc/web", "-o", "name").split() == [
        "configmap/settings", "deployment.apps/web", "service/web"]
    kinds = {line.split("/")[0] for line in space("get", "all", "-o", "name").split()}
    assert kinds == {"pod", "service", "deployment.apps", "replicaset.apps"}
    assert space("get", "-f", "-", "-o", "name", stdin=SERVICE) == "service/web\n"


def test_what_is_not_there(space):
    assert space.refused("get", "cm", "nothing") == 'Error from server (NotFound): configmaps "nothing" not found\n'
    assert space("get", "cm", "nothing", "--ignore-not-found") == ""
    assert space.refused("get", "gizmos") == 'error: the server doesn\'t have a resource type "gizmos"\n'
    assert space.result("get", "secrets").stderr == f"No resources found in {space.name} namespace.\n"


def test_subresources(space):
    space("create", "-f", "-", stdin=DEPLOYMENT)
    scale = json.loads(space("get", "deployment", "web", "--subresource=scale", "-o", "json"))
    assert scale["kind"] == "Scale" and scale["spec"] == {"replicas": 2} and scale["status"]["selector"] == "app=web"
    assert json.loads(space("get", "deployment", "web", "--subresource=status", "-o", "json"))["kind"] == "Deployment"


def test_raw(space):
    assert json.loads(space("get", "--raw", "/version"))["minor"] == "36"
    assert space("get", "--raw", "/readyz") == "ok"
    assert "[+]ping ok" in space("get", "--raw", "/livez?verbose")
    assert "/apis/apps/v1" in json.loads(space("get", "--raw", "/"))["paths"]
    assert re.search(r"^apiserver_request_total\{", space("get", "--raw", "/metrics"), re.M)


def test_watch_starts_with_what_is_there_and_goes_on(space):
    space("create", "-f", "-", stdin=CONFIG_MAP)
    with space.follow("get", "cm", "settings", "-w", "--output-watch-events", "-o", "json") as watch:
        watch.until('"type":"ADDED"')
        space("label", "cm", "settings", "seen=yes")
        watch.until('"type":"MODIFIED".*"seen":"yes"')
        space("delete", "cm", "settings")
        watch.until('"type":"DELETED"')


def test_watch_only_prints_changes(space):
    space("create", "-f", "-", stdin=CONFIG_MAP)
    with space.follow("get", "cm", "--watch-only", "--no-headers") as watch:
        # The start of a watch cannot be seen from outside: objects are made until it tells of one.
        count = iter(range(1000))
        def told():
            space("create", "cm", f"seen-{next(count)}")
            return any(line.startswith("seen-") for line in watch.lines)
        eventually(told, what="a line of the watch")
        assert not any(line.startswith("settings") for line in watch.lines)
