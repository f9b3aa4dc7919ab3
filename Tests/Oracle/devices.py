"""Random devices, and claims for them."""
from clusters import ZONE, maybe

DRIVER = "gpu.example"


def classes(prefix):
    """A class of all devices, and one of some."""
    some = f'device.driver == "{DRIVER}" && device.attributes["{DRIVER}"].model == "b"'
    expressions = {f"{prefix}-any": f'device.driver == "{DRIVER}"', f"{prefix}-some": some}
    return [
        {"apiVersion": "resource.k8s.io/v1", "kind": "DeviceClass", "metadata": {"name": name}, "spec": {"selectors": [{"cel": {"expression": text}}]}}
        for name, text in expressions.items()]


def device(random, index, counters, is_local):
    result = {
        "name": f"d{index}",
        "attributes": {"model": {"string": random.choice(["a", "b", "b"])}, "socket": {"int": random.choice([0, 1])},
                       "firmware": {"version": random.choice(["1.2.0", "1.10.0", "2.0.1"])}, "fast": {"bool": maybe(random, 0.5)}},
        "capacity": {"memory": {"value": random.choice(["10Gi", "40Gi", "80Gi"])}}}
    # Of a tainted device that consumes counters upstream counts these as taken.
    if not counters and maybe(random, 0.12):
        result["taints"] = [{"key": "worn", "value": "x", "effect": random.choice(["NoSchedule", "NoExecute"])}]
    if counters:
        result["consumesCounters"] = [{"counterSet": "whole", "counters": {"slices": {"value": str(random.choice([1, 2, 4]))}}}]
    elif is_local and maybe(random, 0.15):
        result["allowMultipleAllocations"] = True
        if maybe(random, 0.5):
            result["capacity"]["memory"]["requestPolicy"] = {"default": "5Gi", "validRange": {"min": "1Gi", "step": "1Gi"}}
    return result


def slices(random, prefix, names):
    """What drivers publish: a pool on most nodes, and sometimes one for several nodes."""
    result = []

    def add(pool, reach, count, counters=False):
        devices = [device(random, index, counters, "nodeName" in reach) for index in range(count)]
        extra = [{"devices": devices}]
        if counters:  # The counters have a slice of their own.
            extra = [{"sharedCounters": [{"name": "whole", "counters": {"slices": {"value": "4"}}}]}] + extra
        for index, each in enumerate(extra):
            result.append({
                "apiVersion": "resource.k8s.io/v1", "kind": "ResourceSlice", "metadata": {"name": f"{prefix}-{pool}-{index}"},
                "spec": {"driver": DRIVER, "pool": {"name": f"{prefix}-{pool}", "generation": 1, "resourceSliceCount": len(extra)}, **reach, **each}})

    for index, name in enumerate(names):
        if maybe(random, 0.75):
            add(f"p{index}", {"nodeName": name}, random.randint(1, 4), counters=maybe(random, 0.2))
    if maybe(random, 0.3):
        add("shared", {"allNodes": True}, random.randint(1, 3))
    if maybe(random, 0.3):
        reach = {"nodeSelectorTerms": [{"matchExpressions": [{"key": ZONE, "operator": "In", "values": [random.choice(["a", "b"])]}]}]}
        add("zonal", {"nodeSelector": reach}, random.randint(1, 3))
    return result


def exactly(random, prefix):
    texts = [
        f'device.attributes["{DRIVER}"].model == "a"', f'device.attributes["{DRIVER}"].fast', f'device.attributes["{DRIVER}"].socket == 1',
        f'device.capacity["{DRIVER}"].memory.compareTo(quantity("20Gi")) >= 0',
        f'device.attributes["{DRIVER}"].firmware.isGreaterThan(semver("1.9.0"))']
    result = {"deviceClassName": f"{prefix}-{random.choice(['any', 'any', 'some'])}"}
    if maybe(random, 0.4):
        result["selectors"] = [{"cel": {"expression": text}} for text in random.sample(texts, random.choice([1, 1, 2]))]
    if maybe(random, 0.12):
        result["allocationMode"] = "All"
    elif maybe(random, 0.3):
        result["count"] = 2
    if maybe(random, 0.15):
        result["tolerations"] = [{"key": "worn", "operator": "Exists"}]
    if maybe(random, 0.15):
        result["capacity"] = {"requests": {"memory": random.choice(["4Gi", "20Gi"])}}
    return result


def claim(random, prefix, name, namespace):
    requests = []
    for index in range(random.choice([1, 1, 2])):
        request = {"name": f"r{index}"}
        if maybe(random, 0.25):
            request["firstAvailable"] = [{"name": f"s{place}", **exactly(random, prefix)} for place in range(random.choice([2, 3]))]
        else:
            request["exactly"] = exactly(random, prefix)
        requests.append(request)
    devices = {"requests": requests}
    if maybe(random, 0.35):
        kind = random.choice(["matchAttribute", "matchAttribute", "distinctAttribute"])
        devices["constraints"] = [{kind: f"{DRIVER}/{random.choice(['model', 'socket'])}"}]
    return {
        "apiVersion": "resource.k8s.io/v1", "kind": "ResourceClaim", "metadata": {"name": name, "namespace": namespace}, "spec": {"devices": devices}}
