"""Descriptor and schemas → CSVW: the tables for the tools of the W3C's Tabular Data on the Web.

Definition: Metadata Vocabulary for Tabular Data, W3C Recommendation of 17 December 2015.
"""

from __future__ import annotations

import json
from typing import Any

from syria_statements.fields import CONSTRAINTS, field_type
from syria_statements.package import Package, Table, is_release

FILE = "docs/csvw.json"
ROOT = "../" * FILE.count("/")  # from the file to the root of the package


def write(package: Package) -> str:
    """A group of all tables, with types, patterns, keys and references."""
    descriptor = package.descriptor
    date = "dc:issued" if is_release(package.version) else "dc:created"
    group = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": descriptor["title"],
        "dc:description": descriptor["description"],
        "dc:creator": [person["title"] for person in descriptor["contributors"]],
        date: descriptor["created"][:10],
        "dc:license": {"@id": descriptor["licenses"][0]["path"]},
        "schema:version": package.version,
        "dialect": {"encoding": "utf-8", "lineTerminators": ["\n"], "header": True},
        "tables": [_table(table) for table in package.tables.values()],
    }
    return json.dumps(group, ensure_ascii=False, indent=1) + "\n"


def _table(table: Table) -> dict[str, Any]:
    return {
        "url": ROOT + table.resource["path"],
        "dc:title": table.resource["title"],
        "dc:description": table.resource["description"],
        "tableSchema": _schema(table),
    }


def _schema(table: Table) -> dict[str, Any]:
    columns = [_column(field) for field in table.fields]
    schema: dict[str, Any] = {"columns": columns, "primaryKey": table.key}
    keys = table.schema.get("foreignKeys", [])
    if keys:
        schema["foreignKeys"] = [_foreign_key(table.package, key) for key in keys]
    return schema


def _foreign_key(package: Package, key: dict[str, Any]) -> dict[str, Any]:
    reference = key["reference"]
    target = package[reference["resource"]]
    found = {"resource": ROOT + target.resource["path"], "columnReference": reference["fields"]}
    return {"columnReference": key["fields"], "reference": found}


def _column(field: dict[str, Any]) -> dict[str, Any]:
    datatype = _datatype(field)
    return {
        "name": field["name"],
        "titles": field["name"],
        "dc:title": field["title"],
        "dc:description": field["description"],
        "datatype": datatype if len(datatype) > 1 else datatype["base"],
        "required": field.get("constraints", {}).get("required", False),
    }


def _datatype(field: dict[str, Any]) -> dict[str, Any]:
    """The type of a column with its constraints, as far as CSVW has them."""
    arguments = field.get("constraints", {})
    datatype = {"base": field_type(field).csvw}
    for name, constraint in CONSTRAINTS.items():
        if constraint.csvw and name in arguments:
            datatype[constraint.csvw] = arguments[name]
    if field["type"] == "string" and "pattern" in arguments:
        datatype["format"] = arguments["pattern"]
    return datatype
