"""Panels that are joined to other datasets: one row for each actor, or pair of actors, and year.

Pure functions of the rows of other tables. What was not seen of a statement is unknown. So counts
of clauses stand beside the number of statements, of those coded, and of those coded to the end.
They are empty where nothing was coded, and lower bounds where some words were not seen. Statements
that name no state are counted apart, for the members of the format that issued them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from operator import itemgetter
from typing import Any

Row = Mapping[str, str]
Tables = Mapping[str, Sequence[Row]]
Cells = dict[str, str | int]
Counts = Counter[tuple[str, str]]  # by topic, "" for all topics together, and column

CLASSES = ("directive", "commissive", "expressive", "assertive", "declaration")
OF_TOPIC = ("statements", "clauses", *CLASSES)
OF_ACTOR = ("name", "kind", "iso3", "cow", "gw")
ANY = "_all"  # ends the columns of clauses that have a topic as primary or as secondary one
# Table → its columns from which the panels follow.
SOURCES = {
    "statements": ("statement_id", "format_id", "date", "coverage"),
    "signatories": ("statement_id", "actor_id"),
    "format_members": ("format_id", "actor_id", "valid_from", "valid_to", "extent"),
    "clauses": ("clause_id", "statement_id", "act_id", "topic_id"),
    "clause_topics": ("clause_id", "topic_id"),
    "acts": ("act_id", "class"),
    "topics": ("topic_id", "label"),
    "actors": ("actor_id", *OF_ACTOR),
}


def panels(tables: Tables) -> dict[str, list[Cells]]:
    """Rows of each panel, in the order of their keys.

    ``tables`` has the rows of the tables in ``SOURCES``, cells as they are in the CSV files.
    """
    return {name: list(derive(tables)) for name, derive in PANELS.items()}


# --- who issued what ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Text:
    """A statement and who signed it or, if it names no state, who was of its format on that day.

    ``is_listed`` says whether nobody else can be meant.
    """

    statement_id: str
    year: int
    coverage: str
    is_signed: bool
    actors: tuple[str, ...]
    is_listed: bool


@dataclass(frozen=True)
class Issued:
    """The statements of a year that an actor, or both of a pair, signed or issued as members.

    ``is_all`` says whether no other one that names no state can be theirs, too.
    """

    signed: Sequence[Text]
    as_members: Sequence[Text]
    is_all: bool


def _texts(tables: Tables) -> Iterator[Text]:
    """The statements that have a date; one that a group alone signs is of its members, too."""
    signatories = _by("statement_id", tables["signatories"])
    members = _by("format_id", tables["format_members"])
    states = {row["actor_id"] for row in tables["actors"] if row["kind"] == "state"}
    for row in tables["statements"]:
        if not row["date"][:4].isdecimal():  # a date that is none is another problem
            continue
        signed = _actors_in(signatories.get(row["statement_id"], []))
        if signed:
            yield _text(row, signed)
        if not states & {*signed}:
            listed = _on(row["date"], members.get(row["format_id"], []))
            is_listed = {member["extent"] for member in listed} == {"complete"}
            yield _text(row, _actors_in(listed), is_signed=False, is_listed=is_listed)


def _text(
    row: Row, actors: tuple[str, ...], is_signed: bool = True, is_listed: bool = True
) -> Text:
    year = int(row["date"][:4])
    return Text(row["statement_id"], year, row["coverage"], is_signed, actors, is_listed)


def _actors_in(rows: Iterable[Row]) -> tuple[str, ...]:
    return tuple(sorted({row["actor_id"] for row in rows}))


def _by(column: str, rows: Iterable[Row]) -> dict[str, list[Row]]:
    """The rows by their cell in a column."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return found


def _on(date: str, members: Iterable[Row]) -> list[Row]:
    """The rows of members that hold on a day; one that has no end goes on."""
    return [row for row in members if row["valid_from"] <= date <= (row["valid_to"] or date)]


def _issued(tables: Tables, size: int) -> Iterator[tuple[tuple[Any, ...], Issued]]:
    """What so many actors issued together in a year; the key is their ids and the year."""
    found: dict[tuple[Any, ...], dict[bool, list[Text]]] = defaultdict(lambda: defaultdict(list))
    unlisted: Counter[int] = Counter()
    for text in _texts(tables):
        unlisted[text.year] += not text.is_listed
        for actors in combinations(text.actors, size):
            found[*actors, text.year][text.is_signed].append(text)
    for key, texts in sorted(found.items(), key=itemgetter(0)):
        theirs = sum(not text.is_listed for text in texts[False])
        yield key, Issued(texts[True], texts[False], unlisted[key[-1]] == theirs)


# --- what is counted ------------------------------------------------------------------------------


def _clause_counts(tables: Tables) -> dict[str, Counts]:
    """Of each statement the number of its clauses, and of those of each class of act.

    They are by topic, and of all topics together; ``statements`` is 1 where there is a clause.
    """
    classes = {row["act_id"]: row["class"] for row in tables["acts"]}
    further = _by("clause_id", tables["clause_topics"])
    found: dict[str, Counts] = defaultdict(Counter)
    for row in tables["clauses"]:
        counts, primary = found[row["statement_id"]], row["topic_id"]
        topics = {primary, *(other["topic_id"] for other in further.get(row["clause_id"], []))}
        of_class = classes.get(row["act_id"], "")
        for topic, ending in [("", ""), (primary, ""), *((topic, ANY) for topic in topics)]:
            counts[topic, f"statements{ending}"] = 1
            counts[topic, f"clauses{ending}"] += 1
            counts[topic, f"{of_class}{ending}"] += 1
    return found


