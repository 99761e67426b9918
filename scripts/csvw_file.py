"""Descriptor and schemas → CSVW: the tables for the tools of the W3C's Tabular Data on the Web.

Definition: Metadata Vocabulary for Tabular Data, W3C Recommendation of 17 December 2015.
"""

from __future__ import annotations

import json
from typing import Any

from syria_statements.package import is_release

FILE = "docs/csvw.json"
ROOT = "../" * FILE.count("/")  # from the file to the root of the package
CONSTRAINTS = ("minLength", "maxLength", "minimum", "maximum")
TYPES = {"string": "string", "integer": "integer", "number": "double", "boolean": "boolean", "date": "date"}


def csvw_file(package: dict[str, Any], schemas: dict[str, Any]) -> str:
    """A group of all tables, with types, patterns, keys and references."""
    group = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": package["title"],
        "dc:description": package["description"],
        "dc:creator": [person["title"] for person in package["contributors"]],
        "dc:issued" if is_release(package["version"]) else "dc:created": package["created"][:10],
        "dc:license": {"@id": package["licenses"][0]["path"]},
        "schema:version": package["version"],
        "dialect": {"encoding": "utf-8", "lineTerminators": ["\n"], "header": True},
        "tables": [_table(entry, schemas[entry["name"]], package) for entry in package["resources"]],
    }
    return json.dumps(group, ensure_ascii=False, indent=1) + "\n"


def _table(entry: dict[str, Any], schema: dict[str, Any], package: dict[str, Any]) -> dict[str, Any]:
    paths = {resource["name"]: resource["path"] for resource in package["resources"]}
    keys = [
        {
            "columnReference": key["fields"],
            "reference": {"resource": ROOT + paths[key["reference"]["resource"]], "columnReference": key["reference"]["fields"]},
        }
        for key in schema.get("foreignKeys", [])
    ]
    described = {
        "columns": list(map(_column, schema["fields"])),
        "primaryKey": schema["primaryKey"],
        **({"foreignKeys": keys} if keys else {}),
    }
    return {"url": ROOT + entry["path"], "dc:title": entry["title"], "dc:description": entry["description"], "tableSchema": described}


def _column(field: dict[str, Any]) -> dict[str, Any]:
    rules = field.get("constraints", {})
    kind = {"base": TYPES[field["type"]], **{name: rules[name] for name in CONSTRAINTS if name in rules}}
    if field["type"] == "string" and "pattern" in rules:
        kind["format"] = rules["pattern"]
    return {
        "name": field["name"],
        "titles": field["name"],
        "dc:title": field["title"],
        "dc:description": field["description"],
        "datatype": kind if len(kind) > 1 else kind["base"],
        "required": rules.get("required", False),
    }
