"""What upstream's kube-scheduler says of random clusters and pods, written down as one line of JSON a cluster.

    record.py --kube-scheduler FILE --martlet FILE --clusters 100 --seed 1 --output verdicts.jsonl

The clusters are objects only, in a `martlet server --without-node` that runs no scheduler and next to no controller. Pods are created one
after the other; which nodes fit, what each plugin gave them, who had to leave and which devices were given is read from the log of upstream's
scheduler (-v=10, all nodes ranked), from the API and from the extenders that are part of the play.
`Tests/SchedulerTests/VerdictTests.swift` asks ours the same and compares; MARTLET_VERDICTS names a file other than the one checked in.
"""
import argparse
import base64
import http.client
import json
import os
import pathlib
import ssl
import subprocess
import sys
import tempfile
import time

from configuration import configuration
from extenders import Extenders
from objects import compact
from recording import Recording
from schedulerlog import Log

CONTROLLERS = "serviceaccount-controller,persistentvolume-binder-controller"


class API:
    """One kept connection to the API server, with the client certificate of a kubeconfig."""

    def __init__(self, kubeconfig, kubectl):
        text = subprocess.run([kubectl, "config", "view", "--raw", "-o", "json", "--kubeconfig", kubeconfig], capture_output=True).stdout
        config = json.loads(text)
        user, cluster = config["users"][0]["user"], config["clusters"][0]["cluster"]
        decode = lambda data: base64.b64decode(data).decode()
        context = ssl.create_default_context(cadata=decode(cluster["certificate-authority-data"]))
        with tempfile.NamedTemporaryFile("w") as pair:
            pair.write(decode(user["client-certificate-data"]) + decode(user["client-key-data"]))
            pair.flush()
            context.load_cert_chain(pair.name)
        self.connection = http.client.HTTPSConnection(cluster["server"].removeprefix("https://"), context=context)

    def __call__(self, method, path, body=None, allowed=()):
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        self.connection.request(method, path, json.dumps(body) if body is not None else None, {"Content-Type": kind})
        response = self.connection.getresponse()
        answer = json.loads(response.read())
        assert response.status < 300 or response.status in allowed, f"{method} {path}: {answer.get('message')}\n{json.dumps(body)}"
        return answer


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kube-scheduler", default=os.environ.get("MARTLET_UPSTREAM_KUBE_SCHEDULER"))
    parser.add_argument("--martlet", default="bin/martlet")
    parser.add_argument("--kubectl", default=".venv/bin/kubectl")
    parser.add_argument("--clusters", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--api-port", default="17020")
    parser.add_argument("--output", default="verdicts.jsonl")
    options = parser.parse_args()
    if not options.kube_scheduler:
        sys.exit("skipped: no upstream kube-scheduler (--kube-scheduler or MARTLET_UPSTREAM_KUBE_SCHEDULER)")
    with tempfile.TemporaryDirectory(prefix="martlet-oracle-") as directory:
        data = f"{directory}/data"
        server = subprocess.Popen(
            [options.martlet, "server", "--name", "oracle", "--data-dir", data, "--without-node", "--api-port", options.api_port,
             "--without-scheduler", f"--controllers={CONTROLLERS}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        scheduler = None
        try:
            api = ready(f"{data}/admin.kubeconfig", options.kubectl, server)
            extenders = Extenders()
            settings = configuration(extenders.configuration())
            file = pathlib.Path(directory, "scheduler.yaml")
            connection = {"kubeconfig": f"{data}/admin.kubeconfig", "qps": 2000, "burst": 2000}
            file.write_text(json.dumps({**settings, "clientConnection": connection, "leaderElection": {"leaderElect": False}}))
            scheduler = subprocess.Popen(
                [options.kube_scheduler, f"--config={file}", "-v=10", "--logging-format=json",
                 "--secure-port=0"], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
            log = Log(scheduler)
            log.wait("Caches populated", "type", ["*v1.Node", "*v1.Pod", "*v1.Namespace"])
            recording = Recording(api, log, extenders, options.seed)
            recording.prepare()
            attempts = 0
            with open(options.output, "w") as output:
                output.write(json.dumps({"configuration": settings}, separators=(",", ":")) + "\n")
                for number in range(options.clusters):
                    record, prefix = recording.cluster(number)
                    attempts += len(record.get("attempts", []))
                    output.write(compact(record, prefix) + "\n")
                    output.flush()
            print(f"{options.clusters} clusters, {attempts} verdicts: {options.output}")
        finally:
            for process in (scheduler, server):
                if process:
                    process.terminate()
                    process.wait()


def ready(kubeconfig, kubectl, server):
    """The API of a server that was just started, once it is ready."""
    deadline = time.monotonic() + 120
    while True:
        assert server.poll() is None and time.monotonic() < deadline, "martlet server is not ready"
        time.sleep(0.1)
        try:
            api = API(kubeconfig, kubectl)
            api("GET", "/api/v1/namespaces/kube-system")
            return api
        except (OSError, AssertionError, TypeError):  # The kubeconfig is not there, or the server is not ready.
            continue


if __name__ == "__main__":
    main()
