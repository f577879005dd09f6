"""Notes API calls instead of sending them: one JSON line {"operation", "parameters"} each in $SHAPECAST_CALLS."""

import json
import os

ANSWERS = {
    "RunJobFlow": {"JobFlowId": "j-EXAMPLE"},
    "CreateApplication": {"applicationId": "00example1234567"},
    "StartJobRun": {"jobRunId": "00example"},
}


class Response:
    status_code = 200
    headers = {}


def note_parameters(params, model, **_):
    with open(os.environ["SHAPECAST_CALLS"], "a") as calls:
        calls.write(json.dumps({"operation": model.name, "parameters": params}, default=str) + "\n")


def answer(model, **_):
    return Response(), ANSWERS.get(model.name, {})


def listen(register):
    """Hooks both into a session's or a client's events; validation happens between the two."""
    register("before-parameter-build", note_parameters)
    register("before-call", answer)
