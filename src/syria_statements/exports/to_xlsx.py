"""Workbook: a sheet that explains the others, one of all columns, one for each table.

Text is never run.
"""

from __future__ import annotations

import io
import textwrap
import zipfile
from itertools import accumulate
from math import inf

import xlsxwriter

from ..coverage import READING, coverage, has_coverage, is_partial
from ..errors import ExportError
from ..fields import field_type, read_with, to_cell
from ..views import View
from .common import licences, release_time, zip_files
from .limits import ABOUT, COLUMNS, is_link

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path
    from typing import Any

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from ..package import Package, Table

    Formats = dict[str, Format]
    Rows = list[list[Any]]

MAX_DIGITS = 15  # of a number that every spreadsheet keeps; one with more is written as text
MAX_WIDTH = 60  # characters of a column that are shown
PROSE_WIDTH = 100  # characters of a line that is to be read
LINE_HEIGHT, MAX_HEIGHT = 15, 409  # points
FILTER_WIDTH = 4  # characters that the button of a filter covers
PRINTED_WIDTH = 200  # characters of the columns of a view that are printed side by side
ROOM = 1.3  # times the mean of its cells is the width of a column that is to be read
MAX_WORD = 30  # characters of a word that is not divided
A4 = 9
ABOUT_WIDTHS = (26, PROSE_WIDTH, 8, 44, 40)
COLUMN_HEADINGS = ("table", "column", "title", "type", "values", "description")
MAX_VALUES = 2_000  # characters of a list of codes; of more there is a number
# How a column is held → what its values are to a reader.
KINDS = {"text": "text", "whole": "whole number", "double": "number", "day": "date"}
OPTIONS = {
    # in memory, as the library's own files on the way leave traces when a disk is full
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
READING_NOTES = (
    "The empty cell is the only missing value. Dates are ISO 8601 text, year-month-day: a workbook"
    " knows no dates before 1900. Truth values are the words true and false. "
    "The keys in the columns that end in _id lead to the tables of the same name."
)


def write(path: Path, tables: list[Table], about: dict[str, Any]) -> None:
    """Write the tables, each a sheet with a header that stays in view and filters."""
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory, OPTIONS) as book:
        book.set_properties({"title": about["title"], "created": release_time(about)})
        formats = {
            "bold": book.add_format({"bold": True, "valign": "top"}),
            "link": book.get_default_url_format(),
            "wrapped": book.add_format({"text_wrap": True, "valign": "top"}),
        }
        first, columns = book.add_worksheet(ABOUT), book.add_worksheet(COLUMNS)
        for table in tables:
            rows = [list(row.values()) for row in table.rows]
            fill = _fill_view if isinstance(table, View) else _fill_sheet
            fill(book.add_worksheet(table.name), table.names, rows, formats)
        _fill_about(first, tables, about, formats)
        _fill_view(columns, COLUMN_HEADINGS, list(_columns(tables)), formats, room=inf)
    # as a zip of its own it would name the system on which it was made
    with zipfile.ZipFile(memory) as source:
        zip_files(path, {name: source.read(name) for name in source.namelist()})


def _columns(tables: list[Table]) -> Iterable[list[str]]:
    """The columns of all tables, for ``COLUMN_HEADINGS``."""
    for table in tables:
        for field in table.fields:
            rules = (_kind(table, field), _values(table, field))
            yield [table.name, field["name"], field["title"], *rules, field["description"]]


def _kind(table: Table, field: dict[str, Any]) -> str:
    """What may be in a column, for a reader: ``whole number, from 1, never empty``."""
    kind, rules = field_type(field), field.get("constraints", {})
    words = [" or ".join(kind.labels.values()) or KINDS[kind.storage]]
    words += [f"from {rules['minimum']}"] if "minimum" in rules else []
    words += [f"to {rules['maximum']}"] if "maximum" in rules else []
    is_required = rules.get("required") or field["name"] in table.key
    words += ["never empty"] if is_required else []
    if "denominators" in field:
        words.append(read_with(field))
    return ", ".join(words)


