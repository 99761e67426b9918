"""What a workbook says of itself: what is in it, what its codes mean, what its columns hold."""

from __future__ import annotations

import re
from collections import namedtuple
from datetime import date

from ..coverage import READING, coverage, has_coverage, is_partial
from ..errors import PackageError
from ..fields import field_type, read_with
from ..views import View
from .common import licences
from .limits import CODES, COLUMNS, MAX_ROWS, fits_cell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from ..package import Package, Table

CODE_HEADINGS = ("column", "code", "label", "definition", "sheets")
COLUMN_HEADINGS = ("sheet", "column", "title", "type", "values", "description")
SHEET_HEADINGS = ("sheet", "what is in it", "rows", "from", "key")
MAX_VALUES = 2_000  # characters of a list of codes in one cell; of more there is a number
FEW = 9  # columns that are named in a sentence
MAX_CODES = 2_000  # of a list; of more there is a number
FIRST_DAY = date(1900, 3, 1)  # spreadsheets disagree about the days before
# How a column is held → what its values are to a reader.
KINDS = {"text": "text", "whole": "whole number", "double": "number", "day": "date"}
QUALITY = "data/quality/README.md"
CODERS = re.compile(r"^- \*\*Who coded\.\*\* (.*?)(?=^- |\Z)", re.MULTILINE | re.DOTALL)
OWN = {
    CODES: "Every code of every column, with its label and what it means.",
    COLUMNS: "Every column of every sheet, with what it holds.",
}
EMPTY = (
    "Unknown, or there is none: the description of the column says which, in the sheet"
    f" {COLUMNS}. An empty cell is never zero, and there is no other missing value."
)


# --- the sheet that explains the others -----------------------------------------------------------


def about_lines(
    about: dict[str, Any], tables: Sequence[Table], codes: str | None
) -> dict[str, str]:
    """What to know before reading; ``codes`` is the name of the sheet of codes, if there is one."""
    first = tables[0]
    data = {"dataset": about["title"], "version": about["version"]}
    data["what it is"] = about["description"]
    data["begin with"] = _begin_with(tables, codes)
    data["one row"] = f"{first.name}: {first.resource['description']}"
    coding = {**_coverage(first.package), **_coders(first.package)}
    reading = {"empty cells": EMPTY, "dates and keys": _dates_and_keys(tables)}
    use = {"cite": about["citation"], "licences": licences(about)}
    return {**data, **coding, **reading, **use}


def _begin_with(tables: Sequence[Table], codes: str | None) -> str:
    views = [table.name for table in tables if isinstance(table, View)]
    first = " and ".join(views) or tables[0].name
    meaning = f"{codes} says what the codes mean, " if codes else ""
    return f"{first}; {meaning}{COLUMNS} what is in each column. All sheets are listed below."


def _coverage(package: Package) -> dict[str, str]:
    """How much of the statements was coded, without which no number of topics can be read."""
    if not has_coverage(package):
        return {}
    text = f"{READING} Coded are {coverage(package)}: see the column coverage."
    return {"how much was seen": text}


def _coders(package: Package) -> dict[str, str]:
    """Who coded, as the page on the quality says, if the package has one."""
    try:
        page = package.decoded(QUALITY, package.read(QUALITY))
    except PackageError:  # nor has the package of an older release
        return {}
    found = CODERS.search(page)
    return {"who coded": _held(" ".join(found[1].split()))} if found else {}


def _dates_and_keys(tables: Sequence[Table]) -> str:
    text = "Dates are days that can be counted and sorted."
    early = [f"{table.name}.{name}" for table in tables for name in early_dates(table)]
    if early:
        why = "a spreadsheet has no day before March 1900"
        which = ", ".join(early) if len(early) <= FEW else f"{len(early)} columns"
        text += f" As text, year-month-day, are those of {which}: {why}."
    return f"{text} Truth values are the words true and false. A key in dark blue leads to its row."


def own_row(sheet: str) -> list[Any]:
    """For ``SHEET_HEADINGS``, of a sheet that explains the others."""
    return [sheet, OWN.get(sheet, OWN[CODES]), None, None, None]


def sheet_row(table: Table) -> list[Any]:
    """For ``SHEET_HEADINGS``."""
    seen = str(coverage(table.package)) if is_partial(table) else None
    key = _held(", ".join(table.key))
    return [table.name, table.resource["description"], len(table.rows), seen, key]


# --- dates ----------------------------------------------------------------------------------------


