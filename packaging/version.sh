#!/bin/bash
# Prints the package's version: the program's own, and which commit it was built from unless that is its release.
set -euo pipefail
cd "$(dirname "$0")/.."

version=$(sed -nE 's/.*static let text = "([0-9.]+)".*/\1/p' Sources/Commands/WarrenCommand.swift)
if [ -z "$version" ]; then
    echo "Sources/Commands/WarrenCommand.swift names no version." >&2
    exit 1
fi
if git rev-parse --verify --quiet HEAD > /dev/null; then
    if [ "$(git tag --points-at HEAD --list "v$version")" != "v$version" ]; then
        # Older than the release of that number, and newer than any commit before.
        version="$version~dev$(git rev-list --count HEAD)+g$(git rev-parse --short=8 HEAD)"
    fi
    if [ -n "$(git status --porcelain)" ]; then version="$version+changed"; fi
fi
echo "$version-1"
