"""Upstream's own components beside ours: its controller-manager, scheduler and kubelet on our API server, ours on its API server.

Their binaries are named by MARTLET_UPSTREAM_KUBE_CONTROLLER_MANAGER, ..._KUBE_SCHEDULER, ..._KUBELET, ..._KUBE_APISERVER and ..._ETCD;
where one is missing the test is skipped. docs/conformance.md tells how they are built.
"""
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile

import pytest

from conftest import MARTLET, Cluster, eventually, free_port
from manifests import SHELL
from test_runtime_endpoint import other_runtime
from upstream import USUAL, Run, binary, certificate, kubeconfig, start_api_server, variable

WORKLOADS = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web:1, resources: {requests: {cpu: 100m}}}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 2, selector: {matchLabels: {app: web}}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 2
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: db:1}]}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {containers: [{name: agent, image: agent:1}]}
---
apiVersion: batch/v1
kind: Job
metadata: {name: sum}
spec:
  completions: 4
  parallelism: 2
  template:
    spec: {restartPolicy: Never, containers: [{name: sum, image: sum:1}]}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: tick}
spec:
  schedule: "* * * * *"
  jobTemplate:
    spec:
      template:
        spec: {restartPolicy: Never, containers: [{name: tick, image: tick:1}]}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: limits}
spec: {hard: {pods: "50"}}
"""

NETWORK = {
    "cniVersion": "0.4.0", "name": "upstream", "plugins": [
        {"type": "bridge", "bridge": "upstream0", "isGateway": True, "ipam": {"type": "host-local", "ranges": [[{"subnet": "10.203.0.0/24"}]]}}]}

KUBELET = """
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
port: {port}
healthzPort: 0
failCgroupV1: false
failSwapOn: false
cgroupDriver: cgroupfs
cgroupRoot: {group}
makeIPTablesUtilChains: false
enforceNodeAllocatable: [pods]
containerRuntimeEndpoint: unix://{socket}
authentication: {{x509: {{clientCAFile: {pki}/ca.crt}}, anonymous: {{enabled: false}}}}
tlsCertFile: {directory}/node.crt
tlsPrivateKeyFile: {directory}/node.key
resolvConf: ""
clusterDomain: cluster.local
evictionHard: {{nodefs.available: 1%, imagefs.available: 1%}}
volumePluginDir: {directory}/plugins
"""

def upstream(name):
    """The binary of upstream's component, or a skip."""
    path = binary(name)
    if not path:
        pytest.skip(f"no upstream {name}: {variable(name)} names none")
    return path


@pytest.fixture
def run(request):
    directory = tempfile.mkdtemp(prefix="martlet-upstream-", dir="/var/lib" if os.geteuid() == 0 else None)
    run = Run(directory)
    yield run
    run.end()
    if request.session.testsfailed:
        for log in sorted(run.directory.glob("*.log")):
            print(f"--- {log.name}\n{log.read_text(errors='replace')[-2500:]}")
    for line in reversed(pathlib.Path("/proc/mounts").read_text().splitlines()):
        if directory in line:
            subprocess.run(["umount", "-l", line.split()[1]], check=True)
    if not os.environ.get("MARTLET_KEEP_LOGS"):
        shutil.rmtree(directory, ignore_errors=True)


def martlet_server(run, *flags):
    """Our API server without a node, and a way to talk to it."""
    cluster = Cluster(f"upstream-{os.getpid()}", run.directory)
    cluster.kubeconfig = cluster.data_dir / "admin.kubeconfig"
    cluster.environment["KUBECONFIG"] = str(cluster.kubeconfig)
    run.start("server", MARTLET, "server", "--name", cluster.name, "--data-dir", cluster.data_dir, "--without-node", "--api-port", free_port(), *flags)
    eventually(lambda: cluster.kubectl_result("get", "--raw", "/readyz").stdout == "ok", what="the API server")
    return cluster


