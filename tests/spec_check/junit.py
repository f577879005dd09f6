#!/usr/bin/env python3
"""Checks JUnit reports against a published schema (junit-10.xsd of Jenkins' xUnit plugin, which pytest's sources carry).

    junit.py XSD FILE...

`file` of a test case is let through: the schema has it for a suite only, and GitLab reads it at the case. Prints one
`FILE: problem` a line; exit 0 clean, 1 problems.
"""

import sys

import xmlschema

schema = xmlschema.XMLSchema(sys.argv[1])
problems = []
for path in sys.argv[2:]:
    for error in schema.iter_errors(path):
        if error.path.endswith("/testcase") and error.reason == "'file' attribute not allowed for element":
            continue
        problems.append(f"{path}: {error.path}: {error.reason}")
print("\n".join(problems))
sys.exit(1 if problems else 0)
