"""Rules of the panels: each row is derived again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ... import panels
from ..csv_file import Table
from ..problem import Problem
from . import rule


@rule
def panel_counts(tables: Mapping[str, Table]) -> Iterator[Problem]:
    """A panel has the rows that follow from the statements, with these numbers, and no others."""
    if not set(panels.SOURCES) <= set(tables) or _is_broken(tables):
        return
    sources = {name: _rows(tables[name], columns) for name, columns in panels.SOURCES.items()}
    for name, derive in panels.PANELS.items():
        if name in tables:
            yield from _differences(tables[name], list(derive(sources)))


def _is_broken(tables: Mapping[str, Table]) -> bool:
    """Whether a code of a clause or a signature is none, which would make the panels differ."""
    acts = set(tables["acts"]["act_id"])
    actors = set(tables["actors"]["actor_id"])
    is_known = set(tables["clauses"]["act_id"]) <= acts
    return not is_known or not set(tables["signatories"]["actor_id"]) <= actors


def _rows(table: Table, columns: tuple[str, ...]) -> list[dict[str, str]]:
    return [dict(zip(columns, cells, strict=True)) for _, cells in table.zip(*columns)]


def _differences(table: Table, derived: list[panels.Cells]) -> Iterator[Problem]:
    key = table.schema["primaryKey"]
    left = {tuple(str(row[column]) for column in key): row for row in derived}
    for number, cells in table.zip(*key):
        row = left.pop(cells, None)
        if row is None:
            yield table.problem(
                number, key[0], "no statement gives this row; it should not be there"
            )
            continue
        for column, right in row.items():
            if table[column][number] != str(right):
                message = f"should be {right!s}, as the statements and their clauses give"
                yield table.problem(number, column, message)
    for cells in left:
        yield table.problem_of_file(f"has no row {', '.join(cells)}, which the statements give")
