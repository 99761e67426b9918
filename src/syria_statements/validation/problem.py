"""One thing that is wrong with a source or a package, in words that help to put it right."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..errors import printable, shorten


@dataclass(frozen=True)
class Problem:
    """One thing wrong: where it is, and what would be right.

    ``line`` counts from 1 and is None for the file as a whole. ``rule`` is the name of the rule
    that is broken, empty where the syntax of a source is; ``column`` and ``value`` are those of the
    cell.
    """

    file: str
    line: int | None
    message: str
    rule: str = ""
    column: str | None = None
    value: str | None = None

    def at(self, file: str, line: int) -> Problem:
        """The same problem at another place: that of a built row at the line of its source."""
        return replace(self, file=file, line=line)

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        value = None if self.value is None else repr(shorten(self.value))
        subject = " ".join(part for part in (self.column, value) if part)
        message = f"{subject}: {self.message}" if subject else self.message
        rule = f" [{self.rule}]" if self.rule else ""
        return printable(f"{place}: {message}{rule}")