def run_workloads(cluster):
    """Runs one of everything on simulated nodes, changes it and takes it away again."""
    kubectl = lambda *args, **options: cluster.kubectl("-n", "shop", *args, **options)
    get = lambda *args: cluster.get("-n", "shop", *args)
    cluster.kubectl("create", "namespace", "shop")
    kubectl("apply", "-f", "-", stdin=WORKLOADS)
    for each in ("deployment/web", "statefulset/db", "daemonset/agent"):
        kubectl("rollout", "status", each, "--timeout=120s", timeout=130)
    kubectl("wait", "job/sum", "--for=condition=Complete", "--timeout=60s")
    kubectl("wait", "pdb/web", "--for=jsonpath={.status.disruptionsAllowed}=1", "--timeout=30s")
    endpoints = lambda: [each for item in get("endpointslices", "-l", "kubernetes.io/service-name=web")["items"] for each in item["endpoints"] or []]
    eventually(lambda: len(endpoints()) == 3, what="three endpoints")
    eventually(lambda: get("resourcequota", "limits")["status"].get("used", {}).get("pods"), what="the quota's count")
    kubectl("set", "image", "deployment/web", "web=web:2")
    kubectl("rollout", "status", "deployment/web", "--timeout=120s", timeout=130)
    kubectl("rollout", "undo", "deployment/web")
    kubectl("rollout", "status", "deployment/web", "--timeout=120s", timeout=130)
    kubectl("scale", "statefulset/db", "--replicas=1")
    eventually(lambda: len(get("pods", "-l", "app=db")["items"]) == 1, what="one replica")
    ticks = lambda: [job for job in get("jobs")["items"] if job["metadata"]["name"].startswith("tick-") and job["status"].get("succeeded")]
    eventually(ticks, timeout=90, what="a job of the cron job")
    # The garbage collector takes what belonged to the Deployment, the namespace controller the rest.
    kubectl("delete", "deployment", "web", "--cascade=background")
    eventually(lambda: not get("pods,replicasets", "-l", "app=web")["items"], timeout=60, what="the end of the deployment's pods")
    cluster.kubectl("delete", "namespace", "shop", "--timeout=80s")


def test_upstreams_controllers_and_scheduler_on_our_server(run):
    manager, scheduler = upstream("kube-controller-manager"), upstream("kube-scheduler")
    cluster = martlet_server(run, "--without-scheduler", "--controllers=-*")
    pki = cluster.data_dir / "pki"
    run.start(
        "controller-manager", manager, "--kubeconfig", cluster.kubeconfig, "--secure-port=0", "--use-service-account-credentials",
        "--service-account-private-key-file", pki / "service-account.key", "--root-ca-file", pki / "ca.crt",
        "--cluster-signing-cert-file", pki / "ca.crt", "--cluster-signing-key-file", pki / "ca.key",
        "--allocate-node-cidrs", "--cluster-cidr=10.244.0.0/16", "-v=2")
    run.start("scheduler", scheduler, "--kubeconfig", cluster.kubeconfig, "--secure-port=0", "-v=2")
    run.start("hollow", MARTLET, "hollow", "--kubeconfig", cluster.kubeconfig, "--nodes", 5)
    run_workloads(cluster)
    assert run.complaints("controller-manager") == []
    assert run.complaints("scheduler") == []


def test_our_controllers_and_scheduler_on_upstreams_server(run):
    etcd, server = upstream("etcd"), upstream("kube-apiserver")
    cluster = Cluster(f"upstream-{os.getpid()}", run.directory)
    start_api_server(run, etcd, server, cluster.kubeconfig)
    eventually(lambda: cluster.kubectl_result("get", "--raw", "/readyz").stdout == "ok", timeout=90, what="upstream's API server")
    run.start("controller-manager", MARTLET, "controller-manager", "--kubeconfig", cluster.kubeconfig, "--root-ca-file", run.directory / "pki" / "ca.crt")
    run.start("scheduler", MARTLET, "scheduler", "--kubeconfig", cluster.kubeconfig)
    run.start("hollow", MARTLET, "hollow", "--kubeconfig", cluster.kubeconfig, "--nodes", 5)
    run_workloads(cluster)
    for name in ("controller-manager", "scheduler", "hollow"):
        lines = re.findall(r"^.* (?:warning|error|critical) .*$", run.log(name).read_text(), re.MULTILINE)
        assert [line for line in lines if not any(usual in line for usual in USUAL)] == []


