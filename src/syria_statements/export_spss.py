"""SPSS: one .sav for each table, with variable and value labels."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyreadstat

from .citation import MONTHS
from .export_tables import TRUTH, ExportError, heading, released, require_exact

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from .export_tables import Table

ERROR = pyreadstat.ReadstatError
MOST = 32_767  # bytes of a text
LONGEST_LABEL = 120  # bytes of a value label
CREATED = slice(92, 109)  # bytes of the header that hold date and time
FORMATS = {"integer": "F8.0", "boolean": "F1.0", "date": "SDATE10"}
DTYPES: dict[str, Any] = {"string": object, "integer": "float64", "number": "float64", "boolean": "float64", "date": object}


def write(path: Path, table: Table, about: dict[str, Any]) -> None:
    """Write one table. Text that is a code stays text and has the code's label; empty text is missing, truth values are 0 and 1."""
    rows = table.rows()
    require_exact(table, rows, "SPSS")
    kinds = {field["name"]: field["type"] for field in table.fields}
    columns = {name: pd.Series([_cell(table.name, name, row[name]) for row in rows], dtype=DTYPES[kind]) for name, kind in kinds.items()}
    labels: dict[str, Any] = {name: TRUTH for name, kind in kinds.items() if kind == "boolean"}
    labels |= {name: {code: _cut(label, LONGEST_LABEL) for code, label in codes.items()} for name, codes in table.labels().items()}
    pyreadstat.write_sav(
        pd.DataFrame(columns),
        path,
        file_label=_cut(heading(table, about), 64),
        column_labels={field["name"]: field["title"] for field in table.fields},
        variable_value_labels=labels,
        missing_ranges={name: [""] for name, kind in kinds.items() if kind == "string"},
        variable_format={name: FORMATS[kind] for name, kind in kinds.items() if kind in FORMATS},
    )
    _set_clock(path, released(about))


def _cell(table: str, column: str, value: Any) -> Any:
    if isinstance(value, str) and (value.endswith(" ") or len(value.encode()) > MOST):
        raise ExportError(f"{table}.{column}: SPSS holds no text that ends in a space or has more than {MOST} bytes")
    return value


def _cut(text: str, most: int) -> str:
    """So much of a text as these bytes hold."""
    return text.encode()[:most].decode(errors="ignore")


def _set_clock(path: Path, created: datetime) -> None:
    """Put the date of the release where the file has the time of its writing, which cannot be given to the library."""
    data = bytearray(path.read_bytes())
    data[CREATED] = f"{created:%d} {MONTHS[created.month - 1][:3]} {created:%y%H:%M:%S}".encode()
    path.write_bytes(data)
