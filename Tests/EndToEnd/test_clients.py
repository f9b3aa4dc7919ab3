"""Other people's clients against the control plane: what they need of an API server, they find."""
import base64
import json
import subprocess
import sys

import kr8s
import kubernetes
import lightkube
import pytest
import yaml
from kr8s.objects import ConfigMap as Kr8sConfigMap
from kr8s.objects import Deployment as Kr8sDeployment
from lightkube.core.exceptions import ApiError
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.core_v1 import ConfigMap, Pod

from conftest import eventually
from manifests import DEPLOYMENT


@pytest.fixture
def official(space):
    """The project's own Python client."""
    return kubernetes.config.new_client_from_config(config_file=str(space.cluster.kubeconfig))


def test_the_official_client_reads_and_writes(official, space):
    core = kubernetes.client.CoreV1Api(official)
    body = kubernetes.client.V1ConfigMap(metadata={"name": "settings"}, data={"color": "blue"}, binary_data={"raw": base64.b64encode(b"\0\1").decode()})
    made = core.create_namespaced_config_map(space.name, body)
    assert made.metadata.uid and made.data == {"color": "blue"}
    made.data["color"] = "red"
    assert core.replace_namespaced_config_map("settings", space.name, made).data["color"] == "red"
    with pytest.raises(kubernetes.client.ApiException) as conflict:
        core.replace_namespaced_config_map("settings", space.name, made)
    assert conflict.value.status == 409 and json.loads(conflict.value.body)["reason"] == "Conflict"
    assert core.patch_namespaced_config_map("settings", space.name, {"data": {"size": "3"}}).data == {"color": "red", "size": "3"}
    page = core.list_namespaced_config_map(space.name, limit=1)
    assert len(page.items) == 1 and page.metadata._continue and page.metadata.remaining_item_count == 1
    rest = core.list_namespaced_config_map(space.name, limit=1, _continue=page.metadata._continue)
    assert {page.items[0].metadata.name, rest.items[0].metadata.name} == {"kube-root-ca.crt", "settings"}
    core.delete_collection_namespaced_config_map(space.name, label_selector="none=such")
    core.delete_namespaced_config_map("settings", space.name)
    with pytest.raises(kubernetes.client.ApiException) as missing:
        core.read_namespaced_config_map("settings", space.name)
    assert missing.value.status == 404


def test_the_official_client_watches(official, space):
    core = kubernetes.client.CoreV1Api(official)
    start = core.list_namespaced_config_map(space.name).metadata.resource_version
    for name in ("one", "two"):
        core.create_namespaced_config_map(space.name, {"metadata": {"name": name}})
    core.delete_namespaced_config_map("one", space.name)
    events = kubernetes.watch.Watch().stream(core.list_namespaced_config_map, space.name, resource_version=start, timeout_seconds=2)
    assert [(e["type"], e["object"].metadata.name) for e in events] == [("ADDED", "one"), ("ADDED", "two"), ("DELETED", "one")]


def test_a_watch_from_too_long_ago_is_gone(official, space):
    core = kubernetes.client.CoreV1Api(official)
    with pytest.raises(kubernetes.client.ApiException) as unknown:
        for _ in kubernetes.watch.Watch().stream(core.list_namespaced_config_map, space.name, resource_version="not-a-version", timeout_seconds=2):
            pass
    assert unknown.value.status == 400


def test_the_dynamic_client_discovers(official, space):
    dynamic = kubernetes.dynamic.DynamicClient(official)
    deployments = dynamic.resources.get(api_version="apps/v1", kind="Deployment")
    assert deployments.namespaced and "deploy" in deployments.short_names
    body = yaml.safe_load(DEPLOYMENT)
    deployments.create(body=body, namespace=space.name)
    applied = deployments.server_side_apply(body=body, namespace=space.name, field_manager="trial", force_conflicts=True)
    assert any(e.manager == "trial" for e in applied.metadata.managedFields)
    assert deployments.get(name="web", namespace=space.name).spec.replicas == 2
    scale = deployments.scale.get(name="web", namespace=space.name)
    assert scale.kind == "Scale" and scale.spec.replicas == 2


