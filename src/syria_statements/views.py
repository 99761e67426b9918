"""Views: tables that have no file and are made of those that have one, by a query in SQL.

What a column is says the schema of the table from which it comes; it is not typed again.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property

from . import sql
from .fields import to_csv
from .package import DESCRIPTOR, DIALECT, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from .package import Package

    Record = dict[str, Any]

SEPARATOR = "; "  # between several values in one cell
# What a schema says of a column, and a view of itself: all that a view has is derived.
SAID_OTHERWISE = ("name", "constraints", "derived")


@dataclass(frozen=True)
class Column:
    """A column of a view: its name, and the SQL that gives it.

    ``of`` is the ``table.column`` whose schema says what it is. Where ``sql`` is another one, as
    the label of a code is, only title and description are from there, and whether it is required.
    ``about`` is what is said here, in place of that. Where it ``is_several``, a cell has values of
    several rows. A column is left out where the package has no
    ``of``, as an older release may have none, or has a column of this name already.
    """

    name: str
    sql: str
    of: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)
    is_several: bool = False

    @property
    def is_copied(self) -> bool:
        """Whether its cells are those of the column that says what it is."""
        return self.sql == self.of


@dataclass(frozen=True)
class Definition:
    """What a view is: one row for each row of the table ``base``, whose key is its own.

    ``joins`` are other tables, with the condition for the one row of each that belongs to a row of
    the base; ``optional`` are such tables that older releases lack; ``further`` those of which
    several rows may belong to it. ``order`` is the SQL by which rows are sorted.
    """

    name: str
    title: str
    description: str
    base: str
    columns: tuple[Column, ...]
    joins: Mapping[str, str]
    further: tuple[str, ...]
    order: str
    optional: Mapping[str, str] = field(default_factory=dict)

    @property
    def required(self) -> tuple[str, ...]:
        """The tables without which there is no such view."""
        return (self.base, *self.joins, *self.further)


def several(values: str, source: str, order: str) -> str:
    """SQL for the values of several rows in one cell, between which is ``SEPARATOR``."""
    found = f"SELECT {values} AS value FROM {source} ORDER BY {order}"  # noqa: S608 (constants)
    return f"(SELECT group_concat(value, '{SEPARATOR}') FROM ({found}))"  # noqa: S608 (constants)


class View(Table):
    """A view of a package: its data are made by its query, and read as a file would be."""

    def __init__(self, package: Package, definition: Definition) -> None:
        """Describe it as a Data Resource; nothing is made yet."""
        name = definition.name
        resource = {
            "$schema": "https://datapackage.org/profiles/2.0/dataresource.json",
            "name": name,
            "path": f"data/{name}.csv",
            "type": "table",
            "title": definition.title,
            "description": definition.description,
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "dialect": DIALECT,
            "schema": f"schema/{name}.json",
        }
        super().__init__(package, resource)
        self.definition = definition

    @property
    def tables(self) -> list[str]:
        """The tables of which it is made."""
        optional = [name for name in self.definition.optional if name in self.package.tables]
        return [*self.definition.required, *optional]

    @cached_property
    def columns(self) -> list[Column]:
        """The columns for which the package has what they are made of."""
        found: dict[str, Column] = {}
        for column in self.definition.columns:
            table, _, name = column.of.partition(".")
            if not column.of or (table in self.tables and name in self.package[table].names):
                found.setdefault(column.name, column)
        return list(found.values())

    @property
    def query(self) -> str:
        """The SQL that gives its rows, where the tables are those of the package."""
        columns = [f"  {column.sql} AS {column.name}" for column in self.columns]
        joins = {**self.definition.joins, **self.definition.optional}
        joined = filter(joins.__contains__, self.tables)
        sources = [f"LEFT JOIN {name} ON {joins[name]}" for name in joined]
        lines = ["SELECT", ",\n".join(columns), f"FROM {self.definition.base}", *sources]
        return "\n".join([*lines, f"ORDER BY {self.definition.order}"])

    @cached_property
    def schema(self) -> Record:
        """The Table Schema."""
        keys = list(self._foreign_keys())
        return {
            "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
            "fields": [self._field(column) for column in self.columns],
            "missingValues": [""],
            "primaryKey": self.package[self.definition.base].key,
            "orderedBy": self.ordered_by,
            "madeOf": self.tables,
            **({"foreignKeys": keys} if keys else {}),
        }

    @cached_property
    def separators(self) -> dict[str, str]:
        """Column → what is between its values, of columns whose cells have several."""
        return {column.name: SEPARATOR for column in self.columns if column.is_several}

    @property
    def ordered_by(self) -> list[str]:
        """The columns by which its rows are sorted."""
        return [part.rpartition(".")[2] for part in self.definition.order.split(", ")]

    def _field(self, column: Column) -> Record:
        """The column as the schema of its table describes it, and as it is said here."""
        if not column.of:
            return {"name": column.name, "type": "string", **column.about}
        table, _, name = column.of.partition(".")
        source = next(found for found in self.package[table].fields if found["name"] == name)
        is_key = [column.name] == self.package[self.definition.base].key
        describe = self._copied if column.is_copied else self._in_words
        described = describe(source, column.of, is_key)
        return {"name": column.name, **described, **column.about}

    def _copied(self, source: Record, of: str, is_key: bool) -> Record:
        """What a column of a table is here, where a cell of it may be in several rows."""
        given = source.get("constraints", {})
        kept = {name: given[name] for name in given if name != "unique" or is_key}
        about = {name: source[name] for name in source if name not in SAID_OTHERWISE}
        constraints = {"constraints": kept} if kept else {}
        return {**about, "title": self._title(source, of), **constraints}

    def _title(self, source: Record, of: str) -> str:
        """The title of a code says so where its label stands in a column of its own."""
        labelled = {column.of for column in self.columns if not column.is_copied}
        return f"{source['title']} (code)" if of in labelled else str(source["title"])

    def _in_words(self, source: Record, of: str, is_key: bool) -> Record:
        """What the label of a code is, whose own column is in the view, too."""
        code = next(column.name for column in self.columns if column.sql == of)
        required = {"constraints": {"required": True}} if _is_required(source) else {}
        description = f"{source['description']} In words; the code is in {code}."
        return {"type": "string", "title": source["title"], "description": description, **required}

    def _foreign_keys(self) -> Iterator[Record]:
        for column in self.columns:
            if column.of and column.is_copied:
                table, _, name = column.of.partition(".")
                source = self.package[table]
                target = table if [name] == source.key else source.references.get(name)
                if target:
                    reference = {"resource": target, "fields": self.package[target].key}
                    yield {"fields": [column.name], "reference": reference}

    @property
    def count(self) -> int:
        """Number of rows, which is that of the table of which it has a row for each row."""
        return self.package.needed(self.definition.base).count

    @cached_property
    def data(self) -> bytes:
        """What its CSV file would have. Raises ``PackageError`` if it cannot be made."""
        try:
            with closing(sqlite3.connect(":memory:")) as connection:
                for name in self.tables:
                    sql.create_table(connection, self.package.needed(name))
                found = connection.execute(self.query).fetchall()
        except sqlite3.Error as error:
            raise self.package.fault(DESCRIPTOR, f"no {self.name} can be made: {error}") from error
        kinds = [field["type"] for field in self.fields]
        values = (map(_value, kinds, row) for row in found)
        rows = (dict(zip(self.names, row, strict=True)) for row in values)
        return to_csv(self.names, rows).encode()


def _is_required(source: Record) -> bool:
    return bool(source.get("constraints", {}).get("required"))


def _value(kind: str, value: Any) -> Any:
    """A value as Python has it; SQLite has numbers for truth values."""
    return bool(value) if kind == "boolean" and isinstance(value, int) else value
