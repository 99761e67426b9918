"""Rules of words and places in the text: quotations, mentions, coverage, locators."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator

from .csvfile import Table
from .faults import Fault, clip
from .rules import rule, words

# A stretch of text in which a quotation must lie: the paragraph, and where the stretch begins and ends.
Stretch = tuple[str, int, int]


def _misquoted(table: Table, quotation: str, stretches: list[Stretch]) -> Iterator[Fault]:
    """Rows whose quotation is not the paragraph's [start:end], or lies outside the stretch given for the row."""
    cells = zip(table[quotation], table.numbers("start"), table.numbers("end"), stretches, strict=True)
    for row, (quoted, start, end, (text, first, last)) in enumerate(cells):
        if first <= start < end <= last and text[start:end] == quoted:
            continue
        if start < 0 or end < 0:
            if quoted or table["start"][row] or table["end"][row]:
                yield table.fault(row, "start" if start < 0 else "end", f"a quotation needs {quotation}, start and end together")
        elif text[start:end] != quoted:
            yield table.fault(row, quotation, f"is not paragraph[{start}:{end}], which is {clip(text[start:end])!r}")
        elif first >= 0:
            yield table.fault(
                row, "start" if start < first else "end", f"lies outside [{first}:{last}], where its clause or paragraph lies"
            )


def _paragraphs(clauses: Table, paragraphs: Table) -> list[Stretch]:
    """The paragraph of each clause."""
    texts = dict(zip(paragraphs["paragraph_id"], paragraphs["text"], strict=True))
    return [(text, 0, len(text)) for text in (texts.get(paragraph, "") for paragraph in clauses["paragraph_id"])]


@rule
def clause_offsets(clauses: Table, paragraphs: Table) -> Iterator[Fault]:
    """The text of a clause is paragraph[start:end]."""
    yield from _misquoted(clauses, "text", _paragraphs(clauses, paragraphs))


@rule
def mention_offsets(
    clause_actors: Table, clause_places: Table, resolution_references: Table, clauses: Table, paragraphs: Table
) -> Iterator[Fault]:
    """The name as written of an actor, a place or a resolution is paragraph[start:end], inside its clause."""
    cells = zip(clauses["clause_id"], _paragraphs(clauses, paragraphs), clauses.numbers("start"), clauses.numbers("end"), strict=True)
    held = {clause: (text, start, end) for clause, (text, _, _), start, end in cells}
    for table in (clause_actors, clause_places, resolution_references):
        yield from _misquoted(table, "name_as_written", [held.get(clause, ("", -1, -1)) for clause in table["clause_id"]])


def _clauses_by_paragraph(clauses: Table) -> dict[str, list[tuple[int, int, int]]]:
    """Start, end and row of the clauses of each paragraph, in the order of the text."""
    spans: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for row, (paragraph, start, end) in enumerate(
        zip(clauses["paragraph_id"], clauses.numbers("start"), clauses.numbers("end"), strict=True)
    ):
        if start >= 0 and end >= 0:
            spans[paragraph].append((start, end, row))
    for found in spans.values():
        found.sort()
    return spans


@rule
def word_coverage(paragraphs: Table, clauses: Table) -> Iterator[Fault]:
    """Every word of a verbatim statement lies in one clause, and in no more than one."""
    spans = _clauses_by_paragraph(clauses)
    for row, (paragraph, text) in paragraphs.zip("paragraph_id", "text"):
        at = 0
        for start, end, clause in [*spans.get(paragraph, []), (len(text), len(text), -1)]:
            if start < at and clause >= 0:
                yield clauses.fault(clause, "start", f"the clause overlaps the clause before it, which ends at {at}")
            elif text[at:start].strip():
                yield paragraphs.fault(row, "text", f"the words {text[at:start].strip()!r} lie in no clause; every word lies in one")
            at = max(at, end)


@rule
def text_status(clauses: Table, statements: Table) -> Iterator[Fault]:
    """A verbatim statement has words and offsets; a paraphrase has gists and locators; none has both."""
    status = dict(zip(statements["statement_id"], statements["text_status"], strict=True))
    of_clause = [status.get(statement, "") for statement in clauses["statement_id"]]
    for kind, columns in (("verbatim", ("text", "start", "end")), ("paraphrase", ("gist", "incipit", "explicit"))):
        due = [found == kind for found in of_clause]
        for column in columns:
            if list(map(bool, clauses[column])) == due:
                continue
            for row, (cell, found) in enumerate(zip(clauses[column], of_clause, strict=True)):
                if (cell == "") == (found == kind) and found:
                    must = "filled" if found == kind else "empty"
                    yield clauses.fault(row, column, f"must be {must} in a statement whose text is {found}")


@rule
def gist_length(clauses: Table) -> Iterator[Fault]:
    """A gist has at most 20 words, so that it stays a gist; a locator two to five, so that it is found and no more."""
    for column, least, most in (("gist", 1, 20), ("incipit", 2, 5), ("explicit", 2, 5)):
        for row, cell in enumerate(clauses[column]):
            if cell and not least <= words(cell) <= most:
                yield clauses.fault(row, column, f"has {words(cell)} words; allowed are {least} to {most}")


@rule
def paraphrase_without_text(statements: Table, paragraphs: Table) -> Iterator[Fault]:
    """The words of a paragraph stand in the package if its statement is verbatim, and only then."""
    status = statements.by("statement_id", "text_status")
    for row, (statement, text) in paragraphs.zip("statement_id", "text"):
        found = status.get(statement, ("",))[0]
        if found and bool(text) != (found == "verbatim"):
            yield paragraphs.fault(
                row, "text", f"must be {'filled' if found == 'verbatim' else 'empty'} in a statement whose text is {found}"
            )


@rule
def text_facts(statements: Table, paragraphs: Table) -> Iterator[Fault]:
    """Number of words and SHA-256 of a verbatim statement are those of its paragraphs."""
    texts = defaultdict(list)
    for statement, position, text in zip(paragraphs["statement_id"], paragraphs.numbers("position"), paragraphs["text"], strict=True):
        texts[statement].append((position, text))
    for row, (statement, status) in statements.zip("statement_id", "text_status"):
        text = "\n".join(text for _, text in sorted(texts[statement]))
        verbatim = status == "verbatim" and bool(text)
        for column, right in (("word_count", str(words(text))), ("text_sha256", hashlib.sha256(text.encode()).hexdigest())):
            if statements[column][row] != (right if verbatim else ""):
                yield statements.fault(row, column, f"should be {right if verbatim else 'empty'}")
