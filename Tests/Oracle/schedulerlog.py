"""What upstream's scheduler says in its log (-v=10, JSON)."""
import json
import queue
import sys
import threading

from objects import name


class Disturbed(Exception):
    """A pod that waited for victims was tried again, and found something: what follows cannot be told apart."""


class Log:
    """The scheduler's log as it comes: what nodes and pods it has seen, and all that it says of the pod at hand."""

    def __init__(self, process):
        self.lines = queue.Queue()
        threading.Thread(target=self.read, args=(process.stderr,), daemon=True).start()

    def read(self, stream):
        for line in stream:
            if line.startswith("{"):
                self.lines.put(json.loads(line))
            else:
                print(line, end="", file=sys.stderr)
        self.lines.put(None)

    def next(self, timeout=30):
        line = self.lines.get(timeout=timeout)
        assert line is not None, "the scheduler has ended"
        return line

    def wait(self, message, field, names):
        """Until a line with the message has come for each of the names."""
        missing = set(names)
        while missing:
            line = self.next()
            if line["msg"] == message:
                missing.discard(name(line[field]))

    def lines_of(self, pod, timeout=30):
        while True:
            line = self.next(timeout)
            subject = name(line.get("pod") or line.get("preemptor") or "")
            if subject == pod:
                yield line
            elif line["msg"] in ("Successfully bound pod to node", "the target node for the preemption is determined"):
                raise Disturbed(subject)

    def verdict(self, pod):
        """What the scheduler does with one pod."""
        scores, totals, promised = {}, {}, {}
        for line in self.lines_of(pod):
            message = line["msg"]
            if message == "Plugin scored node for pod":
                scores.setdefault(line["plugin"], {})[line["node"]] = line["score"]
            elif message == "Calculated node's final score for pod":
                totals[line["node"]] = line["score"]
            elif message == "the target node for the preemption is determined":
                promised = {"promised": line["node"]}
            elif message == "Successfully bound pod to node":
                nodes = sorted(next(iter(scores.values()))) if scores else [line["node"]]
                assert len(nodes) == line["feasibleNodes"], line
                rows = {plugin: [given[node] for node in nodes] for plugin, given in scores.items()}
                return {
                    "node": line["node"], "feasible": nodes, "totals": [totals[node] for node in nodes] if totals else [],
                    "scores": {plugin: row[0] if len(set(row)) == 1 else row for plugin, row in rows.items()}}
            elif message.startswith("Unable to schedule pod; no fit"):
                return {"feasible": [], "message": line["err"], **promised}
            elif message == "Error scheduling pod; retrying":
                return {"error": line["err"]}
            elif message == "Failed to bind pod":
                raise AssertionError(line)

    def wait_for_victims(self, pod, victims):
        """Until those that had to leave for a pod were told; answers where it was bound meanwhile, if it was."""
        missing, node = set(victims), None
        for line in self.lines_of(pod) if missing else ():
            if line["msg"] == "Preemptor Pod preempted victim Pod":
                missing.discard(name(line["victim"]))
            elif line["msg"] == "Successfully bound pod to node":
                node = line["node"]
            if not missing:
                return node

    def place_of(self, pod):
        """Where a pod goes for which others have left; None when it does not come back soon."""
        try:
            for line in self.lines_of(pod, timeout=4):
                if line["msg"] == "Successfully bound pod to node":
                    return line["node"]
                if line["msg"] == "the target node for the preemption is determined":
                    raise Disturbed(pod)
        except queue.Empty:
            return None
