"""Real exceptions to rules of what can be true: rows of the table exceptions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..errors import allowed
from .csv_file import Table
from .problem import Problem
from .rules import EXCUSABLE

TABLE = "exceptions"
Exempt = tuple[str, str, str]  # rule, table, key of the row


def excuse(
    problems: Iterable[Problem], tables: Mapping[str, Table], left_out: Sequence[str] = ()
) -> Iterator[Problem]:
    """The problems without those that are real exceptions, and what is wrong with exceptions.

    Where tables were left out, nobody can say that an exception is of no use; where it is that of
    the exceptions, nobody can say what is none.
    """
    if TABLE in left_out:
        yield from (problem for problem in problems if problem.rule not in EXCUSABLE)
        return
    exceptions = tables.get(TABLE)
    if exceptions is None or not len(exceptions):
        yield from problems
        return
    known = {key: row for row, key in exceptions.zip("rule", "table", "row")}
    table_of = {table.file: table for table in tables.values()}
    used = set()
    for problem in problems:
        key = _key(problem, table_of)
        if problem.rule in EXCUSABLE and key in known:
            used.add(key)
        else:
            yield problem
    for (rule, *place), row in known.items():
        if rule not in EXCUSABLE:
            message = f"is no rule that has exceptions; {allowed(EXCUSABLE, rule)}"
            yield exceptions.problem(row, "rule", message, "exception")
        elif (rule, *place) not in used and not left_out:
            message = "names no row that breaks the rule; take the exception out"
            yield exceptions.problem(row, "row", message, "exception")


def _key(problem: Problem, table_of: Mapping[str, Table]) -> Exempt | None:
    """Rule, table and key of the row of a problem; None if it is of no row."""
    table = table_of.get(problem.file)
    if table is None or problem.line not in table.lines:
        return None
    row = table.lines.index(problem.line)
    parts = [table[column][row] for column in table.schema["primaryKey"]]
    return problem.rule, table.name, " ".join(parts)
