#!/usr/bin/env bash
# Posts a report as the one note of its kind on a merge request: the first that begins with the marker is replaced.
# Needs `curl`, `jq` and SHAPECAST_GITLAB_TOKEN, a token that may write notes (CI_JOB_TOKEN may not).
set -euo pipefail

report=$1
notes="$CI_API_V4_URL/projects/$CI_PROJECT_ID/merge_requests/$CI_MERGE_REQUEST_IID/notes"
auth="PRIVATE-TOKEN: ${SHAPECAST_GITLAB_TOKEN:?a token that may write notes}"
id=$(curl --silent --show-error --fail --header "$auth" "$notes?per_page=100&order_by=created_at&sort=asc" |
    jq -r 'map(select(.body | startswith("<!-- shapecast-check -->")))[0].id // empty')
if [ -n "$id" ]; then
    curl --silent --show-error --fail --output /dev/null --header "$auth" --request PUT --form "body=<$report" "$notes/$id"
else
    curl --silent --show-error --fail --output /dev/null --header "$auth" --request POST --form "body=<$report" "$notes"
fi
