#!/usr/bin/env python3
"""Imports DAGs with the real Airflow and its Amazon provider: a misspelt operator or argument is an error there.

    airflow_import.py ROOT        (ROOT holds `CASE/airflow/dag.py`)

Prints one `CASE/airflow/dag.py: problem` a line; exit 0 clean, 1 problems.
"""

import importlib.util
import pathlib
import sys

problems = []
root = pathlib.Path(sys.argv[1])
for number, path in enumerate(sorted(root.glob("*/airflow/dag.py"))):
    try:
        spec = importlib.util.spec_from_file_location(f"dag_{number}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        if not module.dag.tasks:
            problems.append(f"{path.relative_to(root)}: no tasks")
    except Exception as error:  # whatever importing raises is the finding
        problems.append(f"{path.relative_to(root)}: {type(error).__name__}: {' '.join(str(error).split())}")
print("\n".join(problems))
sys.exit(1 if problems else 0)
