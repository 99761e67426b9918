"""Questions to the tables, without pandas: rows by value, all of one clause, one statement."""

from __future__ import annotations

from .errors import ArgumentError, UnknownNameError, require_text
from .fields import to_cell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from .package import Package, Table

    Record = dict[str, Any]


def select(
    table: Table,
    conditions: Sequence[str] = (),
    columns: Sequence[str] | None = None,
    limit: int | None = None,
) -> tuple[list[str], list[Record]]:
    """Columns and rows of a table.

    ``conditions`` are ``COLUMN=VALUE`` and must all hold; an empty value finds missing ones. Raises
    ``UnknownNameError`` for a column that there is not, ``ArgumentError`` for what is no condition.
    An id that was retired finds what stands for it now.
    """
    wanted = [parted(condition) for condition in conditions]
    for name in [*(name for name, _ in wanted), *(columns or [])]:
        if name not in table.names:
            known = f"its columns are {', '.join(table.names)}"
            raise UnknownNameError(f"{table.name} has no column {name!r}; {known}")
    wanted = [(name, current(table, name, value)) for name, value in wanted]
    found = [row for row in table.rows if _fits(row, wanted)]
    shown = list(columns or table.names)
    rows = [{name: row[name] for name in shown} for row in found[:limit]]
    return shown, rows


def parted(condition: str) -> tuple[str, str]:
    """Column and value of a condition. Raises ``ArgumentError`` if it is none."""
    require_text(condition, "a condition")
    name, sign, value = condition.partition("=")
    if not sign:
        raise ArgumentError(f"{condition!r} is no condition; write COLUMN=VALUE")
    return name, value


def current(table: Table, column: str, value: str) -> str:
    """The value, or what stands now for an id that was retired."""
    owner = table.package.needed(table.references.get(column, table.name))
    key = owner.key[0]
    return table.package.current(key, value) if column in {key, *table.references} else value


def _fits(row: Record, conditions: list[tuple[str, str]]) -> bool:
    return all(to_cell(row[name]) == value for name, value in conditions)


def explain(package: Package, clause_id: str) -> Record:
    """All that is known of one clause: its rows in every table, with the rows of its codes.

    ``clause``, ``paragraph``, ``statement``, ``page``, on which its words were read, ``act`` and
    ``modifier`` are rows (``page`` and ``modifier`` may be None); ``topics`` is a list of rows, the
    primary topic first; ``actors`` has triples of the mention, the actor and the role; ``places``
    and ``resolutions`` have pairs of the mention and the thing mentioned. Raises
    ``UnknownNameError``.
    """
    clause = package.row("clauses", clause_id=clause_id)
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
    row = package.row("statements", statement_id=statement_id)
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
