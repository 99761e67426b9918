"""Document → rows of the built tables. Pure functions: no file is read or written here."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .annotation import Document, Span, plain, walk

Cells = dict[str, str | int | None]


@dataclass(frozen=True)
class Row:
    """A row of a built table, and the line of its source.

    ``lines`` has the line of each cell, by column, where the cells come from different lines.
    """

    table: str
    cells: Cells
    line: int
    lines: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Clause:
    """A clause in its paragraph; ``start`` is its offset in the paragraph's plain text.

    ``page`` is the position of the source in which its words were read, if that is known.
    """

    clause_id: str
    paragraph_id: str
    span: Span
    start: int
    page: str | int | None


# Column of statements → key of the front matter.
FRONT_COLUMNS = {
    "statement_id": "statement_id",
    "title": "title",
    "date": "date",
    "date_note": "date_note",
    "document_type_id": "document_type",
    "level_id": "level",
    "place_id": "place",
    "language": "language",
    "text_status": "text",
    "coverage": "coverage",
    "paragraphs_total": "paragraphs_total",
    "end_seen": "end_seen",
    "note": "note",
}
# Columns of statement_sources that are keys of an item of ``sources`` too.
SOURCE_COLUMNS = ("url", "publisher", "language", "kind", "extent", "note")


def tabulate(document: Document) -> Iterator[Row]:
    """All rows that one document gives, in the order of the text."""
    clauses = list(_clauses(document))
    yield _statement(document, clauses)
    yield from _sources(document)
    yield from _signatories(document)
    yield from _paragraphs(document)
    for position, clause in enumerate(clauses, 1):
        yield _clause(document, clause, position)
        yield from _topics(clause)
        yield from _mentions(document, clause, "actor", "clause_actors")
        yield from _mentions(document, clause, "place", "clause_places")
    yield from _references(document, clauses)


def _id(document: Document) -> str:
    return str(document.front.get("statement_id", ""))


def _verbatim(document: Document) -> bool:
    return str(document.front.get("text")) == "verbatim"


def _part_id(document: Document, number: str) -> str:
    """Key of a paragraph or a clause: its own id after that of the statement."""
    return f"{_id(document)}.{number}"


def _span_id(document: Document, span: Span) -> str:
    return _part_id(document, span.attributes.get("id", ""))


def _clauses(document: Document) -> Iterator[Clause]:
    only = _only_page(document)
    for paragraph in document.paragraphs:
        paragraph_id = _span_id(document, paragraph)
        page = paragraph.attributes.get("source", only)
        for span, _, start in walk(paragraph.children):
            if span.kind == "clause":
                read = span.attributes.get("source", page)
                yield Clause(_span_id(document, span), paragraph_id, span, start, read)


def _only_page(document: Document) -> int | None:
    """The source in which all words were read, if there is one in which any were."""
    facts = [item.get("facts") or [] for item in _items(document, "sources")]
    pages = [position for position, found in enumerate(facts, 1) if "text" in found]
    return pages[0] if len(pages) == 1 else None


def _items(document: Document, key: str) -> list[dict[str, Any]]:
    """The mappings in a list of the front matter; what else is in it is reported elsewhere."""
    found = document.front.get(key)
    if not isinstance(found, list):
        return []
    return [item for item in found if isinstance(item, dict)]


# --- the statement --------------------------------------------------------------------------------


def _statement(document: Document, clauses: list[Clause]) -> Row:
    front = document.front
    cells: Cells = {column: front.get(key) for column, key in FRONT_COLUMNS.items()}
    cells |= {
        "format_id": front.get("format", document.path.split("/")[-2]),
        "year": _year(document),
        "paragraphs_coded": len(document.paragraphs),
        "signatory_count": len(_items(document, "signatories")) or None,
        "clause_count": len(clauses) or None,
        **_seen_whole(document),
        **_facts_of_words(document),
        **_first_source(document),
    }
    keys = {**FRONT_COLUMNS, "format_id": "format", "year": "date"}
    lines = {column: document.front_line(key) for column, key in keys.items()}
    return Row("statements", cells, 1, lines)


def _year(document: Document) -> str | None:
    found = re.match("[0-9]{4}", str(document.front.get("date")))
    return found[0] if found else None


def _seen_whole(document: Document) -> Cells:
    """What follows for a text that was coded whole, and is typed for all others."""
    if document.front.get("coverage") != "complete":
        return {}
    return {"paragraphs_total": len(document.paragraphs) or None, "end_seen": "true"}


def _facts_of_words(document: Document) -> Cells:
    """Number and hash of the words that were seen; missing if none were."""
    words = "\n".join(plain(paragraph.children) for paragraph in document.paragraphs)
    if not words or not _verbatim(document):
        return {"word_count": None, "text_sha256": None}
    return {
        "word_count": len(words.split()),
        "text_sha256": hashlib.sha256(words.encode()).hexdigest(),
    }


def _first_source(document: Document) -> Cells:
    items = _items(document, "sources")
    first = items[0] if items else {}
    return {"publisher": first.get("publisher"), "source_url": first.get("url")}


def _sources(document: Document) -> Iterator[Row]:
    for index, item in enumerate(_items(document, "sources")):
        key: Cells = {"statement_id": _id(document), "position": index + 1}
        cells: Cells = {column: item.get(column) for column in SOURCE_COLUMNS}
        line = document.front_line("sources", index)
        lines = {column: document.front_line("sources", index, column) for column in SOURCE_COLUMNS}
        yield Row("statement_sources", {**key, **cells}, line, lines)
        line = document.front_line("sources", index, "facts")
        for fact in item.get("facts") or []:
            yield Row("statement_facts", {**key, "fact": fact}, line)


def _signatories(document: Document) -> Iterator[Row]:
    for index, item in enumerate(_items(document, "signatories")):
        cells: Cells = {
            "statement_id": _id(document),
            "position": index + 1,
            "actor_id": item.get("actor"),
            "name_as_written": item.get("as"),
            "role_id": item.get("role", "signatory"),
        }
        yield Row("signatories", cells, document.front_line("signatories", index))


def _paragraphs(document: Document) -> Iterator[Row]:
    for position, paragraph in enumerate(document.paragraphs, 1):
        cells: Cells = {
            "paragraph_id": _span_id(document, paragraph),
            "statement_id": _id(document),
            "position": position,
            "number": paragraph.attributes.get("number"),
            "text": plain(paragraph.children) if _verbatim(document) else None,
        }
        yield Row("paragraphs", cells, paragraph.end_line)


# --- its clauses ----------------------------------------------------------------------------------


def _quotation(document: Document, words: str, start: int, column: str) -> Cells:
    """Words and offsets of a verbatim statement; nothing of a paraphrase, which is the coder's."""
    if not _verbatim(document):
        return {}
    return {column: words, "start": start, "end": start + len(words)}


