#!/usr/bin/python3
"""Follows a cluster until it is converged: demo-progress.py SECONDS WARREN-STATUS-COMMAND...

It prints what each host's agent says whenever that changes, and ends with 1 where the time was not enough.
"""
import json
import os
import subprocess
import sys
import time

COLOURED = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
WORDS = {"noProcess": "no process", "splitOff": "split off"}


def faint(text):
    return f"\033[2m{text}\033[0m" if COLOURED else text


def told(host):
    """What is to be said of a host, in one line."""
    status = host["status"]
    if status is None:
        return "its agent does not answer yet"
    node, run = status.get("node"), status.get("lastRun")
    state = node["state"] if node else None
    sentence = run["sentence"] if run else "its agent is up"
    state = f"node {WORDS.get(state, state)}; " if state else ""
    return state + (sentence if len(sentence) < 140 else sentence[:139] + "…")


def main():
    deadline, command = float(sys.argv[1]), sys.argv[2:]
    start, said = time.monotonic(), {}
    while time.monotonic() - start < deadline:
        answer = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            status = json.loads(answer.stdout)
        except ValueError:
            time.sleep(0.3)
            continue
        for host in status.get("hosts", []):
            line = told(host)
            if said.get(host["name"]) != line:
                print(f"{faint(f'{time.monotonic() - start:6.1f} s')}  {host['name']:<5} {line}", flush=True)
            said[host["name"]] = line
        if status.get("state") == "converged":
            print(f"Converged after {time.monotonic() - start:.1f} s.")
            return 0
        time.sleep(0.3)
    print(f"Not converged within {deadline:.0f} s.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
