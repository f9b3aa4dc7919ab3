"""kubectl label and annotate."""
from manifests import CONFIG_MAP


def test_label(space):
    space("create", "-f", "-", stdin=CONFIG_MAP)
    labels = lambda: space.get("cm", "settings")["metadata"].get("labels")
    assert space("label", "cm", "settings", "tier=front") == "configmap/settings labeled\n"
    assert "already has a value (front), and --overwrite is false" in space.refused("label", "cm", "settings", "tier=back")
    space("label", "cm", "settings", "tier=back", "--overwrite")
    assert labels() == {"app": "shop", "tier": "back"}
    assert space("label", "cm", "settings", "tier-") == "configmap/settings unlabeled\n"
    space("label", "cm", "-l", "app=shop", "all=yes")
    assert labels() == {"app": "shop", "all": "yes"} and "app=shop" in space("label", "cm", "settings", "--list")
    assert "a valid label must be an empty string or consist of alphanumeric" in space.refused("label", "cm", "settings", "tier=-bad-")


def test_annotate(space):
    space("create", "-f", "-", stdin=CONFIG_MAP)
    assert space("annotate", "cm", "settings", "note=hello there") == "configmap/settings annotated\n"
    assert space.get("cm", "settings")["metadata"]["annotations"]["note"] == "hello there"
    version = space.get("cm", "settings")["metadata"]["resourceVersion"]
    space("annotate", "cm", "settings", "note=again", "--overwrite", f"--resource-version={version}")
    assert "the object has been modified" in space.refused(
        "annotate", "cm", "settings", "note=late", "--overwrite", f"--resource-version={version}")
    assert space("annotate", "cm", "settings", "note-") == "configmap/settings annotated\n"
    assert "note" not in space.get("cm", "settings")["metadata"].get("annotations", {})
