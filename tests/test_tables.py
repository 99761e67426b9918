"""One test per table and property, discovered: a table that is added tomorrow is tested tomorrow."""

from __future__ import annotations

import csv
import hashlib
import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import frictionless
import pandas as pd
import pytest
from conftest import ROOT, TABLES, resources

import syria_statements as ss
from syria_statements.loader import dtypes_of
from syria_statements.package import installed

RESOURCES = {entry["name"]: entry for entry in resources()}
CODEBOOK = [
    name
    for name, entry in RESOURCES.items()
    if entry["path"].startswith("data/codebook/") and name != "examples"
]


@pytest.fixture(params=TABLES)
def table(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def file(table: str) -> Path:
    return ROOT / str(RESOURCES[table]["path"])


def schema(table: str) -> dict[str, Any]:
    found: dict[str, Any] = installed()[table].schema
    return found


def cells(table: str) -> list[list[str]]:
    with file(table).open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def test_size_is_that_of_the_descriptor(table: str) -> None:
    assert file(table).stat().st_size == RESOURCES[table]["bytes"]


def test_hash_is_that_of_the_descriptor(table: str) -> None:
    assert (
        f"sha256:{hashlib.sha256(file(table).read_bytes()).hexdigest()}" == RESOURCES[table]["hash"]
    )


def test_file_is_plain_utf8_with_line_feeds(table: str) -> None:
    data = file(table).read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in data
    assert data.endswith(b"\n")
    data.decode("utf-8")


def test_header_is_that_of_the_schema(table: str) -> None:
    assert cells(table)[0] == [field["name"] for field in schema(table)["fields"]]


def test_rows_are_written_as_csv_writes_them(table: str, tmp_path: Path) -> None:
    with (tmp_path / "x.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(cells(table))
    assert (tmp_path / "x.csv").read_bytes() == file(table).read_bytes()


def test_every_column_is_described(table: str) -> None:
    for field in schema(table)["fields"]:
        assert field["title"].strip()
        assert field["description"].endswith("."), field["name"]


def test_column_names_fit_into_stata(table: str) -> None:
    names = [table, *(field["name"] for field in schema(table)["fields"])]
    assert all(
        name.isidentifier() and name.isascii() and name == name.lower() and len(name) <= 32
        for name in names
    )


MAY_BE_EMPTY = {"retired_ids"}  # until something is retired


def test_there_is_a_row(table: str) -> None:
    assert ss.rows(table) or table in MAY_BE_EMPTY


def test_no_key_is_purely_numeric(table: str) -> None:
    text = {field["name"] for field in schema(table)["fields"] if field["type"] == "string"}
    for column in text & set(schema(table)["primaryKey"]):
        assert not any(str(row[column]).isdigit() for row in ss.rows(table))


def test_load_has_the_declared_dtypes(table: str) -> None:
    assert {name: str(dtype) for name, dtype in ss.load(table).dtypes.items()} == dtypes_of(
        installed()[table]
    )


def test_load_and_rows_agree(table: str) -> None:
    frame = ss.load(table)
    loaded = [
        {str(name): None if pd.isna(value) else value for name, value in row.items()}
        for row in frame.to_dict("records")
    ]
    for row in loaded:
        row.update(
            {name: value.date() for name, value in row.items() if isinstance(value, pd.Timestamp)}
        )
    assert loaded == ss.rows(table)


def test_describe_counts_the_rows_and_gives_the_schema(table: str) -> None:
    described = ss.describe(table)
    assert described["rows"] == len(ss.load(table))
    assert described["schema"] == schema(table)
    assert described["description"]


@pytest.mark.matrix
def test_frictionless_finds_it_valid(table: str) -> None:
    report = frictionless.validate(
        str(ROOT / "datapackage.json"), type="package", resource_name=table
    )
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "message"])


@pytest.mark.matrix
def test_frictionless_reads_the_same_values(table: str) -> None:
    entry = frictionless.Package(str(ROOT / "datapackage.json")).get_table_resource(table)
    read = [row.to_dict() for row in entry.read_rows()]
    for row in read:
        row.update(
            {name: float(value) for name, value in row.items() if isinstance(value, Decimal)}
        )
    assert read == ss.rows(table)