def test_kr8s(space):
    api = kr8s.api(kubeconfig=str(space.cluster.kubeconfig), namespace=space.name)
    assert api.version()["minor"] == "36"
    settings = Kr8sConfigMap({"metadata": {"name": "settings", "namespace": space.name}, "data": {"color": "blue"}}, api=api)
    settings.create()
    assert settings.exists()
    settings.patch({"data": {"size": "3"}})
    settings.label(app="shop")
    assert [c.name for c in api.get("configmaps", label_selector={"app": "shop"}, namespace=space.name)] == ["settings"]
    web = Kr8sDeployment({**yaml.safe_load(DEPLOYMENT)}, namespace=space.name, api=api)
    web.create()
    web.scale(3)
    eventually(lambda: len(list(api.get("pods", namespace=space.name))) == 3, what="three pods")
    settings.delete()
    settings.wait("delete", timeout=10)


def test_lightkube(space):
    from lightkube.config.kubeconfig import KubeConfig
    client = lightkube.Client(config=KubeConfig.from_file(str(space.cluster.kubeconfig)), namespace=space.name, field_manager="lightkube")
    client.create(ConfigMap(metadata=ObjectMeta(name="settings", labels={"app": "shop"}), data={"color": "blue"}))
    client.patch(ConfigMap, "settings", {"data": {"color": "red"}})
    applied = client.apply(ConfigMap(metadata=ObjectMeta(name="settings"), data={"size": "3"}))
    assert applied.data == {"color": "red", "size": "3"}
    assert [c.metadata.name for c in client.list(ConfigMap, labels={"app": "shop"})] == ["settings"]
    client.create(Deployment.from_dict(yaml.safe_load(DEPLOYMENT)))
    eventually(lambda: len(list(client.list(Pod))) == 2, what="two pods")
    client.replace(Deployment.Scale.from_dict({"metadata": {"name": "web", "namespace": space.name}, "spec": {"replicas": 1}}), "web")
    assert client.get(Deployment, "web").spec.replicas == 1
    client.delete(ConfigMap, "settings")
    with pytest.raises(ApiError) as missing:
        client.get(ConfigMap, "settings")
    assert missing.value.status.reason == "NotFound"


OPERATOR = """
import kopf

@kopf.on.startup()
def configure(settings, **_):
    settings.posting.level = 20

@kopf.on.create("configmaps", labels={"kind": "order"})
def made(patch, spec, body, **_):
    patch.setdefault("data", {})["answer"] = body["data"]["question"] + "!"

@kopf.on.delete("configmaps", labels={"kind": "order"})
def ended(logger, **_):
    logger.info("the order ended")
"""


def test_an_operator_written_with_kopf(space, tmp_path):
    (tmp_path / "operator.py").write_text(OPERATOR)
    log = open(tmp_path / "log", "w+")
    operator = subprocess.Popen([sys.executable, "-m", "kopf", "run", "--standalone", "-n", space.name, str(tmp_path / "operator.py")],
                                stdout=log, stderr=log, env=space.cluster.environment)
    try:
        space("create", "configmap", "order", "--from-literal=question=why")
        space("label", "cm", "order", "kind=order")
        answer = lambda: space.get("cm", "order")["data"].get("answer") == "why!" or operator.poll() is not None
        eventually(answer, what="the operator's answer")
        assert operator.poll() is None, (tmp_path / "log").read_text()
        # Its finalizer holds the object until the handler has run.
        assert space.get("cm", "order")["metadata"]["finalizers"]
        space("delete", "cm", "order", "--timeout=20s")
        eventually(lambda: "the order ended" in (tmp_path / "log").read_text(), what="the operator's last word")
    finally:
        operator.terminate()
        operator.wait(timeout=20)
        log.close()
