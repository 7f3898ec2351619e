# What benchmarks on labs share; to be sourced. Every lab that is made here is removed at the end, whatever happens.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

manifest=manifests/lab.yaml
vip=10.77.0.100
brokers=(mq1 mq2 mq3)
proxies=(lb1 lb2)
hosts=("${brokers[@]}" "${proxies[@]}")
package=${WARREN_PACKAGE:-$(ls .build/deb/warren_*.deb 2>/dev/null || true)}
[ -f "$package" ] || { echo "There is no package. Run: make deb" >&2; exit 1; }
warren=${WARREN:-.build/debug/warren}
[ -x "$warren" ] || { echo "There is no $warren. Run: swift build" >&2; exit 1; }

scratch=$(mktemp -d)
labs=()
finish() {
    for lab in "${labs[@]}"; do "$warren" lab down --name "$lab" > /dev/null 2>&1 || true; done
    rm -rf "$scratch"
}
trap finish EXIT
trap 'exit 1' INT TERM

# lab_up NAME: five hosts with Debian's packages and nothing configured
lab_up() {
    labs+=("$1")
    "$warren" lab up -f "$manifest" --name "$1" > "$scratch/log"
}

# on LAB HOST COMMAND...
on() {
    local lab=$1 host=$2
    shift 2
    "$warren" lab exec --name "$lab" "$host" -- "$@"
}

# put LAB HOST PATH OWNER MODE < CONTENTS
put() { on "$1" "$2" sh -c "mkdir -p \"\$(dirname $3)\" && cat > $3 && chown $4 $3 && chmod $5 $3"; }

milliseconds() { echo $(($(date +%s%N) / 1000000)); }

# wait_for SECONDS SENTENCE COMMAND...
wait_for() {
    local end=$(($(date +%s) + $1)) what=$2
    shift 2
    until "$@" > /dev/null 2>&1; do
        [ "$(date +%s)" -lt "$end" ] || { echo "not so in time: $what" >&2; exit 1; }
        sleep 0.1
    done
}

holds() { on "$1" "$2" ip -4 -oneline address show to "$vip" | grep -q "$vip"; }

# Whether all five agents say that they converged, with every server up.
warren_converged() {
    local host address
    for host in "${hosts[@]}"; do
        address=$(sed -nE "s/.*name: $host, address: ([0-9.]+),.*/\1/p" "$manifest")
        on "$1" client curl -s -m 2 "http://$address:15690/v1/status" > "$scratch/$host.json" || return 1
    done
    /usr/bin/python3 - "$scratch" "${hosts[@]}" << 'END'
import json, sys
for host in sys.argv[2:]:
    state = json.load(open(f"{sys.argv[1]}/{host}.json"))
    assert state["lastRun"]["result"] == "converged"
    if "node" in state:
        assert len(state["node"]["cluster"]["runningMembers"]) == 3
    if "proxy" in state:
        assert state["proxy"]["backends"] and all(b["status"].startswith("UP") for b in state["proxy"]["backends"])
END
}

# warren_install LAB: the package on every host, and no agent started yet
warren_install() {
    local host
    for host in "${hosts[@]}"; do
        on "$1" "$host" mv /etc/warren/manifest.yaml /root/manifest.yaml
        put "$1" "$host" /root/warren.deb root:root 644 < "$package"
        on "$1" "$host" dpkg --install /root/warren.deb > "$scratch/log" 2>&1
        on "$1" "$host" mv /root/manifest.yaml /etc/warren/manifest.yaml
    done
}

# keep LAB: what a converged lab has in its files, for a reference that reaches the same
keep() {
    local host
    for host in "${brokers[@]}"; do
        on "$1" "$host" tar -C / -cf - etc/rabbitmq var/lib/rabbitmq/.erlang.cookie > "$scratch/$host.tar"
    done
    for host in "${proxies[@]}"; do
        on "$1" "$host" tar -C / -cf - etc/haproxy/haproxy.cfg etc/keepalived/keepalived.conf \
            var/lib/warren/haproxy.state > "$scratch/$host.tar"
    done
    on "$1" mq1 cat /etc/warren/secrets/app > "$scratch/password"
    definitions > "$scratch/definitions.json"
}

# What the manifest declares. RabbitMQ 3.10 can't export upstream sets, so they are left out: less work for the script.
definitions() {
    /usr/bin/python3 - "$scratch/password" << 'END'
import base64, hashlib, json, sys
password, salt = open(sys.argv[1]).read().strip(), b"salt"
hashed = base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()
print(json.dumps({
    "vhosts": [{"name": "orders", "default_queue_type": "quorum"}],
    "users": [{"name": "app", "password_hash": hashed, "hashing_algorithm": "rabbit_password_hashing_sha256",
               "tags": ["monitoring"], "limits": {}}],
    "permissions": [{"user": "app", "vhost": "orders", "configure": "^app\\.", "write": ".*", "read": ".*"}],
    "policies": [{"vhost": "orders", "name": "ha-all", "pattern": "^", "apply-to": "queues", "priority": 0,
                  "definition": {"ha-mode": "all", "ha-sync-mode": "automatic"}}]}))
END
}

# reference_broker LAB HOST: its files and its start, as a script by hand would
reference_broker() {
    on "$1" "$2" tar -C / -xf - < "$scratch/$2.tar"
    on "$1" "$2" systemctl start rabbitmq-server
}

reference_join() {
    on "$1" "$2" sh -c "rabbitmqctl -q stop_app && rabbitmqctl -q join_cluster rabbit@mq1 && rabbitmqctl -q start_app"
}

reference_proxy() {
    on "$1" "$2" tar -C / -xf - < "$scratch/$2.tar"
    on "$1" "$2" sh -c "mkdir -p /run/warren && systemctl start haproxy keepalived"
}

# reference_form LAB: all that a manifest says, by a script that starts everything in parallel
reference_form() {
    local lab=$1 host jobs=()
    for host in "${brokers[@]}"; do reference_broker "$lab" "$host" & jobs+=($!); done
    for host in "${proxies[@]}"; do reference_proxy "$lab" "$host" & jobs+=($!); done
    wait_all "${jobs[@]}"
    jobs=()
    for host in mq2 mq3; do reference_join "$lab" "$host" & jobs+=($!); done
    wait_all "${jobs[@]}"
    on "$lab" mq1 rabbitmqctl -q set_cluster_name orders
    on "$lab" mq1 sh -c "cat > /tmp/definitions.json && rabbitmqctl -q import_definitions /tmp/definitions.json" \
        < "$scratch/definitions.json"
}

# A background job that failed is a failure.
wait_all() { local job; for job in "$@"; do wait "$job"; done; }

reference_up() {
    local host
    for host in "${proxies[@]}"; do
        on "$1" "$host" sh -c "perl -MIO::Socket::UNIX -e \
            '\$s = IO::Socket::UNIX->new(\"/run/haproxy/admin.sock\") or exit 1; print \$s \"show stat -1 4 -1\n\"; print <\$s>'" \
            > "$scratch/stat" || return 1
        [ "$(grep -c '^[a-z].*,UP,' "$scratch/stat")" -eq 6 ] || return 1
    done
    holds "$1" lb1
}
