"""Where the rows of the built tables come from, so that a fault of a table is told at the line of its source."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

from annotation import Problem
from syria_statements.faults import Fault
from tabulation import Row


@dataclass
class Origins:
    """Where the rows of the built tables come from: per table, the document and the line of each row, in row order."""

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

    def problem(self, table: str, fault: Fault) -> Problem:
        """The fault of a built row as a problem of its source."""
        index = (fault.line or 2) - 2
        documents, lines = self.rows[table]
        line = self.statement_lines[index].get(fault.column or "", 1) if table == "statements" else lines[index]
        told = str(Fault("", fault.rule, fault.message, None, fault.column, fault.value)).removeprefix(": ")
        return Problem(self.documents[documents[index]], line, told)
