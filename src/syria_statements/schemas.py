"""Table Schema → Python values, pandas dtypes, pandera schemas. An unknown type or constraint raises.

Definitions: Table Schema of the Data Package standard, version 2.0.
"""

from __future__ import annotations

import re
from datetime import date
from itertools import filterfalse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable
    from typing import Any

    import pandas as pd
    import pandera.pandas as pa

    Field = dict[str, Any]
    Schema = dict[str, Any]
    Test = Callable[[str], object]  # true or false of one cell
    ColumnTest = Callable[[pd.Series[str]], pd.Series[bool] | bool]


def _date(value: str) -> date:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):  # fromisoformat also takes 20200102 and 2020-W01-1
        raise ValueError(value)
    return date.fromisoformat(value)


def _integer(value: str) -> int:
    if not re.fullmatch(r"-?(?:0|[1-9][0-9]*)", value, re.ASCII):
        raise ValueError(value)
    return int(value)


def _number(value: str) -> float:
    if not re.fullmatch(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?", value, re.ASCII):
        raise ValueError(value)
    return float(value)


# Type of a field → its value in Python, its dtype in pandas. The one place to teach the package a new type.
VALUES: dict[str, Callable[[str], Any]] = {
    "string": str,
    "integer": _integer,
    "number": _number,
    "boolean": {"true": True, "false": False}.__getitem__,
    "date": _date,
}
DTYPES = {"string": "string", "integer": "Int64", "number": "Float64", "boolean": "boolean", "date": "datetime64[s]"}


class UnknownSchemaError(ValueError):
    """The schema uses a type or a constraint that this package does not implement."""


def value_of(field: Field) -> Callable[[str], Any]:
    """Function that turns a cell of the field into a Python value; it raises KeyError or ValueError for a bad cell."""
    kind = field.get("type", "string")
    if kind not in VALUES:
        raise UnknownSchemaError(f"type {kind!r} of field {field['name']!r}; implemented are {', '.join(VALUES)}")
    return VALUES[kind]


def dtypes(schema: Schema) -> dict[Hashable, str]:
    """pandas dtype of each column, in schema order."""
    for field in schema["fields"]:
        value_of(field)
    return {field["name"]: DTYPES[field.get("type", "string")] for field in schema["fields"]}


# --- rules of a cell: each a name and a test of one non-empty cell ---------------------------------------------------


def _typed(field: Field) -> Test:
    read = value_of(field)

    def test(cell: str) -> bool:
        try:
            read(cell)
        except (KeyError, ValueError):
            return False
        return True

    return test


def _bound(field: Field, holds: Callable[[Any], bool]) -> Test:
    read, typed = value_of(field), _typed(field)
    return lambda cell: not typed(cell) or holds(read(cell))


# Constraint → (its argument, the field) → test. ``required`` and ``unique`` stand below.
CONSTRAINTS: dict[str, Callable[[Any, Field], Test]] = {
    # fullmatch, so that neither A|B nor a trailing line feed slips past the pattern's ends
    "pattern": lambda pattern, field: re.compile(pattern).fullmatch,
    "enum": lambda values, field: {str(value) for value in values}.__contains__,
    "minLength": lambda least, field: lambda cell: len(cell) >= least,
    "maxLength": lambda most, field: lambda cell: len(cell) <= most,
    "minimum": lambda least, field: _bound(field, lambda value: value >= value_of(field)(str(least))),
    "maximum": lambda most, field: _bound(field, lambda value: value <= value_of(field)(str(most))),
}
# What a spreadsheet does not run as a formula.
_NO_FORMULA = re.compile(r"[^=+\-@\t\r]")


def cell_rules(field: Field) -> dict[str, Test]:
    """Rules that each cell of the field must pass, by name; an empty cell need only pass ``required``."""
    rules = {"type": _typed(field)} if field.get("type", "string") != "string" else {}
    for name, argument in field.get("constraints", {}).items():
        if name in CONSTRAINTS:
            rules[name] = CONSTRAINTS[name](argument, field)
        elif name == "required":
            rules |= {name: bool} if argument else {}
        elif name != "unique":
            known = ", ".join([*CONSTRAINTS, "required", "unique"])
            raise UnknownSchemaError(f"constraint {name!r} of field {field['name']!r}; implemented are {known}")
    if not field.get("freeText") and field.get("type", "string") == "string":
        rules["formula"] = _NO_FORMULA.match
    return rules


def broken(rules: dict[str, Test], cell: str) -> list[str]:
    """Names of the rules that a cell breaks."""
    return [name for name, holds in rules.items() if (cell or name == "required") and not holds(cell)]


def frame_schema(schema: Schema, vouched: Collection[str] = ()) -> pa.DataFrameSchema:
    """pandera schema for a frame of cells as they stand in the CSV file: strings, the empty string being missing.

    The check named ``cell`` holds all rules of a cell, so that each distinct cell is looked at once. Of the columns
    ``vouched`` for by a foreign key only ``required`` is left to check.
    """
    import pandera.pandas as pa

    columns = {}
    for field in schema["fields"]:
        rules = {name: rule for name, rule in cell_rules(field).items() if name == "required" or field["name"] not in vouched}
        checks = {"cell": _each(rules)} if rules else {}
        if field.get("constraints", {}).get("unique"):
            checks["unique"] = lambda cells: ~(cells.duplicated() & (cells != ""))
        # cells are strings and none is null, so pandera need not look for nulls
        columns[field["name"]] = pa.Column(nullable=True, checks=[pa.Check(c, name=n, error=n, ignore_na=False) for n, c in checks.items()])
    return pa.DataFrameSchema(columns, strict=True, ordered=True)


def _each(rules: dict[str, Test]) -> ColumnTest:
    """Lift the rules of a cell to a column."""

    def check(cells: pd.Series[str]) -> pd.Series[bool] | bool:
        if list(rules) == ["required"]:
            return cells != ""
        distinct = set(cells.to_numpy())
        bad = {cell for holds in rules.values() for cell in filterfalse(holds, distinct - {""})}
        if "" in distinct and "required" in rules:
            bad.add("")
        return ~cells.isin(bad) if bad else True

    return check


def rules(field: dict[str, Any]) -> str:
    """Type and constraints of a column in words: ``string, required``."""
    constraints = {name: value for name, value in field.get("constraints", {}).items() if name != "enum"}
    return ", ".join([field["type"], *(name if value is True else f"{name} {value}" for name, value in constraints.items())])
