#!/usr/bin/env python3
"""Loads DAGs as Airflow's scheduler does, with the real Amazon provider: a misspelt operator or argument is an error there.

    airflow_import.py ROOT        (ROOT holds `CASE/airflow/dag.py`)

Beyond the import: one DAG a file, with tasks; no reference to a variable in an
argument that Airflow does not render, where it would stay a text; and no operator that stops waiting before the run may
end. Prints one `CASE/airflow/dag.py: problem` a line; exit 0 clean, 1 problems.
"""

import datetime
import os
import pathlib
import sys
import tempfile

# Airflow wants a home at its import; nothing of it is kept.
HOME = tempfile.TemporaryDirectory()
os.environ |= {"AIRFLOW_HOME": HOME.name, "AIRFLOW__CORE__LOAD_EXAMPLES": "False", "AIRFLOW__LOGGING__LOGGING_LEVEL": "FATAL"}

try:
    from airflow.dag_processing.dagbag import DagBag
except ImportError:  # Airflow 2
    from airflow.models.dagbag import DagBag

problems = []
root = pathlib.Path(sys.argv[1])


def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from texts(one)


def task_problems(dag, task):
    for name, value in vars(task).items():
        if name[0] != "_" and name not in task.template_fields and any("{{ var." in text for text in texts(value)):
            yield f"{task.task_id}: {name} is not rendered, its reference to a variable stays a text"
    delay = getattr(task, "waiter_delay", None) or getattr(task, "poke_interval", None)
    attempts = getattr(task, "waiter_max_attempts", None) or getattr(task, "max_attempts", None)
    waits = getattr(task, "deferrable", False) and delay and attempts
    if waits and datetime.timedelta(seconds=delay * attempts) < dag.dagrun_timeout:
        yield f"{task.task_id}: stops waiting after {delay * attempts} s, the run may last {dag.dagrun_timeout}"


def dag_problems(path):
    bag = DagBag(str(path))
    for error in bag.import_errors.values():
        yield error.strip().splitlines()[-1] if "Invalid arguments" not in error else " ".join(error.split())
    if len(bag.dags) != 1 and not bag.import_errors:
        yield f"{len(bag.dags)} DAGs"
    for dag in bag.dags.values():
        if not dag.tasks:
            yield "no tasks"
        for task in dag.tasks:
            yield from task_problems(dag, task)


for dag_file in sorted(root.glob("*/airflow/dag.py")):
    problems += [f"{dag_file.relative_to(root)}: {' '.join(problem.split())}" for problem in dag_problems(dag_file)]
print("\n".join(problems))
sys.exit(1 if problems else 0)
