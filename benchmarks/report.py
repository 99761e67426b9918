"""Results of measurements, and the Markdown page that tells them."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SIGNS = {"≤": operator.le, "<": operator.lt, "≥": operator.ge}


@dataclass(frozen=True)
class Result:
    """A measured ratio and its bound, such as ``≤ 1.6``; without a bound it is only told."""

    what: str
    measured: float
    bound: str = ""

    @property
    def within(self) -> bool:
        """Whether the ratio, as it is told, keeps its bound."""
        if not self.bound:
            return True
        sign, limit = self.bound.split()
        return bool(SIGNS[sign](round(self.measured, 2), float(limit)))

    def cells(self) -> tuple[str, str, str, str]:
        """What is told of it in a row of the table."""
        verdict = ("yes" if self.within else "no") if self.bound else "–"
        return self.what, f"{self.measured:.2f}", self.bound or "–", verdict


@dataclass(frozen=True)
class Section:
    """Results, and a table of the absolute numbers behind them, which hold for one machine only."""

    results: list[Result]
    header: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()


def page(sections: Iterable[Section], note: str) -> str:
    """All results in one table, then the tables of absolute numbers, then how it was measured."""
    parts = list(sections)
    results = [result.cells() for section in parts for result in section.results]
    tables = [table(("what", "measured ratio", "bound", "within bound"), results)]
    tables += [table(section.header, section.rows) for section in parts if section.rows]
    return "\n\n".join([*tables, note]) + "\n"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table, its first column aligned left, all others right."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
