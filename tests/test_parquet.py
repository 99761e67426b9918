"""Parquet files in pandas, Polars and DuckDB: types, what is never empty, licences."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pandas as pd
import polars
import pytest
import readers
from conftest import TABLES, VIEWS
from small import Copy

import syria_statements as ss
from syria_statements import exports
from syria_statements.errors import ExportError
from syria_statements.exports import common
from syria_statements.fields import FIELD_TYPES
from syria_statements.package import installed

EVERY = [*TABLES, *VIEWS]
# How each type of the schema arrives; a new one has to be looked at.
IN_POLARS = {
    "string": polars.String,
    "integer": polars.Int64,
    "number": polars.Float64,
    "boolean": polars.Boolean,
    "date": polars.Date,
}
IN_DUCKDB = {
    "string": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All tables and views, each in a file."""
    return readers.folder_of("parquet", tmp_path_factory.mktemp("parquet"), EVERY)


def test_every_type_is_looked_at() -> None:
    assert set(IN_POLARS) == set(IN_DUCKDB) == set(FIELD_TYPES)


@pytest.mark.parametrize("table", EVERY)
def test_pandas_reads_the_types_of_load(folder: Path, table: str) -> None:
    """But for dates: Arrow gives ``datetime.date``, and one ``astype`` makes the dtype of them."""
    expected = ss.load(table)
    found = pd.read_parquet(folder / f"{table}.parquet")
    fields = installed()[table].fields
    dates = [field["name"] for field in fields if field["type"] == "date"]
    pd.testing.assert_frame_equal(found.drop(columns=dates), expected.drop(columns=dates))
    pd.testing.assert_frame_equal(found.astype(dict.fromkeys(dates, "datetime64[s]")), expected)


@pytest.mark.parametrize("table", EVERY)
def test_polars_and_duckdb_read_the_types_of_the_schema(folder: Path, table: str) -> None:
    file, fields = folder / f"{table}.parquet", installed()[table].fields
    kinds = {field["name"]: field["type"] for field in fields}
    assert dict(polars.read_parquet_schema(file)) == {n: IN_POLARS[k] for n, k in kinds.items()}
    with duckdb.connect() as connection:
        described = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(file)])
        found = {name: kind for name, kind, *_ in described.fetchall()}
    assert found == {name: IN_DUCKDB[kind] for name, kind in kinds.items()}


@pytest.mark.parametrize("table", EVERY)
def test_a_required_column_is_not_null(folder: Path, table: str) -> None:
    with duckdb.connect() as connection:
        query = "SELECT name, repetition_type FROM parquet_schema(?) WHERE num_children IS NULL"
        found = connection.execute(query, [str(folder / f"{table}.parquet")]).fetchall()
    never_empty = {name for name, kind in found if kind == "REQUIRED"}
    view = installed()[table]
    required = {f["name"] for f in view.fields if f.get("constraints", {}).get("required")}
    assert never_empty == required | set(view.key)


@pytest.mark.parametrize("table", EVERY)
def test_each_file_says_how_to_cite_it_and_under_which_licences(folder: Path, table: str) -> None:
    found = polars.read_parquet_metadata(folder / f"{table}.parquet")
    assert found["citation"] == ss.cite()
    assert found["licences"] == common.licences(installed().descriptor)
    assert installed().descriptor["licenses"][0]["title"] in found["licences"]


def test_pandas_reads_a_table_without_rows(tmp_path: Path, copy: Copy) -> None:
    schema = json.loads((copy.root / "schema/retired_ids.json").read_text("utf-8"))
    header = ",".join(field["name"] for field in schema["fields"])
    (copy.root / "data/history/retired_ids.csv").write_text(f"{header}\n", "utf-8")
    file = exports.export("parquet", tmp_path, ["retired_ids"], directory=str(copy.root))
    expected = ss.load("retired_ids", str(copy.root))
    pd.testing.assert_frame_equal(pd.read_parquet(file), expected)


def test_an_empty_cell_that_is_required_is_refused(tmp_path: Path, copy: Copy) -> None:
    file = copy.root / "data/codebook/acts.csv"
    first, *rows = file.read_text("utf-8").splitlines(keepends=True)
    name, _, rest = rows[0].split(",", 2)
    file.write_text("".join([first, f"{name},,{rest}", *rows[1:]]), "utf-8")
    with pytest.raises(ExportError, match=r"^acts\.label: an empty cell, where the schema allows"):
        exports.export("parquet", tmp_path / "a.parquet", ["acts"], directory=str(copy.root))
    assert not list(tmp_path.glob("*.parquet"))
