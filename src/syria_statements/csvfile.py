"""CSV bytes → header, columns of cells, and the line of each row; and what is wrong with the bytes."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from .faults import Fault

BATCH = 500  # rows that are turned into columns at a time; the first ones tell whether the cells of a column repeat
# Bytes of UTF-8 that are part of no forbidden character, and those with which one may begin.
_HARMLESS = bytes([*b"\r\n", *range(0x20, 0x7F), *range(0x80, 0x100)])
_SUSPECT = (b"\xc2", b"\xe2\x80\xa8", b"\xe2\x80\xa9", b"\xef\xbb\xbf")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")


@dataclass(frozen=True)
class Table:
    """A table as it stands in its file: cells are strings, the empty string is missing, ``lines`` counts from 1."""

    name: str
    file: str
    schema: dict[str, Any]
    columns: dict[str, list[str]]
    lines: Sequence[int]
    _numbers: dict[str, list[int]] = field(default_factory=dict, compare=False, repr=False)

    def __getitem__(self, column: str) -> list[str]:
        return self.columns[column]

    def __len__(self) -> int:
        return len(self.lines)

    def zip(self, *columns: str) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Row number and the cells of the columns named, row by row."""
        return enumerate(zip(*(self.columns[column] for column in columns), strict=True))

    def numbers(self, column: str) -> list[int]:
        """Cells of a column as whole numbers, -1 where a cell is none."""
        if column not in self._numbers:
            cells = self.columns[column]
            try:
                self._numbers[column] = list(map(int, cells))
            except ValueError:
                # Python refuses numbers of thousands of digits; none of ours has 19
                self._numbers[column] = [int(cell) if cell.isdecimal() and len(cell) < 19 else -1 for cell in cells]
        return self._numbers[column]

    def by(self, key: str, *columns: str) -> dict[str, tuple[str, ...]]:
        """Cells of the columns named, by the cell of the key column."""
        return {cells[0]: cells[1:] for _, cells in self.zip(key, *columns)}

    def fault(self, row: int, column: str, message: str, rule: str = "") -> Fault:
        """A fault of one cell; the rules of the coding leave the name of the rule to their caller."""
        return Fault(self.file, rule, message, self.lines[row], column, self.columns[column][row])


def read(name: str, file: str, data: bytes, schema: dict[str, Any]) -> tuple[Table | None, list[Fault]]:
    """The table in these bytes, or None if its header is not that of the schema, and all faults found."""
    text, faults = _decode(file, data)
    names = [field["name"] for field in schema["fields"]]
    columns = _columns(text, names)
    if columns is not None:
        return Table(name, file, schema, dict(zip(names, columns, strict=True)), range(2, len(columns[0]) + 2)), faults
    (header, *records), (_, *lines), found = _records(file, text)
    faults += found
    if header != names:
        faults.append(Fault(file, "header", f"the columns are {', '.join(header)}; they should be {', '.join(names)}", 1))
        return None, faults
    even: list[tuple[list[str], int]] = []
    ragged: list[tuple[list[str], int]] = []
    for record, line in zip(records, lines, strict=True):
        (even if len(record) == len(names) else ragged).append((record, line))
    faults += [Fault(file, "cell-count", f"{len(record)} cells; the header has {len(names)}", line) for record, line in ragged]
    cells = {name: [record[place] for record, _ in even] for place, name in enumerate(names)}
    return Table(name, file, schema, cells, [line for _, line in even]), faults


def _columns(text: str, names: list[str]) -> list[list[str]] | None:
    """The columns of a table whose rows are lines of as many cells as there are names; None of any other.

    Rows become columns a few at a time, while they are in the processor's cache. In a column whose cells repeat, equal ones are one string.
    """
    quoted = '"' in text or "\r" in text  # where nothing is quoted a comma is a comma, and the reader would only be slower
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows = reader if quoted else (line.split(",") if line else [] for line in text.removesuffix("\n").split("\n"))
    columns: list[list[str]] = [[] for _ in names]
    pools: list[dict[str, str] | None] = []
    try:
        if next(rows, None) != names:
            return None
        while batch := list(islice(rows, BATCH)):
            if set(map(len, batch)) != {len(names)}:
                return None
            cells = list(zip(*batch, strict=True))
            pools = pools or [None if len(set(column)) > len(column) // 2 else {} for column in cells]
            for column, more, pool in zip(columns, cells, pools, strict=True):
                column.extend(more if pool is None else map(pool.setdefault, more, more))
    except csv.Error:
        return None
    return None if quoted and reader.line_num > len(columns[0]) + 1 else columns


def _decode(file: str, data: bytes) -> tuple[str, list[Fault]]:
    faults = []
    if data.startswith(codecs.BOM_UTF8):
        faults.append(Fault(file, "bom", "the file begins with a byte order mark; it should begin with its header", 1))
        data = data[len(codecs.BOM_UTF8) :]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        faults.append(Fault(file, "encoding", f"byte {data[error.start]:#04x} is not UTF-8; save the file as UTF-8", line))
        text = data.decode("utf-8", errors="replace")
    if b"\r" in data:
        line = data.count(b"\n", 0, data.index(b"\r")) + 1
        faults.append(Fault(file, "line-end", "a carriage return; lines end with LF alone, not with CR LF as on Windows", line))
    if not data.endswith(b"\n"):
        faults.append(Fault(file, "line-end", "the last line lacks its line feed", data.count(b"\n") + 1))
    return text.replace("\r\n", "\n") if b"\r" in data else text, faults + list(_characters(file, text, data))


def _characters(file: str, text: str, data: bytes) -> Iterator[Fault]:
    # much the fastest way to tell that plain text is plain
    plain = not data.translate(None, _HARMLESS) and not any(mark in data for mark in _SUSPECT)
    if (plain or not _CONTROL.search(text.replace("\r", ""))) and unicodedata.is_normalized("NFC", text):
        return
    for number, line in enumerate(text.split("\n"), 1):
        if not unicodedata.is_normalized("NFC", line):
            yield Fault(file, "nfc", "characters are not in Unicode NFC; normalise them", number)
        if found := _CONTROL.search(line.replace("\r", "")):
            yield Fault(file, "control-character", f"character U+{ord(found.group()):04X}; cells hold printed characters only", number)


def _records(file: str, text: str) -> tuple[list[list[str]], list[int], list[Fault]]:
    """Header and rows, the line of each, and what is wrong with the CSV: a cell holds a line break, or the CSV breaks off."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records: list[list[str]] = []
    lines: list[int] = []
    faults: list[Fault] = []
    last = 0
    try:
        for record in reader:
            records.append(record)
            lines.append(last + 1)
            if reader.line_num > last + 1:
                faults.append(Fault(file, "line-break", "a cell holds a line break; a row is one line", last + 1))
            last = reader.line_num
    except csv.Error as error:
        faults.append(Fault(file, "csv", f"not CSV: {error}; quote a cell with a comma or a quotation mark, and double the mark", last + 1))
    return records or [[]], lines or [1], faults
