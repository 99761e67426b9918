"""What several exports share: labels, names that are safe, and a zip without a clock."""

from __future__ import annotations

import json
import re
import zipfile
from datetime import datetime

from ..coverage import READING, is_partial, rows_of
from ..errors import ExportError
from ..package import is_release
from ..shapes import referring_keys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
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


def release_readme(about: Record, files: Mapping[str, Table], notes: Iterable[str] = ()) -> bytes:
    """What is in these files, each of a table, how to cite it, and its licences.

    It is Markdown that can be read as it is. ``notes`` are paragraphs about the files.
    """
    parts = [*_what(about), *_listed(files), *notes, *_terms(about)]
    return "\n\n".join(parts).encode() + b"\n"


def _what(about: Record) -> Iterator[str]:
    yield _heading(about["title"], "=")
    yield f"{about['name']} {about['version']}. {about['description']}"
    if not is_release(about["version"]):
        yield "This is not a release: its data may change."


def _listed(files: Mapping[str, Table]) -> Iterator[str]:
    yield _heading("Files", "-")
    if files:
        yield "\n".join(f"- `{file}`: {_what_it_has(table)}" for file, table in files.items())
    if any(map(is_partial, files.values())):
        yield READING


def _terms(about: Record) -> Iterator[str]:
    """How to cite the release, and under which licences its parts are."""
    yield _heading("How to cite", "-")
    yield about["citation"]
    yield _heading("Licences", "-")
    yield "\n".join(f"- {_with_address(licence)}" for licence in about["licenses"])


def _heading(text: str, line: str) -> str:
    return f"{text}\n{line * len(text)}"


def _what_it_has(table: Table) -> str:
    """What a row of a table is, how many there are, and out of how much."""
    return f"{table.resource['title']}. {table.resource['description']} Rows: {rows_of(table)}."


def _with_address(licence: Record) -> str:
    address = f" ({licence['path']})" if "path" in licence else ""
    return f"{licence['title']}{address}"


def without_dangling_keys(schema: Record, names: Sequence[str]) -> Record:
    """The schema without references to tables that are not among those named.

    These are kept apart, as ``leftOutKeys``, which no reader follows.
    """
    keys: dict[str, list[Record]] = {"foreignKeys": [], "leftOutKeys": []}
    for key in referring_keys(schema):
        is_kept = key["reference"]["resource"] in names
        keys["foreignKeys" if is_kept else "leftOutKeys"].append(key)
    found = {name: value for name, value in schema.items() if name not in keys}
    return {**found, **{name: listed for name, listed in keys.items() if listed}}


def to_json(content: Any) -> bytes:
    """JSON as the package's own files have it."""
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def zip_files(path: Path, files: Mapping[str, bytes]) -> None:
    """A zip of these files, the same whatever the clock and the system.

    A name that ends with / is that of a folder. Raises ``ExportError`` for a name that leads out of
    the folder into which it is unpacked.
    """
    with zipfile.ZipFile(path, "w") as target:
        for name, data in files.items():
            require_inside(name)
            entry = zipfile.ZipInfo(name)  # 1980-01-01, the earliest that there is
            entry.create_system = UNIX
            entry.external_attr = (0o40755 if entry.is_dir() else 0o644) << 16
            entry.compress_type = zipfile.ZIP_STORED if entry.is_dir() else zipfile.ZIP_DEFLATED
            target.writestr(entry, data)


def with_folders(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files after the folders in which they are, as some readers make none of themselves."""
    folders = {folder for name in files for folder in _folders(name)}
    return {**dict.fromkeys(sorted(folders), b""), **files}


def _folders(name: str) -> list[str]:
    """The folders in which a file of a zip is."""
    parts = name.split("/")
    return ["/".join(parts[:depth]) + "/" for depth in range(1, len(parts))]
