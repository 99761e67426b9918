"""Descriptor and schemas → Croissant 1.1: a schema.org Dataset that also says where each column is.

Definition: Croissant Format Specification 1.1, MLCommons.
"""

from __future__ import annotations

import json
from typing import Any

from syria_statements import citation
from syria_statements.codebooks import schema_org
from syria_statements.fields import field_type
from syria_statements.package import Package, Table

FILE = "docs/croissant.json"
ROOT = "../" * FILE.count("/")  # from the file to the root of the package
# The terms that the specification wants in the context of every file.
OF_CROISSANT = (
    "arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "extract", "field",
    "fileObject", "fileProperty", "fileSet", "format", "includes", "isArray", "isLiveDataset",
    "jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex", "repeated",
    "replace", "samplingRate", "separator", "source", "subField", "transform",
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


def write(package: Package) -> str:
    """The package as JSON-LD: each CSV file a FileObject with its hash, each table a RecordSet.

    References between tables are left to the Data Package and CSVW: mlcroissant makes a join of
    each reference, and with more than one it loads no records at all.
    """
    tables = package.tables.values()
    about = {
        "@context": CONTEXT,
        **schema_org.dataset(package),
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "citeAs": citation.STYLES["biblatex"](citation.release(package.descriptor)),
        "isLiveDataset": False,
        "distribution": [_file(table) for table in tables],
        "recordSet": [_records(table) for table in tables],
    }
    return json.dumps(about, ensure_ascii=False, indent=1) + "\n"


def _file(table: Table) -> dict[str, Any]:
    resource, name = table.resource, f"{table.name}.csv"
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "description": resource["title"],
        "contentUrl": ROOT + resource["path"],
        "contentSize": f"{resource['bytes']} B",
        "encodingFormat": resource["mediatype"],
        "sha256": resource["hash"].removeprefix("sha256:"),
    }


def _records(table: Table) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.resource["description"],
        "key": [{"@id": f"{table.name}/{column}"} for column in table.key],
        "field": [_field(table.name, field) for field in table.fields],
    }


def _field(table: str, field: dict[str, Any]) -> dict[str, Any]:
    column = field["name"]
    return {
        "@type": "cr:Field",
        "@id": f"{table}/{column}",
        "name": column,
        "description": field["description"],
        "dataType": field_type(field).croissant,
        "source": {"fileObject": {"@id": f"{table}.csv"}, "extract": {"column": column}},
    }
