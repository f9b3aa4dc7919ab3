"""kubectl events and get events."""
import re

from conftest import eventually
from manifests import DEPLOYMENT


def test_events(space):
    space("create", "-f", "-", stdin=DEPLOYMENT)
    shown = lambda *args: space("events", *args)
    eventually(lambda: "SuccessfulCreate" in shown() and "FailedScheduling" in shown(), what="the events")
    assert re.match(r"LAST SEEN +TYPE +REASON +OBJECT +MESSAGE\n", shown())
    only = shown("--for=deployment/web")
    assert "ScalingReplicaSet" in only and "FailedScheduling" not in only
    assert "ScalingReplicaSet" not in shown("--types=Warning") and "FailedScheduling" in shown("--types=Warning")
    assert re.search(r"Normal +SuccessfulCreate +replicaset/web-\w+ +Created pod: web-\w+-\w{5}", space("get", "events"))
    assert "web-" in space("get", "events", "--field-selector", "involvedObject.kind=ReplicaSet,reason=SuccessfulCreate", "-o", "name")
    assert space("get", "events.events.k8s.io", "--sort-by=.metadata.creationTimestamp", "-o", "name")


def test_watch(space):
    with space.follow("events", "--watch") as watch:
        space("create", "-f", "-", stdin=DEPLOYMENT)
        watch.until("ScalingReplicaSet")
