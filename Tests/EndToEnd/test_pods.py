"""What a pod's specification asks for, seen in its containers."""
import json

from conftest import eventually
from manifests import SHELL


def test_configuration_reaches_containers(node_space):
    node_space("create", "configmap", "settings", "--from-literal=color=blue")
    node_space("create", "secret", "generic", "keys", "--from-literal=token=hush")
    node_space.run_ready(SHELL + """
      env:
        - {name: COLOR, valueFrom: {configMapKeyRef: {name: settings, key: color}}}
        - {name: TOKEN, valueFrom: {secretKeyRef: {name: keys, key: token}}}
        - {name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
        - {name: JOINED, value: "$(COLOR)-$(TOKEN)"}
      envFrom: [{prefix: ALL_, configMapRef: {name: settings}}]
      volumeMounts:
        - {name: settings, mountPath: /settings}
        - {name: scratch, mountPath: /scratch}
        - {name: about, mountPath: /about}
  volumes:
    - {name: settings, configMap: {name: settings}}
    - {name: scratch, emptyDir: {medium: Memory}}
    - {name: about, downwardAPI: {items: [{path: labels, fieldRef: {fieldPath: metadata.labels}}]}}
""", "shell")
    run = lambda script: node_space("exec", "shell", "--", "sh", "-c", script)
    address = node_space.get("pod", "shell")["status"]["podIP"]
    assert run("echo $COLOR $TOKEN $JOINED $ALL_color $POD_IP").split() == ["blue", "hush", "blue-hush", "blue", address]
    assert run("cat /settings/color /about/labels") == 'blueapp="shell"' and "tmpfs" in run("grep ' /scratch ' /proc/mounts")
    assert run("cat /var/run/secrets/kubernetes.io/serviceaccount/token").count(".") == 2
    assert run("cat /var/run/secrets/kubernetes.io/serviceaccount/namespace") == node_space.name
    node_space("patch", "configmap", "settings", "-p", '{"data":{"color":"red"}}')
    # Volumes follow within a minute or so; a change to the pod's own metadata brings them up to date at once.
    node_space("label", "pod", "shell", "tier=front")
    eventually(lambda: run("cat /settings/color") == "red", timeout=10, what="the new value in the volume")
    eventually(lambda: 'tier="front"' in run("cat /about/labels"), timeout=10, what="the label in the volume")


def test_a_pod_talks_to_the_api_server(node_space):
    node_space("create", "rolebinding", "viewer", "--clusterrole=view", f"--serviceaccount={node_space.name}:default")
    node_space.run_ready(SHELL, "shell")
    at = "/var/run/secrets/kubernetes.io/serviceaccount"
    script = (f"wget -qO- --no-check-certificate --header \"Authorization: Bearer $(cat {at}/token)\" "
              f"https://kubernetes.default.svc/api/v1/namespaces/$(cat {at}/namespace)/pods")
    pods = json.loads(node_space("exec", "shell", "--", "sh", "-c", script))
    assert pods["kind"] == "PodList" and pods["items"][0]["metadata"]["name"] == "shell"


def test_init_and_sidecar_containers(node_space):
    node_space.run_ready(SHELL + """
      volumeMounts: [{name: shared, mountPath: /shared}]
  initContainers:
    - name: first
      image: martlet/busybox:1
      command: ["sh", "-c", "echo first >> /shared/order"]
      volumeMounts: [{name: shared, mountPath: /shared}]
    - name: beside
      image: martlet/busybox:1
      restartPolicy: Always
      command: ["sh", "-c", "echo beside >> /shared/order; trap 'exit 0' TERM; while true; do sleep 0.2; done"]
      startupProbe: {exec: {command: ["grep", "beside", "/shared/order"]}, periodSeconds: 1}
      volumeMounts: [{name: shared, mountPath: /shared}]
  volumes: [{name: shared, emptyDir: {}}]
""", "shell")
    assert node_space("exec", "shell", "-c", "main", "--", "cat", "/shared/order") == "first\nbeside\n"
    assert "2/2" in node_space("get", "pod", "shell")


def test_probes_decide_readiness_and_restarts(node_space):
    node_space.run_ready(SHELL + """
      readinessProbe: {exec: {command: ["test", "!", "-e", "/tmp/unready"]}, periodSeconds: 1, failureThreshold: 1}
      livenessProbe: {exec: {command: ["test", "!", "-e", "/tmp/dead"]}, periodSeconds: 1, failureThreshold: 1}
""", "shell")
    node_space("exec", "shell", "--", "touch", "/tmp/unready")
    node_space("wait", "pod/shell", "--for=condition=Ready=false", "--timeout=20s")
    node_space("exec", "shell", "--", "touch", "/tmp/dead")
    eventually(lambda: node_space.get("pod", "shell")["status"]["containerStatuses"][0]["restartCount"] == 1, timeout=40, what="a restart")
    events = node_space("events", "--for", "pod/shell")
    assert "Readiness probe failed" in events and "Liveness probe failed" in events


def test_who_a_container_runs_as(node_space):
    node_space.run_ready(SHELL + """
      securityContext: {runAsUser: 1000, runAsGroup: 2000, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
      resources: {limits: {memory: 64Mi}, requests: {cpu: 20m}}
      volumeMounts: [{name: data, mountPath: /data}]
  securityContext: {fsGroup: 3000}
  volumes: [{name: data, emptyDir: {}}]
""", "shell")
    run = lambda script: node_space("exec", "shell", "--", "sh", "-c", script)
    assert run("id -u; id -g; id -G").split() == ["1000", "2000", "2000", "3000"]
    assert run("touch /data/mine && stat -c %g /data/mine") == "3000\n"
    assert run("grep CapEff /proc/self/status").split()[1] == "0" * 16
    assert "Read-only file system" in node_space.refused("exec", "shell", "--", "touch", "/mine")
    assert run("cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null || true") == f"{64 << 20}\n"
    assert node_space.get("pod", "shell")["status"]["qosClass"] == "Burstable"


def test_out_of_memory_is_told(node_space):
    node_space.apply(SHELL.replace("echo started; trap 'exit 0' TERM; while true; do sleep 0.2; done", "tail /dev/zero") + """
      resources: {limits: {memory: 16Mi}}
  restartPolicy: Never
""")
    status = eventually(lambda: (s := node_space.get("pod", "shell")["status"])["phase"] == "Failed" and s, what="the end")
    ended = status["containerStatuses"][0]["state"]["terminated"]
    assert ended["reason"] == "OOMKilled" and ended["exitCode"] == 137


def test_an_image_that_is_not_there(node_space):
    node_space("run", "ghost", "--image=registry.invalid/ghost:1")
    waiting = lambda: [s["state"].get("waiting", {}).get("reason") for s in node_space.get("pod", "ghost")["status"].get("containerStatuses", [])]
    eventually(lambda: waiting() and waiting()[0] in ("ErrImagePull", "ImagePullBackOff"), what="ErrImagePull")
    eventually(lambda: 'Failed to pull image "registry.invalid/ghost:1"' in node_space("describe", "pod", "ghost"), what="the event")


def test_a_command_that_is_not_there(node_space):
    node_space("run", "broken", "--image=martlet/busybox:1", "--command", "--", "no-such-program")
    told = lambda: json.dumps(node_space.get("pod", "broken")["status"].get("containerStatuses", []))
    eventually(lambda: "no-such-program" in told() and "RunContainerError" in told() or "CrashLoopBackOff" in told(), what="the container's error")
