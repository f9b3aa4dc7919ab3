"""The example application, reached every way there is, and updated under load."""
import re
import threading
import urllib.error
import urllib.request

import pytest

from conftest import ROOT, Space, eventually
from test_expose import address


@pytest.fixture(scope="module")
def guestbook(cluster):
    """The application, applied as a kustomization and rolled out."""
    space = Space(cluster, "guestbook")
    cluster.kubectl("create", "namespace", space.name)
    space("apply", "-k", str(ROOT / "examples" / "guestbook"))
    for deployment in ("redis", "counter", "web"):
        space("rollout", "status", f"deployment/{deployment}", "--timeout=80s")
    yield space
    cluster.kubectl("delete", "namespace", space.name, "--wait=false")


def fetch(url, host=None):
    request = urllib.request.Request(url, headers={"Host": host} if host else {})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.read().decode()


def try_fetch(url, host=None):
    try:
        return fetch(url, host)
    except OSError:
        return None


def service_address(space, name="web"):
    return space.get("service", name)["spec"]["clusterIP"]


def test_through_the_service_address(guestbook):
    url = f"http://{service_address(guestbook)}"
    assert "Hello from Martlet" in fetch(url + "/")
    visits = lambda: re.fullmatch(r"Hello from Martlet: visit (\d+), counted by counter-\S+\n", fetch(url + "/visits"))
    first = int(visits().group(1))
    assert int(visits().group(1)) == first + 1


def test_through_the_node_port(guestbook):
    port = guestbook.get("service", "web")["spec"]["ports"][0]["nodePort"]
    assert "Hello from Martlet" in fetch(f"http://{address(guestbook)}:{port}/")
    assert "Hello from Martlet" in fetch(f"http://127.0.0.1:{port}/")


def test_through_the_ingress(guestbook):
    port = guestbook.cluster.ingress_port
    assert "Hello from Martlet" in eventually(lambda: try_fetch(f"http://127.0.0.1:{port}/", "guestbook.localhost"), what="the ingress")
    with pytest.raises(urllib.error.HTTPError) as other:
        fetch(f"http://127.0.0.1:{port}/", "elsewhere.localhost")
    assert other.value.code == 404
    eventually(lambda: guestbook.get("ingress", "web")["status"]["loadBalancer"].get("ingress"), what="the ingress's address")


def test_through_port_forward(guestbook):
    with guestbook.follow("port-forward", "service/web", ":80") as forward:
        port = forward.until(r"127\.0\.0\.1:(\d+)").group(1)
        assert "Hello from Martlet" in fetch(f"http://127.0.0.1:{port}/")


def test_through_the_proxy_of_the_api_server(guestbook):
    assert "Hello from Martlet" in guestbook("get", "--raw", f"/api/v1/namespaces/{guestbook.name}/services/web:http/proxy/")


def test_names_resolve_in_pods(guestbook):
    pod = guestbook.get("pods", "-l", "tier=counter")["items"][0]["metadata"]["name"]
    lookup = lambda *args: guestbook.result("exec", pod, "--", "nslookup", *args)
    redis = service_address(guestbook, "redis")
    assert redis in lookup(f"redis.{guestbook.name}.svc.cluster.local").stdout
    assert "10.120.0.1" in lookup("kubernetes.default.svc.cluster.local").stdout
    assert f"redis.{guestbook.name}.svc.cluster.local" in lookup(redis).stdout
    missing = lookup("nothing.guestbook.svc.cluster.local")
    assert missing.returncode != 0 and "NXDOMAIN" in missing.stdout + missing.stderr
    assert guestbook("exec", pod, "--", "wget", "-qO-", "http://web/").startswith("<!doctype html>")
    assert guestbook("exec", pod, "--", "wget", "-qO-", f"http://web.{guestbook.name}/").startswith("<!doctype html>")


def test_a_pod_reaches_itself_through_its_service(guestbook):
    guestbook("scale", "deployment/counter", "--replicas=1", "--timeout=60s")
    eventually(lambda: len(guestbook.get("pods", "-l", "tier=counter")["items"]) == 1, what="one pod")
    (pod,) = guestbook.get("pods", "-l", "tier=counter")["items"]
    name = pod["metadata"]["name"]
    assert f"counted by {name}" in guestbook("exec", name, "--", "timeout", "5", "wget", "-qO-", "http://counter:8080/cgi-bin/visits")
    guestbook("scale", "deployment/counter", "--replicas=2", "--timeout=60s")
    guestbook("rollout", "status", "deployment/counter", "--timeout=60s")


def test_a_killed_process_comes_back_with_its_volume(guestbook):
    (pod,) = guestbook.get("pods", "-l", "tier=store")["items"]
    name = pod["metadata"]["name"]
    redis = lambda *args: guestbook("exec", name, "--", "redis-cli", *args).strip()
    redis("set", "kept", "yes")
    guestbook("exec", name, "--", "sh", "-c", "kill -9 1; kill 1")
    status = lambda: guestbook.get("pod", name)["status"]["containerStatuses"][0]
    eventually(lambda: status()["restartCount"] == 1 and status()["ready"], timeout=60, what="the restart")
    assert redis("get", "kept") == "yes"


def test_rollout_and_undo_under_load_lose_no_request(guestbook):
    address = service_address(guestbook)
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
        guestbook("set", "image", "deployment/web", "nginx=docker.io/martlet/nginx:1")
        guestbook("rollout", "status", "deployment/web", "--timeout=80s")
        guestbook("rollout", "undo", "deployment/web")
        guestbook("rollout", "status", "deployment/web", "--timeout=80s")
    finally:
        over.set()
        for client in clients:
            client.join()
    assert count[0] > 100 and not failures, f"{len(failures)} of {count[0] + len(failures)} requests failed: {failures[:3]}"
