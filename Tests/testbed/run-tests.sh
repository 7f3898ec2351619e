#!/bin/bash
# Builds and runs all tests, and fails where none ran: a filter or a target that matches nothing is no success.
set -euo pipefail

cd "$(dirname "$0")/../.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT

swift build --build-tests
swift test --skip-build --disable-xctest --no-parallel 2>&1 | tee "$log"

count=$(sed -nE 's/.*Test run with ([0-9]+) tests? in [0-9]+ suites? passed.*/\1/p' "$log" | tail -n 1)
if [ -z "$count" ] || [ "$count" -eq 0 ]; then
    echo "No test ran." >&2
    exit 1
fi
echo "$count passed, 0 failed"
