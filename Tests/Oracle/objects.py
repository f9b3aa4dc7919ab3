"""Where objects are in the API, and how little of them says all to a scheduler."""
import json
import re

RESOURCES = {
    "Node": "/api/v1/nodes", "PersistentVolume": "/api/v1/persistentvolumes", "StorageClass": "/apis/storage.k8s.io/v1/storageclasses",
    "CSINode": "/apis/storage.k8s.io/v1/csinodes", "DeviceClass": "/apis/resource.k8s.io/v1/deviceclasses",
    "ResourceSlice": "/apis/resource.k8s.io/v1/resourceslices", "PriorityClass": "/apis/scheduling.k8s.io/v1/priorityclasses",
    "RuntimeClass": "/apis/node.k8s.io/v1/runtimeclasses", "Pod": "/api/v1/namespaces/{}/pods", "Service": "/api/v1/namespaces/{}/services",
    "ReplicaSet": "/apis/apps/v1/namespaces/{}/replicasets", "PersistentVolumeClaim": "/api/v1/namespaces/{}/persistentvolumeclaims",
    "PodDisruptionBudget": "/apis/policy/v1/namespaces/{}/poddisruptionbudgets",
    "ResourceClaim": "/apis/resource.k8s.io/v1/namespaces/{}/resourceclaims"}
# What is the same in every object, or says nothing to a scheduler.
NOISE = {
    "metadata": ("managedFields", "resourceVersion", "generation", "finalizers", "creationTimestamp"),
    "spec": ("dnsPolicy", "enableServiceLinks", "restartPolicy", "securityContext", "serviceAccount", "serviceAccountName", "priorityClassName",
             "automountServiceAccountToken", "terminationGracePeriodSeconds", "podCIDR", "podCIDRs", "providerID", "runtimeClassName",
             "persistentVolumeReclaimPolicy"),
    "status": ("qosClass", "nodeInfo", "daemonEndpoints", "capacity", "volumeHealth", "addresses", "lastPhaseTransitionTime")}
CONTAINER_NOISE = ("terminationMessagePath", "terminationMessagePolicy", "imagePullPolicy", "restartPolicyRules")


def paths(item):
    """The path of an object's like, and its own."""
    path = RESOURCES[item["kind"]].format(item["metadata"].get("namespace"))
    return path, f"{path}/{item['metadata']['name']}"


def name(reference):
    """Of an object that the scheduler's log names."""
    return reference["name"] if isinstance(reference, dict) else reference.split("/")[-1]


def filled(item, but=()):
    return {key: value for key, value in item.items() if key not in but and value not in ([], {}, None)}


def plain(item):
    """An object without the noise."""
    item = json.loads(json.dumps(item))
    item.pop("apiVersion", None)
    spec, status = item.get("spec", {}), item.get("status", {})
    if spec.get("schedulerName") == "default-scheduler":
        del spec["schedulerName"]
    if spec.get("preemptionPolicy") == "PreemptLowerPriority":
        del spec["preemptionPolicy"]
    if "tolerations" in spec:  # Those that every pod gets are for taints that no node has here.
        spec["tolerations"] = [each for each in spec["tolerations"] if not each.get("key", "").startswith("node.kubernetes.io/")]
    for kind in ("containers", "initContainers"):
        for container in spec.get(kind, []):
            needs = any(rule["action"] == "RestartAllContainers" for rule in container.get("restartPolicyRules", []))
            for each in CONTAINER_NOISE:
                container.pop(each, None)
            if needs:
                container["restartPolicyRules"] = [{"action": "RestartAllContainers"}]
    if "conditions" in status:
        status["conditions"] = [
            {key: each[key] for key in ("type", "status", "reason")} for each in status["conditions"] if each["type"] == "DisruptionTarget"]
    if item.get("kind") == "Pod" and status.get("phase") in ("Pending", "Running"):
        del status["phase"]
    for part in ("metadata", "spec", "status"):
        if part in item:
            item[part] = filled(item[part], NOISE[part])
            if not item[part]:
                del item[part]
    return item


def placed(pod):
    """A pod that has its node, without what it asked of nodes."""
    pod = plain(pod)
    spec = pod["spec"]
    for each in "tolerations", "nodeSelector", "topologySpreadConstraints", "schedulerName":
        spec.pop(each, None)
    spec.get("affinity", {}).pop("nodeAffinity", None)
    for container in spec["containers"] + spec.get("initContainers", []):
        for each in "image", "name", "restartPolicyRules":
            container.pop(each, None)
    return pod


def compact(record, prefix):
    """One line, with names and uids as short as they can be."""
    text = json.dumps(record, separators=(",", ":"), sort_keys=True).replace(f"{prefix}-", "")
    uids = {}
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", lambda match: uids.setdefault(match[0], f"u{len(uids)}"), text)
