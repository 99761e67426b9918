"""The data package: its directory, its descriptor, its tables. Every file is read once."""

from __future__ import annotations

import csv
import io
import json
import os
from functools import cache, cached_property

from .errors import (
    ArgumentError,
    UnknownNameError,
    UnknownTableError,
    allowed,
    require_text,
)
from .fields import field_type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    Record = dict[str, Any]
    Directory = str | os.PathLike[str]

DESCRIPTOR = "datapackage.json"
FEW = 12  # of so many names all are listed
MANY = 10_000  # among so many the nearest are looked for where one name is asked for


def root() -> str:
    """Directory of the installed data package: in the library, or an editable checkout."""
    here = os.path.dirname(os.path.abspath(__file__))
    installed = os.path.join(here, "datapackage")
    return installed if os.path.isdir(installed) else os.path.dirname(os.path.dirname(here))


def read_json(*parts: str) -> Any:
    """The JSON in the file whose path these parts make."""
    with open(os.path.join(*parts), encoding="utf-8") as file:
        return json.load(file)


def is_release(version: str) -> bool:
    """Whether data of this version are a release, which never changes.

    ``0.3.0-dev`` is none; it comes before 0.3.0.
    """
    return not version.endswith("-dev")


class Package:
    """A data package in a directory, by default the installed one.

    ``package[name]`` is a table. Each file is read when it is first needed, and then kept: what the
    properties give is shared, and not to be changed. ``ss.rows`` and ``ss.load`` give copies.
    """

    def __init__(self, directory: Directory | None = None) -> None:
        """Open the package without reading it. Raises ``ArgumentError`` without a descriptor."""
        if not isinstance(directory, str | os.PathLike | None):
            raise ArgumentError(f"{directory!r} is no directory; write its path")
        self.directory = root() if directory is None else os.fspath(directory)
        if not os.path.isfile(os.path.join(self.directory, DESCRIPTOR)):
            raise ArgumentError(f"{self.directory} is no data package: it has no {DESCRIPTOR}")

    @cached_property
    def descriptor(self) -> Record:
        """The Data Package descriptor, as parsed from ``datapackage.json``."""
        found: Record = read_json(self.directory, DESCRIPTOR)
        return found

    @property
    def version(self) -> str:
        """Version of the data and of the code: one number for both, kept in the descriptor."""
        return str(self.descriptor["version"])

    @cached_property
    def tables(self) -> dict[str, Table]:
        """The tables by name, in the order of the descriptor."""
        return {entry["name"]: Table(self, entry) for entry in self.descriptor["resources"]}

    def __getitem__(self, name: str) -> Table:
        """The table of this name. Raises ``UnknownTableError``; ``ArgumentError`` if it is none."""
        require_text(name, "the name of a table")
        if name not in self.tables:
            raise UnknownTableError(f"no table {name!r}; {allowed(self.tables, name, FEW)}")
        return self.tables[name]

    def row(self, table: str, **key: Any) -> Record:
        """The first row of a table with this value in this column. Raises ``UnknownNameError``."""
        ((column, value),) = key.items()
        require_text(value, f"a {column}")
        rows = self[table].rows_by(column).get(value)
        if rows:
            return rows[0]
        values = list(map(str, self[table].rows_by(column)))
        known = allowed(values, str(value), FEW, searched=MANY)
        raise UnknownNameError(f"{table} has no row with {column} {value!r}; {known}")


