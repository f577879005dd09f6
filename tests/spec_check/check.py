#!/usr/bin/env python3
"""Checks spec bundles against the API models that botocore carries.

    check.py DIR...

Each DIR holds `<service>.<operation>.json` documents (names as the AWS CLI spells them) and `samples.json`, a map
from placeholder to a sample value. Prints one `DIR/FILE: member: problem` a line; exit 0 clean, 1 problems, 2 usage.

botocore's own validator checks members, types and ranges; this walker adds enums, patterns and exact lengths, which
it does not (botocore 1.44.5).
"""

import json
import pathlib
import re
import sys

import botocore.session

SESSION = botocore.session.get_session()
# Java's surrogate pairs, as the models write "any character beyond the first plane".
SURROGATES = re.compile(r"\\uD800\\uDC00-\\uDBFF\\uDFFF|\\uD800\\uDBFF-\\uDC00\\uDFFF")
UNREADABLE = set()


def operation_shape(file_name):
    """The input shape of `emr.run-job-flow.json` and the like."""
    service, operation = file_name.removesuffix(".json").split(".", 1)
    model = SESSION.get_service_model(service)
    wanted = operation.replace("-", "").lower()
    for name in model.operation_names:
        if name.lower() == wanted:
            return model.operation_model(name).input_shape
    raise SystemExit(f"{file_name}: {service} has no operation {operation}")


def filled(text, samples):
    """The text with every `${NAME}` replaced; an unknown one stays, and is reported."""
    return re.sub(r"\$\{(\w+)\}", lambda match: samples.get(match.group(1), match.group(0)), text)


class Walker:
    def __init__(self):
        self.problems = []

    def say(self, path, problem):
        self.problems.append(f"{path or '(document)'}: {problem}")

    def walk(self, shape, value, path):
        visit = getattr(self, f"walk_{shape.type_name}", None)
        if visit is None:
            self.say(path, f"the checker does not know the type {shape.type_name}")
        else:
            visit(shape, value, path)

    def walk_structure(self, shape, value, path):
        if not self.is_a(dict, value, path, "an object"):
            return
        for name in shape.required_members:
            # The SDKs and the CLI make up idempotency tokens themselves.
            if name not in value and "idempotencyToken" not in shape.members[name].metadata:
                self.say(path, f"missing required {name}")
        if shape.metadata.get("union") and len(value) != 1:
            self.say(path, "a union takes exactly one member")
        for name, member in value.items():
            inner = f"{path}.{name}" if path else name
            if name in shape.members:
                self.walk(shape.members[name], member, inner)
            else:
                self.say(inner, "unknown member")

    def walk_list(self, shape, value, path):
        if self.is_a(list, value, path, "a list"):
            self.bounds(shape, len(value), path, "entries")
            for index, member in enumerate(value):
                self.walk(shape.member, member, f"{path}[{index}]")

    def walk_map(self, shape, value, path):
        if self.is_a(dict, value, path, "an object"):
            self.bounds(shape, len(value), path, "entries")
            for key, member in value.items():
                self.walk(shape.key, key, f"{path}.{key} (key)")
                self.walk(shape.value, member, f"{path}.{key}")

    def walk_string(self, shape, value, path):
        if not self.is_a(str, value, path, "a string"):
            return
        self.bounds(shape, len(value), path, "characters")
        if "${" in value:
            self.say(path, f"unfilled placeholder in {value!r}")
        enum = getattr(shape, "enum", None)
        if enum and value not in enum:
            self.say(path, f"{value!r} is none of {', '.join(enum)}")
        pattern = shape.metadata.get("pattern")
        if pattern and not matches(pattern, value):
            self.say(path, f"{value!r} does not match {pattern}")

    def walk_boolean(self, _shape, value, path):
        self.is_a(bool, value, path, "a boolean")

    def walk_integer(self, shape, value, path):
        if isinstance(value, bool) or not isinstance(value, int):
            self.say(path, f"{value!r} is not a whole number")
        else:
            self.bounds(shape, value, path, "")

    walk_long = walk_integer

    def walk_double(self, shape, value, path):
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self.say(path, f"{value!r} is not a number")
        else:
            self.bounds(shape, value, path, "")

    walk_float = walk_double

    def is_a(self, kind, value, path, words):
        if isinstance(value, kind):
            return True
        self.say(path, f"{value!r} is not {words}")
        return False

    def bounds(self, shape, size, path, unit):
        low, high = shape.metadata.get("min"), shape.metadata.get("max")
        if low is not None and size < low:
            self.say(path, f"{size} {unit} is under the minimum {low}".replace("  ", " "))
        if high is not None and size > high:
            self.say(path, f"{size} {unit} is over the maximum {high}".replace("  ", " "))


def matches(pattern, value):
    """Whether the whole value matches; a pattern that Python cannot read is reported once and passes."""
    readable = SURROGATES.sub(lambda _: "\\U00010000-\\U0010FFFF", pattern)
    try:
        return re.fullmatch(readable, value, re.DOTALL) is not None
    except re.error as error:
        if pattern not in UNREADABLE:
            UNREADABLE.add(pattern)
            print(f"note: pattern {pattern!r} not checked: {error}", file=sys.stderr)
        return True


def check(folder):
    samples = json.loads((folder / "samples.json").read_text())
    documents = sorted(path for path in folder.glob("*.*.json"))
    if not documents:
        return [f"{folder}: no documents"]
    problems = []
    for path in documents:
        walker = Walker()
        walker.walk(operation_shape(path.name), json.loads(filled(path.read_text(), samples)), "")
        problems += [f"{folder.name}/{path.name}: {problem}" for problem in walker.problems]
    return problems


def main(folders):
    if not folders:
        print(__doc__, file=sys.stderr)
        return 2
    problems = [problem for folder in folders for problem in check(pathlib.Path(folder))]
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
