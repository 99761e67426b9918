"""The rule of the exports: whatever is valid can be exported in every format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from typing import Any

from ... import flat, package
from ...errors import PackageError
from ...exports.common import without_dangling_keys
from ...exports.formats import FORMATS
from ...exports.limits import LIMITS, Breach, Measures, measure
from ...exports.variables import labels_of, unit_of
from ...views import View
from ..csv_file import Table
from ..problem import Problem
from . import rule

# Each cell with one of these has a problem of its own.
FOUND_ELSEWHERE = ("a cell ends in a space", "a text with the character NUL")
# The views say in one cell what several rows say, in labels or in codes: columns of these texts.
_ACTOR = [[("actors", "name"), ("roles", "label")], [("actors", "actor_id")]]
_PLACE = [[("places", "name")], [("places", "place_id")]]
_TOPIC = [[("topics", "label")], [("topics", "topic_id")]]
_RESOLUTION = [[("resolutions", "symbol")], [("resolutions", "resolution_id")]]
# Table → the column by which its rows belong together, and the texts of each such cell.
JOINED = {
    "clause_topics": ("clause_id", _TOPIC),
    "clause_actors": ("clause_id", _ACTOR),
    "clause_places": ("clause_id", _PLACE),
    "resolution_references": ("clause_id", _RESOLUTION),
    "signatories": ("statement_id", _ACTOR),
}
BETWEEN = 5  # characters that stand between two labels, at most
FITS = 32_767 // 4  # characters of a cell that fits into every format: each has at most four bytes


@rule
def exportable(tables: Mapping[str, Table]) -> Iterator[Problem]:
    """No table is beyond the limits of a format."""
    seen = _PackageAsExported(tables)
    measures = [_measures(seen[name], table.columns) for name, table in tables.items()]
    of_tables = [form for form in LIMITS if not FORMATS[form].own]
    of_views = [form for form in LIMITS if {*flat.VIEWS} & {*FORMATS[form].own}]
    for breach, formats in _breaches(measures, of_tables).items():
        yield _problem(breach, tables[breach.table].file, formats)
    measures = list(_of_views(tables, seen))
    for breach, formats in _breaches(measures, [*of_tables, *of_views]).items():
        base = flat.VIEWS[breach.table].base
        yield _problem(breach, tables[base].file, formats, f"in the view {breach.table} ")


class _PackageAsExported(package.Package):
    """A package as the exports see it, of tables that are read already."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self.directory = ""
        self.tables = {name: _AsExported(self, table) for name, table in tables.items()}
        for name, table in tables.items():
            self.tables[name].schema = without_dangling_keys(table.schema, list(tables))


class _AsExported(package.Table):
    """A table as the exports see it, of cells that are read already."""

    def __init__(self, seen: package.Package, table: Table) -> None:
        about = {"name": table.name, "title": "", "description": "", "path": table.file}
        super().__init__(seen, about)
        self.columns = table.columns

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """The rows, not typed; a missing value is None."""
        rows = zip(*self.columns.values(), strict=True)
        filled = ([cell or None for cell in row] for row in rows)
        return [dict(zip(self.columns, row, strict=True)) for row in filled]


def _measures(table: package.Table, columns: Mapping[str, list[str]]) -> Measures:
    found = measure(table.name, table.fields, columns, labels_of(table))
    return found._replace(is_view="madeOf" in table.schema, is_panel=bool(unit_of(table)))


def _breaches(measures: list[Measures], formats: Iterable[str]) -> dict[Breach, list[str]]:
    """What cannot be exported, with the formats that cannot hold it."""
    found: dict[Breach, list[str]] = {}
    for form in formats:
        for breach in LIMITS[form](measures):
            if not breach.message.startswith(FOUND_ELSEWHERE):
                found.setdefault(breach, []).append(form)
    return found


def _problem(breach: Breach, file: str, formats: Iterable[str], where: str = "") -> Problem:
    message = f"{where}{breach.message}; it cannot be exported as {', '.join(formats)}"
    return Problem(file, None, message, column=breach.column)


def _of_views(tables: Mapping[str, Table], seen: package.Package) -> Iterator[Measures]:
    """The measures of the views of which a cell could be too long."""
    for view in flat.views(seen).values():
        if not _may_be_long(tables, view):
            continue
        with suppress(PackageError):  # a key or a value is wrong, and has a problem of its own
            rows = list(view.cells(*view.names))
            columns = {name: [row[n] for row in rows] for n, name in enumerate(view.names)}
            yield _measures(view, columns)


def _may_be_long(tables: Mapping[str, Table], view: View) -> bool:
    """Whether a cell could be too long that joins the texts of several rows."""
    topics = sum(len(label) + BETWEEN for label in tables["topics"]["label"])
    joined = [name for name in JOINED if name in view.tables]
    return topics > FITS or any(_are_long(tables, name) for name in joined)


def _are_long(tables: Mapping[str, Table], name: str) -> bool:
    """Whether a cell could be too long that joins those texts which belong together."""
    group, cells = JOINED[name]
    most = max(Counter(tables[name][group]).values(), default=0)
    longest = max(_longest(tables, texts) for texts in cells)
    return most * (longest + BETWEEN) > FITS


def _longest(tables: Mapping[str, Table], texts: Iterable[tuple[str, str]]) -> int:
    """Characters of the longest of these texts, one after the other."""
    return sum(max(map(len, tables[table][column]), default=0) for table, column in texts)
