"""Rows of the built tables → panels that are joined to other datasets: one row for each actor, or pair, and year.

Pure functions of the tables' rows. What was not seen of a statement is unknown: counts of clauses are of coded words
only, and ``statements_complete`` tells how many statements of the cell were coded to the end.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

Rows = Sequence[Mapping[str, str]]
Cells = dict[str, str | int]

CLASSES = ("directive", "commissive", "expressive", "assertive", "declaration")
CODES = ("iso3", "cow", "gw")


def panels(tables: Mapping[str, Rows]) -> dict[str, list[Cells]]:
    """Rows of the panels by table, in the order of their keys; ``tables`` are the rows of the tables that they rest on."""
    signed = _signed(tables["signatories"])
    return {
        "actor_year": list(_actor_years(tables, signed)),
        "actor_year_topics": list(_actor_year_topics(tables, signed)),
        "dyad_year": list(_dyad_years(tables, signed)),
    }


def _signed(signatories: Rows) -> dict[str, list[str]]:
    """Signatories of each statement by key."""
    signed: dict[str, set[str]] = defaultdict(set)
    for row in signatories:
        signed[row["statement_id"]].add(row["actor_id"])
    return {statement: sorted(actors) for statement, actors in signed.items()}


def _codes(tables: Mapping[str, Rows]) -> dict[str, dict[str, str]]:
    return {row["actor_id"]: {code: row[code] for code in CODES} for row in tables["actors"]}


def _classes(tables: Mapping[str, Rows]) -> dict[str, str]:
    return {row["act_id"]: row["class"] for row in tables["acts"]}


def _years(tables: Mapping[str, Rows]) -> dict[str, int]:
    """Year of each statement; one whose date is no date is a fault that validation tells, and has none."""
    return {row["statement_id"]: int(row["date"][:4]) for row in tables["statements"] if row["date"][:4].isdecimal()}


def _actor_years(tables: Mapping[str, Rows], signed: Mapping[str, list[str]]) -> Iterator[Cells]:
    kind, years, codes = _classes(tables), _years(tables), _codes(tables)
    said: dict[str, Counter[str]] = defaultdict(Counter)
    for row in tables["clauses"]:
        said[row["statement_id"]][kind.get(row["act_id"], "")] += 1
    cells: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    for row in tables["statements"]:
        statement = row["statement_id"]
        for actor in signed.get(statement, []) if statement in years else []:
            cell = cells[actor, years[statement]]
            cell.update(said[statement], clauses=said[statement].total())
            cell.update(
                statements_signed=1, statements_coded=int(row["coverage"] != "none"), statements_complete=int(row["coverage"] == "complete")
            )
    columns = ("statements_signed", "statements_coded", "statements_complete", "clauses", *CLASSES)
    for (actor, year), cell in sorted(cells.items()):
        yield {"actor_id": actor, "year": year, **codes.get(actor, {}), **{column: cell[column] for column in columns}}


def _actor_year_topics(tables: Mapping[str, Rows], signed: Mapping[str, list[str]]) -> Iterator[Cells]:
    kind, years, codes = _classes(tables), _years(tables), _codes(tables)
    said: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in tables["clauses"]:
        said[row["statement_id"], row["topic_id"]][kind.get(row["act_id"], "")] += 1
    cells: dict[tuple[str, int, str], Counter[str]] = defaultdict(Counter)
    for (statement, topic), counts in said.items():
        for actor in signed.get(statement, []) if statement in years else []:
            cells[actor, years[statement], topic].update(counts, statements=1, clauses=counts.total())
    for (actor, year, topic), cell in sorted(cells.items()):
        key: Cells = {"actor_id": actor, "year": year, "topic_id": topic}
        yield {**key, **codes.get(actor, {}), **{column: cell[column] for column in ("statements", "clauses", *CLASSES)}}


def _dyad_years(tables: Mapping[str, Rows], signed: Mapping[str, list[str]]) -> Iterator[Cells]:
    years, codes = _years(tables), _codes(tables)
    together = ((pair, years[statement]) for statement, actors in signed.items() if statement in years for pair in combinations(actors, 2))
    for ((one, other), year), count in sorted(Counter(together).items()):
        key: Cells = {"actor_id_a": one, "actor_id_b": other, "year": year}
        sides = {f"{code}_{side}": codes.get(actor, {}).get(code, "") for side, actor in (("a", one), ("b", other)) for code in CODES}
        yield {**key, **sides, "joint_signatures": count}
