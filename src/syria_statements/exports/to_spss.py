"""SPSS: one .sav for each table, with variable and value labels."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyreadstat

from ..fields import field_type
from .common import file_label, release_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from ..package import Table

    Field = dict[str, Any]

# pyreadstat 1.3.1 has the second, but not as a public name
ERROR = (pyreadstat.ReadstatError, getattr(pyreadstat, "PyreadstatError", pyreadstat.ReadstatError))
MAX_LABEL_BYTES = 120  # of a value
MAX_FILE_LABEL_BYTES = 64
TIME_OF_WRITING = slice(92, 109)  # bytes of the header
DTYPES = {"text": "object", "day": "object", "whole": "float64", "double": "float64"}


def write(path: Path, table: Table, about: dict[str, Any]) -> None:
    """Write one table.

    Text that is a code stays text and has the code's label; empty text is missing, truth values are
    0 and 1. What SPSS cannot hold is in ``limits``.
    """
    columns = {field["name"]: _column(table, field) for field in table.fields}
    titles: dict[str, str | None] = {field["name"]: field["title"] for field in table.fields}
    texts = [field["name"] for field in table.fields if _is_text(field)]
    pyreadstat.write_sav(
        pd.DataFrame(columns),
        path,
        file_label=truncate_utf8(file_label(table, about), MAX_FILE_LABEL_BYTES),
        column_labels=titles,
        variable_value_labels=_value_labels(table),
        missing_ranges={name: [""] for name in texts},
        variable_format=_formats(table),
    )
    _fix_timestamp(path, release_time(about))


def _is_text(field: Field) -> bool:
    return bool(field_type(field).storage == "text")


def _column(table: Table, field: Field) -> pd.Series[Any]:
    name = field["name"]
    cells = [row[name] for row in table.rows]
    return pd.Series(cells, dtype=DTYPES[field_type(field).storage])


def _value_labels(table: Table) -> dict[str, dict[Any, str]]:
    labels = {field["name"]: field_type(field).labels for field in table.fields}
    for name, codes in table.labels.items():
        labels[name] = {code: truncate_utf8(text, MAX_LABEL_BYTES) for code, text in codes.items()}
    return {name: found for name, found in labels.items() if found}


def _formats(table: Table) -> dict[str, str]:
    formats = {field["name"]: field_type(field).spss for field in table.fields}
    return {name: found for name, found in formats.items() if found}


def truncate_utf8(text: str, most: int) -> str:
    """The text, cut to at most ``most`` bytes of UTF-8 without splitting a character."""
    return text.encode()[:most].decode(errors="ignore")


def _fix_timestamp(path: Path, time: datetime) -> None:
    """Put the time of the release in place of the clock's, which pyreadstat always writes."""
    from ..citation import MONTHS

    data = bytearray(path.read_bytes())
    month = MONTHS[time.month - 1][:3]
    data[TIME_OF_WRITING] = f"{time:%d} {month} {time:%y%H:%M:%S}".encode()
    path.write_bytes(data)
