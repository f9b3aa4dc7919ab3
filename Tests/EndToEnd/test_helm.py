"""helm: a chart is installed, upgraded, rolled back and removed."""
import json
import subprocess

import pytest

from conftest import PROGRAMS

CHART = {
    "Chart.yaml": "apiVersion: v2\nname: shop\nversion: 0.1.0\n",
    "values.yaml": "color: blue\nreplicas: 2\n",
    "templates/settings.yaml": """\
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}-settings}
data: {color: {{ .Values.color }}, kubernetes: "{{ .Capabilities.KubeVersion.Minor }}"}
""",
    "templates/web.yaml": """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}-web}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: {{ .Release.Name }}}}
  template:
    metadata: {labels: {app: {{ .Release.Name }}}}
    spec: {containers: [{name: web, image: "registry.example/web:1"}]}
""",
    "templates/service.yaml": """\
apiVersion: v1
kind: Service
metadata: {name: {{ .Release.Name }}-web}
spec: {selector: {app: {{ .Release.Name }}}, ports: [{port: 80}]}
""",
}


@pytest.fixture
def chart(tmp_path):
    for name, text in CHART.items():
        path = tmp_path / "shop" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return str(tmp_path / "shop")


def test_the_life_of_a_release(space, chart):
    def helm(*args):
        result = subprocess.run([PROGRAMS / "helm", "-n", space.name, *args], capture_output=True, text=True, timeout=90, env=space.cluster.environment)
        assert result.returncode == 0, f"helm {' '.join(args)}:\n{result.stdout}{result.stderr}"
        return result.stdout

    assert "STATUS: deployed" in helm("install", "trial", chart)
    assert space.get("cm", "trial-settings")["data"] == {"color": "blue", "kubernetes": "36"}
    helm("upgrade", "trial", chart, "--set", "color=red,replicas=3")
    assert space.get("cm", "trial-settings")["data"]["color"] == "red" and space.get("deployment", "trial-web")["spec"]["replicas"] == 3
    (release,) = json.loads(helm("list", "-o", "json"))
    assert release["revision"] == "2" and release["status"] == "deployed"
    helm("rollback", "trial", "1")
    assert space.get("cm", "trial-settings")["data"]["color"] == "blue"
    assert [entry["revision"] for entry in json.loads(helm("history", "trial", "-o", "json"))] == [1, 2, 3]
    assert "kind: Service" in helm("get", "manifest", "trial")
    helm("uninstall", "trial", "--wait")
    assert space("get", "cm,deployment,service", "-o", "name").split() == ["configmap/kube-root-ca.crt"]
