"""Parquet: one file for each table, with titles and descriptions as metadata."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq

from ..fields import field_type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from ..package import Table


def write(path: Path, table: Table, about: dict[str, Any]) -> None:
    """Write one table with the types of its schema."""
    title, description = table.resource["title"], table.resource["description"]
    metadata = {
        "package": about["name"],
        "version": about["version"],
        "citation": about["citation"],
        "title": title,
        "description": description,
    }
    schema = pa.schema([_column(field) for field in table.fields], metadata=metadata)
    with path.open("wb") as file:  # Arrow takes no path that is not UTF-8
        pq.write_table(pa.Table.from_pylist(table.rows, schema=schema), file)


def _column(field: dict[str, Any]) -> pa.Field:
    metadata = {"title": field["title"], "description": field["description"]}
    arrow_type = pa.type_for_alias(field_type(field).arrow)
    return pa.field(field["name"], arrow_type, metadata=metadata)
