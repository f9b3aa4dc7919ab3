"""Plays random clusters and pods to a scheduler."""
import random
import time

import clusters
import devices
from objects import RESOURCES, paths, placed, plain
from schedulerlog import Disturbed


class Recording:
    def __init__(self, api, log, extenders, seed):
        self.api, self.log, self.extenders, self.random, self.seed = api, log, extenders, random.Random(seed), seed
        self.started = 0

    def prepare(self):
        """What all clusters share."""
        for title, value in clusters.PRIORITIES.items():
            self.create({"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": title}, "value": value,
                         **({"preemptionPolicy": "Never"} if title.endswith("patient") else {})})
        self.create({
            "apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": "oracle-sandboxed"}, "handler": "sandboxed",
            "overhead": {"podFixed": {"cpu": "250m", "memory": "120Mi"}}})

    def cluster(self, number):
        """Makes a cluster, plays pods to it, removes it again; answers all that was there and was said, and what its names begin with."""
        r, api, prefix = self.random, self.api, f"s{self.seed}c{number}"
        self.spaces = spaces = [f"{prefix}-a", f"{prefix}-b", f"{prefix}-c"]
        for space, team in zip(spaces, ("one", "two", "three")):
            api("POST", "/api/v1/namespaces", {"metadata": {"name": space, "labels": {"team": team}}})
        for space in spaces:
            while api("GET", f"/api/v1/namespaces/{space}/serviceaccounts/default", allowed=(404,)).get("kind") == "Status":
                time.sleep(0.005)
        space = lambda: r.choice(spaces)
        services = [self.create(clusters.service(r, f"s{i}", space())) for i in range(r.choice([0, 0, 1, 2]))]
        sets = [self.create(clusters.replica_set(r, f"r{i}", space())) for i in range(r.choice([0, 1, 2]))]
        budgets = [self.create(clusters.budget(r, f"b{i}", space())) for i in range(r.choice([0, 1, 3]))]
        names = [f"{prefix}-n{i}" for i in range(r.randint(2, 12))]
        self.csi_nodes, self.classes, self.open, self.devices, self.claims, self.news = [], [], [], {}, {}, []
        if r.random() < 0.3:
            self.storage(prefix, spaces, names)
        if r.random() < 0.3:
            self.devices = {"deviceClasses": [self.create(each) for each in devices.classes(prefix)],
                            "resourceSlices": [self.create(each) for each in devices.slices(r, prefix, names)]}
        # Whether those that must leave take their time.
        lingers = not self.classes and not self.devices and r.random() < 0.3
        for index, each in enumerate(names):
            node = clusters.node(r, each, index)
            made = api("POST", "/api/v1/nodes", node)
            made["spec"]["taints"] = node["spec"]["taints"]
            api("PUT", f"/api/v1/nodes/{each}", made)
        self.log.wait("Update event for node", "node", names)
        self.pods, self.seen, self.terminating, self.kept = {}, {}, set(), []
        running = []
        for index in range(r.randint(0, 3 * len(names))):
            pod = clusters.pod(r, f"{prefix}-r{index}", space(), names, spaces, sets)
            pod["spec"].update(nodeName=r.choice(names), terminationGracePeriodSeconds=30 if lingers else 0)
            made = self.create(pod)
            running += [self.start(made)] if made else []
        self.log.wait("Update event for scheduled pod", "pod", [pod["metadata"]["name"] for pod in running])
        teams = {each: api("GET", f"/api/v1/namespaces/{each}")["metadata"]["labels"]["team"] for each in spaces}
        record = {
            "namespaces": [{"name": each, "labels": {"team": team}} for each, team in teams.items()],
            "services": [{"metadata": each["metadata"], "spec": {"selector": each["spec"]["selector"]}} for each in services],
            "replicaSets": [{"metadata": each["metadata"], "spec": {"selector": each["spec"]["selector"]}} for each in sets],
            "budgets": budgets, "classes": self.classes, "csiNodes": self.csi_nodes, **self.devices,
            "nodes": [plain(api("GET", f"/api/v1/nodes/{each}")) for each in names],
            "running": [placed(api("GET", paths(each)[1])) for each in running], "attempts": []}
        for index in range(r.randint(6, 14)):
            pod = clusters.pod(r, f"{prefix}-p{index}", space(), names, spaces, sets, hard=r.choice([0.3, 0.8, 1.5]))
            pod["spec"]["terminationGracePeriodSeconds"] = 30 if lingers else 0
            self.mount(pod)
            if self.devices and r.random() < 0.6:
                self.claim_devices(prefix, index, pod)
            try:
                attempt = self.attempt(pod, lingers)
                record["attempts"] += [attempt] if attempt else []
            except Disturbed:
                break
        self.remove(names)
        return {key: value for key, value in record.items() if value}, prefix

    def attempt(self, pod, lingers):
        changes = self.changes()
        made = self.create(pod)
        if not made:
            self.kept += changes
            return None
        changes, self.kept = self.kept + changes, []
        title = made["metadata"]["name"]
        verdict = self.log.verdict(title)
        calls = self.extenders.take(title)
        if "error" in verdict:  # A claim that a plugin cannot make sense of: it is tried again and again.
            raise Disturbed(verdict["error"])
        if not any(call["verb"] == "prioritize" for call in calls):
            verdict.pop("totals", None)
        result = {"pod": plain(made), **({"changes": changes} if changes else {}), **({"extenders": calls} if calls else {}), **verdict}
        if "promised" in verdict:
            asked = [call for call in calls if call["verb"] == "preempt"][-1]["asked"][verdict["promised"]]
            victims = [self.pods[uid] for uid in asked["uids"]]
            fresh = [each for each in victims if each["metadata"]["name"] not in self.terminating]
            node = self.log.wait_for_victims(title, [each["metadata"]["name"] for each in fresh])
            if lingers:
                self.terminating |= {each["metadata"]["name"] for each in fresh}
                self.news += fresh
                return result
            result["gone"] = [each["metadata"]["uid"] for each in fresh]
            node = node or self.log.place_of(title)
            self.extenders.take(title)
            if node:
                result["node"] = node
        if "node" in result:
            if made["spec"].get("resourceClaims"):
                result["devices"] = self.allocated(made)
            result["started"] = self.start(made)["startTime"]
            self.log.wait("Update event for scheduled pod", "pod", [title])
        else:  # It must not come back once something changes.
            self.api("DELETE", f"{paths(made)[1]}?gracePeriodSeconds=0")
        return result

    def create(self, item):
        """The object as it was stored; nothing for a pod that is not valid, as random ones may be."""
        path, own = paths(item)
        made = self.api("POST", path, item, allowed=(422,) if item["kind"] == "Pod" else ())
        if made["kind"] == "Status":
            return None
        if item["kind"] == "PodDisruptionBudget":
            made = self.api("PATCH", f"{own}/status", {"status": item["status"]})
        return made if item["kind"] == "Pod" else plain({"kind": item["kind"], **made})

    def start(self, pod):
        """Says since when a pod runs: no two since the same time."""
        taken = {each["since"] for each in self.pods.values()}
        since = self.random.choice([second for second in (self.random.randint(0, 100_000) for _ in range(20)) if second not in taken])
        self.pods[pod["metadata"]["uid"]] = {**pod, "since": since}
        text = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1_750_000_000 + since))
        self.api("PATCH", f"{paths(pod)[1]}/status", {"status": {"startTime": text, "phase": "Running"}})
        return {**pod, "startTime": text}

    def allocated(self, pod):
        """Which devices a pod got."""
        result = {}
        for entry in pod["spec"]["resourceClaims"]:
            path = RESOURCES["ResourceClaim"].format(pod["metadata"]["namespace"])
            claim = self.api("GET", f"{path}/{entry['resourceClaimName']}")
            result[claim["metadata"]["name"]] = [
                f"{each['request']} {each['pool']}/{each['device']}" for each in claim["status"]["allocation"]["devices"]["results"]]
        return result

    def claim_devices(self, prefix, index, pod):
        r, space = self.random, pod["metadata"]["namespace"]
        known, used = self.claims.setdefault(space, []), []
        for each in range(r.choice([1, 1, 2])):
            if not known or r.random() < 0.8:
                known.append(f"{prefix}-d{index}x{each}")
                self.create(devices.claim(r, prefix, known[-1], space))
            title = r.choice(known[-2:])
            if title not in used:
                used.append(title)
        pod["spec"]["resourceClaims"] = [{"name": f"c{each}", "resourceClaimName": title} for each, title in enumerate(used)]

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
            volume["spec"]["accessModes"] = claim["spec"]["accessModes"]
            if r.random() < 0.5:
                del volume["spec"]["hostPath"]
                volume["spec"]["csi"] = {"driver": "csi.example", "volumeHandle": volume["metadata"]["name"]}
            self.create(volume)
            bound.append(claim)
        for index in range(r.randint(1, 5)):
            self.create(clusters.volume(r, f"{prefix}-w{index}", f"{prefix}-waiting"))
        waiting = [self.create(clusters.claim(r, f"{prefix}-waiting{index}", r.choice(spaces), f"{prefix}-waiting")) for index in range(r.randint(1, 4))]
        for claim in bound:
            while self.api("GET", paths(claim)[1])["status"].get("phase") != "Bound":
                time.sleep(0.01)
        self.open = bound + waiting

    def mount(self, pod):
        here = [claim for claim in self.open if claim["metadata"]["namespace"] == pod["metadata"]["namespace"]]
        if here and self.random.random() < 0.5:
            claim = self.random.choice(here)["metadata"]["name"]
            pod["spec"].setdefault("volumes", []).append({"name": "v", "persistentVolumeClaim": {"claimName": claim}})

    def changes(self):
        """Volumes, claims and pods with a place that are not as they were at the attempt before."""
        kinds = (["PersistentVolume", "PersistentVolumeClaim"] if self.classes else []) + (["ResourceClaim"] if self.devices else [])
        changed, prefix = [], self.spaces[0][:-1]
        for kind in kinds:
            for path in sorted({RESOURCES[kind].format(space) for space in self.spaces}):
                for item in self.api("GET", path)["items"]:
                    key, version = (path, item["metadata"]["name"]), item["metadata"]["resourceVersion"]
                    if item["metadata"]["name"].startswith(prefix) and self.seen.get(key) != version:
                        self.seen[key] = version
                        changed.append(plain({**item, "kind": kind}))
        for pod in self.news:
            changed.append(placed(self.api("GET", paths(pod)[1])))
        self.news = []
        return changed

    def remove(self, names):
        for space in self.spaces:
            for kind in "Pod", "Service", "ReplicaSet", "PodDisruptionBudget":
                self.api("DELETE", f"{RESOURCES[kind].format(space)}?gracePeriodSeconds=0")
        for items in self.devices.values():
            for each in items:
                self.api("DELETE", paths(each)[1])
        for each in names:
            self.api("DELETE", f"/api/v1/nodes/{each}")
        self.log.wait("Delete event for node", "node", names)
