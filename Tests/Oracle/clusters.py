"""Random clusters, and pods that make a scheduler think: all it looks at is there, in small numbers, so that things meet often."""

ZONE, HOST = "topology.kubernetes.io/zone", "kubernetes.io/hostname"
APPS, TIERS = ["web", "db", "cache"], ["front", "back"]
PRIORITIES = {"oracle-low": -10, "oracle-middle": 100, "oracle-high": 1000, "oracle-patient": 500}
PROFILES = ["packing", "shaped", "picky"]
# What the extenders look after: of the first the scheduler does not know, of the second it does.
MANAGED = ["example.com/managed", "example.com/watched"]
IMAGES = {"registry.example/small:1": 10, "registry.example/middle:1": 180, "registry.example/large:1": 900, "library/plain": 400}


def maybe(random, chance):
    return random.random() < chance


def node(random, name, index):
    labels = {HOST: name, "disk": random.choice(["ssd", "hdd"]), "cores": str(random.choice([2, 4, 8, 16]))}
    if maybe(random, 0.85):
        labels[ZONE] = random.choice(["a", "b", "c"])
    if maybe(random, 0.3):
        labels["rack"] = random.choice(["1", "2"])
    amounts = {
        "cpu": random.choice(["2", "3500m", "4", "8", "15"]), "memory": random.choice(["3Gi", "4000000Ki", "7777M", "16Gi", "32Gi"]),
        "pods": str(random.choice([4, 8, 12, 110, 110])), "ephemeral-storage": random.choice(["10Gi", "100G"])}
    if maybe(random, 0.3):
        amounts["example.com/gpu"] = str(random.choice([1, 2, 4]))
    if maybe(random, 0.2):
        amounts["hugepages-2Mi"] = "64Mi"
    if maybe(random, 0.6):
        amounts[MANAGED[1]] = str(random.choice([1, 2, 3]))
    taints = [
        {"key": key, "value": random.choice(["x", "y", "5"]), "effect": random.choice(["NoSchedule", "PreferNoSchedule", "PreferNoSchedule", "NoExecute"])}
        for key in ("dedicated", "spare", "level") if maybe(random, 0.11)]
    images = [
        {"names": [image, f"{image.split(':')[0]}@sha256:{index:x}"], "sizeBytes": size * 1000003}
        for image, size in IMAGES.items() if maybe(random, 0.4)]
    return {
        "apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": labels},
        "spec": {"taints": taints, **({"unschedulable": True} if maybe(random, 0.08) else {})},
        "status": {"capacity": amounts, "allocatable": amounts, "images": images,
                   **({"declaredFeatures": ["RestartAllContainersOnContainerExits"]} if maybe(random, 0.5) else {})}}


def selector(random):
    if maybe(random, 0.6):
        return {"matchLabels": {"app": random.choice(APPS)}}
    operator = random.choice(["In", "NotIn", "Exists", "DoesNotExist"])
    key = random.choice(["app", "tier"])
    values = random.sample(APPS if key == "app" else TIERS, random.choice([1, 2]))
    return {"matchExpressions": [{"key": key, "operator": operator, **({"values": values} if "In" in operator else {})}]}


def node_term(random, names):
    if maybe(random, 0.1):
        return {"matchFields": [{"key": "metadata.name", "operator": random.choice(["In", "NotIn"]), "values": [random.choice(names)]}]}
    choices = [
        {"key": "disk", "operator": "In", "values": ["ssd"]}, {"key": "disk", "operator": "NotIn", "values": ["hdd"]},
        {"key": "cores", "operator": "Gt", "values": ["3"]}, {"key": "cores", "operator": "Lt", "values": ["16"]},
        {"key": ZONE, "operator": "In", "values": random.sample(["a", "b", "c"], 2)}, {"key": "rack", "operator": "Exists"},
        {"key": "rack", "operator": "DoesNotExist"}, {"key": "rack", "operator": "NotIn", "values": ["1"]}]
    return {"matchExpressions": random.sample(choices, random.choice([1, 1, 2]))}


def affinity_term(random, namespaces):
    term = {"topologyKey": random.choice([ZONE, ZONE, HOST, HOST, "rack"]), "labelSelector": selector(random)}
    if maybe(random, 0.15):
        term["namespaces"] = random.sample(namespaces, random.choice([1, 2]))
    if maybe(random, 0.15):
        term["namespaceSelector"] = random.choice([{}, {"matchLabels": {"team": "one"}}, {"matchExpressions": [
            # Not NotIn: upstream takes a selector that holds for a namespace without labels for one of all namespaces.
            {"key": "team", "operator": "In", "values": random.sample(["one", "two", "three"], 2)}]}])
    if maybe(random, 0.1) and "tier" not in str(term["labelSelector"]):
        term[random.choice(["matchLabelKeys", "mismatchLabelKeys"])] = ["tier"]
    return term


