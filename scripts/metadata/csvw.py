"""Descriptor and schemas → CSVW: the tables for the tools of the W3C's Tabular Data on the Web.

Definition: Metadata Vocabulary for Tabular Data, W3C Recommendation of 17 December 2015. The file
is where that looks for it: beside the CSV files, under this name.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator
from typing import Any

from syria_statements.fields import CONSTRAINTS, field_type
from syria_statements.package import Package, Table, is_release

FILE = "data/csv-metadata.json"


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
        "url": _address(table),
        "dc:title": table.resource["title"],
        "dc:description": table.resource["description"],
        "tableSchema": _schema(table),
    }


def _schema(table: Table) -> dict[str, Any]:
    """Columns and keys; of foreign keys those whose cells are never empty.

    CSVW does not say that an empty cell refers to nothing, and strict validators take it for an
    error. So a column that may be empty says in Dublin Core to which table it refers.
    """
    keys = table.schema.get("foreignKeys", [])
    empty = {field["name"] for field in table.fields if not _is_required(field)}
    strict = [key for key in keys if not empty & {*key["fields"]}]
    notes = dict(_references(table.package, keys, empty))
    columns = [{**_column(field), **notes.get(field["name"], {})} for field in table.fields]
    schema: dict[str, Any] = {"columns": columns, "primaryKey": table.key}
    if strict:
        schema["foreignKeys"] = [_foreign_key(table.package, key) for key in strict]
    return schema


def _address(table: Table) -> str:
    """The CSV file, from here."""
    return posixpath.relpath(table.resource["path"], posixpath.dirname(FILE))


def _is_required(field: dict[str, Any]) -> bool:
    return bool(field.get("constraints", {}).get("required"))


def _references(
    package: Package, keys: list[dict[str, Any]], empty: set[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Columns that may be empty, and to which table each refers."""
    for key in keys:
        target = package[key["reference"]["resource"]]
        for name in filter(empty.__contains__, key["fields"]):
            yield name, {"dc:references": {"@id": _address(target)}}


def _foreign_key(package: Package, key: dict[str, Any]) -> dict[str, Any]:
    reference = key["reference"]
    target = package[reference["resource"]]
    found = {"resource": _address(target), "columnReference": reference["fields"]}
    return {"columnReference": key["fields"], "reference": found}


def _column(field: dict[str, Any]) -> dict[str, Any]:
    datatype = _datatype(field)
    described = {"dc:title": field["title"], "dc:description": field["description"]}
    kind = datatype if len(datatype) > 1 else datatype["base"]
    named = {"name": field["name"], "titles": field["name"], **described}
    return {**named, "datatype": kind, "required": _is_required(field)}


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
