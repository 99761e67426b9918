"""Panels that are joined to other datasets: one row for each actor, or pair of actors, and year.

Pure functions of the rows of other tables. What was not seen of a statement is unknown. So counts
of clauses stand beside the number of statements that were signed, coded, and coded to the end; they
are empty where nothing was coded, and the least possible where some words were not seen. Statements
that name nobody are counted apart, for the members of the format that issued them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

Rows = Sequence[Mapping[str, str]]
Tables = Mapping[str, Rows]
Cells = dict[str, str | int]
Counts = Counter[tuple[str, str]]  # by topic, empty for all of them, and column

CLASSES = ("directive", "commissive", "expressive", "assertive", "declaration")
OF_ACTORS = ("name", "kind", "iso3", "cow", "gw")
# Table → its columns from which the panels follow.
SOURCES = {
    "statements": ("statement_id", "format_id", "date", "coverage"),
    "signatories": ("statement_id", "actor_id"),
    "format_members": ("format_id", "actor_id", "valid_from", "valid_to", "extent"),
    "clauses": ("clause_id", "statement_id", "act_id", "topic_id"),
    "clause_topics": ("clause_id", "topic_id"),
    "acts": ("act_id", "class"),
    "topics": ("topic_id", "label"),
    "actors": ("actor_id", *OF_ACTORS),
}


def panels(tables: Tables) -> dict[str, list[Cells]]:
    """Rows of each panel, in the order of their keys.

    ``tables`` has the rows of the tables in ``SOURCES``, cells as they are in the CSV files.
    """
    return {name: list(derive(tables)) for name, derive in PANELS.items()}


# --- what they are counted from -------------------------------------------------------------------


@dataclass(frozen=True)
class Text:
    """A statement: who signed it or, if it names nobody, who is known to be of its format then.

    ``is_listed`` says whether nobody else can have issued it.
    """

    statement_id: str
    year: int
    coverage: str
    is_signed: bool
    actors: tuple[str, ...]
    is_listed: bool


def _texts(tables: Tables) -> Iterator[Text]:
    """The statements that have a date."""
    signed, listed = _by("statement_id", tables["signatories"]), _by(
        "format_id", tables["format_members"]
    )
    for row in tables["statements"]:
        key, year = row["statement_id"], row["date"][:4]
        if not year.isdecimal():  # a date that is none is another problem
            continue
        is_signed = key in signed
        issuing = signed[key] if is_signed else _members(listed[row["format_id"]], row["date"])
        is_listed = is_signed or {row["extent"] for row in issuing} == {"complete"}
        actors = tuple(sorted({row["actor_id"] for row in issuing}))
        yield Text(key, int(year), row["coverage"], is_signed, actors, is_listed)


def _by(column: str, rows: Rows) -> dict[str, list[Mapping[str, str]]]:
    found: dict[str, list[Mapping[str, str]]] = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return found


def _members(rows: Iterable[Mapping[str, str]], date: str) -> list[Mapping[str, str]]:
    """Rows of format_members that hold on a day; an empty day is no limit."""
    return [row for row in rows if row["valid_from"] <= date <= (row["valid_to"] or date)]


def _counts(tables: Tables) -> dict[str, Counts]:
    """Of each statement the number of clauses, and of those of each class.

    By topic, primary or, in the columns that end with ``_all``, any.
    """
    classes = {row["act_id"]: row["class"] for row in tables["acts"]}
    further = _by("clause_id", tables["clause_topics"])
    found: dict[str, Counts] = defaultdict(Counter)
    for row in tables["clauses"]:
        counts, primary = found[row["statement_id"]], row["topic_id"]
        for column in ("clauses", classes.get(row["act_id"], "")):
            counts["", column] += 1
            counts[primary, column] += 1
            for topic in {primary, *(other["topic_id"] for other in further[row["clause_id"]])}:
                counts[topic, f"{column}_all"] += 1
    for counts in found.values():
        for (topic, column), _ in list(counts.items()):
            if column.startswith("clauses"):
                counts[topic, column.replace("clauses", "statements")] = 1
    return found


# --- columns --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Issued:
    """The statements of a year that an actor, or each of a pair, signed or issued as a member."""

    signed: list[Text]
    as_members: list[Text]
    unknown: bool
    """Whether another statement of the year may be of theirs, too."""
