#!/bin/bash
# Five real hosts on this machine, from bare Debian systems to a cluster behind a virtual address that moves.
#
# KEEP=1 leaves them running, LAB=NAME takes another name than demo, PACKAGE=FILE.deb takes a package that is built
# already, SINGLE=1 shows one broker without any of this.
set -euo pipefail
cd "$(dirname "$0")/../.."

# Why this machine can't run the five hosts; nothing where it can.
obstacle() {
    [ "$(id -u)" = 0 ] || { echo "it takes root"; return; }
    local tool
    for tool in systemd-nspawn debootstrap ip nft nsenter dpkg-deb; do
        command -v "$tool" > /dev/null || { echo "$tool is missing"; return; }
    done
    unshare --mount --net --pid --fork true 2> /dev/null || { echo "namespaces are not allowed here"; return; }
    /usr/bin/python3 -c 'import pika' 2> /dev/null || echo "python3-pika is missing"
}

reason=$(obstacle)
if [ -n "$reason" ] || [ -n "${SINGLE:-}" ]; then
    [ -z "$reason" ] || echo "This machine can't run five hosts, as $reason; here is a single broker instead."
    exec Tests/testbed/demo-single.sh
fi

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$'\e[1m' faint=$'\e[2m' plain=$'\e[0m'; else bold='' faint='' plain=''; fi
step=0
heading() { step=$((step + 1)); printf '\n%s%d. %s%s\n' "$bold" "$step" "$*" "$plain"; }

# Prints a command as one would type it.
show() {
    local shown='' word
    for word in "$@"; do
        if [[ $word =~ ^[A-Za-z0-9_./:=@-]+$ ]]; then shown+=" $word"; else shown+=" '$word'"; fi
    done
    printf '%s$%s%s\n' "$faint" "$shown" "$plain"
}

name=${LAB:-demo}
manifest=manifests/lab.yaml
directory=$(mktemp -d /tmp/warren-demo.XXXXXX)
publisher=''
is_up=''

finish() {
    local code=$?
    trap '' INT TERM HUP
    trap - EXIT
    if [ -n "$publisher" ]; then
        touch "$directory/record.stop"
        wait "$publisher" || true
    fi
    if [ "${KEEP:-}" = 1 ] && [ "$code" = 0 ]; then exit 0; fi
    if [ -n "$is_up" ]; then
        echo "Taking the lab down."
        "$directory/bin/warren" lab down --name "$name" > /dev/null || code=1
    fi
    rm -rf "$directory"
    exit "$code"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

if [ -z "${PACKAGE:-}" ]; then
    heading "Building the Debian package that every host gets"
    echo "The first build takes ten minutes or more, as it compiles the libraries too."
    packaging/build.sh .build/deb
    PACKAGE=$(echo .build/deb/warren_*.deb)
fi
mkdir "$directory/unpacked" "$directory/bin"
dpkg-deb -x "$PACKAGE" "$directory/unpacked"
ln -s "$directory/unpacked/usr/bin/warren" "$directory/bin/warren"
export PATH="$directory/bin:$PATH"

# Commands on a host, and as a client in the hosts' network.
on() { local host=$1; shift; warren lab exec --name "$name" "$host" -- "$@"; }
# Shows a command on a host and runs it; the first word is the exit code that it is to have.
run_on() {
    local expected=$1 code=0
    shift
    show warren lab exec "$1" -- "${@:2}"
    on "$@" || code=$?
    if [ "$code" != "$expected" ]; then
        echo "That ended with exit code $code, and $expected was expected." >&2
        exit 1
    fi
    [ "$code" = 0 ] || printf '%sexit code %s%s\n' "$faint" "$code" "$plain"
}
follow() { on client Tests/testbed/demo-progress.py "$1" warren status -f "$manifest" --host client --output json; }
password() { on mq1 cat /etc/warren/secrets/app; }
client() { password | on client Tests/testbed/amqp-client.py "$1" 10.77.0.100 orders app.demo "$directory/record"; }
holder() { on client warren status -f "$manifest" --host client --output json | /usr/bin/python3 -c 'import json, sys; print(*json.load(sys.stdin)["vip"]["holders"])' || true; }

if warren lab list --output json | grep -q "\"name\": \"$name\""; then
    echo "A lab called $name is there from before; it is taken down first."
    warren lab down --name "$name" > /dev/null
fi

heading "Five bare Debian hosts: three for RabbitMQ, two for HAProxy and keepalived; each gets the package and the manifest"
show warren lab up -f "$manifest" --name "$name" --package "$PACKAGE"
warren lab up -f "$manifest" --name "$name" --package "$PACKAGE"
is_up=1

heading "Each host's agent works towards the same manifest; nobody tells them in which order"
follow 240

heading "The cluster at a glance, from any host"
run_on 0 mq2 warren status

heading "A client publishes through the virtual address and waits for each confirm; then the host that has the address loses its power"
first=$(holder)
client publish > "$directory/published" &
publisher=$!
sleep 3
show warren lab power-off "$first"
warren lab power-off --name "$name" "$first"
off=$(date +%s%N)
until second=$(holder) && [ -n "$second" ] && [ "$second" != "$first" ]; do
    [ $((($(date +%s%N) - off) / 1000000000)) -lt 20 ] || { echo "Nobody took the address over." >&2; exit 1; }
done
sleep 3
touch "$directory/record.stop"
wait "$publisher"
publisher=''
echo "$second has the address now."
/usr/bin/python3 - "$directory/published" << 'END'
import json, sys
told = json.load(open(sys.argv[1]))
print(f"The client reconnected {told['reconnects']} time(s) and waited {max(told['gaps'])} ms at most between two of "
      f"{told['confirmed']} confirmed messages.")
END
run_on 1 mq2 warren status

heading "Every message that was confirmed can be consumed"
client consume > "$directory/consumed"
/usr/bin/python3 - "$directory/consumed" << 'END'
import json, sys
told = json.load(open(sys.argv[1]))
print(f"{told['expected']} messages were confirmed, {told['consumed']} consumed, {told['lost']} lost.")
sys.exit(told["lost"] > 0)
END

heading "$first comes back, and takes the address back as the manifest says"
show warren lab power-on "$first"
warren lab power-on --name "$name" "$first"
follow 120

heading "Somebody changes a policy by hand; the agent that leads puts it back"
run_on 0 mq3 rabbitmqctl set_policy -p orders --apply-to queues ha-all '^app' '{"max-length":10}'
echo "The agent on mq3 hears of it from its broker, and tells the one that leads."
for _ in $(seq 100); do
    # Among what is closed, which is what comes before the number of that.
    if on mq1 warren drift --since 5m --output json 2> /dev/null | tr -d '\n' |
        grep -q '"closed":.*"field": "pattern".*"closedTotal"'; then break; fi
    sleep 0.3
done
run_on 0 mq1 rabbitmqctl list_policies -p orders
run_on 0 mq1 warren drift --since 20s

if [ "${KEEP:-}" = 1 ]; then
    heading "The five hosts keep running"
    cat << END
Look around:
  export PATH=$directory/bin:\$PATH
  warren lab exec --name $name mq1 -- warren status
  warren lab exec --name $name mq1 -- bash
  warren lab kill --name $name mq2 rabbitmq; warren lab power-off --name $name mq3
Take them down:
  warren lab down --name $name && rm -r $directory
END
    exit 0
fi

heading "Take them down; nothing is left"
show warren lab down --name "$name"
warren lab down --name "$name"
is_up=''
