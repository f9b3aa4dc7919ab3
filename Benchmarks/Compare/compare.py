#!/usr/bin/env python3
"""Martlet's API server beside upstream's kube-apiserver on etcd, in one run on one machine: both get the same requests, one after the other.

    .venv/bin/python Benchmarks/Compare/compare.py [--seconds 5] [--pods 10000] [--only create,watch] [--json]

Upstream's binaries are named by MARTLET_UPSTREAM_KUBE_APISERVER and MARTLET_UPSTREAM_ETCD; MARTLET and APILOAD name other builds than bin/martlet
and .build/release/APILoad. No controller and no scheduler runs. Each measurement is made on one server and then on the other, so that
what else the machine does falls on both. Prints requests a second (watch: events delivered) with p50 and p99 in milliseconds, and the ratio;
and each server's memory at rest, with the pods stored, and at the end.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests" / "EndToEnd"))
from upstream import Run, binary, free_port, start_api_server, variable  # noqa: E402

MARTLET = os.environ.get("MARTLET", ROOT / "bin" / "martlet")
APILOAD = os.environ.get("APILOAD", ROOT / ".build" / "release" / "APILoad")
MEASUREMENTS = [
    ("create", 1), ("create", 16), ("pods", 16), ("custom", 16), ("get", 32), ("apply", 8), ("list-json", 1), ("list-protobuf", 1), ("list-metadata", 1),
    ("list-table", 1), ("watch", 100)]


def load(kubeconfig, what, clients, seconds, check=True):
    result = subprocess.run([APILOAD, kubeconfig, what, str(clients), str(seconds)], capture_output=True, text=True)
    if check and result.returncode != 0:
        sys.exit(f"{what}: {result.stdout}{result.stderr}")
    return result


def wait_until_ready(kubeconfig):
    """The measuring program makes a namespace first, which works as soon as the server does."""
    deadline = time.monotonic() + 90
    while not os.path.exists(kubeconfig) or load(kubeconfig, "get", 1, 0, check=False).returncode != 0:
        if time.monotonic() > deadline:
            sys.exit(f"the server of {kubeconfig} does not answer")
        time.sleep(0.2)


def memory(process):
    """PSS of a process in MiB."""
    lines = pathlib.Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) // 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--pods", type=int, default=10000)
    parser.add_argument("--only", default=",".join(dict.fromkeys(what for what, _ in MEASUREMENTS)), help="what is measured")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    etcd, server = binary("etcd"), binary("kube-apiserver")
    if not etcd or not server:
        sys.exit(f"skipped: {variable('etcd')} and {variable('kube-apiserver')} must name upstream's binaries")
    with tempfile.TemporaryDirectory(prefix="martlet-compare-") as directory:
        run = Run(directory)
        theirs = pathlib.Path(directory, "upstream.kubeconfig")
        ours = pathlib.Path(directory, "data", "admin.kubeconfig")
        try:
            processes = {
                "upstream": start_api_server(run, etcd, server, theirs),
                "martlet": run.start(
                    "martlet", MARTLET, "server", "--name", f"compare-{os.getpid()}", "--data-dir", ours.parent, "--without-node", "--without-scheduler",
                    "--controllers=-*", "--api-port", free_port())}
            servers = {"martlet": ours, "upstream": theirs}
            for kubeconfig in servers.values():
                wait_until_ready(kubeconfig)
            rows = []
            sizes = {"at rest": {name: memory(process) for name, process in processes.items()}}
            stored = f"with {options.pods} pods"
            for what, clients in MEASUREMENTS:
                if what not in options.only.split(","):
                    continue
                if what.startswith("list") and stored not in sizes:
                    for kubeconfig in servers.values():
                        load(kubeconfig, "fill", options.pods, 0)
                    sizes[stored] = {name: memory(process) for name, process in processes.items()}
                row = {name: json.loads(load(kubeconfig, what, clients, options.seconds).stdout) for name, kubeconfig in servers.items()}
                rows.append({"what": what, "clients": clients, **row, "ratio": round(row["martlet"]["perSecond"] / row["upstream"]["perSecond"], 2)})
                if not options.json:
                    figures = "  ".join(f"{name} {row[name]['perSecond']:10.1f}/s p50 {row[name]['p50ms']} p99 {row[name]['p99ms']} ms" for name in servers)
                    print(f"{what:14} {clients:4}  {figures}  ratio {rows[-1]['ratio']}", flush=True)
            sizes["at the end"] = {name: memory(process) for name, process in processes.items()}
            if options.json:
                print(json.dumps({"rows": rows, "memoryMiB": sizes}, indent=1))
            else:
                for when, figures in sizes.items():
                    print(f"memory {when} (PSS in MiB, etcd not counted): {figures}")
        finally:
            run.end()


if __name__ == "__main__":
    main()
