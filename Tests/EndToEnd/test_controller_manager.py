"""`martlet controller-manager` beside an API server whose own loops leave the work to it."""
from conftest import MARTLET, eventually
from test_upstream import martlet_server, run  # noqa: F401 (a fixture)

DEFINITION = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: birds.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: birds, singular: bird, kind: Bird}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties: {spec: {type: object, properties: {wings: {type: integer}}}}
"""

POLICY = """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {{name: {name}}}
spec:
  matchConstraints:
    resourceRules: [{{apiGroups: ["{group}"], apiVersions: ["{version}"], operations: ["*"], resources: ["{resource}"]}}]
  validations: [{{expression: "{expression}"}}]
"""


def test_types_of_admission_policies(run):
    loop = "validatingadmissionpolicy-status-controller"
    cluster = martlet_server(run, f"--controllers=*,-{loop}")
    run.start("controller-manager", MARTLET, "controller-manager", "--kubeconfig", cluster.kubeconfig, "--controllers", loop)
    cluster.kubectl("apply", "-f", "-", stdin=DEFINITION)
    cluster.kubectl("wait", "crd/birds.example.com", "--for=condition=Established", "--timeout=30s")

    def warnings(name, group, version, resource, expression):
        cluster.kubectl(
            "apply", "-f", "-",
            stdin=POLICY.format(name=name, group=group, version=version, resource=resource, expression=expression))
        status = lambda: cluster.get("validatingadmissionpolicy", name).get("status", {})
        eventually(lambda: status().get("observedGeneration") == 1, what="the check")
        return status()["typeChecking"].get("expressionWarnings", [])

    assert warnings("sound", "apps", "v1", "deployments", "object.spec.replicas > 1") == []
    [warning] = warnings("confused", "apps", "v1", "deployments", "object.spec.replicas > '1'")
    assert warning["fieldRef"] == "spec.validations[0].expression"
    assert warning["warning"].startswith("apps/v1, Kind=Deployment: ") and "found no matching overload" in warning["warning"]
    # A version that is not the preferred one.
    [warning] = warnings("older", "autoscaling", "v1", "horizontalpodautoscalers", "object.spec.metrics.size() > 1")
    assert warning["warning"].startswith("autoscaling/v1, Kind=HorizontalPodAutoscaler: ")
    assert warnings("custom-sound", "example.com", "v1", "birds", "object.spec.wings == 2") == []
    [warning] = warnings("custom", "example.com", "v1", "birds", "object.spec.legs == 2")
    assert warning["warning"].startswith("example.com/v1, Kind=Bird: ") and "undefined field 'legs'" in warning["warning"]
    assert warnings("unknown", "example.com", "v1", "bees", "object.spec.legs == 2") == []
