#!/bin/bash
# A commit that is pushed and told by a webhook to one host, to converged on five hosts: a policy, and a setting of HAProxy.
# Commits are signed, and signatures asked for. Target: p95 under 8 s. ROUNDS (5) of each; needs root, `make deb` and
# `swift build`.
# shellcheck source=Tests/Benchmarks/lab.sh
source "$(dirname "$0")/lab.sh"
lab="bc-$$"
git_pid=
stop_git() { if [ -n "$git_pid" ]; then kill "$git_pid" 2> /dev/null || true; fi; }
trap 'stop_git; finish' EXIT

lab_up "$lab"
server=$(on "$lab" client ip -4 -oneline address show | awk '$4 ~ /^10\.77\.0\./ { sub("/.*", "", $4); print $4; exit }')

# The repository, on this machine.
work=$scratch/clone
export HOME=$scratch GIT_CONFIG_NOSYSTEM=1
git config --global user.name Bench
git config --global user.email bench@example.org
git config --global gpg.format ssh
git config --global user.signingKey "$scratch/key"
ssh-keygen -q -t ed25519 -N "" -f "$scratch/key"
git init --quiet --bare --initial-branch=main "$scratch/orders.git"
git init --quiet --initial-branch=main "$work"
mkdir "$work/prod"
on "$lab" mq1 cat /etc/warren/manifest.yaml > "$work/prod/cluster.yaml"
on "$lab" mq1 cat /etc/warren/advanced.config > "$work/prod/advanced.config" 2> "$scratch/log" ||
    echo "[]." > "$work/prod/advanced.config"
git -C "$work" add --all
git -C "$work" commit --quiet -S -m "the cluster"
git -C "$work" push --quiet "$scratch/orders.git" main
on "$lab" client /usr/lib/git-core/git-daemon --export-all --reuseaddr --base-path="$scratch" --port=9418 &
git_pid=$!

warren_install "$lab"
for host in "${hosts[@]}"; do
    put "$lab" "$host" /usr/bin/ssh-keygen root:root 755 < /usr/bin/ssh-keygen
    echo "bench@example.org $(cat "$scratch/key.pub")" | put "$lab" "$host" /etc/warren/allowed-signers root:root 644
    echo secret-of-the-bench | put "$lab" "$host" /etc/warren/secrets/webhook root:root 600
    put "$lab" "$host" /etc/warren/git.config root:root 600 < /dev/null
    on "$lab" "$host" rm /etc/warren/manifest.yaml
    echo "WARREN_OPTIONS=\"--git git://$server/orders.git --path prod/ --poll-interval 5m --require-signature" \
        "--webhook-secret /etc/warren/secrets/webhook\"" | put "$lab" "$host" /etc/default/warren root:root 644
    on "$lab" "$host" systemctl daemon-reload
    on "$lab" "$host" systemctl restart --no-block warren
done
wait_for 300 "Warren converges" warren_converged "$lab"

on "$lab" client /usr/bin/env HOME="$HOME" /usr/bin/python3 "$PWD/Tests/Benchmarks/commit_rounds.py" "$scratch" "${ROUNDS:-5}"
