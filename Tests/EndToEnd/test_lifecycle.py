"""martlet start, stop and delete: what they make on the machine, and that nothing of it stays."""
import gzip
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

import pytest

from conftest import MARTLET, ROOT, Cluster, free_port
from manifests import SHELL


def traces(cluster):
    """What on this machine bears the cluster's name or lies in its directories."""
    marks = (f"/run/martlet/{cluster.name}", str(cluster.directory), f"martlet-{cluster.name}")
    found = []
    for directory in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            words = (directory / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue
        if any(mark in words for mark in marks) and int(directory.name) != os.getpid():
            found.append(f"process {directory.name}: {words}")
    mounts = pathlib.Path("/proc/mounts").read_text().splitlines()
    found += [f"mount {line}" for line in mounts if any(mark in line for mark in marks)]
    tables = subprocess.run(["nft", "list", "tables"], capture_output=True, text=True, check=True).stdout.splitlines()
    found += [line for line in tables if line.split()[-1] == f"martlet-{cluster.name}" or cluster.name in line]
    found += [str(path) for path in pathlib.Path("/sys/fs/cgroup").glob(f"**/martlet-{cluster.name}")]
    addresses = subprocess.run(["ip", "-brief", "address"], capture_output=True, text=True, check=True).stdout.splitlines()
    found += [f"address {line}" for line in addresses if " 10.231.0." in line]
    found += [str(path) for path in (pathlib.Path("/run/martlet") / cluster.name, cluster.data_dir) if path.exists()]
    return found


@pytest.fixture
def own_cluster():
    if os.geteuid() != 0:
        pytest.skip("a node needs root")
    directory = tempfile.mkdtemp(prefix="martlet-brief-", dir="/var/lib")
    flags = ["--api-port", str(free_port()), "--service-cidr", "10.131.0.0/16", "--pod-cidr", "10.231.0.0/16", "--ingress-port", str(free_port())]
    cluster = Cluster(f"e2e-brief-{os.getpid()}", directory, flags)
    yield cluster
    cluster.delete()


def test_delete_leaves_nothing(own_cluster):
    cluster = own_cluster
    cluster.start()
    # As "docker save | gzip" makes it.
    archive = pathlib.Path(cluster.directory, "busybox.tar.gz")
    archive.write_bytes(gzip.compress((ROOT / "examples" / "images" / "busybox.tar").read_bytes(), 1))
    assert "Loaded" in cluster.martlet("image", "load", str(archive)).stdout
    archive.write_bytes(archive.read_bytes()[:1000])
    torn = cluster.martlet("image", "load", str(archive), check=False)
    assert torn.returncode != 0 and "gzip: " in torn.stderr, torn
    archive.unlink()
    cluster.kubectl("apply", "-f", "-", stdin=SHELL)
    cluster.kubectl("expose", "pod", "shell", "--port=80")
    cluster.kubectl("wait", "pod/shell", "--for=condition=Ready", "--timeout=60s")
    assert any(line.startswith("process") for line in traces(cluster))
    assert any(line.startswith("mount") for line in traces(cluster))
    cluster.martlet("delete")
    assert traces(cluster) == []
    assert f'name: {cluster.name}' not in cluster.kubeconfig.read_text()
    # Again, with nothing there.
    cluster.martlet("delete")


@pytest.mark.parametrize("program", ["runc", "nft"])
def test_a_missing_program_is_one_clear_line(cluster, program):
    """Hidden from one process only, by a mount of its own."""
    path = shutil.which(program, path="/usr/sbin:/usr/bin:/sbin:/bin")
    status = [MARTLET, "status", "--name", cluster.name, "--data-dir", cluster.data_dir]
    hidden = subprocess.run(
        ["unshare", "-m", "sh", "-c", 'mount --bind /dev/null "$0" && exec "$@"', path, *map(str, status)],
        capture_output=True, text=True, env=cluster.environment)
    assert hidden.returncode == 1, hidden.stdout + hidden.stderr
    lines = [line for line in hidden.stdout.splitlines() if program in line]
    package = {"runc": "runc", "nft": "nftables"}[program]
    assert lines == [f"machine       {program} not found: install with: apt-get install {package}"]
    # It says the same before anything is started.
    other = tempfile.mkdtemp(prefix="martlet-lacking-")
    start = [MARTLET, "start", "--name", f"lacking-{os.getpid()}", "--data-dir", f"{other}/data"]
    refused = subprocess.run(
        ["unshare", "-m", "sh", "-c", 'mount --bind /dev/null "$0" && exec "$@"', path, *map(str, start)],
        capture_output=True, text=True, env=cluster.environment)
    subprocess.run([MARTLET, "delete", "--name", f"lacking-{os.getpid()}", "--data-dir", f"{other}/data"], check=True, capture_output=True,
                   env=cluster.environment)
    assert refused.returncode != 0 and f"{program} not found: install with: apt-get install {package}" in refused.stdout + refused.stderr


def test_the_kubeconfig_stays_its_owners(tmp_path):
    cluster = Cluster(f"e2e-config-{os.getpid()}", tmp_path, ["--without-node", "--api-port", str(free_port())])
    mine = tmp_path / "mine.yaml"
    mine.write_text(
        "apiVersion: v1\nkind: Config\ncurrent-context: other\n"
        "clusters: [{name: other, cluster: {server: 'https://192.0.2.1:6443'}}]\n"
        "users: [{name: me, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: login, args: [now]}}}]\n"
        "contexts: [{name: other, context: {cluster: other, user: me, namespace: zoo}}]\n")
    mine.chmod(0o640)
    cluster.kubeconfig.symlink_to(mine)
    try:
        cluster.start()
        assert cluster.kubectl("config", "current-context").strip() == cluster.name
        cluster.kubectl("config", "set-context", "--current", "--namespace", "kube-system")
        cluster.start()
        view = json.loads(cluster.kubectl("config", "view", "-o", "json"))
        contexts = {entry["name"]: entry["context"] for entry in view["contexts"]}
        assert contexts["other"] == {"cluster": "other", "user": "me", "namespace": "zoo"}
        assert contexts[cluster.name]["namespace"] == "kube-system"
        assert cluster.kubeconfig.is_symlink() and mine.stat().st_mode & 0o777 == 0o640
    finally:
        cluster.martlet("delete")
    assert cluster.kubectl("config", "get-contexts", "-o", "name").split() == ["other"]


def test_what_cannot_be_is_told_before_anything_starts(tmp_path):
    cluster = Cluster(f"e2e-refused-{os.getpid()}", tmp_path)
    overlapping = cluster.martlet("start", "--service-cidr", "10.133.0.0/16", "--pod-cidr", "10.133.128.0/20", check=False)
    assert overlapping.returncode == 1 and "--service-cidr 10.133.0.0/16 and --pod-cidr 10.133.128.0/20 overlap" in overlapping.stderr
    cluster.kubeconfig.write_text("foo: [")
    broken = cluster.martlet("start", "--without-node", "--api-port", str(free_port()), check=False)
    assert broken.returncode == 1 and "is not YAML and was left alone" in broken.stderr
    assert not (cluster.data_dir / "server.log").exists() and cluster.kubeconfig.read_text() == "foo: ["
    cluster.kubeconfig.unlink()
    cluster.martlet("delete")
