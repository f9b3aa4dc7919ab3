"""A full disk: writes are refused in clear words, reads go on, nothing acknowledged is lost, and all is well once there is room again."""
import json
import os
import signal
import subprocess
import tempfile

import pytest

from conftest import Cluster, eventually, free_port


@pytest.fixture
def small_cluster():
    """A control plane whose data directory is a file system of 48 MiB."""
    if os.geteuid() != 0:
        pytest.skip("mounting needs root")
    directory = tempfile.mkdtemp(prefix="martlet-small-")
    data = os.path.join(directory, "data")
    os.mkdir(data)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m", "martlet-test", data], capture_output=True).returncode:
        os.rmdir(data)
        pytest.skip("this machine mounts nothing")
    cluster = Cluster(f"e2e-small-{os.getpid()}", directory, ["--without-node", "--api-port", str(free_port())])
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.martlet("stop")
        subprocess.run(["umount", "-l", data], check=True)
        cluster.delete()


def test_a_full_disk_refuses_writes_and_loses_nothing(small_cluster, tmp_path):
    cluster = small_cluster
    (tmp_path / "payload").write_bytes(os.urandom(96) * 1024)
    create = lambda name: cluster.kubectl_result("create", "configmap", name, f"--from-file={tmp_path}/payload")
    kept = []
    assert create("before").returncode == 0
    kept.append("before")
    ballast = cluster.data_dir / "ballast"
    with open(ballast, "wb") as file:
        try:
            while True:
                file.write(bytes(1 << 20))
                file.flush()
        except OSError:
            pass
    # What the store holds open already still takes some.
    for number in range(200):
        result = create(f"full-{number}")
        if result.returncode:
            break
        kept.append(f"full-{number}")
    assert "no space left for the store" in result.stderr, result.stderr
    refused = cluster.kubectl_result(
        "create", "--raw", "/api/v1/namespaces/default/configmaps", "-f", "-",
        stdin=json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "raw"}, "data": {"a": "x" * 500_000}}))
    assert "Error from server (InsufficientStorage): no space left for the store" in refused.stderr
    # Reads go on, and what was refused is not there.
    names = lambda: {line.removeprefix("configmap/") for line in cluster.kubectl("get", "configmaps", "-o", "name").split()}
    assert names() == {*kept, "kube-root-ca.crt"}
    status = cluster.martlet("status", check=False)
    assert status.returncode == 1
    assert "store" in status.stdout and "no space left for the store" in status.stdout, status.stdout
    ballast.unlink()
    # It finds out by itself.
    eventually(lambda: cluster.martlet("status", check=False).returncode == 0, timeout=30, what="the store's recovery")
    assert create("after").returncode == 0
    kept.append("after")
    os.kill(cluster.server_pid(), signal.SIGKILL)
    assert "runs already" not in cluster.start().stdout
    assert names() == {*kept, "kube-root-ca.crt"}
