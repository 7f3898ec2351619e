#!/bin/bash
# Builds and runs all tests, and fails where none ran: a filter or a target that matches nothing is no success.
# What failed is said once more at the very end, as a log of CI may be cut from above. A few tests that failed run once
# more, alone: some thousand boots and kills of real servers on a shared machine meet its bad moments. What passes only then
# is named, so that nobody takes it for sound.
set -euo pipefail

cd "$(dirname "$0")/../.."
log=$(mktemp)
results=$(mktemp)
trap 'rm -f "$log" "$results"' EXIT
most_retried=3

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

run_tests() { swift test --skip-build --disable-xctest --no-parallel "$@" 2>&1; }

# The tests that failed, each as a pattern of --filter: Target.Suite/Suite/test. None where the runner itself ended early.
failed_tests() {
    sed -nE '/<testcase /{h;d}; /<failure/{x;s/.*classname="([^"]*)" name="([^"(]*).*/\1.\2/p}' "$results" |
        sed -E 's/[.\/]/[.\/]/g; s/$/[(]/' | sort -u
}

retry_failed() {
    local filters=() pattern
    mapfile -t failed < <(failed_tests)
    [ "${#failed[@]}" -ge 1 ] && [ "${#failed[@]}" -le "$most_retried" ] || return 1
    for pattern in "${failed[@]}"; do filters+=(--filter "$pattern"); done
    echo "Once more, alone: ${failed[*]}"
    run_tests "${filters[@]}" | tee -a "$log" || return 1
    grep -q "Test run with ${#failed[@]} test.* passed" <(tail -n 3 "$log")
}

swift build --build-tests
if ! run_tests --xunit-output "$results" "${suites[@]}" | tee "$log"; then
    tell_failures >&2
    retry_failed || exit 1
    echo "UNSTABLE, failed once and passed alone: ${failed[*]}"
fi

count=$(sed -nE 's/.*Test run with ([0-9]+) tests? in [0-9]+ suites? (passed|failed).*/\1/p' "$log" | head -n 1)
if [ -z "$count" ] || [ "$count" -eq 0 ]; then
    echo "No test ran." >&2
    exit 1
fi
left_out=$(sed -nE 's/^➜ Test (.*) skipped: "?(it takes minutes[^"]*)"?.*/  \1/p' "$log")
[ -z "$left_out" ] || printf 'Left out, as each takes minutes (make test-long runs them):\n%s\n' "$left_out"
echo "$count passed, 0 failed"
