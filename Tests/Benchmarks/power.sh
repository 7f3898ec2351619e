#!/bin/bash
# All five hosts lose their power at once and get it again: until they have converged, beside starting all services by hand
# in parallel on five hosts of another lab. Target: at most 1.5 times as long. RUNS (3) rounds; needs root, `make deb` and
# `swift build`.
# shellcheck source=Tests/Benchmarks/lab.sh
source "$(dirname "$0")/lab.sh"
runs=${RUNS:-3}

# Each prints the milliseconds from power to the end.
cycle_warren() {
    local begin
    "$warren" lab power-off --name "$1" "${hosts[@]}" > "$scratch/log"
    begin=$(milliseconds)
    "$warren" lab power-on --name "$1" "${hosts[@]}" > "$scratch/log"
    wait_for 600 "Warren converges" warren_converged "$1"
    wait_for 60 "lb1 holds the address" holds "$1" lb1
    echo $(($(milliseconds) - begin))
}

cycle_reference() {
    local begin host jobs=()
    "$warren" lab power-off --name "$1" "${hosts[@]}" > "$scratch/log"
    begin=$(milliseconds)
    "$warren" lab power-on --name "$1" "${hosts[@]}" > "$scratch/log"
    for host in "${brokers[@]}"; do on "$1" "$host" systemctl start rabbitmq-server & jobs+=($!); done
    for host in "${proxies[@]}"; do reference_proxy "$1" "$host" & jobs+=($!); done
    wait_all "${jobs[@]}"
    wait_for 60 "all servers are up" reference_up "$1"
    echo $(($(milliseconds) - begin))
}

own=pw-$$ other=pr-$$
lab_up "$own"
warren_install "$own"
for host in "${hosts[@]}"; do on "$own" "$host" systemctl start warren; done
wait_for 300 "Warren converges" warren_converged "$own"
keep "$own"
for ((run = 1; run <= runs; run++)); do cycle_warren "$own" 2> "$scratch/errors"; done > "$scratch/own"
"$warren" lab down --name "$own" > "$scratch/log"
lab_up "$other"
reference_form "$other"
wait_for 60 "all servers are up" reference_up "$other"
for ((run = 1; run <= runs; run++)); do cycle_reference "$other" 2> "$scratch/errors"; done > "$scratch/other"

echo "Warren: $(tr '\n' ' ' < "$scratch/own")ms; by hand: $(tr '\n' ' ' < "$scratch/other")ms"
median() { sort -n "$1" | sed -n "$(((runs + 1) / 2))p"; }
awk -v a="$(median "$scratch/own")" -v b="$(median "$scratch/other")" 'BEGIN {
    printf "power cycle: Warren %.1f s, by hand %.1f s, %.2f times (target 1.50)\n", a / 1000, b / 1000, a / b; exit a / b > 1.5 }'
