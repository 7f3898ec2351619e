#!/bin/bash
# The pure targets reach neither files nor clocks nor processes: they import each other and nothing else.
set -euo pipefail

cd "$(dirname "$0")/../.."
allowed='ClusterModel|ResourceKinds'
status=0
check() {
    local target=$1 imports=$2 found
    found=$(grep -rnE '^[[:space:]]*((@[A-Za-z_()]+|public|internal|private|fileprivate|package)[[:space:]]+)*import[[:space:]]' \
        --include='*.swift' "Sources/$target" | grep -vE "import[[:space:]]+($imports)[[:space:]]*\$" || true)
    if [ -n "$found" ]; then
        echo "$target is pure, and may import nothing but ${imports//|/, }:" >&2
        echo "$found" >&2
        status=1
    fi
}
for target in ClusterModel ResourceKinds Rendering Planning; do check "$target" "$allowed"; done
check Reporting "$allowed|Planning"
check ManifestLoading "$allowed|Yams"
exit $status
