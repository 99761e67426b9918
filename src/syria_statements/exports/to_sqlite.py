"""SQLite: one database with types, keys, descriptions, and the views.

A view of which not all tables are chosen is a table.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing

from .. import flat, sql
from ..views import View
from .common import licences, without_dangling_keys
from .limits import RELEASE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from ..package import Table

ERROR = sqlite3.Error
OF_RELEASE = ("name", "version", "created", "title", "citation", "licences")


def write(path: Path, tables: list[Table], about: dict[str, Any]) -> None:
    """Write the tables, a table ``release`` of one row, and each view that can be."""
    views = _views(tables)
    written = [table for table in tables if table.name not in views]
    names = [table.name for table in written]
    with closing(sqlite3.connect(path)) as connection:
        _write_release(connection, {**about, "licences": licences(about)})
        for table in written:
            sql.create_table(connection, table, without_dangling_keys(table.schema, names))
        for view in views.values():
            connection.execute(f"CREATE VIEW {view.name} AS\n{view.query}")
        connection.commit()


def _write_release(connection: sqlite3.Connection, about: dict[str, Any]) -> None:
    columns = ", ".join(f"{name} TEXT NOT NULL" for name in OF_RELEASE)
    connection.execute(f"CREATE TABLE {RELEASE} ({columns})")
    places = ", ".join(f":{name}" for name in OF_RELEASE)
    values = {name: about[name] for name in OF_RELEASE}
    connection.execute(f"INSERT INTO {RELEASE} VALUES ({places})", values)  # noqa: S608 (constants)


def _views(tables: list[Table]) -> dict[str, View]:
    """The views by name of which all tables are among these."""
    names = {table.name for table in tables}
    found = flat.views(tables[0].package) if tables else {}
    return {name: view for name, view in found.items() if names.issuperset(view.tables)}
