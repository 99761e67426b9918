"""Rules that no Table Schema can state: each is one function in a module of this folder.

The modules are by subject. The name of a function is the name of its rule. A rule names the tables
that it reads as its parameters and yields a problem for each row that breaks it. The parameter
``tables`` is all of them, ``descriptor`` the descriptor, ``directory`` that of the package. A cell
that is not of its type is a problem of its own, so rules pass over it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from ...errors import SchemaError
from ..csv_file import MissingColumnError, Table
from ..problem import Problem

Rule = Callable[..., Iterator[Problem]]
RULES: dict[str, Rule] = {}
EXCUSABLE = {"unique"}  # rules to which there may be a real exception


def rule(function: Rule) -> Rule:
    """Register a rule under its name, with hyphens."""
    RULES[function.__name__.replace("_", "-")] = function
    return function


def fact(function: Rule) -> Rule:
    """Register a rule of what can be true; a real exception is a row of the table exceptions."""
    EXCUSABLE.add(function.__name__.replace("_", "-"))
    return rule(function)


def problems(
    tables: Mapping[str, Table], descriptor: Mapping[str, Any], directory: str
) -> Iterator[Problem]:
    """Problems by all rules whose tables are there."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
    known = {**tables, "tables": tables, "descriptor": descriptor, "directory": directory}
    for name, function in RULES.items():
        needed = list(inspect.signature(function).parameters)
        if all(table in known for table in needed):
            yield from _problems_by(name, function(*(known[table] for table in needed)))


def _problems_by(name: str, found: Iterator[Problem]) -> Iterator[Problem]:
    """Problems by one rule, or the one that a column is missing that it needs."""
    try:
        for problem in found:
            yield replace(problem, rule=name)
    except MissingColumnError as error:
        file, column = error.args
        message = f"is missing; the rule {name} needs it"
        yield Problem(file, None, message, "column", column)
    except SchemaError:  # which cells are checked for, too
        return


def differences(
    table: Table, derived: Iterable[Mapping[str, str | int]], sources: str
) -> Iterator[Problem]:
    """Rows and cells that are not as they are derived; ``sources`` says from what they are."""
    key = table.schema["primaryKey"]
    left = {tuple(str(row[column]) for column in key): row for row in derived}
    names = list(next(iter(left.values()), {}))
    in_place = list(zip(*(table[name] for name in names), strict=True))
    for number, cells in table.zip(*key):
        row = left.pop(cells, None)
        if row is None:
            message = f"{sources} do not give this row; it should not be there"
            yield table.problem(number, key[0], message)
        elif in_place[number] != tuple(map(str, row.values())):  # or it takes three times as long
            yield from _different_cells(table, number, row, sources)
    for cells in left:
        yield table.problem_of_file(f"has no row {', '.join(cells)}, which {sources} give")


def _different_cells(
    table: Table, number: int, row: Mapping[str, str | int], sources: str
) -> Iterator[Problem]:
    for column, right in row.items():
        if table[column][number] != str(right):
            message = f"should be {str(right) or 'empty'}, as {sources} give"
            yield table.problem(number, column, message)


def words(text: str) -> int:
    """Number of words: runs of characters other than white space."""
    return len(text.split())
