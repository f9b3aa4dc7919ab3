"""What upstream's kube-scheduler says of random clusters and pods, written down as one line of JSON a cluster.

    record.py --kube-scheduler FILE --martlet FILE --clusters 100 --seed 1 --output verdicts.jsonl

The clusters are objects only, in a `martlet server --without-node` that runs no scheduler and next to no controller. Pods are created one
after the other; which nodes fit and what each plugin gives them is read from the log of upstream's scheduler (-v=10, all nodes ranked).
`Tests/SchedulerTests/VerdictTests.swift` asks ours the same and compares; MARTLET_VERDICTS names a file other than the one checked in.
"""
import argparse
import base64
import http.client
import json
import os
import pathlib
import queue
import random
import ssl
import subprocess
import sys
import tempfile
import threading
import time

import clusters

CONFIGURATION = """
apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
clientConnection: {{kubeconfig: {kubeconfig}, qps: 2000, burst: 2000}}
leaderElection: {{leaderElect: false}}
percentageOfNodesToScore: 100
"""
CONTROLLERS = "serviceaccount-controller,persistentvolume-binder-controller"
# What is the same in every object, or says nothing to a scheduler.
NOISE = {
    "metadata": ("managedFields", "resourceVersion", "generation", "finalizers", "creationTimestamp"),
    "spec": ("dnsPolicy", "enableServiceLinks", "restartPolicy", "schedulerName", "securityContext", "serviceAccount", "serviceAccountName",
             "automountServiceAccountToken", "terminationGracePeriodSeconds", "podCIDR", "podCIDRs", "providerID", "preemptionPolicy"),
    "status": ("conditions", "qosClass", "nodeInfo", "daemonEndpoints", "capacity", "volumeHealth", "addresses")}
CONTAINER_NOISE = ("terminationMessagePath", "terminationMessagePolicy", "imagePullPolicy")


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
        self.connection.request(method, path, json.dumps(body) if body is not None else None, {"Content-Type": "application/json"})
        response = self.connection.getresponse()
        answer = json.loads(response.read())
        assert response.status < 300 or response.status in allowed, f"{method} {path}: {answer.get('message')}\n{json.dumps(body)}"
        return answer


class Log:
    """The scheduler's log as it comes: what nodes and pods it has seen, and all that it says of the pod at hand."""

    def __init__(self, process):
        self.lines, self.keep = queue.Queue(), []
        threading.Thread(target=self.read, args=(process.stderr,), daemon=True).start()

    def read(self, stream):
        for line in stream:
            if line.startswith("{"):
                self.lines.put(json.loads(line))
            else:
                print(line, end="", file=sys.stderr)
        self.lines.put(None)

    def next(self, timeout=30):
        line = self.lines.get(timeout=timeout)
        assert line is not None, "the scheduler has ended"
        return line

    def wait(self, message, field, names):
        """Until a line with the message has come for each of the names."""
        missing = set(names)
        while missing:
            line = self.next()
            if line["msg"] == message:
                missing.discard(name(line[field]))

    def verdict(self, pod):
        """What the scheduler does with one pod."""
        scores = {}
        while True:
            line = self.next()
            if name(line.get("pod", "")) != pod:
                continue
            if line["msg"] == "Plugin scored node for pod":
                scores.setdefault(line["plugin"], {})[line["node"]] = line["score"]
            elif line["msg"] == "Successfully bound pod to node":
                nodes = sorted(next(iter(scores.values()))) if scores else [line["node"]]
                assert len(nodes) == line["feasibleNodes"], line
                return {"node": line["node"], "feasible": nodes, "scores": scores}
            elif line["msg"].startswith("Unable to schedule pod; no fit"):
                return {"feasible": [], "message": line["err"]}
            elif line["msg"] in ("Error scheduling pod; retrying", "Failed to bind pod"):
                raise AssertionError(line)


def name(reference):
    return reference["name"] if isinstance(reference, dict) else reference.split("/")[-1]


def plain(item):
    for part, names in NOISE.items():
        if part in item:
            item[part] = {key: value for key, value in item[part].items() if key not in names}
    spec = item.get("spec", {})
    if "tolerations" in spec:  # Those that every pod gets are for taints that no node has here.
        spec["tolerations"] = [each for each in spec["tolerations"] if not each.get("key", "").startswith("node.kubernetes.io/")]
    for kind in ("containers", "initContainers"):
        for container in item.get("spec", {}).get(kind, []):
            for each in CONTAINER_NOISE:
                container.pop(each, None)
    return item


