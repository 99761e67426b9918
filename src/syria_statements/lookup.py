"""Questions to the tables, without pandas: rows by value, all of one clause, one statement."""

from __future__ import annotations

from collections import namedtuple

from .conditions import excluding, fitting, never_both, parted, unmatched
from .errors import UnknownNameError, meant, require_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from .package import Package, Table

    Record = dict[str, Any]


# Names of columns, rows, and what to say of conditions that no row fulfils.
Selected = namedtuple("Selected", "names rows notes")


def table(package: Package, name: str) -> Table:
    """The table or view of a name as people type it. Raises ``UnknownTableError``."""
    return package[meant(name, package.names)]


def column(table: Table, name: str) -> str:
    """The name of a column, of a name as people type it. Raises ``UnknownNameError``."""
    found = meant(name, table.names)
    table.require_column(found)
    return found


def select(
    table: Table,
    conditions: Sequence[str] = (),
    columns: Sequence[str] | None = None,
    limit: int | None = None,
) -> Selected:
    """Columns, rows and notes: what people ask of a table.

    ``conditions`` are such as ``act_id=ask`` or ``date>=2019`` and must all hold; an empty value is
    a missing one. A cell that has several values, as in ``signatory_ids`` of a view, is found by
    each of them. Raises ``UnknownNameError`` for a column that there is not and for a value that a
    column cannot have, ``ArgumentError`` for what is no condition, and for two that exclude each
    other. An id that was retired finds what is in its place now. Of a value that a column can have,
    and no row has, there is a note.
    """
    shown = [column(table, name) for name in (columns or table.names)]
    found, notes, single = table.rows, [], []
    for condition in map(parted, conditions):
        asked = condition._replace(column=column(table, condition.column))
        fit = fitting(table, asked)
        if not fit and (note := unmatched(table, asked)):
            notes.append(note)
        ids = set(map(id, fit))
        found = [row for row in found if (id(row) in ids) != asked.is_negative]
        if asked.column not in table.separators:
            single.append((asked, ids))
    if pair := excluding(single):
        raise never_both(pair)
    names = list(dict.fromkeys(shown))
    rows = [{name: row[name] for name in names} for row in found[:limit]]
    return Selected(names, rows, notes)


# Key of a kind of rows → their table, and the command and function that give one.
KINDS = {"clause_id": ("clauses", "explain"), "statement_id": ("statements", "statement")}


def _row(package: Package, key: str, value: str) -> Record:
    """The row of a clause or a statement, of an id as people type it.

    Raises ``UnknownNameError``, for an id of the other kind with what gives it.
    """
    require_text(value, f"a {key}")
    for column, (table, command) in KINDS.items():
        ids = package.needed(table, column).rows_by(column)
        found = meant(value, ids)
        if found in ids and column != key:
            given = f"syria-statements {command} {found}, or in Python ss.{command}({found!r})"
            raise UnknownNameError(f"{found} is a {column}, and no {key}; it is shown by {given}")
        if found in ids:
            return ids[found][0]
    return package.row(KINDS[key][0], **{key: value})


def explain(package: Package, clause_id: str) -> Record:
    """All that is known of one clause: its rows in every table, with the rows of its codes.

    ``clause``, ``paragraph``, ``statement``, ``page``, on which its words were read, ``act`` and
    ``modifier`` are rows (``page`` and ``modifier`` may be None); ``topics`` is a list of rows, the
    primary topic first; ``actors`` has triples of the mention, the actor and the role; ``places``
    and ``resolutions`` have pairs of the mention and the thing mentioned. Raises
    ``UnknownNameError``.
    """
    clause = _row(package, "clause_id", clause_id)
    clause_id = clause["clause_id"]  # another one, if this is retired

    def mentions(table: str) -> list[Record]:
        return package.needed(table, "clause_id").rows_by("clause_id").get(clause_id, [])

    def code(table: str, row: Record) -> Record:
        key = package.needed(table).key[0]
        return package.referred(table, **{key: row.get(key)})

    found: Record = {"clause": clause}
    found["paragraph"] = code("paragraphs", clause)
    found["statement"] = code("statements", clause)
    found["page"] = _page(package, clause)
    found["act"] = code("acts", clause)
    topics = [clause, *mentions("clause_topics")]
    found["topics"] = [code("topics", row) for row in topics]
    found["modifier"] = code("modifiers", clause) if clause.get("modifier_id") else None
    actors = mentions("clause_actors")
    found["actors"] = [(row, code("actors", row), code("roles", row)) for row in actors]
    found["places"] = [(row, code("places", row)) for row in mentions("clause_places")]
    cited = mentions("resolution_references")
    found["resolutions"] = [(row, code("resolutions", row)) for row in cited]
    return found


def _page(package: Package, clause: Record) -> Record | None:
    """The row of the page on which the words of a clause were read, if that was recorded."""
    return pages(package, clause["statement_id"]).get(clause.get("source_position"))


def pages(package: Package, statement_id: str, *columns: str) -> dict[int | None, Record]:
    """The pages on which a statement was read, by position; they are needed with these columns."""
    table = package.needed("statement_sources", "statement_id", "position", *columns)
    rows = table.rows_by("statement_id").get(statement_id, [])
    return {row["position"]: row for row in rows}


def statement(package: Package, statement_id: str) -> Record:
    """One statement in reading order: its row, and ``paragraphs``, each with its ``clauses``.

    ``signatories`` and ``sources`` are its rows in these tables. Raises ``UnknownNameError``.
    """
    row = _row(package, "statement_id", statement_id)
    statement_id = row["statement_id"]  # another one, if this is retired

    def parts(table: str) -> list[Record]:
        rows = package.needed(table, "statement_id", "position").rows_by("statement_id")
        return sorted(rows.get(statement_id, []), key=lambda part: part["position"] or 0)

    package.needed("paragraphs", "paragraph_id")
    package.needed("clauses", "paragraph_id")
    clauses = parts("clauses")
    paragraphs = []
    for paragraph in parts("paragraphs"):
        key = paragraph["paragraph_id"]
        inside = [clause for clause in clauses if clause["paragraph_id"] == key]
        paragraphs.append({**paragraph, "clauses": inside})
    sources = parts("statement_sources")
    return {
        **row,
        "signatories": parts("signatories"),
        "sources": sources,
        "paragraphs": paragraphs,
    }
