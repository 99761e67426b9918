"""A copy of the real package to break, and a project to build."""

from __future__ import annotations

import csv
import json
import os
import shutil
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from syria_statements import descriptor, package

ROOT = Path(package.root())
PROJECT = Path(__file__).parent.parent
# these need an environment of their own: cffconvert and frictionless cannot be installed together
collect_ignore = [] if find_spec("cffconvert") else ["test_standards.py"]
PARTS = ("data", "schema", "datapackage.json")


class Copy:
    """A copy of the package that a test may change."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def json(self, file: str, change: Callable[[Any], Any]) -> None:
        path = self.root / file
        content = json.loads(path.read_text("utf-8"))
        changed = change(content)
        path.write_text(json.dumps(content if changed is None else changed), "utf-8")

    def edit(self, file: str, old: str, new: str) -> None:
        path = self.root / file
        text = path.read_bytes().decode("utf-8")
        assert old in text, f"{old!r} is not in {file}"
        path.write_bytes(text.replace(old, new, 1).encode("utf-8"))

    def bytes(self, file: str, change: Callable[[bytes], bytes]) -> None:
        path = self.root / file
        path.write_bytes(change(path.read_bytes()))

    def rows(self, file: str, change: Callable[[list[dict[str, str]]], Any]) -> None:
        path = self.root / file
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        header = list(rows[0])
        change(rows)
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, header, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def refresh(self) -> None:
        """Sizes and hashes of the descriptor as the files now are, wherever it still says something of them."""
        path = self.root / "datapackage.json"
        try:
            content = json.loads(path.read_text("utf-8"))
            entries = [entry for entry in content["resources"] if (self.root / entry["path"]).is_file()]
        except (ValueError, KeyError, TypeError, OSError):
            return
        for entry in entries:
            right = descriptor.fingerprint((self.root / entry["path"]).read_bytes())
            entry.update({key: value for key, value in right.items() if key in entry})
        path.write_text(json.dumps(content), "utf-8")


def copy_package(target: Path, *more: str) -> Copy:
    for part in (*PARTS, *more):
        source = (PROJECT if part in more else ROOT) / part
        if source.is_dir():
            shutil.copytree(source, target / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target / part)
    return Copy(target)


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """The package, to be broken."""
    return copy_package(tmp_path)


def resources() -> list[dict[str, Any]]:
    return list(package.descriptor()["resources"])


TABLES = [entry["name"] for entry in resources()]


def need(command: str, debian: str) -> None:
    """Skip a test whose outside program is missing, and say how to get it; where ``CI`` is set, fail."""
    if shutil.which(command) is None:
        message = f"NOT TESTED: {command} is missing; apt-get install {debian}"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(message)
