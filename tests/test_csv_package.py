"""The zip of CSV: a package of whatever tables were chosen, which says of itself what it is."""

from __future__ import annotations

import json
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import PROJECT, TABLES, VIEWS

import syria_statements as ss
from syria_statements import exports
from syria_statements.package import DIALECT, Package, installed
from syria_statements.validation import examine, validate

CHANCE = random.Random(20)  # noqa: S311 (the same choices in every run)
EVERYTHING = [*TABLES, *VIEWS]
SOME = [
    ["flat"],
    ["actors", "reference_sources"],
    ["statement_facts"],
    ["actor_names"],
    ["changes", "releases", "retired_ids", "acts"],
    pytest.param(EVERYTHING, marks=pytest.mark.matrix),
]
MANY = [
    *([name] for name in EVERYTHING),
    *(CHANCE.sample(EVERYTHING, 2) for _ in range(40)),
    *(CHANCE.sample(EVERYTHING, CHANCE.randint(3, len(TABLES))) for _ in range(40)),
    *([*CHANCE.sample(TABLES, 9), "changes", "releases", "retired_ids"] for _ in range(10)),
]


def unzipped(tmp_path: Path, *tables: str, **options: Any) -> Path:
    path = exports.export("csv", tmp_path / "x.zip", list(tables) or None, **options)
    with zipfile.ZipFile(path) as source:
        source.extractall(tmp_path / "x")
    return tmp_path / "x"