def _total(texts: Iterable[Text], counts: Mapping[str, Counts]) -> Counts:
    """Sum of the counts; ``Counter.update`` takes three times as long for so few."""
    total: Counts = Counter()
    for text in texts:
        for key, number in counts.get(text.statement_id, {}).items():
            total[key] += number
    return total


def _coded(texts: Iterable[Text]) -> int:
    return sum(text.coverage != "none" for text in texts)


def _complete(texts: Iterable[Text]) -> int:
    return sum(text.coverage == "complete" for text in texts)


def _bound(texts: Sequence[Text], is_all: bool = True) -> str:
    """Whether counts of their clauses are exact, if these are all that there are."""
    if not _coded(texts):
        return ""
    return "exact" if is_all and _complete(texts) == len(texts) else "lower"


def _signed_cells(signed: Sequence[Text]) -> Cells:
    """How far the statements that were signed are coded."""
    return {"statements_coded": _coded(signed), "statements_complete": _complete(signed)}


def _format_cells(issued: Issued) -> Cells:
    """How many statements members issued, and how far these are coded; empty if that is unknown."""
    texts = issued.as_members
    is_known = texts or issued.is_all
    return {
        "format_statements": len(texts) if is_known else "",
        "format_statements_coded": _coded(texts) if is_known else "",
        "format_statements_complete": _complete(texts) if is_known else "",
        "format_statements_bound": _bound_of_statements(issued),
    }


def _bound_of_statements(issued: Issued) -> str:
    """Whether these are all, or others may be theirs; empty if nothing is known of any."""
    if issued.is_all:
        return "exact"
    return "lower" if issued.as_members else ""


# --- the panels -----------------------------------------------------------------------------------


def _actors(tables: Tables) -> dict[str, Cells]:
    """Name, kind and codes of each actor."""
    return {row["actor_id"]: {name: row[name] for name in OF_ACTOR} for row in tables["actors"]}


def _actor_years(tables: Tables) -> Iterator[tuple[Cells, Counts, Counts]]:
    """Of each actor and year what is the same for every topic, and the counts of clauses.

    The first counts are those of statements that it signed, the others of those that it issued as a
    member of a format.
    """
    actors, counts = _actors(tables), _clause_counts(tables)
    for (actor, year), issued in _issued(tables, 1):
        row = {
            "actor_id": actor,
            "year": year,
            **actors.get(actor, {}),
            "statements_signed": len(issued.signed),
            **_signed_cells(issued.signed),
            "bound": _bound(issued.signed),
            **_format_cells(issued),
            "format_bound": _bound(issued.as_members, issued.is_all),
        }
        yield row, _total(issued.signed, counts), _total(issued.as_members, counts)


def _counted(counts: Counts, topic: str, columns: Iterable[str], coded: object) -> Cells:
    """The counts of a topic, empty where nothing was coded."""
    return {column: counts[topic, column] if coded else "" for column in columns}


def _of_format(cells: Cells) -> Cells:
    return {f"format_{column}": cell for column, cell in cells.items()}


def _actor_year(tables: Tables) -> Iterator[Cells]:
    for row, signed, others in _actor_years(tables):
        of_formats = _counted(others, "", ["clauses"], row["format_statements_coded"])
        counted = _counted(signed, "", ("clauses", *CLASSES), row["statements_coded"])
        yield {**row, **counted, **_of_format(of_formats)}


def _actor_year_topics(tables: Tables) -> Iterator[Cells]:
    labels = {row["topic_id"]: row["label"] for row in tables["topics"]}
    columns = [*OF_TOPIC, *(f"{column}{ANY}" for column in OF_TOPIC)]
    for row, signed, others in _actor_years(tables):
        for topic, label in sorted(labels.items()):
            of_topic: Cells = {"topic_id": topic, "topic": label}
            counted = _counted(signed, topic, columns, row["statements_coded"])
            of_formats = _counted(
                others, topic, ["clauses", f"clauses{ANY}"], row["format_statements_coded"]
            )
            yield {**row, **of_topic, **counted, **_of_format(of_formats)}


def _dyad_year(tables: Tables) -> Iterator[Cells]:
    actors = _actors(tables)
    for (one, other, year), issued in _issued(tables, 2):
        yield {
            "actor_id_a": one,
            "actor_id_b": other,
            "year": year,
            **{f"{name}_a": cell for name, cell in actors.get(one, {}).items()},
            **{f"{name}_b": cell for name, cell in actors.get(other, {}).items()},
            "joint_signatures": len(issued.signed),
            **_signed_cells(issued.signed),
            **_format_cells(issued),
        }


PANELS: dict[str, Callable[[Tables], Iterator[Cells]]] = {
    "actor_year": _actor_year,
    "actor_year_topics": _actor_year_topics,
    "dyad_year": _dyad_year,
}
