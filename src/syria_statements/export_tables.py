"""What every export starts from: a table with its schema, its value labels and its rows; and a zip that is always the same."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from . import codebook, flat, loader, package

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

Record = dict[str, Any]
Progress = Callable[[int, int, str], object]


class ExportError(ValueError):
    """The file cannot be written; the message says why and what would be right."""


@dataclass(frozen=True)
class Table:
    """A table to be written.

    ``file`` is the CSV file in the package, None for the flat table, which has none. ``labels`` has what each code of a column stands
    for. ``rows`` reads the rows, typed; None is missing.
    """

    name: str
    title: str
    description: str
    schema: Record
    file: str | None
    labels: dict[str, dict[str, str]]
    rows: Callable[[], list[Record]]

    @property
    def fields(self) -> list[Record]:
        """The columns as the schema has them."""
        return list(self.schema["fields"])

    @property
    def names(self) -> list[str]:
        """Names of the columns."""
        return [field["name"] for field in self.fields]


def tables(names: Sequence[str], directory: str | None = None, progress: Progress | None = None) -> list[Table]:
    """The tables of these names, their rows not yet read. Raises ``UnknownTableError``."""
    return [_table(name, directory, _reader(name, directory, (progress, number, len(names)))) for number, name in enumerate(names)]


def _table(name: str, directory: str | None, rows: Callable[[], list[Record]]) -> Table:
    if name == flat.NAME:
        entry = flat.resource()
        return Table(name, entry["title"], entry["description"], entry["schema"], None, {}, rows)
    entry = package.resource(name, directory)
    labels = codebook.value_labels(entry, directory)
    return Table(name, entry["title"], entry["description"], entry["schema"], package.path(entry, directory), labels, rows)


def _reader(name: str, directory: str | None, told: tuple[Progress | None, int, int]) -> Callable[[], list[Record]]:
    def rows() -> list[Record]:
        progress, done, number = told
        if progress:
            progress(done, number, name)
        return flat.rows(directory) if name == flat.NAME else loader.rows(name, directory)

    return rows


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
