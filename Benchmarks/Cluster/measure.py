#!/usr/bin/env python3
"""Measures a cluster of its own, as a user would see it: how long it takes to start, what it costs while nothing happens, how
long a pod takes to run beside what the container runtime alone takes.

    .venv/bin/python Benchmarks/Cluster/measure.py [--idle SECONDS] [--pods N] [--without-node]

Needs `make build example-images` and, but for --without-node, root. Prints one JSON object; all times are in seconds,
memory is PSS in MiB, CPU is in percent of one core. Figures of a shared machine vary: compare those of one run.
"""
import argparse
import base64
import http.client
import json
import os
import pathlib
import shutil
import ssl
import subprocess
import tempfile
import time

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
MARTLET = ROOT / "bin" / "martlet"
IMAGE = "docker.io/martlet/busybox:1"


class Cluster:
    def __init__(self, directory, flags):
        self.directory, self.flags = pathlib.Path(directory), flags
        self.environment = {**os.environ, "KUBECONFIG": str(self.directory / "kubeconfig"), "HOME": directory}

    def martlet(self, command, *arguments):
        subprocess.run(
            [MARTLET, command, *arguments, "--name", "measure", "--data-dir", self.directory / "data"], check=True,
            stdout=subprocess.DEVNULL, env=self.environment)

    def api(self):
        """A connection to the API server as its administrator."""
        config = yaml.safe_load((self.directory / "data" / "admin.kubeconfig").read_text())
        server, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
        context = ssl.create_default_context(cadata=base64.b64decode(server["certificate-authority-data"]).decode())
        with tempfile.NamedTemporaryFile() as pair:  # The ssl module takes certificates from files only.
            pair.write(base64.b64decode(user["client-certificate-data"]) + base64.b64decode(user["client-key-data"]))
            pair.flush()
            context.load_cert_chain(pair.name)
        host, port = server["server"].removeprefix("https://").split(":")
        return http.client.HTTPSConnection(host, int(port), context=context, timeout=60)

    def start(self):
        before = time.monotonic()
        self.martlet("start", *self.flags)
        return time.monotonic() - before

    def pid(self):
        return int((self.directory / "data" / "server.lock").read_text().split()[0])


def memory(pid):
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"/proc/{pid}/smaps_rollup has no Pss")


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def idle(cluster, seconds):
    pid = cluster.pid()
    used, before = cpu_seconds(pid), time.monotonic()
    time.sleep(seconds)
    percent = 100 * (cpu_seconds(pid) - used) / (time.monotonic() - before)
    return {"idleSeconds": seconds, "idleMemory": round(memory(pid), 1), "idleCPU": round(percent, 2)}


def percentile(values, part):
    return round(sorted(values)[min(len(values) - 1, int(len(values) * part))], 3)


def pod(name):
    return {
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": name},
        "spec": {"terminationGracePeriodSeconds": 0, "containers": [
            {"name": "main", "image": IMAGE, "imagePullPolicy": "IfNotPresent", "command": ["sleep", "3600"]}]},
    }


def pod_starts(cluster, count):
    """Pods one after another: from the create request to the watch event that says Running."""
    pods, api, events = "/api/v1/namespaces/default/pods", cluster.api(), cluster.api()
    times = []
    for number in range(count):
        name = f"start-{number}"
        before = time.monotonic()
        api.request("POST", pods, json.dumps(pod(name)), {"Content-Type": "application/json"})
        created = json.load(api.getresponse())
        version = created["metadata"]["resourceVersion"]
        events.request("GET", f"{pods}?watch=1&fieldSelector=metadata.name%3D{name}&resourceVersion={version}")
        for line in events.getresponse():
            if json.loads(line)["object"]["status"].get("phase") == "Running":
                times.append(time.monotonic() - before)
                break
        events.close()
        api.request("DELETE", f"{pods}/{name}")
        api.getresponse().read()
    return times


STEPS = ("run_podsandbox", "create_container", "start_container")


def runtime_seconds(cluster):
    """What the container runtime itself has spent on starting pods so far, as the node agent measures its calls."""
    api = cluster.api()
    api.request("GET", "/api/v1/nodes")
    node = json.load(api.getresponse())["items"][0]["metadata"]["name"]
    api.request("GET", f"/api/v1/nodes/{node}/proxy/metrics")
    sums = {}
    for line in api.getresponse().read().decode().splitlines():
        for step in STEPS:
            if line.startswith(f'kubelet_runtime_operations_duration_seconds_sum{{operation_type="{step}"}}'):
                sums[step] = float(line.split()[-1])
    return sum(sums.values())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--idle", type=int, default=300)
    parser.add_argument("--pods", type=int, default=50)
    parser.add_argument("--without-node", action="store_true")
    options = parser.parse_args()
    directory = tempfile.mkdtemp(prefix="martlet-measure-")
    cluster = Cluster(directory, ["--without-node"] if options.without_node else [])
    figures = {"node": not options.without_node, "cores": os.cpu_count()}
    try:
        figures["firstStart"] = round(cluster.start(), 3)
        cluster.martlet("stop")
        figures["nextStart"] = round(cluster.start(), 3)
        if not options.without_node:
            cluster.martlet("image", "load", ROOT / "examples" / "images" / "busybox.tar")
            before = runtime_seconds(cluster)
            times = pod_starts(cluster, options.pods)
            runtime = (runtime_seconds(cluster) - before) / len(times)
            figures |= {"pods": len(times), "podStartP50": percentile(times, 0.5), "podStartP99": percentile(times, 0.99)}
            figures |= {"podStartMean": round(sum(times) / len(times), 3), "runtimeMean": round(runtime, 3)}
        figures |= idle(cluster, options.idle)
        print(json.dumps(figures))
    finally:
        cluster.martlet("delete")
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()
