"""Descriptor and schemas → metadata of Datasette: what each table and column of the database is.

Definition: the documentation of Datasette, Metadata. It is read with
``datasette FILE.sqlite -m datasette-metadata.json``.
"""

from __future__ import annotations

import json
from typing import Any

from syria_statements import citation
from syria_statements.exports.common import licences
from syria_statements.package import Package, Table

FILE = "datasette-metadata.json"
LABELS = ("label", "name", "title")  # the columns by which a row is called, the best one first


def write(package: Package, database: str) -> str:
    """The metadata of the database that ``export sqlite`` writes, whose file has this name.

    Datasette calls a database as its file, without the ending.
    """
    descriptor = package.descriptor
    tables = {**package.tables, **package.views}
    described = {name: _table(table) for name, table in tables.items()}
    about = {
        "title": f"{descriptor['title']}, {package.version}",
        "description": descriptor["description"],
        "source": citation.STYLES["apa"](citation.release(descriptor)),
    }
    about["license"] = licences(descriptor)
    about["license_url"] = descriptor["licenses"][0]["path"]
    databases = {database.removesuffix(".sqlite"): {"tables": described}}
    return json.dumps({**about, "databases": databases}, ensure_ascii=False, indent=1) + "\n"


def _table(table: Table) -> dict[str, Any]:
    about = {name: table.resource[name] for name in ("title", "description")}
    columns = {field["name"]: field["description"] for field in table.fields}
    labels = [name for name in LABELS if name in table.names]
    label = {"label_column": labels[0]} if labels else {}
    return {**about, "columns": columns, **label}
