"""Exports read back by software other than that which wrote them: file → table → rows of cells as they stand in the CSV files."""

from __future__ import annotations

import sqlite3
import subprocess
import zipfile
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import polars
import pyreadstat
from conftest import need

from syria_statements import exports

Fields = list[dict[str, Any]]
Rows = list[list[str]]
SPOILT = {"integer": int, "boolean": bool}  # what some formats hold as floating point numbers


def cells(fields: Fields, rows: Iterable[Iterable[Any]]) -> Rows:
    """Values of any reader as cells: missing ones and NaN the empty string, truth values true and false, dates ISO 8601."""
    return [
        [_cell(field["type"], value) for field, value in zip(fields, row, strict=True)]
        for row in rows
    ]


def _cell(kind: str, value: Any) -> str:
    if value is None or value == "" or value != value:  # noqa: PLR0124 (NaN is not equal to itself)
        return ""
    if isinstance(value, datetime):  # as openpyxl reads a day
        assert value == datetime(value.year, value.month, value.day)
        value = value.date()
    if kind in SPOILT and not isinstance(value, str):
        assert value == int(value)
        value = SPOILT[kind](value)
    if kind == "number":
        value = float(value)
    return str(value).lower() if kind == "boolean" else str(value)


def csv(path: Path, table: str, fields: Fields) -> Rows:
    """DuckDB reads the CSV file in the zip."""
    (file,) = _unzipped(path).rglob(f"{table}.csv")
    return cells(fields, _read_csv(file))


def _read_csv(file: Path) -> list[tuple[str | None, ...]]:
    """Cells of a CSV file as DuckDB reads them."""
    shape = """header=true, all_varchar=true, nullstr='', delim=',', quote='"', escape='"', max_line_size=10000000"""
    with duckdb.connect() as connection:
        return connection.execute(f"SELECT * FROM read_csv(?, {shape})", [str(file)]).fetchall()  # noqa: S608 (no input)


def xlsx(path: Path, table: str, fields: Fields) -> Rows:
    """Openpyxl reads the sheet; xlsxwriter wrote it."""
    sheet = workbook(path)[table]
    assert [cell.value for cell in next(sheet.iter_rows(max_row=1))] == [
        field["name"] for field in fields
    ]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    return cells(fields, sheet.iter_rows(min_row=2, max_col=len(fields), values_only=True))


_BOOKS: dict[Path, Any] = {}


def workbook(path: Path) -> Any:
    """The workbook, read once."""
    if path not in _BOOKS:
        _BOOKS[path] = openpyxl.load_workbook(path)
    return _BOOKS[path]


def stata(path: Path, table: str, fields: Fields) -> Rows:
    """ReadStat reads the .dta; pandas wrote it."""
    frame, _ = pyreadstat.read_dta(_unzipped(path) / f"{table}.dta")
    return cells(fields, _columns(frame, fields))


def _columns(frame: Any, fields: Fields) -> list[list[Any]]:
    """The columns of the table, without the numbers of codes that follow them."""
    found: list[list[Any]] = frame.iloc[:, : len(fields)].astype(object).to_numpy().tolist()
    return found


def spss(path: Path, table: str, fields: Fields) -> Rows:
    """ReadStat reads the .sav; see ``pspp`` for a reader that did not write it."""
    frame, _ = pyreadstat.read_sav(_unzipped(path) / f"{table}.sav")
    return cells(fields, _columns(frame, fields))


def pspp(path: Path, table: str, fields: Fields) -> Rows:
    """PSPP turns the .sav into CSV; ReadStat wrote it."""
    need("pspp-convert", "pspp")
    file = _unzipped(path) / f"{table}.sav"
    target = file.with_suffix(".csv")
    subprocess.run(
        ["pspp-convert", "--recode", str(file), str(target)], check=True, capture_output=True
    )
    kinds = [field["type"] for field in fields]
    return cells(
        fields,
        (
            [_of_pspp(kind, cell) for kind, cell in zip(kinds, row[: len(kinds)], strict=True)]
            for row in _read_csv(target)
        ),
    )


def _of_pspp(kind: str, cell: str | None) -> str | bool | None:
    """PSPP writes a missing number as a blank, dates as month/day/year, truth values as numbers."""
    if kind == "string" or not cell or not cell.strip():
        return cell if kind == "string" else None
    return (
        f"{cell[6:]}-{cell[:2]}-{cell[3:5]}"
        if kind == "date"
        else cell == "1"
        if kind == "boolean"
        else cell
    )


def parquet(path: Path, table: str, fields: Fields) -> Rows:
    """Polars reads the Parquet file; Arrow wrote it."""
    return cells(fields, polars.read_parquet(_unzipped(path) / f"{table}.parquet").rows())


def sqlite(path: Path, table: str, fields: Fields) -> Rows:
    """SQLite reads its own file."""
    with closing(sqlite3.connect(path)) as connection:
        columns = ", ".join(f'"{field["name"]}"' for field in fields)
        return cells(fields, connection.execute(f'SELECT {columns} FROM "{table}"').fetchall())  # noqa: S608 (names of the schema)


def as_json(path: Path, table: str, fields: Fields) -> Rows:
    """SQLite reads the JSON; the standard library wrote it."""
    columns = ", ".join(f"""json_extract(value, '$."{field["name"]}"')""" for field in fields)
    query = f"""SELECT {columns} FROM json_each(?, '$.tables."{table}"')"""  # noqa: S608 (names of the schema)
    with closing(sqlite3.connect(":memory:")) as connection:
        return cells(fields, connection.execute(query, [path.read_text("utf-8")]).fetchall())


OTHER_PROGRAMS = {pspp}  # readers that are no library of Python
READERS: dict[str, list[Callable[[Path, str, Fields], Rows]]] = {
    "csv": [csv],
    "xlsx": [xlsx],
    "stata": [stata],
    "spss": [spss, pspp],
    "parquet": [parquet],
    "sqlite": [sqlite],
    "json": [as_json],
}


def folder_of(form: str, target: Path, tables: list[str]) -> Path:
    """A folder with these tables in a format that has a file for each."""
    return _unzipped(exports.export(form, target, tables))


def _unzipped(path: Path) -> Path:
    target = path.with_suffix("")
    if not target.is_dir():
        with zipfile.ZipFile(path) as source:
            source.extractall(target)
    return target
