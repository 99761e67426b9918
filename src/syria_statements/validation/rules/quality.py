"""Rules of the second coding: its words, and the figures that follow from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ... import agreement
from ..csv_file import Table
from ..problem import Problem
from . import differences, rule


@rule
def recoded_words(recoded_clauses: Table) -> Iterator[Problem]:
    """The clauses of a coder follow each other in the text, and none ends before it begins."""
    coded: dict[tuple[str, ...], list[tuple[int, int, int, int]]] = defaultdict(list)
    columns = ("position", "start_word", "end_word")
    numbers = zip(*(recoded_clauses.numbers(column) for column in columns), strict=True)
    keys = recoded_clauses.zip("statement_id", "coder")
    for (row, key), places in zip(keys, numbers, strict=True):
        coded[key].append((*places, row))
        _, start, end = places
        if start > end >= 0:
            yield recoded_clauses.problem(row, "end_word", f"is before start_word, {start}")
    for clauses in coded.values():
        latest = 0
        for _, start, end, row in sorted(clauses):
            if start <= latest:
                message = f"should be over {latest}, where a clause before it ends"
                yield recoded_clauses.problem(row, "start_word", message)
            latest = max(latest, end)


@rule
def reliability_figures(
    reliability: Table, recoded_clauses: Table, recoded_roles: Table
) -> Iterator[Problem]:
    """The figures are those of the two codings; alpha lies in its interval.

    The interval itself is drawn again by the build's check, as that takes seconds.
    """
    if _can_be_compared(recoded_clauses):
        derived = agreement.figures(recoded_clauses.rows(), recoded_roles.rows())
        yield from differences(reliability, derived, "the two codings")
    for row, cells in reliability.zip("ci_low", "alpha", "ci_high"):
        low, alpha, high = map(_number, cells)
        if alpha < low or alpha > high:  # which no comparison with what is no number is
            yield reliability.problem(row, "alpha", f"lies outside its interval, {low} to {high}")


def _can_be_compared(recoded_clauses: Table) -> bool:
    """Whether words are numbers and each statement has clauses of both coders.

    Where that is not so another rule says why.
    """
    coders: dict[str, set[str]] = defaultdict(set)
    for _, (statement, coder) in recoded_clauses.zip("statement_id", "coder"):
        coders[statement].add(coder)
    numbers = [*recoded_clauses.numbers("start_word"), *recoded_clauses.numbers("end_word")]
    return (
        all(found == {"first", "second"} for found in coders.values())
        and min(numbers, default=0) > 0
    )


def _number(cell: str) -> float:
    """A cell as a number; one that is none lies in every interval."""
    try:
        return float(cell)
    except ValueError:
        return float("nan")
