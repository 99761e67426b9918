"""Rules of a statement as a whole: counts, coverage, keys, sources, positions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from ...history import key_text
from ...shapes import referring_keys
from ..csv_file import Table
from ..problem import Problem
from . import rule

# The name in statement_facts of the fact in each column.
FACTS = {
    "title": "title",
    "date": "date",
    "document_type_id": "document_type",
    "level_id": "level",
    "place_id": "place",
    "language": "language",
    "signatory_count": "signatories",
    "clause_count": "text",
    "paragraphs_total": "paragraphs_total",
}
NONE_TOLD = {"signatories"}  # a page may show that nobody is named


@rule
def counts(
    statements: Table, signatories: Table, clauses: Table, paragraphs: Table
) -> Iterator[Problem]:
    """Numbers of signatories, clauses and paragraphs are those of the tables.

    Where there are no signatories or clauses the cell is empty: none was seen, which is not none.
    """
    counted = (
        ("signatory_count", signatories),
        ("clause_count", clauses),
        ("paragraphs_coded", paragraphs),
    )
    for column, table in counted:
        rows_of = Counter(table["statement_id"])
        cells = zip(statements["statement_id"], statements.numbers(column), strict=True)
        for row, (statement, count) in enumerate(cells):
            right = rows_of[statement]
            is_left_out = right > 0 and not statements[column][row]
            if is_left_out or count not in (-1, right):
                message = f"{table.name} has {right} rows of this statement"
                yield statements.problem(row, column, message)


@rule
def coverage(statements: Table) -> Iterator[Problem]:
    """A statement of which only the metadata were coded has no clause, any other has some."""
    for row, (status, count) in statements.zip("coverage", "clause_count"):
        if status and (status == "none") != (not count):
            fits = "none has no clause, any other has some"
            message = f"does not fit {count or 'no'} clauses; {fits}"
            yield statements.problem(row, "coverage", message)


# --- keys -----------------------------------------------------------------------------------------


def released(tables: Mapping[str, Table], descriptor: Mapping[str, Any], name: str) -> set[str]:
    """Keys of a table, one of one column, that a release has: they stay, whatever proves wrong.

    All but those that ``changes`` says the version of the descriptor adds. Where ``releases`` has
    no row, or there are no such tables, nothing is released.
    """
    changes, releases = tables.get("changes"), tables.get("releases")
    if changes is None or not releases:
        return set()
    now = {"release": descriptor.get("version"), "table": name}
    found = changes.rows("release", "table", "change", "row")
    added = {(row["change"], row["row"]) for row in found if now.items() <= row.items()}
    if any(change == "table-added" for change, _ in added):
        return set()
    table = tables[name]
    keys = table[table.schema["primaryKey"][0]]
    return {key for key in keys if ("row-added", key_text([key])) not in added}


@rule
def statement_key(
    statements: Table, tables: Mapping[str, Table], descriptor: Mapping[str, Any]
) -> Iterator[Problem]:
    """The key of a statement that is in no release yet is made of its format and its date."""
    kept = released(tables, descriptor, "statements")
    for row, (key, form, date) in statements.zip("statement_id", "format_id", "date"):
        right = f"{form}-{date}"
        if key not in kept and key not in (right, right + key[-1:]):
            message = f"should be {right}, made of format_id and date, and perhaps a letter"
            yield statements.problem(row, "statement_id", message)


@rule
def id_prefix(paragraphs: Table, clauses: Table, resolution_references: Table) -> Iterator[Problem]:
    """The key of a part begins with its statement's."""
    yield from _of_another_statement(paragraphs, "paragraph_id")
    yield from _of_another_statement(clauses, "clause_id")
    yield from _of_another_statement(clauses, "paragraph_id")
    yield from _of_another_statement(resolution_references, "clause_id")


def _of_another_statement(table: Table, column: str) -> Iterator[Problem]:
    for row, (statement, key) in table.zip("statement_id", column):
        prefix = key.partition(".")[0]
        if prefix not in (statement, ""):
            yield table.problem(row, column, f"belongs to another statement than {statement}")


# --- sources --------------------------------------------------------------------------------------


@rule
def source_copy(statements: Table, statement_sources: Table) -> Iterator[Problem]:
    """Publisher and address of a statement are those of its first source."""
    first = _first_sources(statement_sources)
    for row, statement in enumerate(statements["statement_id"]):
        publisher, url = first.get(statement, ("", ""))
        for column, right in (("publisher", publisher), ("source_url", url)):
            if statements[column][row] != right:
                message = f"should be {right!r}, as in the first row of statement_sources"
                yield statements.problem(row, column, message)


