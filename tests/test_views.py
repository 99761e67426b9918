"""The views: at every door, each cell what the tables say, all statements, whose words they are."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from conftest import ROOT, TABLES, VIEWS
from small import Copy, runner

import syria_statements as ss
from scripts import figures
from syria_statements import codebooks, history
from syria_statements.cli import main
from syria_statements.flat import VIEWS as DEFINITIONS
from syria_statements.package import installed
from syria_statements.views import View

RELEASES = [None, *(name for name in history.releases(installed()) if name != ss.__version__)]
CODED = [name for name in VIEWS if DEFINITIONS[name].base == "clauses"]


# --- doors ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("name", VIEWS)
def test_a_view_is_a_table_to_all_that_reads(name: str, release: str | None) -> None:
    assert name in ss.tables(release=release)
    rows, about = ss.rows(name, release=release), ss.describe(name, release=release)
    frame = ss.load(name, release=release)
    assert len(rows) == len(frame) == about["rows"] == len(ss.rows(DEFINITIONS[name].base, release=release))  # fmt: skip
    assert list(rows[0]) == list(frame) == [field["name"] for field in about["schema"]["fields"]]
    ss.schema(name, release=release).validate(frame, lazy=True)


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_is_one_of_another_package(name: str, copy: Copy) -> None:
    base = DEFINITIONS[name].base
    assert len(ss.rows(name, copy.root)) == len(ss.rows(base, copy.root)) < len(ss.rows(base))


@pytest.mark.parametrize("name", VIEWS)
@pytest.mark.parametrize(
    "command", ["describe {}", "show {} --limit 1", "tables", "codebook --format csv"]
)
def test_a_view_is_a_table_to_all_commands(name: str, command: str) -> None:
    done = runner().invoke(main, command.format(name).split())
    assert done.exit_code == 0, done.stderr
    assert name in done.output or "show" in command


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_is_asked_as_a_table_is(name: str) -> None:
    (statement,) = {row["statement_id"] for row in ss.rows("paragraphs") if row["text"]}
    ask = ["show", name, "--where", f"statement_id={statement}", "--columns", "date"]
    found = runner().invoke(main, [*ask, "--format", "csv"]).output.splitlines()[1:]
    assert set(found) == {statement[-10:]}


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_is_named_where_a_table_is_not_known(name: str) -> None:
    with pytest.raises(ss.UnknownTableError, match=f"nearest of .* known are .*{name}"):
        ss.load(f"{name}s")


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_stands_in_the_readme_and_the_codebook(name: str) -> None:
    assert f"[{name}](codebook.html#{name})" in figures.figures()["tables"]
    page = codebooks.codebook("html")
    assert f'<section id="{name}">' in page


def test_a_view_is_there_if_all_its_tables_are(copy: Copy) -> None:
    for name, definition in DEFINITIONS.items():
        for table in TABLES:
            entries = list(installed().descriptor["resources"])
            copy.json("datapackage.json", _only(e for e in entries if e["name"] != table))
            assert (name in ss.tables(copy.root)) == (table not in definition.required)


def _only(entries: Any) -> Callable[[Any], Any]:
    kept = list(entries)
    return lambda content: {**content, "resources": kept}


def test_a_table_of_the_package_goes_before_a_view_of_its_name(copy: Copy) -> None:
    entry = {**installed()["acts"].resource, "name": VIEWS[0]}
    copy.json("datapackage.json", lambda content: content["resources"].append(entry))
    assert ss.tables(copy.root).count(VIEWS[0]) == 1
    assert ss.rows(VIEWS[0], copy.root) == ss.rows("acts", copy.root)


def test_a_view_that_cannot_be_made_is_told_in_one_line(copy: Copy) -> None:
    copy.rows("data/clauses.csv", lambda rows: rows.append(rows[0]))
    with pytest.raises(ss.PackageError, match=r"^datapackage.json: no flat can be made: UNIQUE"):
        ss.rows("flat", copy.root)


def test_ids_of_an_exported_view_are_those_of_its_rows(tmp_path: Path) -> None:
    for name in VIEWS:
        view = installed()[name]
        (tmp_path / "x.csv").write_bytes(view.data)
        found = history.ids_in(installed(), str(tmp_path / "x.csv"))
        assert found == [row[view.key[0]] for row in view.rows]


# --- cells ----------------------------------------------------------------------------------------


def labels(table: str, column: str) -> dict[str, str]:
    key = ss.describe(table)["schema"]["primaryKey"][0]
    return {row[key]: row[column] for row in ss.rows(table)}


def joined(
    table: str, group: str, cells: Callable[[pd.DataFrame], pd.Series[Any]]
) -> pd.Series[Any]:
    """The cells of all rows of a table that belong together, in the order of their key."""
    frame = ss.load(table)
    return cells(frame).groupby(frame[group]).agg("; ".join)


def named(frame: pd.DataFrame) -> pd.Series[Any]:
    """Names of actors with their roles, but that of whoever just signs."""
    roles = " (" + frame["role_id"].map(labels("roles", "label")).str.lower() + ")"
    return frame["actor_id"].map(labels("actors", "name")) + roles.mask(
        frame["role_id"] == "signatory", ""
    )


def expected_of_clauses() -> pd.DataFrame:
    """The columns of flat, joined by pandas."""
    statements = ss.load("statements").drop(columns=["note"])
    paragraphs = ss.load("paragraphs")[["paragraph_id", "position", "number"]]
    paragraphs = paragraphs.rename(columns={"position": "paragraph", "number": "paragraph_number"})
    found = ss.load("clauses").merge(paragraphs, on="paragraph_id")
    found = found.merge(statements, on="statement_id", validate="m:1")
    found["words"] = found["text"].fillna(found["gist"])
    found["words_kind"] = found["text"].notna().map({True: "text", False: "gist"})
    found["head_clause"] = found["parent_id"]
    pages = ss.load("statement_sources")[["statement_id", "position", "publisher", "url"]]
    pages.columns = ["statement_id", "source_position", "words_publisher", "words_url"]
    found = found.merge(pages, on=["statement_id", "source_position"], how="left")
    for column, table, name in CODES:
        found[column.removesuffix("_id")] = found[column].map(labels(table, name))
    found["act_class"] = found["act_id"].map(labels("acts", "class"))
    topics, resolutions = labels("topics", "label"), labels("resolutions", "symbol")
    places = labels("places", "name")
    of_clause = {
        "further_topics": ("clause_topics", lambda rows: rows["topic_id"].map(topics)),
        "further_topic_ids": ("clause_topics", lambda rows: rows["topic_id"]),
        "actors": ("clause_actors", named),
        "actor_ids": ("clause_actors", lambda rows: rows["actor_id"]),
        "places": ("clause_places", lambda rows: rows["place_id"].map(places)),
        "place_ids": ("clause_places", lambda rows: rows["place_id"]),
        "resolutions": ("resolution_references", lambda rows: rows["resolution_id"].map(resolutions)),
        "resolution_ids": ("resolution_references", lambda rows: rows["resolution_id"]),
    }  # fmt: skip
    for column, (table, cells) in of_clause.items():
        found[column] = found["clause_id"].map(joined(table, "clause_id", cells))
    if "topic_group_id" in ss.load("topics"):
        found["topic_group_id"] = found["topic_id"].map(labels("topics", "topic_group_id"))
        found["topic_group"] = found["topic_group_id"].map(labels("topic_groups", "label"))
    return of_statements(found).sort_values(["date", "statement_id", "position"])


CODES = [
    ("act_id", "acts", "label"),
    ("topic_id", "topics", "label"),
    ("modifier_id", "modifiers", "label"),
]
CODES_OF_STATEMENTS = [
    ("format_id", "formats", "name"),
    ("document_type_id", "document_types", "label"),
    ("level_id", "levels", "label"),
]


def of_statements(found: pd.DataFrame) -> pd.DataFrame:
    """What both views say of statements, beside their own columns."""
    for column, table, name in CODES_OF_STATEMENTS:
        found[column.removesuffix("_id")] = found[column].map(labels(table, name))
    found = found.rename(columns={"place_id": "issued_at_id"})
    found["issued_at"] = found["issued_at_id"].map(labels("places", "name"))
    found["year"] = found["date"].dt.year
    signed = joined("signatories", "statement_id", named)
    ids = joined("signatories", "statement_id", lambda rows: rows["actor_id"])
    found["signatories"] = found["statement_id"].map(signed)
    found["signatory_ids"] = found["statement_id"].map(ids)
    return found


def expected_of_statements() -> pd.DataFrame:
    """The columns of flat_statements, joined by pandas."""
    found = of_statements(ss.load("statements"))
    clauses = ss.load("clauses")[["clause_id", "statement_id", "topic_id"]]
    further = ss.load("clause_topics").merge(clauses[["clause_id", "statement_id"]], on="clause_id")
    topics = pd.concat([clauses, further])[["statement_id", "topic_id"]].drop_duplicates()
    topics = topics.sort_values("topic_id")
    of_statement = topics.groupby("statement_id")["topic_id"]
    found["topic_ids"] = found["statement_id"].map(of_statement.agg("; ".join))
    names = topics["topic_id"].map(labels("topics", "label"))
    found["topics"] = found["statement_id"].map(
        names.groupby(topics["statement_id"]).agg("; ".join)
    )
    found["clauses"] = found["statement_id"].map(clauses["statement_id"].value_counts())
    return found.sort_values(["date", "statement_id"])


@pytest.mark.parametrize(
    ("name", "made"), [("flat", expected_of_clauses), ("flat_statements", expected_of_statements)]
)
def test_each_cell_is_that_of_a_join_by_pandas(name: str, made: Callable[[], pd.DataFrame]) -> None:
    found = ss.load(name)
    right = made().reset_index(drop=True)
    for column in found:
        same = (found[column] == right[column]) | (found[column].isna() & right[column].isna())
        assert same.fillna(False).all(), (column, found[column][~same], right[column][~same])


def test_every_view_is_compared() -> None:
    assert VIEWS == ["flat", "flat_statements"]


def test_every_clause_has_words_and_it_is_said_whose() -> None:
    status = {row["statement_id"]: row["text_status"] for row in ss.rows("statements")}
    kinds = {"verbatim": "text", "paraphrase": "gist"}
    for row in ss.rows("flat"):
        assert row["words"]
        assert row["words_kind"] == kinds[status[row["statement_id"]]]


def test_what_was_not_coded_is_unknown_and_not_zero() -> None:
    rows = ss.rows("flat_statements")
    assert {row["statement_id"] for row in rows} == {r["statement_id"] for r in ss.rows("statements")}  # fmt: skip
    for row in rows:
        is_coded = row["coverage"] != "none"
        assert bool(row["clauses"]) == bool(row["topics"]) == bool(row["topic_ids"]) == is_coded
        assert row["clauses"] != 0


# --- columns --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", VIEWS)
def test_what_is_read_comes_first_and_keys_come_last(name: str) -> None:
    view = installed()[name]
    keys = {*view.key, *view.references, *(n for n in view.names if n.endswith(("_id", "_ids")))}
    place = min(view.names.index(column) for column in keys)
    of_the_source = {"source_path", "source_line"}
    assert set(view.names[place:]) - of_the_source == keys
    assert view.names[:2] == ["date", "format"]


@pytest.mark.parametrize("name", CODED)
def test_the_first_columns_say_who_what_and_when(name: str) -> None:
    first = ["date", "format", "words", "words_kind", "act", "topic"]
    assert installed()[name].names[: len(first)] == first


@pytest.mark.parametrize("name", VIEWS)
def test_each_row_says_how_much_was_seen(name: str) -> None:
    seen = ["coverage", "paragraphs_coded", "paragraphs_total", "end_seen"]
    of_statements = [column for column in seen if column in installed()["statements"].names]
    assert [column for column in installed()[name].names if column in seen] == of_statements


@pytest.mark.parametrize("name", VIEWS)
def test_codes_have_labels_beside_them(name: str) -> None:
    names = installed()[name].names
    for column in names:
        if column.endswith("_ids"):
            assert f"{column.removesuffix('_ids')}s".replace("ys", "ies") in names
    for column in installed()[name].references:
        if installed()[installed()[name].references[column]].has_codes:
            assert column.removesuffix("_id") in names


@pytest.mark.parametrize("name", VIEWS)
def test_a_column_of_a_table_is_what_the_schema_of_that_says(name: str) -> None:
    view = installed()[name]
    assert isinstance(view, View)
    fields = {field["name"]: field for field in view.fields}
    for column in view.columns:
        if column.is_copied:
            table, _, source = column.of.partition(".")
            of = {field["name"]: field for field in installed()[table].fields}[source]
            there = fields[column.name]
            assert (there["type"], there["description"]) == (of["type"], of["description"])
            assert there.get("categories") == of.get("categories")
    assert fields["coverage"]["categories"]


@pytest.mark.parametrize("name", VIEWS)
def test_titles_differ(name: str) -> None:
    titles = [field["title"] for field in installed()[name].fields]
    assert len(set(titles)) == len(titles)


# --- exports --------------------------------------------------------------------------------------


def test_the_workbook_flat_has_all_views_and_says_how_much_was_seen(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(ss.export("flat", tmp_path))
    assert book.sheetnames == ["about", *VIEWS, "codes", "columns"]
    coverages = [row["coverage"] for row in ss.rows("statements")]
    coded = len(coverages) - coverages.count("none")
    told = {row[0].value: str(row[1].value) for row in book["about"].iter_rows()}
    assert "unknown, never absent" in told["how much was seen"]
    assert f"{coded} of {len(coverages)} statements" in told["how much was seen"]
    assert f"{coverages.count('complete')} of them" in told["how much was seen"]


def test_columns_have_their_values_and_no_patterns(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(ss.export("flat", tmp_path))
    header, *rows = book["columns"].iter_rows(values_only=True)
    told = {(row[0], row[1]): dict(zip(header, row, strict=True)) for row in rows}
    for name in VIEWS:
        for field in installed()[name].fields:
            about = told[name, field["name"]]
            assert "pattern" not in about["type"]
            for code, label in installed()[name].labels.get(field["name"], {}).items():
                assert f"{code}: {label}" in about["values"]


@pytest.mark.matrix
@pytest.mark.parametrize("name", VIEWS)
def test_a_view_is_printed_as_wide_as_the_page(name: str, tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(ss.export("flat", tmp_path))[name]
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows == "$1:$1"
    printed = next(sheet[area.replace("$", "")] for area in [sheet.print_area.rpartition("!")[2]])
    shown = [cell.value for cell in printed[0]]
    assert shown == installed()[name].names[: len(shown)]
    assert "coverage" in shown or "topic" in shown
    words = [cell for cell in printed[1] if isinstance(cell.value, str)]
    assert words
    assert all(cell.alignment.wrap_text for cell in words)


def test_the_sheet_of_columns_is_printed_whole(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(ss.export("flat", tmp_path))["columns"]
    assert not sheet.print_area
    assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_the_views_of_a_database_are_those_of_the_package(tmp_path: Path) -> None:
    path = ss.export("sqlite", tmp_path)
    with closing(sqlite3.connect(path)) as database:
        found = database.execute("SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY 1")
        assert [name for (name,) in found] == sorted(VIEWS)


def test_a_view_without_its_tables_is_a_table_of_a_database(tmp_path: Path) -> None:
    path = ss.export("sqlite", tmp_path, ["acts", "flat"])
    with closing(sqlite3.connect(path)) as database:
        found = database.execute("SELECT name, type FROM sqlite_schema WHERE sql > '' ORDER BY 1")
        assert found.fetchall() == [("acts", "table"), ("flat", "table"), ("release", "table")]
        clauses = database.execute("SELECT clause_id, words FROM flat").fetchall()
        assert sorted(clauses) == sorted(
            (row["clause_id"], row["words"]) for row in ss.rows("flat")
        )


def test_a_view_alone_is_a_package(tmp_path: Path) -> None:
    import zipfile

    for name in VIEWS:
        path = ss.export("csv", tmp_path / f"{name}.zip", [name])
        with zipfile.ZipFile(path) as source:
            source.extractall(tmp_path / name)
        assert ss.tables(tmp_path / name) == [name]
        assert ss.rows(name, tmp_path / name) == ss.rows(name)
        with (tmp_path / name / "data" / f"{name}.csv").open(encoding="utf-8") as file:
            assert next(csv.reader(file)) == installed()[name].names


def test_the_root_has_no_file_of_a_view() -> None:
    assert not [name for name in VIEWS if (ROOT / "data" / f"{name}.csv").exists()]
