"""martlet start, stop and delete: what they make on the machine, and that nothing of it stays."""
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
    cluster.martlet("image", "load", str(ROOT / "examples" / "images" / "busybox.tar"))
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
