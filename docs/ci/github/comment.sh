#!/usr/bin/env bash
# Posts a report as the one comment of its kind on a pull request: the first that begins with the marker is replaced.
# Needs GitHub's `gh`, GH_TOKEN with `pull-requests: write`, GITHUB_REPOSITORY and SHAPECAST_PULL_REQUEST (a number).
set -euo pipefail

report=$1
comments="repos/$GITHUB_REPOSITORY/issues/$SHAPECAST_PULL_REQUEST/comments"
ids=$(gh api --paginate "$comments" --jq '.[] | select(.body | startswith("<!-- shapecast-check -->")) | .id')
id=$(head -n 1 <<<"$ids")
if [ -n "$id" ]; then
    gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" --field "body=@$report"
else
    gh api --silent --method POST "$comments" --field "body=@$report"
fi