@pytest.mark.parametrize("table", CODEBOOK)
def test_every_code_has_a_label_a_definition_and_a_decision_rule(table: str) -> None:
    for row in ss.rows(table):
        assert row["label"], row
        assert row["definition"].endswith("."), row
        assert row["decision_rule"].endswith("."), row
        assert row["decision_rule"] != row["definition"]


@pytest.mark.parametrize("variable", ["act", "topic", "modifier"])
def test_every_code_in_use_has_an_example(variable: str) -> None:
    used = {row[f"{variable}_id"] for row in ss.rows("clauses")} - {None}
    shown = {
        row["code"]
        for row in ss.rows("examples")
        if (row["variable_id"], row["kind"]) == (variable, "example")
    }
    assert used <= shown


@pytest.mark.parametrize("variable", ["act", "topic", "modifier", "role"])
@pytest.mark.parametrize("kind", ["example", "near-miss"])
def test_every_code_in_use_is_shown_three_times_as_far_as_clauses_go(
    variable: str, kind: str
) -> None:
    column = f"{variable}_id"
    bearers = Counter(
        row[column]
        for row in ss.rows("clause_actors" if variable == "role" else "clauses")
        if row[column]
    )
    shown = Counter(
        row["code"]
        for row in ss.rows("examples")
        if (row["variable_id"], row["kind"]) == (variable, kind)
    )
    for code, count in bearers.items():
        assert shown[code] >= (min(count, 3) if kind == "example" else 3), code


def test_every_schema_belongs_to_a_table() -> None:
    assert {path.stem for path in (ROOT / "schema").glob("*.json")} == set(TABLES)


def test_descriptor_is_written_in_one_form() -> None:
    text = (ROOT / "datapackage.json").read_text("utf-8")
    assert text == json.dumps(json.loads(text), indent=2, ensure_ascii=False) + "\n"


# --- the statement to begin with ------------------------------------------------------------------

S = "small-group-2019-11-14"


def test_signatories_stand_in_the_order_and_spelling_of_the_text() -> None:
    names = [row["name_as_written"] for row in ss.rows("signatories") if row["statement_id"] == S]
    assert names == [
        "Egypt",
        "France",
        "Germany",
        "Jordan",
        "Kingdom of Saudi Arabia",
        "United Kingdom",
        "United States of America",
    ]


def test_the_statement_is_coded_to_the_last_word() -> None:
    clauses = [row for row in ss.rows("clauses") if row["statement_id"] == S]
    paragraphs = {
        row["paragraph_id"]: row["text"]
        for row in ss.rows("paragraphs")
        if row["statement_id"] == S
    }
    assert len(paragraphs) == 7
    assert 20 <= len(clauses) <= 26
    for key, text in paragraphs.items():
        assert " ".join(row["text"] for row in clauses if row["paragraph_id"] == key) == text


def test_the_words_are_the_ones_that_were_given() -> None:
    """SHA-256 of the seven paragraphs as they were handed over, joined by line feeds."""
    found = next(row for row in ss.rows("statements") if row["statement_id"] == S)["text_sha256"]
    assert found == "9a20ec5700619fe6a13a4f0910f90726acd5e73e1025d4677937c92d4957ffc7"


def test_both_mentions_of_resolution_2254_are_coded() -> None:
    found = [
        (row["clause_id"], row["resolution_id"])
        for row in ss.rows("resolution_references")
        if row["statement_id"] == S
    ]
    assert found == [(f"{S}.c01", "S/RES/2254(2015)"), (f"{S}.c12", "S/RES/2254(2015)")]


def test_every_mention_of_a_place_by_name_is_coded() -> None:
    text = " ".join(row["text"] for row in ss.rows("paragraphs") if row["statement_id"] == S)
    coded = [
        row["name_as_written"] for row in ss.rows("clause_places") if row["clause_id"].startswith(S)
    ]
    for name in ("Idlib", "northeast", "northwest"):
        assert sum(name in written for written in coded) == text.count(name)
    assert sum("Syria" in written for written in coded) == text.count("Syria") - text.count(
        "Syrian"
    )
