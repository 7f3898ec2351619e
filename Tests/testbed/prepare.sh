#!/bin/bash
# Makes the Debian 13 tree that the tests run RabbitMQ 4.0, HAProxy 3.0 and keepalived 2.3 from: prepare.sh DIRECTORY
# A tree of before a package was wanted gets what it lacks.
set -euo pipefail

tree=$1
suite=trixie
packages=(rabbitmq-server haproxy keepalived procps iproute2)
tools=(usr/lib/rabbitmq/bin/rabbitmqctl usr/sbin/haproxy usr/sbin/keepalived)
has_all() {
    local tool
    for tool in "${tools[@]}"; do [ -x "$tree/$tool" ] || return 1; done
}
! has_all || exit 0

if [ "$(id -u)" != 0 ]; then
    echo "There is no Debian 13 tree with ${packages[*]} at $tree. Make it as root: make testbed" >&2
    exit 1
fi

mkdir -p "$(dirname "$tree")"
exec 9> "$tree.lock"
flock 9
! has_all || exit 0

if [ -x "$tree/usr/bin/apt-get" ]; then
    echo "Adding packages to the Debian 13 tree at $tree."
    # No service starts in a tree that is not booted.
    export DEBIAN_FRONTEND=noninteractive
    if ! { chroot "$tree" apt-get update -q && chroot "$tree" apt-get install -q -y --no-install-recommends \
        "${packages[@]}"; } > "$tree.log" 2>&1; then
        tail -n 20 "$tree.log" >&2
        exit 1
    fi
    rm -rf "$tree"/var/cache/apt/archives/*.deb "$tree.log"
    exit 0
fi

# The archive that this machine's own Debian comes from.
mirror() {
    cat /etc/apt/sources.list.d/*.sources 2>/dev/null | awk '
        function flush() { if (types ~ /(^| )deb( |$)/ && suites ~ /^bookworm( |$)/ && uri != "" && !found) { print uri; found = 1 }
                           types = suites = uri = "" }
        /^[ \t]*$/ { flush(); next }
        /^Types:/ { sub(/^Types:[ \t]*/, ""); types = $0 }
        /^Suites:/ { sub(/^Suites:[ \t]*/, ""); suites = $0 }
        /^URIs:/ { uri = $2 }
        END { flush() }'
    awk '$1 == "deb" { i = 2; if ($i ~ /^\[/) { while ($i !~ /\]$/) i++; i++ } if ($(i + 1) == "bookworm") print $i }' \
        /etc/apt/sources.list 2>/dev/null || true
}
uri=$(mirror | head -n 1)
if [ -z "$uri" ]; then
    echo "No apt source of this machine has the suite bookworm, so there is no archive to make $tree from." >&2
    exit 1
fi

partial=$tree.partial
for mount in "$partial/proc" "$partial/sys" "$partial/dev"; do
    if mountpoint -q "$mount"; then umount "$mount"; fi
done
rm -rf --one-file-system "$partial"
echo "Making a Debian 13 tree at $tree; this takes a minute or two."
include=$(IFS=,; echo "${packages[*]}")
if ! debootstrap --variant=minbase --include="$include" "$suite" "$partial" "$uri" \
    > "$tree.log" 2>&1; then
    tail -n 20 "$tree.log" >&2
    exit 1
fi
rm -rf "$partial"/var/cache/apt/archives/*.deb
mv "$partial" "$tree"
rm -f "$tree.log"