def affinity(random, names, namespaces, hard=1.0):
    result = {}
    if maybe(random, 0.25):
        part = result.setdefault("nodeAffinity", {})
        if maybe(random, 0.5):
            terms = [node_term(random, names) for _ in range(random.choice([1, 2]))]
            part["requiredDuringSchedulingIgnoredDuringExecution"] = {"nodeSelectorTerms": terms}
        else:
            part["preferredDuringSchedulingIgnoredDuringExecution"] = [
                {"weight": random.randint(1, 100), "preference": node_term(random, names)} for _ in range(random.choice([1, 2, 3]))]
    for kind, chance in (("podAffinity", 0.25), ("podAntiAffinity", 0.3)):
        if not maybe(random, chance):
            continue
        part = result.setdefault(kind, {})
        if maybe(random, 0.4 * hard):
            part["requiredDuringSchedulingIgnoredDuringExecution"] = [affinity_term(random, namespaces) for _ in range(random.choice([1, 1, 2]))]
        else:
            part["preferredDuringSchedulingIgnoredDuringExecution"] = [
                {"weight": random.randint(1, 100), "podAffinityTerm": affinity_term(random, namespaces)} for _ in range(random.choice([1, 2]))]
    return result


def spread(random):
    hard = maybe(random, 0.5)
    constraint = {
        "maxSkew": random.choice([1, 1, 2, 3]), "topologyKey": random.choice([ZONE, HOST, "rack"]),
        "whenUnsatisfiable": "DoNotSchedule" if hard else "ScheduleAnyway", "labelSelector": selector(random)}
    if hard and maybe(random, 0.2):
        constraint["minDomains"] = random.choice([2, 4])
    if maybe(random, 0.3):
        constraint["nodeAffinityPolicy"] = random.choice(["Honor", "Ignore"])
    if maybe(random, 0.3):
        constraint["nodeTaintsPolicy"] = random.choice(["Honor", "Ignore"])
    if maybe(random, 0.15) and "tier" not in str(constraint["labelSelector"]):
        constraint["matchLabelKeys"] = ["tier"]
    return constraint


def toleration(random):
    result = {"key": random.choice(["dedicated", "spare", "level"]), **random.choice([
        {"operator": "Exists"}, {"operator": "Equal", "value": "x"}, {"value": "y"}])}
    if maybe(random, 0.6):
        result["effect"] = random.choice(["NoSchedule", "PreferNoSchedule", "NoExecute"])
    return random.choice([result, result, result, {"operator": "Exists"}])


def amounts(random, scale=1):
    result = {}
    if maybe(random, 0.75):
        result["cpu"] = f"{scale * random.choice([50, 100, 333, 700, 1500])}m"
    if maybe(random, 0.75):
        result["memory"] = random.choice(["64Mi", "100M", "512Mi", "1Gi", "2500M"])
    if maybe(random, 0.1):
        result["ephemeral-storage"] = random.choice(["1Gi", "5G"])
    return result


def container(random, name, host_port=True):
    result = {"name": name, "image": random.choice(list(IMAGES) + ["registry.example/unknown:2"]), "resources": {"requests": amounts(random)}}
    if maybe(random, 0.03):
        pages = {"hugepages-2Mi": random.choice(["2Mi", "32Mi"])}
        result["resources"] = {"requests": {"cpu": "50m", **result["resources"]["requests"], **pages}, "limits": pages}
    if maybe(random, 0.08):
        result["resources"].setdefault("limits", {})["example.com/gpu"] = "1"
        result["resources"]["requests"]["example.com/gpu"] = "1"
    if host_port and maybe(random, 0.08):
        port = {"containerPort": 80, "hostPort": random.choice([80, 81]), "protocol": random.choice(["TCP", "UDP"])}
        result["ports"] = [{**port, **random.choice([{}, {"hostIP": "127.0.0.1"}, {"hostIP": "127.0.0.2"}])}]
    return result


def whole(random):
    """What a pod asks for as a whole, enough for its containers or not given for one of the two."""
    return {"requests": {key: value for key, value in (("cpu", random.choice(["3", "5500m"])), ("memory", random.choice(["7Gi", "9G"]))) if maybe(random, 0.8)}
            or {"cpu": "4"}}


def ask_for_managed(random, container):
    for name in MANAGED:
        if maybe(random, 0.06):
            for kind in ("requests", "limits"):
                container["resources"].setdefault(kind, {})[name] = "1"


