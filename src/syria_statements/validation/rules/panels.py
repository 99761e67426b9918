"""Rules of the panels: each row is derived again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ... import panels
from ..csv_file import Table
from ..problem import Problem
from . import differences, rule

GIVEN = "the statements and their clauses"
# Tables whose codes the others have, and the columns of these.
OWNERS = {"acts": "act_id", "actors": "actor_id", "topics": "topic_id"}


@rule
def panel_counts(tables: Mapping[str, Table]) -> Iterator[Problem]:
    """A panel has the rows that follow from the statements, with these numbers, and no others."""
    if not set(panels.SOURCES) <= set(tables) or _is_broken(tables):
        return
    sources = {name: tables[name].rows(*columns) for name, columns in panels.SOURCES.items()}
    for name, derive in panels.PANELS.items():
        if name in tables:
            yield from differences(tables[name], derive(sources), GIVEN)


def _is_broken(tables: Mapping[str, Table]) -> bool:
    """Whether a code of a clause, a signature or a membership is none: the panels would differ."""
    known = {key: set(tables[name][key]) for name, key in OWNERS.items()}
    return any(
        not set(tables[name][key]) <= known[key]
        for name, columns in panels.SOURCES.items()
        for key in known.keys() & columns
    )
