"""Rules of what can be true: facts against each other in time, number and identity.

A real exception is a row of the table exceptions, with its reason and its source.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from ..csv_file import Table
from ..problem import Problem
from . import fact

ALWAYS, NEVER = "0000-00-00", "9999-99-99"


# --- time -----------------------------------------------------------------------------------------


@fact
def cited_after_adoption(
    resolution_references: Table, statements: Table, resolutions: Table
) -> Iterator[Problem]:
    """A statement cites resolutions that had been adopted."""
    adopted = dict(zip(resolutions["resolution_id"], resolutions["date_adopted"], strict=True))
    dates = dict(zip(statements["statement_id"], statements["date"], strict=True))
    cells = resolution_references.zip("statement_id", "resolution_id")
    for row, (statement, resolution) in cells:
        day, date = adopted.get(resolution, ""), dates.get(statement, "")
        if date and day > date:
            message = f"was adopted on {day}, after the statement, which is of {date}"
            yield resolution_references.problem(row, "resolution_id", message)


@fact
def dated_before_release(tables: Mapping[str, Table], descriptor: Any) -> Iterator[Problem]:
    """No date is after the day on which the descriptor was created."""
    created = str(descriptor.get("created") or NEVER)[:10]
    for table in tables.values():
        for name in [field["name"] for field in table.schema["fields"] if field["type"] == "date"]:
            for row, cell in enumerate(table[name]):
                if cell > created:
                    yield table.problem(row, name, f"is after the release, which is of {created}")


@fact
def actor_exists(
    signatories: Table, clause_actors: Table, clauses: Table, statements: Table, actors: Table
) -> Iterator[Problem]:
    """A statement names actors that there were on its day."""
    since = dict(zip(actors["actor_id"], actors["since"], strict=True))
    dates = dict(zip(statements["statement_id"], statements["date"], strict=True))
    statement_of = dict(zip(clauses["clause_id"], clauses["statement_id"], strict=True))
    of_mentions = [statement_of.get(clause, "") for clause in clause_actors["clause_id"]]
    for table, of in ((signatories, signatories["statement_id"]), (clause_actors, of_mentions)):
        for row, (actor, statement) in enumerate(zip(table["actor_id"], of, strict=True)):
            first, date = since.get(actor, ""), dates.get(statement, "")
            if date and first > date:
                message = f"there is this actor since {first}; the statement is of {date}"
                yield table.problem(row, "actor_id", message)


@fact
def valid_period(tables: Mapping[str, Table]) -> Iterator[Problem]:
    """A name, or a membership, is not over before it begins."""
    for table in tables.values():
        if {"valid_from", "valid_to"} <= {field["name"] for field in table.schema["fields"]}:
            for row, (first, last) in table.zip("valid_from", "valid_to"):
                if first and last and first > last:
                    yield table.problem(row, "valid_to", f"is before valid_from, {first}")


@fact
def one_name_a_day(actor_names: Table) -> Iterator[Problem]:
    """An actor has at most one name of a language and a kind on a day; variants may be many."""
    for row, before in _overlaps(actor_names, "actor_id", "language", "kind"):
        kind = actor_names["kind"][row]
        if kind != "variant":
            name = actor_names["name"][before]
            message = f"in use with {name!r}, the {kind} name too; their days must not overlap"
            yield actor_names.problem(row, "name", message)


@fact
def member_once(format_members: Table) -> Iterator[Problem]:
    """An actor is on a day a member of a format by one row at most."""
    for row, before in _overlaps(format_members, "format_id", "actor_id"):
        first, last = format_members["valid_from"][before], format_members["valid_to"][before]
        message = f"is a member since {first} until {last or 'now'} too; days must not overlap"
        yield format_members.problem(row, "valid_from", message)


def _overlaps(table: Table, *columns: str) -> Iterator[tuple[int, int]]:
    """Rows, alike in some columns, whose time begins before that of an earlier one is over."""
    periods: dict[tuple[str, ...], list[tuple[str, str, int]]] = defaultdict(list)
    for row, (first, last, *alike) in table.zip("valid_from", "valid_to", *columns):
        periods[tuple(alike)].append((first or ALWAYS, last or NEVER, row))
    for found in periods.values():
        latest, before = "", 0
        for first, last, row in sorted(found):
            if first <= latest:
                yield row, before
            if last > latest:
                latest, before = last, row


@fact
def one_actor_a_name(actor_names: Table, actors: Table) -> Iterator[Problem]:
    """A name is of one actor, whatever its case, its accents and its hyphens."""
    owner: dict[str, str] = {}
    for table in (actors, actor_names):
        for row, (name, actor) in table.zip("name", "actor_id"):
            other = owner.setdefault(_bare(name), actor)
            if other != actor:
                yield table.problem(row, "name", f"is a name of {other} too; a name is of one")


@fact
def one_place_a_name(places: Table) -> Iterator[Problem]:
    """Of the places of one kind in one place, each has a name of its own."""
    seen: dict[tuple[str, ...], str] = {}
    for row, (place, name, *rest) in places.zip("place_id", "name", "kind", "parent_id"):
        other = seen.setdefault((_bare(name), *rest), place)
        if other != place:
            yield places.problem(row, "name", f"is the name of {other} too; a name is of one")


@fact
def publisher_spelling(statement_sources: Table) -> Iterator[Problem]:
    """A publisher is spelled in one way."""
    seen: dict[str, str] = {}
    for row, publisher in enumerate(statement_sources["publisher"]):
        other = seen.setdefault(_bare(publisher), publisher)
        if other != publisher:
            message = f"is {other!r} in an earlier row; a publisher is spelled in one way"
            yield statement_sources.problem(row, "publisher", message)


def _bare(name: str) -> str:
    """Letters and digits of a name, without case and accents: what two spellings share."""
    parts = unicodedata.normalize("NFKD", name.casefold())
    kept = (char for char in parts if unicodedata.category(char)[0] in "LMN")
    return "".join(char for char in kept if not unicodedata.combining(char)) or name


# --- number ---------------------------------------------------------------------------------------

COUNCIL = {False: (11, 7), True: (15, 9)}  # members and votes for a decision, since 1966
ASSEMBLY = 193  # members since 2011
VOTES = ("votes_for", "votes_against", "abstentions")
ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50}


@fact
def votes(resolutions: Table) -> Iterator[Problem]:
    """Votes add up to no more than the members, and those in favour are enough.

    Members and majorities: Charter of the United Nations, articles 18, 23 and 27, the last two as
    they were before and are since 1966.
    """
    counts = zip(*(resolutions.numbers(column) for column in VOTES), strict=True)
    for row, numbers in enumerate(counts):
        is_council = resolutions["body"][row] == "security-council"
        is_modern = resolutions["date_adopted"][row] >= "1966"
        members, needed = COUNCIL[is_modern] if is_council else (ASSEMBLY, 1)
        cast = sum(number for number in numbers if number > 0)
        if cast > members:
            message = f"with {cast} votes in all; the body has {members} members"
            yield resolutions.problem(row, "votes_for", message)
        in_favour, against, _ = numbers
        if 0 <= in_favour < needed or (not is_council and 0 <= in_favour <= against):
            message = f"is too few for an adoption; {needed} or more, and a majority, are right"
            yield resolutions.problem(row, "votes_for", message)


@fact
def symbol_and_date(resolutions: Table) -> Iterator[Problem]:
    """A resolution was adopted in the year, or the session, of its symbol."""
    for row, (key, day) in resolutions.zip("resolution_id", "date_adopted"):
        first, last = _days_of(key)
        if day and not first <= day <= last:
            message = f"does not fit the symbol; it should be from {first} to {last}"
            yield resolutions.problem(row, "date_adopted", message)


def _days_of(key: str) -> tuple[str, str]:
    """First and last day on which a resolution of this symbol can have been adopted."""
    if council := re.fullmatch(r"S/RES/\d+\((\d{4})\)", key):
        return f"{council[1]}-01-01", f"{council[1]}-12-31"
    if session := re.fullmatch(r"A/RES/(\d+)/\w+|A/RES/\d+\(([IVXL]+)\)", key):
        # regular sessions begin in September, the first one, in January 1946, apart
        year = 1945 + (int(session[1]) if session[1] else _roman(session[2]))
        return f"{year}-01-01" if year == 1946 else f"{year}-09-01", f"{year + 1}-09-30"
    return ALWAYS, NEVER


def _roman(text: str) -> int:
    values = [ROMAN[letter] for letter in text]
    signs = [-1 if value < following else 1 for value, following in pairwise([*values, 0])]
    return sum(sign * value for sign, value in zip(signs, values, strict=True))


@fact
def adoption_order(resolutions: Table) -> Iterator[Problem]:
    """The Security Council numbers its resolutions in the order of their adoption."""
    cells = zip(resolutions.numbers("number"), resolutions["date_adopted"], strict=True)
    dated = [(number, day, row) for row, (number, day) in enumerate(cells) if day]
    council = [found for found in dated if resolutions["body"][found[2]] == "security-council"]
    for (number, day, _), (_, following, row) in pairwise(sorted(council)):
        if following < day:
            message = f"is before {day}, when number {number} was adopted"
            yield resolutions.problem(row, "date_adopted", message)


# --- identity -------------------------------------------------------------------------------------


@fact
def entered_once(statements: Table, signatories: Table, clauses: Table) -> Iterator[Problem]:
    """A statement is entered once: no other has its page, its words, or its day and signatories."""
    signed: dict[str, set[str]] = defaultdict(set)
    for _, (statement, actor) in signatories.zip("statement_id", "actor_id"):
        signed[statement].add(actor)
    located: dict[str, str] = defaultdict(str)  # first and last words of all clauses
    for _, (statement, *ends) in clauses.zip("statement_id", "incipit", "explicit"):
        located[statement] += " ".join(filter(None, ends))
    seen: dict[tuple[object, ...], str] = {}
    columns = ("statement_id", "date", "title", "source_url", "text_sha256")
    for row, (statement, date, title, url, words) in statements.zip(*columns):
        actors = frozenset(signed[statement])
        marks = {
            "page": (_page(url),),
            "words": (words or located[statement],),
            "title and day": (title, date),
            "day and signatories": (date, actors),
        }
        for what, mark in marks.items():
            other = seen.setdefault((what, *mark), statement) if all(mark) else statement
            if other != statement:
                message = f"has the same {what} as {other}; a text is entered once"
                yield statements.problem(row, "statement_id", message)


def _page(url: str) -> str:
    """An address without what may be another for the same page."""
    return re.sub(r"^https?://(?:www\.)?|/$", "", url)


@fact
def considered_once(candidates: Table) -> Iterator[Problem]:
    """A text is considered once: no other candidate has its page and its day."""
    seen: dict[tuple[str, str], str] = {}
    for row, (candidate, url, date) in candidates.zip("candidate_id", "url", "date"):
        other = seen.setdefault((url, date), candidate)
        if other != candidate:
            message = f"has the same page and day as {other}; a text is considered once"
            yield candidates.problem(row, "candidate_id", message)


@fact
def coded_once(clauses: Table) -> Iterator[Problem]:
    """A clause is coded once: no other of its statement has the same first and last words."""
    seen: dict[tuple[str, ...], str] = {}
    columns = ("clause_id", "statement_id", "incipit", "explicit")
    for row, (clause, *place) in clauses.zip(*columns):
        other = seen.setdefault(tuple(place), clause) if all(place) else clause
        if other != clause:
            message = f"has the same first and last words as {other}; a clause is coded once"
            yield clauses.problem(row, "incipit", message)


@fact
def signed_once(signatories: Table) -> Iterator[Problem]:
    """Each signatory of a statement is written otherwise."""
    seen: dict[tuple[str, ...], str] = {}
    for row, (statement, actor, name) in signatories.zip(
        "statement_id", "actor_id", "name_as_written"
    ):
        other = seen.setdefault((statement, _bare(name)), actor)
        if other != actor:
            message = f"is how {other} is written; each signatory is named once"
            yield signatories.problem(row, "name_as_written", message)


@fact
def numbers_rise(paragraphs: Table) -> Iterator[Problem]:
    """The numbers that a text prints before its paragraphs rise."""
    positions = paragraphs.numbers("position")
    last: dict[str, int] = {}
    for row in sorted(range(len(positions)), key=positions.__getitem__):
        statement, number = paragraphs["statement_id"][row], paragraphs["number"][row]
        if number.isdecimal():
            before = last.get(statement, -1)
            last[statement] = int(number)
            if int(number) <= before:
                message = f"comes after {before}; numbers that a text prints rise"
                yield paragraphs.problem(row, "number", message)


@fact
def complete_page(statements: Table, statement_sources: Table) -> Iterator[Problem]:
    """Of a statement that is coded completely one page has all words."""
    extents = statement_sources.zip("statement_id", "extent")
    complete = {statement for _, (statement, extent) in extents if extent == "complete"}
    for row, (statement, coverage) in statements.zip("statement_id", "coverage"):
        if coverage == "complete" and statement not in complete:
            message = "none of its pages is complete; one with all words is right"
            yield statements.problem(row, "coverage", message)


@fact
def place_in_place(places: Table) -> Iterator[Problem]:
    """No place lies in itself."""
    parent_of = dict(zip(places["place_id"], places["parent_id"], strict=True))
    for row, place in enumerate(places["place_id"]):
        above, steps = parent_of.get(place, ""), 0
        while above and above != place and steps < len(parent_of):
            above, steps = parent_of.get(above, ""), steps + 1
        if above == place:
            yield places.problem(row, "parent_id", "leads back to the place itself")
