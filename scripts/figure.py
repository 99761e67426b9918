"""Statements per format and year → a picture in SVG, from the rows of the tables and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

FILE = "docs/statements.svg"
# Pixels: width of the names, of a year, height of a row, of the heading.
NAMES, YEAR, ROW, HEAD = 330, 44, 30, 40
INK, DOT, LINE = "#24292f", "#2f6f9f", "#d0d7de"
Rows = Sequence[Mapping[str, str]]


def figure(statements: Rows, formats: Rows) -> str:
    """One row for each format in the order of its first statement, one column for each year, the number in a dot."""
    if not statements:
        return '<svg xmlns="http://www.w3.org/2000/svg"/>\n'
    counts = Counter((row["format_id"], int(row["date"][:4])) for row in statements)
    years = range(min(year for _, year in counts), max(year for _, year in counts) + 1)
    first = {form: min(row["date"] for row in statements if row["format_id"] == form) for form, _ in counts}
    order = sorted(first, key=lambda form: (first[form], form))
    names = {row["format_id"]: row["name"] for row in formats}
    width, height = NAMES + YEAR * len(years) + 60, HEAD + ROW * (len(order) + 1) + 10
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" font-family="sans-serif" font-size="13" fill="{INK}">',
        f"<title>{len(statements)} statements by format and year</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        *(_text(_x(years, year), HEAD - 14, str(year), "middle") for year in years),
        _text(width - 30, HEAD - 14, "all", "middle"),
    ]
    for number, form in enumerate(order):
        parts += _row(HEAD + ROW * number, names.get(form, form), {year: counts[form, year] for year in years}, width)
    total = {year: sum(count for (_, of_year), count in counts.items() if of_year == year) for year in years}
    return "\n".join([*parts, *_row(HEAD + ROW * len(order), "all formats", total, width, dots=False), "</svg>"]) + "\n"


def _x(years: range, year: int) -> int:
    return NAMES + YEAR * (year - years[0]) + YEAR // 2


def _row(top: int, name: str, counts: Mapping[int, int], width: int, dots: bool = True) -> list[str]:
    """Name, dots and sum of one format; without dots, the sums of the years."""
    middle, years = top + ROW // 2, range(min(counts), max(counts) + 1)
    parts = [f'<line x1="0" x2="{width}" y1="{top}" y2="{top}" stroke="{LINE}"/>', _text(NAMES - 12, middle + 4, name, "end")]
    for year, count in counts.items():
        if count and dots:
            parts.append(f'<circle cx="{_x(years, year)}" cy="{middle}" r="{7 + 2 * min(count, 3)}" fill="{DOT}"/>')
        if count:
            parts.append(_text(_x(years, year), middle + 4, str(count), "middle", "#ffffff" if dots else INK))
    return [*parts, _text(width - 30, middle + 4, str(sum(counts.values())), "middle")]


def _text(x: int, y: int, words: str, anchor: str, fill: str = INK) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{fill}">{escape(words)}</text>'
