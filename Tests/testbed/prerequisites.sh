#!/bin/bash
# Installs what the build and the tests need, and starts no service.
set -euo pipefail

packages=(
    libsqlite3-dev libssl-dev rabbitmq-server haproxy keepalived debootstrap util-linux procps iproute2
    systemd-container nftables # for labs
    python3-pika curl # clients of the field
    dpkg-dev lintian shellcheck man-db # for the package
    prometheus # for promtool, which checks the metrics
)

missing=()
for package in "${packages[@]}"; do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" != 0 ]; then
    echo "These packages are missing: ${missing[*]}. Install them as root: make prerequisites" >&2
    exit 1
fi

# A package that is installed asks this script whether its service may start.
policy=/usr/sbin/policy-rc.d
kept=
if [ -e "$policy" ] || [ -L "$policy" ]; then
    kept=$(mktemp -d)
    mv "$policy" "$kept/"
fi
restore() {
    rm -f "$policy"
    if [ -n "$kept" ]; then
        mv "$kept/policy-rc.d" "$policy"
        rmdir "$kept"
    fi
}
trap restore EXIT
printf '#!/bin/sh\nexit 101\n' > "$policy"
chmod 755 "$policy"

export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -q -y --no-install-recommends "${missing[@]}"
