#!/bin/bash
# Builds and runs all tests, and fails where none ran: a filter or a target that matches nothing is no success.
# What failed is said once more at the very end, as a log of CI may be cut from above.
set -euo pipefail

cd "$(dirname "$0")/../.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# The suites to run, as arguments of `swift test`; without any, all of them.
suites=("$@")

# Says which tests failed, and where the runner itself crashed: in which test, with which words.
tell_failures() {
    echo
    echo "FAILED"
    # With the lines that follow an issue: what the hosts said last.
    awk '/^(◇|✔|✘|↳)/ { failed = /^✘/ } failed || /Fatal error|Crash/' "$log" | tail -n 120 | cut -c 1-500 || true
    if ! grep -qE '^✘ Test run|^✔ Test run' "$log"; then
        echo "The test runner ended before its time. Tests that had started and not ended:"
        comm -23 <(sed -nE 's/^◇ Test (.*) started\.$/\1/p' "$log" | sort) \
            <(sed -nE 's/^[✔✘] Test (.*) (passed|failed) after .*/\1/p' "$log" | sort) | head -n 20
        grep -E '^[0-9]+ .* in .* at /' "$log" | head -n 12 | cut -c 1-300 || true
    fi
}

swift build --build-tests
if ! swift test --skip-build --disable-xctest --no-parallel "${suites[@]}" 2>&1 | tee "$log"; then
    tell_failures >&2
    exit 1
fi

count=$(sed -nE 's/.*Test run with ([0-9]+) tests? in [0-9]+ suites? passed.*/\1/p' "$log" | tail -n 1)
if [ -z "$count" ] || [ "$count" -eq 0 ]; then
    echo "No test ran." >&2
    exit 1
fi
echo "$count passed, 0 failed"
