"""CSV: a zip that is a data package itself. The files of the package are in it as they are."""

from __future__ import annotations

from .. import history
from ..package import DESCRIPTOR, fingerprint
from .common import to_json, without_dangling_keys, zip_files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from ..package import Table


def write(path: Path, tables: list[Table], about: dict[str, Any]) -> None:
    """Write each table and its schema where the package has them, and a descriptor of these."""
    names = [table.name for table in tables]
    files, resources = {}, []
    for table in tables:
        files[table.resource["path"]] = table.data
        schema = without_dangling_keys(table.schema, names)
        files[table.resource["schema"]] = to_json(schema)
        resources.append({**table.resource, **fingerprint(table.data)})
    if "changes" in names:
        package = tables[0].package
        files |= {file: package.read(file) for file in history.kept_files(package)}
    kept = {name: value for name, value in about.items() if name not in ("resources", "citation")}
    zip_files(path, {DESCRIPTOR: to_json({**kept, "resources": resources}), **files})
