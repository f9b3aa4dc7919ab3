"""kubectl port-forward."""
import urllib.request

from manifests import SERVER


def get(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
        return answer.read().decode()


def test_to_a_pod_a_deployment_and_a_service(node_space):
    node_space.apply(SERVER)
    node_space("expose", "deployment", "server", "--port=80", "--target-port=http")
    node_space("rollout", "status", "deployment/server", "--timeout=60s")
    pod = node_space.get("pods")["items"][0]["metadata"]["name"]
    for target, port in ((f"pod/{pod}", ":8080"), ("deployment/server", ":8080"), ("service/server", ":80")):
        with node_space.follow("port-forward", target, port, "-v=6") as forward:
            local = forward.until(r"Forwarding from 127\.0\.0\.1:(\d+)").group(1)
            for _ in range(3):
                assert get(local) == "hello\n"
            # It would go on over bare SPDY, and say so, if it were refused the tunnel.
            assert not [line for line in forward.lines if "allback" in line]


def test_a_port_that_nobody_listens_on(node_space):
    node_space.apply(SERVER)
    node_space("rollout", "status", "deployment/server", "--timeout=60s")
    with node_space.follow("port-forward", "deployment/server", ":9999") as forward:
        local = forward.until(r"Forwarding from 127\.0\.0\.1:(\d+)").group(1)
        try:
            get(local)
            raise AssertionError("something answered")
        except OSError:
            pass
        forward.until("(?i)error.*(refused|9999)")


def test_over_spdy(node_space):
    node_space.apply(SERVER)
    node_space("rollout", "status", "deployment/server", "--timeout=60s")
    node_space.cluster.environment["KUBECTL_PORT_FORWARD_WEBSOCKETS"] = "false"
    try:
        with node_space.follow("port-forward", "deployment/server", ":8080") as forward:
            assert get(forward.until(r"Forwarding from 127\.0\.0\.1:(\d+)").group(1)) == "hello\n"
    finally:
        del node_space.cluster.environment["KUBECTL_PORT_FORWARD_WEBSOCKETS"]