def early_dates(table: Table) -> set[str]:
    """The columns of dates with a day that no spreadsheet has: all of their cells are text."""
    days = [field["name"] for field in table.fields if field_type(field).storage == "day"]
    return {name for name in days if _first_day(table, name) < FIRST_DAY}


def _first_day(table: Table, name: str) -> date:
    days = [row[name] for row in table.rows]
    return min(filter(None, days), default=FIRST_DAY)


# --- codes ----------------------------------------------------------------------------------------

# The codes of a column: code, label and definition of each; the sheets that have the column.
CodeList = namedtuple("CodeList", ["column", "codes", "sheets"])


def code_lists(tables: Sequence[Table]) -> list[CodeList]:
    """The lists of codes in these tables, each once; none if they are too many for a sheet."""
    found: dict[tuple[str, Any], list[str]] = {}
    for table in tables:
        for column in table.labels:
            codes = tuple(_meanings(table, column))
            found.setdefault((column, codes), []).append(table.name)
    lists = [CodeList(*key, sheets) for key, sheets in found.items()]
    number = sum(len(one.codes) for one in lists)
    return lists if number <= MAX_ROWS else []


def _meanings(table: Table, column: str) -> Iterator[tuple[str, str, str]]:
    """Code, label and definition."""
    labels = table.labels[column]
    if len(labels) > MAX_CODES:
        place = table.references.get(column, table.name)
        yield "", "", f"{len(labels)} codes: see {place}"
        return
    definitions = _definitions(table, column)
    for code, label in labels.items():
        yield code, _held(label), _held(definitions.get(code) or "")


def _definitions(table: Table, column: str) -> dict[str, str]:
    """Code → definition, if the codes of a column are rows of a table."""
    own = table.name if [column] == table.key else ""
    source = table.package.tables.get(table.references.get(column, own))
    if source is None or not source.has_codes:
        return {}
    meaning = "definition" if "definition" in source.names else "description"
    return {row[source.key[0]]: row[meaning] for row in source.rows}


def _held(text: str) -> str:
    """The text if a cell holds it: no limit of tables knows of what is made of several."""
    return text if fits_cell(text) else f"{len(text)} characters, too many for a cell"


def code_rows(lists: Sequence[CodeList]) -> list[list[str | None]]:
    """For ``CODE_HEADINGS``."""
    return [row for one in lists for row in _rows_of(one)]


def _rows_of(one: CodeList) -> Iterator[list[str | None]]:
    sheets = _held(", ".join(one.sheets))
    for code, label, definition in one.codes:
        yield [one.column, code or None, label or None, definition or None, sheets]


# --- columns --------------------------------------------------------------------------------------


def column_rows(tables: Sequence[Table]) -> list[list[str]]:
    """The columns of all tables, for ``COLUMN_HEADINGS``."""
    return [_column_row(table, field) for table in tables for field in table.fields]


def _column_row(table: Table, field: dict[str, Any]) -> list[str]:
    rules = (_kind(table, field), _values(table, field))
    return [table.name, field["name"], field["title"], *rules, field["description"]]


def _kind(table: Table, field: dict[str, Any]) -> str:
    """What may be in a column, for a reader: ``whole number, from 1, never empty``."""
    kind, rules = field_type(field), field.get("constraints", {})
    words = [" or ".join(kind.labels.values()) or KINDS[kind.storage]]
    words += _as_text(table) if field["name"] in early_dates(table) else []
    words += [f"from {rules['minimum']}"] if "minimum" in rules else []
    words += [f"to {rules['maximum']}"] if "maximum" in rules else []
    is_required = rules.get("required") or field["name"] in table.key
    words += ["never empty"] if is_required else []
    words += [read_with(field)] if "denominators" in field else []
    return _held(", ".join(words))


def _as_text(table: Table) -> list[str]:
    """What to know of dates that are text."""
    beside = ["the year is in year"] if "year" in table.names else []
    return ["as text, year-month-day", *beside]


def _values(table: Table, field: dict[str, Any]) -> str:
    """The codes of a column with their labels, if there are any, or how many there are."""
    name = field["name"]
    known = dict.fromkeys(field.get("constraints", {}).get("enum", ()))
    codes = table.labels.get(name) or known
    words = [f"{code}: {label}" if label else str(code) for code, label in codes.items()]
    listed = "; ".join(words)
    place = table.references.get(name, table.name)
    return listed if len(listed) <= MAX_VALUES else f"{len(codes)} codes: see {place}"
