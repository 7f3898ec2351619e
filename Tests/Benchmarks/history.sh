#!/bin/bash
# A day with one drift a minute, put back each time: how large the state file gets, and how long `warren drift --since 24h`
# takes. Fails where a target is missed: 50 MB and 300 ms. WARREN takes a program that is built already.
set -euo pipefail

cd "$(dirname "$0")/../.."
if [ -z "${WARREN:-}" ]; then
    swift build -c release --product warren
    WARREN=$(swift build -c release --show-bin-path)/warren
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
state=$scratch/state.sqlite

# A command makes the file with its tables; the day is filled in beside it.
"$WARREN" resume --state "$state" > "$scratch/log"
/usr/bin/python3 - "$state" <<'END'
import json, sqlite3, sys, time

db = sqlite3.connect(sys.argv[1])
now = int(time.time() * 1000)
config = "".join(f"    server mq{n} 10.77.0.{n}:5672 check inter 2s weight 100\n" for n in range(100))
for minute in range(1440):
    at = now - (1440 - minute) * 59_000
    # Each fourth drift is a file of some 6 kB, with a line that was changed by hand; the others are policies.
    if minute % 4 == 0:
        kind, vhost, name = "file", "", "/etc/haproxy/haproxy.cfg"
        change = {"field": "contents", "observed": config.replace("mq50 ", "mq50x "), "desired": config}
    else:
        kind, vhost, name = "policy", "/orders", f"p{minute % 100}"
        change = {"field": "definition", "observed": {"max-length": minute}, "desired": {"max-length": 10}}
    run = db.execute(
        "INSERT INTO run (cause, host, revision, startedAt, finishedAt, result, sentence, processes) "
        "VALUES ('event', 'mq1', 'sha256:0', ?, ?, 'converged', 'Changed 1; everything is as the manifest says.', 2)",
        (at, at + 900)).lastrowid
    step = db.execute(
        "INSERT INTO step (run, command, startedAt, finishedAt, exitCode, outputTail) VALUES (?, ?, ?, ?, 0, ?)",
        (run, "rabbitmqctl -q eval_file FILE", at, at + 800, "x" * 4096)).lastrowid
    db.execute(
        "INSERT INTO action (step, kind, vhost, name, verb, reason, outcome) VALUES (?, ?, ?, ?, 'update', 'changed', "
        "'succeeded')", (step, kind, vhost, name))
    db.execute(
        "INSERT INTO drift (kind, vhost, name, word, changes, author, openedAt, openedBy, closedAt, closedBy, resolution) "
        "VALUES (?, ?, ?, 'changed', ?, 'alice', ?, ?, ?, ?, 'repaired')",
        (kind, vhost, name, json.dumps([change]), at, run, at + 900, run))
for number in range(20):
    db.execute("INSERT INTO definitionsSnapshot (takenAt, definitions) VALUES (?, ?)", (now - number, "x" * 400_000))
db.commit()
END

megabytes=$(($(stat --format=%s "$state") / 1000000))
times=()
for format in text html markdown; do
    best=
    for _ in 1 2 3 4 5; do
        begun=$(date +%s%N)
        "$WARREN" drift --since 24h --state "$state" --output "$format" > "$scratch/report.$format"
        took=$((($(date +%s%N) - begun) / 1000000))
        [ -n "$best" ] && [ "$best" -le "$took" ] || best=$took
    done
    times+=("$format $best ms")
    if [ "$format" = text ]; then text=$best; fi
done
grep -q "Closed: 1,440" "$scratch/report.text"
echo "state file: $megabytes MB; warren drift --since 24h, best of 5: ${times[*]}; load $(cut -d' ' -f1 /proc/loadavg)"
[ "$megabytes" -lt 50 ] && [ "$text" -lt 300 ]
