"""SQLite: one database with types, keys, descriptions, and the view ``flat``."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from . import database, export_tables, flat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from .export_tables import Table

ERROR = sqlite3.Error
RELEASE = ("name", "version", "created", "title", "citation")


def write(path: Path, tables: list[Table], about: dict[str, Any]) -> None:
    """Write the tables, a table ``release`` of one row, and the view ``flat`` if all tables that it reads are there."""
    held = [table for table in tables if not table.is_flat]
    names = [table.name for table in held]
    if missing := set(flat.TABLES) - set(names) if len(held) < len(tables) else set():
        raise export_tables.ExportError(f"the view flat also needs the tables {', '.join(sorted(missing))}")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"CREATE TABLE release ({', '.join(f'{name} TEXT NOT NULL' for name in RELEASE)})")
        connection.execute("INSERT INTO release VALUES (?, ?, ?, ?, ?)", [about[name] for name in RELEASE])
        for table in held:
            database.create(connection, {**table.entry, "schema": export_tables.inside(table.schema, names)}, table.rows())
        if set(flat.TABLES) <= set(names):
            connection.execute(f"CREATE VIEW {flat.NAME} AS\n{flat.QUERY}")
        connection.commit()
