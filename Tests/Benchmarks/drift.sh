#!/bin/bash
# Measures on a lab of five hosts how long it takes until what is changed by hand is put back. It makes the lab, and
# takes it down. ROUNDS=50 is how often a policy is cleared through each of two nodes; each time another policy, as one
# that is changed again and again is contested, and put back more slowly.
source "$(dirname "$0")/lab.sh"
rounds=${ROUNDS:-50}
lab="bd-$$"
follower=
trap '[ -z "$follower" ] || kill "$follower" 2> /dev/null || true; finish' EXIT
export LANG=C

row() { sort -n | awk -v what="$1" '{ v[NR] = $1 } END {
    if (!NR) exit 1
    printf "%-44s p50 %6d ms  p95 %6d ms  of %d\n", what, v[int((NR + 1) / 2)], v[int(NR * 0.95 + 0.999)], NR }'; }
# The same on the host itself, so that nothing but the change and the look is timed.
timed_there() { on "$lab" "$1" bash -c "for i in \$(seq $2); do $3
    a=\${EPOCHREALTIME/./}; for t in \$(seq 1200); do $4 && break; sleep 0.02; done
    b=\${EPOCHREALTIME/./}; echo \$(((b - a) / 1000)); sleep 3; done"; }

lab_up "$lab"
warren_install "$lab"
for host in "${hosts[@]}"; do
    on "$lab" "$host" awk -v rounds="$rounds" '{ print } /^  policies:/ { for (i = 1; i <= 2 * rounds; i++)
        print "    - { name: bench-" i ", vhost: orders, pattern: \"^bench" i "$\", applyTo: queues, definition: { max-length: 100 } }" }' \
        /etc/warren/manifest.yaml > "$scratch/manifest.yaml"
    put "$lab" "$host" /etc/warren/manifest.yaml root:root 644 < "$scratch/manifest.yaml"
    on "$lab" "$host" systemctl restart --no-block warren
done
wait_for 300 "Warren converges" warren_converged "$lab"

uptime
on "$lab" mq1 bash -c "for i in \$(seq 10); do a=\${EPOCHREALTIME/./}; rabbitmqctl -q list_vhosts > /dev/null
    b=\${EPOCHREALTIME/./}; echo \$(((b - a) / 1000)); done" | row "one bare rabbitmqctl call"

# The lead's journal tells when a policy was put back: a rabbitmqctl of our own would slow what it measures.
on "$lab" mq1 journalctl -u warren -f -n 0 -o short-unix > "$scratch/journal" &
follower=$!
back() { grep -m 1 "policy orders/bench-$1 succeeded" "$scratch/journal"; }
number=0
for host in mq1 mq2; do
    for number in $(seq $((number + 1)) $((number + rounds))); do
        begun=$(milliseconds)
        on "$lab" "$host" rabbitmqctl -q clear_policy -p orders "bench-$number" > /dev/null
        wait_for 60 "policy bench-$number is back" back "$number"
        back "$number" | awk -v begun="$begun" '{ printf "%d\n", $1 * 1000 - begun }'
        # Until the lead's second reading is over.
        sleep 1
    done | row "policy cleared on $host, with that call itself"
    number=$rounds
done

# Two rounds of each on each host: what is put back more often within minutes is contested, and held back by design.
for file in /etc/haproxy/haproxy.cfg /etc/keepalived/keepalived.conf; do
    for host in "${proxies[@]}"; do
        timed_there "$host" 2 "s=\$(sha256sum < $file); echo '# by hand' >> $file" "[ \"\$(sha256sum < $file)\" = \"\$s\" ]"
    done
done | row "haproxy.cfg or keepalived.conf edited"
for service in haproxy keepalived; do
    for host in "${proxies[@]}"; do
        timed_there "$host" 2 "systemctl stop $service" "systemctl is-active -q $service"
    done
done | row "haproxy or keepalived stopped"
uptime
