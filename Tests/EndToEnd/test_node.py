"""Real pods on a real node, driven by kubectl."""
import json
import os
import re
import subprocess
import time

import pytest

from conftest import eventually

SHELL = """
apiVersion: v1
kind: Pod
metadata: {name: shell, labels: {app: shell}}
spec:
  terminationGracePeriodSeconds: 1
  containers:
    - name: main
      image: martlet/busybox:1
      command: ["sh", "-c", "echo started; trap 'exit 0' TERM; while true; do sleep 0.2; done"]
"""


def run_shell(cluster, namespace, text=SHELL):
    cluster.kubectl("apply", "-f", "-", stdin=text, namespace=namespace)
    cluster.kubectl("wait", "pod/shell", "--for=condition=Ready", "--timeout=60s", namespace=namespace)


def processes(pattern):
    """The ids of the processes whose command line matches."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            line = open(f"/proc/{pid}/cmdline").read().replace("\0", " ")
        except OSError:
            continue
        if re.search(pattern, line):
            found.append(int(pid))
    return found


def test_node_is_ready(cluster):
    (node,) = cluster.get("nodes")["items"]
    conditions = {c["type"]: c["status"] for c in node["status"]["conditions"]}
    assert conditions["Ready"] == "True" and conditions["MemoryPressure"] == "False"
    assert int(node["status"]["capacity"]["pods"]) > 0 and node["status"]["nodeInfo"]["containerRuntimeVersion"].startswith("containerd://")
    assert "Ready" in cluster.kubectl("describe", "node")


def test_run_logs_exec_delete(cluster, namespace):
    run_shell(cluster, namespace)
    kubectl = lambda *args, **options: cluster.kubectl(*args, namespace=namespace, **options)
    assert kubectl("logs", "shell") == "started\n"
    assert kubectl("logs", "-l", "app=shell", "--tail=1", "--since=1h").endswith("started\n")
    assert kubectl("exec", "shell", "--", "cat", "/etc/hostname") == "shell\n"
    assert kubectl("exec", "-i", "shell", "--", "cat", stdin="through\n") == "through\n"
    failed = cluster.kubectl_result("exec", "shell", "--", "sh", "-c", "echo problem >&2; exit 7", namespace=namespace)
    assert failed.returncode == 7 and "problem" in failed.stderr
    (pid,) = processes(r"^sh -c echo started")
    kubectl("delete", "pod", "shell", "--timeout=30s")
    assert not os.path.exists(f"/proc/{pid}")


def test_exec_with_a_terminal(cluster, namespace):
    run_shell(cluster, namespace)
    command = ["script", "-qec", f"{cluster_command(cluster, namespace)} exec -it shell -- sh -c 'tty; stty size; echo done'", "/dev/null"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=30, stdin=subprocess.DEVNULL)
    assert "/dev/pts/" in result.stdout and "done" in result.stdout, result.stdout + result.stderr


def cluster_command(cluster, namespace):
    from conftest import KUBECTL
    return f"{KUBECTL} --kubeconfig {cluster.kubeconfig} -n {namespace}"


def test_attach_and_cp(cluster, namespace, tmp_path):
    run_shell(cluster, namespace, SHELL.replace("while true; do sleep 0.2; done", "while read line; do echo got $line; done")
              .replace("image:", "stdin: true\n      image:"))
    attached = cluster.kubectl("attach", "-i", "shell", stdin="word\n", namespace=namespace)
    assert "got word" in attached + cluster.kubectl("logs", "shell", namespace=namespace)
    run = "copier"
    cluster.kubectl("run", run, "--image=martlet/busybox:1", "--restart=Never", "--command", "--", "sleep", "600", namespace=namespace)
    cluster.kubectl("wait", f"pod/{run}", "--for=condition=Ready", "--timeout=60s", namespace=namespace)
    source = tmp_path / "data.txt"
    source.write_text("content\n")
    cluster.kubectl("cp", str(source), f"{run}:/tmp/data.txt", namespace=namespace)
    assert cluster.kubectl("exec", run, "--", "cat", "/tmp/data.txt", namespace=namespace) == "content\n"
    cluster.kubectl("cp", f"{run}:/tmp/data.txt", str(tmp_path / "back.txt"), namespace=namespace)
    assert (tmp_path / "back.txt").read_text() == "content\n"


def test_previous_logs_and_restart(cluster, namespace):
    cluster.kubectl("apply", "-f", "-", namespace=namespace, stdin=SHELL.replace(
        "echo started; trap 'exit 0' TERM; while true; do sleep 0.2; done", "echo attempt; sleep 1; exit 3"))
    def restarted():
        (status,) = cluster.get("pod", "shell", namespace=namespace)["status"].get("containerStatuses", [None]) or [None]
        return status and status["restartCount"] >= 1 and status
    status = eventually(restarted, timeout=60, what="a restart")
    assert status["lastState"]["terminated"]["exitCode"] == 3
    assert cluster.kubectl("logs", "shell", "--previous", namespace=namespace) == "attempt\n"


def test_follow_logs(cluster, namespace):
    run_shell(cluster, namespace, SHELL.replace("while true; do sleep 0.2", "n=0; while true; do n=$((n+1)); echo line $n; sleep 0.2"))
    follower = cluster.popen("logs", "-f", "shell", "-n", namespace, stdout=subprocess.PIPE)
    try:
        lines = [follower.stdout.readline() for _ in range(5)]
        assert lines[0] == "started\n" and lines[4] == "line 4\n"
    finally:
        follower.kill()
        follower.wait()


def test_configuration_reaches_containers(cluster, namespace):
    kubectl = lambda *args, **options: cluster.kubectl(*args, namespace=namespace, **options)
    kubectl("create", "configmap", "settings", "--from-literal=color=blue")
    kubectl("create", "secret", "generic", "keys", "--from-literal=token=hush")
    run_shell(cluster, namespace, SHELL + """
      env:
        - {name: COLOR, valueFrom: {configMapKeyRef: {name: settings, key: color}}}
        - {name: TOKEN, valueFrom: {secretKeyRef: {name: keys, key: token}}}
        - {name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
        - {name: JOINED, value: "$(COLOR)-$(TOKEN)"}
      volumeMounts:
        - {name: settings, mountPath: /settings}
        - {name: scratch, mountPath: /scratch}
  volumes:
    - {name: settings, configMap: {name: settings}}
    - {name: scratch, emptyDir: {medium: Memory}}
""")
    assert kubectl("exec", "shell", "--", "sh", "-c", "echo $COLOR $TOKEN $JOINED; cat /settings/color; echo $POD_IP").split() == [
        "blue", "hush", "blue-hush", "blue" + cluster.get("pod", "shell", namespace=namespace)["status"]["podIP"]]
    assert "tmpfs" in kubectl("exec", "shell", "--", "grep", " /scratch ", "/proc/mounts")
    token = kubectl("exec", "shell", "--", "cat", "/var/run/secrets/kubernetes.io/serviceaccount/token")
    assert token.count(".") == 2
    kubectl("create", "configmap", "settings", "--from-literal=color=red", "--dry-run=client", "-o", "yaml")
    kubectl("patch", "configmap", "settings", "-p", '{"data":{"color":"red"}}')
    eventually(lambda: kubectl("exec", "shell", "--", "cat", "/settings/color") == "red", timeout=100, what="the new value in the volume")


def test_probes_decide_readiness_and_restarts(cluster, namespace):
    run_shell(cluster, namespace, SHELL + """
      readinessProbe: {exec: {command: ["test", "!", "-e", "/tmp/unready"]}, periodSeconds: 1, failureThreshold: 1}
      livenessProbe: {exec: {command: ["test", "!", "-e", "/tmp/dead"]}, periodSeconds: 1, failureThreshold: 1}
""")
    cluster.kubectl("exec", "shell", "--", "touch", "/tmp/unready", namespace=namespace)
    cluster.kubectl("wait", "pod/shell", "--for=condition=Ready=false", "--timeout=20s", namespace=namespace)
    cluster.kubectl("exec", "shell", "--", "touch", "/tmp/dead", namespace=namespace)
    eventually(lambda: cluster.get("pod", "shell", namespace=namespace)["status"]["containerStatuses"][0]["restartCount"] == 1, timeout=40)
    events = cluster.kubectl("events", "--for", "pod/shell", namespace=namespace)
    assert "Readiness probe failed" in events and "Liveness probe failed" in events


def test_an_image_that_is_not_there_is_said_on_the_pod(cluster, namespace):
    cluster.kubectl("run", "ghost", "--image=registry.invalid/ghost:1", namespace=namespace)
    def waiting():
        statuses = cluster.get("pod", "ghost", namespace=namespace)["status"].get("containerStatuses", [])
        return statuses and statuses[0]["state"].get("waiting", {}).get("reason") in ("ErrImagePull", "ImagePullBackOff")
    eventually(waiting, timeout=60, what="ErrImagePull")
    assert "Failed to pull image" in eventually(lambda: cluster.kubectl("describe", "pod", "ghost", namespace=namespace))


def test_a_command_that_is_not_there_is_said_on_the_pod(cluster, namespace):
    cluster.kubectl("run", "broken", "--image=martlet/busybox:1", "--command", "--", "no-such-program", namespace=namespace)
    def failed():
        statuses = cluster.get("pod", "broken", namespace=namespace)["status"].get("containerStatuses", [])
        return statuses and json.dumps(statuses[0])
    eventually(lambda: "no-such-program" in (failed() or ""), timeout=60, what="the container's error")


def test_port_forward(cluster, namespace):
    cluster.kubectl("run", "server", "--image=martlet/busybox:1", "--port=8080", "--command", "--",
                    "sh", "-c", "mkdir /www; echo forwarded > /www/index.html; exec httpd -f -p 8080 -h /www", namespace=namespace)
    cluster.kubectl("wait", "pod/server", "--for=condition=Ready", "--timeout=60s", namespace=namespace)
    forward = cluster.popen("port-forward", "pod/server", "-n", namespace, ":8080", stdout=subprocess.PIPE)
    try:
        port = int(re.search(r"127\.0\.0\.1:(\d+)", forward.stdout.readline()).group(1))
        result = subprocess.run(["curl", "-fsS", f"http://127.0.0.1:{port}/"], capture_output=True, text=True, timeout=20)
        assert result.stdout == "forwarded\n", result.stderr
    finally:
        forward.kill()
        forward.wait()


def test_containers_survive_a_killed_server(cluster, namespace):
    run_shell(cluster, namespace)
    (pid,) = processes(r"^sh -c echo started")
    os.kill(cluster.server_pid(), 9)
    assert os.path.exists(f"/proc/{pid}")
    cluster.start()
    cluster.kubectl("wait", "pod/shell", "--for=condition=Ready", "--timeout=60s", namespace=namespace)
    assert processes(r"^sh -c echo started") == [pid]
    assert cluster.get("pod", "shell", namespace=namespace)["status"]["containerStatuses"][0]["restartCount"] == 0
    assert cluster.kubectl("exec", "shell", "--", "echo", "adopted", namespace=namespace) == "adopted\n"


def test_debug_adds_a_container(cluster, namespace):
    run_shell(cluster, namespace)
    cluster.kubectl("debug", "shell", "--image=martlet/busybox:1", "-c", "helper", "--", "sh", "-c", "echo helping", namespace=namespace)
    eventually(lambda: "helping" in cluster.kubectl("logs", "shell", "-c", "helper", check=False, namespace=namespace), timeout=40)


def test_cordon_drain_uncordon_and_taint(cluster, namespace):
    node = cluster.get("nodes")["items"][0]["metadata"]["name"]
    cluster.kubectl("create", "deployment", "drained", "--image=martlet/busybox:1", "--", "sleep", "600", namespace=namespace)
    cluster.kubectl("rollout", "status", "deployment/drained", "--timeout=60s", namespace=namespace)
    try:
        cluster.kubectl("drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--force",
                        "--pod-selector=app=drained", "--timeout=90s", timeout=100)
        assert "SchedulingDisabled" in cluster.kubectl("get", "node", node)
        eventually(lambda: "Pending" in cluster.kubectl("get", "pods", namespace=namespace))
    finally:
        cluster.kubectl("uncordon", node)
    cluster.kubectl("rollout", "status", "deployment/drained", "--timeout=60s", namespace=namespace)
    cluster.kubectl("taint", "node", node, "trial=yes:PreferNoSchedule")
    cluster.kubectl("taint", "node", node, "trial-")