def _first_sources(statement_sources: Table) -> dict[str, tuple[str, str]]:
    """Publisher and address of the first source of each statement."""
    columns = ("statement_id", "position", "publisher", "url")
    first = {}
    for _, (statement, position, publisher, url) in statement_sources.zip(*columns):
        if position == "1":
            first[statement] = (publisher, url)
    return first


@rule
def fact_sources(statements: Table, statement_facts: Table) -> Iterator[Problem]:
    """Every fact of a statement rests on a page that was read; every page gives a fact there is."""
    known = set(zip(statement_facts["statement_id"], statement_facts["fact"], strict=True))
    for row, statement in enumerate(statements["statement_id"]):
        for column, fact in FACTS.items():
            if statements[column][row] and (statement, fact) not in known:
                message = f"rests on no page; statement_facts needs a row with the fact {fact!r}"
                yield statements.problem(row, column, message)
    row_of = {statement: row for row, statement in enumerate(statements["statement_id"])}
    column_of = {fact: column for column, fact in FACTS.items() if fact not in NONE_TOLD}
    for row, (statement, fact) in statement_facts.zip("statement_id", "fact"):
        of, given = row_of.get(statement), column_of.get(fact)
        if of is not None and given and not statements[given][of]:
            message = f"is a fact that the statement has not: its {given} is empty"
            yield statement_facts.problem(row, "fact", message)


# --- order ----------------------------------------------------------------------------------------


@rule
def positions(tables: Mapping[str, Table]) -> Iterator[Problem]:
    """Positions count 1, 2, 3 … within what the rest of their key names."""
    for table in tables.values():
        for group in _counted_within(table.schema):
            yield from _miscounted(table, group)


def _counted_within(schema: dict[str, Any]) -> Iterator[list[str]]:
    """The columns beside the position in each key that ends with it.

    A position in a reference is that of another table's row.
    """
    referring = {column for key in referring_keys(schema) for column in key["fields"]}
    for key in (schema["primaryKey"], *schema.get("uniqueKeys", [])):
        if key[-1] == "position" and "position" not in referring:
            yield key[:-1]


def _miscounted(table: Table, columns: list[str]) -> Iterator[Problem]:
    """In each group the first position that is not its rank."""
    numbers = table.numbers("position")
    # without other columns in the key all rows are one group
    groups = list(zip(*(table[column] for column in columns), strict=True)) or [()] * len(numbers)
    if _counts_row_by_row(groups, numbers):
        return
    places_of: dict[tuple[str, ...], list[tuple[int, int]]] = defaultdict(list)
    for row, (key, position) in enumerate(zip(groups, numbers, strict=True)):
        places_of[key].append((position, row))
    for places in places_of.values():
        for right, (position, row) in enumerate(sorted(places), 1):
            if position != right:
                message = f"should be {right}; positions count 1, 2, 3 …"
                yield table.problem(row, "position", message)
                break


def _counts_row_by_row(groups: list[tuple[str, ...]], numbers: list[int]) -> bool:
    """Whether the numbers of each group are 1, 2, 3 … in the order of the rows."""
    last: Counter[tuple[str, ...]] = Counter()
    for group, number in zip(groups, numbers, strict=True):
        if number != last[group] + 1:
            return False
        last[group] = number
    return True


@rule
def text_order(clauses: Table, paragraphs: Table) -> Iterator[Problem]:
    """Clauses are numbered in the order of the text."""
    numbers, starts = clauses.numbers("position"), clauses.numbers("start")
    numbered = zip(clauses["statement_id"], numbers, strict=True)
    # ids are kept, so that they say nothing of the order
    position_of = dict(zip(paragraphs["paragraph_id"], paragraphs.numbers("position"), strict=True))
    in_paragraph = [position_of.get(paragraph, -1) for paragraph in clauses["paragraph_id"]]
    places = zip(in_paragraph, starts, strict=True)
    ordered = sorted(zip(numbered, places, range(len(clauses)), strict=True))
    for before, after in pairwise(ordered):
        (statement, _), place, _ = before
        (next_statement, _), next_place, row = after
        if statement == next_statement and place > next_place:
            message = "the clause is earlier in the text than the clause numbered before it"
            yield clauses.problem(row, "position", message)
