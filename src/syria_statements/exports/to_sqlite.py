"""SQLite: one database with types, keys, descriptions, and the views."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from .. import flat, sql
from ..errors import ExportError
from ..views import View
from .common import without_dangling_keys
from .limits import RELEASE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

    from ..package import Table

ERROR = sqlite3.Error
OF_RELEASE = ("name", "version", "created", "title", "citation")


def write(path: Path, tables: list[Table], about: dict[str, Any]) -> None:
    """Write the tables, a table ``release`` of one row, and each view that can be."""
    names = [table.name for table in tables if not isinstance(table, View)]
    views = list(_views(tables, names))
    with closing(sqlite3.connect(path)) as connection:
        columns = ", ".join(f"{name} TEXT NOT NULL" for name in OF_RELEASE)
        connection.execute(f"CREATE TABLE {RELEASE} ({columns})")
        values = [about[name] for name in OF_RELEASE]
        connection.execute(f"INSERT INTO {RELEASE} VALUES (?, ?, ?, ?, ?)", values)  # noqa: S608 (a constant)
        for table in tables:
            if table.name in names:
                sql.create_table(connection, table, without_dangling_keys(table.schema, names))
        for view in views:
            connection.execute(f"CREATE VIEW {view.name} AS\n{view.query}")
        connection.commit()


def _views(tables: list[Table], names: list[str]) -> Iterator[View]:
    """The views whose tables are all named. Raises ``ExportError`` if one is wanted that is not."""
    wanted = {table.name for table in tables if isinstance(table, View)}
    for view in flat.views(tables[0].package).values() if tables else ():
        missing = sorted(set(view.tables) - set(names))
        if not missing:
            yield view
        elif view.name in wanted:
            raise ExportError(f"the view {view.name} also needs the tables {', '.join(missing)}")
