"""No file of a package is opened twice, whatever is asked of it."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from small import runner, small_package

import syria_statements as ss
from syria_statements import citation, codebooks, exports
from syria_statements.cli import main
from syria_statements.package import Package, installed
from syria_statements.validation import validate

_opened: list[str] | None = None


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and _opened is not None and isinstance(arguments[0], str):
        _opened.append(arguments[0])


sys.addaudithook(_hear)  # a hook cannot be removed; it only listens while ``twice`` wants it


def twice(root: Path, function: Callable[[], object]) -> list[str]:
    """Files of a package that a function opens more than once; it must open some."""
    global _opened  # noqa: PLW0603
    _opened = []
    try:
        function()
        counts = Counter(path for path in _opened if path.startswith(str(root)))
    finally:
        _opened = None
    found = {path: count for path, count in counts.items() if _is_of_package(root, path)}
    assert found
    return [path for path, count in found.items() if count > 1]


def _is_of_package(root: Path, path: str) -> bool:
    parts = Path(path).relative_to(root).parts
    return parts[0] in ("data", "schema", "datapackage.json")


S = "small-group-2019-11-14"
COMMANDS = [
    ["tables"],
    ["describe", "clauses"],
    ["show", "clauses"],
    ["search", "constitution"],
    ["explain", f"{S}.c01"],
    ["statement", S],
    ["cite"],
    ["cite", f"{S}.c16"],
    *(["codebook", "--format", format] for format in codebooks.FORMATS),
    ["validate"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_command_opens_no_file_twice(command: list[str]) -> None:
    installed.cache_clear()
    assert twice(ROOT, lambda: runner().invoke(main, command, catch_exceptions=False)) == []


@pytest.mark.parametrize("format", exports.FORMATS)
def test_an_export_opens_no_file_twice(format: str, tmp_path: Path) -> None:
    root = small_package()
    tables = None if exports.FORMATS[format].own else ss.tables()
    assert twice(root, lambda: ss.export(format, tmp_path, tables, directory=root)) == []


def test_all_explanations_and_citations_open_no_file_twice() -> None:
    root = small_package()

    def everything() -> None:
        package = Package(root)
        for row in package["clauses"].rows:
            for style in citation.STYLES.values():
                style(citation.item(package, row["clause_id"]))

    assert twice(root, everything) == []


def test_validation_opens_no_file_twice() -> None:
    root = small_package()
    assert twice(root, lambda: validate(root)) == []
