"""Rules of a statement as a whole: counts, keys, sources, signatories, positions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise

from .csvfile import Table
from .faults import Fault
from .rules import rule


@rule
def counts(statements: Table, signatories: Table, clauses: Table, paragraphs: Table) -> Iterator[Fault]:
    """Numbers of signatories, clauses and paragraphs are those of the tables."""
    counted = {"signatory_count": signatories, "clause_count": clauses, "paragraphs_coded": paragraphs}
    for column, table in counted.items():
        number = Counter(table["statement_id"])
        for row, (statement, found) in enumerate(zip(statements["statement_id"], statements.numbers(column), strict=True)):
            if found >= 0 and found != number[statement]:
                yield statements.fault(row, column, f"{table.name} has {number[statement]} rows of this statement")


@rule
def panel_counts(actor_year: Table, dyad_year: Table, signatories: Table, statements: Table) -> Iterator[Fault]:
    """The panels count the signatures of each actor and year, and as many joint ones as the statements' sizes give."""
    year = {statement: date[:4] for statement, date in zip(statements["statement_id"], statements["date"], strict=True)}
    signed = [
        (actor, year.get(statement, "")) for statement, actor in zip(signatories["statement_id"], signatories["actor_id"], strict=True)
    ]
    number = Counter(signed)
    for row, (actor, of_year, count) in actor_year.zip("actor_id", "year", "statements_signed"):
        if count.isdecimal() and int(count) != number[actor, of_year]:
            yield actor_year.fault(row, "statements_signed", f"signatories has {number[actor, of_year]} of this actor and year")
    told = set(zip(actor_year["actor_id"], actor_year["year"], strict=True))
    for row, cell in enumerate(signed):
        if cell not in told:
            yield signatories.fault(row, "actor_id", f"actor_year has no row of it for {cell[1]}")
    joint = sum(count * (count - 1) // 2 for count in Counter(signatories["statement_id"]).values())
    if len(dyad_year) and sum(dyad_year.numbers("joint_signatures")) != joint:
        yield dyad_year.fault(0, "joint_signatures", f"the column adds up to another number than {joint}, the pairs in signatories")


@rule
def coverage(statements: Table) -> Iterator[Fault]:
    """A statement of which only the metadata were coded has no clause, any other has some."""
    for row, (status, clause_count) in statements.zip("coverage", "clause_count"):
        if status and clause_count and (status == "none") != (clause_count == "0"):
            yield statements.fault(row, "coverage", f"does not fit {clause_count} clauses; none has no clause, any other has some")


@rule
def statement_key(statements: Table) -> Iterator[Fault]:
    """The key of a statement is made of its format and its date."""
    for row, (key, form, date) in statements.zip("statement_id", "format_id", "date"):
        if key not in (f"{form}-{date}", f"{form}-{date}{key[-1:]}"):
            yield statements.fault(row, "statement_id", f"should be {form}-{date}, made of format_id and date, and perhaps a letter")


@rule
def source_copy(statements: Table, statement_sources: Table) -> Iterator[Fault]:
    """Publisher and address of a statement are those of its first source."""
    first = {cells[0]: cells[2:] for _, cells in statement_sources.zip("statement_id", "position", "publisher", "url") if cells[1] == "1"}
    for row, (statement,) in statements.zip("statement_id"):
        for column, right in zip(("publisher", "source_url"), first.get(statement, ("", "")), strict=True):
            if statements[column][row] != right:
                yield statements.fault(row, column, f"should be {right!r}, as in the first row of statement_sources")


@rule
def fact_sources(statements: Table, statement_facts: Table) -> Iterator[Fault]:
    """Every fact of a statement rests on a page that was read."""
    known = set(zip(statement_facts["statement_id"], statement_facts["fact"], strict=True))
    facts = {"title": "title", "date": "date", "document_type_id": "document_type", "level_id": "level", "place_id": "place",
             "language": "language", "signatory_count": "signatories", "clause_count": "text"}  # fmt: skip
    for row, (statement,) in statements.zip("statement_id"):
        for column, fact in facts.items():
            if statements[column][row] not in ("", "0") and (statement, fact) not in known:
                yield statements.fault(row, column, f"rests on no page; statement_facts needs a row with the fact {fact!r}")


@rule
def signatory_spelling(signatories: Table, paragraphs: Table) -> Iterator[Fault]:
    """Signatories of a verbatim statement are spelled as in its text, and stand in the order of its text."""
    texts: dict[str, str] = defaultdict(str)
    for _, (statement, text) in paragraphs.zip("statement_id", "text"):
        texts[statement] += text + "\n"
    at: dict[str, int] = {}
    for row, (statement, name) in signatories.zip("statement_id", "name_as_written"):
        text = texts[statement].strip() and texts[statement]
        found = text.find(name, at.get(statement, 0)) if text else 0
        if found < 0:
            yield signatories.fault(row, "name_as_written", "does not stand in the text after the signatory before it")
        at[statement] = max(found, at.get(statement, 0)) + (len(name) if text else 0)


@rule
def positions(statement_sources: Table, signatories: Table, paragraphs: Table, clauses: Table, clause_actors: Table, clause_places: Table,
              resolution_references: Table) -> Iterator[Fault]:  # fmt: skip
    """Positions count 1, 2, 3 … within their statement or clause."""
    for table in (statement_sources, signatories, paragraphs, clauses, clause_actors, clause_places, resolution_references):
        group = "clause_id" if table in (clause_actors, clause_places) else "statement_id"
        for places in _gaps(table[group], table.numbers("position")).values():
            for right, (position, row) in enumerate(sorted(places), 1):
                if position != right:
                    yield table.fault(row, "position", f"positions count 1, 2, 3 …; {right} is missing")
                    break


def _gaps(groups: list[str], numbers: list[int]) -> dict[str, list[tuple[int, int]]]:
    """Number and row of the members of each group whose highest number is not their count."""
    highest: dict[str, int] = {}
    for group, number in zip(groups, numbers, strict=True):
        if number > highest.get(group, 0):
            highest[group] = number
    count = Counter(groups)
    gaps: dict[str, list[tuple[int, int]]] = {group: [] for group in count if highest.get(group) != count[group]}
    if gaps:
        for row, group in enumerate(groups):
            if group in gaps:
                gaps[group].append((numbers[row], row))
    return gaps


@rule
def text_order(clauses: Table) -> Iterator[Fault]:
    """Clauses are numbered in the order of the text."""
    columns = (clauses["statement_id"], clauses.numbers("position"), clauses["paragraph_id"], clauses.numbers("start"))
    ordered = sorted(zip(*columns, range(len(clauses)), strict=True))
    for before, after in pairwise(ordered):
        if before[0] == after[0] and before[2:4] > after[2:4]:
            yield clauses.fault(after[4], "position", "the clause stands earlier in the text than the clause numbered before it")


@rule
def id_prefix(paragraphs: Table, clauses: Table, resolution_references: Table) -> Iterator[Fault]:
    """The key of a part begins with the key of its statement, and a paragraph's ends with its number."""
    for table, column in (
        (paragraphs, "paragraph_id"),
        (clauses, "clause_id"),
        (clauses, "paragraph_id"),
        (resolution_references, "clause_id"),
    ):
        if all(map(str.startswith, table[column], [statement + "." for statement in table["statement_id"]])):
            continue
        prefixes = [key.partition(".")[0] for key in table[column]]
        for row, (statement, prefix) in enumerate(zip(table["statement_id"], prefixes, strict=True)):
            if prefix not in (statement, ""):
                yield table.fault(row, column, f"belongs to another statement than {statement}")
    for row, (key, position) in enumerate(zip(paragraphs["paragraph_id"], paragraphs.numbers("position"), strict=True)):
        if not key.endswith(f".p{position:03}"):
            yield paragraphs.fault(row, "paragraph_id", f"should end with the position, {position}, in three digits")