class Recording:
    def __init__(self, api, log, seed):
        self.api, self.log, self.random, self.seed = api, log, random.Random(seed), seed

    def cluster(self, number):
        """Makes a cluster, plays pods to it, removes it again; answers all that was there and was said."""
        r, api, prefix = self.random, self.api, f"s{self.seed}c{number}"
        spaces = [f"{prefix}-a", f"{prefix}-b"]
        for space, team in zip(spaces, ("one", "two")):
            api("POST", "/api/v1/namespaces", {"metadata": {"name": space, "labels": {"team": team}}})
        for space in spaces:
            while api("GET", f"/api/v1/namespaces/{space}/serviceaccounts/default", allowed=(404,)).get("kind") == "Status":
                time.sleep(0.01)
        space = lambda: r.choice(spaces)
        services = [self.create(clusters.service(r, f"s{i}", space())) for i in range(r.choice([0, 0, 1, 2]))]
        sets = [self.create(clusters.replica_set(r, f"r{i}", space())) for i in range(r.choice([0, 1, 2]))]
        names = [f"{prefix}-n{i}" for i in range(r.randint(2, 12))]
        self.csi_nodes, self.classes, self.open = [], [], []
        if r.random() < 0.35:
            self.storage(prefix, spaces, names)
        for index, each in enumerate(names):
            node = clusters.node(r, each, index)
            made = api("POST", "/api/v1/nodes", node)
            made["spec"]["taints"] = node["spec"]["taints"]
            api("PUT", f"/api/v1/nodes/{each}", made)
        self.log.wait("Update event for node", "node", names)
        running = []
        for index in range(r.randint(0, 4 * len(names))):
            pod = clusters.pod(r, f"{prefix}-r{index}", space(), names, spaces, sets)
            pod["spec"]["nodeName"] = r.choice(names)
            running.append(self.create(pod))
        self.log.wait("Add event for scheduled pod", "pod", [pod["metadata"]["name"] for pod in running])
        record = {
            "cluster": prefix, "namespaces": [{"name": s, "labels": api("GET", f"/api/v1/namespaces/{s}")["metadata"]["labels"]} for s in spaces],
            "services": services, "replicaSets": sets, "classes": self.classes, "csiNodes": self.csi_nodes,
            "nodes": [plain(api("GET", f"/api/v1/nodes/{each}")) for each in names],
            "running": [plain(api("GET", f"/api/v1/namespaces/{p['metadata']['namespace']}/pods/{p['metadata']['name']}")) for p in running]}
        self.seen, record["attempts"] = {}, []
        for index in range(r.randint(6, 14)):
            pod = clusters.pod(r, f"{prefix}-p{index}", space(), names, spaces, sets, hard=1.5)
            self.mount(pod)
            storage = self.changed_storage(spaces)
            made = self.create(pod)
            verdict = self.log.verdict(made["metadata"]["name"])
            record["attempts"].append({"pod": made, **({"storage": storage} if storage else {}), **verdict})
            if not verdict["feasible"]:
                # It must not come back once something changes.
                api("DELETE", f"/api/v1/namespaces/{made['metadata']['namespace']}/pods/{made['metadata']['name']}?gracePeriodSeconds=0")
        self.remove(spaces, names)
        return record

    def create(self, item):
        group = {"apps/v1": "/apis/apps/v1", "storage.k8s.io/v1": "/apis/storage.k8s.io/v1"}.get(item["apiVersion"], "/api/v1")
        plural = {"StorageClass": "storageclasses"}.get(item["kind"], item["kind"].lower() + "s")
        space = item["metadata"].get("namespace")
        return plain(self.api("POST", f"{group}{f'/namespaces/{space}' if space else ''}/{plural}", item))

    def storage(self, prefix, spaces, names):
        """Volumes that claims have, and volumes and claims that wait for a pod."""
        r = self.random
        for kind, mode in (("bound", "Immediate"), ("waiting", "WaitForFirstConsumer")):
            self.classes.append(self.create({
                "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": f"{prefix}-{kind}"},
                "provisioner": "kubernetes.io/no-provisioner", "volumeBindingMode": mode}))
        for each in names:
            if r.random() < 0.8:
                drivers = [{"name": "csi.example", "nodeID": each, "topologyKeys": [], "allocatable": {"count": r.choice([1, 2])}}]
                self.csi_nodes.append(self.create({
                    "apiVersion": "storage.k8s.io/v1", "kind": "CSINode", "metadata": {"name": each}, "spec": {"drivers": drivers}}))
        bound = []
        for index in range(r.randint(2, 6)):
            claim = clusters.claim(r, f"{prefix}-bound{index}", r.choice(spaces), f"{prefix}-bound")
            claim["spec"]["volumeName"] = f"{prefix}-v{index}"
            claim = self.create(claim)
            volume = clusters.volume(r, f"{prefix}-v{index}", f"{prefix}-bound", claim)
            volume["spec"]["capacity"]["storage"] = "10Gi"
            if r.random() < 0.5:
                del volume["spec"]["hostPath"]
                volume["spec"]["csi"] = {"driver": "csi.example", "volumeHandle": volume["metadata"]["name"]}
            self.create(volume)
            bound.append(claim)
        for index in range(r.randint(1, 5)):
            self.create(clusters.volume(r, f"{prefix}-w{index}", f"{prefix}-waiting"))
        waiting = [self.create(clusters.claim(r, f"{prefix}-waiting{index}", r.choice(spaces), f"{prefix}-waiting")) for index in range(r.randint(1, 4))]
        for claim in bound:
            path = f"/api/v1/namespaces/{claim['metadata']['namespace']}/persistentvolumeclaims/{claim['metadata']['name']}"
            while self.api("GET", path)["status"].get("phase") != "Bound":
                time.sleep(0.01)
        self.open = bound + waiting

    def mount(self, pod):
        here = [claim for claim in self.open if claim["metadata"]["namespace"] == pod["metadata"]["namespace"]]
        if here and self.random.random() < 0.5:
            pod["spec"]["volumes"] = [{"name": "v", "persistentVolumeClaim": {"claimName": self.random.choice(here)["metadata"]["name"]}}]

    def changed_storage(self, spaces):
        """Volumes and claims that are not as they were at the attempt before."""
        if not self.classes:
            return []
        names = {each["metadata"]["name"] for each in self.classes}
        lists = [("PersistentVolume", "/api/v1/persistentvolumes")]
        lists += [("PersistentVolumeClaim", f"/api/v1/namespaces/{space}/persistentvolumeclaims") for space in spaces]
        changed = []
        for kind, path in lists:
            for item in self.api("GET", path)["items"]:
                key, version = (kind, item["metadata"]["name"]), item["metadata"]["resourceVersion"]
                if item["spec"]["storageClassName"] in names and self.seen.get(key) != version:
                    self.seen[key] = version
                    changed.append({"kind": kind, **plain(item)})
        return changed

    def remove(self, spaces, names):
        for space in spaces:
            for plural in ("api/v1", "pods"), ("api/v1", "services"), ("apis/apps/v1", "replicasets"):
                self.api("DELETE", f"/{plural[0]}/namespaces/{space}/{plural[1]}?gracePeriodSeconds=0")
        for each in names:
            self.api("DELETE", f"/api/v1/nodes/{each}")
        self.log.wait("Delete event for node", "node", names)


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
            configuration = pathlib.Path(directory, "scheduler.yaml")
            configuration.write_text(CONFIGURATION.format(kubeconfig=f"{data}/admin.kubeconfig"))
            scheduler = subprocess.Popen(
                [options.kube_scheduler, f"--config={configuration}", "-v=10", "--logging-format=json",
                 "--secure-port=0"], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
            log = Log(scheduler)
            log.wait("Caches populated", "type", ["*v1.Node", "*v1.Pod", "*v1.Namespace"])
            recording = Recording(api, log, options.seed)
            attempts = 0
            with open(options.output, "w") as output:
                for number in range(options.clusters):
                    record = recording.cluster(number)
                    attempts += len(record["attempts"])
                    output.write(json.dumps(record, separators=(",", ":"), sort_keys=True) + "\n")
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
