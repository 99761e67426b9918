"""The flat table: a row for each clause with all that belongs to it, read without a join.

Its one definition is ``QUERY``, which is also the view ``flat`` of the SQLite export.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cached_property

from . import sql
from .fields import field_type, to_cell, to_csv
from .package import Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .package import Package

    Record = dict[str, Any]

NAME = "flat"
TABLES = (
    "statements", "signatories", "paragraphs", "clauses", "clause_topics", "clause_actors",
    "clause_places", "resolution_references", "acts", "topics", "modifiers", "roles", "levels",
    "document_types", "formats", "actors", "places", "resolutions",
)  # fmt: skip


def _several(label: str, source: str, order: str) -> str:
    """SQL for the labels of several rows in one cell, a semicolon between them."""
    labels = f"SELECT {label} AS label FROM {source} ORDER BY {order}"  # noqa: S608 (constants)
    return f"(SELECT group_concat(label, '; ') FROM ({labels}))"  # noqa: S608 (constants)


_TOPICS = _several(
    "t.label",
    "clause_topics x JOIN topics t USING (topic_id) WHERE x.clause_id = clauses.clause_id",
    "x.topic_id",
)
_SIGNATORIES = _several(
    "a.name || CASE x.role_id WHEN 'signatory' THEN '' ELSE ' (' || lower(r.label) || ')' END",
    "signatories x JOIN actors a USING (actor_id) JOIN roles r USING (role_id)"
    " WHERE x.statement_id = clauses.statement_id",
    "x.position",
)
_ACTORS = _several(
    "a.name || ' (' || lower(r.label) || ')'",
    "clause_actors x JOIN actors a USING (actor_id) JOIN roles r USING (role_id)"
    " WHERE x.clause_id = clauses.clause_id",
    "x.position",
)
_PLACES = _several(
    "p.name",
    "clause_places x JOIN places p USING (place_id) WHERE x.clause_id = clauses.clause_id",
    "x.position",
)
_RESOLUTIONS = _several(
    "r.symbol",
    "resolution_references x JOIN resolutions r USING (resolution_id)"
    " WHERE x.clause_id = clauses.clause_id",
    "x.position",
)
# Column → its type, its title, what it says, and the SQL that gives it.
OF_STATEMENT = {
    "clause_id": ("string", "Clause", "Key of the clause.", "clauses.clause_id"),
    "statement_id": ("string", "Statement", "Key of the statement.", "clauses.statement_id"),
    "date": ("date", "Date", "Date of the statement.", "statements.date"),
    "format": ("string", "Format", "Diplomatic format that issued the statement.", "formats.name"),
    "title": ("string", "Title", "Title of the statement.", "statements.title"),
    "document_type": ("string", "Document type", "Kind of document.", "document_types.label"),
    "level": (
        "string",
        "Level",
        "Rank of those in whose name the statement speaks.",
        "levels.label",
    ),
    "issued_at": ("string", "Issued at", "Place where the statement was issued.", "places.name"),
    "signatories": (
        "string",
        "Signatories",
        "Signatories in the order of the text; another role than signing in brackets.",
        _SIGNATORIES,
    ),
    "coverage": (
        "string",
        "Coverage",
        "How much of the statement was coded.",
        "statements.coverage",
    ),
}
OF_CODING = {
    "paragraph": (
        "integer",
        "Paragraph",
        "Position of the paragraph in the statement, from 1.",
        "paragraphs.position",
    ),
    "position": (
        "integer",
        "Position",
        "Position of the clause in the statement, from 1.",
        "clauses.position",
    ),
    "head_clause": (
        "string",
        "Head clause",
        "For an item of an enumeration, the clause that heads it.",
        "clauses.parent_id",
    ),
    "act": ("string", "Act", "What is done in saying the clause.", "acts.label"),
    "act_class": ("string", "Class of act", "The class to which the act belongs.", "acts.class"),
    "topic": ("string", "Topic", "What the clause is about.", "topics.label"),
    "further_topics": ("string", "Further topics", "What else the clause is about.", _TOPICS),
    "modifier": ("string", "Modifier", "How the text qualifies the act.", "modifiers.label"),
}
OF_WORDS = {
    "text": (
        "string",
        "Text",
        "The words of the clause, if the statement is verbatim.",
        "clauses.text",
    ),
    "gist": (
        "string",
        "Gist",
        "What the clause says in the coder's words, if it is not.",
        "clauses.gist",
    ),
    "incipit": (
        "string",
        "Incipit",
        "First words of the clause in the original, if the statement is not verbatim.",
        "clauses.incipit",
    ),
    "explicit": (
        "string",
        "Explicit",
        "Last words of the clause in the original, if the statement is not verbatim.",
        "clauses.explicit",
    ),
    "actors": (
        "string",
        "Actors",
        "Actors mentioned in the clause, the role of each in brackets.",
        _ACTORS,
    ),
    "places": ("string", "Places", "Places mentioned in the clause.", _PLACES),
    "resolutions": (
        "string",
        "Resolutions",
        "Resolutions of the United Nations that the clause refers to.",
        _RESOLUTIONS,
    ),
    "publisher": (
        "string",
        "Publisher",
        "Who published the page that was coded.",
        "statements.publisher",
    ),
    "source_url": ("string", "Address", "Address of that page.", "statements.source_url"),
    "source_path": (
        "string",
        "Source file",
        "The annotated source, from the root of the package.",
        "clauses.source_path",
    ),
    "source_line": (
        "integer",
        "Source line",
        "Line of the source on which the clause begins, from 1.",
        "clauses.source_line",
    ),
}
COLUMNS = {**OF_STATEMENT, **OF_CODING, **OF_WORDS}
QUERY = (
    "SELECT\n"
    + ",\n".join(f"  {expression} AS {name}" for name, (_, _, _, expression) in COLUMNS.items())
    + """
