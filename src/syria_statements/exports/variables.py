"""What Stata and SPSS have of a table: its columns, and beside each code in text a number.

Procedures of both take no text for the units of a panel, a factor or an axis. The numbers count the
codes of the release, not those in the rows at hand, so they are the same in all its tables; what
stays the same in other releases is the text.
"""

from __future__ import annotations

from collections import Counter, namedtuple

from ..fields import field_type, read_with
from ..package import label
from .limits import CODE_SUFFIX, UNIT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from ..package import Table

    Field = dict[str, Any]
    Record = dict[str, Any]

NAMES = {"label", "name"}  # a row with one of these is called by it
RANK = "rank"  # the column of a table of codes by which they are in order
TIME = "year"  # the column of a key by which a table is a panel
ABOUT_NUMBERS = (
    "Numbers of this release, the same in all its tables; in another release they may be others."
    " The text of which they are made does not change."
)
MIN_WIDTH, MAX_WIDTH = 10, 40  # characters of a column that are shown
NOMINAL, ORDINAL, SCALE = "nominal", "ordinal", "scale"
# Numbers that count nothing: some are an order, some only name a thing in a list of others.
OTHER_LEVELS = {
    **dict.fromkeys(("rank", "force", "position", "source_position", "paragraph"), ORDINAL),
    **dict.fromkeys(("cow", "cow_a", "cow_b", "gw", "gw_a", "gw_b"), NOMINAL),
    **dict.fromkeys(("m49", "geonames", "number"), NOMINAL),
}


class Variable(
    namedtuple("Variable", ["name", "title", "about", "storage", "cells", "labels", "level"])
):
    """A variable: ``cells`` are its values, None where there is none.

    ``storage`` is that of ``FieldType``. ``labels`` are those of the numbers among its values;
    ``level`` of measurement is ``nominal``, ``ordinal`` or ``scale``; ``about`` says at length what
    the variable is.
    """

    __slots__ = ()

    @property
    def width(self) -> int:
        """How many characters wide it is shown."""
        shown = self.cells if self.storage == "text" else self.labels.values()
        longest = max((len(text) for text in shown if text), default=0)
        return min(max(longest, MIN_WIDTH), MAX_WIDTH)


class Codes(namedtuple("Codes", ["labels", "is_ordered"])):
    """Codes with their labels, in the order in which they are numbered, from 1."""

    __slots__ = ()

    @property
    def numbers(self) -> dict[str, int]:
        """Code → number."""
        return {code: number for number, code in enumerate(self.labels, 1)}


def variables(
    table: Table, named: Callable[[str], str] = str
) -> tuple[list[Variable], list[Variable]]:
    """The columns of a table, and the numbers that are added to them.

    ``named`` makes the name of a variable of that of a column.
    """
    columns = [_column(named, field, table.rows) for field in table.fields]
    return columns, list(_numbers(table))


def truncate_utf8(text: str, most: int) -> str:
    """The text, cut to at most ``most`` bytes of UTF-8 without splitting a character."""
    return text.encode()[:most].decode(errors="ignore")


# --- columns --------------------------------------------------------------------------------------


def _column(named: Callable[[str], str], field: Field, rows: list[Record]) -> Variable:
    name, kind = field["name"], field_type(field)
    cells = [row[name] for row in rows]
    is_name = kind.storage == "text" or kind.labels
    level = NOMINAL if is_name else OTHER_LEVELS.get(name, SCALE)
    about = (field["title"], _about(field))
    return Variable(named(name), *about, kind.storage, cells, kind.labels, level)


def _about(field: Field) -> str:
    """What a column is, and with which others it is to be read."""
    further = f" It is {read_with(field)}." if "denominators" in field else ""
    return f"{field['description']}{further}"


# --- numbers --------------------------------------------------------------------------------------


def _numbers(table: Table) -> Iterator[Variable]:
    """A number for each column of codes, and one for the unit of a panel that several make."""
    titles = {field["name"]: field["title"] for field in table.fields}
    codes = codes_of(table)
    for name, found in codes.items():
        cells = _numbered(table.rows, name, found)
        labels = dict(enumerate(found.labels.values(), 1))
        level = ORDINAL if found.is_ordered else NOMINAL
        yield _number(name + CODE_SUFFIX, titles[name], cells, labels, level)
    if unit := unit_of(table):
        title = ", ".join(titles[name] for name in unit)
        cells = _units(table.rows, {name: codes[name] for name in unit})
        yield _number(UNIT, title, cells, {}, NOMINAL)


def _numbered(rows: list[Record], column: str, codes: Codes) -> list[int | None]:
    """The numbers of a column of codes."""
    numbers = codes.numbers
    return [numbers.get(row[column]) for row in rows]


def _number(
    name: str, title: str, cells: list[int | None], labels: dict[int, str], level: str
) -> Variable:
    return Variable(name, f"{title}, numbered", ABOUT_NUMBERS, "whole", cells, labels, level)


def unit_of(table: Table) -> list[str]:
    """The columns that make the unit of a panel, if that are several and each has codes."""
    unit = [name for name in table.key if name != TIME]
    is_panel = TIME in table.key and len(unit) > 1 and codes_of(table).keys() >= set(unit)
    return unit if is_panel else []


def labels_of(table: Table) -> dict[str, dict[str, str]]:
    """Column → code → label, for each column that has numbers beside it."""
    return {name: codes.labels for name, codes in codes_of(table).items()}


def codes_of(table: Table) -> dict[str, Codes]:
    """Column → its codes, in the order of the schema, for each column that has some with labels.

    They are the categories of the schema, or the rows of the table to which the column refers:
    codes of the codebook, actors, places.
    """
    targets = {name: table.package[target] for name, target in table.references.items()}
    if len(table.key) == 1:
        targets.setdefault(table.key[0], table)
    found = {}
    for field in table.fields:
        target = targets.get(field["name"])
        if target and NAMES & set(target.names):
            found[field["name"]] = _codes_in(target)
        elif "categories" in field:
            labels = {code["value"]: code["label"] for code in field["categories"]}
            found[field["name"]] = Codes(labels, bool(field.get("categoriesOrdered")))
    return found


def _codes_in(table: Table) -> Codes:
    """The rows of a table as codes, by their rank if they have one, else as they are."""
    is_ordered = RANK in table.names
    rows = sorted(table.rows, key=_rank) if is_ordered else table.rows
    return Codes(_distinct({row[table.key[0]]: label(row) for row in rows}), is_ordered)


def _rank(row: Record) -> tuple[bool, int]:
    """What has no rank comes last."""
    return row[RANK] is None, row[RANK] or 0


def _distinct(labels: dict[str, str]) -> dict[str, str]:
    """The labels; one that several codes have is followed by its code, as pandas wants of .dta."""
    counted = Counter(labels.values())
    return {
        code: f"{text} ({code})" if counted[text] > 1 else text for code, text in labels.items()
    }


def _units(rows: list[Record], codes: dict[str, Codes]) -> list[int | None]:
    """Of each row the number of its unit.

    The numbers of the parts are its digits, so it does not depend on which rows there are.
    """
    columns = [_numbered(rows, name, found) for name, found in codes.items()]
    sizes = [len(found.labels) for found in codes.values()]
    units = zip(*columns, strict=True)
    return [None if None in unit else _with_digits(unit, sizes) for unit in units]


def _with_digits(digits: Sequence[int], sizes: Sequence[int]) -> int:
    """The number from 1 that these digits, each from 1 to its size, are."""
    number = 0
    for digit, size in zip(digits, sizes, strict=True):
        number = number * size + digit - 1
    return number + 1
