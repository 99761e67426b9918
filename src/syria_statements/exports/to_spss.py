"""SPSS: one .sav for each table, with labels, measurement levels, widths and notes."""

from __future__ import annotations

import textwrap
from typing import Any

import pandas as pd
import pyreadstat

from ..fields import field_type
from .common import file_label, licences, release_time
from .variables import truncate_utf8, variables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from ..package import Table
    from .variables import Variable

# pyreadstat 1.3.1 has the second, but not as a public name
ERROR = (pyreadstat.ReadstatError, getattr(pyreadstat, "PyreadstatError", pyreadstat.ReadstatError))
MAX_LABEL_BYTES = 120  # of a value
MAX_FILE_LABEL_BYTES = 64
NOTE_BYTES = 80  # of a line
TIME_OF_WRITING = slice(92, 109)  # bytes of the header
DTYPES = {"text": "object", "day": "object", "whole": "float64", "double": "float64"}
OF_NUMBERS = "F8.0"


def write(path: Path, table: Table, about: dict[str, Any]) -> None:
    """Write one table.

    Text that is a code stays text and has the code's label; beside it are the numbers that the
    export to Stata has, too: ``<column>_n`` and ``unit_n``. Empty text is missing, truth values are
    0 and 1. How to cite and the licences are notes. What SPSS cannot hold is in ``limits``.
    """
    columns, numbers = variables(table)
    found = {variable.name: variable for variable in (*columns, *numbers)}
    frame = pd.DataFrame({name: _values(variable) for name, variable in found.items()})
    titles: dict[str, str | None] = {name: variable.title for name, variable in found.items()}
    texts = [name for name, variable in found.items() if variable.storage == "text"]
    notes = _notes(about["citation"], licences(about), table.resource["description"])
    formats = _formats(table) | {number.name: OF_NUMBERS for number in numbers}
    pyreadstat.write_sav(
        frame,
        path,
        file_label=truncate_utf8(file_label(table, about), MAX_FILE_LABEL_BYTES),
        column_labels=titles,
        note=list(notes),
        variable_value_labels=_value_labels(table, found),
        missing_ranges={name: [""] for name in texts},
        variable_format=formats,
        variable_measure={name: variable.level for name, variable in found.items()},
        variable_display_width={name: variable.width for name, variable in found.items()},
    )
    _fix_timestamp(path, release_time(about))


def _values(variable: Variable) -> pd.Series[Any]:
    return pd.Series(variable.cells, dtype=DTYPES[variable.storage])


def _value_labels(table: Table, found: dict[str, Variable]) -> dict[str, dict[Any, str]]:
    """Labels of numbers, which for pyreadstat are floating point numbers, and of text."""
    labels: dict[str, dict[Any, str]] = dict(table.labels)
    for name, variable in found.items():
        if variable.labels:
            labels[name] = {float(number): text for number, text in variable.labels.items()}
    return {
        name: {value: truncate_utf8(text, MAX_LABEL_BYTES) for value, text in of_values.items()}
        for name, of_values in labels.items()
    }


def _formats(table: Table) -> dict[str, str]:
    formats = {field["name"]: field_type(field).spss for field in table.fields}
    return {name: found for name, found in formats.items() if found}


def _notes(*texts: str) -> Iterator[str]:
    """Lines of notes."""
    for text in texts:
        for line in textwrap.wrap(text, NOTE_BYTES):
            yield from _pieces(line)


def _pieces(line: str) -> Iterator[str]:
    """The line, in several pieces where its characters are of more than a byte each."""
    while line:
        piece = truncate_utf8(line, NOTE_BYTES)
        yield piece
        line = line.removeprefix(piece)


def _fix_timestamp(path: Path, time: datetime) -> None:
    """Put the time of the release in place of the clock's, which pyreadstat always writes."""
    from ..citation import MONTHS

    data = bytearray(path.read_bytes())
    month = MONTHS[time.month - 1][:3]
    data[TIME_OF_WRITING] = f"{time:%d} {month} {time:%y%H:%M:%S}".encode()
    path.write_bytes(data)
