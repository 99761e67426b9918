"""Rules that no Table Schema can state: each is one function in a module of this folder.

The modules are by subject. The name of a function is the name of its rule. A rule names the tables
that it reads as its parameters and yields a problem for each row that breaks it; a parameter
``tables`` is all of them. A cell that is not of its type is a problem of its own, so rules pass
over it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from importlib import import_module
from pkgutil import iter_modules

from ..csv_file import Table
from ..problem import Problem

Rule = Callable[..., Iterator[Problem]]
RULES: dict[str, Rule] = {}


def rule(function: Rule) -> Rule:
    """Register a rule under its name, with hyphens."""
    RULES[function.__name__.replace("_", "-")] = function
    return function


def problems(tables: Mapping[str, Table]) -> Iterator[Problem]:
    """Problems by all rules whose tables are there."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
    known = {**tables, "tables": tables}
    for name, function in RULES.items():
        needed = list(inspect.signature(function).parameters)
        if all(table in known for table in needed):
            for problem in function(*(known[table] for table in needed)):
                yield replace(problem, rule=name)


def words(text: str) -> int:
    """Number of words: runs of characters other than white space."""
    return len(text.split())