class Table:
    """One table of a package: its resource in the descriptor, its Table Schema, its rows."""

    def __init__(self, package: Package, resource: Record) -> None:
        """A table of ``package``; its files are not read yet."""
        self.package = package
        self.resource = resource
        self.name = str(resource["name"])
        self._rows_by: dict[str, dict[Any, list[Record]]] = {}

    @cached_property
    def schema(self) -> Record:
        """The Table Schema, as parsed from its file."""
        schema: Record = read_json(self.package.directory, self.resource["schema"])
        return schema

    @property
    def fields(self) -> list[Record]:
        """The columns as the schema describes them."""
        return list(self.schema["fields"])

    @property
    def names(self) -> list[str]:
        """Names of the columns."""
        return [field["name"] for field in self.fields]

    @property
    def key(self) -> list[str]:
        """Names of the columns of the primary key."""
        return list(self.schema["primaryKey"])

    @cached_property
    def references(self) -> dict[str, str]:
        """Column → table, for each foreign key of one column."""
        keys = self.schema.get("foreignKeys", [])
        single = [key for key in keys if len(key["fields"]) == 1]
        return {key["fields"][0]: key["reference"]["resource"] for key in single}

    @property
    def path(self) -> str:
        """Path of the CSV file."""
        return os.path.join(self.package.directory, *self.resource["path"].split("/"))

    @cached_property
    def data(self) -> bytes:
        """Content of the CSV file."""
        with open(self.path, "rb") as file:
            return file.read()

    @property
    def count(self) -> int:
        """Number of rows; a row of this package is one line."""
        return self.data.count(b"\n") - 1

    @cached_property
    def rows(self) -> list[Record]:
        """The rows, typed as the schema says; a missing value is None."""
        parsers = {field["name"]: field_type(field).parse for field in self.fields}
        reader = csv.reader(io.StringIO(self.data.decode("utf-8"), newline=""))
        columns = [(name, parsers[name]) for name in next(reader)]
        found = []
        for record in reader:
            cells = zip(columns, record, strict=True)
            found.append({name: parse(cell) if cell else None for (name, parse), cell in cells})
        return found

    def cells(self, *names: str) -> Iterator[tuple[str, ...]]:
        """Cells of the columns named, as they are in the file, row by row; nothing is kept."""
        reader = csv.reader(io.StringIO(self.data.decode("utf-8"), newline=""))
        header = next(reader)
        places = [header.index(name) for name in names]
        for record in reader:
            yield tuple(record[place] for place in places)

    def rows_by(self, column: str) -> dict[Any, list[Record]]:
        """The rows by their value in a column. Raises ``UnknownNameError``."""
        if column not in self._rows_by:
            if column not in self.names:
                known = allowed(self.names, column)
                raise UnknownNameError(f"{self.name} has no column {column!r}; {known}")
            found: dict[Any, list[Record]] = {}
            for row in self.rows:
                found.setdefault(row[column], []).append(row)
            self._rows_by[column] = found
        return self._rows_by[column]

    @property
    def is_built(self) -> bool:
        """Whether the build writes it from annotated sources: its file is at the top of data/."""
        return bool(self.resource["path"].count("/") == 1)

    @property
    def has_codes(self) -> bool:
        """Whether its rows are codes: things with name and definition, for others to refer to."""
        names = set(self.names)
        return names >= {"label", "definition"} or names >= {"name", "description"}

    @cached_property
    def labels(self) -> dict[str, dict[str, str]]:
        """Column → code → label, from the schema's categories or the table of codes referred to."""
        targets = {name: self.package[table] for name, table in self.references.items()}
        targets[self.key[0]] = self
        found = {}
        for field in self.fields:
            name = field["name"]
            target = targets.get(name)
            if target and target.has_codes:
                found[name] = {row[target.key[0]]: label(row) for row in target.rows}
            elif "categories" in field:
                found[name] = {code["value"]: code["label"] for code in field["categories"]}
        return found


def label(row: Record) -> str:
    """What a code is called."""
    return str(row.get("label") or row.get("name") or "")


@cache
def installed() -> Package:
    """The installed package."""
    return Package()


def package_in(directory: Directory | None) -> Package:
    """The package in a directory, read anew, or the installed one."""
    return installed() if directory is None else Package(directory)


def fingerprint(data: bytes) -> Record:
    """Size and hash of a file as a descriptor has them."""
    from hashlib import sha256

    return {"bytes": len(data), "hash": f"sha256:{sha256(data).hexdigest()}"}
