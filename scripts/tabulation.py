"""Document → rows of the built tables. Pure functions: no file is read or written here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from annotation import Document, Paragraph, Span, plain, walk

Cells = dict[str, str | int | None]


@dataclass(frozen=True)
class Row:
    """A row of a built table, and the line of its source; ``lines`` has the lines of cells that stand elsewhere."""

    table: str
    cells: Cells
    line: int
    lines: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Clause:
    """A clause in its paragraph; ``start`` is its offset in the paragraph's plain text."""

    clause_id: str
    paragraph: Paragraph
    paragraph_id: str
    span: Span
    start: int


# Column of statements → key of the front matter.
FRONT_COLUMNS = {
    "statement_id": "statement_id", "title": "title", "date": "date", "date_note": "date_note", "document_type_id": "document_type",
    "level_id": "level", "place_id": "place", "language": "language", "text_status": "text", "coverage": "coverage", "note": "note",
}  # fmt: skip


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


def _paragraph_id(document: Document, number: int) -> str:
    return f"{_id(document)}.p{number:03}"


def _clauses(document: Document) -> Iterator[Clause]:
    for number, paragraph in enumerate(document.paragraphs, 1):
        for span, _, start in walk(paragraph.children):
            if span.kind == "clause":
                clause_id = f"{_id(document)}.{span.attributes.get('id', '')}"
                yield Clause(clause_id, paragraph, _paragraph_id(document, number), span, start)


def _items(document: Document, key: str) -> list[dict[str, Any]]:
    found = document.front.get(key)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


# --- the statement ---------------------------------------------------------------------------------------------------


def _statement(document: Document, clauses: list[Clause]) -> Row:
    front = document.front
    copy = (_items(document, "sources") or [{}])[0]
    text = "\n".join(plain(paragraph.children) for paragraph in document.paragraphs) if _verbatim(document) else ""
    cells: Cells = {column: front.get(key) for column, key in FRONT_COLUMNS.items()}
    cells |= {
        "format_id": document.path.split("/")[-2],
        "paragraphs_coded": len(document.paragraphs),
        "signatory_count": len(_items(document, "signatories")),
        "clause_count": len(clauses),
        "word_count": len(text.split()) if text else None,
        "publisher": copy.get("publisher"),
        "source_url": copy.get("url"),
        "text_sha256": hashlib.sha256(text.encode()).hexdigest() if text else None,
    }
    return Row("statements", cells, 1, {column: document.front_line(key) for column, key in FRONT_COLUMNS.items()})


def _sources(document: Document) -> Iterator[Row]:
    for index, item in enumerate(_items(document, "sources")):
        keys = ("url", "publisher", "language", "kind", "extent", "note")
        lines = {key: document.front_line("sources", index, key) for key in keys}
        line = document.front_line("sources", index)
        place: Cells = {"statement_id": _id(document), "position": index + 1}
        yield Row("statement_sources", {**place, **{key: item.get(key) for key in keys}}, line, lines)
        for fact in item.get("facts") or []:
            yield Row("statement_facts", {**place, "fact": fact}, document.front_line("sources", index, "facts"))


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
    for number, paragraph in enumerate(document.paragraphs, 1):
        cells: Cells = {
            "paragraph_id": _paragraph_id(document, number),
            "statement_id": _id(document),
            "position": number,
            "text": plain(paragraph.children) if _verbatim(document) else None,
        }
        yield Row("paragraphs", cells, paragraph.line)


# --- its clauses -----------------------------------------------------------------------------------------------------


def _quotation(document: Document, words: str, start: int, column: str) -> Cells:
    """Words and offsets of a verbatim statement; of a paraphrase neither, for its words are the coder's."""
    return {column: words, "start": start, "end": start + len(words)} if _verbatim(document) else {}


def _clause(document: Document, clause: Clause, position: int) -> Row:
    attributes, words = clause.span.attributes, plain(clause.span.children)
    cells: Cells = {
        "clause_id": clause.clause_id,
        "statement_id": _id(document),
        "paragraph_id": clause.paragraph_id,
        "position": position,
        "parent_id": f"{_id(document)}.{attributes['parent']}" if "parent" in attributes else None,
        "act_id": attributes.get("act"),
        "topic_id": attributes.get("topic"),
        "modifier_id": attributes.get("modifier"),
        **(_quotation(document, words, clause.start, "text") or {"gist": words}),
        "incipit": attributes.get("incipit"),
        "explicit": attributes.get("explicit"),
        "source_path": document.path,
        "source_line": clause.span.line,
    }
    return Row("clauses", cells, clause.span.end_line)


def _topics(clause: Clause) -> Iterator[Row]:
    for topic in clause.span.attributes.get("secondary", "").split():
        yield Row("clause_topics", {"clause_id": clause.clause_id, "topic_id": topic}, clause.span.end_line)


def _spans(clause: Clause, kind: str) -> Iterator[tuple[Span, int]]:
    for span, _, start in walk(clause.span.children, start=clause.start):
        if span.kind == kind:
            yield span, start


def _mentions(document: Document, clause: Clause, kind: str, table: str) -> Iterator[Row]:
    for position, (span, start) in enumerate(_spans(clause, kind), 1):
        cells: Cells = {
            "clause_id": clause.clause_id,
            "position": position,
            f"{kind}_id": span.attributes.get("id"),
            **({"role_id": span.attributes.get("role")} if kind == "actor" else {}),
            **_quotation(document, plain(span.children), start, "name_as_written"),
        }
        yield Row(table, cells, span.end_line)


def _references(document: Document, clauses: list[Clause]) -> Iterator[Row]:
    found = ((clause, span, start) for clause in clauses for span, start in _spans(clause, "resolution"))
    for position, (clause, span, start) in enumerate(found, 1):
        cells: Cells = {
            "statement_id": _id(document),
            "position": position,
            "clause_id": clause.clause_id,
            "resolution_id": span.attributes.get("id"),
            "paragraph": span.attributes.get("paragraph"),
            **_quotation(document, plain(span.children), start, "name_as_written"),
        }
        yield Row("resolution_references", cells, span.end_line)
