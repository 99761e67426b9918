"""Where things are, and fixtures of several modules."""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from syria_statements.package import installed, root

if TYPE_CHECKING:
    from small import Copy

pytest_plugins = ["budget"]
ROOT = Path(root())
PROJECT = Path(__file__).parent.parent
# README and docs/, in which the build writes what follows from the data
PAGES = [
    "README.md",
    *(path.relative_to(PROJECT).as_posix() for path in sorted(PROJECT.glob("docs/*.md"))),
]
# these need an environment of their own: cffconvert and frictionless cannot be installed together
collect_ignore = [] if find_spec("cffconvert") else ["test_standards.py"]


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """The small package, to be broken."""
    import small  # the environment of the standards has not what it needs

    shutil.copytree(small.small_package(), tmp_path, dirs_exist_ok=True)
    return small.Copy(tmp_path)


def page(file: str) -> str:
    return (PROJECT / file).read_text("utf-8")


def resources() -> list[dict[str, Any]]:
    return list(installed().descriptor["resources"])


TABLES = [entry["name"] for entry in resources()]
VIEWS = list(installed().views)


def need(command: str, debian: str) -> None:
    """Skip a test whose outside program is missing, and say how to get it; where ``CI`` is set, fail."""
    if shutil.which(command) is None:
        message = f"NOT TESTED: {command} is missing; apt-get install {debian}"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(message)
