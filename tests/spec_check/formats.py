#!/usr/bin/env python3
"""Checks specs in every format with the tools of those who read them; one process for all files.

    formats.py ROOT

ROOT holds `CASE/FORMAT/` folders as `shapecast spec --dir` writes them, each with `samples.json` (placeholders'
samples). Prints one `CASE/FORMAT/FILE: problem` a line; exit 0 clean, 1 problems, 2 a tool is missing.

cfn-lint reads the templates; python-hcl2 reads Terraform, whose names are then looked up in the table made from the
provider's published bindings; py_compile reads the DAGs; kubernetes-validate the pods. State machines and Karpenter's
objects are read by `formats.js`.
"""

import json
import pathlib
import py_compile
import re
import sys
import warnings

import cfnlint.api
import hcl2
import kubernetes_validate
import yaml

TABLE = json.loads(pathlib.Path("src/lint/tables/terraform.json").read_text())
META = {"depends_on", "count", "for_each", "provider", "lifecycle", "provisioner"}
PROBLEMS = []


def say(path, problem):
    PROBLEMS.append(f"{path}: {' '.join(str(problem).split())}")


def templates(root):
    for path in sorted(root.glob("*/cloudformation/template.json")):
        # W3010 and the like are advice for hand-written templates; errors are what a deployment refuses.
        for match in cfnlint.api.lint_file(path, config=cfnlint.api.ManualArgs(regions=["us-east-1"])):
            if match.rule.id.startswith("E"):
                say(path.relative_to(root), f"{match.rule.id} {match.message}")


def terraform(root):
    for path in sorted(root.glob("*/terraform/*.tf")):
        name = path.relative_to(root)
        try:
            document = hcl2.loads(path.read_text())
        except Exception as error:  # the parser raises types of its own
            say(name, f"not readable: {str(error).splitlines()[0]}")
            continue
        for resource in document.get("resource", []):
            for kind, bodies in resource.items():
                kind = kind.strip('"')
                if kind.startswith("__"):
                    continue
                if kind not in TABLE["roots"]:
                    say(name, f"unknown resource {kind}")
                    continue
                for body in bodies.values():
                    if isinstance(body, dict):
                        structure(name, kind, TABLE["roots"][kind], body)
        variables = {key.strip('"') for one in document.get("variable", []) for key in one if not key.startswith("__")}
        declared = path.with_name("variables.tf")
        if path.name == "main.tf" and declared.exists():
            known = set(re.findall(r'variable "(\w+)"', declared.read_text()))
            used = set(re.findall(r"var\.(\w+)", path.read_text()))
            for one in sorted(used ^ known):
                say(name, f"variable {one} is {'not declared' if one in used else 'not used'}")
        del variables


def structure(name, place, shape_name, body):
    shape = TABLE["shapes"][shape_name]
    body = {key: value for key, value in body.items() if not key.startswith("__")}
    for key, value in body.items():
        if key in META:
            continue
        if key not in shape["members"]:
            say(name, f"{place}: no argument {key}")
            continue
        member = TABLE["shapes"][shape["members"][key]]
        is_block = isinstance(value, list) and all(isinstance(one, dict) for one in value) and value != []
        if member["is"] == "blocks":
            if not is_block:
                say(name, f"{place}.{key}: is a block")
                continue
            for one in value:
                structure(name, f"{place}.{key}", member["of"], one)
        elif is_block:
            say(name, f"{place}.{key}: is no block")
    for key in shape.get("required", []):
        if key not in body:
            say(name, f"{place}: lacks {key}")


def dags(root):
    for path in sorted(root.glob("*/airflow/dag.py")):
        try:
            py_compile.compile(str(path), doraise=True, cfile=str(path) + "c")
        except py_compile.PyCompileError as error:
            say(path.relative_to(root), error.msg.splitlines()[-1])


def pods(root):
    for path in sorted(root.glob("*/kubernetes/*-pod.yaml")):
        for document in yaml.safe_load_all(path.read_text()):
            try:
                kubernetes_validate.validate(document, "1.31", strict=True)
            except kubernetes_validate.ValidationError as error:
                say(path.relative_to(root), f"{'.'.join(map(str, error.path))}: {error.message}")


def main(arguments):
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    warnings.simplefilter("ignore")
    root = pathlib.Path(arguments[0])
    for check in (templates, terraform, dags, pods):
        check(root)
    print("\n".join(PROBLEMS))
    return 1 if PROBLEMS else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
