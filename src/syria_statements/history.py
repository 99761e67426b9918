"""Releases before the one at hand, and what changed between them.

The table ``changes`` is the log: what came, went and changed from one release to the next. Applied
backwards it gives the tables of every release to the byte; ``releases`` has their hashes.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from functools import cache, cached_property

from .errors import ArgumentError, UnknownNameError, allowed, require_text, shorten
from .package import DESCRIPTOR, HISTORY, Package, fingerprint, installed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from typing import Any

    import pandas as pd

    from .package import Directory, Table

    Record = dict[str, Any]
    Cells = dict[str, str]
    Key = tuple[str, ...]
    Schema = Mapping[str, Any]

KEPT = f"{HISTORY}/schemas/{{}}.json"  # descriptor and schemas of a release


class LogError(ValueError):
    """The log says of a table what it is not; the message says what."""


def order(version: str) -> tuple[int, ...]:
    """What versions are sorted by: ``0.3.0-dev`` comes before 0.3.0, and 0.10.0 after 0.9.0.

    What is no version comes before all of them.
    """
    number, _, suffix = version.partition("-")
    parts = number.split(".")
    return (*map(int, parts), not suffix) if all(map(str.isdecimal, parts)) else (-1,)


# --- backwards, one release -----------------------------------------------------------------------


def key_of(row: Mapping[str, str], schema: Schema) -> Key:
    """The cells of the primary key."""
    return tuple(row[column] for column in schema["primaryKey"])


def in_order(rows: Iterable[Cells], schema: Schema) -> list[Cells]:
    """Rows in the order of their key: numbers as numbers, text by code point."""
    whole = {field["name"] for field in schema["fields"] if field["type"] == "integer"}
    names = schema["primaryKey"]
    return sorted(rows, key=lambda row: [int(row[n]) if n in whole else row[n] for n in names])


def undo(
    rows: Iterable[Cells], schema: Schema, entries: Sequence[Mapping[str, Any]], old: Schema
) -> list[Cells]:
    """The rows of a table in the release before, of which ``old`` is the schema.

    ``entries`` are the rows of ``changes`` for this table in the release that has ``rows``. Raises
    ``LogError`` if they do not fit.
    """
    is_other = any(entry["change"] == "table-removed" for entry in entries)
    by_key = {} if is_other else {key_of(row, schema): row for row in rows}
    names = [field["name"] for field in old["fields"]]
    for entry in entries:
        _require_cells(entry)
        _require_column(entry, names, [field["name"] for field in schema["fields"]])
        _UNDO[entry["change"]](by_key, entry)
    return in_order(({name: row.get(name, "") for name in names} for row in by_key.values()), old)


# Change → the cells that an entry of it may have.
_CELLS = {
    "table-added": (),
    "table-removed": (),
    "column-added": ("column",),
    "column-removed": ("column",),
    "row-added": ("row",),
    "row-removed": ("row", "old"),
    "cell-changed": ("row", "column", "old", "new"),
}


def _require_cells(entry: Mapping[str, Any]) -> None:
    for column in ("row", "column", "old", "new"):
        if entry[column] and column not in _CELLS[entry["change"]]:
            raise LogError(f"{column} of {entry['change']} should be empty")


def _require_column(entry: Mapping[str, Any], old: list[str], new: list[str]) -> None:
    """A column that came was not there before; one that went is not there now."""
    came, column = entry["change"] == "column-added", entry["column"]
    if entry["change"] in ("column-added", "column-removed"):
        there, not_there = (new, old) if came else (old, new)
        if column not in there or column in not_there:
            raise LogError(f"{entry['change']} {column or ''!r} is not what the schemas say")


def require_new(table: str, entries: Sequence[Mapping[str, Any]]) -> None:
    """Raise ``LogError`` unless the entries say of a table that it is new, and nothing else."""
    found = [entry["change"] for entry in entries]
    if found != ["table-added"]:
        raise LogError(f"{table} is new, and it says {', '.join(found) or 'nothing'} of it")
    _require_cells(entries[0])


def _key(entry: Mapping[str, Any]) -> Key:
    return tuple(_json(entry, "row", list))


def _json(entry: Mapping[str, Any], column: str, kind: type) -> Any:
    """What is in a cell: a list or an object of texts. Raises ``LogError`` for anything else."""
    try:
        found = json.loads(entry[column])
    except (RecursionError, TypeError, ValueError):
        found = None
    texts = found.values() if isinstance(found, dict) else found
    if not isinstance(found, kind) or not all(isinstance(text, str) for text in texts):
        what = "an array" if kind is list else "an object"
        raise LogError(f"{column} {shorten(str(entry[column]))!r} is not {what} of texts in JSON")
    return found


def _remove(rows: dict[Key, Cells], entry: Mapping[str, Any]) -> None:
    if rows.pop(_key(entry), None) is None:
        raise LogError(f"the row {entry['row']} was added, and is not there")


def _put_back(rows: dict[Key, Cells], entry: Mapping[str, Any]) -> None:
    if _key(entry) in rows:
        raise LogError(f"the row {entry['row']} was removed, and is there")
    rows[_key(entry)] = _json(entry, "old", dict)


def _change_back(rows: dict[Key, Cells], entry: Mapping[str, Any]) -> None:
    row, column = rows.get(_key(entry)), entry["column"]
    if row is None or row.get(column, "") != (entry["new"] or ""):
        now = "is not there" if row is None else f"has {row.get(column, '')!r}"
        raise LogError(f"{column} of {entry['row']} became {entry['new'] or ''!r}, and {now}")
    rows[_key(entry)] = {**row, column: entry["old"] or ""}


def _leave(rows: dict[Key, Cells], entry: Mapping[str, Any]) -> None:
    """Tables and columns come and go by the schemas that are kept."""


_UNDO: dict[str, Callable[[dict[Key, Cells], Mapping[str, Any]], None]] = {
    "table-added": _leave,
    "table-removed": _leave,
    "column-added": _leave,
    "column-removed": _leave,
    "row-added": _remove,
    "row-removed": _put_back,
    "cell-changed": _change_back,
}


def written(rows: Iterable[Cells], schema: Schema) -> bytes:
    """The CSV file of these rows."""
    text = io.StringIO()
    names = [field["name"] for field in schema["fields"]]
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")


# --- packages -------------------------------------------------------------------------------------


def text_rows(table: Table) -> list[Cells]:
    """The rows of a table as its file has them."""
    names = table.names
    return [dict(zip(names, cells, strict=True)) for cells in table.cells(*names)]


def releases(package: Package) -> list[str]:
    """The releases of which the package has the log, the first one first."""
    table = package.tables.get("releases")
    return sorted(table.rows_by("release"), key=order) if table else []


def kept_files(package: Package) -> list[str]:
    """The files that have descriptor and schemas of the releases before the one at hand."""
    return [KEPT.format(name) for name in releases(package) if name != package.version]


def logged(package: Package) -> dict[tuple[str, str], list[Record]]:
    """The rows of ``changes`` by release and table."""
    found: dict[tuple[str, str], list[Record]] = {}
    for entry in package.needed("changes", *CHANGES).rows:
        found.setdefault((entry["release"], entry["table"]), []).append(entry)
    return found


class Release(Package):
    """A release before another one, whose files are made from those of that one and the log."""

    def __init__(self, newer: Package, version: str) -> None:
        """The release ``version`` that came just before ``newer``; nothing is made yet."""
        super().__init__(newer.directory)
        self.newer, self._version = newer, version
        self.log: dict[tuple[str, str], list[Record]] = (
            newer.log if isinstance(newer, Release) else logged(newer)
        )
        self.latest: Package = newer.latest if isinstance(newer, Release) else newer

    @cached_property
    def _kept(self) -> Record:
        file = KEPT.format(self._version)
        return self.latest.object_in(file, {"descriptor": {}, "schemas": {}})

    @cached_property
    def _descriptor(self) -> Record:
        """The descriptor that the release had, without the tables that the latest left out."""
        left_out = self.latest.left_out
        found = self._kept["descriptor"]
        resources = [entry for entry in found["resources"] if entry["name"] not in left_out]
        return {**found, "resources": resources, **({"leftOut": left_out} if left_out else {})}

    def schema(self, resource: Record) -> tuple[str, Record]:
        """The Table Schema of a resource; one that did not change since is that of the newer."""
        file, newer = resource["schema"], self.newer.tables.get(resource["name"])
        if newer is None or file in self._kept["schemas"]:
            return super().schema(resource)
        return file, newer.schema

    def has(self, file: str) -> bool:
        """Whether a file of an old release is there, which none is."""
        return False

    def path(self, file: str) -> str:
        """Raises ``PackageError``: nothing of an old release is a file."""
        raise self.fault(file, f"of release {self._version} is no file; load gives its rows")

    def read(self, file: str) -> bytes:
        """Content of a file of the release."""
        if file == DESCRIPTOR:
            return json.dumps(self._descriptor).encode()
        for table in self.tables.values():
            if file == table.resource["path"]:
                return self._table(table)
        if file in self._kept["schemas"]:
            return json.dumps(self._kept["schemas"][file]).encode()
        return self.newer.read(file)

    def _table(self, table: Table) -> bytes:
        """The file of a table, which must be what the release had."""
        if table.is_history:
            return written(self._rows_then(table.name), table.schema)
        file = KEPT.format(self._version)
        after = self.newer.tables.get(table.name)
        entries = self.log.get((self.newer.version, table.name), [])
        rows, schema = (text_rows(after), after.schema) if after else ([], table.schema)
        try:
            data = written(undo(rows, schema, entries, table.schema), table.schema)
        except (LogError, KeyError, ValueError) as error:
            raise self.latest.fault("data/history/changes.csv", f"does not fit: {error}") from error
        if fingerprint(data)["hash"] != f"sha256:{self._hashes.get(table.name)}":
            raise self.latest.fault(file, f"{table.name} is not what release {self._version} had")
        return data

    @cached_property
    def _hashes(self) -> dict[str, str]:
        rows = self.latest.needed("releases", "release", "sha256").rows_by("release")
        return {row["table"]: row["sha256"] for row in rows[self._version]}

    def _rows_then(self, table: str) -> list[Cells]:
        """The rows that a table of the history had: none is ever taken from it."""
        end = order(self._version)
        rows = text_rows(self.latest.needed(table, "release"))
        return [row for row in rows if order(row["release"]) <= end]


def at(package: Package, release: str | None) -> Package:
    """The package as it was in a release, or as it is. Raises ``UnknownNameError``."""
    if release is None:
        return package
    require_text(release, "a release")
    known = [name for name in releases(package) if name != package.version]
    if release not in (*known, package.version):
        right = allowed([*known, package.version])
        raise UnknownNameError(f"no release {release!r}; {right}")
    found = package
    for name in reversed(known):
        if found.version == release:
            break
        found = Release(found, name)
    return found


_kept_at = cache(at)  # of the installed package, which is read once


def package_in(directory: Directory | None = None, release: str | None = None) -> Package:
    """The package in a directory, read anew, or the installed one; as it was in a release."""
    if release is not None:
        require_text(release, "a release")  # before a cache is asked, which may fail to hash it
    if directory is not None:
        return at(Package(directory), release)
    return installed() if release is None else _kept_at(installed(), release)


# --- what changed ---------------------------------------------------------------------------------

CHANGES = ("release", "table", "change", "row", "column", "old", "new", "reason_id")


def changes(
    since: str | None = None,
    table: str | None = None,
    ids: Collection[str] | None = None,
    directory: Directory | None = None,
) -> list[Record]:
    """What changed after the release ``since``, in one table, or in the rows of these ids.

    Each row of ``changes`` has here, beside ``reason_id``, ``reason`` in words; ``row`` is the key
    as a list. An id finds the rows whose key it is or is in, and those that refer to it. Raises
    ``UnknownNameError`` for a release, a table or an id that there never was.
    """
    package = package_in(directory)
    found = package.needed("changes", *CHANGES).rows
    if since is not None:
        end = order(at(package, since).version)
        found = [entry for entry in found if order(entry["release"]) > end]
    if table is not None:
        _require_table(package, table)
        found = [entry for entry in found if entry["table"] == table]
    if ids is not None:
        concerned = rows_of(package, ids)
        _require_known(concerned, ids)
        found = [entry for entry in found if concerned.get((entry["table"], entry["row"]))]
    reasons = package.needed("reasons", "reason_id", "reason").rows_by("reason_id")
    return [_told(package, entry, reasons) for entry in found]


def _told(package: Package, entry: Record, reasons: Mapping[Any, list[Record]]) -> Record:
    known = reasons.get(entry["reason_id"])
    row = _read(package, entry, "row", list) if entry["row"] else []
    return {**entry, "row": row, "reason": known[0]["reason"] if known else None}


def _read(package: Package, entry: Record, column: str, kind: type) -> Any:
    """What is in a cell of the log. Raises ``PackageError``."""
    try:
        return _json(entry, column, kind)
    except LogError as error:
        raise package.fault(package["changes"].resource["path"], str(error)) from error


def _require_table(package: Package, table: str) -> None:
    """Raise ``UnknownTableError`` unless there is the table, or was."""
    require_text(table, "the name of a table")
    gone = {entry["table"] for entry in package["changes"].rows}
    if table not in gone:
        package[table]


def ids_in(package: Package, path: str) -> list[str]:
    """The ids in a file: one a line, or the first column of ids of a table as CSV or an export.

    A table may be separated by commas, semicolons or tabs, or be a file of Stata, Parquet, SPSS or
    a workbook, of which the first sheet with ids is read. Raises ``ArgumentError`` for what has
    none.
    """
    suffix = path[path.rfind(".") :].lower()
    names = _id_columns(package)
    is_text = suffix not in _READERS
    cells = _cells_of_text(path) if is_text else _cells_of(path, _READERS[suffix], names)
    header = cells[0] if cells else []
    place = next((place for place, name in enumerate(header) if name in names), None)
    if place is not None:
        return list(dict.fromkeys(row[place] for row in cells[1:] if len(row) > place))
    if {len(row) for row in cells} - {1}:
        known = ", ".join(sorted(names))
        raise ArgumentError(f"{path} has no column of ids; the columns of ids are {known}")
    return list(dict.fromkeys(cell for (cell,) in cells))


# Ending of a file → what of pandas reads it.
_READERS = {
    ".dta": "read_stata",
    ".parquet": "read_parquet",
    ".sav": "read_spss",
    ".xlsx": "ExcelFile",
}


def _cells_of(path: str, reader: str, names: Collection[str]) -> list[list[str]]:
    """Header and cells; of a workbook those of the first sheet with one of these columns."""
    import pandas as pd

    try:
        frame = _sheet_with(path, names) if reader == "ExcelFile" else getattr(pd, reader)(path)
    except (ImportError, OSError, ValueError) as error:
        raise ArgumentError(f"{path} cannot be read: {error}") from error
    text = frame.astype("string").fillna("")
    return [list(map(str, frame.columns)), *text.to_numpy().tolist()]


def _sheet_with(path: str, names: Collection[str]) -> pd.DataFrame:
    import pandas as pd

    with pd.ExcelFile(path) as book:
        for sheet in book.sheet_names:
            frame = pd.read_excel(book, sheet_name=sheet)
            if not frame.columns.intersection([*names]).empty:
                return frame
        return pd.read_excel(book)


def _cells_of_text(path: str) -> list[list[str]]:
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise ArgumentError(f"{path} cannot be read as text in UTF-8: {error}") from error
    first = text.partition("\n")[0]
    comma = max(",;\t", key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=comma)
    return [[cell.strip() for cell in row] for row in rows if any(row)]


def _id_columns(package: Package) -> set[str]:
    """Columns whose cells are ids: keys of one column, and what refers to them."""
    found = set()
    for table in package.tables.values():
        if not table.is_history:
            found |= {*table.references, *(table.key if len(table.key) == 1 else ())}
    return found


def verdict(
    package: Package, found: Iterable[Record], ids: Collection[str]
) -> dict[str, list[str]]:
    """The ids that rest on rows of these changes, ``changed``; the ``same``; those ``unknown``."""
    concerned = rows_of(package, ids)
    places = {(entry["table"], key_text(entry["row"])) for entry in found}
    changed = {name for place in places for name in concerned.get(place, ())}
    known = set().union(*concerned.values())
    return {
        "same": [name for name in ids if name in known - changed],
        "changed": [name for name in ids if name in changed],
        "unknown": [name for name in ids if name not in known],
    }


def known_ids(package: Package, ids: Collection[str]) -> list[str]:
    """The ids that there are or were, in their order."""
    known = set().union(*rows_of(package, ids).values())
    return [name for name in ids if name in known]


def _require_known(concerned: Mapping[Any, set[str]], ids: Collection[str]) -> None:
    """Raise ``UnknownNameError`` for ids on which no row rests: that is not to be unchanged."""
    unknown = set(ids).difference(*concerned.values())
    if unknown:
        listed = shorten(", ".join(map(repr, sorted(unknown))))
        raise UnknownNameError(f"no row is or was of {listed}; write ids of this package")


def rows_of(package: Package, ids: Collection[str]) -> dict[tuple[str, str], set[str]]:
    """Table and key, as ``changes`` has it, of the rows on which ids rest, each with these ids.

    These are the rows whose key an id is or is in, those that refer to it or did so before, and
    those to which its own row refers: of a clause its statement and its codes.
    """
    wanted = _require_ids(ids)
    found: dict[tuple[str, str], set[str]] = {}
    columns = _id_columns(package)
    for entry in package["changes"].rows:
        if entry["old"] in wanted and entry["column"] in columns:
            found.setdefault((entry["table"], entry["row"]), set()).add(entry["old"])
    for table, row in _all_rows(package):
        for column in {*table.key, *table.references} & row.keys():
            if row[column] in wanted:
                found.setdefault((table.name, _key_in(row, table)), set()).add(row[column])
        if len(table.key) == 1 and row[table.key[0]] in wanted:
            for column, target in table.references.items():
                key = key_text((row.get(column, ""),))
                found.setdefault((target, key), set()).add(row[table.key[0]])
    return found


def _require_ids(ids: Collection[str]) -> set[str]:
    if isinstance(ids, str):
        raise ArgumentError(f"{ids!r} is one text; write a list of ids")
    if isinstance(ids, bytes) or not isinstance(ids, Iterable):
        raise ArgumentError(f"{ids!r} is no list of ids")
    for name in ids:
        require_text(name, "an id")
    return set(ids)


def _all_rows(package: Package) -> Iterator[tuple[Table, Cells]]:
    """The rows of all tables, and those that a release removed, as far as there is the table."""
    for table in package.tables.values():
        if not table.is_history:
            yield from ((table, row) for row in text_rows(table))
    for entry in package["changes"].rows:
        if entry["change"] == "row-removed" and entry["table"] in package.tables:
            yield package[entry["table"]], _read(package, entry, "old", dict)


def _key_in(row: Cells, table: Table) -> str:
    return key_text(row.get(column, "") for column in table.key)


def key_text(key: Iterable[str]) -> str:
    """A key as ``changes`` has it: a JSON array."""
    return json.dumps(list(key), ensure_ascii=False)
