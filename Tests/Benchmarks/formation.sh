#!/bin/bash
# Five bare hosts, powered on, to converged, beside a script by hand that starts everything in parallel in another lab.
# Target: at most 1.5 times as long. RUNS (3) rounds, taken in turns; needs root, `make deb` and `swift build`.
# shellcheck source=Tests/Benchmarks/lab.sh
source "$(dirname "$0")/lab.sh"
runs=${RUNS:-3}

blank() {
    lab_up "$1"
    if [ "$2" = warren ]; then warren_install "$1"; fi
    "$warren" lab power-off --graceful --name "$1" "${hosts[@]}" > "$scratch/log"
}

measure_warren() {
    blank "$1" warren
    local begin
    begin=$(milliseconds)
    "$warren" lab power-on --name "$1" "${hosts[@]}" > "$scratch/log"
    wait_for 300 "Warren converges" warren_converged "$1"
    wait_for 60 "lb1 holds the address" holds "$1" lb1
    took=$(($(milliseconds) - begin))
}

measure_reference() {
    blank "$1" reference
    local begin
    begin=$(milliseconds)
    "$warren" lab power-on --name "$1" "${hosts[@]}" > "$scratch/log"
    reference_form "$1"
    wait_for 60 "all servers are up" reference_up "$1"
    took=$(($(milliseconds) - begin))
}

own=() other=()
for ((run = 1; run <= runs; run++)); do
    measure_warren "bf-w$run-$$"
    own+=("$took")
    [ "$run" -gt 1 ] || keep "bf-w$run-$$"
    "$warren" lab down --name "bf-w$run-$$" > "$scratch/log"
    measure_reference "bf-r$run-$$"
    other+=("$took")
    "$warren" lab down --name "bf-r$run-$$" > "$scratch/log"
    echo "round $run: Warren ${own[-1]} ms, script ${other[-1]} ms"
done
median() { printf '%s\n' "$@" | sort -n | sed -n "$((($# + 1) / 2))p"; }
a=$(median "${own[@]}") b=$(median "${other[@]}")
awk -v a="$a" -v b="$b" 'BEGIN { printf "formation: Warren %.1f s, script %.1f s, %.2f times (target 1.50)\n", a / 1000, b / 1000, a / b; exit a / b > 1.5 }'
