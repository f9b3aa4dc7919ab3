"""kubectl exec and attach, with and without a terminal."""
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from fcntl import ioctl

import kubernetes

from conftest import KUBECTL
from manifests import SHELL


def on_a_terminal(space, *args, typed=b"", until, size=(33, 101), timeout=30):
    """Runs kubectl on a terminal of its own, types, and answers what the terminal showed once it matches `until`."""
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
    process = subprocess.Popen([KUBECTL, "-n", space.name, *args], stdin=theirs, stdout=theirs, stderr=theirs,
                               env=space.cluster.environment, start_new_session=True)
    os.close(theirs)
    shown, deadline = b"", time.monotonic() + timeout
    try:
        os.write(ours, typed)
        while not re.search(until, shown):
            ready, _, _ = select.select([ours], [], [], max(0, deadline - time.monotonic()))
            assert ready, f"the terminal did not show {until!r} but:\n{shown.decode(errors='replace')}"
            try:
                shown += os.read(ours, 4096)
            except OSError:
                raise AssertionError(f"kubectl ended without showing {until!r} but:\n{shown.decode(errors='replace')}") from None
        return shown.decode()
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def test_exec(node_space):
    node_space.run_ready(SHELL, "shell")
    assert node_space("exec", "shell", "--", "cat", "/etc/hostname") == "shell\n"
    assert node_space("exec", "-i", "shell", "--", "cat", stdin="through\n") == "through\n"
    failed = node_space.result("exec", "shell", "--", "sh", "-c", "echo problem >&2; exit 7")
    assert failed.returncode == 7 and failed.stderr.startswith("problem\n") and failed.stdout == ""
    missing = node_space.result("exec", "shell", "--", "no-such-program")
    assert missing.returncode != 0 and "no-such-program" in missing.stderr
    assert 'pods "nothing" not found' in node_space.refused("exec", "nothing", "--", "true")
    assert "container nothing is not valid for pod shell" in node_space.refused("exec", "shell", "-c", "nothing", "--", "true")


def test_exec_carries_a_megabyte_each_way(node_space):
    node_space.run_ready(SHELL, "shell")
    text = "".join(f"{number:07}\n" for number in range(131072))
    assert node_space("exec", "-i", "shell", "--", "cat", stdin=text) == text


def test_exec_over_a_websocket(node_space):
    node_space.run_ready(SHELL, "shell")
    for command in (["cat"], ["sh", "-c", "echo through; exit 5"]):
        result = node_space.result("exec", "-v=6", "-i", "shell", "--", *command, stdin="through\n")
        # kubectl would go on over SPDY, and say so, if it were refused the newest protocol.
        assert result.stdout == "through\n" and "fallback" not in result.stderr, result.stderr
        assert result.returncode == (0 if command == ["cat"] else 5)


def test_exec_from_the_python_client(node_space):
    node_space.run_ready(SHELL, "shell")
    core = kubernetes.client.CoreV1Api(kubernetes.config.new_client_from_config(config_file=str(node_space.cluster.kubeconfig)))
    session = kubernetes.stream.stream(core.connect_get_namespaced_pod_exec, "shell", node_space.name, command=["sh", "-c", "read x; echo $x; echo no >&2; exit 3"],
                                       stdin=True, stdout=True, stderr=True, tty=False, _preload_content=False)
    session.write_stdin("yes\n")
    session.run_forever(timeout=20)
    assert (session.read_stdout(), session.read_stderr(), session.returncode) == ("yes\n", "no\n", 3)


def test_exec_over_spdy(node_space):
    node_space.run_ready(SHELL, "shell")
    older = {"KUBECTL_REMOTE_COMMAND_WEBSOCKETS": "false"}
    assert node_space("exec", "-i", "shell", "--", "cat", stdin="spun\n", env=older) == "spun\n"
    assert node_space.result("exec", "shell", "--", "sh", "-c", "exit 9", env=older).returncode == 9


def test_exec_with_a_terminal(node_space):
    node_space.run_ready(SHELL, "shell")
    shown = on_a_terminal(node_space, "exec", "-it", "shell", "--", "sh", typed=b"tty; stty size; echo $((40+2))\n", until=rb"\n42")
    assert "/dev/pts/" in shown and "33 101" in shown
    result = node_space.result("exec", "shell", "--", "sh", "-c", "test -t 0")
    assert result.returncode == 1


def test_attach(node_space):
    node_space.run_ready(SHELL.replace("while true; do sleep 0.2; done", "while read line; do echo got $line; done")
                         .replace("image:", "stdin: true\n      image:"), "shell")
    attached = subprocess.Popen([KUBECTL, "-n", node_space.name, "attach", "-i", "shell"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                stderr=subprocess.DEVNULL, text=True, env=node_space.cluster.environment)
    try:
        attached.stdin.write("word\n")
        attached.stdin.flush()
        assert attached.stdout.readline() == "got word\n"
    finally:
        attached.kill()
        attached.communicate()


def test_attach_to_a_terminal(node_space):
    node_space.run_ready(SHELL.replace("""["sh", "-c", "echo started; trap 'exit 0' TERM; while true; do sleep 0.2; done"]""", '["sh"]')
                         .replace("image:", "stdin: true\n      tty: true\n      image:"), "shell")
    shown = on_a_terminal(node_space, "attach", "-it", "shell", typed=b"echo $((40+2))\n", until=rb"\n42")
    assert "42" in shown
