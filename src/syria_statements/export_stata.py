"""Stata: one .dta for each table, version 118, with variable and value labels."""

from __future__ import annotations

from datetime import date, datetime

import pandas as pd
from pandas.io.stata import StataParser

from .export_tables import TRUTH, ExportError, heading, released, require_exact

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import Any

    from .export_tables import Table

LONGEST_NAME, LONGEST_LABEL, LONGEST_STR = 32, 80, 2045  # characters, characters, bytes
GREATEST_LONG = 2_147_483_620
NUMBERED = "_n"
RESERVED = StataParser().RESERVED_WORDS  # type: ignore[attr-defined] # missing in the stubs


def write(path: Path, table: Table, about: dict[str, Any]) -> None:
    """Write one table. Text that is a code stays text; at the end of the table stands, as ``<column>_n``, a number with the code's label.

    The numbers count the codes of this release and are for tables and regressions; compare with the text, which does not change.
    A name that Stata or its Mata reserves has an underscore after it: ``end_``.
    """
    rows = table.rows()
    require_exact(table, rows, "Stata")
    name_of = {name: f"{name}_" if name in RESERVED else name for name in table.names}
    columns = {name_of[field["name"]]: _column(field, [row[field["name"]] for row in rows]) for field in table.fields}
    titles = {name_of[field["name"]]: field["title"] for field in table.fields}
    labels = {name_of[field["name"]]: TRUTH for field in table.fields if field["type"] == "boolean"}
    for name, codes in table.labels().items():
        number = {code: place for place, code in enumerate(codes, 1)}
        columns[name + NUMBERED] = _numbers([number.get(row[name]) for row in rows])
        titles[name + NUMBERED] = f"{titles[name_of[name]]}, numbered"
        labels[name + NUMBERED] = {float(place): label for place, label in enumerate(codes.values(), 1)}
    if long := [name for name in columns if len(name) > LONGEST_NAME]:
        raise ExportError(f"{table.name}: {long[0]} is longer than the {LONGEST_NAME} characters of a name in Stata")
    pd.DataFrame(columns).to_stata(
        path,
        write_index=False,
        version=118,
        time_stamp=released(about),
        data_label=heading(table, about)[:LONGEST_LABEL],
        variable_labels={name: title[:LONGEST_LABEL] for name, title in titles.items()},
        value_labels=labels,
        convert_dates={name_of[field["name"]]: "td" for field in table.fields if field["type"] == "date"},
        convert_strl=[name for name, cells in columns.items() if cells.dtype == object and _longest(cells) > LONGEST_STR],
    )


def _column(field: dict[str, Any], cells: Sequence[Any]) -> pd.Series[Any]:
    kind = field["type"]
    if kind == "string":
        return pd.Series([cell or "" for cell in cells], dtype=object)
    if kind == "date":
        return _dates(cells)
    return _numbers(cells) if kind in ("integer", "boolean") else pd.Series(cells, dtype="float64")


def _dates(cells: Sequence[date | None]) -> pd.Series[Any]:
    """Days. pandas 2 takes datetime64 to nanoseconds, in which 1648 does not fit, and pandas 3 wants nothing else."""
    if int(pd.__version__.split(".")[0]) < 3 and cells:
        return pd.Series([cell and datetime(cell.year, cell.month, cell.day) for cell in cells], dtype=object)
    return pd.Series(cells, dtype="datetime64[s]")


def _numbers(cells: Sequence[int | None]) -> pd.Series[Any]:
    """Whole numbers in the smallest type that Stata has for them; a missing one makes it a double, see ``require_exact``."""
    whole = None not in cells and all(abs(cell) <= GREATEST_LONG for cell in cells if cell is not None)
    return pd.Series(cells, dtype="int32" if whole else "float64")


def _longest(cells: pd.Series[Any]) -> int:
    return max((len(cell.encode()) for cell in cells if isinstance(cell, str)), default=0)
