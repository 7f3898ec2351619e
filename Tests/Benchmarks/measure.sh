# Times, counts, targets and the table of them. Sourced by run.sh.

rows=()
missed=0

note() { echo "$*" >&2; }

# timed LIST COMMAND…: runs the command and adds its milliseconds to the list. A failure ends the benchmark.
timed() {
    local -n list=$1
    shift
    local begun=$EPOCHREALTIME
    "$@" >> out/log 2>&1
    local ended=$EPOCHREALTIME
    list+=("$(awk -v a="$begun" -v b="$ended" 'BEGIN { printf "%.0f", (b - a) * 1000 }')")
}

median() {
    local -n values=$1
    printf '%s\n' "${values[@]}" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

count_from_here() { : > out/calls; }
count_of() { grep -c "^$1" out/calls || true; }

row() {
    rows+=("$1|$2|$3|$4")
    [ "$4" != MISSED ] || missed=1
}

verdict() { awk -v a="$1" -v b="$2" 'BEGIN { print (a <= b ? "ok" : "MISSED") }'; }

# ratio TITLE LIST REFERENCE LIMIT
ratio() {
    local own reference times
    own=$(median "$2")
    reference=$(median "$3")
    times=$(awk -v a="$own" -v b="$reference" 'BEGIN { printf "%.2f", a / b }')
    row "$1" "$times x ($own ms / $reference ms)" "<= $4 x" "$(verdict "$times" "$4")"
}

# info TITLE LIST REFERENCE: a ratio without a target
info() {
    local own reference
    own=$(median "$2")
    reference=$(median "$3")
    row "$1" "$(awk -v a="$own" -v b="$reference" 'BEGIN { printf "%.2f", a / b }') x ($own ms / $reference ms)" "" ""
}

atmost() { row "$1" "$2" "<= $3" "$(verdict "$2" "$3")"; }
exactly() { row "$1" "$2" "= $3" "$([ "$2" = "$3" ] && echo ok || echo MISSED)"; }
below() { atmost "$1" "$(median "$2")" "$3"; }

report() {
    printf '\n%-62s %-26s %-9s %s\n' WHAT MEASURED TARGET ""
    local line title value limit result
    for line in "${rows[@]}"; do
        IFS='|' read -r title value limit result <<< "$line"
        printf '%-62s %-26s %-9s %s\n' "$title" "$value" "$limit" "$result"
    done
    exit "$missed"
}
