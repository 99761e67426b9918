"""Rules that the Table Schemas state between rows and between tables: keys, references, order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from .csvfile import Table
from .faults import Fault, allowed, clip
from .schemas import value_of


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


def _keys(table: Table, columns: list[str]) -> list[tuple[str, ...]]:
    return list(zip(*(table[column] for column in columns), strict=True))


def _repeated(table: Table, columns: list[str], rule: str) -> Iterator[Fault]:
    keys = _keys(table, columns)
    if len(set(keys)) == len(keys) and not any("" in key for key in keys):
        return
    first: dict[tuple[str, ...], int] = {}
    for row, key in enumerate(keys):
        if "" in key and rule == "primary-key":
            yield table.fault(row, columns[key.index("")], "is empty; every part of the key has a value", rule)
        if key in first and "" not in key:
            message = f"the key {clip(', '.join(key))} stands already on line {table.lines[first[key]]}; {', '.join(columns)} must differ"
            yield table.fault(row, columns[-1], message, rule)
        first.setdefault(key, row)


def _dangling(table: Table, columns: list[str], target: dict[str, Any], tables: Mapping[str, Table]) -> Iterator[Fault]:
    known = set(_keys(tables[target["resource"]], target["fields"]))
    for row, key in enumerate(_keys(table, columns)):
        if key not in known and "" not in key:
            names = {", ".join(found) for found in known}
            yield table.fault(row, columns[-1], f"is not in {target['resource']}; {allowed(names, ', '.join(key))}", "foreign-key")


def _disordered(table: Table, columns: list[str]) -> Iterator[Fault]:
    """Rows stand in the order of their key: numbers as numbers, text by code point."""
    fields = {field["name"]: field for field in table.schema["fields"]}
    try:
        parts = [list(map(value_of(fields[column]), table[column])) for column in columns]
    except (KeyError, ValueError):
        return  # a bad cell in a key is a fault of its own
    for row, (key, following) in enumerate(pairwise(zip(*parts, strict=True)), 1):
        if following < key:
            yield table.fault(
                row, columns[0], f"the row stands after {', '.join(map(str, key))}; rows are sorted by {', '.join(columns)}", "order"
            )
