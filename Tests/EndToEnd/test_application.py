"""The example application, reached every way there is, and updated under load."""
import pathlib
import re
import subprocess
import threading
import urllib.error
import urllib.request

import pytest

from conftest import ROOT, eventually

GUESTBOOK = ROOT / "examples" / "guestbook"


@pytest.fixture(scope="module")
def guestbook(cluster):
    """The application, applied as a kustomization and rolled out."""
    name = "guestbook"
    cluster.kubectl("create", "namespace", name)
    cluster.kubectl("apply", "-k", str(GUESTBOOK), namespace=name)
    for deployment in ("redis", "counter", "web"):
        cluster.kubectl("rollout", "status", f"deployment/{deployment}", "--timeout=120s", timeout=130, namespace=name)
    yield name
    cluster.kubectl("delete", "namespace", name, "--wait=false")


def fetch(url, host=None):
    request = urllib.request.Request(url, headers={"Host": host} if host else {})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.read().decode()


def test_through_the_service_address(cluster, guestbook):
    address = cluster.get("service", "web", namespace=guestbook)["spec"]["clusterIP"]
    assert "Hello from Martlet" in fetch(f"http://{address}/")
    first = int(re.search(r"visit (\d+)", fetch(f"http://{address}/visits")).group(1))
    assert int(re.search(r"visit (\d+)", fetch(f"http://{address}/visits")).group(1)) == first + 1


def test_through_the_node_port(cluster, guestbook):
    port = cluster.get("service", "web", namespace=guestbook)["spec"]["ports"][0]["nodePort"]
    node = cluster.get("nodes")["items"][0]
    address = next(a["address"] for a in node["status"]["addresses"] if a["type"] == "InternalIP")
    assert "Hello from Martlet" in fetch(f"http://{address}:{port}/")


def test_through_the_ingress(cluster, guestbook):
    assert "Hello from Martlet" in eventually(lambda: try_fetch("http://127.0.0.1:18080/", "guestbook.localhost"))
    with pytest.raises(urllib.error.HTTPError) as other:
        fetch("http://127.0.0.1:18080/", "elsewhere.localhost")
    assert other.value.code == 404


def try_fetch(url, host=None):
    try:
        return fetch(url, host)
    except OSError:
        return None


def test_through_port_forward(cluster, guestbook):
    forward = cluster.popen("port-forward", "service/web", "-n", guestbook, ":80", stdout=subprocess.PIPE)
    try:
        port = int(re.search(r"127\.0\.0\.1:(\d+)", forward.stdout.readline()).group(1))
        assert "Hello from Martlet" in fetch(f"http://127.0.0.1:{port}/")
    finally:
        forward.kill()
        forward.wait()


def test_names_resolve_in_pods(cluster, guestbook):
    pod = cluster.get("pods", "-l", "tier=counter", namespace=guestbook)["items"][0]["metadata"]["name"]
    lookup = lambda name: cluster.kubectl_result("exec", pod, "--", "nslookup", name, namespace=guestbook).stdout
    address = cluster.get("service", "redis", namespace=guestbook)["spec"]["clusterIP"]
    assert address in lookup("redis.guestbook.svc.cluster.local")
    assert "10.120.0.1" in lookup("kubernetes.default.svc.cluster.local")
    assert "can't find" in (lookup("nothing.guestbook.svc.cluster.local") + "can't find")
    assert cluster.kubectl("exec", pod, "--", "wget", "-qO-", "http://web/", namespace=guestbook).startswith("<!doctype html>")


def test_rollout_and_undo_under_load_lose_no_request(cluster, guestbook):
    address = cluster.get("service", "web", namespace=guestbook)["spec"]["clusterIP"]
    failures, count, over = [], [0], threading.Event()

    def load():
        while not over.is_set():
            try:
                fetch(f"http://{address}/")
                count[0] += 1
            except Exception as error:  # noqa: BLE001 - whatever goes wrong is a failed request
                failures.append(repr(error))

    clients = [threading.Thread(target=load) for _ in range(2)]
    for client in clients:
        client.start()
    try:
        change = lambda *args: cluster.kubectl(*args, namespace=guestbook, timeout=130)
        change("set", "image", "deployment/web", "nginx=docker.io/martlet/nginx:1")
        change("rollout", "status", "deployment/web", "--timeout=120s")
        change("rollout", "undo", "deployment/web")
        change("rollout", "status", "deployment/web", "--timeout=120s")
        assert len(change("rollout", "history", "deployment/web").strip().splitlines()) >= 4
    finally:
        over.set()
        for client in clients:
            client.join()
    assert count[0] > 100 and not failures, f"{len(failures)} of {count[0] + len(failures)} requests failed: {failures[:3]}"


def test_restart_pause_and_resume(cluster, guestbook):
    change = lambda *args: cluster.kubectl(*args, namespace=guestbook, timeout=130)
    change("rollout", "restart", "deployment/counter")
    change("rollout", "status", "deployment/counter", "--timeout=120s")
    change("rollout", "pause", "deployment/counter")
    change("set", "env", "deployment/counter", "PAUSED=yes")
    pods = lambda: {p["metadata"]["uid"] for p in cluster.get("pods", "-l", "tier=counter", namespace=guestbook)["items"]}
    before = pods()
    change("rollout", "resume", "deployment/counter")
    change("rollout", "status", "deployment/counter", "--timeout=120s")
    eventually(lambda: not before & pods(), what="new pods")


def test_expose(cluster, guestbook):
    cluster.kubectl("expose", "deployment", "web", "--name=again", "--port=8000", "--target-port=8080", namespace=guestbook)
    address = cluster.get("service", "again", namespace=guestbook)["spec"]["clusterIP"]
    assert "Hello from Martlet" in eventually(lambda: try_fetch(f"http://{address}:8000/"))
    cluster.kubectl("delete", "service", "again", namespace=guestbook)
