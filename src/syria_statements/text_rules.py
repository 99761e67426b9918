"""Rules of words and places in the text: quotations, mentions, coverage, locators."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

from .csvfile import Table
from .faults import Fault, clip
from .rules import rule, whole, words


def _misquoted(
    table: Table, paragraphs: Mapping[str, tuple[str, ...]], paragraph_of: Callable[[int], str], quotation: str
) -> Iterator[Fault]:
    for row, (quoted, start, end) in table.zip(quotation, "start", "end"):
        text = paragraphs.get(paragraph_of(row), ("",))[0]
        first, last = whole(start), whole(end)
        if first is None or last is None:
            if quoted or start or end:
                yield table.fault(row, "start" if first is None else "end", f"a quotation needs {quotation}, start and end together")
        elif last > len(text):
            yield table.fault(row, "end", f"lies beyond the paragraph, which has {len(text)} characters")
        elif text[first:last] != quoted or first >= last:
            yield table.fault(row, quotation, f"is not paragraph[{first}:{last}], which is {clip(text[first:last])!r}")


@rule
def clause_offsets(clauses: Table, paragraphs: Table) -> Iterator[Fault]:
    """The text of a clause is paragraph[start:end]."""
    ids = clauses["paragraph_id"]
    yield from _misquoted(clauses, paragraphs.by("paragraph_id", "text"), lambda row: ids[row], "text")


def _mention_offsets(mentions: Table, clauses: Table, paragraphs: Table) -> Iterator[Fault]:
    held = clauses.by("clause_id", "paragraph_id", "start", "end")
    texts = paragraphs.by("paragraph_id", "text")
    ids = mentions["clause_id"]
    yield from _misquoted(mentions, texts, lambda row: held.get(ids[row], ("",))[0], "name_as_written")
    for row, (clause, start, end) in mentions.zip("clause_id", "start", "end"):
        bounds = [whole(cell) for cell in (*held.get(clause, ("", "", ""))[1:], start, end)]
        if None not in bounds and not bounds[0] <= bounds[2] <= bounds[3] <= bounds[1]:  # type: ignore[operator]
            column = "start" if bounds[2] < bounds[0] else "end"  # type: ignore[operator]
            yield mentions.fault(row, column, f"the mention lies outside its clause, which is [{bounds[0]}:{bounds[1]}]")


@rule
def actor_offsets(clause_actors: Table, clauses: Table, paragraphs: Table) -> Iterator[Fault]:
    """An actor's name as written is paragraph[start:end], inside its clause."""
    yield from _mention_offsets(clause_actors, clauses, paragraphs)


@rule
def place_offsets(clause_places: Table, clauses: Table, paragraphs: Table) -> Iterator[Fault]:
    """A place's name as written is paragraph[start:end], inside its clause."""
    yield from _mention_offsets(clause_places, clauses, paragraphs)


@rule
def resolution_offsets(resolution_references: Table, clauses: Table, paragraphs: Table) -> Iterator[Fault]:
    """A resolution\'s name as written is paragraph[start:end], inside its clause."""
    yield from _mention_offsets(resolution_references, clauses, paragraphs)


def _clauses_by_paragraph(clauses: Table) -> dict[str, list[tuple[int, int, int]]]:
    """Start, end and row of the clauses of each paragraph, in the order of the text."""
    spans = defaultdict(list)
    for row, (paragraph, start, end) in clauses.zip("paragraph_id", "start", "end"):
        first, last = whole(start), whole(end)
        if first is not None and last is not None:
            spans[paragraph].append((first, last, row))
    return {paragraph: sorted(found) for paragraph, found in spans.items()}


@rule
def clause_overlap(clauses: Table) -> Iterator[Fault]:
    """No word lies in two clauses."""
    for spans in _clauses_by_paragraph(clauses).values():
        for (_, end, before), (start, _, row) in pairwise(spans):
            if start < end:
                yield clauses.fault(row, "start", f"the clause overlaps {clauses['clause_id'][before]}, which ends at {end}")


@rule
def word_coverage(paragraphs: Table, clauses: Table) -> Iterator[Fault]:
    """Every word of a verbatim statement lies in a clause."""
    spans = _clauses_by_paragraph(clauses)
    for row, (paragraph, text) in paragraphs.zip("paragraph_id", "text"):
        at = 0
        for start, end, _ in [*spans.get(paragraph, []), (len(text), len(text), -1)]:
            if text[at:start].strip():
                yield paragraphs.fault(row, "text", f"the words {text[at:start].strip()!r} lie in no clause; every word lies in one")
            at = max(at, end)


@rule
def text_status(clauses: Table, statements: Table) -> Iterator[Fault]:
    """A verbatim statement has words and offsets; a paraphrase has gists and locators; none has both."""
    status = statements.by("statement_id", "text_status")
    own = {"verbatim": ("text", "start", "end"), "paraphrase": ("gist", "incipit", "explicit")}
    for row, (statement,) in clauses.zip("statement_id"):
        found = status.get(statement, ("",))[0]
        for kind, columns in own.items() if found in own else ():
            for column in columns:
                if bool(clauses[column][row]) != (kind == found):
                    yield clauses.fault(
                        row, column, f"must be {'filled' if kind == found else 'empty'} in a statement whose text is {found}"
                    )


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
    for _, (statement, position, text) in paragraphs.zip("statement_id", "position", "text"):
        texts[statement].append((whole(position) or 0, text))
    for row, (statement, status) in statements.zip("statement_id", "text_status"):
        text = "\n".join(text for _, text in sorted(texts[statement]))
        verbatim = status == "verbatim" and bool(text)
        for column, right in (("word_count", str(words(text))), ("text_sha256", hashlib.sha256(text.encode()).hexdigest())):
            if statements[column][row] != (right if verbatim else ""):
                yield statements.fault(row, column, f"should be {right if verbatim else 'empty'}")
