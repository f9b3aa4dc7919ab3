"""Clients that mean harm: whatever they send, others are answered, the culprit gets its 4xx or is cut off, and afterwards the server holds no more
memory and no more descriptors than before. What is greedy rather than wrong is in test_greedy_clients.py."""
import contextlib
import gzip
import os
import pathlib
import socket
import ssl
import struct
import threading
import time

import pytest

from conftest import eventually
from test_greedy_clients import alone, answer, connect, context, memory  # noqa: F401  (alone is a fixture)

# What may stay with the allocator after a flood.
SLACK = 96 << 20
CONNECTIONS = 3000
MAPS = b"/api/v1/namespaces/default/configmaps"


def descriptors(cluster):
    return len(os.listdir(f"/proc/{cluster.server_pid()}/fd"))


def healthy(cluster):
    """The seconds that an ordinary client's GET takes on a connection of its own."""
    began = time.monotonic()
    with connect(cluster) as connection:
        connection.sendall(b"GET /api/v1/namespaces/default HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert " 200 " in answer(connection).split("\r\n")[0]
    return time.monotonic() - began


class Watchman(threading.Thread):
    """Makes healthy requests all the while and remembers the slowest, and the server's largest size."""

    def __init__(self, cluster):
        super().__init__(daemon=True)
        self.cluster, self.slowest, self.peak, self.failure, self.count = cluster, 0.0, 0, None, 0
        self.done = threading.Event()

    def run(self):
        while not self.done.is_set():
            try:
                self.slowest = max(self.slowest, healthy(self.cluster))
                self.peak = max(self.peak, memory(self.cluster))
                self.count += 1
            except Exception as failure:  # told by the fixture
                self.failure = failure
                return
            self.done.wait(0.05)


@pytest.fixture
def victim(alone):  # noqa: F811
    process = alone.server_pid()
    healthy(alone)
    size, files = memory(alone), descriptors(alone)
    watchman = Watchman(alone)
    watchman.start()
    yield alone
    watchman.done.set()
    watchman.join()
    assert watchman.failure is None and watchman.count > 0, watchman.failure
    assert alone.server_pid() == process
    eventually(lambda: descriptors(alone) <= files + 8, 40, f"descriptors back at {files}")
    eventually(lambda: memory(alone) < size + SLACK, 40, "memory back")
    print(f"\nmemory {size >> 20} MiB before, {watchman.peak >> 20} at its peak, {memory(alone) >> 20} after; "
          f"{watchman.count} healthy requests, the slowest {watchman.slowest:.2f} s")
    assert watchman.slowest < 15


def status(connection):
    """The status of an answer, or None when the connection just ended. One that goes on without an answer is a failure."""
    try:
        head = answer(connection)
    except TimeoutError:
        raise
    except OSError:
        return None
    return int(head.split()[1]) if head else None


def post(cluster, body, kind=b"application/json", path=MAPS, more=b""):
    with connect(cluster) as connection:
        with contextlib.suppress(OSError):
            connection.sendall(
                b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: %d\r\n%s\r\n" % (path, kind, len(body), more) + body)
        return status(connection)


def get(cluster, path, headers=b""):
    with connect(cluster) as connection:
        with contextlib.suppress(OSError):
            connection.sendall(b"GET %s HTTP/1.1\r\nHost: x\r\n%s\r\n" % (path, headers))
        return status(connection)


# HTTP/1.1

def test_requests_without_reading(victim):
    """Twenty thousand lists asked for at once over each of twenty connections, no answer read."""
    with contextlib.ExitStack() as stack:
        for _ in range(20):
            connection = stack.enter_context(connect(victim, receive=4096))
            connection.setblocking(False)
            with contextlib.suppress(OSError, ssl.SSLWantWriteError):
                connection.sendall(b"GET /openapi/v2 HTTP/1.1\r\nHost: x\r\n\r\n" * 20_000)
        time.sleep(3)
        assert memory(victim) < 400 << 20, f"{memory(victim) >> 20} MiB"


@pytest.mark.parametrize("head", [
    b"X-A: " + b"a" * 100_000 + b"\r\n", b"".join(b"X-%d: a\r\n" % n for n in range(5000)), b"X-A: b\r\n c\r\n" * 100, b"X\x00Y: a\r\n",
    b"Content-Length: 5\r\nContent-Length: 6\r\n", b"Content-Length: -1\r\n", b"Content-Length: 99999999999999999999\r\n",
    b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", b"Accept: " + b"application/json;q=0.1," * 2000 + b"\r\n",
], ids=["long", "many", "folded", "nul", "two-lengths", "negative", "huge-length", "both-framings", "accepts"])
def test_heads(victim, head):
    assert get(victim, b"/api/v1/namespaces", head) in (None, 200, 400, 413, 431)


def test_long_targets(victim):
    for path in (b"/" + b"a" * 60_000, b"/api/v1/pods?labelSelector=" + b"a," * 20_000, b"/%" * 20_000, b"/api" + b"/.." * 10_000, b"/\xff\xfe"):
        assert (get(victim, path) or 400) // 100 in (3, 4)


def test_chunks(victim):
    head = b"POST " + MAPS + b" HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    for chunk in (b"ffffffffffffffffff\r\n", b"-1\r\n", b"zz\r\n", b"1" * 100_000, b"5;" + b"x" * 200_000 + b"\r\nhello\r\n0", b"0\r\n" + b"X: y\r\n" * 50_000):
        with connect(victim) as connection:
            with contextlib.suppress(OSError):
                connection.sendall(head + chunk + b"\r\n\r\n")
            connection.settimeout(20)
            assert (status(connection) or 400) // 100 == 4


def test_bytes_that_trickle(victim):
    """Heads and bodies that come a byte at a time hold nobody up."""
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(connect(victim)) for _ in range(100)]
        for number, connection in enumerate(slow):
            connection.sendall(b"GET /" if number % 2 else b"POST " + MAPS + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(20):
            for connection in slow:
                connection.sendall(b"a")
            time.sleep(0.05)
        assert healthy(victim) < 5


def test_handshakes_that_stall(victim):
    """Connections that never begin, or stop in the middle of, their handshake: `CONNECTIONS` of them, and as many with rubbish."""
    import resource
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, CONNECTIONS + 500)), hard))
    port = context(victim)[1]
    count = min(CONNECTIONS, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 400)
    with contextlib.ExitStack() as stack:
        for number in range(count):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
            with contextlib.suppress(OSError):
                connection.sendall((b"", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"\x16\x03\x01\xff\xff", b"GET / HTTP/1.1\r\n\r\n")[number % 4])
        assert healthy(victim) < 10


