"""What kubectl tells when the input is wrong."""
from manifests import CONFIG_MAP, DEPLOYMENT, SERVICE


def test_unknown_fields_and_kinds(space):
    wrong = CONFIG_MAP.replace("\ndata:", "\ndataa:")
    assert 'strict decoding error: unknown field "dataa"' in space.refused("create", "-f", "-", stdin=wrong)
    space("create", "--validate=false", "-f", "-", stdin=wrong)
    warned = space.result("apply", "--validate=warn", "-f", "-", stdin=wrong)
    assert warned.returncode == 0 and 'Warning: unknown field "dataa"' in warned.stderr
    assert 'no matches for kind "Gizmo" in version "v1"' in space.refused("create", "-f", "-", stdin=CONFIG_MAP.replace("ConfigMap", "Gizmo"))
    assert "mapping values are not allowed" in space.refused("create", "-f", "-", stdin="a: b: c")


def test_names_and_duplicates(space):
    assert "a lowercase RFC 1123 subdomain must consist of" in space.refused("create", "configmap", "Not_A_Name")
    space("create", "configmap", "twice")
    assert space.refused("create", "configmap", "twice") == 'error: failed to create configmap: configmaps "twice" already exists\n'
    assert 'namespaces "nowhere" not found' in space.cluster.kubectl_result("-n", "nowhere", "create", "configmap", "x").stderr


def test_causes_are_named(space):
    refused = space.refused("create", "-f", "-", stdin=DEPLOYMENT.replace("metadata: {labels: {app: web}}", "metadata: {labels: {app: other}}"))
    assert 'The Deployment "web" is invalid: spec.template.metadata.labels: Invalid value' in refused
    assert "`selector` does not match template `labels`" in refused
    refused = space.refused("create", "-f", "-", stdin=DEPLOYMENT.replace("replicas: 2", "replicas: -1").replace('"registry.example/web:1"', '""'))
    assert "* spec.replicas: Invalid value: -1: must be greater than or equal to 0" in refused
    assert "* spec.template.spec.containers[0].image: Required value" in refused
    refused = space.refused("create", "-f", "-", stdin=SERVICE.replace("port: 80", "port: 80000"))
    assert "spec.ports[0].port: Invalid value: 80000: must be between 1 and 65535, inclusive" in refused
    refused = space.refused("create", "-f", "-", stdin=DEPLOYMENT.replace("replicas: 2", "replicas: two"))
    assert 'spec.replicas: Invalid value: "two"' in refused or "spec.replicas" in refused


def test_what_may_not_change(space):
    space("create", "-f", "-", stdin=DEPLOYMENT)
    changed = DEPLOYMENT.replace("app: web}}", "app: changed}}")
    assert "spec.selector: Invalid value" in space.refused("replace", "-f", "-", stdin=changed)
    assert "field is immutable" in space.refused("replace", "-f", "-", stdin=changed)
    space("create", "-f", "-", stdin=CONFIG_MAP + "immutable: true\n")
    assert "field is immutable when `immutable` is set" in space.refused("patch", "cm", "settings", "-p", '{"data":{"color":"red"}}')


def test_an_oversized_object(space, tmp_path):
    for name, megabytes in (("large", 1), ("huge", 4)):
        (tmp_path / name).write_bytes(b"x" * (megabytes * 1024 * 1024 + 1))
    assert "Too long: may not be more than 1048576 bytes" in space.refused("create", "configmap", "large", f"--from-file={tmp_path}/large")
    assert "Request entity too large: limit is 3145728" in space.refused("create", "configmap", "huge", f"--from-file={tmp_path}/huge")
