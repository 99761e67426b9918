"""Rules of the codes, of the codebook's examples, and of the reference tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from .csvfile import Table
from .faults import Fault, allowed
from .rules import rule


@rule
def enumeration(clauses: Table) -> Iterator[Fault]:
    """An item of an enumeration follows its head, which is no item itself, and takes the head's act."""
    rows = {clause: row for row, clause in enumerate(clauses["clause_id"])}
    position = clauses.numbers("position")
    for row, parent in enumerate(clauses["parent_id"]):
        if not parent or parent not in rows:
            continue
        head = rows[parent]
        same = clauses["statement_id"][head] == clauses["statement_id"][row]
        if not same or clauses["parent_id"][head] or position[head] >= position[row]:
            yield clauses.fault(row, "parent_id", "is not a head; a head stands earlier in the same statement and has no parent")
        elif clauses["act_id"][row] != clauses["act_id"][head]:
            yield clauses.fault(row, "act_id", f"an item takes the act of its head, {clauses['act_id'][head]}")


@rule
def secondary_topic(clause_topics: Table, clauses: Table) -> Iterator[Fault]:
    """A secondary topic is another one than the primary."""
    primary = clauses.by("clause_id", "topic_id")
    for row, (clause, topic) in clause_topics.zip("clause_id", "topic_id"):
        if primary.get(clause) == (topic,):
            yield clause_topics.fault(row, "topic_id", "is the clause's primary topic; a secondary topic is another one")


@rule
def role_scope(roles: Table, signatories: Table, clause_actors: Table) -> Iterator[Fault]:
    """A role is used in the table that it applies to."""
    scope = roles.by("role_id", "applies_to")
    for table in (signatories, clause_actors):
        for row, role in enumerate(table["role_id"]):
            if role in scope and scope[role] != (table.name,):
                fitting = [known for known, (applies,) in scope.items() if applies == table.name]
                yield table.fault(row, "role_id", f"is not a role of {table.name}; {allowed(fitting)}")


@rule
def examples_hold(examples: Table, clauses: Table, clause_topics: Table, clause_actors: Table, acts: Table, topics: Table, modifiers: Table,
                  roles: Table) -> Iterator[Fault]:  # fmt: skip
    """An example in the codebook bears its code; a near miss does not; both name a code there is."""
    known = {
        "act": set(acts["act_id"]),
        "topic": set(topics["topic_id"]),
        "modifier": set(modifiers["modifier_id"]),
        "role": set(roles["role_id"]),
    }
    shown = set(examples["clause_id"])
    columns = [(variable, clauses, f"{variable}_id") for variable in ("act", "topic", "modifier")]
    columns += [("topic", clause_topics, "topic_id"), ("role", clause_actors, "role_id")]
    bears = {
        (variable, *cells)
        for variable, table, column in columns
        for cells in zip(table["clause_id"], table[column], strict=True)
        if cells[0] in shown
    }
    for row, (variable, code, clause, kind) in examples.zip("variable_id", "code", "clause_id", "kind"):
        if code not in known.get(variable, {code}):
            yield examples.fault(row, "code", f"is not a code of {variable}; {allowed(known[variable], code)}")
        elif ((variable, clause, code) in bears) != (kind == "example"):
            yield examples.fault(
                row, "clause_id", f"is given as {kind} of {code}, and {'does not bear' if kind == 'example' else 'bears'} it"
            )


@rule
def resolution_symbol(resolutions: Table) -> Iterator[Fault]:
    """Symbol, body, number, year and address of a resolution all follow from its key."""
    for row, (key, symbol, body, number, year, url) in resolutions.zip("resolution_id", "symbol", "body", "number", "year", "url"):
        council = key.startswith("S/")
        numbers = re.findall("[0-9]+", key)
        right = {
            "symbol": symbol if symbol.replace(" ", "") == key else f"{key}, with spaces only where the United Nations has them",
            "body": "security-council" if council else "general-assembly",
            "number": numbers[0] if council or "(" in key else numbers[-1],
            "year": numbers[-1] if council else year,
            "url": f"https://docs.un.org/en/{key}",
        } if numbers else {}  # fmt: skip
        for column, value in right.items():
            if value != {"symbol": symbol, "body": body, "number": number, "year": year, "url": url}[column]:
                yield resolutions.fault(row, column, f"should be {value}, as resolution_id says")


@rule
def candidates_in(candidates: Table, statements: Table) -> Iterator[Fault]:
    """The statements are the candidates that are in, no more and no fewer."""
    decided, known = candidates.by("candidate_id", "decision"), set(statements["statement_id"])
    for row, (statement,) in statements.zip("statement_id"):
        if decided.get(statement) != ("in",):
            yield statements.fault(row, "statement_id", "is not a candidate that is in; candidates needs a row with its key")
    for row, (candidate, decision, why) in candidates.zip("candidate_id", "decision", "rule"):
        if decision == "in" and candidate not in known:
            yield candidates.fault(row, "candidate_id", "is in, and statements has no such row")
        if why and (decision == "in") != (why == "joint-text"):
            yield candidates.fault(
                row, "rule", f"does not fit the decision {decision!r}; joint-text is the rule for in, and for nothing else"
            )


@rule
def name_validity(actor_names: Table) -> Iterator[Fault]:
    """A name is not out of use before it is in use."""
    for row, (first, last) in actor_names.zip("valid_from", "valid_to"):
        if first and last and first > last:
            yield actor_names.fault(row, "valid_to", f"is before valid_from, {first}")


@rule
def verified_facts(tables: Mapping[str, Table], reference_sources: Table) -> Iterator[Fault]:
    """Every value of a column marked ``verified`` has two sources, and every source belongs to a value."""
    sources = reference_sources
    count = Counter(zip(sources["table"], sources["field"], sources["row_id"], strict=True))
    facts = {}
    for table in tables.values():
        key = table.schema["primaryKey"][0]  # tables with verified columns have a key of one column
        for field in [field["name"] for field in table.schema["fields"] if field.get("verified")]:
            facts.update({(table.name, field, cells[0]): (table, row) for row, cells in table.zip(key, field) if cells[1]})
    for (name, field, key), (table, row) in facts.items():
        if count[name, field, key] + count[name, field, "*"] < 2:
            yield table.fault(
                row, field, f"rests on fewer than two sources; reference_sources needs two rows for {name}, {field}, {key} or *"
            )
    columns = {(name, field, "*") for name, field, _ in facts}
    for row, source in sources.zip("table", "field", "row_id"):
        if source not in facts and source not in columns:
            yield sources.fault(row, "row_id", "is the source of no value; table, field and row must name a filled, verified cell")
