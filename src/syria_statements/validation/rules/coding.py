"""Rules of the codes of clauses and mentions, and of the codebook's examples."""

from __future__ import annotations

from collections.abc import Iterator

from ...errors import allowed
from ..csv_file import Table
from ..problem import Problem
from . import rule


@rule
def enumeration(clauses: Table) -> Iterator[Problem]:
    """An item of an enumeration follows its head, which is no item itself, and has its act."""
    row_of = {clause: row for row, clause in enumerate(clauses["clause_id"])}
    for row, parent in enumerate(clauses["parent_id"]):
        head = row_of.get(parent)
        if not parent or head is None:
            continue
        act = clauses["act_id"][head]
        if not _can_be_head(clauses, head, row):
            message = "is not a head; a head is earlier in the same statement and has no parent"
            yield clauses.problem(row, "parent_id", message)
        elif clauses["act_id"][row] != act:
            yield clauses.problem(row, "act_id", f"an item takes the act of its head, {act}")


def _can_be_head(clauses: Table, head: int, item: int) -> bool:
    statement, position = clauses["statement_id"], clauses.numbers("position")
    if statement[head] != statement[item] or position[head] >= position[item]:
        return False
    return not clauses["parent_id"][head]


@rule
def secondary_topic(clause_topics: Table, clauses: Table) -> Iterator[Problem]:
    """A secondary topic is another one than the primary."""
    primary = dict(zip(clauses["clause_id"], clauses["topic_id"], strict=True))
    for row, (clause, topic) in clause_topics.zip("clause_id", "topic_id"):
        if primary.get(clause) == topic:
            message = "is the clause's primary topic; a secondary topic is another one"
            yield clause_topics.problem(row, "topic_id", message)


@rule
def role_scope(roles: Table, signatories: Table, clause_actors: Table) -> Iterator[Problem]:
    """A role is used in the table that it applies to."""
    scope = dict(zip(roles["role_id"], roles["applies_to"], strict=True))
    for table in (signatories, clause_actors):
        fitting = [role for role, applies_to in scope.items() if applies_to == table.name]
        for row, role in enumerate(table["role_id"]):
            if role in scope and scope[role] != table.name:
                message = f"is not a role of {table.name}; {allowed(fitting)}"
                yield table.problem(row, "role_id", message)


@rule
def examples_hold(
    examples: Table,
    clauses: Table,
    clause_topics: Table,
    clause_actors: Table,
    acts: Table,
    topics: Table,
    modifiers: Table,
    roles: Table,
) -> Iterator[Problem]:
    """An example in the codebook has its code, a near miss does not; both name a known code."""
    codebook = {"act": acts, "topic": topics, "modifier": modifiers, "role": roles}
    known = {variable: set(table[f"{variable}_id"]) for variable, table in codebook.items()}
    coded = _coded(set(examples["clause_id"]), clauses, clause_topics, clause_actors)
    cells = examples.zip("variable_id", "code", "clause_id", "kind")
    for row, (variable, code, clause, kind) in cells:
        has_code = (variable, clause, code) in coded
        if code not in known.get(variable, {code}):
            message = f"is not a code of {variable}; {allowed(known[variable], code)}"
            yield examples.problem(row, "code", message)
        elif has_code != (kind == "example"):
            has = "has" if has_code else "does not have"
            message = f"is given as {kind} of {code}, and {has} this code"
            yield examples.problem(row, "clause_id", message)


def _coded(
    shown: set[str], clauses: Table, clause_topics: Table, clause_actors: Table
) -> set[tuple[str, str, str]]:
    """Variable, clause and code of all codes that the clauses shown have."""
    tables = [("act", clauses), ("topic", clauses), ("modifier", clauses)]
    tables += [("topic", clause_topics), ("role", clause_actors)]
    coded = set()
    for variable, table in tables:
        for _, (clause, code) in table.zip("clause_id", f"{variable}_id"):
            if clause in shown:
                coded.add((variable, clause, code))
    return coded
