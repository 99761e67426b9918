"""CSV: a zip that is a data package itself. The files of the package are in it as they are."""

from __future__ import annotations

import json
from pathlib import Path

from . import descriptor, display, export_tables, package

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .export_tables import Table


def write(path: Path, tables: list[Table], about: dict[str, Any]) -> None:
    """Write each table and its schema where the package has them, with a descriptor of what is there."""
    entries = {entry["name"]: entry for entry in about["resources"]}
    names = [table.name for table in tables]
    files, resources = {}, []
    for table in tables:
        entry = {**table.entry, "schema": f"schema/{table.name}.json"} if table.is_flat else entries[table.name]
        if table.is_flat:
            data = display.as_csv(table.names, table.rows()).encode()
        else:
            data = Path(package.path(entry, table.directory)).read_bytes()
        files[entry["path"]] = data
        files[entry["schema"]] = _json(export_tables.inside(table.schema, names))
        resources.append({**entry, **descriptor.fingerprint(data)})
    kept = {name: value for name, value in about.items() if name not in ("resources", "citation")}
    export_tables.zip_files(path, {package.DESCRIPTOR: _json({**kept, "resources": resources}), **files})


def _json(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()
