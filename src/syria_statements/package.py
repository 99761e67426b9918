"""The data package: its directory, its descriptor, its tables. Every file is read once."""

from __future__ import annotations

import csv
import io
import json
import os
from functools import cache, cached_property
from importlib import import_module
from warnings import warn

from .errors import (
    ArgumentError,
    PackageError,
    RetiredIdWarning,
    UnknownNameError,
    UnknownTableError,
    allowed,
    allowed_columns,
    meant,
    require_path,
    require_text,
    shorten,
)
from .fields import field_type, is_typed
from .shapes import (
    DESCRIPTOR_SHAPE,
    PATH,
    SAFE_PATH,
    SCHEMA,
    Described,
    misfits,
    misnamed_columns,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    Record = dict[str, Any]
    Rows = list[Record]
    Directory = str | os.PathLike[str]

DESCRIPTOR = "datapackage.json"
LICENCE = "LICENSE-DATA"  # the words of the first licence; not every package has them
DIALECT = {"delimiter": ","}  # of each file; where none is said, some readers guess
HISTORY = "data/history"
FEW = 12  # of so many names all are listed
MANY = 10_000  # among so many the nearest are looked for where one name is asked for
ALL_BYTES = bytes(range(256))
csv.field_size_limit(2**31 - 1)  # by default 131,072 characters; Windows holds no more than this


def root() -> str:
    """Directory of the installed data package: in the library, or an editable checkout.

    Raises ``PackageError`` if there is none, as in a zip on the path of Python.
    """
    here = os.path.dirname(os.path.abspath(__file__))
    installed = os.path.join(here, "datapackage")
    if os.path.isdir(installed):
        return installed
    checkout = os.path.dirname(os.path.dirname(here))
    if here == os.path.join(checkout, "src", "syria_statements"):
        return checkout
    raise PackageError(_why_homeless(here))


def _why_homeless(here: str) -> str:
    around = os.path.dirname(here)
    if os.path.isfile(around):
        remedy = "install it with pip, or unpack it"
        return (
            f"syria-statements is inside the zip {around}, where its data cannot be read; {remedy}"
        )
    return f"syria-statements in {here} is without its data; install it again with pip"


def read_json(*parts: str) -> Any:
    """The JSON in the file whose path these parts make."""
    with open(os.path.join(*parts), encoding="utf-8") as file:
        return json.load(file)


def homes(directory: str) -> tuple[str, ...]:
    """Where the files of the package in a directory may really be, each with a slash at its end.

    Some installers link each file, the descriptor too, to the place where they keep it.
    """
    descriptor = os.path.realpath(os.path.join(directory, DESCRIPTOR))
    found = (os.path.realpath(directory), os.path.dirname(descriptor))
    return tuple(os.path.join(home, "") for home in found)


def is_release(version: str) -> bool:
    """Whether data of this version are a release, which never changes.

    ``0.3.0-dev`` is none; it comes before 0.3.0.
    """
    return not version.endswith("-dev")


# --- packages -------------------------------------------------------------------------------------


class Package:
    """A data package in a directory, by default the installed one.

    ``package[name]`` is a table, one of ``tables`` or ``views``. Each file is read when it is first
    needed, and then kept: what the properties give is shared, and not to be changed. ``ss.rows``
    and ``ss.load`` give copies. What reads a file raises ``PackageError`` if it is missing,
    unreadable, or not what it should be.
    """

    def __init__(self, directory: Directory | None = None) -> None:
        """Open the package without reading it. Raises ``ArgumentError`` without a descriptor."""
        if directory is not None:
            require_path(directory, "a directory")
        self.directory = root() if directory is None else os.fspath(directory)
        if not os.path.isfile(os.path.join(self.directory, DESCRIPTOR)):
            raise ArgumentError(f"{self.directory} is no data package: it has no {DESCRIPTOR}")

    @property
    def _advice(self) -> str:
        return f"syria-statements validate {self.directory} says all"

    def fault(self, file: str, message: str, line: int | None = None) -> PackageError:
        """The error for something that is wrong in a file of the package, to be raised."""
        place = file if line is None else f"{file}:{line}"
        return PackageError(f"{place}: {message}; {self._advice}")

    @cached_property
    def _homes(self) -> tuple[str, ...]:
        return homes(self.directory)

    def path(self, file: str) -> str:
        """Path of a file of the package. Raises ``PackageError`` if it leads out of the package."""
        if not SAFE_PATH.fullmatch(file):
            raise self.fault(file, f"is not {PATH}")
        path = os.path.join(self.directory, *file.split("/"))
        if not os.path.realpath(path).startswith(self._homes):
            link = "leads out of the package through a symbolic link"
            raise self.fault(file, f"{link}; put the file itself there")
        return path

    def read(self, file: str) -> bytes:
        """Content of a file of the package."""
        path = self.path(file)
        if not os.path.isfile(path):  # to open a named pipe would be to wait for ever
            raise self.fault(file, "there is no such file in the package")
        try:
            with open(path, "rb") as stream:
                return stream.read()
        except OSError as error:
            raise self.fault(file, f"cannot be read: {error.strerror}") from error

    def decoded(self, file: str, data: bytes) -> str:
        """The text of a file of which this is the content."""
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            wrong = f"byte {data[error.start]:#04x} is not UTF-8; save the file as UTF-8"
            raise self.fault(file, wrong, line) from error

    def object_in(self, file: str, shape: Record) -> Described:
        """The object in a JSON file, in which everything is as ``shape`` says, if it is there."""
        text = self.decoded(file, self.read(file))
        try:
            found = json.loads(text, object_hook=lambda item: Described(item, file, self._advice))
        except json.JSONDecodeError as error:
            raise self.fault(file, f"not JSON: {error.msg}", error.lineno) from error
        except (RecursionError, ValueError) as error:
            raise self.fault(file, f"not JSON: {error}") from error
        for wrong in misfits(found, shape):
            raise self.fault(file, wrong)
        return found  # type: ignore[no-any-return] # no shape but that of an object is asked

    def schema(self, resource: Record) -> tuple[str, Record]:
        """The Table Schema of a resource, and the file in which it is: its own, or the descriptor.

        The packages that ``export`` writes have their schemas in the descriptor.
        """
        found = resource["schema"]
        if isinstance(found, str):
            return found, self.object_in(found, SCHEMA)
        return DESCRIPTOR, found

    def has(self, file: str) -> bool:
        """Whether a file of this path is in the package."""
        return os.path.isfile(os.path.join(self.directory, *file.split("/")))

    @property
    def left_out(self) -> list[str]:
        """The tables that were left out when the package was made, as its descriptor says."""
        return list(self.descriptor.get("leftOut", []))

    @cached_property
    def descriptor(self) -> Record:
        """The Data Package descriptor, as parsed from ``datapackage.json``."""
        return self.object_in(DESCRIPTOR, DESCRIPTOR_SHAPE)

    @property
    def version(self) -> str:
        """Version of the data and of the code: one number for both, kept in the descriptor."""
        return str(self.descriptor["version"])

    @cached_property
    def tables(self) -> dict[str, Table]:
        """The tables by name, in the order of the descriptor."""
        found: dict[str, Table] = {}
        for entry in self.descriptor["resources"]:
            table = Table(self, entry)
            if found.setdefault(table.name, table) is not table:
                raise self.fault(DESCRIPTOR, f"two tables have the name {table.name!r}")
        return found

    @cached_property
    def views(self) -> dict[str, Table]:
        """The tables that have no file and are made of those that have one, by name."""
        found: dict[str, Table] = import_module(".flat", __package__).views(self)
        return found

    @property
    def names(self) -> list[str]:
        """Names of the tables, then those of the views."""
        return [*self.tables, *self.views]

    def __getitem__(self, name: str) -> Table:
        """The table or view of this name.

        Raises ``UnknownTableError``; ``ArgumentError`` if it is no name.
        """
        require_text(name, "the name of a table")
        if name in self.tables:
            return self.tables[name]
        if name in self.views:
            return self.views[name]
        right = meant(name, self.names)
        known = f"write {right!r}" if right != name else allowed(self.names, name, FEW)
        raise UnknownTableError(f"no table {name!r}; {known}")

    def needed(self, name: str, *columns: str) -> Table:
        """The table of this name, which is needed with these columns.

        Raises ``PackageError`` if the package lacks it or one of them.
        """
        try:
            table = self[name]
            for column in columns:
                table.require_column(column)
        except UnknownNameError as error:
            raise self.fault(DESCRIPTOR, f"{error}; it is needed for what is asked") from error
        return table

    def row(self, table: str, **key: Any) -> Record:
        """The first row of a table with this value in this column. Raises ``UnknownNameError``."""
        ((column, value),) = key.items()
        require_text(value, f"a {column}")
        found = self.needed(table, column).rows_by(column)
        if value in found:
            return found[value][0]
        if (now := self.current(column, value)) in found:
            return found[now][0]
        known = allowed(list(map(str, found)), str(value), FEW, searched=MANY)
        raise UnknownNameError(f"{table} has no row with {column} {value!r}; {known}")

    def current(self, column: str, value: str) -> str:
        """The id that now stands for one that was retired, of which a warning tells.

        ``column`` is the key of its table. It is the value itself if that was never retired.
        Raises ``UnknownNameError`` if nothing stands for it.
        """
        retired = self.tables.get("retired_ids")
        ids = retired.rows_by("id") if retired else {}
        kind, found = column.removesuffix("_id"), value
        for _ in ids:  # a chain is no longer than the table
            row = next((row for row in ids.get(found, []) if row["kind"] == kind), None)
            if row is None:
                break
            reason = self.referred("reasons", reason_id=row["reason_id"])["reason"]
            what = f"{found} was retired in {row['release']}: {reason.rstrip('.')}"
            if row["successor"] is None:
                raise UnknownNameError(f"{what}; nothing stands for it now")
            found = row["successor"]
            warn(f"{what}; it is now {found}", RetiredIdWarning, stacklevel=2)
        return found

    def referred(self, table: str, **key: Any) -> Record:
        """The row to which another refers. Raises ``PackageError`` if there is none."""
        try:
            return self.row(table, **key)
        except (ArgumentError, UnknownNameError) as error:
            raise self.fault(self[table].resource["path"], str(error)) from error


def _only(kept: bytes, data: bytes) -> bytes:
    """The bytes of these kinds alone, as they follow one another."""
    return data.translate(None, ALL_BYTES.translate(None, kept))


class Table:
    """One table of a package: its resource in the descriptor, its Table Schema, its rows."""

    def __init__(self, package: Package, resource: Record) -> None:
        """A table of ``package``; its files are not read yet."""
        self.package = package
        self.resource = resource
        self.name = str(resource["name"])
        self._rows_by: dict[str, dict[Any, Rows]] = {}

    @cached_property
    def schema(self) -> Record:
        """The Table Schema, as parsed from the JSON in which it is."""
        file, schema = self.package.schema(self.resource)
        for wrong in misnamed_columns(schema):
            raise self.package.fault(file, wrong)
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
        return {key["fields"][0]: self._target(key) for key in single}

    def _target(self, key: Record) -> str:
        """Name of the table to which a foreign key refers."""
        return self.package.needed(key["reference"]["resource"]).name

    @property
    def path(self) -> str:
        """Path of the CSV file. Raises ``PackageError`` if it leads out of the package."""
        return self.package.path(self.resource["path"])

    @cached_property
    def data(self) -> bytes:
        """Content of the CSV file."""
        return self.package.read(self.resource["path"])

    def _fault(self, message: str, line: int | None = None) -> PackageError:
        return self.package.fault(self.resource["path"], message, line)

    @property
    def count(self) -> int:
        """Number of rows; a row of this package is one line."""
        if not self.data:
            raise self._fault("is empty; it should begin with its header")
        if b'"' in _only(b'"\n', self.data).replace(b'""', b""):  # a line has an odd number of them
            return sum(1 for _ in self.cells())  # a cell has a line break, as none should
        return self.data.count(b"\n") - self.data.endswith(b"\n")

    def _reader(self) -> Any:
        """A reader of the CSV file, below its header, which must be that of the schema."""
        text = self.package.decoded(self.resource["path"], self.data)
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        try:
            header = next(reader, [])
        except csv.Error as error:
            raise self._fault(f"not CSV: {error}", 1) from error
        if header != self.names:
            found, right = shorten(", ".join(header)), ", ".join(self.names)
            raise self._fault(f"the columns are {found or 'none'}; they should be {right}", 1)
        return reader

    @cached_property
    def rows(self) -> Rows:
        """The rows, typed as the schema says; a missing value is None."""
        columns = [(field["name"], field_type(field).parse) for field in self.fields]
        reader = self._reader()
        found = []
        try:
            for record in reader:
                cells = zip(columns, record, strict=True)
                found.append({name: parse(cell) if cell else None for (name, parse), cell in cells})
        except (KeyError, ValueError, csv.Error) as error:
            raise self.fault_of_rows() from error
        return found

    def fault_of_rows(self, why: str = "cannot be read") -> PackageError:
        """The error of the first row that cannot be read; ``why`` is said where there is none."""
        reader = self._reader()
        line = 2
        try:
            for record in reader:
                if wrong := self._wrong(record):
                    return self._fault(wrong, line)
                line = reader.line_num + 1
        except csv.Error as error:
            return self._fault(f"not CSV: {error}", line)
        return self._fault(why)

    def _wrong(self, record: list[str]) -> str:
        """What is wrong with a row, in words."""
        if len(record) != len(self.names):
            return f"{len(record)} cells; the header has {len(self.names)}"
        for field, cell in zip(self.fields, record, strict=True):
            if cell and not is_typed(field)(cell):
                return f"{field['name']} {shorten(cell)!r}: is not of type {field['type']}"
        return ""

    def require_even(self) -> None:
        """Raise ``PackageError`` unless all rows have as many cells as the header."""
        reader, width = self._reader(), len(self.names)
        line = b"," * (width - 1) + b"\n"
        if b'"' not in self.data and _only(b",\n", self.data) == line * (self.count + 1):
            return
        try:
            is_even = not set(map(len, reader)) - {width}
        except csv.Error:
            is_even = False
        if not is_even:
            raise self.fault_of_rows()

    def cells(self, *names: str) -> Iterator[tuple[str, ...]]:
        """Cells of the columns named, as they are in the file, row by row; nothing is kept."""
        places = [self.names.index(name) for name in names]
        reader, width = self._reader(), len(self.names)
        try:
            for record in reader:
                if len(record) != width:
                    raise self.fault_of_rows()
                yield tuple(record[place] for place in places)
        except csv.Error as error:
            raise self.fault_of_rows() from error

    @property
    def separators(self) -> dict[str, str]:
        """Column → what is between its values, of columns whose cells have several."""
        return {}

    def require_column(self, column: str) -> None:
        """Raise ``UnknownNameError`` if the table has no column of this name."""
        if column not in self.names:
            known = allowed_columns(self.names, column)
            raise UnknownNameError(f"{self.name} has no column {column!r}; {known}")

    def rows_by(self, column: str) -> dict[Any, Rows]:
        """The rows by their value in a column. Raises ``UnknownNameError``."""
        if column not in self._rows_by:
            self.require_column(column)
            found: dict[Any, Rows] = {}
            for row in self.rows:
                found.setdefault(row[column], []).append(row)
            self._rows_by[column] = found
        return self._rows_by[column]

    @property
    def is_built(self) -> bool:
        """Whether the build writes it from annotated sources: its file is at the top of data/."""
        return bool(self.resource["path"].count("/") == 1)

    @property
    def is_history(self) -> bool:
        """Whether it says what changed between releases, and is itself only added to."""
        return str(self.resource["path"]).startswith(f"{HISTORY}/")

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


def words_kind(clause: Record) -> str:
    """Whose the words of a clause are: ``text``, those of the statement, or ``gist``."""
    return "text" if clause["text"] else "gist"


def label(row: Record) -> str:
    """What a code is called."""
    return str(row.get("label") or row.get("name") or "")


@cache
def installed() -> Package:
    """The installed package."""
    return Package()


def fingerprint(data: bytes) -> Record:
    """Size and hash of a file as a descriptor has them."""
    from hashlib import sha256

    return {"bytes": len(data), "hash": f"sha256:{sha256(data).hexdigest()}"}
