"""Two packages → what changed from the one to the other, table by table, row by row."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from syria_statements.history import key_of, key_text, text_rows
from syria_statements.package import Package, Table

Cells = dict[str, str]


@dataclass(frozen=True)
class Change:
    """A row of the table ``changes``, before it has release, position and reason.

    ``line`` is that of the row in the newer file; ``is_derived`` says that all that it changes is
    derived from other cells.
    """

    table: str
    change: str
    row: str = ""
    column: str = ""
    old: str = ""
    new: str = ""
    line: int | None = field(default=None, compare=False)
    is_derived: bool = field(default=False, compare=False)

    @property
    def is_loss(self) -> bool:
        """Whether something that was released is no longer as it was."""
        return self.change not in ("table-added", "column-added", "row-added")


def between(old: Package, new: Package) -> Iterator[Change]:
    """What changed, in the order of the newer package's tables; its history has no log."""
    for table in new.tables.values():
        if table.is_history:
            continue
        before = old.tables.get(table.name)
        if before and before.key == table.key:
            yield from _changed(before, table)
            continue
        if before:
            yield from _removed(before, _derived(table))
        yield Change(table.name, "table-added")
    for table in old.tables.values():
        if table.name not in new.tables:
            yield from _removed(table, _derived(table))


def _derived(table: Table) -> set[str]:
    return {column["name"] for column in table.fields if column.get("derived")}


def _removed(table: Table, derived: set[str]) -> Iterator[Change]:
    """All rows of a table that is gone, or that has another key."""
    yield Change(table.name, "table-removed")
    for row in text_rows(table):
        yield _removed_row(table, row, derived)


def _removed_row(table: Table, row: Cells, derived: set[str]) -> Change:
    key = key_text(key_of(row, table.schema))
    cells = json.dumps(row, ensure_ascii=False)
    is_derived = derived >= row.keys()
    return Change(table.name, "row-removed", key, old=cells, is_derived=is_derived)


def _changed(old: Table, new: Table) -> Iterator[Change]:
    """What changed in a table whose key is the same."""
    for column in new.names:
        if column not in old.names:
            yield Change(new.name, "column-added", column=column)
    for column in old.names:
        if column not in new.names:
            yield Change(new.name, "column-removed", column=column)
    if old.data != new.data:
        yield from _changed_rows(old, new)


def _changed_rows(old: Table, new: Table) -> Iterator[Change]:
    derived = _derived(new)
    before = {key_of(row, old.schema): row for row in text_rows(old)}
    after = {key_of(row, new.schema): row for row in text_rows(new)}
    for key, row in before.items():
        if key not in after:
            yield _removed_row(old, row, derived)
    for line, (key, row) in enumerate(after.items(), 2):
        if key not in before:
            yield Change(new.name, "row-added", key_text(key), line=line)
        for column, cell in before.get(key, {}).items():
            now = row.get(column, "")
            if now != cell:
                place = (new.name, "cell-changed", key_text(key), column)
                yield Change(*place, cell, now, line, column in derived)
