"""A container runtime that Martlet did not start: Debian's containerd, set up by hand as a machine's administrator would."""
import hashlib
import io
import json
import os
import pathlib
import shutil
import subprocess
import tarfile
import tempfile

import pytest

from conftest import ROOT, Cluster, eventually, free_port
from manifests import SERVER, SHELL

CONFIGURATION = """
version = 2
root = "{root}/data"
state = "{state}/run"
[grpc]
  address = "{state}/other.sock"
[ttrpc]
  address = "{state}/other.ttrpc"
[plugins."io.containerd.internal.v1.opt"]
  path = "{root}/opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "docker.io/martlet/waiting:1"
  restrict_oom_score_adj = true
  stream_server_address = "127.0.0.1"
  stream_server_port = "0"
[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "/usr/lib/cni"
  conf_dir = "{root}/net.d"
[plugins."io.containerd.grpc.v1.cri".containerd]
  snapshotter = "native"
  default_runtime_name = "runc"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
  Root = "{state}/runc"
"""


def make_waiting_image(path):
    """An image for sandboxes, whose program only waits: the example image with another command."""
    with tarfile.open(ROOT / "examples/images/busybox.tar") as archive:
        files = {member.name.removeprefix("./"): archive.extractfile(member).read() for member in archive if member.isfile()}

    def blob(content):
        digest = hashlib.sha256(content).hexdigest()
        files[f"blobs/sha256/{digest}"] = content
        return {"digest": f"sha256:{digest}", "size": len(content)}

    index = json.loads(files["index.json"])
    manifest = json.loads(files["blobs/sha256/" + index["manifests"][0]["digest"].removeprefix("sha256:")])
    config = json.loads(files["blobs/sha256/" + manifest["config"]["digest"].removeprefix("sha256:")])
    config.setdefault("config", {})["Entrypoint"] = ["sh", "-c", "trap 'exit 0' TERM; while true; do sleep 1; done"]
    config["config"].pop("Cmd", None)
    manifest["config"].update(blob(json.dumps(config).encode()))
    index["manifests"][0].update(blob(json.dumps(manifest).encode()))
    text = json.dumps(index).replace("martlet/busybox:1", "martlet/waiting:1")
    files["index.json"] = text.encode()
    files.pop("manifest.json", None)
    with tarfile.open(path, "w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))


@pytest.fixture
def other_runtime():
    """A containerd of our own on a socket of its own, with the example images."""
    if os.geteuid() != 0:
        pytest.skip("containers need root")
    root = pathlib.Path(tempfile.mkdtemp(prefix="martlet-other-", dir="/var/lib"))
    state = pathlib.Path(tempfile.mkdtemp(prefix="other-", dir="/run"))
    (root / "net.d").mkdir()
    (root / "config.toml").write_text(CONFIGURATION.format(root=root, state=state))
    process = subprocess.Popen(["containerd", "--config", root / "config.toml"], stdout=open(root / "log", "wb"), stderr=subprocess.STDOUT)
    ctr = ["ctr", "--address", f"{state}/other.sock", "--namespace", "k8s.io"]
    try:
        eventually(lambda: subprocess.run([*ctr, "version"], capture_output=True).returncode == 0, what="containerd")
        make_waiting_image(root / "waiting.tar")
        for archive in (ROOT / "examples/images/busybox.tar", root / "waiting.tar"):
            subprocess.run([*ctr, "images", "import", "--snapshotter", "native", archive], check=True, capture_output=True)
        yield root, f"{state}/other.sock", ctr
    finally:
        process.terminate()
        process.wait()
        for line in reversed(pathlib.Path("/proc/mounts").read_text().splitlines()):
            if str(state) in line or str(root) in line:
                subprocess.run(["umount", "-l", line.split()[1]], capture_output=True)
        shutil.rmtree(root)
        shutil.rmtree(state)


@pytest.fixture
def guest(other_runtime):
    root, socket, ctr = other_runtime
    directory = tempfile.mkdtemp(prefix="martlet-guest-", dir="/var/lib")
    cluster = Cluster(
        f"e2e-guest-{os.getpid()}", directory,
        ["--api-port", str(free_port()), "--service-cidr", "10.151.0.0/16", "--pod-cidr", "10.201.0.0/16", "--ingress-port", str(free_port()),
         "--runtime-endpoint", f"unix://{socket}", "--cni-conf-dir", str(root / "net.d")])
    try:
        cluster.start()
        yield cluster
    except AssertionError as error:
        raise AssertionError(f"{error}\n{cluster.log_tail()}\n{(root / 'log').read_text()[-3000:]}")
    finally:
        cluster.delete()


def test_pods_on_a_runtime_of_somebody_else(guest, other_runtime):
    root, socket, ctr = other_runtime
    guest.kubectl("apply", "-f", "-", stdin=SHELL + "---" + SERVER)
    guest.kubectl("wait", "pod/shell", "--for=condition=Ready", "--timeout=60s")
    guest.kubectl("rollout", "status", "deployment/server", "--timeout=60s")
    assert guest.kubectl("exec", "shell", "--", "echo", "hello") == "hello\n"
    assert "started" in guest.kubectl("logs", "shell")
    guest.kubectl("expose", "deployment", "server", "--port=80", "--target-port=8080")
    page = lambda: guest.kubectl_result("exec", "shell", "--", "wget", "-q", "-O", "-", "http://server").stdout
    eventually(lambda: page() == "hello\n", what="the page through the service's name")
    assert "containerd://" in guest.get("nodes")["items"][0]["status"]["nodeInfo"]["containerRuntimeVersion"]
    refused = guest.martlet("image", "ls", check=False)
    assert refused.returncode != 0 and "with its own tools" in refused.stdout + refused.stderr
    # Another's container in the same runtime is left alone, ours are gone.
    subprocess.run([*ctr, "containers", "create", "--snapshotter", "native", "docker.io/martlet/busybox:1", "theirs"], check=True, capture_output=True)
    guest.martlet("delete")
    left = subprocess.run([*ctr, "containers", "ls", "-q"], check=True, capture_output=True, text=True).stdout.split()
    assert left == ["theirs"]
    assert not list((root / "net.d").iterdir())
    assert not pathlib.Path("/run/martlet", guest.name).exists()
