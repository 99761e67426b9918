"""Rules of how much of a text was seen, where, and of when it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ...errors import allowed
from ..csv_file import Table
from ..problem import Problem
from . import fact, rule


@rule
def year_of_date(statements: Table) -> Iterator[Problem]:
    """The year of a statement is that of its date."""
    for row, (date, year) in statements.zip("date", "year"):
        if date[:4].isdecimal() and year != date[:4]:
            yield statements.problem(row, "year", f"should be {date[:4]}, as in date")


@rule
def paragraphs_seen(statements: Table) -> Iterator[Problem]:
    """No more paragraphs are coded than there are; of a text coded whole, all and the end."""
    counts = (statements.numbers(column) for column in ("paragraphs_coded", "paragraphs_total"))
    cells = zip(statements["coverage"], statements["end_seen"], *counts, strict=True)
    for row, (coverage, end, coded, total) in enumerate(cells):
        is_whole = coverage == "complete"
        if is_whole and end != "true":
            yield statements.problem(row, "end_seen", "should be true; coverage is complete")
        if is_whole and total != coded:
            message = f"should be {coded}, the paragraphs coded; coverage is complete"
            yield statements.problem(row, "paragraphs_total", message)
        elif 0 <= total < coded:
            message = f"is less than the {coded} paragraphs that were coded"
            yield statements.problem(row, "paragraphs_total", message)


@fact
def coded_whole(statements: Table) -> Iterator[Problem]:
    """A text of which all paragraphs are coded, and whose end was seen, is coded whole."""
    columns = ("coverage", "end_seen", "paragraphs_coded", "paragraphs_total")
    for row, (coverage, end, coded, total) in statements.zip(*columns):
        if coverage != "complete" and end == "true" and coded == total:
            message = f"should be complete; all {coded} paragraphs are coded, and the end was seen"
            yield statements.problem(row, "coverage", message)


@rule
def clause_page(
    clauses: Table, statement_facts: Table, statement_sources: Table
) -> Iterator[Problem]:
    """The words of a clause were read on a page of its statement that shows words of it."""
    pages_of = _pages_with_words(statement_facts, statement_sources)
    for row, (statement, page) in clauses.zip("statement_id", "source_position"):
        pages = pages_of[statement]
        if page and page not in pages:
            message = f"is no page of the statement that shows words of it; {allowed(pages, page)}"
            yield clauses.problem(row, "source_position", message)
        elif not page and len(pages) == 1:
            message = f"should be {pages[0]}, the only page of the statement that shows words of it"
            yield clauses.problem(row, "source_position", message)


def _pages_with_words(statement_facts: Table, statement_sources: Table) -> dict[str, list[str]]:
    """Statement → positions of the pages on which words of it were seen, and on which it rests."""
    columns = ("statement_id", "position", "extent")
    extent_of = {(key, page): extent for _, (key, page, extent) in statement_sources.zip(*columns)}
    pages_of: dict[str, list[str]] = defaultdict(list)
    for _, (key, page, what) in statement_facts.zip("statement_id", "position", "fact"):
        if what == "text" and extent_of.get((key, page)) in ("part", "complete"):
            pages_of[key].append(page)
    return pages_of
