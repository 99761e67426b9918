"""Stata: one .dta for each table, version 118, with variable and value labels, and notes."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO

import pandas as pd

from ..errors import ExportError
from . import dta
from .common import file_label, licences, release_time
from .limits import MAX_LONG, stata_name
from .variables import variables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import Any

    from ..package import Table
    from .variables import Variable

MAX_LABEL_CHARS, MAX_STR_BYTES = 80, 2045


def write(path: Path, table: Table, about: dict[str, Any]) -> None:
    """Write one table.

    Text that is a code, or names an actor or a place, stays text; at the end of the table is, as
    ``<column>_n``, a number with its label. Codes that have a rank are numbered by it, those
    without one after them, all others as the tables of codes have them. Where several columns make
    the unit of a panel, ``unit_n`` is one number for them. The numbers are those of this release
    and are for panels, tables and regressions; what does not change is the text.

    How to cite, the licences and what each column is are notes. A name that Stata or its Mata
    reserves has an underscore after it: ``end_``. What Stata cannot hold is in ``limits``.
    """
    columns, numbers = variables(table, stata_name)
    found = {variable.name: variable for variable in (*columns, *numbers)}
    label = file_label(table, about)[:MAX_LABEL_CHARS]
    try:
        data = _dta(found, label, release_time(about))
    except ValueError as error:  # pandas 2 writes fewer labels than Stata holds
        raise ExportError(f"{table.name}: pandas cannot write it: {error}") from error
    widths = [found[name].width if found[name].storage == "text" else None for name in found]
    notes = {name: [found[name].about] for name in found}
    of_file = [about["citation"], licences(about), table.resource["description"]]
    path.write_bytes(dta.with_notes(data, widths, {dta.FILE: of_file, **notes}))


def _dta(found: dict[str, Variable], label: str, time: datetime) -> bytes:
    """A file of the variables as pandas writes it, with this label and this time in it."""
    values = {name: VALUES[variable.storage](variable.cells) for name, variable in found.items()}
    titles = {name: variable.title[:MAX_LABEL_CHARS] for name, variable in found.items()}
    memory = BytesIO()
    pd.DataFrame(values).to_stata(
        memory,
        write_index=False,
        version=118,
        byteorder="little",
        time_stamp=time,
        data_label=label,
        variable_labels=titles,
        value_labels={name: found[name].labels for name in found if found[name].labels},
        convert_dates={name: "td" for name in found if found[name].storage == "day"},
        convert_strl=[name for name in found if _is_long(values[name])],
    )
    return memory.getvalue()


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
