"""Rules of words and their places in the text: quotations, mentions, coverage, locators, names."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator

from ...errors import shorten
from ..csv_file import Table
from ..problem import Problem
from . import rule, words

# A stretch of text in which a quotation must lie: the paragraph, and its first and last offset.
Stretch = tuple[str, int, int]
NOWHERE: Stretch = ("", -1, -1)

# The columns of a clause that are filled in statements of one text status, and in no others.
COLUMNS_OF_STATUS = {
    "verbatim": ("text", "start", "end"),
    "paraphrase": ("gist", "incipit", "explicit"),
}
WORDS_ALLOWED = {"gist": (1, 20), "incipit": (2, 5), "explicit": (2, 5)}


# --- quotations -----------------------------------------------------------------------------------


@rule
def clause_offsets(clauses: Table, paragraphs: Table) -> Iterator[Problem]:
    """The text of a clause is paragraph[start:end]."""
    yield from _misquoted(clauses, "text", _paragraphs(clauses, paragraphs))


@rule
def mention_offsets(
    clause_actors: Table,
    clause_places: Table,
    resolution_references: Table,
    clauses: Table,
    paragraphs: Table,
) -> Iterator[Problem]:
    """The written name of an actor, place or resolution is paragraph[start:end], in its clause."""
    starts, ends = clauses.numbers("start"), clauses.numbers("end")
    texts = [text for text, _, _ in _paragraphs(clauses, paragraphs)]
    stretches = zip(texts, starts, ends, strict=True)
    stretch_of = dict(zip(clauses["clause_id"], stretches, strict=True))
    for table in (clause_actors, clause_places, resolution_references):
        of_row = [stretch_of.get(clause, NOWHERE) for clause in table["clause_id"]]
        yield from _misquoted(table, "name_as_written", of_row)


def _paragraphs(clauses: Table, paragraphs: Table) -> list[Stretch]:
    """The paragraph of each clause, from its first character to its last."""
    text_of = dict(zip(paragraphs["paragraph_id"], paragraphs["text"], strict=True))
    texts = [text_of.get(paragraph, "") for paragraph in clauses["paragraph_id"]]
    return [(text, 0, len(text)) for text in texts]


def _misquoted(table: Table, column: str, stretches: list[Stretch]) -> Iterator[Problem]:
    """Rows whose quotation is not the paragraph's [start:end], or lies outside its stretch."""
    starts, ends = table.numbers("start"), table.numbers("end")
    cells = zip(table[column], starts, ends, stretches, strict=True)
    for row, (quoted, start, end, stretch) in enumerate(cells):
        text, first, last = stretch
        if not (first <= start < end <= last and text[start:end] == quoted):
            yield from _misquotation(table, row, column, stretch)


def _misquotation(table: Table, row: int, column: str, stretch: Stretch) -> Iterator[Problem]:
    """What is wrong with a quotation; nothing if there is none."""
    text, first, last = stretch
    start = table.numbers("start")[row]
    end = table.numbers("end")[row]
    quoted = table[column][row]
    part = text[start:end]
    if start < 0 or end < 0:
        if quoted or table["start"][row] or table["end"][row]:
            missing = "start" if start < 0 else "end"
            message = f"a quotation needs {column}, start and end together"
            yield table.problem(row, missing, message)
    elif part != quoted:
        message = f"is not paragraph[{start}:{end}], which is {shorten(part)!r}"
        yield table.problem(row, column, message)
    elif first >= 0:
        outside = "start" if start < first else "end"
        message = f"lies outside [{first}:{last}], where its clause or paragraph lies"
        yield table.problem(row, outside, message)


# --- coverage -------------------------------------------------------------------------------------


@rule
def word_coverage(paragraphs: Table, clauses: Table) -> Iterator[Problem]:
    """Every word of a verbatim statement lies in one clause, and in no more than one."""
    clauses_of = _clauses_by_paragraph(clauses)
    for row, (paragraph, text) in paragraphs.zip("paragraph_id", "text"):
        at = 0
        for start, end, clause in clauses_of.get(paragraph, []):
            if start < at:
                message = f"the clause overlaps the clause before it, which ends at {at}"
                yield clauses.problem(clause, "start", message)
            yield from _uncovered(paragraphs, row, text[at:start])
            at = max(at, end)
        yield from _uncovered(paragraphs, row, text[at:])


def _clauses_by_paragraph(clauses: Table) -> dict[str, list[tuple[int, int, int]]]:
    """Start, end and row of the clauses of each paragraph, in the order of the text."""
    found: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    starts, ends = clauses.numbers("start"), clauses.numbers("end")
    cells = zip(clauses["paragraph_id"], starts, ends, strict=True)
    for row, (paragraph, start, end) in enumerate(cells):
        if start >= 0 and end >= 0:
            found[paragraph].append((start, end, row))
    return {paragraph: sorted(places) for paragraph, places in found.items()}


