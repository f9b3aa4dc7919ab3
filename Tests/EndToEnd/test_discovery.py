"""kubectl version, cluster-info, api-resources, api-versions and explain."""
import json
import re
import subprocess

from conftest import PROGRAMS


def test_version(space):
    versions = json.loads(space("version", "-o", "json"))
    assert versions["serverVersion"]["major"] == "1" and versions["serverVersion"]["minor"] == "36"
    assert versions["serverVersion"]["gitVersion"].startswith("v1.36.")


def test_the_kubectl_of_the_same_version(space):
    result = subprocess.run([PROGRAMS / "kubectl-1.36", "get", "namespaces"], capture_output=True, text=True, env=space.cluster.environment)
    assert result.returncode == 0 and "kube-system" in result.stdout, result.stderr


def test_cluster_info(space):
    assert re.search(r"Kubernetes control plane.* is running at .*https://", space("cluster-info"))
    assert '"kind": "PodList"' in space("cluster-info", "dump")


def test_api_resources(space):
    resources = space("api-resources", "--no-headers")
    assert re.search(r"^deployments +deploy +apps/v1 +true +Deployment$", resources, re.M)
    assert re.search(r"^pods +po +v1 +true +Pod$", resources, re.M)
    assert "create,delete,deletecollection,get,list,patch,update,watch" in space("api-resources", "-o", "wide")
    names = lambda *args: set(space("api-resources", "-o", "name", *args).split())
    assert "nodes" in names("--namespaced=false") and "pods" not in names("--namespaced=false")
    assert {"deployments.apps", "statefulsets.apps"} <= names("--api-group=apps")
    assert "pods" in names("--categories=all") and "secrets" not in names("--categories=all")
    assert "bindings" not in names("--verbs=list") and "bindings" in names()


def test_api_versions(space):
    assert {"v1", "apps/v1", "batch/v1", "rbac.authorization.k8s.io/v1"} <= set(space("api-versions").split())


def test_explain(space):
    text = space("explain", "deployment.spec.strategy.rollingUpdate")
    assert "maxSurge" in text and "maxUnavailable" in text and "GROUP:      apps" in text
    assert "CreationTimestamp is a timestamp" in space("explain", "pod.metadata")
    assert re.search(r"^ +containers\t<\[\]Container> -required-$", space("explain", "pod.spec"), re.M)
    assert re.search(r"^ +matchLabels\t<map\[string\]string>$", space("explain", "deployment", "--recursive"), re.M)
    assert "VERSION:    v1" in space("explain", "cronjobs", "--api-version=batch/v1")
    assert 'field "nothing" does not exist' in space.refused("explain", "pod.nothing")
