"""Clients that ask too much or read too little harm only themselves: others are answered meanwhile, and the server's memory stays bounded."""
import json
import os
import resource
import socket
import ssl
import subprocess
import tempfile
import time

import pytest
import yaml

from conftest import Cluster, eventually, free_port

MEMORY = 400 << 20


@pytest.fixture(scope="module")
def alone():
    """A control plane that nobody else uses, for its memory is measured."""
    directory = tempfile.mkdtemp(prefix="martlet-alone-")
    cluster = Cluster(f"e2e-alone-{os.getpid()}", directory, ["--without-node", "--api-port", str(free_port())])
    cluster.start()
    yield cluster
    cluster.delete()


@pytest.fixture
def victim(alone):
    """Fails the test when the server has died, is not well, or has become large."""
    process = alone.server_pid()
    yield alone
    assert alone.server_pid() == process and os.path.exists(f"/proc/{process}")
    assert alone.kubectl("get", "--raw", "/readyz") == "ok"
    assert memory(alone) < MEMORY, f"{memory(alone) >> 20} MiB"


def memory(cluster):
    for line in open(f"/proc/{cluster.server_pid()}/status"):
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) << 10


def context(cluster):
    """TLS with the administrator's certificate, and the port."""
    config = yaml.safe_load(cluster.kubeconfig.read_text())
    user, server = config["users"][0]["user"], config["clusters"][0]["cluster"]["server"]
    import base64
    files = {}
    for key in ("client-certificate-data", "client-key-data"):
        path = cluster.directory / key
        if not path.exists():
            path.write_bytes(base64.b64decode(user[key]))
        files[key] = path
    tls = ssl.create_default_context()
    tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    tls.load_cert_chain(files["client-certificate-data"], files["client-key-data"])
    return tls, int(server.rsplit(":", 1)[1])


def connect(cluster, receive=None):
    tls, port = context(cluster)
    raw = socket.socket()
    if receive:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
    raw.settimeout(30)
    raw.connect(("127.0.0.1", port))
    return tls.wrap_socket(raw)


def answer(connection):
    """The head of an answer."""
    text = b""
    while b"\r\n\r\n" not in text:
        part = connection.recv(65536)
        if not part:
            break
        text += part
    return text.decode(errors="replace")


def is_quick(cluster):
    started = time.monotonic()
    assert cluster.kubectl("get", "namespaces", "-o", "name")
    return time.monotonic() - started < 20


def test_a_watch_that_is_not_read(victim):
    slow = connect(victim, receive=4096)
    slow.sendall(b"GET /api/v1/configmaps?watch=true&resourceVersion=0 HTTP/1.1\r\nHost: x\r\n\r\n")
    large = json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "large"}, "data": {"a": "x" * 700_000}})
    victim.kubectl("create", "--raw", "/api/v1/namespaces/default/configmaps", "-f", "-", stdin=large)
    tls, port = context(victim)
    with connect(victim) as quick:
        for number in range(100):
            body = json.dumps({"data": {"n": str(number)}}).encode()
            quick.sendall(
                b"PATCH /api/v1/namespaces/default/configmaps/large HTTP/1.1\r\nHost: x\r\nContent-Type: application/merge-patch+json\r\n"
                b"Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
            head = answer(quick)
            assert " 200 " in head.split("\r\n")[0] + " ", head
            length = int(next(line.split(":")[1] for line in head.split("\r\n") if line.lower().startswith("content-length:")))
            missing = length - len(head.split("\r\n\r\n", 1)[1].encode())
            while missing > 0:
                missing -= len(quick.recv(missing))
    # 70 MB of events were not read: they are not kept for the one who does not read.
    assert memory(victim) < MEMORY, f"{memory(victim) >> 20} MiB"
    assert is_quick(victim)
    slow.close()
    victim.kubectl("delete", "configmap", "large")


def test_five_thousand_connections(victim):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 6000:
        pytest.skip("this process may not open so many files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 6000), hard))
    port = context(victim)[1]
    open_ones = []
    try:
        for _ in range(5000):
            connection = socket.socket()
            connection.settimeout(10)
            connection.connect(("127.0.0.1", port))
            open_ones.append(connection)
        assert is_quick(victim)
    finally:
        for connection in open_ones:
            connection.close()
    assert is_quick(victim)


def test_a_hundred_megabytes(victim):
    for framing in (b"Content-Length: 104857600\r\n", b"Transfer-Encoding: chunked\r\n"):
        connection = connect(victim)
        connection.sendall(
            b"POST /api/v1/namespaces/default/configmaps HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" + framing + b"\r\n")
        block = b"x" * (1 << 20)
        sent = 0
        try:
            while sent < 100:
                connection.sendall(block if framing.startswith(b"Content") else b"%x\r\n%s\r\n" % (len(block), block))
                sent += 1
        except OSError:
            pass
        try:
            head = answer(connection)
        except OSError:
            head = ""
        # The answer may be lost to the reset that follows it; what counts is that it was not taken.
        assert head == "" or " 413 " in head.split("\r\n")[0], head
        assert sent < 100 or " 413 " in head
        connection.close()
    assert is_quick(victim)


def test_uploads_that_are_cut(victim):
    for _ in range(200):
        connection = connect(victim)
        connection.sendall(
            b"POST /api/v1/namespaces/default/configmaps HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2000000\r\n\r\n"
            b'{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"cut"},"data":{"a":"' + b"x" * 100_000)
        connection.close()
    assert "cut" not in victim.kubectl("get", "configmaps", "-o", "name")


@pytest.mark.parametrize("bomb", ["aliases", "brackets", "keys"])
def test_bombs(victim, bomb):
    if bomb == "aliases":
        lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
        lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
        kind, text = "application/yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bomb}\ndata:\n  " + "\n  ".join(lines)
    elif bomb == "brackets":
        kind, text = "application/json", '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"bomb"},"data":' + "[" * 100_000
    else:
        kind, text = "application/json", "{" + ",".join(f'"k{n}":1' for n in range(200_000)) + "}"
    body = text.encode()
    connection = connect(victim)
    connection.sendall(
        b"POST /api/v1/namespaces/default/configmaps HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s"
        % (kind.encode(), len(body), body))
    # Unknown fields are left out with a warning; what is wrong with the last is that it has no name.
    code = " 422 " if bomb == "keys" else " 400 "
    assert code in answer(connection).split("\r\n")[0]
    connection.close()
