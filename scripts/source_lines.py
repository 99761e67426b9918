"""The line of a source from which each row of a built table comes."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

from syria_statements.validation.problem import Problem

from .tabulation import Row


@dataclass
class SourceLines:
    """Document and line of each row of the built tables, so that a problem is shown where it arose.

    ``documents`` has the paths of the sources; ``rows`` has, by table, the index of the document
    and the line of each row, in row order; ``statement_lines`` has the line of each cell of the
    table ``statements``, by column.
    """

    documents: list[str] = field(default_factory=list)
    rows: dict[str, tuple[array[int], array[int]]] = field(default_factory=dict)
    statement_lines: list[dict[str, int]] = field(default_factory=list)

    def add(self, row: Row) -> None:
        """Note the row as the next one of its table, and as one of the last document."""
        documents, lines = self.rows.setdefault(row.table, (array("l"), array("l")))
        documents.append(len(self.documents) - 1)
        lines.append(row.line)
        if row.table == "statements":
            self.statement_lines.append(row.lines)

    def locate(self, table: str, problem: Problem) -> Problem:
        """The problem of a built row, at the line of its source."""
        index = (problem.line or 2) - 2
        documents, lines = self.rows[table]
        line = lines[index]
        if table == "statements":
            line = self.statement_lines[index].get(problem.column or "", 1)
        return problem.at(self.documents[documents[index]], line)
