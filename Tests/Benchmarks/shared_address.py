#!/usr/bin/python3
"""For how many milliseconds two hosts had an address at once: shared_address.py ADDRESS FOLLOWED FOLLOWED

Each file holds what `ip -oneline address show` said, a line "begin", and then what `ip -ts -oneline monitor address` says.
"""
import datetime
import re
import sys


def seconds(stamp):
    return datetime.datetime.fromisoformat(stamp).timestamp()


def intervals(path, address):
    with open(path) as lines:
        before, _, after = lines.read().partition("begin\n")
    held, since = [], 0.0 if address + "/" in before else None
    for line in after.splitlines():
        match = re.match(r"\[([^\]]+)\] (Deleted )?.*inet " + re.escape(address) + "/", line)
        if not match:
            continue
        if match[2] is None:
            since = seconds(match[1]) if since is None else since
        elif since is not None:
            held.append((since, seconds(match[1])))
            since = None
    return held + ([(since, float("inf"))] if since is not None else [])


def main():
    address, first, second = sys.argv[1:]
    both = sum(
        max(0.0, min(a[1], b[1]) - max(a[0], b[0]))
        for a in intervals(first, address) for b in intervals(second, address))
    print(round(both * 1000) if both != float("inf") else 999_999)


main()