FROM clauses
JOIN statements USING (statement_id) JOIN paragraphs USING (paragraph_id) \
JOIN acts USING (act_id) JOIN topics USING (topic_id)
JOIN formats ON formats.format_id = statements.format_id
LEFT JOIN document_types ON document_types.document_type_id = statements.document_type_id
LEFT JOIN levels ON levels.level_id = statements.level_id
LEFT JOIN places ON places.place_id = statements.place_id
LEFT JOIN modifiers ON modifiers.modifier_id = clauses.modifier_id
ORDER BY statements.date, clauses.statement_id, clauses.position"""
)


class Flat(Table):
    """The flat table of a package: it has no file, its rows are those of ``QUERY``."""

    def __init__(self, package: Package) -> None:
        """Describe it as a Data Resource."""
        super().__init__(package, RESOURCE)

    @cached_property
    def schema(self) -> Record:
        """The Table Schema."""
        fields = [
            {"name": name, "title": title, "type": kind, "description": what}
            for name, (kind, title, what, _) in COLUMNS.items()
        ]
        return {
            "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
            "fields": fields,
            "missingValues": [""],
            "primaryKey": ["clause_id"],
        }

    def cells(self, *names: str) -> Iterator[tuple[str, ...]]:
        """Cells of the columns named, as its CSV file would have them, row by row."""
        for row in self.rows:
            yield tuple(to_cell(row[name]) for name in names)

    @cached_property
    def data(self) -> bytes:
        """What its CSV file would have."""
        return to_csv(self.names, self.rows).encode()

    @cached_property
    def rows(self) -> list[Record]:
        """The rows, typed. Raises ``UnknownTableError`` if the package lacks a table."""
        with closing(sqlite3.connect(":memory:")) as connection:
            for name in TABLES:
                sql.create_table(connection, self.package[name])
            found = connection.execute(QUERY).fetchall()
        return [self._typed(row) for row in found]

    @cached_property
    def _parsers(self) -> Record:
        return {field["name"]: field_type(field).parse for field in self.fields}

    def _typed(self, row: tuple[Any, ...]) -> Record:
        cells = zip(self._parsers.items(), row, strict=True)
        return {
            name: None if value is None else parse(str(value)) for (name, parse), value in cells
        }


RESOURCE = {
    "$schema": "https://datapackage.org/profiles/2.0/dataresource.json",
    "name": NAME,
    "path": f"data/{NAME}.csv",
    "type": "table",
    "title": "Flat table",
    "description": "One row for each clause, everything spelled out.",
    "format": "csv",
    "mediatype": "text/csv",
    "encoding": "utf-8",
    "schema": f"schema/{NAME}.json",
}
