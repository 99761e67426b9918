"""Rules that the Table Schemas state between rows and between tables: keys, references, order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from operator import le
from typing import Any

from .csvfile import Table
from .faults import Fault, allowed, clip


def faults(tables: Mapping[str, Table]) -> Iterator[Fault]:
    """All faults of keys, references and order; a reference to a table that could not be read is passed over."""
    for table in tables.values():
        yield from _repeated(table, table.schema.get("primaryKey", []), "primary-key")
        for key in table.schema.get("uniqueKeys", []):
            yield from _repeated(table, key, "unique-key")
        for reference in table.schema.get("foreignKeys", []):
            if reference["reference"]["resource"] in tables:
                yield from _dangling(table, reference["fields"], reference["reference"], tables)
        yield from _disordered(table, table.schema.get("primaryKey", []))


Key = str | tuple[str, ...]


def _keys(table: Table, columns: list[str]) -> Sequence[Key]:
    """The key of each row: a cell, or a tuple of cells."""
    return table[columns[0]] if len(columns) == 1 else list(zip(*(table[column] for column in columns), strict=True))


def _cells(key: Key) -> tuple[str, ...]:
    return (key,) if isinstance(key, str) else key


def _repeated(table: Table, columns: list[str], rule: str) -> Iterator[Fault]:
    keys = _keys(table, columns)
    if len(set(keys)) == len(keys) and not any("" in table[column] for column in columns):
        return
    first: dict[Key, int] = {}
    for row, key in enumerate(keys):
        cells = _cells(key)
        if "" in cells and rule == "primary-key":
            yield table.fault(row, columns[cells.index("")], "is empty; every part of the key has a value", rule)
        if key in first and "" not in cells:
            message = f"the key {clip(', '.join(cells))} stands already on line {table.lines[first[key]]}; {', '.join(columns)} must differ"
            yield table.fault(row, columns[-1], message, rule)
        first.setdefault(key, row)


def _dangling(table: Table, columns: list[str], target: dict[str, Any], tables: Mapping[str, Table]) -> Iterator[Fault]:
    keys = _keys(table, columns)
    known = set(_keys(tables[target["resource"]], target["fields"]))
    unknown = {key for key in set(keys) - known if "" not in _cells(key)}
    names = [", ".join(_cells(key)) for key in known] if unknown else []
    told = {key: f"is not in {target['resource']}; {allowed(names, ', '.join(_cells(key)))}" for key in unknown}
    for row, key in enumerate(keys if told else ()):
        if key in told:
            yield table.fault(row, columns[-1], told[key], "foreign-key")


def _disordered(table: Table, columns: list[str]) -> Iterator[Fault]:
    """Rows stand in the order of their key: numbers as numbers, text by code point."""
    whole = {field["name"] for field in table.schema["fields"] if field["type"] == "integer"}
    parts = [table.numbers(column) if column in whole else table[column] for column in columns]
    keys = list(zip(*parts, strict=True))
    if all(map(le, keys, keys[1:])):
        return
    for row, (key, following) in enumerate(pairwise(keys), 1):
        if following < key:
            message = f"the row stands after {', '.join(map(str, key))}; rows are sorted by {', '.join(columns)}"
            yield table.fault(row, columns[0], message, "order")