def pod(random, name, namespace, names, namespaces, owners=(), hard=1.0):
    labels = {"app": random.choice(APPS)}
    if maybe(random, 0.6):
        labels["tier"] = random.choice(TIERS)
    containers = [container(random, f"c{index}", host_port=index == 0) for index in range(random.choice([1, 1, 1, 2]))]
    spec = {"containers": containers, "automountServiceAccountToken": False, "terminationGracePeriodSeconds": 0}
    if maybe(random, 0.15):
        spec["initContainers"] = [
            {"name": f"i{index}", "image": random.choice(list(IMAGES)), "resources": {"requests": amounts(random, 2)},
             **({"restartPolicy": "Always"} if maybe(random, 0.5) else {})} for index in range(random.choice([1, 2]))]
    if maybe(random, 0.08):
        spec["resources"] = whole(random)
    if maybe(random, 0.08):
        spec["runtimeClassName"] = "oracle-sandboxed"  # It brings an overhead.
    if maybe(random, 0.5):
        spec["priorityClassName"] = random.choice(list(PRIORITIES))
    if maybe(random, 0.3):
        spec["schedulerName"] = random.choice(PROFILES)
    if maybe(random, 0.05):
        containers[0].update(restartPolicy="Never", restartPolicyRules=[
            {"action": "RestartAllContainers", "exitCodes": {"operator": "In", "values": [7]}}])
    if maybe(random, 0.05):
        spec["volumes"] = [{"name": "image", "image": {"reference": random.choice(list(IMAGES))}}]
    ask_for_managed(random, containers[0])
    if maybe(random, 0.12):
        spec["nodeSelector"] = random.choice([{"disk": "ssd"}, {ZONE: "a"}, {"disk": "hdd", ZONE: "b"}])
    together = affinity(random, names, namespaces, hard)
    if together:
        spec["affinity"] = together
    if maybe(random, 0.3):
        constraints = {(each["topologyKey"], each["whenUnsatisfiable"]): each for each in (spread(random) for _ in range(random.choice([1, 1, 2])))}
        spec["topologySpreadConstraints"] = list(constraints.values())
    if maybe(random, 0.35):
        spec["tolerations"] = [toleration(random) for _ in range(random.choice([1, 2]))]
    metadata = {"name": name, "namespace": namespace, "labels": labels}
    owned = [owner for owner in owners if owner["metadata"]["namespace"] == namespace]
    if owned and maybe(random, 0.4):
        owner = random.choice(owned)
        metadata["labels"] = {**labels, **owner["spec"]["selector"]["matchLabels"]}
        metadata["ownerReferences"] = [{
            "apiVersion": "apps/v1", "kind": "ReplicaSet", "name": owner["metadata"]["name"], "uid": owner["metadata"]["uid"], "controller": True}]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def service(random, name, namespace):
    return {
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": namespace},
        "spec": {"clusterIP": "None", "ports": [{"port": 80}], "selector": {"app": random.choice(APPS)}}}


def replica_set(random, name, namespace):
    labels = {"app": random.choice(APPS), "tier": random.choice(TIERS)}
    return {
        "apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"name": name, "namespace": namespace},
        "spec": {"replicas": 0, "selector": {"matchLabels": labels},
                 "template": {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": "registry.example/small:1"}]}}}}


def volume(random, name, storage_class, bound_to=None):
    """A volume that some nodes reach: by their zone, or by their disk."""
    reach = random.choice([{"key": ZONE, "operator": "In", "values": random.sample(["a", "b", "c"], 2)}, {"key": "disk", "operator": "In", "values": ["ssd"]}])
    spec = {
        "capacity": {"storage": random.choice(["1Gi", "5Gi", "10Gi"])}, "accessModes": ["ReadWriteOnce"], "storageClassName": storage_class,
        "persistentVolumeReclaimPolicy": "Retain", "hostPath": {"path": f"/{name}"},
        "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": [reach]}]}}}
    if maybe(random, 0.2):
        del spec["nodeAffinity"]
    if bound_to:
        spec["claimRef"] = {"kind": "PersistentVolumeClaim", "namespace": bound_to["metadata"]["namespace"], "name": bound_to["metadata"]["name"],
                            "uid": bound_to["metadata"]["uid"]}
    labels = {ZONE: random.choice(["a", "b__c"])} if maybe(random, 0.25) else {}
    return {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": name, "labels": labels}, "spec": spec, "status": {"phase": "Available"}}


def claim(random, name, namespace, storage_class):
    return {
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name, "namespace": namespace},
        "spec": {"accessModes": [random.choice(["ReadWriteOnce"] * 4 + ["ReadWriteOncePod"])], "storageClassName": storage_class, "resources": {"requests": {"storage": random.choice(["500Mi", "2Gi", "6Gi"])}}}}


def budget(random, name, namespace):
    """A disruption budget, and how much of it is left."""
    selector_ = random.choice([{}, selector(random), selector(random), selector(random)])
    return {
        "apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": name, "namespace": namespace},
        "spec": {"maxUnavailable": 1, "selector": selector_},
        "status": {"disruptionsAllowed": random.choice([0, 0, 1, 2]), "currentHealthy": 3, "desiredHealthy": 2, "expectedPods": 3}}
