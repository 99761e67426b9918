"""Workbook: a sheet that explains the others, one of all columns, one for each table.

Text is never run.
"""

from __future__ import annotations

import io
import textwrap
import zipfile

import xlsxwriter

from ..errors import ExportError
from ..fields import in_words, to_cell
from .common import release_time, zip_files
from .limits import ABOUT, COLUMNS, is_link

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path
    from typing import Any

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from ..package import Table

    Formats = dict[str, Format]

MAX_DIGITS = 15  # of a number that every spreadsheet keeps; one with more is written as text
MAX_WIDTH = 60  # characters of a column that are shown
PROSE_WIDTH = 100  # characters of a line that is to be read
LINE_HEIGHT, MAX_HEIGHT = 15, 409  # points
FILTER_WIDTH = 4  # characters that the button of a filter covers
ABOUT_WIDTHS = (26, PROSE_WIDTH, 8, 40)
COLUMN_HEADINGS = ("table", "column", "title", "type and rules", "description")
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
            rows = (list(row.values()) for row in table.rows)
            _fill_sheet(book.add_worksheet(table.name), table.names, rows, formats)
        _fill_about(first, tables, about, formats)
        _fill_sheet(columns, COLUMN_HEADINGS, _columns(tables), formats)
    # as a zip of its own it would name the system on which it was made
    with zipfile.ZipFile(memory) as source:
        zip_files(path, {name: source.read(name) for name in source.namelist()})


def _columns(tables: list[Table]) -> Iterable[list[str]]:
    """The columns of all tables, for ``COLUMN_HEADINGS``."""
    for table in tables:
        for field in table.fields:
            title, description = field["title"], field["description"]
            yield [table.name, field["name"], title, in_words(field), description]


# --- the sheet that explains ----------------------------------------------------------------------


def _fill_about(
    sheet: Worksheet, tables: list[Table], about: dict[str, Any], formats: Formats
) -> None:
    for column, width in enumerate(ABOUT_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.hide_gridlines(2)
    lines = _about_lines(about)
    for row, (label, text) in enumerate(lines.items()):
        _put(sheet, row, 0, label, formats["bold"])
        _put(sheet, row, 1, text, formats["wrapped"] if row else formats["bold"])
        # not every spreadsheet finds the height by itself
        height = LINE_HEIGHT * len(textwrap.wrap(text, PROSE_WIDTH))
        sheet.set_row(row, min(height, MAX_HEIGHT))
    _put_link(sheet, len(lines) - 1, 0, _link(COLUMNS), formats["link"], COLUMNS)
    _fill_list(sheet, len(lines) + 1, tables, formats)


def _about_lines(about: dict[str, Any]) -> dict[str, str]:
    licences = [licence["title"] for licence in about["licenses"]]
    return {
        "dataset": about["title"],
        "version": about["version"],
        "cite": about["citation"],
        "licences": ". ".join(licences),
        "what it is": about["description"],
        "how to read it": READING_NOTES,
        COLUMNS: "All columns of all tables, with what they mean.",
    }


def _fill_list(sheet: Worksheet, start: int, tables: list[Table], formats: Formats) -> None:
    """The list of tables, each with a link to its sheet."""
    for column, heading in enumerate(("table", "what", "rows", "key")):
        _put(sheet, start, column, heading, formats["bold"])
    for row, table in enumerate(tables, start + 1):
        _put_link(sheet, row, 0, _link(table.name), formats["link"], table.name)
        _put(sheet, row, 1, table.resource["description"], formats["wrapped"])
        _put(sheet, row, 2, len(table.rows))
        _put(sheet, row, 3, ", ".join(table.key))


def _link(sheet: str) -> str:
    return f"internal:'{sheet}'!A1"


# --- a sheet of rows ------------------------------------------------------------------------------


def _fill_sheet(
    sheet: Worksheet, names: Sequence[str], rows: Iterable[list[Any]], formats: Formats
) -> None:
    widths = [len(name) + FILTER_WIDTH for name in names]
    for column, name in enumerate(names):
        _put(sheet, 0, column, name, formats["bold"])
    row = 0
    for row, values in enumerate(rows, 1):
        for column, value in enumerate(values):
            if value is not None:
                _write_cell(sheet, row, column, value, formats["link"])
                needed = max(widths[column], len(str(value)) + 1)
                widths[column] = min(needed, MAX_WIDTH)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, row, len(names) - 1)


def _write_cell(sheet: Worksheet, row: int, column: int, value: Any, link: Format) -> None:
    text = to_cell(value)
    if _is_exact_number(value):
        _put(sheet, row, column, value)
    elif is_link(text):
        _put_link(sheet, row, column, text, link, text)
    else:
        _put(sheet, row, column, text)


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
