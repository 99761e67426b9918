"""Stata: one .dta for each table, version 118, with variable and value labels."""

from __future__ import annotations

from datetime import date, datetime

import pandas as pd

from ..fields import field_type
from .common import file_label, release_time
from .limits import CODE_SUFFIX, stata_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import Any

    from ..package import Table

    Record = dict[str, Any]

MAX_LABEL_CHARS, MAX_STR_BYTES = 80, 2045
MAX_LONG = 2_147_483_620


class Variable:
    """A variable of the file: its values, its label and the labels of its values."""

    def __init__(
        self, values: pd.Series[Any], label: str, value_labels: dict[Any, str] | None = None
    ):
        """Keep them; ``value_labels`` are of numbers."""
        self.values, self.label, self.value_labels = values, label, value_labels or {}


def write(path: Path, table: Table, about: dict[str, Any]) -> None:
    """Write one table.

    Text that is a code stays text; at the end of the table is, as ``<column>_n``, a number with the
    code's label. The numbers count the codes of this release and are for tables and regressions;
    compare with the text, which does not change. A name that Stata or its Mata reserves has an
    underscore after it: ``end_``. What Stata cannot hold is in ``limits``.
    """
    variables = {**_columns(table), **_numbered_codes(table)}
    days = [field["name"] for field in table.fields if field_type(field).storage == "day"]
    frame = pd.DataFrame({name: found.values for name, found in variables.items()})
    labels = {name: found.label[:MAX_LABEL_CHARS] for name, found in variables.items()}
    value_labels = {name: found.value_labels for name, found in variables.items()}
    labelled = {name: found for name, found in value_labels.items() if found}
    long_texts = [name for name, found in variables.items() if _is_long(found.values)]
    frame.to_stata(
        path,
        write_index=False,
        version=118,
        time_stamp=release_time(about),
        data_label=file_label(table, about)[:MAX_LABEL_CHARS],
        variable_labels=labels,
        value_labels=labelled,
        convert_dates={stata_name(name): "td" for name in days},
        convert_strl=long_texts,
    )


def _columns(table: Table) -> dict[str, Variable]:
    found = {}
    for field in table.fields:
        kind = field_type(field)
        cells = [row[field["name"]] for row in table.rows]
        values = VALUES[kind.storage](cells)
        found[stata_name(field["name"])] = Variable(values, field["title"], kind.labels)
    return found


def _numbered_codes(table: Table) -> dict[str, Variable]:
    found = {}
    titles = {field["name"]: field["title"] for field in table.fields}
    for name, codes in table.labels.items():
        number = {code: place for place, code in enumerate(codes, 1)}
        values = _whole([number.get(row[name]) for row in table.rows])
        value_labels = {float(number[code]): text for code, text in codes.items()}
        found[name + CODE_SUFFIX] = Variable(values, f"{titles[name]}, numbered", value_labels)
    return found


# --- columns of values ----------------------------------------------------------------------------


def _text(cells: Sequence[str | None]) -> pd.Series[Any]:
    return pd.Series([cell or "" for cell in cells], dtype="object")


def _whole(cells: Sequence[int | None]) -> pd.Series[Any]:
    """Whole numbers in the smallest type that Stata has for them; with a missing one, doubles."""
    fits = None not in cells and all(abs(cell or 0) <= MAX_LONG for cell in cells)
    return pd.Series(cells, dtype="int32" if fits else "float64")


def _double(cells: Sequence[float | None]) -> pd.Series[Any]:
    return pd.Series(cells, dtype="float64")


def _days(cells: Sequence[date | None]) -> pd.Series[Any]:
    """Days, which pandas 2 takes as objects, lest nanoseconds overflow; pandas 3 as seconds."""
    if int(pd.__version__.split(".")[0]) < 3 and cells:
        days = [cell and datetime(cell.year, cell.month, cell.day) for cell in cells]
        return pd.Series(days, dtype="object")
    return pd.Series(cells, dtype="datetime64[s]")


VALUES: dict[str, Callable[[list[Any]], pd.Series[Any]]] = {
    "text": _text,
    "whole": _whole,
    "double": _double,
    "day": _days,
}


def _is_long(values: pd.Series[Any]) -> bool:
    """Whether a text has more bytes than a string of fixed length can have."""
    if values.dtype != object:
        return False
    return any(isinstance(cell, str) and len(cell.encode()) > MAX_STR_BYTES for cell in values)
