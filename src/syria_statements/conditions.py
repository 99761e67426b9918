"""Conditions on cells, as people type them: ``act_id=ask``, ``date>=2019-11``, ``modifier_id!=``.

Capitals and blanks make no difference where one thing only can be meant.
"""

from __future__ import annotations

import re
from collections import namedtuple
from datetime import date
from operator import ge, gt, le, lt

from .errors import ArgumentError, UnknownNameError, allowed, meant, nearest, require_text, shorten
from .fields import field_type, to_cell
from .package import MANY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from typing import Any

    from .package import Table

    Record = dict[str, Any]
    Field = dict[str, Any]
    Range = tuple[Any, Any]

FORM = re.compile(r"([^=<>!]+)(>=|<=|!=|==|=|>|<)(.*)", re.DOTALL)
# A shell takes > for its own; double quotation marks keep it from that on every system.
HOW = 'write COLUMN=VALUE, or of dates and numbers "COLUMN>=VALUE" in quotation marks'
PERIOD = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?", re.ASCII)


class Condition(namedtuple("Condition", "column sign value")):
    """What the cell of a column is to be; ``sign`` is ``=``, ``!=``, ``>``, ``>=``, ``<``, ``<=``.

    An empty value is a missing one. ``!=`` is of all rows of which ``=`` is not.
    """

    __slots__ = ()

    def __str__(self) -> str:
        return "".join(self)

    @property
    def is_negative(self) -> bool:
        """Whether it is ``!=``."""
        return bool(self.sign == "!=")

    @property
    def positive(self) -> Condition:
        """The same with ``=`` in place of ``!=``."""
        return self._replace(sign="=") if self.is_negative else self


def parted(text: str) -> Condition:
    """The condition that is typed. Raises ``ArgumentError`` if it is none."""
    require_text(text, "a condition")
    found = FORM.fullmatch(text)
    if not found:
        raise ArgumentError(f"{text!r} is no condition; {HOW}")
    column, sign, value = found.groups()
    return Condition(column.strip(), "=" if sign == "==" else sign, value.strip())


def fitting(table: Table, condition: Condition) -> list[Record]:
    """The rows of which the positive of a condition holds.

    Its column is one of the table. Raises ``UnknownNameError`` for a value that the column cannot
    have, ``ArgumentError`` for one that is not of its type, or cannot be compared.
    """
    column, sign, value = condition.positive
    field = next(field for field in table.fields if field["name"] == column)
    if not value:
        _require_equal(condition, f"a value is missing after {sign}")
        _require_empty(table, field)
        return [row for row in table.rows if row[column] is None]
    if field["type"] in RANGES:
        fits = _within(sign, RANGES[field["type"]](column, value))
        return [row for row in table.rows if row[column] is not None and fits(row[column])]
    _require_equal(condition, f"{column} is text, which is neither more nor less than another")
    wanted = _value(table, field, value)
    return [row for row in table.rows if to_cell(row[column]) == wanted]


def _require_equal(condition: Condition, why: str) -> None:
    if condition.positive.sign != "=":
        name = condition.column
        raise ArgumentError(f"{condition}: {why}; write {name}=VALUE or {name}!=VALUE")


def _require_empty(table: Table, field: Field) -> None:
    """Raise ``UnknownNameError`` if no cell of a column can be empty."""
    is_required = field.get("constraints", {}).get("required", False)
    if is_required or field["name"] in table.key:
        raise UnknownNameError(f"{field['name']} is never empty; write a value after the sign")


# --- dates and numbers ----------------------------------------------------------------------------


def _within(sign: str, wanted: Range) -> Callable[[Any], bool]:
    """The test whether a value is in a range, or before or after it, as the sign asks."""
    first, last = wanted
    if sign == "=":
        return lambda value: bool(first <= value <= last)
    compare, bound = {">": (gt, last), ">=": (ge, first), "<": (lt, first), "<=": (le, last)}[sign]
    return lambda value: bool(compare(value, bound))


def _number(column: str, value: str) -> Range:
    try:
        number = field_type({"name": column, "type": "number"}).parse(value)
    except ValueError as error:
        raise ArgumentError(f"{column} {value!r} is no number; write one such as 7") from error
    return number, number


def _period(column: str, value: str) -> Range:
    """The first and the last day of a year, of a month, or of a day."""
    try:
        return _days(value)
    except ValueError as error:
        form = "write a year, a month or a day: 2019, 2019-11, 2019-11-14"
        raise ArgumentError(f"{column} {value!r} is no date; {form}") from error


def _days(period: str) -> Range:
    from calendar import monthrange

    found = PERIOD.fullmatch(period)
    if not found:
        raise ValueError(period)
    year, month, day = (int(part) if part else 0 for part in found.groups())
    last = month or 12
    return date(year, month or 1, day or 1), date(year, last, day or monthrange(year, last)[1])


RANGES: dict[str, Callable[[str, str], Range]] = {
    "date": _period,
    "integer": _number,
    "number": _number,
}


# --- text -----------------------------------------------------------------------------------------


def current(table: Table, column: str, value: str) -> str:
    """The value, or what is now in place of an id that was retired."""
    owner = table.package.needed(table.references.get(column, table.name))
    key = owner.key[0]
    return table.package.current(key, value) if column in {key, *table.references} else value


def _value(table: Table, field: Field, value: str) -> str:
    """The value that is meant. Raises ``UnknownNameError`` for one that the column cannot have."""
    name = field["name"]
    value = current(table, name, value)
    codes = _codes(table, field)
    known = {*codes, *cells(table.rows, name)}
    found = meant(value, known)
    if codes and found not in known:
        raise UnknownNameError(f"no {name} {value!r}; {allowed(known, value, searched=MANY)}")
    return found


def cells(rows: Iterable[Record], column: str) -> set[str]:
    """The values that there are in a column, as the file has them."""
    return {to_cell(row[column]) for row in rows} - {""}


def _codes(table: Table, field: Field) -> Collection[str]:
    """The values that a column can have, if these are known: codes, ids, truth values."""
    name = field["name"]
    if field["type"] == "boolean":
        return ("true", "false")
    if name in table.references:
        target = table.package.needed(table.references[name])
        return target.rows_by(target.key[0])
    if [name] == table.key:
        return table.rows_by(name)
    listed = [code["value"] for code in field.get("categories", [])]
    return field.get("constraints", {}).get("enum", listed)  # type: ignore[no-any-return] # JSON


# --- what no row has ------------------------------------------------------------------------------


def unmatched(table: Table, condition: Condition) -> str:
    """That no row has a value of a date, a number or free text, and what is near, in words.

    It is empty where the column has codes: of these any may be in no row.
    """
    column, sign, value = condition.positive
    field = next(field for field in table.fields if field["name"] == column)
    is_ordered = field["type"] in RANGES
    if not value or (not is_ordered and _codes(table, field)):
        return ""
    told = f"no row of {table.name} has {column}{sign}{value}"
    known = {row[column] for row in table.rows} - {None}
    if is_ordered and known:
        return f"{told}; {column} is from {min(known)} to {max(known)}"
    near = nearest(known, value) if known else []
    listed = ", ".join(repr(shorten(other)) for other in near)
    return f"{told}; the nearest of {len(known)} values: {listed}" if near else told
