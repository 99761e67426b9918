"""Workbook: a sheet that explains the others, the views, codes and columns, then the tables.

Text is never run. What is in a cell and how it looks is in ``sheets``, what a workbook says of
itself in ``explanations``.
"""

from __future__ import annotations

import io
import zipfile
from math import inf

import xlsxwriter

from ..fields import to_cell
from ..views import View
from . import explanations, sheets
from .common import release_time, zip_files
from .key_links import Places
from .limits import ABOUT, CODES, COLUMNS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from ..package import Table
    from .sheets import Sheet

ABOUT_WIDTHS = (20, 84, 7, 22, 24)  # characters; together they are a page
OPTIONS = {
    # in memory, as the library's own files on the way leave traces when a disk is full
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write(path: Path, tables: list[Table], about: dict[str, Any]) -> None:
    """Write the tables, each a sheet with a header that stays in view and filters."""
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory, OPTIONS) as book:
        book.set_properties({"title": about["title"], "created": release_time(about)})
        _fill(book, sorted(tables, key=lambda table: not isinstance(table, View)), about)
    # as a zip of its own it would name the system on which it was made
    with zipfile.ZipFile(memory) as source:
        zip_files(path, {name: source.read(name) for name in source.namelist()})


def _fill(book: xlsxwriter.Workbook, tables: list[Table], about: dict[str, Any]) -> None:
    """The sheets of these tables, views first, and those that explain them."""
    lists = explanations.code_lists(tables)
    codes = _free_name(CODES, tables) if lists else None
    listed = _listed(tables, [codes, COLUMNS] if codes else [COLUMNS])
    made = sheets.add(book, [ABOUT, *(row[0] for row in listed)])
    _fill_about(made[ABOUT], explanations.about_lines(about, tables, codes), listed)
    columns = explanations.column_rows(tables)
    sheets.fill(made[COLUMNS], explanations.COLUMN_HEADINGS, columns, room=inf)
    if codes:
        rows = explanations.code_rows(lists)
        sheets.fill(made[codes], explanations.CODE_HEADINGS, rows, room=inf)
    _fill_tables(made, tables, Places(tables, lists, codes or CODES))


def _listed(tables: Sequence[Table], own: Sequence[str]) -> list[list[Any]]:
    """The list of sheets, in their order: those that explain the others come after the views."""
    rows = list(map(explanations.sheet_row, tables))
    views = sum(isinstance(table, View) for table in tables)
    between = map(explanations.own_row, own)
    return [*rows[:views], *between, *rows[views:]]


def _free_name(name: str, tables: Sequence[Table]) -> str:
    """The name, or a longer one if a table has it: a sheet of codes is younger than tables are."""
    taken = {table.name.lower() for table in tables}
    while name in taken:
        name += "_"
    return name


def _fill_about(sheet: Sheet, lines: Mapping[str, str], listed: Sequence[list[Any]]) -> None:
    sheet.set_widths(ABOUT_WIDTHS, len(ABOUT_WIDTHS))
    sheet.sheet.hide_gridlines(2)
    for row, (label, text) in enumerate(lines.items()):
        sheet.put(row, 0, label, "bold")
        sheet.put(row, 1, text, None if row else "bold")
        sheet.sheet.set_row(row, sheets.height(sheets.lines(text, ABOUT_WIDTHS[1])))
    start = len(lines) + 1
    for column, heading in enumerate(explanations.SHEET_HEADINGS):
        sheet.put(start, column, heading, "bold")
    for row, values in enumerate(listed, start + 1):
        _fill_line(sheet, row, values)
    sheet.set_page()


def _fill_line(sheet: Sheet, row: int, values: Sequence[Any]) -> None:
    """A line of the list of sheets, with a link."""
    sheet.put_link(row, 0, sheets.place(values[0]), values[0])
    for column, value in enumerate(values[1:], 1):
        if value is not None:
            sheet.put(row, column, value, "left" if isinstance(value, int) else None)
    most = max(map(sheets.lines, map(to_cell, values), ABOUT_WIDTHS))
    sheet.sheet.set_row(row, sheets.height(most))


# --- tables ---------------------------------------------------------------------------------------


def _fill_tables(made: Mapping[str, Sheet], tables: Sequence[Table], places: Places) -> None:
    for table in tables:
        found = places.links(table)
        links = {cell: sheets.place(*place) for cell, place in found.items()}
        sheets.fill(made[table.name], table.names, _rows(table), links)


def _rows(table: Table) -> list[list[Any]]:
    """The cells; dates are text if one of their column is in no spreadsheet."""
    rows = [list(row.values()) for row in table.rows]
    for column in map(table.names.index, explanations.early_dates(table)):
        for values in rows:
            values[column] = values[column] and str(values[column])
    return rows
