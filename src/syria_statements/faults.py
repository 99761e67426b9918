"""A fault of a data package, told so that a person can mend it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True)
class Fault:
    """One thing wrong: the file, the line (from 1), the column, the value, the rule, and what would be right."""

    file: str
    rule: str
    message: str
    line: int | None = None
    column: str | None = None
    value: str | None = None

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        subject = " ".join(part for part in (self.column, None if self.value is None else repr(clip(self.value))) if part)
        return f"{place}: {subject}{': ' if subject else ''}{self.message} [{self.rule}]"


def clip(text: str, most: int = 80) -> str:
    """The text, cut to ``most`` characters with an ellipsis."""
    return text if len(text) <= most else text[: most - 1] + "…"


SEARCHED = 500  # among more values the nearest takes too long to find


def allowed(values: Collection[str], value: str = "", most: int = 40) -> str:
    """What would be right: all values if they are few, else those nearest to the one found."""
    if len(values) <= most:
        return f"allowed are {', '.join(sorted(values))}" if values else "nothing is allowed here"
    if len(values) > SEARCHED:
        return f"none of the {len(values)} known is the same"
    near = get_close_matches(value, sorted(values), 3, 0.6)
    return f"the nearest of {len(values)} known are {', '.join(near)}" if near else f"none of the {len(values)} known is near"
