"""kubectl describe: what a person reads first when something is wrong."""
import re

from conftest import eventually
from manifests import CONFIG_MAP, DEPLOYMENT, SERVICE, SHELL


def field(text, name):
    """The value behind `name:` at the start of a line."""
    match = re.search(rf"^{re.escape(name)}: *(.*)$", text, re.M)
    assert match, f"no {name} in:\n{text}"
    return match.group(1).strip()


def test_config_map_and_secret(space):
    space("create", "-f", "-", stdin=CONFIG_MAP)
    text = space("describe", "configmap", "settings")
    assert field(text, "Name") == "settings" and field(text, "Labels") == "app=shop" and "color:\n----\nblue\n" in text
    space("create", "secret", "generic", "keys", "--from-literal=token=hush")
    text = space("describe", "secret", "keys")
    assert field(text, "Type") == "Opaque" and field(text, "token") == "4 bytes" and "hush" not in text


def test_deployment_tells_of_its_replica_set(space):
    space("create", "-f", "-", stdin=DEPLOYMENT)
    text = eventually(lambda: (t := space("describe", "deployment", "web")) and "ScalingReplicaSet" in t and t, what="the event")
    assert field(text, "Replicas") == "2 desired | 2 updated | 2 total | 0 available | 2 unavailable"
    assert field(text, "StrategyType") == "RollingUpdate" and field(text, "RollingUpdateStrategy") == "25% max unavailable, 25% max surge"
    assert re.search(r"^NewReplicaSet: +web-\w+ \(2/2 replicas created\)$", text, re.M)
    assert re.search(r"Normal +ScalingReplicaSet +\S+ +deployment-controller +Scaled up replica set web-\w+ from 0 to 2", text)


def test_pod_says_why_it_waits(space):
    space("run", "lonely", "--image=registry.example/app")
    text = eventually(lambda: (t := space("describe", "pod", "lonely")) and "FailedScheduling" in t and t, what="the event")
    assert field(text, "Status") == "Pending" and field(text, "QoS Class") == "BestEffort" and field(text, "Node") == "<none>"
    assert re.search(r"Warning +FailedScheduling +\S+ +default-scheduler +no nodes available to schedule pods", text)
    assert "node.kubernetes.io/not-ready:NoExecute op=Exists for 300s" in text


def test_service_and_ingress(space):
    space("create", "-f", "-", stdin=SERVICE)
    text = space("describe", "service", "web")
    assert field(text, "Type") == "ClusterIP" and field(text, "Port") == "http  80/TCP" and field(text, "TargetPort") == "8080/TCP"
    space("create", "ingress", "web", "--rule=shop.example/*=web:http")
    text = space("describe", "ingress", "web")
    assert "shop.example" in text and "web:http" in text


def test_namespace_role_and_account(space):
    text = space("describe", "namespace", space.name)
    assert field(text, "Status") == "Active" and field(text, "Labels") == f"kubernetes.io/metadata.name={space.name}"
    space("create", "role", "reader", "--verb=get,list", "--resource=configmaps")
    assert re.search(r"configmaps +\[\] +\[\] +\[get list\]", space("describe", "role", "reader"))
    assert field(space("describe", "serviceaccount", "default"), "Name") == "default"


def test_running_pod_and_node(node_space):
    node_space.run_ready(SHELL, "shell")
    text = node_space("describe", "pod", "shell")
    assert field(text, "Status") == "Running" and re.search(r"^ +State: +Running$", text, re.M)
    for reason in ("Scheduled", "Pulled", "Created", "Started"):
        assert re.search(rf"Normal +{reason} ", text), text
    text = node_space("describe", "node")
    assert re.search(r"Ready +True +.*KubeletReady", text) and "shell" in text and "Allocated resources:" in text
