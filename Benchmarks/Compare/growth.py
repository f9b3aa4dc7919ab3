#!/usr/bin/env python3
"""Whether an object costs the same however many there are: one API server, filled in steps.

    .venv/bin/python Benchmarks/Compare/growth.py [--sizes 1000,10000,100000] [--seconds 5]

At each size prints the server's memory, and how many objects a second are read (32 clients), listed 500 at a time and all together (one client),
applied (8) and created (16). MARTLET and APILOAD name other builds than bin/martlet and .build/release/APILoad.
"""
import argparse
import json
import os
import pathlib
import subprocess
import tempfile

from compare import MARTLET, ROOT, Run, free_port, load, memory, wait_until_ready

# What is asked for, by how many clients, and how many objects it is about (None: all there are).
MEASUREMENTS = [("get", 32, 1), ("list-page", 1, 500), ("list-json", 1, None), ("apply", 8, 1), ("pods", 16, 1)]


def stored(kubeconfig):
    """How many pods there are, those that measurements made included."""
    kubectl = ROOT / ".venv" / "bin" / "kubectl"
    answer = subprocess.run(
        [kubectl, "--kubeconfig", kubeconfig, "get", "--raw", "/api/v1/pods?limit=1"], check=True, capture_output=True, text=True).stdout
    return json.loads(answer)["metadata"].get("remainingItemCount", 0) + 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--seconds", type=float, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="martlet-growth-") as directory:
        run = Run(directory)
        kubeconfig = pathlib.Path(directory, "data", "admin.kubeconfig")
        try:
            process = run.start(
                "martlet", MARTLET, "server", "--name", f"growth-{os.getpid()}", "--data-dir", kubeconfig.parent, "--without-node",
                "--without-scheduler", "--controllers=-*", "--api-port", free_port())
            wait_until_ready(kubeconfig)
            for size in [int(text) for text in options.sizes.split(",")]:
                load(kubeconfig, "fill", size, 0)
                count = stored(kubeconfig)
                figures = [f"{count:7} pods, {memory(process)} MiB"]
                for what, clients, objects in MEASUREMENTS:
                    row = json.loads(load(kubeconfig, what, clients, options.seconds).stdout)
                    figures.append(f"{what} {row['perSecond'] * (objects or count):.0f}/s p99 {row['p99ms']} ms")
                print("  ".join(figures), flush=True)
        finally:
            run.end()


if __name__ == "__main__":
    main()
