"""What the node agent does for pods beyond running them: images, volumes, limits, rules of containers."""
import json

from conftest import ROOT, eventually
from manifests import SHELL
from registry import PASSWORD, USER, Registry


def container(space, name="main"):
    statuses = space.get("pod", "shell")["status"].get("containerStatuses", [])
    return next((status for status in statuses if status["name"] == name), {})


def test_a_pull_secret_opens_a_private_registry(node_space):
    with Registry(ROOT / "examples" / "images" / "busybox.tar") as registry:
        private = SHELL.replace("martlet/busybox:1", registry.image)
        node_space.apply(private)
        waiting = lambda: container(node_space).get("state", {}).get("waiting", {})
        eventually(lambda: waiting().get("reason") in ("ErrImagePull", "ImagePullBackOff"), what="the refusal")
        assert "401" in waiting()["message"] or "authorization" in waiting()["message"]
        node_space("delete", "pod", "shell", "--now")
        node_space("create", "secret", "docker-registry", "login", f"--docker-server={registry.host}",
                   f"--docker-username={USER}", f"--docker-password={PASSWORD}")
        node_space.run_ready(private.replace("spec:\n", "spec:\n  imagePullSecrets: [{name: login}]\n", 1), "shell")
        eventually(lambda: "Successfully pulled image" in node_space("events", "--for", "pod/shell"), what="the event")
        # That it is here now is no reason to give it to those who could not pull it.
        stranger = private.replace("name: shell,", "name: stranger,").replace("image:", "imagePullPolicy: IfNotPresent\n      image:")
        node_space.apply(stranger)
        state = lambda: node_space.get("pod", "stranger")["status"].get("containerStatuses", [{}])[0].get("state", {}).get("waiting", {})
        eventually(lambda: state().get("reason") in ("ErrImagePull", "ImagePullBackOff"), what="the refusal of a stranger")
        own = stranger.replace("name: stranger,", "name: friend,").replace("spec:\n", "spec:\n  imagePullSecrets: [{name: login}]\n", 1)
        node_space.run_ready(own, "friend")
        assert "can be accessed by the pod" in node_space("events", "--for", "pod/friend")


def test_an_image_as_a_volume_and_a_read_only_tree(node_space):
    node_space.run_ready(SHELL + """
      volumeMounts:
        - {name: files, mountPath: /files}
        - {name: tree, mountPath: /tree, readOnly: true, recursiveReadOnly: Enabled}
  volumes:
    - {name: files, image: {reference: "martlet/busybox:1", pullPolicy: IfNotPresent}}
    - {name: tree, hostPath: {path: /dev}}
""", "shell")
    assert "busybox" in node_space("exec", "shell", "--", "ls", "/files/bin")
    assert "Read-only" in node_space.refused("exec", "shell", "--", "touch", "/files/x")
    # /dev/shm is a mount of its own below /dev.
    assert "Read-only" in node_space.refused("exec", "shell", "--", "touch", "/tree/shm/x")
    mounts = {mount["name"]: mount for mount in container(node_space)["volumeMounts"]}
    assert mounts["tree"]["recursiveReadOnly"] == "Enabled"


def test_variables_from_a_file(node_space):
    node_space.run_ready(SHELL + """
      env: [{name: COLOR, valueFrom: {fileKeyRef: {volumeName: shared, path: made.env, key: COLOR}}}]
  initContainers:
    - name: maker
      image: martlet/busybox:1
      command: ["sh", "-c", "echo \\"COLOR='deep blue'\\" > /shared/made.env"]
      volumeMounts: [{name: shared, mountPath: /shared}]
  volumes: [{name: shared, emptyDir: {}}]
""", "shell")
    assert node_space("exec", "shell", "--", "sh", "-c", "echo $COLOR") == "deep blue\n"


def test_a_pod_that_writes_too_much_is_ended(node_space):
    node_space.run_ready(SHELL + """
      volumeMounts: [{name: small, mountPath: /small}]
  volumes: [{name: small, emptyDir: {sizeLimit: 1Mi}}]
""", "shell")
    node_space("exec", "shell", "--", "dd", "if=/dev/zero", "of=/small/file", "bs=1M", "count=3")
    eventually(lambda: node_space.get("pod", "shell")["status"].get("reason") == "Evicted", timeout=60, what="the eviction")
    assert 'Usage of EmptyDir volume "small" exceeds the limit "1Mi"' in node_space.get("pod", "shell")["status"]["message"]


def test_a_rule_starts_the_whole_pod_anew(node_space):
    node_space.apply("""
apiVersion: v1
kind: Pod
metadata: {name: shell}
spec:
  restartPolicy: Never
  terminationGracePeriodSeconds: 1
  volumes: [{name: shared, emptyDir: {}}]
  containers:
    - name: main
      image: martlet/busybox:1
      command: ["sh", "-c", "[ -e /shared/again ] && exec sleep 1000; touch /shared/again; exit 42"]
      restartPolicy: Never
      restartPolicyRules: [{action: RestartAllContainers, exitCodes: {operator: In, values: [42]}}]
      volumeMounts: [{name: shared, mountPath: /shared}]
    - {name: other, image: "martlet/busybox:1", command: ["sleep", "1000"]}
""")
    for name in ("main", "other"):
        eventually(lambda: container(node_space, name).get("restartCount") == 1 and container(node_space, name)["ready"],
                   timeout=60, what=f"the restart of {name}")


def test_resources_of_the_whole_pod(node_space):
    node_space.run_ready(SHELL.replace("spec:\n", "spec:\n  resources: {requests: {memory: 64Mi}, limits: {cpu: 300m, memory: 64Mi}}\n", 1), "shell")
    limit = node_space("exec", "shell", "--", "sh", "-c", "cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null; true")
    assert limit.strip() == str(64 << 20)
    assert node_space.get("pod", "shell")["status"]["resources"]["limits"] == {"cpu": "300m", "memory": "64Mi"}


def test_what_the_node_cannot_do_is_named(node_space):
    node_space.apply(SHELL.replace("spec:\n", "spec:\n  hostUsers: false\n", 1))
    eventually(lambda: "user namespaces are not supported" in node_space("events", "--for", "pod/shell"), what="the event")


def test_a_runtime_class_that_is_not_there(node_space):
    refused = node_space.result("apply", "-f", "-", stdin=SHELL.replace("spec:\n", "spec:\n  runtimeClassName: none\n", 1))
    assert refused.returncode != 0 and 'RuntimeClass "none" not found' in refused.stderr
