#!/bin/bash
# One real broker, from its manifest to a change by hand and back. KEEP=1 leaves the broker running at the end,
# PORT=5683 takes another port than 5673, WARREN=PROGRAM takes a build that is there already.
set -euo pipefail

cd "$(dirname "$0")/../.."
manifest=$PWD/manifests/single.yaml
port=${PORT:-5673}
if ! [[ $port =~ ^[1-9][0-9]{3}$ ]]; then
    echo "PORT takes a number of four digits, and not $port." >&2
    exit 64
fi

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$'\e[1m' faint=$'\e[2m' plain=$'\e[0m'; else bold='' faint='' plain=''; fi
step=0
heading() { step=$((step + 1)); printf '\n%s%d. %s%s\n' "$bold" "$step" "$*" "$plain"; }

# Prints a command as one would type it, then runs it; the first word is the exit code that it is to have.
run() {
    local expected=$1 code=0 shown='' word
    shift
    for word in "$@"; do
        if [[ $word =~ ^[A-Za-z0-9_./:=@-]+$ ]]; then shown+=" $word"; else shown+=" '$word'"; fi
    done
    printf '%s$%s%s\n' "$faint" "$shown" "$plain"
    "$@" || code=$?
    if [ "$code" != "$expected" ]; then
        echo "That ended with exit code $code, and $expected was expected." >&2
        exit 1
    fi
    [ "$code" = 0 ] || printf '%sexit code %s%s\n' "$faint" "$code" "$plain"
}

if [ -z "${WARREN:-}" ]; then
    heading "Building warren in debug mode, which is quicker to build than a release"
    echo "The first build takes some minutes, as it compiles the libraries too."
    swift build --product warren
    WARREN=$(swift build --product warren --show-bin-path)/warren
fi

# Everything of the demo is in one directory. The broker's own account has to pass through it, and may not list it.
directory=$(mktemp -d /tmp/warren-demo.XXXXXX)
chmod 711 "$directory"

finish() {
    local code=$?
    trap '' INT TERM HUP
    trap - EXIT
    if [ "${KEEP:-}" = 1 ] && [ "$code" = 0 ]; then exit 0; fi
    if [ -d "$directory/broker" ]; then
        (cd "$directory" && "$WARREN" broker stop -f single.yaml --directory broker) > /dev/null 2>&1 \
            || echo "The broker in $directory could not be stopped; see there." >&2
    fi
    [ -e "$directory/broker/server.pid" ] || rm -rf "$directory"
    exit "$code"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

heading "A private directory with the manifest and the one secret that it names"
sed "s/5673/$port/g" "$manifest" > "$directory/single.yaml"
(umask 077 && mkdir "$directory/secrets" && head -c 18 /dev/urandom | base64 > "$directory/secrets/app")
mkdir "$directory/bin" && ln -s "$WARREN" "$directory/bin/warren"
export PATH="$directory/bin:$PATH"
cd "$directory"
echo "$directory: single.yaml, secrets/app"
at=(-f single.yaml --runtime supervised --directory broker --state state.sqlite)
broker=(-f single.yaml --directory broker)

heading "Is the manifest valid, also for RabbitMQ 4?"
run 0 warren validate single.yaml --broker-version 4.0

heading "A real broker, started and watched by Warren, with all its files in this directory"
run 0 warren broker start "${broker[@]}"

heading "What differs from the manifest, and what would be done about it"
run 2 warren plan "${at[@]}"

heading "Do it"
run 0 warren apply "${at[@]}"

heading "The cluster at a glance"
run 0 warren status --state state.sqlite

heading "Somebody changes a policy by hand, and takes a permission away"
run 0 warren broker ctl "${broker[@]}" -- -q set_policy -p orders --apply-to queues --priority 1 bounded '^' '{"max-length":10}'
run 0 warren broker ctl "${broker[@]}" -- -q clear_permissions -p archive app

heading "Warren sees what differs, field by field"
run 2 warren plan "${at[@]}"

heading "The drift report, from what is remembered"
run 2 warren drift --state state.sqlite

heading "The repair: only what differs is written"
run 0 warren apply "${at[@]}"

heading "The drift report of the last hour"
run 0 warren drift --since 1h --state state.sqlite

heading "What was done, and one run whole"
run 0 warren history --state state.sqlite
run 0 warren history 2 --state state.sqlite

if [ "${KEEP:-}" = 1 ]; then
    heading "The broker keeps running"
    cat <<END
Look around:
  cd $directory && export PATH=\$PWD/bin:\$PATH
  warren plan ${at[*]}
  warren broker ctl ${broker[*]} -- list_queues -p orders
Stop it and remove all of it:
  warren broker stop ${broker[*]} && rm -r $directory
END
    exit 0
fi

heading "Stop the broker; nothing is left running"
run 0 warren broker stop "${broker[@]}"
