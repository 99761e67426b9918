"""What each format can hold, known from the measures of the tables before a row is written.

The limits of Excel: Microsoft, *Excel specifications and limits*. Stata: ``help limits``,
``help dta`` and ``help datetime``. SPSS: IBM, *Variable names* and *Dates and times*. SQLite:
*Implementation limits*, sqlite.org/limits.html. CSV: ``csv.field_size_limit()`` of Python.
"""

from __future__ import annotations

import re
from collections import Counter, namedtuple

from ..fields import field_type, in_words, is_typed
from ..flat import VIEWS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import Any

    Field = dict[str, Any]
    Limit = Callable[[Sequence["Measures"]], Iterator["Breach"]]

LINK = re.compile(r"https?://\S*")
MAX_LINK_CHARS = 2_079  # UTF-16; a longer address is text and no link
EXACT = 2**53  # up to here a floating point number holds every whole number
MAX_INT64 = 2**63 - 1
SHORT_NUMBER = 15  # characters of a number that every format holds
BEYOND_16_BITS = re.compile("[\U00010000-\U0010ffff]")  # two units of UTF-16 each
MAX_DOUBLE = 1.7976931348623157e308


class Breach(namedtuple("Breach", ["table", "column", "message"])):
    """What a format cannot hold: the table, the column or None, what it is and the limit."""

    __slots__ = ()

    def __str__(self) -> str:
        place = self.table if self.column is None else f"{self.table}.{self.column}"
        return f"{place}: {self.message}"


# --- measures -------------------------------------------------------------------------------------


class Column(
    namedtuple(
        "Column",
        [
            "name",
            "characters",
            "units",
            "bytes",
            "links",
            "whole",
            "number",
            "earliest",
            "final_spaces",
            "nuls",
            "codes",
            "label_bytes",
            "prose_units",
        ],
        defaults=[0, 0, 0, 0, 0, 0.0, "", False, False, 0, 0, 0],
    )
):
    """Measures of a column.

    ``characters``, ``units`` of UTF-16 and ``bytes`` of UTF-8 are those of the longest cell.
    ``links`` counts the addresses. ``whole`` and ``number`` are the largest absolute values, and 0
    where no cell is so long that a format could lack room for it; ``earliest`` is the first day.
    ``final_spaces`` and ``nuls`` say whether a cell ends in a space or has a NUL. ``codes`` counts
    the labelled codes, whose longest label has ``label_bytes``; ``prose_units`` is the longest text
    that tells about the column.
    """

    __slots__ = ()

    @property
    def name_bytes(self) -> int:
        """Bytes of the name."""
        return len(self.name.encode())


class Measures(
    namedtuple(
        "Measures", ["name", "rows", "columns", "is_view", "is_panel"], defaults=[False, False]
    )
):
    """Measures of a table.

    ``is_view`` says that it is a view, which the library makes; ``is_panel`` that several columns
    make the unit of a panel, for which Stata and SPSS have one number.
    """

    __slots__ = ()

    @property
    def links(self) -> int:
        """Number of the addresses in all columns."""
        return sum(column.links for column in self.columns)


def measure(
    name: str,
    fields: Iterable[Field],
    columns: Mapping[str, Sequence[str]],
    labels: Mapping[str, Mapping[str, str]],
) -> Measures:
    """Measures of a table whose cells are text, as in its CSV file; a missing one is empty."""
    found = [
        _column(field, columns[field["name"]], labels.get(field["name"], {})) for field in fields
    ]
    rows = max(map(len, columns.values()), default=0)
    return Measures(name, rows, found)


def _column(field: Field, cells: Sequence[str], labels: Mapping[str, str]) -> Column:
    size = max(map(len, cells), default=0)
    texts = {"title": "", "description": "", **field}
    prose = (texts["title"], texts["description"], in_words({"type": "string", **field}))
    about = {
        "name": field["name"],
        "codes": len(labels),
        "label_bytes": max((len(label.encode()) for label in labels.values()), default=0),
        "prose_units": max(map(_utf16, prose)),
    }
    measured = MEASURED[field_type(field).parse is str](field, cells, size)
    return Column(characters=size, **about, **measured)