# Bodies

@pytest.mark.parametrize("kind,body", [
    (b"application/json", b'{"a":' * 100_000), (b"application/yaml", b"[" * 100_000), (b"application/yaml", b"- " * 100_000), (b"application/yaml", b"{a: " * 100_000),
    (b"application/vnd.kubernetes.protobuf", b"k8s\0" + b"\x0a\x7f" * 100_000),
    (b"application/json", b'{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"' + b"\\ud800" * 1000 + b'"}}'),
    (b"application/json", b'{"data":1' + b"0" * 1_000_000 + b"}"), (b"application/json", b"\xff" * 100_000),
    (b"application/x-nothing;" + b"a=b;" * 5000, b"{}"),
], ids=["objects", "yaml-flow", "yaml-block", "yaml-maps", "protobuf", "surrogates", "digits", "no-utf8", "type"])
def test_bodies(victim, kind, body):
    assert post(victim, body, kind) // 100 == 4


def test_compressed_bodies(victim):
    """Bodies are not unpacked for anybody: a bomb is so many bytes of no JSON."""
    bomb = gzip.compress(b"\0" * (100 << 20))
    assert post(victim, bomb, more=b"Content-Encoding: gzip\r\n") // 100 == 4


def test_many_unfinished_bodies(victim):
    """Four hundred bodies of which 2 MiB come and the end does not."""
    block = b"x" * (2 << 20)
    with contextlib.ExitStack() as stack:
        for _ in range(400):
            connection = stack.enter_context(connect(victim))
            connection.settimeout(5)
            with contextlib.suppress(OSError):
                connection.sendall(b"POST " + MAPS + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n" + block)
        assert memory(victim) < 900 << 20, f"{memory(victim) >> 20} MiB"
        assert healthy(victim) < 10


# Parameters

def test_selectors_and_paths(victim):
    for query in (b"labelSelector=" + b"(" * 30_000, b"labelSelector=a+in+(" + b"b," * 20_000 + b")", b"fieldSelector=" + b"a%3Db%2C" * 7_000,
                  b"continue=" + b"A" * 60_000, b"limit=" + b"9" * 60_000, b"resourceVersion=" + b"1" * 60_000):
        assert get(victim, MAPS + b"?" + query) // 100 in (2, 4)


# HTTP/2

def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes((kind, flags)) + struct.pack(">I", stream) + payload


DATA, HEADERS, RESET, SETTINGS, PING, WINDOW, CONTINUATION = 0, 1, 3, 4, 6, 8, 9


def literal(name, value):
    """A header in HPACK, neither compressed nor remembered; both parts short."""
    return b"\x00" + bytes((len(name),)) + name + bytes((len(value),)) + value


def request(path=b"/api/v1/namespaces/default", method=b"GET"):
    return literal(b":method", method) + literal(b":scheme", b"https") + literal(b":authority", b"x") + literal(b":path", path)


@contextlib.contextmanager
def http2(cluster, settings=b""):
    tls, port = context(cluster)
    tls.set_alpn_protocols(["h2"])
    raw = socket.create_connection(("127.0.0.1", port), timeout=20)
    with tls.wrap_socket(raw) as connection:
        connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(SETTINGS, 0, 0, settings))
        yield connection


