"""Descriptor and schemas → Croissant 1.1, a schema.org Dataset that also tells where each column of each table is.

Definition: Croissant Format Specification 1.1, MLCommons.
"""

from __future__ import annotations

import json
from typing import Any

from syria_statements import citation, jsonld

FILE = "docs/croissant.json"
ROOT = "../" * FILE.count("/")  # from the file to the root of the package
TYPES = {"string": "sc:Text", "integer": "sc:Integer", "number": "sc:Float", "boolean": "sc:Boolean", "date": "sc:Date"}
# The terms that the specification wants in the context of every file.
OF_CROISSANT = (
    "arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "extract", "field", "fileObject", "fileProperty", "fileSet",
    "format", "includes", "isArray", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex",
    "repeated", "replace", "samplingRate", "separator", "source", "subField", "transform",
)  # fmt: skip
CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
    **{term: f"cr:{term}" for term in OF_CROISSANT},
}


def croissant_file(package: dict[str, Any], schemas: dict[str, Any], directory: str) -> str:
    """The package in ``directory``: each CSV file a FileObject with its hash, each table a RecordSet.

    References between tables are left to the Data Package and CSVW: who loads records by mlcroissant gets a join for each, and with
    more than one no records at all.
    """
    about = {
        "@context": CONTEXT,
        **jsonld.dataset(directory),
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "citeAs": citation.STYLES["bibtex"](citation.release(package)),
        "isLiveDataset": False,
        "distribution": [_file(entry) for entry in package["resources"]],
        "recordSet": [_records(entry, schemas[entry["name"]]) for entry in package["resources"]],
    }
    return json.dumps(about, ensure_ascii=False, indent=1) + "\n"


def _file(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": f"{entry['name']}.csv",
        "name": f"{entry['name']}.csv",
        "description": entry["title"],
        "contentUrl": ROOT + entry["path"],
        "contentSize": f"{entry['bytes']} B",
        "encodingFormat": entry["mediatype"],
        "sha256": entry["hash"].removeprefix("sha256:"),
    }


def _records(entry: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = entry["name"]
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": entry["description"],
        "key": [{"@id": f"{name}/{column}"} for column in schema["primaryKey"]],
        "field": [_field(name, field) for field in schema["fields"]],
    }


def _field(table: str, field: dict[str, Any]) -> dict[str, Any]:
    column = field["name"]
    return {
        "@type": "cr:Field",
        "@id": f"{table}/{column}",
        "name": column,
        "description": field["description"],
        "dataType": TYPES[field["type"]],
        "source": {"fileObject": {"@id": f"{table}.csv"}, "extract": {"column": column}},
    }
