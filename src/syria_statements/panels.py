"""Panels that are joined to other datasets: one row for each actor, or pair of actors, and year.

Pure functions of the rows of other tables. What was not seen of a statement is unknown: counts of
clauses are of coded words only, and ``statements_complete`` is the number of statements coded to
the end.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from operator import itemgetter
from typing import Any

Rows = Sequence[Mapping[str, str]]
Tables = Mapping[str, Rows]
Cells = dict[str, str | int]

CLASSES = ("directive", "commissive", "expressive", "assertive", "declaration")
CODES = ("iso3", "cow", "gw")
# Table → its columns from which the panels follow.
SOURCES = {
    "statements": ("statement_id", "date", "coverage"),
    "signatories": ("statement_id", "actor_id"),
    "clauses": ("statement_id", "act_id", "topic_id"),
    "acts": ("act_id", "class"),
    "actors": ("actor_id", *CODES),
}


def panels(tables: Tables) -> dict[str, list[Cells]]:
    """Rows of each panel, in the order of their keys.

    ``tables`` has the rows of the tables in ``SOURCES``, cells as they are in the CSV files.
    """
    return {name: list(derive(tables)) for name, derive in PANELS.items()}


# --- what they are counted from -------------------------------------------------------------------


def _signatures(tables: Tables) -> dict[str, tuple[int, list[str]]]:
    """Year and signatories of each statement that has a date and names whoever signed it."""
    years = {}
    for row in tables["statements"]:
        year = row["date"][:4]
        if year.isdecimal():  # a date that is none is another problem
            years[row["statement_id"]] = int(year)
    signed: dict[str, set[str]] = defaultdict(set)
    for row in tables["signatories"]:
        signed[row["statement_id"]].add(row["actor_id"])
    found = {}
    for statement, actors in signed.items():
        if statement in years:
            found[statement] = (years[statement], sorted(actors))
    return found


def _codes(tables: Tables) -> dict[str, Cells]:
    """Codes of each actor in other datasets."""
    return {row["actor_id"]: {code: row[code] for code in CODES} for row in tables["actors"]}


def _clauses_by_class(tables: Tables, *columns: str) -> dict[Any, Counter[str]]:
    """Number of clauses by class of act, by their cell, or cells, in ``columns``."""
    classes = {row["act_id"]: row["class"] for row in tables["acts"]}
    key_of = itemgetter(*columns)
    found: dict[Any, Counter[str]] = defaultdict(Counter)
    for row in tables["clauses"]:
        found[key_of(row)][classes.get(row["act_id"], "")] += 1
    return found


def _add(total: Counter[str], counts: Mapping[str, int]) -> None:
    """Add counts to a total; ``Counter.update`` takes three times as long for so few."""
    for name, number in counts.items():
        total[name] += number


# --- the panels -----------------------------------------------------------------------------------


def _actor_year(tables: Tables) -> Iterator[Cells]:
    signatures, codes = _signatures(tables), _codes(tables)
    clauses = _clauses_by_class(tables, "statement_id")
    coverage = {row["statement_id"]: row["coverage"] for row in tables["statements"]}
    counted: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    for statement, (year, actors) in signatures.items():
        counts = Counter(clauses.get(statement, {}))
        counts["clauses"] = counts.total()
        counts["statements_signed"] = 1
        counts["statements_coded"] = int(coverage[statement] != "none")
        counts["statements_complete"] = int(coverage[statement] == "complete")
        for actor in actors:
            _add(counted[actor, year], counts)
    statements = ("statements_signed", "statements_coded", "statements_complete")
    for (actor, year), counts in sorted(counted.items()):
        numbers = {column: counts[column] for column in (*statements, "clauses", *CLASSES)}
        yield {"actor_id": actor, "year": year, **codes.get(actor, {}), **numbers}


def _actor_year_topics(tables: Tables) -> Iterator[Cells]:
    signatures, codes = _signatures(tables), _codes(tables)
    counted: dict[tuple[str, int, str], Counter[str]] = defaultdict(Counter)
    for (statement, topic), by_class in _clauses_by_class(
        tables, "statement_id", "topic_id"
    ).items():
        year, actors = signatures.get(statement, (0, []))
        counts = {**by_class, "statements": 1, "clauses": by_class.total()}
        for actor in actors:
            _add(counted[actor, year, topic], counts)
    for (actor, year, topic), counts in sorted(counted.items()):
        key: Cells = {"actor_id": actor, "year": year, "topic_id": topic}
        numbers = {column: counts[column] for column in ("statements", "clauses", *CLASSES)}
        yield {**key, **codes.get(actor, {}), **numbers}


def _dyad_year(tables: Tables) -> Iterator[Cells]:
    codes = _codes(tables)
    counted: Counter[tuple[str, str, int]] = Counter()
    for year, actors in _signatures(tables).values():
        counted.update((one, other, year) for one, other in combinations(actors, 2))
    for (one, other, year), count in sorted(counted.items()):
        key: Cells = {"actor_id_a": one, "actor_id_b": other, "year": year}
        of_one, of_other = codes.get(one, {}), codes.get(other, {})
        codes_a = {f"{code}_a": of_one.get(code, "") for code in CODES}
        codes_b = {f"{code}_b": of_other.get(code, "") for code in CODES}
        yield {**key, **codes_a, **codes_b, "joint_signatures": count}


PANELS: dict[str, Callable[[Tables], Iterator[Cells]]] = {
    "actor_year": _actor_year,
    "actor_year_topics": _actor_year_topics,
    "dyad_year": _dyad_year,
}