def _of_text(field: Field, cells: Sequence[str], size: int) -> dict[str, Any]:
    """Measures of text. What few columns have is looked for in all cells at once, which is fast."""
    whole = "\n".join(cells)
    units = _longest(cells, size, 2, _utf16) if BEYOND_16_BITS.search(whole) else size
    in_bytes = size if whole.isascii() else _longest(cells, size, 4, _utf8)
    links = sum(map(is_link, cells)) if "http" in whole else 0
    ends = " \n" in whole or whole.endswith(" ")
    return {
        "units": units,
        "bytes": in_bytes,
        "links": links,
        "final_spaces": ends and any(cell.endswith(" ") for cell in cells),
        "nuls": "\0" in whole,
    }


def _of_values(field: Field, cells: Sequence[str], size: int) -> dict[str, Any]:
    """Measures of numbers, days and truth values; a cell that is not of the type is passed over."""
    found: dict[str, Any] = {"units": size, "bytes": size}
    kind = field_type(field)
    if kind.storage == "day":
        found["earliest"] = min(filter(is_typed(field), set(cells)), default="")
    elif size > SHORT_NUMBER:
        cells_typed = filter(is_typed(field), {cell for cell in cells if len(cell) > SHORT_NUMBER})
        largest = max((abs(kind.parse(cell)) for cell in cells_typed), default=0)
        found["number" if kind.storage == "double" else "whole"] = largest
    return found


MEASURED: dict[bool, Callable[[Field, Sequence[str], int], dict[str, Any]]] = {
    True: _of_text,
    False: _of_values,
}


def _longest(cells: Sequence[str], size: int, most: int, length: Callable[[str], int]) -> int:
    """The largest length of a cell, if a character counts at most ``most``."""
    return max(length(cell) for cell in cells if most * len(cell) >= size)


def _utf8(text: str) -> int:
    return len(text.encode())


