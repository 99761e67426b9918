"""Rules of the reference tables: resolutions, candidates, codes of states, verified facts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from ..contract import left_out
from ..csv_file import Table
from ..problem import Problem
from . import rule
from .statements import released

Fact = tuple[str, str, str]  # table, column, key of the row


@rule
def resolution_symbol(resolutions: Table) -> Iterator[Problem]:
    """Symbol, body, number, year and address of a resolution all follow from its key."""
    for row, (key, symbol) in resolutions.zip("resolution_id", "symbol"):
        for column, right in _cells_by_key(key, symbol).items():
            if resolutions[column][row] != right:
                message = f"should be {right}, as resolution_id says"
                yield resolutions.problem(row, column, message)


def _cells_by_key(key: str, symbol: str) -> dict[str, str]:
    """The cells that follow from a key; the symbol is as it is where the key leaves it open."""
    numbers = re.findall("[0-9]+", key)
    if not numbers:
        return {}
    is_council = key.startswith("S/")
    has_number_first = is_council or "(" in key
    is_same = symbol.replace(" ", "") == key
    spaced = f"{key}, with spaces only where the United Nations has them"
    body = "security-council" if is_council else "general-assembly"
    number = numbers[0] if has_number_first else numbers[-1]
    return {
        "symbol": symbol if is_same else spaced,
        "body": body,
        "number": number,
        "year": numbers[-1] if is_council else "",
        "url": f"https://docs.un.org/en/{key}",
    }


@rule
def candidates_in(candidates: Table, statements: Table) -> Iterator[Problem]:
    """The statements are the candidates that are in, no more and no fewer."""
    decision_on = dict(zip(candidates["candidate_id"], candidates["decision"], strict=True))
    known = set(statements["statement_id"])
    for row, statement in enumerate(statements["statement_id"]):
        if decision_on.get(statement) != "in":
            message = "is not a candidate that is in; candidates needs a row with its key"
            yield statements.problem(row, "statement_id", message)
    for row, (candidate, decision, why) in candidates.zip("candidate_id", "decision", "rule"):
        is_in = decision == "in"
        if is_in and candidate not in known:
            message = "is in, and statements has no such row"
            yield candidates.problem(row, "candidate_id", message)
        if why and is_in != (why == "joint-text"):
            remedy = "joint-text is the rule for in, and for nothing else"
            message = f"does not fit the decision {decision!r}; {remedy}"
            yield candidates.problem(row, "rule", message)


# Column of candidates → column of statements.
SHARED = {"title": "title", "date": "date", "format_id": "format_id", "url": "source_url"}


@rule
def candidate_copy(candidates: Table, statements: Table) -> Iterator[Problem]:
    """A candidate that is in has title, date, format and page of its statement."""
    row_of = {candidate: row for row, candidate in enumerate(candidates["candidate_id"])}
    for row, statement in enumerate(statements["statement_id"]):
        of = row_of.get(statement)
        if of is None:
            continue
        for column, same in SHARED.items():
            right = statements[same][row]
            if candidates[column][of] != right:
                yield candidates.problem(of, column, f"should be {right!r}, as in statements")


@rule
def candidate_key(
    candidates: Table, tables: Mapping[str, Table], descriptor: Mapping[str, Any]
) -> Iterator[Problem]:
    """The key of a candidate is its format and its date, or its year where no page gives a day.

    One that a release has stays as it is.
    """
    kept = released(tables, descriptor, "candidates")
    for row, (key, form, date) in candidates.zip("candidate_id", "format_id", "date"):
        shape = re.escape(date) if date else "[0-9]{4}-undated"
        if key not in kept and not re.fullmatch(f"{re.escape(form)}-{shape}[a-z]?", key):
            message = f"should be made of format_id {form} and {date or 'year and undated'}"
            yield candidates.problem(row, "candidate_id", message)


STATE_CODES = ("iso3", "m49", "cow", "gw")


@rule
def state_codes(actors: Table) -> Iterator[Problem]:
    """A state has its number in each list of states, or a note that says why it has none."""
    for row, (kind, note, *codes) in actors.zip("kind", "codes_note", *STATE_CODES):
        empty = [column for column, code in zip(STATE_CODES, codes, strict=True) if not code]
        if kind == "state" and empty and not note:
            message = f"is empty; it should say why the state has no {' and no '.join(empty)}"
            yield actors.problem(row, "codes_note", message)


@rule
def verified_facts(
    tables: Mapping[str, Table], reference_sources: Table, descriptor: Mapping[str, Any]
) -> Iterator[Problem]:
    """A value in a column marked ``verified`` has two sources; every source belongs to a value.

    Of a table that was left out the values are unknown.
    """
    sources = list(reference_sources.zip("table", "field", "row_id"))
    count = Counter(source for _, source in sources)
    facts = _verified(tables)
    for (name, column, key), (table, row) in facts.items():
        if count[name, column, key] + count[name, column, "*"] < 2:
            place = f"{name}, {column}, {key} or *"
            remedy = f"reference_sources needs two rows for {place}"
            message = f"rests on fewer than two sources; {remedy}"
            yield table.problem(row, column, message)
    known = {*facts, *((name, column, "*") for name, column, _ in facts)}
    absent = left_out(descriptor)
    for row, source in sources:
        if source not in known and source[0] not in absent:
            remedy = "table, field and row must name a filled, verified cell"
            message = f"is the source of no value; {remedy}"
            yield reference_sources.problem(row, "row_id", message)


def _verified(tables: Mapping[str, Table]) -> dict[Fact, tuple[Table, int]]:
    """Table and row of all filled cells in columns marked ``verified``."""
    facts = {}
    for table in tables.values():
        key = table.schema["primaryKey"][0]  # tables with such columns have a key of one column
        fields = table.schema["fields"]
        for column in [field["name"] for field in fields if field.get("verified")]:
            for row, (name, value) in table.zip(key, column):
                if value:
                    facts[table.name, column, name] = (table, row)
    return facts
