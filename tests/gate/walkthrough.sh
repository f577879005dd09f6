#!/usr/bin/env bash
# A repository of workload files with a gate in front of it, commit by commit. $SHAPECAST is the program. Every step
# says what it expects; the first that is not met ends the walk.
set -euo pipefail

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
cd "$root"
export GIT_AUTHOR_NAME=walk GIT_AUTHOR_EMAIL=walk@example.com GIT_COMMITTER_NAME=walk GIT_COMMITTER_EMAIL=walk@example.com
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null HOME="$root" SHAPECAST_NOW=2026-11-20 SHAPECAST_WIDTH=500

fail() { echo "walk-through: $*" >&2; exit 1; }
# gate EXPECTED_EXIT ARGUMENTS…: runs the gate; what it says is left in $said.
gate() {
    local expected=$1 code=0
    shift
    said=$("$SHAPECAST" check jobs --baseline baseline.json "$@" 2>stderr.txt) || code=$?
    [ "$code" = "$expected" ] || fail "exit $code instead of $expected from check $*:"$'\n'"$said"$'\n'"$(cat stderr.txt)"
}
says() { grep -qF -- "$1" <<<"$said" || fail "expected \`$1\` in:"$'\n'"$said"; }
silent_on() { ! grep -qF -- "$1" <<<"$said" || fail "did not expect \`$1\` in:"$'\n'"$said"; }
commit() { git add -A && git commit -qm "$1"; }

git init -q .
mkdir jobs
cat > jobs/orders.yaml <<'YAML'
name: orders-join
region: us-east-1

input:
  volume: 300 GB
  format: parquet

cadence: daily
deadline: 2 h

job:
  archetype: join-heavy
  shuffle: 200 GB

constraints:
  engines: {allow: [emr-serverless, glue]}
tags: {team: orders}
YAML
cat > jobs/clicks.yaml <<'YAML'
name: clicks
input: {volume: 40 GB, format: json, compression: none}
cadence: daily
deadline: 1 h
job: aggregation
constraints: {engines: {allow: [glue]}}
YAML
cat > shapecast.toml <<'TOML'
[check]
max_increase = "10%"
max_runtime_increase = "200%"
[check.workloads.clicks]
budget_usd = 100000
TOML

echo "1. a first baseline is committed"
gate 2
gate 0 --update-baseline
says "new"
commit "workloads with their baseline"

echo "2. nothing changed: one line"
gate 0
says "no change of cost"

echo "3. labels and comments cost nothing"
sed -i 's/team: orders/team: sales/; 1i # who owns this: sales' jobs/orders.yaml
gate 0
says "no change of cost"
git checkout -q jobs

echo "4. a commit that doubles a join fails with the line that did it"
sed -i 's/shuffle: 200 GB/shuffle: 400 GB/; s/deadline: 2 h/deadline: 125 min/' jobs/orders.yaml
commit "join the returns as well"
gate 1 --format github
says "::error file=jobs/orders.yaml,line=13,"
silent_on "clicks.yaml,line"
gate 1 --format json
says '"verdict": "fail"'
says '"path": "job.shuffle"'
gate 1 --format markdown
[ "$(head -n 1 <<<"$said")" = "<!-- shapecast-check -->" ] || fail "the marker is not the first line"

echo "5. the same commit passes a wider limit, and the flag wins over the file"
gate 0 --max-increase 500%

echo "6. a change of prices alone does not fail, unless asked"
git revert --no-edit -q HEAD 2>/dev/null || git revert --no-edit HEAD >/dev/null
printf '%s\n' 'emr-serverless/vcpu_arm: 0.2' 'emr-serverless/memory_arm: 0.02' 'emr-serverless/vcpu_x86: 0.2' \
    'emr-serverless/memory_x86: 0.02' 'glue/etl_standard: 1.76' 'glue/etl_standard_gen2_glue6: 1.76' > own.txt
gate 0 --prices own.txt
says "prices made the difference"
gate 0 --prices own.txt --format github
says "max-increase-not-blamed"
silent_on "::error"
gate 1 --prices own.txt --fail-on workload,prices
says "at most 10 % is allowed"

echo "7. a change of the model is announced, not blamed"
cp baseline.json kept.json
# As an earlier program would have written it: another version, and half the cost.
awk '/"model_version"/ { sub(/[0-9]+/, "1") } /"monthly_cost_usd"/ { match($0, /[0-9.]+/); v = substr($0, RSTART, RLENGTH); sub(/[0-9.]+/, v / 2) } { print }' \
    kept.json > baseline.json
cmp -s kept.json baseline.json && fail "the baseline was not edited"
gate 0
says "the model changed from version 1 to"
gate 0 --format json
says '"verdict": "pass"'
gate 1 --fail-on model
cp kept.json baseline.json

echo "8. both at once: the author's line is still the one that is named"
sed -i 's/shuffle: 200 GB/shuffle: 600 GB/' jobs/orders.yaml
gate 1 --prices own.txt --format github
says "::error file=jobs/orders.yaml,line=13,"
git checkout -q jobs

echo "9. new, renamed, moved and removed workloads"
sed 's/name: clicks/name: views/' jobs/clicks.yaml > jobs/views.yaml
gate 0
says "new"
rm jobs/views.yaml
sed -i 's/name: clicks/name: page-clicks/' jobs/clicks.yaml
gate 0
says "(was clicks)"
git mv jobs/clicks.yaml jobs/pages.yaml
gate 0
says "(was clicks)"
git rm -qf jobs/pages.yaml
gate 0
says "removed"
git reset -q --hard

echo "10. a budget and a deadline hold for themselves"
gate 1 --budget-usd 1
says "the budget is \$1.00"
gate 0 --budget-usd 100000

echo "11. accepted with a new baseline"
sed -i 's/shuffle: 200 GB/shuffle: 400 GB/' jobs/orders.yaml
gate 1
gate 0 --update-baseline
gate 0
says "no change of cost"

echo "12. an edited baseline is refused"
sed -i 's/volume: 300 GB/volume: 900 GB/' baseline.json
gate 2
grep -q "somebody edited the file" stderr.txt || fail "$(cat stderr.txt)"
echo "walk-through done"