def described(root: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((root / "datapackage.json").read_text("utf-8"))
    return found


def edit(root: Path, change: Callable[[Any], object]) -> None:
    content = described(root)
    change(content)
    (root / "datapackage.json").write_text(json.dumps(content), "utf-8")


# --- valid whatever was chosen --------------------------------------------------------------------


@pytest.mark.parametrize(
    "tables", [*SOME, *(pytest.param(names, marks=pytest.mark.matrix) for names in MANY)]
)
def test_whatever_tables_are_chosen_the_package_is_valid(tables: list[str], tmp_path: Path) -> None:
    assert validate(exports.export("csv", tmp_path / "x.zip", tables)) == []


def test_a_package_says_what_was_left_out_and_what_is_not_checked_for_it(tmp_path: Path) -> None:
    root = unzipped(tmp_path, "acts", "topics")
    left_out = [name for name in TABLES if name not in ("acts", "topics")]
    assert Package(root).left_out == described(root)["leftOut"] == left_out
    _, unchecked = examine(root)
    assert unchecked[0].startswith("what rests on tables that were left out: statements, ")
    assert "leftOut" not in described(unzipped(tmp_path, force=True))


SPOILT: dict[str, tuple[Callable[[Any], object], str]] = {
    "a table that is not said to be left out": (
        lambda found: found["leftOut"].remove("statements"),
        "statements: the table is missing",
    ),
    "a column": (
        lambda found: found["resources"][0]["schema"]["fields"].pop(),
        "lacks the column ",
    ),
    "a key to a table that is there": (
        lambda found: found["resources"][0]["schema"].pop("foreignKeys"),
        "lacks the foreign key act_id to acts.act_id",
    ),
    "the order": (
        lambda found: found["resources"][2]["schema"].pop("orderedBy"),
        "rows are sorted by clause_id",
    ),
    "what a schema is": (
        lambda found: found["resources"][1].update(schema={"fields": []}),
        "acts/schema/",
    ),
    "characters of a schema": (
        lambda found: found["resources"][1]["schema"]["fields"][0].update(title="A\u200bct"),
        "resources/1/schema/fields/0/title",
    ),
}


@pytest.mark.matrix
@pytest.mark.parametrize("what", SPOILT)
def test_a_package_of_some_tables_is_checked_as_far_as_it_goes(what: str, tmp_path: Path) -> None:
    root = unzipped(tmp_path, "clauses", "acts", "flat")
    assert validate(root) == []
    change, message = SPOILT[what]
    edit(root, change)
    assert [problem for problem in validate(root) if message in str(problem)], validate(root)[:9]


def test_a_source_of_no_value_is_found_where_the_table_is_there(tmp_path: Path) -> None:
    root = unzipped(tmp_path, "actors", "reference_sources")
    file = root / "data" / "reference" / "reference_sources.csv"
    old, new = b"\nactors,wikidata,african-union,", b"\nactors,wikidata,nobody,"
    assert old in file.read_bytes()
    file.write_bytes(file.read_bytes().replace(old, new))
    assert "verified-facts" in {problem.rule for problem in validate(root)}


def test_a_log_that_does_not_fit_is_found_in_what_is_left(tmp_path: Path) -> None:
    root = unzipped(tmp_path, "changes", "releases", "acts")
    file = root / "data" / "codebook" / "acts.csv"
    text = file.read_bytes()
    file.write_bytes(text[: text.rindex(b"\n", 0, -1) + 1])
    assert "log" in {problem.rule for problem in validate(root)}


# --- schemas in the descriptor --------------------------------------------------------------------


def test_schemas_in_the_descriptor_are_read_as_those_in_files(tmp_path: Path) -> None:
    root = unzipped(tmp_path)
    assert not (root / "schema").exists()
    package = Package(root)
    for name, table in installed().tables.items():
        assert package[name].schema == table.schema, name
    assert package["acts"].rows == ss.rows("acts")
    assert ss.load("clauses", root).equals(ss.load("clauses"))


def test_older_releases_are_made_of_it_as_of_the_package(tmp_path: Path) -> None:
    root = unzipped(tmp_path)
    for release in ("0.1.0", "0.2.0"):
        assert ss.rows("acts", root, release) == ss.rows("acts", release=release)
    some = unzipped(tmp_path, "acts", "changes", "releases", force=True)
    assert ss.rows("acts", some, "0.2.0") == ss.rows("acts", release="0.2.0")
    with pytest.raises(ss.UnknownTableError):
        ss.rows("clauses", some, "0.2.0")


@pytest.mark.parametrize("schema", [{}, {"fields": []}, {"fields": "none"}, 3, ["x"]])
def test_a_schema_that_is_none_is_an_error_of_the_descriptor(schema: Any, tmp_path: Path) -> None:
    root = unzipped(tmp_path, "acts")
    edit(root, lambda found: found["resources"][0].update(schema=schema))
    with pytest.raises(ss.PackageError, match=r"^datapackage\.json: "):
        ss.rows("acts", root)
    assert "datapackage.json" in {problem.file for problem in validate(root)}


def test_a_view_in_a_package_is_exported_again(tmp_path: Path) -> None:
    root = unzipped(tmp_path, "flat", "acts")
    for form in ("json", "sqlite", "csv"):
        again = ss.export(form, tmp_path, ["flat"], directory=root)
        assert again.is_file()
    assert validate(again) == []


# --- what is in the zip ---------------------------------------------------------------------------


def test_folders_are_entries_before_their_files(tmp_path: Path) -> None:
    with zipfile.ZipFile(exports.export("csv", tmp_path)) as source:
        names = source.namelist()
    assert {"data/", "data/codebook/", "data/sources/"} <= {*names}
    for place, name in enumerate(names):
        parts = name.rstrip("/").split("/")[:-1]
        folders = ["/".join(parts[:depth]) + "/" for depth in range(1, len(parts) + 1)]
        assert {*folders} <= {*names[:place]}, name


def test_it_has_readme_citation_and_licence(tmp_path: Path) -> None:
    root = unzipped(tmp_path)
    for file in ("CITATION.cff", "LICENSE-DATA"):
        assert (root / file).read_bytes() == (PROJECT / file).read_bytes(), file
    text = (root / "README.md").read_text("utf-8")
    assert ss.cite() in text
    for licence in installed().descriptor["licenses"]:
        assert licence["title"] in text
    for entry in described(root)["resources"]:
        assert f"- `{entry['path']}`: {entry['title']}. {entry['description']} Rows: " in text
    assert "Rows: 912, from 85 of 156 statements" in text
    assert "What was not seen of a statement is unknown, never absent." in text


def test_a_readme_names_the_tables_that_are_not_there(tmp_path: Path) -> None:
    text = (unzipped(tmp_path, "acts", "topics") / "README.md").read_text("utf-8")
    assert "Tables of the release that are not in this zip: statements, " in text
    assert "unknown, never absent" not in text  # nothing is counted here


@pytest.mark.parametrize("tables", [[], ["flat"], ["clauses"], ["acts"]])
def test_every_file_that_is_named_is_there(tables: list[str], tmp_path: Path) -> None:
    root = unzipped(tmp_path, *tables)
    found = described(root)
    places = [*found["sources"], *found["resources"]]
    paths = [place["path"] for place in places if "path" in place]
    for table in Package(root).tables.values():
        if "source_path" in table.names:
            paths += [row["source_path"] for row in table.rows]
    assert paths
    assert not [path for path in paths if not (root / path).is_file()]


def test_an_old_release_says_that_its_sources_are_elsewhere(tmp_path: Path) -> None:
    root = unzipped(tmp_path, release="0.2.0")
    text = (root / "README.md").read_text("utf-8")
    assert "in the repository and not in this zip" in text
    assert not (root / "data" / "sources").exists()
    assert 'version: "0.2.0"' in (root / "CITATION.cff").read_text("utf-8")


def test_every_table_says_how_its_cells_are_separated(tmp_path: Path) -> None:
    for found in (described(unzipped(tmp_path)), installed().descriptor):
        assert {json.dumps(entry.get("dialect")) for entry in found["resources"]} == {
            json.dumps(DIALECT)
        }


# --- names ----------------------------------------------------------------------------------------


def test_one_table_asked_for_as_csv_is_the_file_alone(tmp_path: Path) -> None:
    path = exports.export("csv", tmp_path / "flat.csv", ["flat"])
    assert path.read_bytes() == installed()["flat"].data
    assert [file.name for file in tmp_path.iterdir()] == ["flat.csv"]


NAMES: list[tuple[str, list[str] | None, str]] = [
    ("csv", None, "-csv.zip"),
    ("csv", ["clauses"], "-clauses-csv.zip"),
    ("csv", ["flat", "acts"], "-flat-acts-csv.zip"),
    ("csv", TABLES[:4], "-4-tables-csv.zip"),
    ("csv", EVERYTHING, f"-{len(EVERYTHING)}-tables-csv.zip"),
    ("csv", [*reversed(TABLES)], "-csv.zip"),
    ("json", ["acts"], "-acts.json"),
    ("json", None, ".json"),
    ("sqlite", ["acts", "topics"], "-acts-topics.sqlite"),
    ("stata", ["acts", "topics"], "-acts-topics-stata.zip"),
    ("stata", ["acts"], "-acts.dta"),
    ("flat", None, "-flat.xlsx"),
    ("network", None, "-network.zip"),
]


@pytest.mark.matrix
@pytest.mark.parametrize(("form", "tables", "ending"), NAMES)
def test_a_choice_of_tables_is_in_the_name(
    form: str, tables: list[str] | None, ending: str, tmp_path: Path
) -> None:
    path = exports.export(form, tmp_path, tables)
    assert path.name == f"syria-statements-{ss.__version__}{ending}"


def test_zips_of_other_formats_have_a_readme(tmp_path: Path) -> None:
    for form, kind in exports.FORMATS.items():
        if kind.file_each:
            path = exports.export(form, tmp_path, ["acts", "clauses"])
            with zipfile.ZipFile(path) as source:
                text = source.read("README.txt").decode("utf-8")
            assert ss.cite() in text, form
            assert "Creative Commons Attribution 4.0 International (https://" in text, form
            assert f"- `clauses{kind.suffix}`: Clauses. One row for each clause" in text, form
