"""A test that takes too long is a failure, and so are too many that do not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import budget
import pytest

TEST = """
import time

import pytest

{mark}
def test_slow():
    end = time.process_time() + 0.3
    while time.process_time() < end:
        pass
"""
EACH, ALL = "a test of `make test` may take", "all tests of `make test` may take"


@pytest.mark.parametrize(
    ("limits", "mark", "messages"),
    [
        ("0.1, 99", "", [EACH]),
        ("9, 0.2", "", [ALL]),
        ("9, 99", "", []),
        ("0.1, 99", "@pytest.mark.matrix", []),
    ],
    ids=["one test", "all tests", "neither", "matrix"],
)
@pytest.mark.parametrize("processes", ["0", pytest.param("1", marks=pytest.mark.matrix)])
def test_the_budget_bites(
    limits: str, mark: str, messages: list[str], processes: str, tmp_path: Path
) -> None:
    (tmp_path / "test_it.py").write_text(TEST.format(mark=mark), "utf-8")
    (tmp_path / "conftest.py").write_text(
        f"import budget\nbudget.SECONDS, budget.ALL_SECONDS = {limits}\n", "utf-8"
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = matrix\n", "utf-8")
    marked = "matrix" if mark else "not matrix"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "xdist",
        "-p",
        "budget",
        "-m",
        marked,
        "-n",
        processes,
        "test_it.py",
    ]
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(budget.__file__).parent),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert [message for message in (EACH, ALL) if message in done.stdout] == messages, done.stdout
    assert (done.returncode != 0) == bool(messages)
