"""A sheet of a workbook: cells that are what they look like, links, widths, and pages."""

from __future__ import annotations

import textwrap
from collections import namedtuple
from datetime import date
from itertools import accumulate

from ..errors import ExportError
from ..fields import to_cell
from .limits import MAX_LINKS, is_link

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    Rows = list[list[Any]]
    Links = Mapping[tuple[int, int], str]  # row and column, counted from 0 → where the cell leads

MAX_DIGITS = 15  # of a number that every spreadsheet keeps; one with more is written as text
MAX_WIDTH = 60  # characters of a column that are shown
SHORT = 40  # characters of a cell that is to be in one line
MOST = 0.9  # of the cells are in one line if they are short
MAX_WORD = 30  # characters of a word that is not divided
ROOM = 1.3  # times the mean of its cells is the width of a column of long texts
FILTER_WIDTH = 4  # characters that the button of a filter covers
PRINTED_WIDTH = 200  # characters of the columns that are printed side by side
LINE_HEIGHT, MAX_HEIGHT = 15, 409  # points
MANY_LINES = 99  # more than any row shows
A4 = 9

# How cells look. Keys are many: their links are seen without a sheet full of blue lines.
LOOKS = {
    "bold": {"bold": True, "valign": "top"},
    "plain": {"valign": "top"},
    "wrapped": {"text_wrap": True, "valign": "top"},
    "number": {"align": "right", "indent": 1, "valign": "top"},
    "left": {"align": "left", "valign": "top"},
    "day": {"num_format": "yyyy-mm-dd", "align": "left", "valign": "top"},
    "link": {"font_color": "#0000FF", "underline": 1, "valign": "top"},
    "key": {"font_color": "#1F3864", "text_wrap": True, "valign": "top"},
}

Link = namedtuple("Link", ["url", "look"])


class Sheet(namedtuple("Sheet", ["sheet", "looks"])):
    """A sheet to be filled, and the formats of its book, by name."""

    __slots__ = ()

    def put(self, row: int, column: int, value: Any, look: str | None = None) -> None:
        """Write a number, a day or text, never what looks like something else."""
        if isinstance(value, str):
            shape = self.looks[look] if look else None
            code = self.sheet.write_string(row, column, value, shape)
        elif isinstance(value, date):
            code = self.sheet.write_datetime(row, column, value, self.looks[look or "day"])
        elif is_exact_number(value):
            code = self.sheet.write_number(row, column, value, self.looks[look or "number"])
        else:
            code = self.sheet.write_string(row, column, to_cell(value))
        self._require_written(row, code)

    def put_link(self, row: int, column: int, url: str, value: Any, look: str = "link") -> None:
        """Write a cell that leads to an address, or to a place in the workbook."""
        shape = self.looks[look]
        code = self.sheet.write_url(row, column, url, shape, to_cell(value))
        self._require_written(row, code)
        if not isinstance(value, str):
            self.put(row, column, value)  # which keeps the link

    def _require_written(self, row: int, code: int) -> None:
        """Raise ``ExportError`` if the library wrote nothing; ``limits`` should know of it."""
        if code < 0:
            message = f"a cell is beyond a limit of workbooks (code {code} of xlsxwriter)"
            raise ExportError(f"{self.sheet.name}, row {row + 1}: {message}")

    def set_widths(self, widths: Sequence[int], wrapped: int) -> None:
        """The widths of the columns; cells of the first so many have several lines."""
        for column, width in enumerate(widths):
            look = "wrapped" if column < wrapped else "plain"
            self.sheet.set_column(column, column, width, self.looks[look])

    def set_page(self) -> None:
        """Pages as wide as the sheet, with their numbers."""
        self.sheet.set_landscape()
        self.sheet.set_paper(A4)
        self.sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_footer("&L&A&R&P of &N")


def add(book: Workbook, names: Sequence[str]) -> dict[str, Sheet]:
    """New sheets of these names, in this order."""
    looks: dict[str, Format] = {name: book.add_format(look) for name, look in LOOKS.items()}
    return {name: Sheet(book.add_worksheet(name), looks) for name in names}


def place(sheet: str, row: int = 0) -> str:
    """Where a link leads that leads to a row of a sheet, counted from 0."""
    return f"internal:'{sheet}'!A{row + 1}"


