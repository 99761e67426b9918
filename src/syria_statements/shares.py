"""How many statements have a clause of some kind, with the bounds that what was not seen leaves.

The bounds are the worst cases: of the statements that may have such a clause, and of which not all
was seen, none has one, or all have one. See C. F. Manski, Partial Identification of Probability
Distributions, Springer 2003.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations

from .conditions import (
    Condition,
    alike,
    excluding,
    fitting,
    has_codes,
    is_code,
    never_both,
    parted,
    unmatched,
)
from .errors import ArgumentError, UnknownNameError, allowed_columns, meant, require_text
from .history import package_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from typing import Any

    from .package import Directory, Package, Table

    Record = dict[str, Any]
    Rows = list[Record]
    Conditions = str | Sequence[str]
    Places = Mapping[str, Sequence["Place"]]

YEAR = "year"  # of the date; statements had no such column before
COUNTS = ("statements", "coded", "complete", "present", "absent", "unknown", "low", "high")
SIGNATORY, UNNAMED = "actor_id", "unnamed"
# Other words for a column.
SAID_AS = dict.fromkeys(
    ("signatory", "signatories", "signatory_id", "signatory_ids", "country", "state"), SIGNATORY
)
DIGITS = 4  # of a share, after the point


@dataclass(frozen=True)
class Place:
    """Where a value is looked for: in a column, or in the column ``of_code`` of the code in it."""

    table: str
    column: str
    of_code: str = ""


# What can be said of a clause or of a statement beside its own columns. Of several places one may
# have the value.
OF_CLAUSES = {
    "act_class": [Place("clauses", "act_id", "class")],
    "topic_group_id": [Place("clauses", "topic_id", "topic_group_id")],
    "any_topic_id": [Place("clauses", "topic_id"), Place("clause_topics", "topic_id")],
    "any_topic_group_id": [
        Place("clauses", "topic_id", "topic_group_id"),
        Place("clause_topics", "topic_id", "topic_group_id"),
    ],
    "actor_id": [Place("clause_actors", "actor_id")],
    "place_id": [Place("clause_places", "place_id")],
    "resolution_id": [Place("resolution_references", "resolution_id")],
}
OF_STATEMENTS = {
    "actor_id": [Place("signatories", "actor_id")],
    YEAR: [Place("statements", "date")],  # of which a year is a part
}


def share(
    has: Conditions,
    among: Conditions = (),
    by: str | None = None,
    directory: Directory | None = None,
    release: str | None = None,
) -> list[Record]:
    """The share of statements that have a clause of some kind, with its bounds.

    ``has`` is a condition such as ``act_id=ask``, or several: one clause meets all conditions, so
    two topics are both in one clause. For either of them ask for their group, such as
    ``any_topic_group_id=humanitarian``. An empty value is a missing one, ``!=`` is of all others,
    and ``>=``, ``>``, ``<=`` and ``<`` are of numbers and of dates, where ``2019`` and ``2019-11``
    are the whole year or month. Capitals and blanks make no difference. Their columns are those of
    ``clauses``, where ``topic_id`` is the primary topic, and ``any_topic_id`` (primary or
    secondary), ``topic_group_id``, ``any_topic_group_id``, ``act_class``, and of what is mentioned
    ``actor_id``, ``place_id``, ``resolution_id``. ``among`` are conditions on the statements, which
    must all hold: their columns, ``year``, and ``actor_id`` of a signatory. ``by`` is one column of
    ``statements`` or ``year``: each of its values is a group.

    Each group is a dict with numbers of statements: ``statements``, of which ``coded`` and
    ``complete``, coded to the end; ``present`` have such a clause, ``absent`` are complete and have
    none, ``unknown`` are all others. ``low`` and ``high`` are the share, to four digits, if none or
    all of the unknown ones have such a clause: the worst-case bounds of Manski (2003). Of no
    statements they are None. Where ``among`` asks for a signatory, ``unnamed`` is the number of
    statements that name no state: whose these are is not known, and they are in no other number.

    Raises ``UnknownNameError`` for a column that there is not and for a value that no row can have,
    or has; ``ArgumentError`` for what is no condition, and for two that exclude each other.
    """
    package = package_in(directory, release)
    wanted = _conditions(package, "clauses", has, OF_CLAUSES)
    if not wanted:
        raise ArgumentError("has is empty; write at least one COLUMN=VALUE")
    clauses = _fitting(package, "clauses", wanted, OF_CLAUSES)
    conditions = _conditions(package, "statements", among, OF_STATEMENTS)
    statements = _fitting(package, "statements", conditions, OF_STATEMENTS)
    present = {row["statement_id"] for row in clauses}
    if SIGNATORY not in {condition.column for condition in conditions}:
        groups = _groups(package, statements, by)
        return [{**group, **_counts(rows, present)} for group, rows in groups]
    unnamed = _unnamed(package, conditions, statements)
    asked = {row["statement_id"]: row for row in statements} | unnamed
    groups = _groups(package, list(asked.values()), by)
    return [{**group, **_counts_apart(rows, present, unnamed)} for group, rows in groups]


def _counts_apart(rows: Rows, present: Collection[str], unnamed: Collection[str]) -> Record:
    """The numbers of a group, in which the statements that name no state are counted apart."""
    signed = [row for row in rows if row["statement_id"] not in unnamed]
    return {**_counts(signed, present), UNNAMED: len(rows) - len(signed)}


def _unnamed(package: Package, conditions: list[Condition], signed: Rows) -> dict[str, Record]:
    """The statements that name no state, and for which all conditions but the signatory hold.

    Whoever is asked for may have signed them; it is known of those alone that name this one.
    """
    others = [condition for condition in conditions if condition.column != SIGNATORY]
    of_signatory = [condition for condition in conditions if condition.column == SIGNATORY]
    kinds = {row["actor_id"]: row["kind"] for row in package.needed("actors", "kind").rows}
    signatures = package.needed("signatories", "statement_id", SIGNATORY).rows
    named = {row["statement_id"] for row in signatures if kinds.get(row[SIGNATORY]) == "state"}
    if not any(condition.is_negative for condition in of_signatory):
        named |= {row["statement_id"] for row in signed}
    rows = _fitting(package, "statements", others, OF_STATEMENTS)
    return {row["statement_id"]: row for row in rows if row["statement_id"] not in named}


def _conditions(package: Package, name: str, given: Conditions, others: Places) -> list[Condition]:
    """The conditions on a table, each with the name of the column that is meant."""
    if not isinstance(given, str | list | tuple):
        raise ArgumentError(f"{given!r} is no list of conditions; write COLUMN=VALUE")
    known = [*package.needed(name).names, *others]
    found = []
    for condition in map(parted, [given] if isinstance(given, str) else given):
        column = meant(condition.column, known)
        if column not in known:
            right = allowed_columns(known, column, SAID_AS)
            raise UnknownNameError(f"{name} are not counted by {column!r}; {right}")
        found.append(condition._replace(column=column))
    return found


# --- what fits ------------------------------------------------------------------------------------


def _fitting(package: Package, name: str, conditions: list[Condition], others: Places) -> Rows:
    """The rows of a table of which all conditions hold."""
    table = package.needed(name)
    key, found, single = table.key[0], table.rows, []
    for condition in conditions:
        places = _places(table, condition.column, others)
        try:
            ids = _ids(package, key, places, condition)
        except UnknownNameError as error:
            raise _of_another_column(table, condition, others) or error from error
        found = [row for row in found if (row[key] in ids) != condition.is_negative]
        if [place.table for place in places] == [name]:
            single.append((condition, ids))
    if pair := excluding(single):
        raise never_both(pair, either(package, pair))
    return found


def _places(table: Table, column: str, others: Places) -> Sequence[Place]:
    """Where a value of a column is looked for: in the table itself, if it has the column."""
    return [Place(table.name, column)] if column in table.names else others[column]


def _of_another_column(
    table: Table, condition: Condition, others: Places
) -> UnknownNameError | None:
    """The error for a value that is a code of another column, with that one."""
    column, _, value = condition
    known = [*table.names, *others]
    places = {name: _places(table, name, others)[0] for name in known}
    if not has_codes(*_codes(table.package, places[column])):
        return None
    columns = [name for name in known if is_code(*_codes(table.package, places[name]), value)]
    if not columns:
        return None
    right = f"{alike(columns, column)}{condition.sign}{value}"
    return UnknownNameError(f"no {column} {value!r}; write {right}")


def _codes(package: Package, place: Place) -> tuple[Table, str]:
    """The table and the column in which the values of a place are."""
    table = package.needed(place.table)
    if not place.of_code:
        return table, place.column
    return package.needed(table.references[place.column]), place.of_code


def either(package: Package, conditions: Sequence[Condition]) -> str:
    """The condition on a group of codes that holds of each of two that are asked for, if any."""
    for one, other in combinations(conditions, 2):
        groups = _groups_of(package, one) & _groups_of(package, other)
        if one.column == other.column and groups:
            return str(min(groups))
    return ""


def _groups_of(package: Package, condition: Condition) -> set[Condition]:
    """The conditions on the groups of the code that a condition asks for."""
    column, sign, value = condition
    own = OF_CLAUSES.get(column, [Place("clauses", column)])
    found = set()
    for name, places in OF_CLAUSES.items():
        if sign == "=" and [replace(place, of_code="") for place in places] == own != places:
            codes, group = _codes(package, places[0])
            rows = codes.rows_by(codes.key[0])
            row = rows.get(meant(value, rows), [{}])[0]
            found |= {Condition(name, "=", row[group])} if row.get(group) else set()
    return found


def reading(has: Sequence[str], release: str | None = None) -> str:
    """What several conditions on a clause mean, in words; of one there is nothing to say."""
    if len(has) < 2:
        return ""
    package = package_in(release=release)
    group = either(package, _conditions(package, "clauses", has, OF_CLAUSES))
    instead = f"; {group} finds a clause with either" if group else ""
    return f"such a clause: one clause meets all conditions{instead}."


def _ids(package: Package, key: str, places: Sequence[Place], condition: Condition) -> set[str]:
    """The ids, in the column ``key``, of the rows of which one place fits a positive condition.

    Raises ``UnknownNameError`` for a value that no row can have, or has.
    """
    found: set[str] = set()
    for place in places:
        table = package.needed(place.table, key)
        asked = condition._replace(column=place.column)
        rows = _of_codes(table, place, condition) if place.of_code else fitting(table, asked)
        found |= {row[key] for row in rows}
        if not rows and not place.of_code and (wrong := unmatched(table, asked)):
            raise UnknownNameError(wrong)
    return found


def _of_codes(table: Table, place: Place, condition: Condition) -> Rows:
    """The rows that have a code of which a condition holds."""
    codes = table.package.needed(table.references[place.column])
    codes.require_column(place.of_code)
    fit = fitting(codes, condition._replace(column=place.of_code))
    wanted = {row[codes.key[0]] for row in fit}
    return [row for row in table.rows if row[place.column] in wanted]


def _value(row: Record, column: str) -> Any:
    return row["date"].year if column == YEAR else row[column]


# --- what is counted ------------------------------------------------------------------------------


def _groups(package: Package, statements: Rows, by: str | None) -> Iterator[tuple[Record, Rows]]:
    """The statements of each value of a column, with it; those without a value come last."""
    if by is None:
        yield {}, statements
        return
    if isinstance(by, list | tuple):
        raise ArgumentError(f"by is one column, not the list {by!r}; ask for one after the other")
    require_text(by, "a column")
    names = {*package["statements"].names, YEAR}
    by = meant(by, names)
    if by not in names:
        right = allowed_columns(sorted(names), by)
        raise UnknownNameError(f"statements have no column {by!r}; {right}")
    found: dict[Any, Rows] = {}
    for row in statements:
        found.setdefault(_value(row, by), []).append(row)
    for value in sorted(found, key=lambda value: (value is None, value)):
        yield {by: value}, found[value]


def _counts(statements: Rows, present: Collection[str]) -> Record:
    """The numbers of a group; ``present`` are the ids of all statements with such a clause."""
    number = len(statements)
    complete = [row for row in statements if row["coverage"] == "complete"]
    having = [row for row in statements if row["statement_id"] in present]
    absent = sum(row["statement_id"] not in present for row in complete)
    return {
        "statements": number,
        "coded": sum(row["coverage"] != "none" for row in statements),
        "complete": len(complete),
        "present": len(having),
        "absent": absent,
        "unknown": number - len(having) - absent,
        "low": round(len(having) / number, DIGITS) if number else None,
        "high": round((number - absent) / number, DIGITS) if number else None,
    }
