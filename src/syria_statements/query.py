"""Questions to the tables that need no pandas: rows by value, clauses by words, all that is known of one clause."""

from __future__ import annotations

from . import loader, package
from .package import UnknownError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    Record = dict[str, Any]


def select(
    table: str, conditions: Sequence[str] = (), columns: list[str] | None = None, limit: int | None = None
) -> tuple[list[str], list[Record]]:
    """Columns and rows of a table; ``conditions`` are ``COLUMN=VALUE`` and must all hold. Raises ``UnknownError``."""
    names = [field["name"] for field in package.resource(table)["schema"]["fields"]]
    wanted = [condition.partition("=") for condition in conditions]
    for name in [*(name for name, _, _ in wanted), *(columns or [])]:
        if name not in names:
            raise UnknownError(f"{table} has no column {name!r}; its columns are {', '.join(names)}")
    for name, sign, _ in wanted:
        if not sign:
            raise UnknownError(f"{name!r} is no condition; write COLUMN=VALUE")
    found = [row for row in loader.rows(table) if all(cell(row[name]) == value for name, _, value in wanted)]
    shown = columns or names
    return shown, [{name: row[name] for name in shown} for row in found[:limit]]


def cell(value: Any) -> str:
    """A value as it stands in the CSV file; a missing one is the empty string."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def clip(text: str, most: int) -> str:
    """The text, cut to ``most`` characters with an ellipsis."""
    return text if len(text) <= most else text[: most - 1] + "…"


def search(words: str) -> list[Record]:
    """Clauses whose text or gist has every one of the words, whatever their case."""
    wanted = words.casefold().split()
    return [row for row in loader.rows("clauses") if all(word in _said(row).casefold() for word in wanted)]


def _said(clause: Record) -> str:
    return clause["text"] or clause["gist"] or ""


def one(table: str, **key: Any) -> Record:
    """The one row of a table with these values; raises ``UnknownError``."""
    for row in loader.rows(table):
        if all(row[name] == value for name, value in key.items()):
            return row
    raise UnknownError(f"{table} has no row with {', '.join(f'{name} {value!r}' for name, value in key.items())}")


def explain(clause_id: str) -> Record:
    """All that the package knows of one clause: its rows in every table, with the codes' own rows beside them."""
    clause = one("clauses", clause_id=clause_id)
    statement = one("statements", statement_id=clause["statement_id"])

    def of_clause(table: str) -> list[Record]:
        return [row for row in loader.rows(table) if row["clause_id"] == clause_id]

    return {
        "clause": clause,
        "paragraph": one("paragraphs", paragraph_id=clause["paragraph_id"]),
        "statement": statement,
        "act": one("acts", act_id=clause["act_id"]),
        "topics": [
            one("topics", topic_id=topic) for topic in [clause["topic_id"], *(row["topic_id"] for row in of_clause("clause_topics"))]
        ],
        "modifier": one("modifiers", modifier_id=clause["modifier_id"]) if clause["modifier_id"] else None,
        "actors": [
            (row, one("actors", actor_id=row["actor_id"]), one("roles", role_id=row["role_id"])) for row in of_clause("clause_actors")
        ],
        "places": [(row, one("places", place_id=row["place_id"])) for row in of_clause("clause_places")],
        "resolutions": [(row, one("resolutions", resolution_id=row["resolution_id"])) for row in of_clause("resolution_references")],
    }
