"""CSV bytes → header, columns of cells, the line of each row, and what is wrong with the bytes."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from . import characters
from .problem import Problem

BATCH = 500  # rows
MAX_DIGITS = 18  # Python refuses numbers of thousands of digits; none of ours has so many


class MissingColumnError(KeyError):
    """A rule asks for a column that a table has not: name of the table's file, of the column."""


@dataclass(frozen=True)
class Table:
    """A table as it is in its file: cells are strings, empty if missing; lines count from 1."""

    name: str
    file: str
    schema: dict[str, Any]
    columns: dict[str, list[str]]
    lines: Sequence[int]
    _numbers: dict[str, list[int]] = field(default_factory=dict, compare=False, repr=False)

    def __getitem__(self, column: str) -> list[str]:
        if column not in self.columns:
            raise MissingColumnError(self.file, column)
        return self.columns[column]

    def __len__(self) -> int:
        return len(self.lines)

    def zip(self, *columns: str) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Row number and the cells of the columns named, row by row."""
        return enumerate(zip(*(self[column] for column in columns), strict=True))

    def rows(self, *columns: str) -> list[dict[str, str]]:
        """The rows with the cells of the columns named, or all."""
        names = columns or tuple(self.columns)
        return [dict(zip(names, cells, strict=True)) for _, cells in self.zip(*names)]

    def numbers(self, column: str) -> list[int]:
        """Cells of a column as whole numbers, -1 where a cell is none; none here is negative."""
        if column not in self._numbers:
            cells = self[column]
            try:
                self._numbers[column] = list(map(int, cells))
            except ValueError:
                self._numbers[column] = [_number(cell) for cell in cells]
        return self._numbers[column]

    def by(self, key: str, *columns: str) -> dict[str, tuple[str, ...]]:
        """Cells of the columns named, by the cell of the key column."""
        return {cells[0]: cells[1:] for _, cells in self.zip(key, *columns)}

    def problem(self, row: int, column: str, message: str, rule: str = "") -> Problem:
        """A problem of one cell; rules of the coding leave the name of the rule to their caller."""
        value = self.columns[column][row]
        return Problem(self.file, self.lines[row], message, rule, column, value)

    def problem_of_file(self, message: str, rule: str = "") -> Problem:
        """A problem of the table as a whole."""
        return Problem(self.file, None, message, rule)


def _number(cell: str) -> int:
    return int(cell) if cell.isdecimal() and len(cell) <= MAX_DIGITS else -1


def read(
    name: str, file: str, data: bytes, schema: dict[str, Any]
) -> tuple[Table | None, list[Problem]]:
    """The table in these bytes, or None if its header is not the schema's; and all problems."""
    text, problems = _decode(file, data)
    names = [field["name"] for field in schema["fields"]]
    columns = _even_columns(text, names)
    if columns is not None:
        lines: Sequence[int] = range(2, len(columns[0]) + 2)
        return Table(name, file, schema, dict(zip(names, columns, strict=True)), lines), problems
    (header, *rows), lines, found = _records(file, text)
    problems += found
    if header != names:
        message = f"the columns are {', '.join(header)}; they should be {', '.join(names)}"
        return None, [*problems, Problem(file, 1, message, "header")]
    problems += _ragged(file, rows, lines[1:], len(names))
    even = [number for number, row in enumerate(rows) if len(row) == len(names)]
    kept = [rows[number] for number in even]
    cells = {name: [row[place] for row in kept] for place, name in enumerate(names)}
    return Table(name, file, schema, cells, [lines[number + 1] for number in even]), problems


def _even_columns(text: str, names: list[str]) -> list[list[str]] | None:
    """The columns of well-formed CSV whose header is ``names``; None of any other.

    Rows become columns a few at a time, while they are in the processor's cache. In a column whose
    cells repeat equal ones are one string, which saves memory.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    columns: list[list[str]] = [[] for _ in names]
    pools: list[dict[str, str] | None] = []
    try:
        if next(reader, None) != names:
            return None
        while batch := list(islice(reader, BATCH)):
            if set(map(len, batch)) != {len(names)}:
                return None
            cells = list(zip(*batch, strict=True))
            pools = pools or [_pool(found) for found in cells]
            for column, found, pool in zip(columns, cells, pools, strict=True):
                column.extend(found if pool is None else map(pool.setdefault, found, found))
    except csv.Error:
        return None
    return columns if reader.line_num == len(columns[0]) + 1 else None


def _pool(cells: tuple[str, ...]) -> dict[str, str] | None:
    """Room for the different cells of a column, if they repeat."""
    return {} if len(set(cells)) <= len(cells) // 2 else None


def _ragged(
    file: str, rows: list[list[str]], lines: Sequence[int], width: int
) -> Iterator[Problem]:
    for row, line in zip(rows, lines, strict=True):
        if len(row) != width:
            yield Problem(file, line, f"{len(row)} cells; the header has {width}", "cell-count")


def _records(file: str, text: str) -> tuple[list[list[str]], list[int], list[Problem]]:
    """Header and rows, the line of each, and problems: a line break in a cell, broken CSV."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records: list[list[str]] = []
    lines: list[int] = []
    problems: list[Problem] = []
    last = 0
    try:
        for record in reader:
            records.append(record)
            lines.append(last + 1)
            if reader.line_num > last + 1:
                message = "a cell has a line break; a row is one line"
                problems.append(Problem(file, last + 1, message, "line-break"))
            last = reader.line_num
    except csv.Error as error:
        remedy = "quote a cell with a comma or a quotation mark, and double the mark"
        problems.append(Problem(file, last + 1, f"not CSV: {error}; {remedy}", "csv"))
    return records or [[]], lines or [1], problems


# --- characters -----------------------------------------------------------------------------------


def _decode(file: str, data: bytes) -> tuple[str, list[Problem]]:
    """The text without byte order mark and CR before LF, and problems of the bytes."""
    problems = list(_line_end_problems(file, data))
    if data.startswith(codecs.BOM_UTF8):
        message = "the file begins with a byte order mark; it should begin with its header"
        problems.append(Problem(file, 1, message, "bom"))
        data = data[len(codecs.BOM_UTF8) :]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"byte {data[error.start]:#04x} is not UTF-8; save the file as UTF-8"
        problems.append(Problem(file, line, message, "encoding"))
        text = data.decode("utf-8", errors="replace")
    problems += _character_problems(file, text)
    return text.replace("\r\n", "\n"), problems


def _line_end_problems(file: str, data: bytes) -> Iterator[Problem]:
    if b"\r" in data:
        line = data.count(b"\n", 0, data.index(b"\r")) + 1
        message = "a carriage return; lines end with LF alone, not with CR LF as on Windows"
        yield Problem(file, line, message, "line-end")
    if not data.endswith(b"\n"):
        line = data.count(b"\n") + 1
        yield Problem(file, line, "the last line lacks its line feed", "line-end")


def _character_problems(file: str, text: str) -> Iterator[Problem]:
    if characters.is_plain(text.replace("\r", "")):
        return
    for number, line in enumerate(text.split("\n"), 1):
        for rule, message in characters.problems(line.replace("\r", "")):
            yield Problem(file, number, message, rule)
