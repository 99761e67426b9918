"""The metadata of Datasette speak of the database as it is."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from scripts.metadata import datasette
from syria_statements.exports import export
from syria_statements.package import installed


def test_every_table_and_column_of_the_database_is_described(tmp_path: Path) -> None:
    path = export("sqlite", tmp_path)
    found = json.loads(datasette.write(installed(), path.name))
    tables = found["databases"][path.stem]["tables"]
    with closing(sqlite3.connect(path)) as database:
        names = database.execute("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')")
        known = {name for (name,) in names if not name.startswith("sqlite_")}
        assert known - {*tables} == {"release"}  # which says of itself what it is
        assert not {*tables} - known
        for name, table in tables.items():
            columns = [row[1] for row in database.execute(f'PRAGMA table_info("{name}")')]
            assert [*table["columns"]] == columns, name
            assert table.get("label_column", columns[0]) in columns, name
    assert tables["acts"]["label_column"] == "label"
    assert tables["actors"]["label_column"] == "name"
    assert tables["statements"]["label_column"] == "title"


def test_it_has_licences_and_citation() -> None:
    found = json.loads(datasette.write(installed(), "x.sqlite"))
    assert all(entry["title"] in found["license"] for entry in installed().descriptor["licenses"])
    assert found["license_url"].startswith("https://creativecommons.org/")
    assert "[Data set]" in found["source"]
