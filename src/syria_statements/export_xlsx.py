"""Workbook: a sheet that explains the others, one of all columns, one for each table. Text is text, whatever it looks like."""

from __future__ import annotations

import io
import textwrap

import xlsxwriter

from . import query
from .export_tables import ExportError, released
from .schemas import rules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path
    from typing import Any

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from .export_tables import Table

MOST = 32_767  # characters in a cell of a workbook
LONGEST_LINK = 2_079  # characters
DIGITS = 15  # of a number that every spreadsheet keeps; one with more is written as text
PROSE = 100  # characters of a line that is to be read
LINE = 15  # points
WIDEST = 60  # characters of a column that are shown
ABOUT, COLUMNS = "about", "columns"
HOW = (
    "The empty cell is the only missing value. Dates are ISO 8601 text, year-month-day: a workbook knows no dates before 1900. "
    "Truth values are the words true and false. "
    "The keys in the columns that end in _id lead to the tables of the same name."
)


def write(path: Path, tables: list[Table], about: dict[str, Any]) -> None:
    """Write the tables, each a sheet with a header that stays in view and filters."""
    # in memory, as the library's own files on the way leave traces when a disk is full
    memory = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(memory, options) as book:
        book.set_properties({"title": about["title"], "created": released(about)})
        bold, link, wrapped = (
            book.add_format({"bold": True, "valign": "top"}),
            book.get_default_url_format(),
            book.add_format({"text_wrap": True, "valign": "top"}),
        )
        first, columns = book.add_worksheet(ABOUT), book.add_worksheet(COLUMNS)
        counts = {}
        for table in tables:
            rows = table.rows()
            cells = ([row[name] for name in table.names] for row in rows)
            counts[table.name] = _sheet(book.add_worksheet(table.name), table.names, cells, (bold, link))
        _about(first, tables, counts, about, (bold, link, wrapped))
        described = [[t.name, f["name"], f["title"], rules(f), f["description"]] for t in tables for f in t.fields]
        _sheet(columns, ["table", "column", "title", "type and rules", "description"], described, (bold, link))
    path.write_bytes(memory.getvalue())


def _about(sheet: Worksheet, tables: list[Table], counts: dict[str, int], about: dict[str, Any], formats: Sequence[Format]) -> None:
    bold, link, wrapped = formats
    licences = ". ".join(licence["title"] for licence in about["licenses"])
    lines = [
        ("dataset", about["title"]),
        ("version", about["version"]),
        ("cite", about["citation"]),
        ("licences", licences),
        ("what it is", about["description"]),
        ("how to read it", HOW),
        (COLUMNS, "All columns of all tables, with what they mean."),
    ]
    for column, width in enumerate((26, PROSE, 8, 40)):
        sheet.set_column(column, column, width)
    sheet.hide_gridlines(2)
    for number, (label, text) in enumerate(lines):
        sheet.write_string(number, 0, label, bold)
        sheet.write_string(number, 1, text, bold if not number else wrapped)
        sheet.set_row(number, LINE * len(textwrap.wrap(text, PROSE)))  # not every spreadsheet finds the height by itself
    sheet.write_url(len(lines) - 1, 0, f"internal:'{COLUMNS}'!A1", link, COLUMNS)
    start = len(lines) + 1
    for place, name in enumerate(("table", "what", "rows", "key")):
        sheet.write_string(start, place, name, bold)
    for number, table in enumerate(tables, start + 1):
        sheet.write_url(number, 0, f"internal:'{table.name}'!A1", link, table.name)
        sheet.write_string(number, 1, table.entry["description"], wrapped)
        sheet.write_number(number, 2, counts[table.name])
        sheet.write_string(number, 3, ", ".join(table.schema["primaryKey"]))


def _sheet(sheet: Worksheet, names: list[str], rows: Iterable[list[Any]], formats: tuple[Format, Format]) -> int:
    """Fill a sheet and return its number of rows, the header not counted."""
    bold, link = formats
    widths = [len(name) + 4 for name in names]  # room for the button of the filter
    for place, name in enumerate(names):
        sheet.write_string(0, place, name, bold)
    number = 0
    for number, row in enumerate(rows, 1):
        for place, value in enumerate(row):
            if value is not None:
                _cell(sheet, (number, place), value, link)
                widths[place] = min(max(widths[place], len(str(value)) + 1), WIDEST)
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, number, len(names) - 1)
    return number


def _cell(sheet: Worksheet, at: tuple[int, int], value: Any, link: Format) -> None:
    row, column = at
    # a truth value is text, as LibreOffice would save it as a formula
    if isinstance(value, (int, float)) and not isinstance(value, bool) and float(f"{value:.{DIGITS}G}") == value:
        sheet.write_number(row, column, value)
    else:
        text = query.cell(value)
        if len(text) > MOST:
            raise ExportError(f"{sheet.name}, row {row + 1}: {len(text)} characters; a cell of a workbook holds {MOST}")
        if text.startswith(("https://", "http://")) and len(text) <= LONGEST_LINK and not any(map(str.isspace, text)):
            sheet.write_url(row, column, text, link, text)
        else:
            sheet.write_string(row, column, text)
