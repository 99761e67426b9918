"""What the benchmarks measure is real: generated packages are valid, and the README quotes what was measured."""

from __future__ import annotations

from pathlib import Path

import frictionless
import pytest
from small import run_build

from benchmarks.generate import generate_sources
from syria_statements.validation import validate

pytestmark = pytest.mark.matrix  # they take seconds


def test_generated_statements_build_to_a_valid_package(tmp_path: Path) -> None:
    root = tmp_path / "generated"
    generate_sources(root, 3)
    done = run_build(root)
    assert done.exit_code == 0, done.stderr
    assert validate(str(root)) == []
    assert frictionless.validate(str(root / "datapackage.json")).valid


def test_generated_statements_are_the_same_every_time(tmp_path: Path) -> None:
    for name in ("one", "two"):
        generate_sources(tmp_path / name, 2)
    one, two = (sorted((tmp_path / name).rglob("*.md")) for name in ("one", "two"))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]
