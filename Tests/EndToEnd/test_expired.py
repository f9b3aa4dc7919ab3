"""Revisions too old to be told of: 410, and how clients get over it."""
import json
import os
import subprocess
import tempfile
import time

import pytest

from conftest import MARTLET, Cluster, eventually, free_port


@pytest.fixture(scope="module")
def forgetful():
    """A control plane that keeps old revisions, and events, for two seconds only."""
    directory = tempfile.mkdtemp(prefix="martlet-forgetful-")
    cluster = Cluster(
        f"e2e-forgetful-{os.getpid()}", directory,
        ["--without-node", "--api-port", str(free_port()), "--etcd-compaction-interval", "2s", "--event-ttl", "2s"])
    cluster.start()
    yield cluster
    cluster.delete()


def raw(cluster, path, timeout=20):
    return cluster.kubectl_result("get", "--raw", path, timeout=timeout)


def test_an_old_revision_is_gone(forgetful):
    cluster = forgetful
    cluster.kubectl("create", "configmap", "first")
    old = cluster.get("configmap", "first")["metadata"]["resourceVersion"]
    page = json.loads(raw(cluster, "/api/v1/configmaps?limit=1").stdout)["metadata"]["continue"]
    count = iter(range(10_000))

    def is_gone():
        # The revision is only old once there are newer ones.
        cluster.kubectl("create", "configmap", f"more-{next(count)}")
        answer = raw(cluster, f"/api/v1/configmaps?watch=true&timeoutSeconds=1&resourceVersion={old}")
        return '"code":410' in answer.stdout or "too old resource version" in answer.stderr

    eventually(is_gone, timeout=60, what="the compaction")
    watch = raw(cluster, f"/api/v1/configmaps?watch=true&timeoutSeconds=1&resourceVersion={old}")
    event = watch.stdout + watch.stderr
    assert "too old resource version" in event, event
    listed = raw(cluster, f"/api/v1/configmaps?resourceVersion={old}&resourceVersionMatch=Exact")
    assert listed.returncode != 0 and ("Expired" in listed.stderr or "Gone" in listed.stderr or "too old" in listed.stderr), listed.stderr

    def token_is_gone():
        return raw(cluster, f"/api/v1/configmaps?limit=1&continue={page}").returncode != 0

    # Snapshots of pages live as long as the revisions.
    eventually(token_is_gone, timeout=30, what="the end of the page")
    refused = raw(cluster, f"/api/v1/configmaps?limit=1&continue={page}").stderr
    assert "The provided continue parameter is too old" in refused, refused


def test_clients_begin_anew(forgetful):
    cluster = forgetful
    # An informer's way: list, then watch from there, whatever has been compacted in between.
    revision = json.loads(raw(cluster, "/api/v1/configmaps").stdout)["metadata"]["resourceVersion"]
    cluster.kubectl("create", "configmap", "seen")
    watch = raw(cluster, f"/api/v1/configmaps?watch=true&timeoutSeconds=1&resourceVersion={revision}").stdout
    assert any(json.loads(line)["object"]["metadata"]["name"] == "seen" for line in watch.splitlines())


def test_an_event_is_forgotten(forgetful):
    forgetful.kubectl("create", "-f", "-", stdin=json.dumps({
        "apiVersion": "v1", "kind": "Event", "metadata": {"name": "brief", "namespace": "default"}, "reason": "Told",
        "involvedObject": {"kind": "Namespace", "name": "default", "namespace": "default"}, "message": "for a while"}))
    eventually(lambda: "NotFound" in forgetful.kubectl_result("get", "event", "brief").stderr, what="the event's end")


def test_how_long_events_are_kept_has_to_be_a_duration():
    refused = subprocess.run([MARTLET, "server", "--without-node", "--event-ttl", "soon"], capture_output=True, text=True)
    assert refused.returncode != 0 and "--event-ttl soon is not a duration" in refused.stderr
