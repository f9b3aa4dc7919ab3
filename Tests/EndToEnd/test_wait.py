"""kubectl wait."""
from conftest import eventually
from manifests import CONFIG_MAP, SHELL


def test_for_values_creation_and_deletion(space):
    space("wait", f"namespace/{space.name}", "--for=jsonpath={.status.phase}=Active", "--timeout=20s")
    with space.follow("wait", "cm/settings", "--for=create", "--timeout=30s") as waiting:
        space("create", "-f", "-", stdin=CONFIG_MAP)
        waiting.until("configmap/settings condition met")
    with space.follow("wait", "cm/settings", "--for=delete", "--timeout=30s") as waiting:
        space("delete", "cm", "settings")
        assert waiting.process.wait(timeout=30) == 0
    space("create", "-f", "-", stdin=CONFIG_MAP)
    assert "timed out waiting for the condition" in space.refused("wait", "cm/settings", "--for=jsonpath={.data.color}=red", "--timeout=1s")


def test_for_conditions(node_space):
    node_space.apply(SHELL)
    assert node_space("wait", "pods", "--all", "--for=condition=Ready", "--timeout=60s") == "pod/shell condition met\n"
    node_space("wait", "nodes", "--all", "--for=condition=Ready", "--timeout=5s")
