"""JSON: one object with what the release is and the rows of each table."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from ..package import Table

ABOUT = ("name", "version", "created", "title", "description", "licenses", "citation")


def write(path: Path, tables: list[Table], about: dict[str, Any]) -> None:
    """Write ``about`` and ``tables``, lists of rows; missing values are null, dates ISO 8601."""
    release = {name: about.get(name) for name in ABOUT}
    rows = {table.name: table.rows for table in tables}
    content = {"about": release, "tables": rows}
    text = json.dumps(content, ensure_ascii=False, indent=1, default=str)
    path.write_text(text + "\n", "utf-8", newline="\n")
