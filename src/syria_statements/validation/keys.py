"""Rules that the Table Schemas state between rows and between tables: keys, references, order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from operator import le
from typing import Any

from ..errors import allowed, shorten
from .csv_file import Table
from .problem import Problem

Key = str | tuple[str, ...]


def problems(tables: Mapping[str, Table]) -> Iterator[Problem]:
    """All problems of keys, references and order.

    A reference to a table that was not read is passed over.
    """
    for table in tables.values():
        primary = table.schema.get("primaryKey", [])
        yield from _repeated(table, primary, "primary-key")
        for key in table.schema.get("uniqueKeys", []):
            yield from _repeated(table, key, "unique-key")
        for reference in table.schema.get("foreignKeys", []):
            if reference["reference"]["resource"] in tables:
                yield from _dangling(table, reference["fields"], reference["reference"], tables)
        yield from _disordered(table, table.schema.get("orderedBy", primary))


def _keys(table: Table, columns: list[str]) -> Sequence[Key]:
    """The key of each row: a cell, or a tuple of cells."""
    if len(columns) == 1:
        return table[columns[0]]
    return list(zip(*(table[column] for column in columns), strict=True))


def _cells(key: Key) -> tuple[str, ...]:
    return (key,) if isinstance(key, str) else key


def _repeated(table: Table, columns: list[str], rule: str) -> Iterator[Problem]:
    keys = _keys(table, columns)
    has_empty = any("" in table[column] for column in columns)
    if len(set(keys)) == len(keys) and not has_empty:
        return
    first: dict[Key, int] = {}
    for row, key in enumerate(keys):
        cells = _cells(key)
        if "" in cells and rule == "primary-key":
            column = columns[cells.index("")]
            yield table.problem(row, column, "is empty; every part of the key has a value", rule)
        if key in first and "" not in cells:
            before = f"is already on line {table.lines[first[key]]}"
            message = (
                f"the key {shorten(', '.join(cells))} {before}; {', '.join(columns)} must differ"
            )
            yield table.problem(row, columns[-1], message, rule)
        first.setdefault(key, row)


def _dangling(
    table: Table, columns: list[str], target: dict[str, Any], tables: Mapping[str, Table]
) -> Iterator[Problem]:
    keys = _keys(table, columns)
    known = set(_keys(tables[target["resource"]], target["fields"]))
    unknown = {key for key in set(keys) - known if "" not in _cells(key)}
    if not unknown:
        return
    names = [", ".join(_cells(key)) for key in known]
    missing = f"is not in {target['resource']}"
    # made once for each key and not for each row
    messages = {key: f"{missing}; {allowed(names, ', '.join(_cells(key)))}" for key in unknown}
    for row, key in enumerate(keys):
        if key in messages:
            yield table.problem(row, columns[-1], messages[key], "foreign-key")


def _disordered(table: Table, columns: list[str]) -> Iterator[Problem]:
    """Rows are in the order of these columns: numbers as numbers, text by code point."""
    whole = {field["name"] for field in table.schema["fields"] if field["type"] == "integer"}
    parts = [table.numbers(column) if column in whole else table[column] for column in columns]
    keys = list(zip(*parts, strict=True))
    if all(map(le, keys, keys[1:])):
        return
    for row, (key, following) in enumerate(pairwise(keys), 1):
        if following < key:
            before = ", ".join(map(str, key))
            message = f"the row comes after {before}; rows are sorted by {', '.join(columns)}"
            yield table.problem(row, columns[0], message, "order")
