#!/bin/bash
# The gap that a client sees which reconnects, when the holder of the virtual address loses its power: with Warren, and
# with the same haproxy and keepalived alone; and when its HAProxy or its keepalived is killed. Target: p99 of ROUNDS (20)
# under 1.5 s. Beside it, for how long both hosts had the address, as the kernel tells it. FAULTS names fewer faults.
# Needs root, `make deb`, `swift build`.
# shellcheck source=Tests/Benchmarks/lab.sh
source "$(dirname "$0")/lab.sh"
rounds=${ROUNDS:-20}
faults=${FAULTS:-power haproxy keepalived}
client=$PWD/Tests/testbed/amqp-client.py
followers=()
follows=0
unfollow() {
    local follower
    for follower in "${followers[@]}"; do
        kill "$follower" 2> /dev/null || true
        wait "$follower" 2> /dev/null || true
    done
    followers=()
}
trap 'unfollow; finish' EXIT

# follow LAB: what the two proxies' kernels say of the address from now on
follow() {
    local host
    unfollow
    # A file of its own: what was started on the hosts before goes on until its time is over.
    follows=$((follows + 1))
    for host in "${proxies[@]}"; do
        on "$1" "$host" sh -c "ip -4 -oneline address show to $vip; echo begin; exec timeout 40 ip -ts -oneline monitor address" \
            > "$scratch/follow-$follows-$host" 2> /dev/null &
        followers+=($!)
        wait_for 10 "the kernel of $host is followed" grep -q begin "$scratch/follow-$follows-$host"
    done
}

# Prints for how many ms both had it since `follow`.
shared() { /usr/bin/python3 Tests/Benchmarks/shared_address.py "$vip" "$scratch/follow-$follows"-*; }

enough() { [ "$(wc -l < "$1")" -ge "$2" ]; }
serves() { on "$1" lb1 systemctl is-active -q haproxy keepalived; }

# strike LAB FAULT: until another host or a new process serves the address
strike() {
    case $2 in
        power)
            "$warren" lab power-off --name "$1" lb1 > "$scratch/log"
            wait_for 30 "lb2 holds the address" holds "$1" lb2
            ;;
        *)
            "$warren" lab kill --name "$1" lb1 "$2" > "$scratch/log"
            wait_for 30 "$2 runs again" serves "$1"
            wait_for 30 "lb1 holds the address" holds "$1" lb1
            ;;
    esac
    sleep 2
}

# round LAB NUMBER FAULT: appends the longest gap in ms, and what the client said last, to the file of the fault
round() {
    local record="$scratch/record-$1-$3-$2"
    on "$1" client "$client" publish "$vip" orders "app.$3$2" "$record" < "$scratch/password" > "$record.json" &
    local publisher=$!
    wait_for 60 "messages are confirmed" enough "$record" 30
    follow "$1"
    strike "$1" "$3"
    # A host that lost its power has nothing, and does not say so.
    [ "$3" = power ] || shared >> "$scratch/shared-$1-$3"
    touch "$record.stop"
    wait "$publisher"
    on "$1" client "$client" consume "$vip" orders "app.$3$2" "$record" < "$scratch/password" > "$record.consumed"
    grep -q '"lost": 0' "$record.consumed" || { echo "confirmed messages were lost: $(cat "$record.consumed")" >&2; exit 1; }
    sed -E 's/.*"gaps": \[([0-9]+).*"problem": (.*)\}/\1 \2/' "$record.json" >> "$scratch/gaps-$1-$3"
}

# rounds_on LAB FAULT [COMMAND...]: COMMAND starts what a host without Warren doesn't start by itself
rounds_on() {
    local lab=$1 fault=$2 number
    shift 2
    for ((number = 1; number <= rounds; number++)); do
        round "$lab" "$number" "$fault"
        # A start budget is three an hour and boot, so that lb1 boots anew before it is spent.
        if [ "$fault" != power ]; then
            [ $((number % 2)) -eq 0 ] || continue
            "$warren" lab power-off --name "$lab" lb1 > "$scratch/log"
        fi
        wait_for 30 "lb2 holds the address" holds "$lab" lb2
        "$warren" lab power-on --name "$lab" lb1 > "$scratch/log"
        follow "$lab"
        "$@"
        wait_for 60 "lb1 holds the address again" holds "$lab" lb1
        sleep 1
        shared >> "$scratch/shared-$lab-return"
    done
}

report() {
    sort -n "$1" | awk -v name="$2" '{ v[NR] = $1; last = $0 } END {
        p = int(NR * 0.99 + 0.999)
        printf "%s: p50 %d ms, p99 %d ms, max %d ms of %d\n", name, v[int((NR + 1) / 2)], v[p], v[NR], NR
        if (v[p] > 1500) { sub(/^[0-9]+ /, "", last); print "  the longest: " last; exit 1 } }'
}

lab=bv-w-$$ reference=bv-r-$$
lab_up "$lab"
warren_install "$lab"
for host in "${hosts[@]}"; do on "$lab" "$host" systemctl start warren; done
wait_for 300 "Warren converges" warren_converged "$lab"
keep "$lab"
for fault in $faults; do rounds_on "$lab" "$fault" true; done
unfollow
"$warren" lab down --name "$lab" > "$scratch/log"

code=0
if [[ $faults == *power* ]]; then
    lab_up "$reference"
    reference_form "$reference"
    wait_for 60 "all servers are up" reference_up "$reference"
    rounds_on "$reference" power reference_proxy "$reference" lb1
    report "$scratch/gaps-$reference-power" "power lost, keepalived alone" || true
    report "$scratch/shared-$reference-return" "both had it as it returned, keepalived alone" || true
fi
for fault in $faults; do
    report "$scratch/gaps-$lab-$fault" "$fault lost, with Warren" || code=1
    [ "$fault" = power ] || report "$scratch/shared-$lab-$fault" "both had it meanwhile" || true
done
report "$scratch/shared-$lab-return" "both had it as it returned, with Warren" || true
exit $code
