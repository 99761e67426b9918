"""Field types and constraints of Table Schema: each is one entry, for all readers and writers.

Definitions: Table Schema of the Data Package standard, version 2.0.
"""

from __future__ import annotations

import csv
import io
import re
from collections import namedtuple
from datetime import date

from .errors import SchemaError, allowed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any

    Field = dict[str, Any]
    Test = Callable[[str], object]  # true or false of one cell that is not empty


# --- types ----------------------------------------------------------------------------------------


def _integer(cell: str) -> int:
    if not re.fullmatch(r"-?(?:0|[1-9][0-9]*)", cell, re.ASCII):
        raise ValueError(cell)
    return int(cell)


def _number(cell: str) -> float:
    if not re.fullmatch(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?", cell, re.ASCII):
        raise ValueError(cell)
    return float(cell)


def _date(cell: str) -> date:
    # fromisoformat also takes 20200102 and 2020-W01-1
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", cell):
        raise ValueError(cell)
    return date.fromisoformat(cell)


_BOOLEANS = {"true": True, "false": False}


class FieldType(
    namedtuple(
        "FieldType",
        ["parse", "pandas", "sqlite", "arrow", "storage", "spss", "csvw", "croissant", "labels"],
        defaults=[{}],
    )
):
    """A type of a column, and what it is called elsewhere.

    ``parse`` makes the value of a cell that is not empty; it raises ``KeyError`` or ``ValueError``
    for a cell that is no such value. ``pandas``, ``sqlite``, ``arrow``, ``csvw`` and ``croissant``
    name the type there. ``storage`` is how Stata and SPSS hold it: ``text``, ``whole`` (a number
    without a fraction), ``double`` or ``day``; ``spss`` is its format there, empty for the default;
    ``labels`` are those of the numbers that stand for its values.
    """

    __slots__ = ()


FIELD_TYPES: dict[str, FieldType] = {}
FIELD_TYPES["string"] = FieldType(
    parse=str,
    pandas="string",
    sqlite="TEXT",
    arrow="string",
    storage="text",
    spss="",
    csvw="string",
    croissant="sc:Text",
)
FIELD_TYPES["integer"] = FieldType(
    parse=_integer,
    pandas="Int64",
    sqlite="INTEGER",
    arrow="int64",
    storage="whole",
    spss="F8.0",
    csvw="integer",
    croissant="sc:Integer",
)
FIELD_TYPES["number"] = FieldType(
    parse=_number,
    pandas="Float64",
    sqlite="REAL",
    arrow="double",
    storage="double",
    spss="",
    csvw="double",
    croissant="sc:Float",
)
FIELD_TYPES["boolean"] = FieldType(
    parse=_BOOLEANS.__getitem__,
    pandas="boolean",
    sqlite="BOOLEAN",
    arrow="bool",
    storage="whole",
    spss="F1.0",
    csvw="boolean",
    croissant="sc:Boolean",
    labels={0.0: "false", 1.0: "true"},
)
FIELD_TYPES["date"] = FieldType(
    parse=_date,
    pandas="datetime64[s]",
    sqlite="DATE",
    arrow="date32",
    storage="day",
    spss="SDATE10",
    csvw="date",
    croissant="sc:Date",
)


def field_type(field: Field) -> FieldType:
    """The type of a field; one that names none is a string. Raises ``SchemaError``."""
    name = field.get("type", "string")
    if name not in FIELD_TYPES:
        raise SchemaError(f"type {name!r} of field {field['name']!r}; {allowed(FIELD_TYPES)}")
    return FIELD_TYPES[name]


def to_cell(value: Any) -> str:
    """A value as the CSV file has it; a missing one is the empty string."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def to_csv(names: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows as the package's own files have them, below a header."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([to_cell(row[name]) for name in names] for row in rows)
    return buffer.getvalue()


# --- constraints ----------------------------------------------------------------------------------


class Constraint(
    namedtuple("Constraint", ["argument", "test", "message", "check", "csvw"], defaults=[None])
):
    """A constraint of a field.

    ``argument`` is the JSON Schema of its argument; ``test(argument, field)`` gives the test of one
    cell that is not empty; ``message(argument, cell)`` says what is wrong with a cell;
    ``check(pa, argument, field)`` is the same for a column of a typed frame in pandera; ``csvw``
    names the constraint in CSVW, if it has one of its own.
    """

    __slots__ = ()


def is_typed(field: Field) -> Test:
    """The test whether a cell is of the type of its field."""
    parse = field_type(field).parse

    def test(cell: str) -> bool:
        try:
            parse(cell)
        except (KeyError, ValueError):
            return False
        return True

    return test


def _bound(field: Field, argument: Any, holds: Callable[[Any, Any], bool]) -> Test:
    """The test of a bound; a cell that is not of the type is another fault."""
    parse, typed = field_type(field).parse, is_typed(field)
    bound = parse(str(argument))
    return lambda cell: not typed(cell) or holds(parse(cell), bound)


def _pattern(pattern: str) -> str:
    """For a whole cell, so that neither ``A|B`` nor a trailing line feed slips past its ends."""
    return rf"(?:{pattern})\Z"


CONSTRAINTS: dict[str, Constraint] = {}
CONSTRAINTS["pattern"] = Constraint(
    argument={"type": "string", "format": "regex"},
    test=lambda pattern, field: re.compile(_pattern(pattern)).match,
    message=lambda pattern, cell: f"does not match {pattern}",
    check=lambda pa, pattern, field: pa.Check.str_matches(_pattern(pattern)),
)
CONSTRAINTS["enum"] = Constraint(
    argument={"type": "array", "minItems": 1, "uniqueItems": True},
    test=lambda values, field: {str(value) for value in values}.__contains__,
    message=lambda values, cell: f"is no code of this column; {allowed(values, cell)}",
    check=lambda pa, values, field: pa.Check.isin([_typed(field, value) for value in values]),
)
CONSTRAINTS["minLength"] = Constraint(
    argument={"type": "integer", "minimum": 0},
    test=lambda least, field: lambda cell: len(cell) >= least,
    message=lambda least, cell: f"has fewer than {least} characters",
    check=lambda pa, least, field: pa.Check.str_length(min_value=least),
    csvw="minLength",
)
CONSTRAINTS["maxLength"] = Constraint(
    argument={"type": "integer", "minimum": 0},
    test=lambda most, field: lambda cell: len(cell) <= most,
    message=lambda most, cell: f"has more than {most} characters",
    check=lambda pa, most, field: pa.Check.str_length(max_value=most),
    csvw="maxLength",
)
CONSTRAINTS["minimum"] = Constraint(
    argument={"type": "integer"},
    test=lambda least, field: _bound(field, least, lambda value, bound: value >= bound),
    message=lambda least, cell: f"is below {least}",
    check=lambda pa, least, field: pa.Check.ge(_typed(field, least)),
    csvw="minimum",
)
CONSTRAINTS["maximum"] = Constraint(
    argument={"type": "integer"},
    test=lambda most, field: _bound(field, most, lambda value, bound: value <= bound),
    message=lambda most, cell: f"is above {most}",
    check=lambda pa, most, field: pa.Check.le(_typed(field, most)),
    csvw="maximum",
)
# These are about a column and not about a cell that is not empty.
OF_COLUMNS = ("required", "unique")


def _typed(field: Field, value: Any) -> Any:
    """An argument of a constraint as a value of the field; a date as pandas compares it."""
    typed = field_type(field).parse(str(value))
    if isinstance(typed, date):
        import pandas as pd

        return pd.Timestamp(typed)
    return typed


def constraints(field: Field) -> dict[str, Any]:
    """The constraints of cells that a field has, with their arguments. Raises ``SchemaError``."""
    found = field.get("constraints", {})
    for name in found:
        if name not in CONSTRAINTS and name not in OF_COLUMNS:
            known = allowed([*CONSTRAINTS, *OF_COLUMNS])
            raise SchemaError(f"constraint {name!r} of field {field['name']!r}; {known}")
    return {name: argument for name, argument in found.items() if name in CONSTRAINTS}


def read_with(field: Mapping[str, Any]) -> str:
    """Which columns a count has to be read with, in words."""
    return f"to be read with {' and '.join(field['denominators'])}"


def in_words(field: Field) -> str:
    """Type and constraints of a column, its denominators, its origin: ``integer, required``."""
    words = [field["type"]]
    for name, argument in field.get("constraints", {}).items():
        if name != "enum":
            words.append(name if argument is True else f"{name} {argument}")
    if "denominators" in field:
        words.append(read_with(field))
    if "derived" in field:
        words.append(f"derived from {' and '.join(field['derived'])}")
    return ", ".join(words)
