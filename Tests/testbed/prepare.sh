#!/bin/bash
# Makes the Debian 13 tree that the tests run RabbitMQ 4.0 from: prepare.sh DIRECTORY
set -euo pipefail

tree=$1
suite=trixie
tool=usr/lib/rabbitmq/bin/rabbitmqctl
[ ! -x "$tree/$tool" ] || exit 0

if [ "$(id -u)" != 0 ]; then
    echo "There is no Debian 13 tree at $tree. Make it as root: make testbed" >&2
    exit 1
fi

mkdir -p "$(dirname "$tree")"
exec 9> "$tree.lock"
flock 9
[ ! -x "$tree/$tool" ] || exit 0

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
echo "Making a Debian 13 tree with RabbitMQ at $tree; this takes a minute or two."
if ! debootstrap --variant=minbase --include=rabbitmq-server,procps,iproute2 "$suite" "$partial" "$uri" \
    > "$tree.log" 2>&1; then
    tail -n 20 "$tree.log" >&2
    exit 1
fi
rm -rf "$partial"/var/cache/apt/archives/*.deb
mv "$partial" "$tree"
rm -f "$tree.log"