@pytest.fixture
def group():
    """A control group of a test's own, in every hierarchy there is; what was made in it is removed."""
    root, name = pathlib.Path("/sys/fs/cgroup"), f"upstream-{os.getpid()}"
    homes = [root] if (root / "cgroup.controllers").exists() else [path for path in root.iterdir() if (path / "cgroup.procs").exists()]
    for home in homes:
        (home / name).mkdir()
        for setting in ("cpuset.cpus", "cpuset.mems"):
            if (home / setting).exists():
                (home / name / setting).write_text((home / setting).read_text())
    yield f"/{name}"
    for home in homes:
        for directory, _, _ in os.walk(home / name, topdown=False):
            for process in pathlib.Path(directory, "cgroup.procs").read_text().split():
                os.kill(int(process), signal.SIGKILL)
            eventually(lambda: removed(directory), what=f"the end of {directory}")


def address_of_this_machine():
    """What this machine would send from; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        return probe.getsockname()[0]


def removed(directory):
    """Whether a control group could be removed: its last process may take a moment to go."""
    try:
        os.rmdir(directory)
        return True
    except OSError:
        return False


def test_upstreams_kubelet_on_our_server(other_runtime, group, run):
    kubelet = upstream("kubelet")
    root, runtime, _ = other_runtime
    (root / "net.d" / "10-upstream.conflist").write_text(json.dumps(NETWORK))
    cluster = martlet_server(run)
    pki = cluster.data_dir / "pki"
    client = certificate(run.directory, "client", "/O=system:nodes/CN=system:node:upstream", pki)
    certificate(run.directory, "node", "/O=system:nodes/CN=system:node:upstream", pki, f"IP:{address_of_this_machine()},DNS:upstream")
    address = re.search(r"server: (\S+)", cluster.kubeconfig.read_text())[1].strip('"')
    config = run.directory / "kubelet.yaml"
    config.write_text(KUBELET.format(port=free_port(), group=group, socket=runtime, pki=pki, directory=run.directory))
    run.start(
        "kubelet", kubelet, "--config", config, "--kubeconfig", kubeconfig(run.directory / "node.kubeconfig", address, pki / "ca.crt", *client),
        "--hostname-override=upstream", "--node-ip", address_of_this_machine(), "--root-dir", run.directory / "kubelet", "--cert-dir", run.directory / "kubelet-pki", "-v=2")
    eventually(lambda: cluster.kubectl_result("get", "node", "upstream").returncode == 0, timeout=90, what="the node")
    cluster.kubectl("wait", "node/upstream", "--for=condition=Ready", "--timeout=80s")
    cluster.kubectl("apply", "-f", "-", stdin=SHELL.replace("terminationGracePeriodSeconds: 2", "terminationGracePeriodSeconds: 2\n  hostNetwork: true"))
    cluster.kubectl("wait", "pod/shell", "--for=condition=Ready", "--timeout=80s")
    assert "started" in cluster.kubectl("logs", "shell")
    assert cluster.kubectl("exec", "shell", "--", "echo", "hello") == "hello\n"
    lease = lambda: cluster.get("-n", "kube-node-lease", "lease", "upstream")["spec"]["renewTime"]
    # Its first comes some time after the node: a kubelet looks every ten seconds.
    eventually(lambda: cluster.kubectl_result("get", "-n", "kube-node-lease", "lease", "upstream").returncode == 0, what="the lease")
    first = lease()
    eventually(lambda: lease() > first, what="a heartbeat")
    cluster.kubectl("delete", "pod", "shell", "--timeout=60s")
    # Of the machine a kubelet has much to say; what it says of the API server counts.
    refused = re.compile(r"orbidden|nauthorized|is invalid|Failed to watch|rejected|unable to decode|could not find the requested|unknown field")
    assert [line for line in run.complaints("kubelet") if refused.search(line)] == []
