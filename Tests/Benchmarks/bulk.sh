#!/bin/bash
# 10,000 objects that are changed by hand at once, put back by `warren apply`, beside the broker's own import of just that
# difference. Target: 2 times as long. REPEAT=3 changes how often; WARREN takes a program that is built already.
set -euo pipefail

cd "$(dirname "$0")/../.."
source Tests/Benchmarks/broker.sh
source Tests/Benchmarks/measure.sh
repeat=${REPEAT:-3}

if [ -z "${WARREN:-}" ]; then
    swift build -c release --product warren
    WARREN=$(swift build -c release --show-bin-path)/warren
fi

# Half of the objects are policies, half permissions, of 50 vhosts and 100 users.
start_broker
/usr/bin/python3 - "$port" <<'END'
import json, sys

port = sys.argv[1]
vhosts, users = [f"v{n}" for n in range(50)], [f"u{n}" for n in range(100)]
lines = ["apiVersion: warren/v1", "kind: Cluster", "metadata: { name: bench }", "spec:",
    "  hosts: [{ name: localhost, address: 127.0.0.1, roles: [broker] }]", "  broker:",
    f"    config: {{ listeners.tcp.default: 127.0.0.1:{port}, disk_free_limit.absolute: 10MB }}",
    f"    environment: {{ DIST_PORT: 2{port} }}", "  vhosts:"]
lines += [f"    - {{ name: {v} }}" for v in vhosts]
lines.append("  users:")
for user in users:
    lines += [f"    - name: {user}", "      permissions:"]
    lines += [f"        - {{ vhost: {v}, configure: ^app, write: .*, read: .* }}" for v in vhosts]
lines.append("  policies:")
lines += [
    f"    - {{ name: p{n}, vhost: v{n % 50}, pattern: ^q-{n}$, applyTo: queues, priority: 1, definition: {{ max-length: 100 }} }}"
    for n in range(5000)]
open("bulk.yaml", "w").write("\n".join(lines) + "\n")

def difference(length, write):
    return {
        "permissions": [
            {"user": u, "vhost": v, "configure": "^app", "write": write, "read": ".*"} for u in users for v in vhosts],
        "policies": [
            {"vhost": f"v{n % 50}", "name": f"p{n}", "pattern": f"^q-{n}$", "apply-to": "queues", "priority": 1,
             "definition": {"max-length": length}} for n in range(5000)]}

json.dump(difference(100, ".*"), open("good.json", "w"))
json.dump(difference(7, "^none$"), open("by-hand.json", "w"))
END
apply bulk.yaml

note "10,000 objects changed by hand"
import=() repair=() processes=0
for _ in $(seq "$repeat"); do
    bare rabbitmqctl -q import_definitions "$PWD/by-hand.json" >> out/log
    timed import bare rabbitmqctl -q import_definitions "$PWD/good.json"
    bare rabbitmqctl -q import_definitions "$PWD/by-hand.json" >> out/log
    count_from_here
    timed repair apply bulk.yaml
    processes=$(count_of 'rabbitmq')
done
plan bulk.yaml
ratio "10,000 objects put back, beside import_definitions of them" repair import 2
atmost "  its processes" "$processes" 5
report