def _utf16(text: str) -> int:
    """How many units of UTF-16 a text has, as Excel counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def is_link(text: str) -> bool:
    """Whether a text is an address that a workbook makes a link."""
    return _is_short(text, MAX_LINK_CHARS) and LINK.fullmatch(text) is not None


def fits_cell(text: str) -> bool:
    """Whether a cell of a workbook holds a text."""
    return _is_short(text, MAX_CELL_CHARS)


def _is_short(text: str, most: int) -> bool:
    return 2 * len(text) <= most or _utf16(text) <= most


# --- checks that formats share --------------------------------------------------------------------

# Of a column: a measure, the most that it may be, and the message about more.
Most = namedtuple("Most", ["measure", "most", "message"])


def _too_much(table: Measures, limits: Iterable[Most]) -> Iterator[Breach]:
    for column in table.columns:
        for measure, most, message in limits:
            found = getattr(column, measure)
            if found > most:
                yield Breach(table.name, column.name, message.format(found=found, most=most))


def _too_early(table: Measures, first: str, tool: str) -> Iterator[Breach]:
    for column in table.columns:
        if "" < column.earliest < first:
            message = f"the day {column.earliest}; the days of {tool} begin on {first}"
            yield Breach(table.name, column.name, message)


def _too_many_columns(table: Measures, number: int, most: int, what: str) -> Iterator[Breach]:
    if number > most:
        yield Breach(table.name, None, f"{number} columns; {what} holds {most}")


def _equal(names: Iterable[str], fold: Callable[[str], str]) -> Iterator[str]:
    """The names that are equal to one before, as a format compares them."""
    counted: Counter[str] = Counter()
    for name in names:
        counted[fold(name)] += 1
        if counted[fold(name)] == 2:
            yield name


def _equal_columns(table: Measures, fold: Callable[[str], str], tool: str) -> Iterator[Breach]:
    for name in _equal((column.name for column in table.columns), fold):
        message = f"two columns of this name; names in {tool} differ in more than case"
        yield Breach(table.name, name, message)


def _equal_tables(
    tables: Iterable[Measures], fold: Callable[[str], str], what: str
) -> Iterator[Breach]:
    for name in _equal((table.name for table in tables), fold):
        yield Breach(name, None, f"two tables of this name; {what} differ in more than case")


def _hidden_by_views(tables: Iterable[Measures]) -> Iterator[Breach]:
    """A table of the package that has the name of a view would be taken for it."""
    for table in tables:
        if table.name in VIEWS and not table.is_view:
            limit = "that is the name of a view; name it otherwise"
            yield Breach(table.name, None, f"a table named {table.name}; {limit}")


def _numbers(tool: str, whole: int, number: float) -> list[Most]:
    return [
        Most("whole", whole, f"a whole number beyond {{most}} is not exact in {tool}"),
        Most("number", number, f"a number of {{found}}; the largest of {tool} is {{most}}"),
    ]


def _ascii_lower(name: str) -> str:
    """Lower case as SQLite has it, which knows that of ASCII only."""
    return re.sub("[A-Z]+", lambda found: found.group().lower(), name)


# --- workbook -------------------------------------------------------------------------------------

MAX_ROWS = 1_048_575  # below the header
MAX_COLUMNS = 16_384
MAX_CELL_CHARS = 32_767  # UTF-16
MAX_LINKS = 65_530
MAX_SHEET_NAME = 31  # UTF-16
ABOUT, COLUMNS = "about", "columns"  # sheets of our own
CODES = "codes"  # one, too, which has another name where a table is called so
TAKEN = (ABOUT, COLUMNS, "history")  # and of Excel
NO_SHEET = re.compile(r"[\[\]:*?/\\]|^'|'$|^$")
CELL = f"{{found}} characters; a cell of a workbook holds {MAX_CELL_CHARS}"
OF_WORKBOOK = (
    Most("units", MAX_CELL_CHARS, f"a cell of {CELL}"),
    Most("prose_units", MAX_CELL_CHARS, f"a title, description or rules of {CELL}"),
    Most("number", 9.99999999999999e307, "a number of {found}; the largest of Excel is {most}"),
)


def _workbook(tables: Sequence[Measures]) -> Iterator[Breach]:
    yield from _hidden_by_views(tables)
    yield from _equal_tables(tables, str.lower, "sheets of a workbook")
    described = 0
    for table in tables:
        described += len(table.columns)
        yield from _sheet(table)
        yield from _sheet_name(table.name)
        if described > MAX_ROWS:
            limit = f"the sheet {COLUMNS}, with a row for each, holds {MAX_ROWS}"
            yield Breach(table.name, None, f"with it there are {described} columns; {limit}")
            return


def _sheet(table: Measures) -> Iterator[Breach]:
    if table.rows > MAX_ROWS:
        yield Breach(table.name, None, f"{table.rows} rows; a sheet of a workbook holds {MAX_ROWS}")
    yield from _too_many_columns(table, len(table.columns), MAX_COLUMNS, "a sheet of a workbook")
    if table.links > MAX_LINKS:
        limit = f"a sheet of a workbook holds {MAX_LINKS}"
        yield Breach(table.name, None, f"{table.links} links; {limit}")
    yield from _too_much(table, OF_WORKBOOK)


def _sheet_name(name: str) -> Iterator[Breach]:
    if _utf16(name) > MAX_SHEET_NAME:
        limit = f"that of a sheet holds {MAX_SHEET_NAME}"
        yield Breach(name, None, f"a name of {_utf16(name)} characters; {limit}")
    if name.lower() in TAKEN:
        yield Breach(name, None, f"a sheet of this name; {', '.join(TAKEN)} are taken")
    if NO_SHEET.search(name):
        limit = r"that of a sheet has none of []:*?/\ and no apostrophe at an end"
        yield Breach(name, None, f"not the name of a sheet; {limit}")


# --- Stata ----------------------------------------------------------------------------------------

MAX_VARIABLES = 32_767  # of .dta version 118; 119 has more, which only Stata/MP reads
MAX_NAME_CHARS = 32
MAX_LONG = 2_147_483_620
CODE_SUFFIX = "_n"
UNIT = f"unit{CODE_SUFFIX}"
STATA_NAME = re.compile(r"[^\W\d]\w*")
RESERVED_IN_STATA = frozenset({
    "_N", "_all", "_b", "_coef", "_cons", "_n", "_pi", "_pred", "_rc", "_se", "_skip", "NULL",
    "aggregate", "array", "boolean", "break", "byte", "case", "catch", "class", "colvector",
    "complex", "const", "continue", "default", "delegate", "delete", "do", "double", "else",
    "eltypedef", "end", "enum", "explicit", "export", "external", "float", "for", "friend",
    "function", "global", "goto", "if", "in", "inline", "int", "local", "long", "pragma",
    "protected", "quad", "rowvector", "short", "str#", "strL", "typedef", "typename", "using",
    "virtual", "with",
})  # fmt: skip
OF_STATA = (
    Most("bytes", 2_000_000_000, "a text of {found} bytes; Stata holds {most}"),
    Most("nuls", 0, "a text with the character NUL; a text in Stata ends there"),
    Most("codes", 65_536, "{found} codes; a value label of Stata holds {most}"),
    Most("label_bytes", 32_000, "a label of {found} bytes; a value label of Stata holds {most}"),
    *_numbers("Stata", EXACT, 8.98846567431158e307),
)


def stata_name(name: str) -> str:
    """The name of a variable: one that Stata or its Mata reserves has an underscore after it."""
    is_reserved = name in RESERVED_IN_STATA or re.fullmatch("str[0-9]+", name)
    return f"{name}_" if is_reserved else name


def _added(table: Measures) -> dict[str, str]:
    """The variables that Stata and SPSS have beside the columns, with the column of each."""
    numbers = {column.name + CODE_SUFFIX: column.name for column in table.columns if column.codes}
    return {**numbers, UNIT: table.columns[0].name} if table.is_panel else numbers


def _stata(tables: Sequence[Measures]) -> Iterator[Breach]:
    yield from _files(tables)
    for table in tables:
        names = {column.name: stata_name(column.name) for column in table.columns}
        numbers = _added(table)
        number = len(names) + len(numbers)
        yield from _too_many_columns(table, number, MAX_VARIABLES, "a file of Stata")
        made = [*((made, name) for name, made in names.items()), *numbers.items()]
        yield from _stata_names(table.name, made)
        yield from _too_much(table, OF_STATA)
        yield from _too_early(table, "0100-01-01", "Stata")


def _stata_names(table: str, made: list[tuple[str, str]]) -> Iterator[Breach]:
    """Breaches of variables, each with the column of which it is made."""
    column_of = dict(made)
    for name, column in made:
        if len(name) > MAX_NAME_CHARS:
            limit = f"the {MAX_NAME_CHARS} characters of a name in Stata"
            yield Breach(table, column, f"{name} is longer than {limit}")
        if not STATA_NAME.fullmatch(name):
            limit = "a name in Stata has letters, digits and _, and does not begin with a digit"
            yield Breach(table, column, f"not the name of a variable; {limit}")
    for name in _equal((name for name, _ in made), str):
        message = f"a second variable {name}; a file of Stata holds one of a name"
        yield Breach(table, column_of[name], message)


def _files(tables: Sequence[Measures]) -> Iterator[Breach]:
    """Of tables that are files of their own."""
    yield from _hidden_by_views(tables)
    yield from _equal_tables(tables, str.lower, "names of files")


# --- SPSS -----------------------------------------------------------------------------------------

SPSS_NAME = re.compile(r"[^\W\d_](?:[\w.@#$]*[\w@#$])?")
RESERVED_IN_SPSS = frozenset(
    {"ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH"}
)
OF_SPSS = (
    Most("name_bytes", 64, "a name of {found} bytes; one in SPSS holds {most}"),
    Most("bytes", 32_767, "a text of {found} bytes; SPSS holds {most}"),
    Most("final_spaces", 0, "a cell ends in a space; SPSS holds no text that ends in a space"),
    Most("nuls", 0, "a text with the character NUL; a text in SPSS ends there"),
    # the largest and the smallest number are marks of their own
    *_numbers("SPSS", EXACT, 1.7976931348623155e308),
)


def _spss(tables: Sequence[Measures]) -> Iterator[Breach]:
    yield from _files(tables)
    for table in tables:
        added = [Column(name) for name in _added(table)]
        named = table._replace(columns=[*table.columns, *added])
        yield from _equal_columns(named, str.lower, "SPSS")
        yield from _too_much(named, OF_SPSS)
        for column in table.columns:
            if column.name.upper() in RESERVED_IN_SPSS:
                limit = f"SPSS reserves {', '.join(sorted(RESERVED_IN_SPSS))}"
                yield Breach(table.name, column.name, f"a variable of this name; {limit}")
            elif not SPSS_NAME.fullmatch(column.name):
                limit = "one in SPSS has letters, digits, _ . @ # $ and begins with a letter"
                yield Breach(table.name, column.name, f"not the name of a variable; {limit}")
        yield from _too_early(table, "1582-10-15", "SPSS")


# --- the others -----------------------------------------------------------------------------------

RELEASE = "release"  # the table of an SQLite file that says what release it is
TAKEN_IN_SQLITE = (RELEASE, *VIEWS)
OF_SQLITE = (
    Most("bytes", 1_000_000_000, "a text of {found} bytes; SQLite holds {most}"),
    *_numbers("SQLite", MAX_INT64, MAX_DOUBLE),
)
OF_PARQUET = tuple(_numbers("Parquet", MAX_INT64, MAX_DOUBLE))
OF_JSON = _numbers("JSON", MAX_INT64, MAX_DOUBLE)[1:]
OF_CSV = (Most("characters", 131_072, "a cell of {found} characters; Python's csv reads {most}"),)


def _sqlite(tables: Sequence[Measures]) -> Iterator[Breach]:
    yield from _hidden_by_views(tables)
    yield from _equal_tables(tables, _ascii_lower, "tables of SQLite")
    for table in tables:
        lower = _ascii_lower(table.name)
        if (lower in TAKEN_IN_SQLITE and not table.is_view) or lower.startswith("sqlite_"):
            limit = f"{', '.join(TAKEN_IN_SQLITE)} and those that begin with sqlite_ are taken"
            yield Breach(table.name, None, f"a table of this name; {limit}")
        yield from _equal_columns(table, _ascii_lower, "SQLite")
        yield from _too_many_columns(table, len(table.columns), 2_000, "a table of SQLite")
        yield from _too_much(table, OF_SQLITE)


def _parquet(tables: Sequence[Measures]) -> Iterator[Breach]:
    yield from _files(tables)
    for table in tables:
        yield from _too_much(table, OF_PARQUET)


def _json(tables: Sequence[Measures]) -> Iterator[Breach]:
    yield from _hidden_by_views(tables)
    for table in tables:
        yield from _too_much(table, OF_JSON)


def _csv(tables: Sequence[Measures]) -> Iterator[Breach]:
    yield from _hidden_by_views(tables)
    for table in tables:
        yield from _too_much(table, OF_CSV)


# Format → what of these tables it cannot hold.
LIMITS: dict[str, Limit] = {
    "csv": _csv,
    "xlsx": _workbook,
    "flat": _workbook,
    "stata": _stata,
    "spss": _spss,
    "parquet": _parquet,
    "sqlite": _sqlite,
    "json": _json,
    "network": _csv,
}
LABELLED = ("stata", "spss")  # formats in which codes have labels