def is_exact_number(value: Any) -> bool:
    """Whether a value is a number that every spreadsheet keeps.

    A truth value is none: LibreOffice would save it as a formula.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return float(f"{value:.{MAX_DIGITS}G}") == value


# --- a sheet of rows ------------------------------------------------------------------------------


def fill(
    sheet: Sheet,
    names: Sequence[str],
    rows: Rows,
    keys: Links | None = None,
    room: float = PRINTED_WIDTH,
) -> None:
    """Header and rows; the first columns, for which there is room, are printed, in full.

    ``keys`` are the cells with a key, and where each leads.
    """
    columns = [list(map(to_cell, column)) for column in zip(*rows, strict=True)]
    columns = columns or [[] for _ in names]
    widths = list(map(_width, names, columns))
    printed = max(sum(total <= room for total in accumulate(widths)), 1)
    sheet.set_widths(widths, printed)
    for column, name in enumerate(names):
        sheet.put(0, column, name, "bold")
    _fill_cells(sheet, rows, _links(_addresses(columns), keys or {}))
    _set_heights(sheet.sheet, columns[:printed], widths)
    _set_view(sheet, names, len(rows), printed)


def _set_view(sheet: Sheet, names: Sequence[str], rows: int, printed: int) -> None:
    """The header stays in view and is on each page; columns have filters."""
    sheet.sheet.freeze_panes(1, 1)
    sheet.sheet.repeat_rows(0)
    sheet.sheet.autofilter(0, 0, rows, len(names) - 1)
    sheet.set_page()
    if printed < len(names):
        sheet.sheet.print_area(0, 0, rows, printed - 1)
        of = f"columns {names[0]} to {names[printed - 1]}"
        sheet.sheet.set_footer(f"&L&A, {of}&R&P of &N")


def _fill_cells(sheet: Sheet, rows: Rows, links: Mapping[tuple[int, int], Link]) -> None:
    for row, values in enumerate(rows, 1):
        for column, value in enumerate(values):
            if value is None:
                continue
            if link := links.get((row, column)):
                sheet.put_link(row, column, link.url, value, link.look)
            else:
                sheet.put(row, column, value)


def _addresses(columns: Sequence[Sequence[str]]) -> dict[tuple[int, int], str]:
    """The cells that are addresses."""
    found: dict[tuple[int, int], str] = {}
    for column, cells in enumerate(columns):
        if "http" in "\n".join(cells):  # few columns have any
            rows = [row for row, cell in enumerate(cells, 1) if is_link(cell)]
            found |= {(row, column): cells[row - 1] for row in rows}
    return found


def _links(addresses: Links, keys: Links) -> dict[tuple[int, int], Link]:
    """The links for which a sheet has room; addresses go before keys."""
    found: dict[tuple[int, int], Link] = {}
    for look, links in (("link", addresses), ("key", keys)):
        if len(found) + len(links) <= MAX_LINKS:
            new = {cell: Link(url, look) for cell, url in links.items()}
            found = {**new, **found}
    return found


# --- widths and heights ---------------------------------------------------------------------------


def _width(name: str, column: Sequence[str]) -> int:
    """The width of the longest cell; where texts are long, that of most cells, and of a word."""
    cells = list(filter(None, column))
    sizes = sorted(map(len, cells)) or [0]
    longest, most = sizes[-1], sizes[int(MOST * len(sizes))]
    needed = longest if longest <= SHORT else most
    if most > SHORT:
        needed = max(_room(sizes), _longest_word(cells))
    found = max(len(name) + FILTER_WIDTH, needed + 1)
    return min(found, MAX_WIDTH)


def _room(sizes: Sequence[int]) -> int:
    """Characters of a column of long texts, of which some have more lines than others."""
    return int(ROOM * sum(sizes) / len(sizes))


def _longest_word(cells: Sequence[str]) -> int:
    words = {word for cell in cells for word in cell.split()}
    return min(max(map(len, words), default=0), MAX_WORD)


def _set_heights(sheet: Worksheet, columns: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
    """Rows as high as their cells of several lines; not every spreadsheet finds that by itself."""
    found: dict[int, int] = {}
    for cells, width in zip(columns, widths, strict=False):
        for row, cell in enumerate(cells, 1):
            if len(cell) >= width:
                found[row] = max(found.get(row, 1), lines(cell, width))
    for row, number in found.items():
        sheet.set_row(row, height(number))


def lines(text: str, width: int) -> int:
    """How many lines a cell of this width has."""
    if len(text) < width:
        return 1
    is_shown = len(text) < MANY_LINES * width
    return len(textwrap.wrap(text, width)) if is_shown else MANY_LINES


def height(number: int) -> int:
    """The height of a row of so many lines."""
    return min(LINE_HEIGHT * number, MAX_HEIGHT)
