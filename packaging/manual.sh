#!/bin/bash
# Prints the manual page warren(1), made of what the program says about itself: manual.sh PROGRAM EPOCH
set -euo pipefail

program=$1
day=$(date -u -d "@$2" +%Y-%m-%d)
version=$("$program" --version)
here=$(dirname "$0")
export COLUMNS=72

# The default of --host is the name of the machine that this runs on.
help() { "$program" help "$@" | sed -z -E 's/(This host.s name in the manifest\.)[[:space:]]*\(default:[^)]*\)/\1/g'; }
commands() { help "$@" | sed -nE '/^SUBCOMMANDS:/,$ s/^  ([a-z-]+)( .*)?$/\1/p'; }

echo ".TH WARREN 1 $day \"warren $version\" \"Warren\""
echo ".SH NAME"
echo "warren \\- keeps RabbitMQ clusters on plain hosts as a manifest says"
help | awk -v level=SH -f "$here/manual.awk"
echo ".SH COMMANDS"
for command in $(commands); do
    echo ".SS \"warren $command\""
    help "$command" | awk -v level=TP -f "$here/manual.awk"
    for inner in $(commands "$command"); do
        echo ".SS \"warren $command $inner\""
        help "$command" "$inner" | awk -v level=TP -f "$here/manual.awk"
    done
done
cat "$here/manual.tail"
