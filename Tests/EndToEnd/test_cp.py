"""kubectl cp."""
from manifests import SHELL


def test_files_and_directories(node_space, tmp_path):
    node_space.run_ready(SHELL, "shell")
    source = tmp_path / "tree"
    (source / "deep").mkdir(parents=True)
    (source / "one.txt").write_text("one\n")
    (source / "deep" / "two.bin").write_bytes(bytes(range(256)) * 1000)
    node_space("cp", str(source / "one.txt"), "shell:/tmp/one.txt")
    assert node_space("exec", "shell", "--", "cat", "/tmp/one.txt") == "one\n"
    node_space("cp", str(source), "shell:/tmp/tree", "-c", "main")
    node_space("cp", "shell:/tmp/tree", str(tmp_path / "back"))
    assert (tmp_path / "back" / "one.txt").read_text() == "one\n"
    assert (tmp_path / "back" / "deep" / "two.bin").read_bytes() == bytes(range(256)) * 1000
