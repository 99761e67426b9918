"""What several exports share: labels, names that are safe, and a zip without a clock."""

from __future__ import annotations

import json
import re
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

UNIX = 3  # the system that a zip names as its maker
UNSAFE = re.compile(r"[\\:\0]|^/|^$|(?:^|/)\.\.(?:/|$)")


def file_label(table: Table, about: Record) -> str:
    """Version and title, for files that hold one table."""
    return f"{about['name']} {about['version']}: {table.resource['title']}"


def licences(about: Record) -> str:
    """Under which licences the parts of the package are, in one text."""
    return ". ".join(licence["title"] for licence in about["licenses"])


def require_inside(path: str) -> None:
    """Raise ``ExportError`` for a path of a package, or in a zip, that could lead out of it."""
    if UNSAFE.search(path):
        shape = "names joined by /, not absolute, without .. or a drive"
        raise ExportError(f"{path!r} is no path inside the package: {shape}")


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
    """A zip of these files, the same whatever the clock and the system.

    Raises ``ExportError`` for a name that leads out of the folder into which it is unpacked.
    """
    with zipfile.ZipFile(path, "w") as target:
        for name, data in files.items():
            require_inside(name)
            entry = zipfile.ZipInfo(name)  # 1980-01-01, the earliest that there is
            entry.create_system = UNIX
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, data)
