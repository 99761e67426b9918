"""What is derived: wherever a schema says so of a column, a single wrong cell is found."""

from __future__ import annotations

import csv
import json
import random
import shutil
from pathlib import Path

import pytest
from conftest import ROOT, TABLES, resources
from small import Copy, small_package

from syria_statements.package import installed
from syria_statements.panels import PANELS
from syria_statements.validation import validate

SOURCE = "the annotated source"
DERIVED = {
    name: [field["name"] for field in installed()[name].fields if "derived" in field]
    for name in TABLES
}
WITH_DERIVED = [name for name, columns in DERIVED.items() if columns]
SEED, CELLS = 2254, 3


@pytest.mark.parametrize("table", WITH_DERIVED)
def test_what_a_column_is_derived_from_is_there(table: str) -> None:
    for field in installed()[table].fields:
        for source in field.get("derived", []):
            name, _, column = source.partition(".")
            assert source == SOURCE or (
                name in TABLES and column in ["", *installed()[name].names]
            ), f"{table}.{field['name']}: {source}"


def other(cell: str, cells: list[str], chance: random.Random) -> str:
    """Another value that looks right: one of the column's own if there is another, else one like it."""
    others = sorted({*cells} - {cell, ""})
    if others:
        return chance.choice(others)
    if cell.isdecimal() or not cell:
        return str(int(cell or 0) + 1)
    return f"{cell}x"


def found_by_validation(root: Path, table: str, column: str, rows: int) -> None:
    """Some cells of a column, changed one at a time, are each found."""
    entry = next(entry for entry in resources() if entry["name"] == table)
    path, copy = root / entry["path"], Copy(root)
    right, descriptor = path.read_bytes(), (root / "datapackage.json").read_bytes()
    with path.open(encoding="utf-8", newline="") as stream:
        cells = [row[column] for row in csv.DictReader(stream)]
    chance = random.Random(f"{SEED} {table} {column}")  # noqa: S311
    for number in chance.sample(range(len(cells)), min(rows, len(cells))):
        wrong = other(cells[number], cells, chance)

        def change(rows: list[dict[str, str]], number: int = number, wrong: str = wrong) -> None:
            rows[number][column] = wrong

        copy.rows(entry["path"], change)
        copy.refresh()
        assert validate(root), f"{table}.{column}, row {number}: {cells[number]!r} made {wrong!r}"
        path.write_bytes(right)
        (root / "datapackage.json").write_bytes(descriptor)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("small")
    shutil.copytree(small_package(), root, dirs_exist_ok=True)
    return root


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("real")
    for folder in ("data", "schema"):
        shutil.copytree(ROOT / folder, root / folder)
    shutil.copy(ROOT / "datapackage.json", root)
    return root


def found_side_by_side(root: Path, table: str, seed: int) -> None:
    """A wrong cell in each column of a panel is found: all of it follows from other tables."""
    copy = Copy(root)
    entry = next(entry for entry in resources() if entry["name"] == table)
    path, chance = root / entry["path"], random.Random(seed)  # noqa: S311
    right, descriptor = path.read_bytes(), (root / "datapackage.json").read_bytes()
    values = [column for column in DERIVED[table] if column not in installed()[table].key]

    def change(rows: list[dict[str, str]]) -> None:
        for column in values:
            row = chance.choice(rows)
            row[column] = other(row[column], [row[column] for row in rows], chance)

    copy.rows(entry["path"], change)
    copy.refresh()
    assert {problem.column for problem in validate(root)} >= {*values}
    path.write_bytes(right)
    (root / "datapackage.json").write_bytes(descriptor)


@pytest.mark.parametrize("table", PANELS)
def test_a_wrong_cell_in_every_column_of_a_panel_is_found(table: str, small: Path) -> None:
    found_side_by_side(small, table, SEED)


@pytest.mark.matrix
@pytest.mark.parametrize("seed", range(SEED, SEED + CELLS))
@pytest.mark.parametrize("table", PANELS)
def test_a_wrong_cell_in_every_column_of_a_real_panel_is_found(
    table: str, seed: int, real: Path
) -> None:
    found_side_by_side(real, table, seed)


@pytest.mark.matrix
@pytest.mark.parametrize("table", [table for table in WITH_DERIVED if table not in PANELS])
def test_a_wrong_cell_of_the_small_package_is_found(table: str, small: Path) -> None:
    assert validate(small) == []
    for column in DERIVED[table]:
        found_by_validation(small, table, column, 1)


@pytest.mark.matrix
@pytest.mark.parametrize(
    ("table", "column"),
    [(table, column) for table in WITH_DERIVED if table not in PANELS for column in DERIVED[table]]
    + [(table, column) for table in PANELS for column in installed()[table].key],
)
def test_a_wrong_cell_of_the_real_package_is_found(table: str, column: str, real: Path) -> None:
    found_by_validation(real, table, column, CELLS)


def test_every_row_of_a_panel_is_derived_and_none_is_missing(small: Path) -> None:
    for table in ("actor_year", "actor_year_topics", "dyad_year"):
        names = installed()[table].names
        assert set(DERIVED[table]) == set(names)
        entry = next(entry for entry in resources() if entry["name"] == table)
        copy, path = Copy(small), small / entry["path"]
        right, descriptor = path.read_bytes(), (small / "datapackage.json").read_bytes()
        copy.rows(entry["path"], lambda rows: rows.pop(0))
        copy.refresh()
        assert any("has no row" in problem.message for problem in validate(small))
        path.write_bytes(right)
        (small / "datapackage.json").write_bytes(descriptor)


def test_a_package_with_a_table_less_is_not_the_release(copy: Copy) -> None:
    """Whatever table is left out, with all that refers to it."""
    descriptor = json.loads((copy.root / "datapackage.json").read_text("utf-8"))
    for entry in descriptor["resources"][::6]:
        rest = [other for other in descriptor["resources"] if other is not entry]
        text = json.dumps({**descriptor, "resources": rest})
        (copy.root / "datapackage.json").write_text(text, "utf-8")
        told = [problem for problem in validate(copy.root) if problem.rule == "contract"]
        assert [problem.column for problem in told] == [entry["name"]]