def _uncovered(paragraphs: Table, row: int, text: str) -> Iterator[Problem]:
    """The problem of text between two clauses, if it has words."""
    if text.strip():
        message = f"the words {text.strip()!r} lie in no clause; every word lies in one"
        yield paragraphs.problem(row, "text", message)


# --- verbatim text and paraphrase -----------------------------------------------------------------


@rule
def text_status(clauses: Table, statements: Table) -> Iterator[Problem]:
    """A verbatim statement has words and offsets, a paraphrase has gists and locators."""
    status_of = dict(zip(statements["statement_id"], statements["text_status"], strict=True))
    of_clause = [status_of.get(statement, "") for statement in clauses["statement_id"]]
    for kind, columns in COLUMNS_OF_STATUS.items():
        is_due = [status == kind for status in of_clause]
        for column in columns:
            if list(map(bool, clauses[column])) == is_due:
                continue
            for row, (cell, status) in enumerate(zip(clauses[column], of_clause, strict=True)):
                if _is_misplaced(cell, status, kind):
                    yield clauses.problem(row, column, _must_be(status, kind))


@rule
def paraphrase_without_text(statements: Table, paragraphs: Table) -> Iterator[Problem]:
    """The words of a paragraph are in the package if its statement is verbatim, and only then."""
    status_of = dict(zip(statements["statement_id"], statements["text_status"], strict=True))
    for row, (statement, text) in paragraphs.zip("statement_id", "text"):
        status = status_of.get(statement, "")
        if _is_misplaced(text, status, "verbatim"):
            yield paragraphs.problem(row, "text", _must_be(status, "verbatim"))


def _is_misplaced(cell: str, status: str, kind: str) -> bool:
    """Whether a cell is empty though the status is of its kind, or filled though it is not."""
    return status != "" and bool(cell) != (status == kind)


def _must_be(status: str, kind: str) -> str:
    must = "filled" if status == kind else "empty"
    return f"must be {must} in a statement whose text is {status}"


@rule
def gist_length(clauses: Table) -> Iterator[Problem]:
    """A gist has at most 20 words, so that it stays a gist; a locator has two to five."""
    for column, (least, most) in WORDS_ALLOWED.items():
        for row, cell in enumerate(clauses[column]):
            if cell and not least <= words(cell) <= most:
                message = f"has {words(cell)} words; allowed are {least} to {most}"
                yield clauses.problem(row, column, message)


@rule
def text_facts(statements: Table, paragraphs: Table) -> Iterator[Problem]:
    """Number of words and SHA-256 of a verbatim statement are those of its paragraphs."""
    texts = _texts(paragraphs)
    for row, (statement, status) in statements.zip("statement_id", "text_status"):
        text = texts.get(statement, "") if status == "verbatim" else ""
        for column, right in _facts(text).items():
            if statements[column][row] != right:
                yield statements.problem(row, column, f"should be {right or 'empty'}")


def _texts(paragraphs: Table) -> dict[str, str]:
    """The text of each statement: its paragraphs by position, with a line feed between them."""
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    positions = paragraphs.numbers("position")
    cells = zip(paragraphs["statement_id"], positions, paragraphs["text"], strict=True)
    for statement, position, text in cells:
        found[statement].append((position, text))
    return {statement: _joined(parts) for statement, parts in found.items()}


def _joined(parts: list[tuple[int, str]]) -> str:
    return "\n".join(text for _, text in sorted(parts))


def _facts(text: str) -> dict[str, str]:
    if not text:
        return {"word_count": "", "text_sha256": ""}
    count, digest = words(text), hashlib.sha256(text.encode()).hexdigest()
    return {"word_count": str(count), "text_sha256": digest}


# --- signatories ----------------------------------------------------------------------------------


@rule
def signatory_spelling(signatories: Table, paragraphs: Table) -> Iterator[Problem]:
    """Signatories of a verbatim statement are spelled and ordered as in its text."""
    texts = _texts(paragraphs)
    at: dict[str, int] = defaultdict(int)  # where the signatory before it ends
    for row, (statement, name) in signatories.zip("statement_id", "name_as_written"):
        text = texts.get(statement, "")
        if not text.strip():
            continue
        found = text.find(name, at[statement])
        if found < 0:
            message = "is not in the text after the signatory before it"
            yield signatories.problem(row, "name_as_written", message)
        at[statement] = max(found, at[statement]) + len(name)
