"""Conditions on cells, as people type them: ``act_id=ask``, ``date>=2019-11``, ``modifier_id!=``.

Capitals and blanks make no difference where one thing only can be meant.
"""

from __future__ import annotations

import re
from collections import namedtuple
from datetime import date
from itertools import combinations
from operator import ge, gt, le, lt

from .errors import ArgumentError, UnknownNameError, allowed, meant, nearest, require_text, shorten
from .fields import field_type, to_cell
from .package import MANY, label

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence, Set
    from typing import Any

    from .package import Table

    Record = dict[str, Any]
    Field = dict[str, Any]
    Range = tuple[Any, Any]
    Found = tuple["Condition", Set[Any]]

FORM = re.compile(r"([^=<>!]+)(>=|<=|!=|==|=|>|<)(.*)", re.DOTALL)
# A shell takes > for its own; double quotation marks keep it from that on every system.
HOW = 'write COLUMN=VALUE, or of dates and numbers "COLUMN>=VALUE" in quotation marks'
BETWEEN = re.compile(r"\s*(?:-|–|\.\.+|:|,|\bto\b)\s*")  # two values, as people write a range
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
        fits = _within(sign, _range(field, value))
        return [row for row in table.rows if row[column] is not None and fits(row[column])]
    _require_equal(condition, f"{column} is text, which is neither more nor less than another")
    wanted = _value(table, field, value)
    return [row for row in table.rows if wanted in _values(table, column, row[column])]


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


def _range(field: Field, value: str) -> Range:
    """The first and the last of what is meant by a value. Raises ``ArgumentError``."""
    parse, wrong = RANGES[field["type"]]
    try:
        return parse(value)
    except ValueError as error:
        name = field["name"]
        for first, last in _bounds(parse, value):
            right = f'write "{name}>={first}" and "{name}<={last}"'
            raise ArgumentError(f"{name} {value!r} is two values; {right}") from error
        raise ArgumentError(f"{name} {value!r} {wrong}") from error


def _bounds(parse: Callable[[str], Range], value: str) -> Iterator[tuple[str, str]]:
    """The two values in a text, such as the years in ``2019-2021``, if there are two."""
    for between in BETWEEN.finditer(value):
        first, last = value[: between.start()], value[between.end() :]
        try:
            parse(first), parse(last)
        except ValueError:
            continue
        yield first, last


def _number(value: str) -> Range:
    number = field_type({"name": "", "type": "number"}).parse(value)
    return number, number


def _days(period: str) -> Range:
    """The first and the last day of a year, of a month, or of a day."""
    from calendar import monthrange

    found = PERIOD.fullmatch(period)
    if not found:
        raise ValueError(period)
    year, month, day = (int(part) if part else 0 for part in found.groups())
    last = month or 12
    return date(year, month or 1, day or 1), date(year, last, day or monthrange(year, last)[1])


NO_DATE = "is no date; write a year, a month or a day: 2019, 2019-11, 2019-11-14"
NO_NUMBER = "is no number; write one such as 7"
# Type → what its values mean, and what is said of what is none.
RANGES: dict[str, tuple[Callable[[str], Range], str]] = {
    "date": (_days, NO_DATE),
    "integer": (_number, NO_NUMBER),
    "number": (_number, NO_NUMBER),
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
    known = {*codes, *cells(table, name)}
    found = meant(value, known)
    if codes and found not in known:
        right = _instead(table, name, value) or allowed(known, value, searched=MANY)
        raise UnknownNameError(f"no {name} {value!r}; {right}")
    return found


def cells(table: Table, column: str) -> set[str]:
    """The values that there are in a column, as the file has them; of several each, too."""
    return {each for row in table.rows for each in _values(table, column, row[column])} - {""}


def _values(table: Table, column: str, value: Any) -> set[str]:
    """A cell as the file has it and, where it has several values, each of them."""
    cell = to_cell(value)
    separator = table.separators.get(column)
    return {cell, *cell.split(separator)} if separator else {cell}


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


def _instead(table: Table, column: str, value: str) -> str:
    """What is said to somebody who knows the name of a code, or a code of another column."""
    if called := _called(table, column, value):
        return "; ".join(f"{name} is {code}" for code, name in called.items())
    columns = [name for name in table.names if is_code(table, name, value)]
    return f"write {alike(columns, column)}={value}" if columns else ""


def _called(table: Table, column: str, value: str) -> dict[str, str]:
    """The codes of a column that are called so, each with this name of it."""
    if column not in {*table.key, *table.references}:
        return {}
    from .full_text import FOLDING

    def plain(name: str) -> list[str]:
        return name.translate(FOLDING).split()

    owner = table.package.needed(table.references.get(column, table.name))
    key, wanted = owner.key[0], plain(value)
    others = [other for other in table.package.tables.values() if {key, "name"} < {*other.key}]
    rows = [row for source in (owner, *others) for row in source.rows]
    return {row[key]: label(row) for row in rows if wanted and plain(label(row)) == wanted}


def is_code(table: Table, column: str, value: str) -> bool:
    """Whether a value is one of those that a column can have, if these are known."""
    field = next((field for field in table.fields if field["name"] == column), None)
    codes = _codes(table, field) if field else ()
    return meant(value, codes) in codes


def has_codes(table: Table, column: str) -> bool:
    """Whether the values that a column can have are known."""
    return any(_codes(table, field) for field in table.fields if field["name"] == column)


def alike(columns: Iterable[str], column: str) -> str:
    """Of several columns the one whose name is most like that of another."""
    from difflib import SequenceMatcher

    return max(columns, key=lambda other: SequenceMatcher(None, other, column).ratio())


# --- several conditions ---------------------------------------------------------------------------


def excluding(found: Sequence[Found]) -> tuple[Condition, Condition] | None:
    """Two conditions that are never true of one row, if there are such.

    ``found`` are conditions on columns with one value in a row, each with what fits it.
    """
    for (one, of_one), (other, of_other) in combinations(found, 2):
        is_same = one.column == other.column and one.sign == other.sign == "="
        if is_same and of_one and of_other and of_one.isdisjoint(of_other):
            return one, other
    return None


def never_both(pair: tuple[Condition, Condition], instead: str = "") -> ArgumentError:
    """The error for two such conditions; ``instead`` is a condition that finds either."""
    one, other = sorted(pair)
    right = "ask for one at a time"
    if instead:
        right = f"{instead} finds either"
    elif one.value.isdecimal():
        right += (
            f', or for all between: "{one.column}>={one.value}" and "{one.column}<={other.value}"'
        )
    return ArgumentError(f"{one} and {other} are never of one row, and all must hold; {right}")


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
    message = f"no row of {table.name} has {column}{sign}{value}"
    values = {row[column] for row in table.rows} - {None}
    if is_ordered and values:
        return f"{message}; {column} is from {min(values)} to {max(values)}"
    known = cells(table, column)
    near = nearest(known, value) if known else []
    listed = ", ".join(repr(shorten(other)) for other in near)
    return f"{message}; the nearest of {len(known)} values: {listed}" if near else message
