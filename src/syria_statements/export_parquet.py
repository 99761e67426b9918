"""Parquet: one file for each table, with titles and descriptions as metadata."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from .export_tables import Table

TYPES = {"string": pa.string(), "integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_(), "date": pa.date32()}


def write(path: Path, table: Table, about: dict[str, Any]) -> None:
    """Write one table with the types of its schema."""
    columns = [
        pa.field(field["name"], TYPES[field["type"]], metadata={"title": field["title"], "description": field["description"]})
        for field in table.fields
    ]
    release = {"package": about["name"], "version": about["version"], "citation": about["citation"]}
    schema = pa.schema(columns, metadata={**release, "title": table.entry["title"], "description": table.entry["description"]})
    pq.write_table(pa.Table.from_pylist(table.rows(), schema=schema), path)