def _values(table: Table, field: dict[str, Any]) -> str:
    """The codes of a column with their labels, if there are any, or how many there are."""
    name = field["name"]
    known = dict.fromkeys(field.get("constraints", {}).get("enum", ()))
    codes = table.labels.get(name) or known
    listed = "; ".join(f"{code}: {label}" if label else str(code) for code, label in codes.items())
    place = f": see {table.references.get(name, table.name)}"
    return listed if len(listed) <= MAX_VALUES else f"{len(codes)} codes{place}"


# --- the sheet that explains ----------------------------------------------------------------------


def _fill_about(
    sheet: Worksheet, tables: list[Table], about: dict[str, Any], formats: Formats
) -> None:
    for column, width in enumerate(ABOUT_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.hide_gridlines(2)
    lines = _about_lines(about, tables[0].package)
    for row, (label, text) in enumerate(lines.items()):
        _put(sheet, row, 0, label, formats["bold"])
        _put(sheet, row, 1, text, formats["wrapped"] if row else formats["bold"])
        # not every spreadsheet finds the height by itself
        height = LINE_HEIGHT * len(textwrap.wrap(text, PROSE_WIDTH))
        sheet.set_row(row, min(height, MAX_HEIGHT))
    _put_link(sheet, len(lines) - 1, 0, _link(COLUMNS), formats["link"], COLUMNS)
    _fill_list(sheet, len(lines) + 1, tables, formats)
    _set_page(sheet)


def _about_lines(about: dict[str, Any], package: Package) -> dict[str, str]:
    return {
        "dataset": about["title"],
        "version": about["version"],
        "cite": about["citation"],
        "licences": licences(about),
        "what it is": about["description"],
        **_coverage(package),
        "how to read it": READING_NOTES,
        COLUMNS: "All columns of all tables, with what they mean.",
    }


def _coverage(package: Package) -> dict[str, str]:
    """How much of the statements was coded, without which no number of topics can be read."""
    if not has_coverage(package):
        return {}
    text = f"{READING} Coded are {coverage(package)}: see the column coverage."
    return {"how much was seen": text}


def _fill_list(sheet: Worksheet, start: int, tables: list[Table], formats: Formats) -> None:
    """The list of tables, each with a link to its sheet."""
    for column, heading in enumerate(("table", "what", "rows", "from", "key")):
        _put(sheet, start, column, heading, formats["bold"])
    for row, table in enumerate(tables, start + 1):
        _put_link(sheet, row, 0, _link(table.name), formats["link"], table.name)
        _put(sheet, row, 1, table.resource["description"], formats["wrapped"])
        _put(sheet, row, 2, len(table.rows))
        if is_partial(table):
            _put(sheet, row, 3, str(coverage(table.package)))
        _put(sheet, row, 4, ", ".join(table.key))


def _link(sheet: str) -> str:
    return f"internal:'{sheet}'!A1"


# --- a sheet of rows ------------------------------------------------------------------------------


def _fill_sheet(sheet: Worksheet, names: Sequence[str], rows: Rows, formats: Formats) -> None:
    """A sheet with all columns as wide as their cells need."""
    _fill(sheet, names, rows, _widths(names, rows), formats, 0)


def _fill_view(
    sheet: Worksheet,
    names: Sequence[str],
    rows: Rows,
    formats: Formats,
    room: float = PRINTED_WIDTH,
) -> None:
    """A sheet to be read: the first columns, for which there is room, are printed, in full."""
    widths = _reading_widths(names, rows)
    printed = max(sum(total <= room for total in accumulate(widths)), 1)
    _fill(sheet, names, rows, widths, formats, printed)
    for row, values in enumerate(rows, 1):
        sheet.set_row(row, _height(values[:printed], widths))
    if printed < len(names):
        sheet.print_area(0, 0, len(rows), printed - 1)
        sheet.set_footer(f"&LColumns {names[0]} to {names[printed - 1]}&R&P of &N")


def _fill(
    sheet: Worksheet,
    names: Sequence[str],
    rows: Rows,
    widths: Sequence[int],
    formats: Formats,
    wrapped: int,
) -> None:
    """Header and rows; the first so many columns have cells of several lines."""
    shapes = [formats["wrapped"] if column < wrapped else None for column in range(len(names))]
    for column, (name, width) in enumerate(zip(names, widths, strict=True)):
        _put(sheet, 0, column, name, formats["bold"])
        sheet.set_column(column, column, width)
    for row, values in enumerate(rows, 1):
        for column, value in enumerate(values):
            if value is not None:
                _write_cell(sheet, row, column, value, formats["link"], shapes[column])
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    sheet.autofilter(0, 0, len(rows), len(names) - 1)
    _set_page(sheet)


def _set_page(sheet: Worksheet) -> None:
    """Pages as wide as the sheet, with their numbers."""
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&R&P of &N")


def _widths(names: Sequence[str], rows: Rows) -> list[int]:
    """Of each column the width that its longest cell needs."""
    found = [len(name) + FILTER_WIDTH for name in names]
    for values in rows:
        for column, value in enumerate(values):
            if value is not None:
                needed = max(found[column], len(str(value)) + 1)
                found[column] = min(needed, MAX_WIDTH)
    return found


def _reading_widths(names: Sequence[str], rows: Rows) -> list[int]:
    """Of each column the width that most of its cells need, and all of its words."""
    found = []
    for column, (name, most) in enumerate(zip(names, _widths(names, rows), strict=True)):
        cells = [str(values[column]) for values in rows if values[column] is not None]
        mean = sum(map(len, cells)) / max(len(cells), 1)
        word = max((len(word) for cell in cells for word in cell.split()), default=0)
        needed = (len(name) + FILTER_WIDTH, int(ROOM * mean), min(word, MAX_WORD) + 1)
        found.append(min(most, max(needed)))
    return found


def _height(values: Sequence[Any], widths: Sequence[int]) -> int:
    """Height of a row of cells of several lines."""
    sizes = [len(to_cell(value)) for value in values]
    lines = max(-(-size // width) for size, width in zip(sizes, widths, strict=False))
    return min(LINE_HEIGHT * max(lines, 1), MAX_HEIGHT)


def _write_cell(
    sheet: Worksheet, row: int, column: int, value: Any, link: Format, shape: Format | None
) -> None:
    text = to_cell(value)
    if _is_exact_number(value):
        _put(sheet, row, column, value, shape)
    elif is_link(text):
        _put_link(sheet, row, column, text, link, text)
    else:
        _put(sheet, row, column, text, shape)


def _put(
    sheet: Worksheet, row: int, column: int, value: str | float, shape: Format | None = None
) -> None:
    """Write text or a number, never what looks like something else."""
    write = sheet.write_string if isinstance(value, str) else sheet.write_number
    _require_written(sheet, row, write(row, column, value, shape))


def _put_link(sheet: Worksheet, row: int, column: int, url: str, shape: Format, text: str) -> None:
    _require_written(sheet, row, sheet.write_url(row, column, url, shape, text))


def _require_written(sheet: Worksheet, row: int, code: int) -> None:
    """Raise ``ExportError`` if the library says that it wrote nothing; ``limits`` should know."""
    if code < 0:
        message = f"a cell is beyond a limit of workbooks (code {code} of xlsxwriter)"
        raise ExportError(f"{sheet.name}, row {row + 1}: {message}")


def _is_exact_number(value: Any) -> bool:
    """Whether a value is a number that every spreadsheet keeps.

    A truth value is none: LibreOffice would save it as a formula.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return float(f"{value:.{MAX_DIGITS}G}") == value
