"""kubectl create and its subcommands."""
import base64
import json

from manifests import CONFIG_MAP


def test_simple_objects(space):
    space("create", "configmap", "literals", "--from-literal=a=1", "--from-literal=b=2")
    assert space.get("cm", "literals")["data"] == {"a": "1", "b": "2"}
    space("create", "secret", "generic", "keys", "--from-literal=token=hush")
    secret = space.get("secret", "keys")
    assert secret["type"] == "Opaque" and base64.b64decode(secret["data"]["token"]) == b"hush"
    space("create", "secret", "docker-registry", "pull", "--docker-server=r.example", "--docker-username=u", "--docker-password=p")
    assert space.get("secret", "pull")["type"] == "kubernetes.io/dockerconfigjson"
    space("create", "serviceaccount", "robot")
    space("create", "quota", "limits", "--hard=pods=3")
    space("create", "priorityclass", "e2e-important", "--value=1000")
    space("delete", "priorityclass", "e2e-important")
    space("create", "poddisruptionbudget", "some", "--selector=app=web", "--min-available=1")
    assert space.get("pdb", "some")["spec"]["minAvailable"] == 1


def test_workloads_and_services(space):
    space("create", "deployment", "web", "--image=registry.example/web:1", "--replicas=2", "--port=80")
    deployment = space.get("deployment", "web")
    assert deployment["spec"]["replicas"] == 2 and deployment["spec"]["revisionHistoryLimit"] == 10
    assert deployment["spec"]["template"]["spec"]["containers"][0]["imagePullPolicy"] == "IfNotPresent"
    space("create", "job", "once", "--image=registry.example/once", "--", "true")
    assert space.get("job", "once")["spec"]["backoffLimit"] == 6
    space("create", "cronjob", "often", "--image=registry.example/often", "--schedule=*/5 * * * *", "--", "true")
    assert space.get("cronjob", "often")["spec"]["concurrencyPolicy"] == "Allow"
    space("create", "service", "clusterip", "inside", "--tcp=80:8080")
    assert space.get("service", "inside")["spec"]["clusterIP"].count(".") == 3
    space("create", "service", "nodeport", "outside", "--tcp=80:8080")
    assert space.get("service", "outside")["spec"]["ports"][0]["nodePort"] > 0
    space("create", "service", "externalname", "away", "--external-name=example.com")
    assert "clusterIP" not in space.get("service", "away")["spec"]
    space("create", "ingress", "front", "--rule=shop.example/*=inside:80")
    assert space.get("ingress", "front")["spec"]["rules"][0]["http"]["paths"][0]["pathType"] == "Prefix"


def test_several_documents_and_dry_runs(space):
    both = CONFIG_MAP + "---" + CONFIG_MAP.replace("name: settings", "name: more")
    assert space("create", "-f", "-", "--dry-run=server", stdin=both) == (
        "configmap/settings created (server dry run)\nconfigmap/more created (server dry run)\n")
    assert space("get", "cm", "-l", "app=shop", "-o", "name") == ""
    assert space("create", "-f", "-", stdin=both) == "configmap/settings created\nconfigmap/more created\n"
    drafted = json.loads(space("create", "-f", "-", "--dry-run=server", "-o", "json", stdin=CONFIG_MAP.replace("settings", "third")))
    assert drafted["metadata"]["uid"] and "resourceVersion" not in drafted["metadata"]


def test_generated_names(space):
    manifest = CONFIG_MAP.replace("name: settings", "generateName: settings-")
    first, second = (space("create", "-f", "-", "-o", "name", stdin=manifest).strip() for _ in range(2))
    assert first != second and first.startswith("configmap/settings-") and len(first) == len("configmap/settings-") + 5
