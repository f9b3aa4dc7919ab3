"""Extenders whose answers are random, and the same each time for a pod and a node; what they were asked and said is kept.

`/spy` is asked about every preemption and changes nothing: so it is known who would have to leave every node.
"""
import http.server
import json
import random
import threading

from clusters import MANAGED


class Extenders:
    def __init__(self):
        self.calls = {}
        calls = self.calls

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_POST(self):
                question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                pod = question["Pod"]["metadata"]["name"]
                _, extender, verb = self.path.split("/")
                answer, asked = getattr(Extenders, verb)(extender, pod, question)
                calls.setdefault(pod, []).append(kept(extender, verb, asked, answer))
                body = json.dumps(answer).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def configuration(self):
        url = f"http://127.0.0.1:{self.server.server_port}"
        return [
            {"urlPrefix": f"{url}/first", "filterVerb": "filter", "prioritizeVerb": "prioritize", "preemptVerb": "preempt", "weight": 3,
             "nodeCacheCapable": True, "managedResources": [{"name": MANAGED[0], "ignoredByScheduler": True}]},
            {"urlPrefix": f"{url}/second", "filterVerb": "filter", "prioritizeVerb": "prioritize", "weight": 1,
             "managedResources": [{"name": MANAGED[1]}]},
            {"urlPrefix": f"{url}/spy", "preemptVerb": "preempt", "nodeCacheCapable": True}]

    def take(self, pod):
        """What was asked and said of a pod since."""
        return self.calls.pop(pod, [])

    @staticmethod
    def chance(*of):
        return random.Random("/".join(of))

    @staticmethod
    def names(question):
        return question["NodeNames"] if question.get("NodeNames") is not None else [each["metadata"]["name"] for each in question["Nodes"]["items"]]

    @staticmethod
    def filter(extender, pod, question):
        names, failed, hopeless = [], {}, {}
        for name in Extenders.names(question):
            r = Extenders.chance(extender, pod, name)
            if r.random() < 0.7:
                names.append(name)
            elif r.random() < 0.9:
                r.choice([failed, hopeless])[name] = r.choice(["too noisy", "too far"])
        result = {"FailedNodes": failed, "FailedAndUnresolvableNodes": hopeless, "Error": ""}
        if question.get("NodeNames") is not None:
            return {**result, "NodeNames": names}, Extenders.names(question)
        return {**result, "Nodes": {"items": [each for each in question["Nodes"]["items"] if each["metadata"]["name"] in names]}}, Extenders.names(question)

    @staticmethod
    def prioritize(extender, pod, question):
        names = Extenders.names(question)
        return [{"Host": name, "Score": Extenders.chance("score", extender, pod, name).randint(0, 10)} for name in names], names

    @staticmethod
    def preempt(extender, pod, question):
        asked = question["NodeNameToMetaVictims"]
        left = {name: victims for name, victims in asked.items()
                if extender == "spy" or Extenders.chance("preempt", pod, name).random() < 0.7}
        return {"NodeNameToMetaVictims": left}, asked


def kept(extender, verb, asked, answer):
    """A question and its answer; none when nothing was changed."""
    if verb == "preempt":
        same = answer == {"NodeNameToMetaVictims": asked}
        asked = {name: {"uids": sorted(each["UID"] for each in victims["Pods"]), "violations": victims.get("NumPDBViolations", 0)}
                 for name, victims in asked.items()}
        return {"extender": extender, "verb": verb, "asked": asked, **({} if same else {"answer": answer})}
    if "Nodes" in answer:
        answer = {**answer, "Nodes": {"items": [{"metadata": {"name": each["metadata"]["name"]}} for each in answer["Nodes"]["items"]]}}
    return {"extender": extender, "verb": verb, "asked": sorted(asked), "answer": answer}
