#!/bin/bash
# Measures warren beside the bare commands that it replaces, on a real broker, and fails where a target is missed.
# REPEAT=3 changes how often each is measured (the median counts), PORT=5783 the broker's port; WARREN and
# WARREN_BENCH take programs that are built already.
set -euo pipefail

cd "$(dirname "$0")/../.."
source Tests/Benchmarks/broker.sh
source Tests/Benchmarks/measure.sh
repeat=${REPEAT:-5}

if [ -z "${WARREN:-}" ] || [ -z "${WARREN_BENCH:-}" ]; then
    swift build -c release
    bin=$(swift build -c release --show-bin-path)
    WARREN=$bin/warren WARREN_BENCH=$bin/warren-bench
fi

start_broker
manifest base 50 100 200 0 > base.yaml
manifest full 50 100 200 1000 > full.yaml
manifest half 50 100 200 500 > half.yaml
manifest large 50 500 1000 3450 > large.yaml
policies 1000 100 > policies.json
policies 10 7 > ten.json
apply base.yaml > /dev/null

note "A first import of 1,000 policies, bare and by apply"
bare_import=() first_apply=() first_processes=0
for _ in $(seq "$repeat"); do
    delete_policies
    timed bare_import bare rabbitmqctl -q import_definitions "$PWD/policies.json"
    delete_policies
    count_from_here
    timed first_apply apply full.yaml
    first_processes=$(count_of 'rabbitmq')
done
ratio "first apply of 1,000 policies, beside import_definitions" first_apply bare_import 1.5
atmost "  its processes" "$first_processes" 5

note "A plan without drift"
bare_export=() plan=() plan_processes=0
for _ in $(seq "$repeat"); do
    timed bare_export bare rabbitmqctl -q export_definitions "$PWD/out/export.json"
    count_from_here
    timed plan plan full.yaml
    plan_processes=$(count_of 'rabbitmqctl')
done
ratio "plan of 1,350 objects, beside export_definitions" plan bare_export 1.6
atmost "  its rabbitmqctl processes" "$plan_processes" 2

note "A repair of 10 policies among 1,000"
repair=() ten_import=() repair_processes=0
for _ in $(seq "$repeat"); do
    timed ten_import bare rabbitmqctl -q import_definitions "$PWD/ten.json"
    count_from_here
    timed repair apply full.yaml
    repair_processes=$(count_of 'rabbitmq')
done
bare rabbitmqctl -q import_definitions "$PWD/ten.json" >> out/log
watch_events
apply full.yaml
written=$(events_of 'policy.set')
info "repair of 10 among 1,000, beside import_definitions of the 10" repair ten_import
atmost "  its processes" "$repair_processes" 5
exactly "  policies that were written" "$written" 10

note "A deletion of 500 policies"
count_from_here
prune=()
timed prune apply half.yaml
atmost "deletion of 500 pruned policies: processes" "$(count_of 'rabbitmq')" 6
exactly "  policies that are left" "$(bare rabbitmqctl -q eval 'length(rabbit_policy:list()).' | tail -n 1)" 500

note "validate and status"
validate=() status=()
for _ in $(seq "$((repeat * 2 + 1))"); do
    timed validate "$WARREN" validate large.yaml
    timed status "$WARREN" status --state state.sqlite
done
below "validate of 5,000 objects, ms" validate 300
below "status, ms" status 60

note "Planning alone"
"$WARREN_BENCH" 10000 100000 > out/planning
cat out/planning >> out/log
read -r _ small _ _ < <(grep '^10000 ' out/planning)
read -r _ equal drifted memory < <(grep '^100000 ' out/planning)
atmost "planning 100,000 objects without drift, ms" "$equal" 1000
atmost "planning 100,000 objects with 1 % drift, ms" "$drifted" 1000
atmost "  its memory, MB" "$memory" 400
# Ten times the objects; a quadratic planner would take a hundred times as long.
atmost "  its time beside that of 10,000 objects, x" "$(awk -v a="$equal" -v b="$small" 'BEGIN { printf "%.1f", a / b }')" 15

report
