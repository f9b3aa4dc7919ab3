"""kubectl against a cluster without a node: everything that needs no container."""
import json
import re
import subprocess

from conftest import eventually

CONFIG_MAP = """
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, labels: {app: shop}}
data: {color: blue, size: "3"}
"""
DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "registry.example/web:1"}]
"""


def test_version_and_discovery(control_plane):
    versions = json.loads(control_plane.kubectl("version", "-o", "json"))
    assert versions["serverVersion"]["major"] == "1" and versions["serverVersion"]["minor"] == "36"
    assert "Kubernetes control plane" in control_plane.kubectl("cluster-info")
    resources = control_plane.kubectl("api-resources", "--no-headers")
    assert re.search(r"^deployments +deploy +apps/v1 +true +Deployment$", resources, re.M)
    assert "apps/v1" in control_plane.kubectl("api-versions").split()


def test_explain(control_plane):
    text = control_plane.kubectl("explain", "deployment.spec.strategy.rollingUpdate")
    assert "maxSurge" in text and "maxUnavailable" in text


def test_who_am_i_and_what_may_i(control_plane):
    assert "system:masters" in control_plane.kubectl("auth", "whoami")
    assert control_plane.kubectl("auth", "can-i", "delete", "nodes").strip() == "yes"
    refused = control_plane.kubectl_result("auth", "can-i", "list", "secrets", "--as", "nobody")
    assert refused.stdout.strip() == "no" and refused.returncode == 1


def test_create_get_in_every_format(control_plane, space):
    control_plane.kubectl("create", "-f", "-", stdin=CONFIG_MAP, namespace=space)
    get = lambda *args: control_plane.kubectl("get", "configmap", "settings", *args, namespace=space)
    assert re.search(r"^NAME +DATA +AGE\nsettings +2 +\d+s\n$", get())
    assert get("-o", "name") == "configmap/settings\n"
    assert get("-o", "jsonpath={.data.color}") == "blue"
    assert get("-o", "custom-columns=N:.metadata.name,C:.data.color").split() == ["N", "C", "settings", "blue"]
    assert json.loads(get("-o", "json"))["data"] == {"color": "blue", "size": "3"}
    assert "color: blue" in get("-o", "yaml")
    assert "settings" in control_plane.kubectl("get", "cm", "-A", "-l", "app=shop", "--chunk-size=1")
    assert "settings" not in control_plane.kubectl("get", "cm", "-A", "-l", "app!=shop,app")
    assert control_plane.kubectl("get", "cm", "--field-selector", "metadata.name=settings", "-o", "name", namespace=space) == "configmap/settings\n"


def test_describe_shows_events_section(control_plane, space):
    control_plane.kubectl("create", "-f", "-", stdin=CONFIG_MAP, namespace=space)
    text = control_plane.kubectl("describe", "configmap", "settings", namespace=space)
    assert "color:" in text and "Events:" in text


def test_apply_diff_and_replace(control_plane, space):
    apply = lambda text, *args: control_plane.kubectl("apply", *args, "-f", "-", stdin=text, namespace=space)
    assert apply(CONFIG_MAP) == "configmap/settings created\n"
    assert apply(CONFIG_MAP) == "configmap/settings unchanged\n"
    changed = CONFIG_MAP.replace("blue", "red").replace(', size: "3"', "")
    difference = control_plane.kubectl_result("diff", "-f", "-", stdin=changed, namespace=space)
    assert difference.returncode == 1 and re.search(r"^\+ +color: red", difference.stdout, re.M), difference.stderr
    assert apply(changed) == "configmap/settings configured\n"
    assert control_plane.get("cm", "settings", namespace=space)["data"] == {"color": "red"}
    control_plane.kubectl("replace", "-f", "-", stdin=CONFIG_MAP, namespace=space)
    assert control_plane.get("cm", "settings", namespace=space)["data"]["color"] == "blue"


def test_server_side_apply_conflicts(control_plane, space):
    control_plane.kubectl("apply", "--server-side", "-f", "-", stdin=CONFIG_MAP, namespace=space)
    rival = ["apply", "--server-side", "--field-manager=rival", "-f", "-"]
    conflict = control_plane.kubectl_result(*rival, stdin=CONFIG_MAP.replace("blue", "green"), namespace=space)
    assert conflict.returncode == 1 and 'conflict with "kubectl"' in conflict.stderr and ".data.color" in conflict.stderr
    control_plane.kubectl(*rival, "--force-conflicts", stdin=CONFIG_MAP.replace("blue", "green"), namespace=space)
    assert control_plane.get("cm", "settings", namespace=space)["data"]["color"] == "green"


def test_patches_of_every_type(control_plane, space):
    control_plane.kubectl("create", "-f", "-", stdin=DEPLOYMENT, namespace=space)
    patch = lambda kind, text: control_plane.kubectl("patch", "deployment", "web", "--type", kind, "-p", text, namespace=space)
    patch("strategic", '{"spec":{"template":{"spec":{"containers":[{"name":"side","image":"registry.example/side:1"}]}}}}')
    patch("merge", '{"metadata":{"labels":{"tier":"front"}}}')
    patch("json", '[{"op":"replace","path":"/spec/replicas","value":1}]')
    deployment = control_plane.get("deployment", "web", namespace=space)
    assert {c["name"] for c in deployment["spec"]["template"]["spec"]["containers"]} == {"web", "side"}
    assert deployment["metadata"]["labels"]["tier"] == "front" and deployment["spec"]["replicas"] == 1


def test_label_annotate_set_and_edit(control_plane, space):
    control_plane.kubectl("create", "-f", "-", stdin=DEPLOYMENT, namespace=space)
    on = lambda *args: control_plane.kubectl(*args, namespace=space)
    on("label", "deployment/web", "tier=front")
    on("label", "deployment/web", "tier-")
    on("annotate", "deployment/web", "note=hello")
    on("set", "image", "deployment/web", "web=registry.example/web:2")
    on("set", "env", "deployment/web", "MODE=fast")
    on("set", "resources", "deployment/web", "--requests=cpu=10m")
    result = subprocess.run(
        [*map(str, edit_command(control_plane, space))], capture_output=True, text=True, timeout=60,
        env={"KUBE_EDITOR": "sed -i s/hello/edited/", "PATH": "/usr/bin:/bin", "HOME": "/tmp"})
    assert result.returncode == 0, result.stderr
    deployment = control_plane.get("deployment", "web", namespace=space)
    container = deployment["spec"]["template"]["spec"]["containers"][0]
    assert container["image"] == "registry.example/web:2" and container["env"] == [{"name": "MODE", "value": "fast"}]
    assert container["resources"]["requests"] == {"cpu": "10m"} and deployment["metadata"]["annotations"]["note"] == "edited"
    assert "tier" not in deployment["metadata"]["labels"]


def edit_command(cluster, namespace):
    from conftest import KUBECTL
    return [KUBECTL, "--kubeconfig", cluster.kubeconfig, "-n", namespace, "edit", "deployment/web"]


def test_deployment_makes_replica_sets_and_pods(control_plane, space):
    control_plane.kubectl("create", "-f", "-", stdin=DEPLOYMENT, namespace=space)
    pods = lambda: control_plane.get("pods", "-l", "app=web", namespace=space)["items"]
    eventually(lambda: len(pods()) == 2, what="two pods")
    control_plane.kubectl("scale", "deployment/web", "--replicas=4", namespace=space)
    eventually(lambda: len(pods()) == 4, what="four pods")
    control_plane.kubectl("delete", "deployment", "web", namespace=space)
    eventually(lambda: not pods(), what="no pods")


def test_pods_wait_for_a_node_and_say_why(control_plane, space):
    control_plane.kubectl("run", "lonely", "--image=registry.example/app", namespace=space)
    message = eventually(lambda: control_plane.kubectl(
        "get", "events", "--field-selector", "reason=FailedScheduling", "-o", "jsonpath={.items[*].message}", namespace=space))
    assert "no nodes available to schedule pods" in message
    assert "Pending" in control_plane.kubectl("get", "pod", "lonely", namespace=space)


def test_delete_with_every_propagation(control_plane, space):
    replica_sets = lambda: control_plane.get("rs", "-l", "app=web", namespace=space)["items"]
    for policy in ("background", "foreground"):
        control_plane.kubectl("create", "-f", "-", stdin=DEPLOYMENT, namespace=space)
        eventually(replica_sets, what="a replica set")
        control_plane.kubectl("delete", "deployment", "web", f"--cascade={policy}", namespace=space)
        eventually(lambda: not replica_sets(), what="no replica set")
    control_plane.kubectl("create", "-f", "-", stdin=DEPLOYMENT, namespace=space)
    eventually(replica_sets, what="a replica set")
    control_plane.kubectl("delete", "deployment", "web", "--cascade=orphan", namespace=space)
    (orphan,) = replica_sets()
    assert "ownerReferences" not in orphan["metadata"]


def test_watch_sees_changes(control_plane, space):
    watch = control_plane.popen("get", "configmaps", "-n", space, "--watch-only", "--no-headers", stdout=subprocess.PIPE)
    try:
        # Written again until the watch, whose start cannot be seen from outside, has told of it.
        lines = []
        import threading
        reader = threading.Thread(target=lambda: lines.extend(iter(watch.stdout.readline, "")), daemon=True)
        reader.start()
        count = iter(range(10**6))
        def told():
            control_plane.kubectl("create", "configmap", f"seen-{next(count)}", namespace=space)
            return any("seen-" in line for line in lines)
        eventually(told, what="the watch")
    finally:
        watch.kill()
        watch.wait()


def test_wait_and_namespaces_end(control_plane):
    control_plane.kubectl("create", "namespace", "passing")
    control_plane.kubectl("create", "configmap", "inside", namespace="passing")
    control_plane.kubectl("wait", "namespace/passing", "--for=jsonpath={.status.phase}=Active", "--timeout=20s")
    control_plane.kubectl("delete", "namespace", "passing", "--timeout=60s")
    assert "NotFound" in control_plane.kubectl_result("get", "namespace", "passing").stderr


def test_bad_input_is_explained(control_plane, space):
    refused = control_plane.kubectl_result("create", "-f", "-", stdin=CONFIG_MAP.replace("data:", "dataa:"), namespace=space)
    assert refused.returncode == 1 and 'unknown field "dataa"' in refused.stderr
    refused = control_plane.kubectl_result("create", "configmap", "Not_A_Name", namespace=space)
    assert "a lowercase RFC 1123 subdomain" in refused.stderr
    control_plane.kubectl("create", "configmap", "twice", namespace=space)
    assert "AlreadyExists" in control_plane.kubectl_result("create", "configmap", "twice", namespace=space).stderr
    refused = control_plane.kubectl_result("create", "-f", "-", stdin=DEPLOYMENT.replace("app: web}}\n  template", "app: other}}\n  template"), namespace=space)
    assert "`selector` does not match template `labels`" in refused.stderr


def test_rights_are_checked(control_plane, space):
    control_plane.kubectl("create", "serviceaccount", "reader", namespace=space)
    control_plane.kubectl("create", "role", "reader", "--verb=get,list", "--resource=configmaps", namespace=space)
    control_plane.kubectl("create", "rolebinding", "reader", "--role=reader", f"--serviceaccount={space}:reader", namespace=space)
    token = control_plane.kubectl("create", "token", "reader", namespace=space).strip()
    # --token alone would be outvoted by the admin's certificate: a kubeconfig without it.
    config = json.loads(control_plane.kubectl("config", "view", "--raw", "-o", "json"))
    config["users"][0]["user"] = {"token": token}
    path = control_plane.data_dir / "reader.json"
    path.write_text(json.dumps(config))
    reader = lambda *args: control_plane.kubectl_result("--kubeconfig", str(path), *args, namespace=space)
    eventually(lambda: reader("get", "configmaps").returncode == 0, what="the reader's rights")
    refused = reader("get", "secrets")
    assert 'User "system:serviceaccount:' in refused.stderr and 'cannot list resource "secrets"' in refused.stderr


def test_kill_loses_nothing_acknowledged(control_plane, space):
    import os, signal
    for number in range(20):
        control_plane.kubectl("create", "configmap", f"kept-{number}", namespace=space)
    os.kill(control_plane.server_pid(), signal.SIGKILL)
    control_plane.start()
    names = control_plane.kubectl("get", "configmaps", "-o", "name", namespace=space).split()
    assert {f"configmap/kept-{number}" for number in range(20)} <= set(names)


def test_start_twice_and_status(control_plane):
    assert "runs already" in control_plane.start().stdout
    assert "ready" in control_plane.martlet("status").stdout
