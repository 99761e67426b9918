"""CSV: a zip that is a data package itself, or the file of one table. Files are as they are."""

from __future__ import annotations

from .. import cff, history
from ..package import DESCRIPTOR, DIALECT, LICENCE, fingerprint
from .common import release_readme, to_json, with_folders, without_dangling_keys, zip_files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

    from ..package import Package, Table

    Record = dict[str, Any]

SOURCE = "source_path"  # the column of the annotated source of a row
ABOUT = f"`{DESCRIPTOR}` says of each column what it is. An empty cell is not zero."
SOURCES = f"`{SOURCE}` names the annotated source of a clause, which is {{}} this zip."


def write(path: Path, tables: list[Table], about: Record) -> None:
    """Write the tables where the package has them, with a descriptor that has their schemas.

    If the path is that of a CSV file, only the one table is written.
    """
    if path.suffix == ".csv":
        (table,) = tables
        path.write_bytes(table.data)
    else:
        zip_files(path, with_folders(_files(tables, about)))


def _files(tables: list[Table], about: Record) -> dict[str, bytes]:
    """The files of a package of these tables."""
    package = tables[0].package
    csv_files = {table.resource["path"]: table for table in tables}
    data = {file: table.data for file, table in csv_files.items()}
    others = {file: package.read(file) for file in _others(package, tables)}
    left_out = _left_out(package, tables)
    notes = _notes(tables, {*others}, left_out)
    about_them = {"README.md": release_readme(about, csv_files, notes)}
    about_them[DESCRIPTOR] = to_json(_descriptor(tables, about, left_out))
    about_them[cff.FILE] = cff.write(package).encode()
    return {**about_them, **others, **data}


def _others(package: Package, tables: list[Table]) -> Iterator[str]:
    """The files that belong to these tables or to all, as far as the package has them."""
    if package.has(LICENCE):
        yield LICENCE
    if "changes" in {table.name for table in tables}:
        yield from history.kept_files(package)
    yield from filter(package.has, _sources(tables))


def _sources(tables: list[Table]) -> list[str]:
    """The annotated sources that cells of the tables name."""
    columns = [table.cells(SOURCE) for table in tables if SOURCE in table.names]
    return sorted({file for column in columns for (file,) in column if file})


def _left_out(package: Package, tables: list[Table]) -> list[str]:
    """The tables of the release that are not among these."""
    chosen = {table.name for table in tables}
    return [*package.left_out, *(name for name in package.tables if name not in chosen)]


def _descriptor(tables: list[Table], about: Record, left_out: list[str]) -> Record:
    files = {table.resource["path"] for table in tables}
    dropped = ("resources", "citation", "sources", "leftOut")
    kept = {name: value for name, value in about.items() if name not in dropped}
    sources = [_as_it_is_here(source, files) for source in about.get("sources", [])]
    names = [table.name for table in tables]
    resources = [_resource(table, names) for table in tables]
    lists = {"sources": sources, "leftOut": left_out, "resources": resources}
    return {**kept, **{name: listed for name, listed in lists.items() if listed}}


def _resource(table: Table, names: list[str]) -> Record:
    """A table as the descriptor has it, with its schema; ``names`` are those of all."""
    schema = without_dangling_keys(table.schema, names)
    file = fingerprint(table.data)
    return {**table.resource, "dialect": DIALECT, "schema": schema, **file}


def _as_it_is_here(source: Record, files: set[str]) -> Record:
    """A source of the package; its path only if that leads to a file that is here."""
    has_file = source.get("path") in files or "://" in source.get("path", "")
    return source if has_file else {key: source[key] for key in source if key != "path"}


def _notes(tables: list[Table], others: set[str], left_out: list[str]) -> Iterator[str]:
    """Paragraphs for the README of the zip."""
    yield ABOUT
    if sources := _sources(tables):
        yield SOURCES.format("in" if others.issuperset(sources) else "in the repository and not in")
    if left_out:
        yield f"Tables of the release that are not in this zip: {', '.join(left_out)}."
