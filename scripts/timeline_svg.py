"""Statements per format and year → a picture in SVG, from the rows of the tables alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from syria_statements.package import Package

FILE = "docs/statements.svg"
# Pixels: width of the names, of a year, of the sums; height of a row, of the heading.
NAMES, YEAR, SUMS, ROW, HEAD = 330, 44, 60, 30, 40
INK, DOT, LINE, PAPER = "#24292f", "#2f6f9f", "#d0d7de", "#ffffff"
EMPTY = '<svg xmlns="http://www.w3.org/2000/svg"/>\n'
Rows = Sequence[Mapping[str, Any]]


def write(package: Package) -> str:
    """The picture of a package."""
    return draw(package["statements"].rows, package["formats"].rows)


def draw(statements: Rows, formats: Rows) -> str:
    """A row for each format, a column for each year, the number in a dot.

    ``statements`` have ``format_id`` and ``date``, ``formats`` have ``format_id`` and ``name``. The
    formats are in the order of their first statements.
    """
    if not statements:
        return EMPTY
    counts = Counter(map(_format_and_year, statements))
    names = {row["format_id"]: row["name"] for row in formats}
    order = _order(statements)
    years = _years(statements)
    parts = [*_heading(years, len(order) + 1, len(statements))]
    for number, form in enumerate(order):
        of_format = {year: counts[form, year] for year in years}
        parts += _row(HEAD + ROW * number, names.get(form, form), of_format)
    counted = Counter(row["date"].year for row in statements)
    of_all = {year: counted[year] for year in years}
    parts += _row(HEAD + ROW * len(order), "all formats", of_all, dots=False)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _format_and_year(statement: Mapping[str, Any]) -> tuple[str, int]:
    return statement["format_id"], statement["date"].year


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


def _heading(years: range, rows: int, statements: int) -> Iterator[str]:
    width, height = _width(len(years)), HEAD + ROW * rows + 10
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    font = f'font-family="sans-serif" font-size="13" fill="{INK}"'
    yield f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" {font}>'
    yield f"<title>{statements} statements by format and year</title>"
    yield f'<rect width="{width}" height="{height}" fill="{PAPER}"/>'
    for index, year in enumerate(years):
        yield _text(_x(index), HEAD - 14, str(year), "middle")
    yield _text(width - SUMS // 2, HEAD - 14, "all", "middle")


def _width(years: int) -> int:
    return NAMES + YEAR * years + SUMS


def _x(index: int) -> int:
    """The middle of the column of a year."""
    return NAMES + YEAR * index + YEAR // 2


def _row(top: int, name: str, counts: Mapping[int, int], dots: bool = True) -> Iterator[str]:
    """Name, dots and sum of one format; without dots, the sums of the years."""
    middle, width = top + ROW // 2, _width(len(counts))
    yield f'<line x1="0" x2="{width}" y1="{top}" y2="{top}" stroke="{LINE}"/>'
    yield _text(NAMES - 12, middle + 4, name, "end")
    for index, count in enumerate(counts.values()):
        if count and dots:
            radius = 7 + 2 * min(count, 3)
            yield f'<circle cx="{_x(index)}" cy="{middle}" r="{radius}" fill="{DOT}"/>'
        if count:
            fill = PAPER if dots else INK
            yield _text(_x(index), middle + 4, str(count), "middle", fill)
    total = str(sum(counts.values()))
    yield _text(width - SUMS // 2, middle + 4, total, "middle")


def _text(x: int, y: int, words: str, anchor: str, fill: str = INK) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{fill}">{escape(words)}</text>'
