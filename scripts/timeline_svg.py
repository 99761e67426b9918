"""Statements per format and year → a picture in SVG, from the rows of the tables alone.

No number stands without its denominator: 3/8 are eight statements, of which three are coded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from syria_statements.package import Package

FILE = "docs/statements.svg"
# Pixels: width of the names, of a year, of the sums; height of a row, heading, legend.
NAMES, YEAR, SUMS, ROW, HEAD, FOOT = 330, 48, 70, 36, 40, 34
INK, DOT, LINE, PAPER = "#24292f", "#2f6f9f", "#d0d7de", "#ffffff"
SOME = "#a9c8de"  # the colour of a dot of which not all statements are coded
LEGEND = "3/8: eight statements, three of them coded. Dark: all are coded; light: some; ring: none."
EMPTY = '<svg xmlns="http://www.w3.org/2000/svg"/>\n'
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Count:
    """How many statements there are, and how many of them are coded."""

    coded: int
    all: int

    def __str__(self) -> str:
        """The number with its denominator: 3/8."""
        return f"{self.coded}/{self.all}"


def write(package: Package) -> str:
    """The picture of a package."""
    return draw(package["statements"].rows, package["formats"].rows)


def draw(statements: Rows, formats: Rows) -> str:
    """A row for each format, a column for each year, in a dot how many and how many are coded.

    ``statements`` have ``format_id``, ``date`` and ``coverage``, ``formats`` have ``format_id`` and
    ``name``. The formats are in the order of their first statements.
    """
    if not statements:
        return EMPTY
    names = {row["format_id"]: row["name"] for row in formats}
    order, years = _order(statements), _years(statements)
    parts = [*_heading(years, len(order) + 1, _count(statements))]
    for number, form in enumerate(order):
        of_format = [row for row in statements if row["format_id"] == form]
        parts += _row(HEAD + ROW * number, names.get(form, form), _by_year(of_format, years))
    bottom = HEAD + ROW * len(order)
    parts += _row(bottom, "all formats", _by_year(statements, years), dots=False)
    parts.append(_text(NAMES, bottom + ROW + FOOT - 12, LEGEND, "start"))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _count(statements: Iterable[Mapping[str, Any]]) -> Count:
    is_coded = [row["coverage"] != "none" for row in statements]
    return Count(sum(is_coded), len(is_coded))


def _by_year(statements: Rows, years: range) -> list[Count]:
    return [_count(row for row in statements if row["date"].year == year) for year in years]


def _years(statements: Rows) -> range:
    """All years from the first statement to the last."""
    years = [row["date"].year for row in statements]
    return range(min(years), max(years) + 1)


def _order(statements: Rows) -> list[str]:
    """The formats by the date of their first statement."""
    first: dict[str, Any] = {}
    for row in statements:
        form = row["format_id"]
        first[form] = min(first.get(form, row["date"]), row["date"])
    return sorted(first, key=lambda form: (first[form], form))


def _heading(years: range, rows: int, count: Count) -> Iterator[str]:
    width, height = _width(len(years)), HEAD + ROW * rows + FOOT
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    font = f'font-family="sans-serif" font-size="13" fill="{INK}"'
    title = f"{count.all} statements by format and year, {count.coded} of them coded"
    yield f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" {font}>'
    yield f"<title>{title}</title>"
    yield f'<rect width="{width}" height="{height}" fill="{PAPER}"/>'
    for index, year in enumerate(years):
        yield _text(_x(index), HEAD - 14, str(year), "middle")
    yield _text(width - SUMS // 2, HEAD - 14, "all", "middle")


def _width(years: int) -> int:
    return NAMES + YEAR * years + SUMS


def _x(index: int) -> int:
    """The middle of the column of a year."""
    return NAMES + YEAR * index + YEAR // 2


def _row(top: int, name: str, counts: Sequence[Count], dots: bool = True) -> Iterator[str]:
    """Name, dots and sum of one format; without dots, the sums of the years."""
    middle, width = top + ROW // 2, _width(len(counts))
    yield f'<line x1="0" x2="{width}" y1="{top}" y2="{top}" stroke="{LINE}"/>'
    yield _text(NAMES - 12, middle + 4, name, "end")
    for index, count in enumerate(counts):
        if count.all:
            yield from _dot(_x(index), middle, count) if dots else ()
            ink = PAPER if dots and count.coded == count.all else INK
            yield _text(_x(index), middle + 4, str(count), "middle", ink)
    total = Count(sum(count.coded for count in counts), sum(count.all for count in counts))
    yield _text(width - SUMS // 2, middle + 4, str(total), "middle")


def _dot(x: int, y: int, count: Count) -> Iterator[str]:
    """Dark where all statements are coded, light where some are, a ring where none is."""
    fill = {0: PAPER, count.all: DOT}.get(count.coded, SOME)
    yield f'<circle cx="{x}" cy="{y}" r="16" fill="{fill}" stroke="{DOT}"/>'


def _text(x: int, y: int, words: str, anchor: str, fill: str = INK) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{fill}">{escape(words)}</text>'
