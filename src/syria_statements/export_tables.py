"""What every export starts from: a table with its schema, its value labels and its rows; and a zip that is always the same."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from . import codebook, flat, loader, package

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

Record = dict[str, Any]
Progress = Callable[[int, int, str], object]
EXACT = 2**53  # up to here a floating point number holds every whole number
TRUTH = {0.0: "false", 1.0: "true"}  # labels of truth values where they are numbers


class ExportError(ValueError):
    """The file cannot be written; the message says why and what would be right."""


@dataclass(frozen=True)
class Table:
    """A table to be written: its resource with the schema in it, the directory of its package, and whom to tell that it is read."""

    entry: Record
    directory: str | None
    tell: Callable[[], object]

    @property
    def name(self) -> str:
        """Name of the table."""
        return str(self.entry["name"])

    @property
    def schema(self) -> Record:
        """The Table Schema."""
        return dict(self.entry["schema"])

    @property
    def fields(self) -> list[Record]:
        """The columns as the schema has them."""
        return list(self.schema["fields"])

    @property
    def names(self) -> list[str]:
        """Names of the columns."""
        return [field["name"] for field in self.fields]

    @property
    def is_flat(self) -> bool:
        """Whether this is the flat table, which has no file in the package."""
        return self.name == flat.NAME

    def rows(self) -> list[Record]:
        """The rows, typed; None is missing."""
        self.tell()
        return flat.rows(self.directory) if self.is_flat else loader.rows(self.name, self.directory)

    def labels(self) -> dict[str, dict[str, str]]:
        """What each code of a column stands for, by column."""
        return {} if self.is_flat else codebook.value_labels(self.entry, self.directory)


def tables(names: Sequence[str], directory: str | None = None, progress: Progress | None = None) -> list[Table]:
    """The tables of these names, their rows not yet read. Raises ``UnknownTableError``."""
    tell = progress or (lambda done, number, name: None)
    return [
        Table(flat.resource() if name == flat.NAME else package.resource(name, directory), directory, partial(tell, done, len(names), name))
        for done, name in enumerate(names)
    ]


def heading(table: Table, about: Record) -> str:
    """Release and title, for files that hold one table."""
    return f"{about['name']} {about['version']}: {table.entry['title']}"


def require_exact(table: Table, rows: Sequence[Record], tool: str) -> None:
    """Raise ``ExportError`` if a whole number is greater than a tool that has floating point numbers only can hold."""
    for name in [field["name"] for field in table.fields if field["type"] == "integer"]:
        if any(row[name] is not None and abs(row[name]) > EXACT for row in rows):
            raise ExportError(f"{table.name}.{name}: a whole number beyond {EXACT} is not exact in {tool}")


def released(about: Record) -> datetime:
    """When the release was made, for files that want a time in them."""
    return datetime.fromisoformat(about["created"].removesuffix("Z"))


def inside(schema: Record, names: Sequence[str]) -> Record:
    """The schema without references to tables that are not among those named."""
    kept = [key for key in schema.get("foreignKeys", []) if key["reference"]["resource"] in names]
    return {**{name: value for name, value in schema.items() if name != "foreignKeys"}, **({"foreignKeys": kept} if kept else {})}


def zip_files(path: Path, files: Mapping[str, bytes]) -> None:
    """A zip of these files; its dates are the earliest that a zip can have, so that no clock is in it."""
    with zipfile.ZipFile(path, "w") as target:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name)  # 1980-01-01
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, data)
