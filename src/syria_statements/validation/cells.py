"""Cells against their column: type, constraints, formulas."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import filterfalse
from typing import Any

from ..errors import SchemaError
from ..fields import CONSTRAINTS, constraints, field_type, is_typed
from . import characters
from .csv_file import Table
from .problem import Problem

Field = dict[str, Any]
NOT_A_FORMULA = re.compile(r"[^=+\-@\t\r]")  # how a cell begins that no spreadsheet runs


def problems(table: Table) -> Iterator[Problem]:
    """Cells that break the type or a constraint of their column."""
    for field in table.schema["fields"]:
        try:
            yield from _column_problems(table, field)
        except (SchemaError, re.error, ValueError) as error:
            yield table.problem_of_file(f"its schema cannot be used: {error}", "schema")


def _column_problems(table: Table, field: Field) -> Iterator[Problem]:
    name = field["name"]
    cells = table[name]
    distinct = set(cells)
    for rule, test, message in _rules(field):
        bad = set(filterfalse(test, distinct - {""}))
        yield from _bad_cells(table, name, bad, rule, message)
    if characters.has_unseen_space("\n".join(distinct)):
        bad = set(filter(characters.has_unseen_space, distinct))
        yield from _bad_cells(table, name, bad, "white-space", lambda cell: characters.UNSEEN_SPACE)
    of_column = field.get("constraints", {})
    if of_column.get("required") and "" in distinct:
        yield from _bad_cells(table, name, {""}, "required", lambda cell: EMPTY)
    if of_column.get("unique"):
        yield from _repeated(table, name)


def _bad_cells(
    table: Table, name: str, bad: set[str], rule: str, message: Callable[[str], str]
) -> Iterator[Problem]:
    """A problem for each row whose cell in a column is a bad one."""
    if bad:
        for row, cell in enumerate(table[name]):
            if cell in bad:
                yield table.problem(row, name, message(cell), rule)


def _rules(field: Field) -> Iterator[tuple[str, Any, Any]]:
    """Name, test and message of each rule that a cell of a field must pass unless it is empty."""
    is_text = field_type(field).storage == "text"
    if not is_text:
        kind = field["type"]
        yield "type", is_typed(field), lambda cell: f"is not of type {kind}"
    for name, argument in constraints(field).items():
        constraint = CONSTRAINTS[name]
        yield name, constraint.test(argument, field), _message(constraint.message, argument)
    if is_text and not field.get("freeText"):
        yield "formula", NOT_A_FORMULA.match, lambda cell: FORMULA


EMPTY = "is empty; the column is required"
FORMULA = "begins like a formula; a spreadsheet would run it, and the column is not free text"


def _message(message: Any, argument: Any) -> Any:
    return lambda cell: message(argument, cell)


def _repeated(table: Table, name: str) -> Iterator[Problem]:
    cells = table[name]
    filled = [cell for cell in cells if cell]
    if len(set(filled)) == len(filled):
        return
    seen: set[str] = set()
    for row, cell in enumerate(cells):
        if cell and cell in seen:
            message = "is in an earlier row; the column is unique"
            yield table.problem(row, name, message, "unique")
        seen.add(cell)
