"""The public names: what they return, and what they cost."""

from __future__ import annotations

import gc
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from conftest import TABLES, VIEWS
from small import Copy

import syria_statements as ss
from syria_statements import history, package
from syria_statements.fields import FIELD_TYPES
from syria_statements.validation import _gc_paused


def test_tables_are_those_of_the_descriptor_then_the_views() -> None:
    assert ss.tables() == [*TABLES, *VIEWS]


def test_version_is_that_of_the_descriptor() -> None:
    assert ss.__version__ == package.installed().descriptor["version"]


@pytest.mark.parametrize("function", [ss.load, ss.rows, ss.describe])
def test_unknown_table_names_those_there_are(function: object) -> None:
    with pytest.raises(
        ss.UnknownTableError,
        match=f"no table 'clause'; the nearest of {len(ss.tables())} known are clauses",
    ):
        function("clause")  # type: ignore[operator]


def test_unknown_attribute_names_those_there_are() -> None:
    with pytest.raises(
        AttributeError,
        match=r"has no attribute 'lode'; it has ArgumentError, .*, cite, codebook, describe",
    ):
        ss.lode  # noqa: B018


def test_dir_lists_the_public_names() -> None:
    assert set(dir(ss)) == set(ss.__all__)


TEXTS = ["NA", "null", "020", "=1+1", 'a "b", c', "قرار", " x ", "TRUE", "1e5", "-"]


@pytest.fixture
def hostile(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package in which the free text holds what spreadsheets and careless readers spoil."""
    copy.rows(
        "data/paragraphs.csv",
        lambda rows: [row.update(text=text) for row, text in zip(rows, TEXTS, strict=False)],
    )
    copy.rows("data/statements.csv", lambda rows: rows[0].update(date="1648-10-24", note="nan"))
    hostile = package.Package(copy.root)
    monkeypatch.setattr(history, "installed", lambda: hostile)
    return copy.root


@pytest.mark.usefixtures("hostile")
def test_text_is_loaded_as_it_is() -> None:
    assert list(ss.load("paragraphs")["text"])[: len(TEXTS)] == TEXTS
    assert [row["text"] for row in ss.rows("paragraphs")][: len(TEXTS)] == TEXTS
    assert ss.load("statements")["note"][0] == "nan"


@pytest.mark.usefixtures("hostile")
def test_old_dates_survive() -> None:
    assert str(ss.load("statements")["date"].dtype) == "datetime64[s]"
    assert (
        ss.load("statements")["date"][0].date()
        == ss.rows("statements")[0]["date"]
        == date(1648, 10, 24)
    )


def test_every_dtype_is_used_by_a_table() -> None:
    used = {field["type"] for table in TABLES for field in ss.describe(table)["schema"]["fields"]}
    assert used == set(FIELD_TYPES)


@pytest.mark.parametrize("release", [None, "0.2.0"])
@pytest.mark.parametrize("table", [*TABLES, *VIEWS])
def test_labels_are_beside_their_codes_and_nothing_else_is_changed(
    table: str, release: str | None
) -> None:
    if table not in ss.tables(release=release):
        pytest.skip(f"release {release} has no {table}")
    frame, labelled = ss.load(table, release=release), ss.load(table, release=release, labels=True)
    new = [name for name in labelled if name not in frame]
    assert labelled.columns.is_unique
    assert labelled.drop(columns=new).equals(frame)
    found = history.package_in(release=release)[table]
    coded = [name for name in found.labels if [name] != found.key]
    assert {f"{name}_label" for name in coded} <= set(new)
    for name in map(str, new):
        code = name.removesuffix("_label")
        pair = labelled[[code, name]].drop_duplicates()
        assert list(labelled).index(name) == list(labelled).index(code) + 1
        assert labelled[name].dtype == "string"
        assert pair[code].is_unique, "a code has one label"
        assert pair[name].isna().equals(pair[code].isna())


def test_labels_are_those_of_the_release() -> None:
    columns = ["role_id", "actor_id", "clause_id"]
    frame = ss.load("clause_actors", release="0.2.0", columns=columns, labels=True)
    assert list(frame) == ["role_id", "role_id_label", "actor_id", "actor_id_label", "clause_id"]
    then = {row["role_id"]: row["label"] for row in ss.rows("roles", release="0.2.0")}
    assert list(frame["role_id_label"]) == [then[code] for code in frame["role_id"]]
    coverage = ss.load("statements", columns=["coverage"], labels=True)
    categories = history.package_in()["statements"].labels["coverage"]
    assert list(coverage["coverage_label"]) == [categories[code] for code in coverage["coverage"]]


@pytest.mark.parametrize("table", ["clauses", "statements", "flat"])
def test_columns_are_those_asked_for_in_their_order(table: str) -> None:
    names = [row["name"] for row in ss.describe(table)["schema"]["fields"]][::-2]
    assert ss.load(table, columns=names).equals(ss.load(table)[names])
    rows = [{name: row[name] for name in names} for row in ss.rows(table)]
    assert ss.rows(table, columns=names) == rows
    assert list(ss.rows(table, columns=names)[0]) == names
    assert list(ss.load(table, columns=[*names, *names])) == names
    assert list(ss.load(table, columns=ss.load(table)[names].columns)) == names  # type: ignore[call-overload]


HEAVY = ("pandas", "numpy", "pandera", "frictionless", "click", "json", "csv", "re", "typing")


def modules_after(code: str) -> set[str]:
    """Modules in a fresh interpreter, without site packages' own start-up, after the code has run."""
    script = f"import sys; before = set(sys.modules)\n{code}\nprint(*(set(sys.modules) - before))"
    return set(
        subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True
        ).stdout.split()
    )


def test_import_loads_nothing_heavy() -> None:
    assert modules_after("import syria_statements") == {"syria_statements"}


def test_rows_need_no_pandas() -> None:
    loaded = modules_after("import syria_statements as ss; ss.rows('clauses')")
    assert not loaded & {
        "pandas",
        "numpy",
        "pandera",
        "frictionless",
        "click",
        "dataclasses",
        "typing",
        "pathlib",
    }


def test_load_needs_no_pandera() -> None:
    assert not modules_after("import syria_statements as ss; ss.load('clauses')") & {
        "pandera",
        "frictionless",
        "click",
        "jsonschema",
    }


@pytest.mark.parametrize(
    "arguments",
    [
        ["--version"],
        ["tables"],
        ["describe", "clauses"],
        ["show", "clauses"],
        ["path"],
        ["search", "UN"],
        ["validate"],
    ],
)
def test_light_commands_stay_light(arguments: list[str]) -> None:
    code = (
        f"from syria_statements.cli import main\ntry: main({arguments!r})\nexcept SystemExit: pass"
    )
    assert not modules_after(code) & {"pandas", "numpy", "pandera", "frictionless"}


@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_is_afterwards_as_it_was(enabled: bool) -> None:
    (gc.enable if enabled else gc.disable)()
    try:
        with _gc_paused():
            assert not gc.isenabled()
        assert gc.isenabled() == enabled
    finally:
        gc.enable()
