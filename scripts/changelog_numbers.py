"""CHANGELOG.md with its numbers: how much came, went and changed, as the log of changes has it.

The first item below *Data* of each release is written, the rest is typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from syria_statements.package import Package, is_release

from .changelog import UNRELEASED

START = "- In numbers: "
SECTION = re.compile(
    rf"(?P<head>^## \[(?P<release>[^\]]+)\].*\n(?:(?!## ).*\n)*?### Data\n\n)(?P<old>{START}.*\n)?",
    re.MULTILINE,
)
COUNTED = {
    "row-added": "rows added",
    "row-removed": "rows removed",
    "cell-changed": "cells changed",
}
NAMED = {
    "table-added": "new tables",
    "table-removed": "tables gone",
    "column-added": "new columns",
    "column-removed": "columns gone",
}


def write(path: Path, package: Package) -> str:
    """The changelog in ``path`` with the numbers that the log of a package gives."""
    log = package["changes"].rows_by("release")

    def written(found: re.Match[str]) -> str:
        release = found["release"]
        if release == UNRELEASED and not is_release(package.version):
            release = package.version
        entries = log.get(release)
        return found["head"] + (f"{START}{in_numbers(entries)}.\n" if entries else "")

    return SECTION.sub(written, path.read_text("utf-8"))


def in_numbers(entries: Sequence[dict[str, Any]]) -> str:
    """How many rows and cells came, went and changed, and which tables and columns."""
    return "; ".join([*_counted(entries), *_named(entries)])


def _counted(entries: Sequence[dict[str, Any]]) -> Iterator[str]:
    for change, words in COUNTED.items():
        tables = [entry["table"] for entry in entries if entry["change"] == change]
        names = _listed(dict.fromkeys(tables))
        yield f"{len(tables)} {words} in {names}" if tables else f"no {words}"


def _named(entries: Sequence[dict[str, Any]]) -> Iterator[str]:
    for change, words in NAMED.items():
        found = [entry for entry in entries if entry["change"] == change]
        if found:
            names = (".".join(filter(None, (entry["table"], entry["column"]))) for entry in found)
            yield f"{words} {_listed(names)}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