def _clause(document: Document, clause: Clause, position: int) -> Row:
    attributes, words = clause.span.attributes, plain(clause.span.children)
    cells: Cells = {
        "clause_id": clause.clause_id,
        "statement_id": _id(document),
        "paragraph_id": clause.paragraph_id,
        "position": position,
        "parent_id": None,
        "act_id": attributes.get("act"),
        "topic_id": attributes.get("topic"),
        "modifier_id": attributes.get("modifier"),
        "incipit": attributes.get("incipit"),
        "explicit": attributes.get("explicit"),
        "source_position": clause.page,
        "source_path": document.path,
        "source_line": clause.span.line,
    }
    cells |= _quotation(document, words, clause.start, "text") or {"gist": words}
    if "parent" in attributes:
        cells["parent_id"] = _part_id(document, attributes["parent"])
    return Row("clauses", cells, clause.span.end_line)


def _topics(clause: Clause) -> Iterator[Row]:
    for topic in clause.span.attributes.get("secondary", "").split():
        cells: Cells = {"clause_id": clause.clause_id, "topic_id": topic}
        yield Row("clause_topics", cells, clause.span.end_line)


def _spans(clause: Clause, kind: str) -> Iterator[tuple[Span, int]]:
    """Spans of one kind in a clause, each with its offset in the paragraph."""
    for span, _, start in walk(clause.span.children, start=clause.start):
        if span.kind == kind:
            yield span, start


def _mentions(document: Document, clause: Clause, kind: str, table: str) -> Iterator[Row]:
    for position, (span, start) in enumerate(_spans(clause, kind), 1):
        cells: Cells = {
            "clause_id": clause.clause_id,
            "position": position,
            f"{kind}_id": span.attributes.get("id"),
        }
        if kind == "actor":
            cells["role_id"] = span.attributes.get("role")
        cells |= _quotation(document, plain(span.children), start, "name_as_written")
        yield Row(table, cells, span.end_line)


def _references(document: Document, clauses: list[Clause]) -> Iterator[Row]:
    position = 0
    for clause in clauses:
        for span, start in _spans(clause, "resolution"):
            position += 1
            cells: Cells = {
                "statement_id": _id(document),
                "position": position,
                "clause_id": clause.clause_id,
                "resolution_id": span.attributes.get("id"),
                "paragraph": span.attributes.get("paragraph"),
            }
            cells |= _quotation(document, plain(span.children), start, "name_as_written")
            yield Row("resolution_references", cells, span.end_line)
