"""What several exports share: checks of numbers, labels, and a zip without a clock."""

from __future__ import annotations

import json
import zipfile
from datetime import datetime

from ..errors import ExportError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from ..package import Table

    Record = dict[str, Any]

EXACT = 2**53  # up to here a floating point number holds every whole number


def file_label(table: Table, about: Record) -> str:
    """Version and title, for files that hold one table."""
    return f"{about['name']} {about['version']}: {table.resource['title']}"


def require_exact(table: Table, tool: str) -> None:
    """Raise ``ExportError`` if a tool with floating point only cannot hold a whole number."""
    for field in table.fields:
        name = field["name"]
        if field["type"] == "integer" and any(abs(row[name] or 0) > EXACT for row in table.rows):
            message = f"{table.name}.{name}: a whole number beyond {EXACT} is not exact in {tool}"
            raise ExportError(message)


def release_time(about: Record) -> datetime:
    """When the release was made, for files that want a time in them."""
    return datetime.fromisoformat(about["created"].removesuffix("Z"))


def without_dangling_keys(schema: Record, names: Sequence[str]) -> Record:
    """The schema without references to tables that are not among those named."""
    keys = schema.get("foreignKeys", [])
    kept = [key for key in keys if key["reference"]["resource"] in names]
    found = {name: value for name, value in schema.items() if name != "foreignKeys"}
    return {**found, "foreignKeys": kept} if kept else found


def to_json(content: Any) -> bytes:
    """JSON as the package's own files have it."""
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def zip_files(path: Path, files: Mapping[str, bytes]) -> None:
    """A zip of these files, with the earliest dates that it can have, so that no clock is in it."""
    with zipfile.ZipFile(path, "w") as target:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name)  # 1980-01-01
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, data)
