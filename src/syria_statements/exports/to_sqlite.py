"""SQLite: one database with types, keys, descriptions, and the view ``flat``."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from .. import flat, sql
from ..errors import ExportError
from .common import without_dangling_keys
from .limits import RELEASE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from ..package import Table

ERROR = sqlite3.Error
OF_RELEASE = ("name", "version", "created", "title", "citation")


def write(path: Path, tables: list[Table], about: dict[str, Any]) -> None:
    """Write the tables, a table ``release`` of one row, and the view ``flat`` if it can be."""
    names = [table.name for table in tables if table.name != flat.NAME]
    missing = sorted(set(flat.TABLES) - set(names))
    if missing and len(names) < len(tables):
        raise ExportError(f"the view flat also needs the tables {', '.join(missing)}")
    with closing(sqlite3.connect(path)) as connection:
        columns = ", ".join(f"{name} TEXT NOT NULL" for name in OF_RELEASE)
        connection.execute(f"CREATE TABLE {RELEASE} ({columns})")
        values = [about[name] for name in OF_RELEASE]
        connection.execute(f"INSERT INTO {RELEASE} VALUES (?, ?, ?, ?, ?)", values)  # noqa: S608 (a constant)
        for table in tables:
            if table.name != flat.NAME:
                sql.create_table(connection, table, without_dangling_keys(table.schema, names))
        if not missing:
            connection.execute(f"CREATE VIEW {flat.NAME} AS\n{flat.QUERY}")
        connection.commit()
