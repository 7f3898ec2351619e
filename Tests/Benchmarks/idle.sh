#!/bin/bash
# What an agent costs on five converged hosts while nothing is to do: its share of a core, its memory, the tools that it runs
# between two resyncs, and reloads. MINUTES (5) long. Needs root, `make deb` and `swift build`.
# shellcheck source=Tests/Benchmarks/lab.sh
source "$(dirname "$0")/lab.sh"
slices=$((${MINUTES:-5} * 6))
lab="bi-$$"

# host, runs so far, ticks (10 ms) of the agent, ticks of its children that ended, kB of memory, reloads of HAProxy
sample() {
    local host address
    for host in "${hosts[@]}"; do
        address=$(sed -nE "s/.*name: $host, address: ([0-9.]+),.*/\1/p" "$manifest")
        echo "$host" "$(on "$lab" client curl -s -m 2 "http://$address:15690/metrics" | awk '/^warren_run_total/ { n += $2 } END { print n }')" \
            "$(on "$lab" "$host" sh -c 'pid=$(systemctl show --property=MainPID --value warren)
                awk "{ sub(/.*\\) /, \"\"); printf \"%d %d \", \$12 + \$13, \$14 + \$15 }" "/proc/$pid/stat"
                awk "/VmRSS/ { printf \"%d \", \$2 }" "/proc/$pid/status"; journalctl -u haproxy | grep -ci reload')"
    done
}

lab_up "$lab"
warren_install "$lab"
for host in "${hosts[@]}"; do on "$lab" "$host" systemctl start warren; done
wait_for 300 "Warren converges" warren_converged "$lab"
sleep 60
uptime
for ((slice = 0; slice <= slices; slice++)); do
    begin=$(milliseconds)
    sample
    [ "$slice" -eq "$slices" ] || sleep "$(((10000 - $(milliseconds) + begin) / 1000)).$(((10000 - $(milliseconds) + begin) % 1000))"
done > "$scratch/samples"
uptime
awk -v seconds="$((slices * 10))" '
    { if ($1 in runs && runs[$1] == $2) { quiet[$1]++; tools[$1] += $4 - child[$1] }
      if (!($1 in runs)) { first[$1] = $3; start[$1] = $6; begun[$1] = $2; order[++count] = $1 }
      runs[$1] = $2; own[$1] = $3; child[$1] = $4; reloads[$1] = $6; if ($5 > memory[$1]) memory[$1] = $5 }
    END {
        for (i = 1; i <= count; i++) { h = order[i]; share = (own[h] - first[h]) / seconds
            printf "%s: %.2f %% of a core, %d MB, %d runs; in %d slices of 10 s without a run %d ms in tools; %d reloads\n",
                h, share, memory[h] / 1024, runs[h] - begun[h], quiet[h], tools[h] * 10, reloads[h] - start[h]
            # A run counts when it ends, so that its first tool may fall into the slice before. A rabbitmqctl takes 350 ms.
            if (share > 1 || memory[h] > 60 * 1024 || tools[h] > 10 || reloads[h] > start[h]) missed = 1 }
        exit missed }' "$scratch/samples"
