#!/usr/bin/env bash
# The gate in continuous integration: judge, keep the reports, tell the pull request, end with the gate's exit code.
#
#   SHAPECAST_WORKLOADS   files and folders, separated by spaces (default: jobs)
#   SHAPECAST_BASELINE    the committed baseline (default: shapecast-baseline.json)
#   SHAPECAST_REPORTS     folder for gate.md, gate.json, gate.sarif and gate.xml (default: shapecast-reports)
#   SHAPECAST             the program (default: shapecast, from PATH)
#
# Limits come from shapecast.toml, or as arguments: gate.sh --max-increase 5%
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
reports=${SHAPECAST_REPORTS:-shapecast-reports}
export SHAPECAST_BASELINE=${SHAPECAST_BASELINE:-shapecast-baseline.json}
mkdir -p "$reports"

# GitHub reads annotations from the log; everywhere else the log is for people.
format=table
if [ "${GITHUB_ACTIONS:-}" = true ]; then format=github; fi

code=0
# shellcheck disable=SC2086 # several workloads are several words
"${SHAPECAST:-shapecast}" check ${SHAPECAST_WORKLOADS:-jobs} --format "$format" \
    --out "$reports/gate.md" --out "$reports/gate.json" --out "$reports/gate.sarif" --out "$reports/gate.xml" "$@" || code=$?

# The comment is told also, and above all, when the gate fails; a comment that cannot be posted fails nothing.
if [ -s "$reports/gate.md" ]; then
    if [ "${GITHUB_ACTIONS:-}" = true ]; then
        [ -z "${GITHUB_STEP_SUMMARY:-}" ] || cat "$reports/gate.md" >> "$GITHUB_STEP_SUMMARY"
        [ -z "${SHAPECAST_PULL_REQUEST:-}" ] || "$here/github/comment.sh" "$reports/gate.md" || echo "the comment was not posted" >&2
    elif [ "${GITLAB_CI:-}" = true ] && [ -n "${CI_MERGE_REQUEST_IID:-}" ]; then
        "$here/gitlab/comment.sh" "$reports/gate.md" || echo "the comment was not posted" >&2
    fi
fi
exit "$code"
