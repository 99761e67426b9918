"""Parquet: one file for each table, with titles and descriptions as metadata."""

from __future__ import annotations

import json

import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import ExportError
from ..fields import field_type
from .common import licences

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from ..package import Table

    Field = dict[str, Any]

# Names of types of Arrow that are others in the metadata of pandas.
IN_PANDAS = {"string": "unicode", "double": "float64", "date32": "date"}


def write(path: Path, table: Table, about: dict[str, Any]) -> None:
    """Write one table with the types of its schema; a column that is never empty is not null.

    pandas reads the types that ``load`` gives, but for dates: of these it makes ``datetime.date``.
    Raises ``ExportError`` for an empty cell in a column that has none.
    """
    title, description = table.resource["title"], table.resource["description"]
    metadata = {
        "package": about["name"],
        "version": about["version"],
        "citation": about["citation"],
        "licences": licences(about),
        "title": title,
        "description": description,
        "pandas": json.dumps(_for_pandas(table.fields)),
    }
    schema = pa.schema([_column(table, field) for field in table.fields], metadata=metadata)
    with path.open("wb") as file:  # Arrow takes no path that is not UTF-8
        pq.write_table(pa.Table.from_pylist(table.rows, schema=schema), file)


def _column(table: Table, field: Field) -> pa.Field:
    name = field["name"]
    is_required = field.get("constraints", {}).get("required", False) or name in table.key
    if is_required and any(row[name] is None for row in table.rows):
        limit = "an empty cell, where the schema allows none; validate says in which row"
        raise ExportError(f"{table.name}.{name}: {limit}")
    metadata = {"title": field["title"], "description": field["description"]}
    arrow_type = pa.type_for_alias(field_type(field).arrow)
    return pa.field(name, arrow_type, nullable=not is_required, metadata=metadata)


def _for_pandas(fields: list[Field]) -> dict[str, Any]:
    """What pandas reads for the types of its columns, as its developers' guide describes it."""
    return {
        "index_columns": [],
        "column_indexes": [],
        "columns": [_column_for_pandas(field) for field in fields],
        "pandas_version": "2.2.0",
    }


def _column_for_pandas(field: Field) -> dict[str, Any]:
    name, kind = field["name"], field_type(field)
    in_pandas = IN_PANDAS.get(kind.arrow, kind.arrow)
    types = {"pandas_type": in_pandas, "numpy_type": kind.pandas}
    return {"name": name, "field_name": name, **types, "metadata": None}
