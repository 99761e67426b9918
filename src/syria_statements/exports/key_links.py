"""Where the keys in a workbook lead: each to its row, if a sheet of the workbook has it."""

from __future__ import annotations

from ..views import View

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from ..package import Table
    from .explanations import CodeList

    Place = tuple[str, int]  # sheet and row, counted from 0, the header
    Rows = Mapping[tuple[Any, ...], Place]  # key → its row

MAX_KEYS = 15_000  # links from keys in one sheet; with more it opens slowly, and has none


class Places:
    """The rows of a workbook by their keys."""

    def __init__(self, tables: Sequence[Table], lists: Sequence[CodeList], codes: str) -> None:
        """``lists`` are in the sheet ``codes``, one below the other."""
        self._tables = {table.name: table for table in tables}
        views = [table for table in tables if isinstance(table, View)]
        self._views = {view.definition.base: view for view in views}
        self._codes = _rows_of_codes(lists, codes)
        self._known: dict[tuple[str, ...], Rows] = {}

    def links(self, table: Table) -> dict[tuple[int, int], Place]:
        """Row and column of each cell from which a foreign key leads to another row → that row.

        A key of several columns leads there from the first. Of too many there are none.
        """
        found: dict[tuple[int, int], Place] = {}
        keys = table.schema.get("foreignKeys", [])
        for key in sorted(keys, key=lambda key: len(key["fields"])):
            rows = self._rows(table, key)
            column = table.names.index(key["fields"][0])
            for number, row in enumerate(table.rows, 1):
                place = rows.get(tuple(row[name] for name in key["fields"]))
                if place and place != (table.name, number):
                    found.setdefault((number, column), place)
        return found if len(found) <= MAX_KEYS else {}

    def _rows(self, table: Table, key: Mapping[str, Any]) -> Rows:
        """The rows to which a foreign key leads: of the table, of a view of it, or of codes."""
        name, fields = key["reference"]["resource"], key["reference"]["fields"]
        target = self._tables.get(name) or self._views.get(name)
        if target and {*fields} <= {*target.names}:
            return self._by_key(target, fields)
        return self._codes.get((table.name, key["fields"][0]), {})

    def _by_key(self, table: Table, fields: Sequence[str]) -> Rows:
        known = (table.name, *fields)
        if known not in self._known:
            keys = [tuple(row[name] for name in fields) for row in table.rows]
            places = [(table.name, number) for number in range(1, len(keys) + 1)]
            self._known[known] = dict(zip(keys, places, strict=True))
        return self._known[known]


def _rows_of_codes(lists: Sequence[CodeList], sheet: str) -> dict[tuple[str, str], Rows]:
    """Table and column → the rows of their codes."""
    found: dict[tuple[str, str], Rows] = {}
    start = 1
    for one in lists:
        numbered = enumerate(one.codes, start)
        rows = {code[:1]: (sheet, number) for number, code in numbered}
        found |= {(name, one.column): rows for name in one.sheets}
        start += len(one.codes)
    return found
