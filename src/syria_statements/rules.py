"""Registry of the rules that no Table Schema can state; the modules named ``*_rules`` fill it.

The name of a function is the name of its rule. A rule names the tables that it reads as its parameters and yields a
fault for each row that breaks it. A cell that is not of its type is a fault of its own, so rules pass over it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .faults import Fault

Rule = Callable[..., Iterator[Fault]]
RULES: dict[str, Rule] = {}


def rule(function: Rule) -> Rule:
    """Register a rule under its name, with hyphens."""
    RULES[function.__name__.replace("_", "-")] = function
    return function


def words(text: str) -> int:
    """Number of words: runs of characters other than white space."""
    return len(text.split())