def ends(connection, seconds=20):
    """Whether the server ends the connection, by a GOAWAY or by closing it."""
    connection.settimeout(seconds)
    buffer = b""
    try:
        while True:
            part = connection.recv(65536)
            if not part:
                return True
            buffer += part
            while len(buffer) >= 9 and len(buffer) >= 9 + int.from_bytes(buffer[:3], "big"):
                if buffer[3] == 7:
                    return True
                buffer = buffer[9 + int.from_bytes(buffer[:3], "big"):]
    except TimeoutError:
        return False
    except OSError:
        return True


def flood(connection, pieces):
    """Sends until the server has had enough."""
    connection.settimeout(20)
    with contextlib.suppress(OSError):
        for piece in pieces:
            connection.sendall(piece)


def test_rapid_resets(victim):
    with http2(victim) as connection:
        flood(connection, (b"".join(
            frame(HEADERS, 5, stream, request()) + frame(RESET, 0, stream, b"\0\0\0\x08") for stream in range(start, start + 2000, 2))
            for start in range(1, 100_000, 2000)))
        assert ends(connection)


@pytest.mark.parametrize("piece", [
    frame(SETTINGS, 0, 0, b"\0\x04\0\0\xff\xff"), frame(PING, 0, 0, b"12345678"), frame(DATA, 0, 1, b""),
], ids=["settings", "pings", "empty-data"])
def test_floods_of_frames(victim, piece):
    with http2(victim) as connection:
        connection.sendall(frame(HEADERS, 4, 1, request(MAPS, b"POST")))
        flood(connection, (piece * 1000 for _ in range(200)))
        assert ends(connection)


def test_headers_without_end(victim):
    with http2(victim) as connection:
        flood(connection, [frame(HEADERS, 0, 1, request())] + [frame(CONTINUATION, 0, 1, literal(b"x" * 100, b"y" * 100) * 50)] * 2000)
        assert ends(connection)


def test_headers_that_grow_when_unpacked(victim):
    """One large header in the table, named again and again."""
    large = b"\x40\x01x\x7f\xb1\x1e" + b"a" * 4000
    with http2(victim) as connection:
        flood(connection, [frame(HEADERS, 5, 1, request() + large + b"\xbe" * 10_000)])
        ends(connection, 2)  # or the stream is refused alone
    assert healthy(victim) < 5


@pytest.mark.parametrize("bytes_", [
    frame(WINDOW, 0, 0, b"\x7f\xff\xff\xff") * 2, frame(WINDOW, 0, 0, b"\0\0\0\0"), frame(SETTINGS, 0, 0, b"\0\x05\0\0\0\0"), frame(DATA, 0, 0, b"x"),
    frame(HEADERS, 5, 2, request()), frame(CONTINUATION, 4, 1, b""), b"\xff\xff\xff\0\0\0\0\0\1", frame(HEADERS, 5, 1, b"\xff\xff\xff\xff\xff\xff\xff"),
    frame(200, 0, 0, b"x" * 20_000), os.urandom(10_000),
], ids=["window", "no-window", "setting", "data-on-0", "even", "continuation", "large", "hpack", "unknown", "random"])
def test_frames_against_the_rules(victim, bytes_):
    with http2(victim) as connection:
        flood(connection, [bytes_, frame(HEADERS, 5, 7, request())])
        ends(connection, 2)
    assert healthy(victim) < 5


def test_answers_that_are_not_read(victim):
    """Two hundred streams on each of four connections ask for the largest document and open no window for it."""
    with contextlib.ExitStack() as stack:
        for _ in range(4):
            connection = stack.enter_context(http2(victim, b"\0\x04\0\0\0\0"))
            flood(connection, (frame(HEADERS, 5, stream, request(b"/openapi/v2")) for stream in range(1, 401, 2)))
        time.sleep(3)
        assert memory(victim) < 400 << 20, f"{memory(victim) >> 20} MiB"


def test_server_log_tells_of_no_failure(alone):  # noqa: F811
    text = pathlib.Path(alone.data_dir / "server.log").read_text(errors="replace")
    assert "Fatal error" not in text and "request failed" not in text
