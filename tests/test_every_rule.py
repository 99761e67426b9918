"""Each rule in each place where it can occur: tables, columns and keys are discovered, not listed."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import resources
from small import STATEMENTS, Copy, run_build, small_package

from scripts.source_keys import FRONT, ITEMS, SPANS
from scripts.tabulation import FRONT_COLUMNS, SOURCE_COLUMNS
from syria_statements.package import Package
from syria_statements.validation import validate

Field = dict[str, Any]
NONSENSE = "Nonsense, of no list"
# Rule of cells → a value that breaks it in a field, or None where it cannot be broken there.
BREAKING: dict[str, Callable[[Field], str | None]] = {
    "type": lambda field: NONSENSE if field["type"] != "string" else None,
    "pattern": lambda field: NONSENSE if "pattern" in _constraints(field) else None,
    "enum": lambda field: NONSENSE if "enum" in _constraints(field) else None,
    "minimum": lambda field: _beyond(field, "minimum", -1),
    "maximum": lambda field: _beyond(field, "maximum", +1),
    "required": lambda field: "" if _constraints(field).get("required") else None,
    "formula": lambda field: "=1" if _is_short(field) else None,
    "white-space": lambda field: "two  spaces" if field["type"] == "string" else None,
    "foreign-key": lambda field: "nobody-known" if field.get("refers") else None,
}


def _constraints(field: Field) -> dict[str, Any]:
    return dict(field.get("constraints", {}))


def _beyond(field: Field, bound: str, step: int) -> str | None:
    value = _constraints(field).get(bound)
    return None if value is None else str(value + step)


def _is_short(field: Field) -> bool:
    return field["type"] == "string" and not field.get("freeText")


@pytest.fixture(scope="module")
def package() -> Package:
    return Package(small_package())


def cells(package: Package, rule: str) -> Iterator[tuple[str, str, str]]:
    """File, column and value of each cell, in a last row, that can break a rule."""
    for table in package.tables.values():
        referring = {key["fields"][-1] for key in table.schema.get("foreignKeys", [])}
        for field in table.fields if table.count else []:
            value = BREAKING[rule]({**field, "refers": field["name"] in referring})
            if value is not None:
                yield table.resource["path"], field["name"], value


@pytest.mark.parametrize("rule", BREAKING)
def test_a_broken_cell_is_found_in_every_column_that_has_the_rule(
    rule: str, copy: Copy, package: Package
) -> None:
    wanted = set()
    for file, column, value in cells(package, rule):
        copy.rows(file, lambda rows, column=column, value=value: rows[-1].update({column: value}))  # type: ignore[misc]
        wanted.add((file, column, rule))
    copy.refresh()
    found = {(problem.file, problem.column, problem.rule) for problem in validate(copy.root)}
    assert len(wanted) > 1
    assert not wanted - found


def test_a_row_twice_or_out_of_order_is_found_in_every_table(copy: Copy, package: Package) -> None:
    for rule, change in {
        "primary-key": lambda rows: rows.append(dict(rows[-1])),
        "order": lambda rows: rows.insert(0, rows.pop()),
    }.items():
        files = [table.resource["path"] for table in package.tables.values() if table.count > 1]
        for file in files:
            copy.rows(file, change)
        copy.refresh()
        found = {(problem.file, problem.rule) for problem in validate(copy.root)}
        assert {(file, rule) for file in files} <= found
        shutil.copytree(small_package(), copy.root, dirs_exist_ok=True)


def test_a_value_twice_is_found_in_every_column_that_is_unique(
    copy: Copy, package: Package
) -> None:
    wanted = set()
    for table in package.tables.values():
        unique = [field["name"] for field in table.fields if _constraints(field).get("unique")]
        for column in set(unique) - set(table.key):
            filled = [number for number, row in enumerate(table.rows) if row[column]]
            if len(filled) < 2:
                continue
            file, first, last = table.resource["path"], filled[0], filled[-1]
            copy.rows(
                file,
                lambda rows, one=first, other=last, column=column: rows[other].update(  # type: ignore[misc]
                    {column: rows[one][column]}
                ),
            )
            wanted.add((file, column, "unique"))
    copy.refresh()
    found = {(problem.file, problem.column, problem.rule) for problem in validate(copy.root)}
    assert wanted
    assert not wanted - found


def test_a_gap_is_found_in_every_table_with_positions(copy: Copy, package: Package) -> None:
    wanted = set()
    for table in package.tables.values():
        keys = [table.key, *table.schema.get("uniqueKeys", [])]
        if table.count and any(key[-1] == "position" for key in keys):
            if "position" in {
                c for key in table.schema.get("foreignKeys", []) for c in key["fields"]
            }:
                continue
            copy.rows(table.resource["path"], lambda rows: rows[-1].update(position="99"))
            wanted.add((table.resource["path"], "position", "positions"))
    copy.refresh()
    found = {(problem.file, problem.column, problem.rule) for problem in validate(copy.root)}
    assert len(wanted) > 5
    assert not wanted - found


# --- sources --------------------------------------------------------------------------------------

PATHS = {path.relative_to(STATEMENTS).as_posix(): path for path in STATEMENTS.glob("*/*.md")}
FREE = {"title", "note", "date_note", "publisher", "as", "url"}
COLUMN_OF = {key: column for column, key in FRONT_COLUMNS.items()}


def places(key: str) -> Iterator[tuple[str, int, str]]:
    """File, line and pattern of the first place in each source where a key has a value."""
    pattern = rf"(?:^\s*-?\s*{key}: |[{{ ,]{key}: ?|[ ]{key}=)"
    for name, path in PATHS.items():
        for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
            if re.search(pattern, line):
                yield name, number, pattern
                break


# right only in a statement that a release has; tests/test_kept_ids.py holds it
LATER = {"format"}
KEYS = sorted({key for keys in (FRONT, *SPANS.values(), *ITEMS.values()) for key in keys} - LATER)


def errors_with(tmp_path: Path, name: str, number: int, change: Callable[[str], str]) -> list[str]:
    """What the build says of the small package with one line of a source changed."""
    shutil.copytree(small_package(), tmp_path, dirs_exist_ok=True)
    path = tmp_path / "data" / "sources" / name
    lines = path.read_text("utf-8").split("\n")
    lines[number - 1] = change(lines[number - 1])
    path.write_text("\n".join(lines), "utf-8")
    return [line for line in run_build(tmp_path).stderr.split("\n") if line]


@pytest.mark.matrix
@pytest.mark.parametrize("key", [key for key in KEYS if key not in FREE | {"sources", "signatories", "incipit", "explicit"}])  # fmt: skip
def test_a_wrong_value_of_every_key_is_told_at_its_line(key: str, tmp_path: Path) -> None:
    found = list(places(key))
    assert found, f"no source of the tests has {key}"
    name, number, pattern = found[0]
    value = re.compile(rf'({pattern})(?:\[[^\]]*\]|"[^"]*"|[^,}}\s]+)')
    told = errors_with(
        tmp_path, name, number, lambda line: value.sub(r"\1nonsense-0", line, count=1)
    )
    first = number  # an item of sources is told at its first line
    if key in ITEMS["sources"] and key not in FRONT:
        lines = PATHS[name].read_text("utf-8").split("\n")[:number]
        first = max(n for n, line in enumerate(lines, 1) if line.startswith("  - "))
    allowed = [f"data/sources/{name}:{at}: " for at in {first, number}]
    assert any(line.startswith(tuple(allowed)) for line in told), told


@pytest.mark.matrix
@pytest.mark.parametrize("key", KEYS)
def test_an_unknown_key_in_place_of_every_key_is_told_at_its_line(key: str, tmp_path: Path) -> None:
    name, number, _ = next(places(key), ("", 0, ""))
    if key in ("sources", "signatories"):
        name = next(iter(PATHS))
        text = PATHS[name].read_text("utf-8").split("\n")
        number = next(n for n, line in enumerate(text, 1) if line.startswith(f"{key}:"))
    told = errors_with(
        tmp_path, name, number, lambda line: re.sub(rf"\b{key}(?=[:=])", f"{key}x", line, count=1)
    )
    wanted = f"data/sources/{name}:{number}: unknown key '{key}x'"
    assert any(line.startswith(wanted) for line in told), told


def test_every_column_of_a_source_is_of_a_key() -> None:
    assert set(SOURCE_COLUMNS) <= set(ITEMS["sources"])
    assert set(FRONT_COLUMNS.values()) <= set(FRONT)
    assert {entry["name"] for entry in resources()}
