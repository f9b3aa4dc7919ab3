"""kubectl run."""
from conftest import eventually


def test_what_it_makes(space):
    assert space("run", "app", "--image=registry.example/app", "--env=MODE=fast", "--labels=tier=front", "--port=80",
                 "--", "serve", "--fast") == "pod/app created\n"
    pod = space.get("pod", "app")
    (container,) = pod["spec"]["containers"]
    assert pod["metadata"]["labels"] == {"tier": "front"} and pod["spec"]["restartPolicy"] == "Always"
    assert container["args"] == ["serve", "--fast"] and container["env"] == [{"name": "MODE", "value": "fast"}]
    assert "kube-api-access-" in container["volumeMounts"][0]["name"] and pod["status"]["phase"] == "Pending"
    overrides = '{"spec":{"nodeSelector":{"disk":"fast"}}}'
    assert '"nodeSelector"' in space("run", "two", "--image=x", "--dry-run=server", "-o", "json", f"--overrides={overrides}")


def test_a_pod_that_runs_to_its_end(node_space):
    node_space("run", "once", "--image=martlet/busybox:1", "--restart=Never", "--", "sh", "-c", "echo one; exit 3")
    pod = eventually(lambda: (p := node_space.get("pod", "once"))["status"]["phase"] == "Failed" and p, what="the end")
    assert pod["status"]["containerStatuses"][0]["state"]["terminated"]["exitCode"] == 3
    assert node_space("logs", "once") == "one\n"


def test_attached_and_removed(node_space):
    result = node_space.result("run", "talker", "--image=martlet/busybox:1", "--restart=Never", "-i", "--rm", "--", "cat", stdin="through\n")
    assert result.returncode == 0 and "through" in result.stdout and 'pod "talker" deleted' in result.stdout, result
    assert "NotFound" in node_space.refused("get", "pod", "talker")
