"""How much of the statements was seen and coded: what every count of coded words is out of."""

from __future__ import annotations

from collections import Counter, namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .package import Package, Table

CODED = ("clauses", "paragraphs")  # tables of what was coded, to which others refer
READING = (
    "Clauses are counted in the words that were seen and coded. What was not seen of a statement"
    " is unknown, never absent."
)


class Coverage(namedtuple("Coverage", "statements coded complete")):
    """Number of statements, of those coded, and of those coded to the end.

    No dataclass, as to import that module is a third of the time of a small command.
    """

    __slots__ = ()

    def __str__(self) -> str:
        """Of how many statements: ``85 of 156 statements, 13 of them complete``."""
        return f"{self.coded} of {self.statements} statements, {self.complete} of them complete"


def has_coverage(package: Package) -> bool:
    """Whether a package says how much of its statements was coded."""
    return "statements" in package.tables and "coverage" in package["statements"].names


def coverage(package: Package) -> Coverage:
    """How much of the statements of a package was coded."""
    counted = Counter(row["coverage"] for row in package.needed("statements", "coverage").rows)
    return Coverage(counted.total(), counted.total() - counted["none"], counted["complete"])


def rows_of(table: Table) -> str:
    """How many rows a table has; if they are of coded words, from how many statements."""
    seen = f", from {coverage(table.package)}" if is_partial(table) else ""
    return f"{table.count}{seen}"


def is_partial(table: Table) -> bool:
    """Whether the rows are of the words that were coded: of clauses, of paragraphs, of their parts.

    Examples of codes refer to clauses, too, but are chosen, and no count of anything.
    """
    of_coded = {table.name, *table.references.values()} & {*CODED}
    return table.is_built and bool(of_coded) and has_coverage(table.package)
