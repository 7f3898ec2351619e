# A broker of the benchmark's own, its manifests and the bare commands. Sourced by run.sh.

port=${PORT:-5783}
tools=/usr/lib/rabbitmq/bin

# Makes a directory, starts a broker in it and stays there; both go when the benchmark ends.
start_broker() {
    directory=$(mktemp -d /tmp/warren-bench.XXXXXX)
    chmod 711 "$directory"
    trap finish EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    cd "$directory"
    mkdir -m 777 out
    mkdir bin
    : > out/calls
    chmod 666 out/calls
    local tool
    for tool in rabbitmqctl rabbitmq-plugins rabbitmq-diagnostics rabbitmq-server; do
        printf '#!/bin/sh\necho "%s $*" >> %s\nexec %s/%s "$@"\n' "$tool" "$directory/out/calls" "$tools" "$tool" > "bin/$tool"
        chmod 755 "bin/$tool"
    done
    manifest start 0 0 0 0 > start.yaml
    "$WARREN" broker start -f start.yaml --directory broker --tools bin > /dev/null 2>> out/log
}

finish() {
    local code=$?
    trap '' INT TERM HUP
    [ -z "${watcher:-}" ] || kill "$watcher" 2> /dev/null || true
    [ "$code" = 0 ] || tail -n 5 "$directory/out/log" >&2 || true
    if "$WARREN" broker stop -f "$directory/start.yaml" --directory "$directory/broker" > /dev/null 2>&1; then
        rm -rf "$directory"
    fi
    exit "$code"
}

# A tool as it would be run without Warren, in the broker's own account.
bare() {
    local tool=$1 become=()
    shift
    if [ "$(id -u)" = 0 ]; then become=(setpriv --reuid=rabbitmq --regid=rabbitmq --init-groups); fi
    env -i PATH="$PATH" HOME="$directory/broker/home" LANG=C.UTF-8 RABBITMQ_NODENAME=rabbit@localhost \
        RABBITMQ_CONF_ENV_FILE="$directory/broker/rabbitmq-env.conf" ERL_EPMD_PORT="2$((port + 1))" \
        "${become[@]}" "$tools/$tool" "$@"
}

at() { echo --runtime supervised --directory broker --tools bin --state state.sqlite; }

# shellcheck disable=SC2046
plan() { "$WARREN" plan -f "$1" $(at) >> out/log; }
# shellcheck disable=SC2046
apply() { "$WARREN" apply -f "$1" $(at) >> out/log 2>&1; }

delete_policies() {
    bare rabbitmqctl -q eval '[rabbit_policy:delete(proplists:get_value(vhost, P), proplists:get_value(name, P), <<"bench">>) || P <- rabbit_policy:list()], ok.' > /dev/null
}

# manifest NAME VHOSTS USERS PERMISSIONS POLICIES
manifest() {
    awk -v name="$1" -v vhosts="$2" -v users="$3" -v permissions="$4" -v policies="$5" -v port="$port" 'BEGIN {
        print "apiVersion: warren/v1\nkind: Cluster\nmetadata: { name: bench }\nspec:"
        print "  hosts: [{ name: localhost, address: 127.0.0.1, roles: [broker] }]"
        print "  broker:"
        print "    config: { listeners.tcp.default: 127.0.0.1:" port ", disk_free_limit.absolute: 10MB }"
        print "    environment: { DIST_PORT: 2" port " }"
        print "  prune: { policies: true, maxDeletions: 1000 }"
        if (vhosts) print "  vhosts:"
        for (i = 0; i < vhosts; i++) print "    - { name: v" i " }"
        if (users) print "  users:"
        for (i = 0; i < users; i++) {
            print "    - name: u" i "\n      tags: [monitoring]\n      permissions:"
            for (j = 0; j < permissions / users; j++)
                print "        - { vhost: v" (i + j) % vhosts ", configure: ^app, write: .*, read: .* }"
        }
        if (policies) print "  policies:"
        for (i = 0; i < policies; i++)
            print "    - { name: p" i ", vhost: v" i % 50 ", pattern: ^queue-" i "$, applyTo: queues, priority: 1, definition: { max-length: 100 } }"
    }'
}

# The first COUNT policies as a definitions document: policies COUNT MAX_LENGTH
policies() {
    awk -v count="$1" -v length_="$2" 'BEGIN {
        printf "{\"policies\":["
        for (i = 0; i < count; i++)
            printf "%s{\"vhost\":\"v%d\",\"name\":\"p%d\",\"pattern\":\"^queue-%d$\",\"apply-to\":\"queues\",\"priority\":1,\"definition\":{\"max-length\":%d}}", (i ? "," : ""), i % 50, i, i, length_
        print "]}"
    }'
}

# The broker's own event stream, from now on.
watch_events() {
    [ -z "${watcher:-}" ] || { kill "$watcher" 2> /dev/null; wait "$watcher" 2> /dev/null || true; }
    bare rabbitmq-diagnostics -q consume_event_stream > out/events 2>> out/log &
    watcher=$!
    sleep 2
}

events_of() {
    sleep 1
    grep -c "\"$1\"" out/events || true
}
