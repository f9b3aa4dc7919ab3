"""How upstream's scheduler is configured: the default profile, and three that use what can be configured."""

PROFILES = [
    {"schedulerName": "default-scheduler"},
    {"schedulerName": "packing", "pluginConfig": [
        {"name": "NodeResourcesFit", "args": {"scoringStrategy": {"type": "MostAllocated", "resources": [
            {"name": "cpu", "weight": 3}, {"name": "memory", "weight": 1}, {"name": "example.com/gpu", "weight": 5}]}}},
        {"name": "InterPodAffinity", "args": {"hardPodAffinityWeight": 40, "ignorePreferredTermsOfExistingPods": True}},
        {"name": "NodeAffinity", "args": {"addedAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [
            {"weight": 7, "preference": {"matchExpressions": [{"key": "cores", "operator": "Gt", "values": ["4"]}]}}]}}}]},
    {"schedulerName": "shaped", "pluginConfig": [
        {"name": "NodeResourcesFit", "args": {"scoringStrategy": {
            "type": "RequestedToCapacityRatio",
            "resources": [{"name": "cpu", "weight": 2}, {"name": "memory", "weight": 3}, {"name": "example.com/gpu", "weight": 4}],
            "requestedToCapacityRatio": {"shape": [
                {"utilization": 10, "score": 1}, {"utilization": 45, "score": 10}, {"utilization": 80, "score": 3}, {"utilization": 100, "score": 0}]}}}},
        {"name": "NodeResourcesBalancedAllocation", "args": {"resources": [
            {"name": "cpu", "weight": 1}, {"name": "memory", "weight": 1}, {"name": "ephemeral-storage", "weight": 1}, {"name": "example.com/gpu", "weight": 1}]}},
        {"name": "PodTopologySpread", "args": {"defaultingType": "List", "defaultConstraints": [
            {"maxSkew": 1, "topologyKey": "topology.kubernetes.io/zone", "whenUnsatisfiable": "ScheduleAnyway"},
            {"maxSkew": 2, "topologyKey": "rack", "whenUnsatisfiable": "DoNotSchedule"}]}}]},
    {"schedulerName": "picky",
     "plugins": {"multiPoint": {"enabled": [{"name": "ImageLocality", "weight": 7}]}, "score": {"disabled": [{"name": "TaintToleration"}]},
                 "filter": {"disabled": [{"name": "NodePorts"}]}},
     "pluginConfig": [
         {"name": "NodeResourcesFit", "args": {"ignoredResources": ["example.com/gpu"]}},
         {"name": "NodeAffinity", "args": {"addedAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
             {"matchExpressions": [{"key": "cores", "operator": "NotIn", "values": ["2"]}]}]}}}}]}]


def configuration(extenders):
    return {
        "apiVersion": "kubescheduler.config.k8s.io/v1", "kind": "KubeSchedulerConfiguration", "percentageOfNodesToScore": 100,
        "profiles": PROFILES, "extenders": extenders}
