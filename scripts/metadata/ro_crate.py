"""Descriptor and files of a release → RO-Crate 1.1: what each file that people download is.

Definition: RO-Crate Metadata Specification 1.1. All that it says of the release stands in the
descriptor; there is no person and no identifier that is not there.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from syria_statements.codebooks import schema_org
from syria_statements.package import Package

FILE = "ro-crate-metadata.json"
SPECIFICATION = "https://w3id.org/ro/crate/1.1"
AUTHOR = "#author-{}"
# What schema.org's Dataset says of the release without entities of its own.
PLAIN = (
    "name", "alternateName", "description", "version", "keywords", "isAccessibleForFree",
    "inLanguage", "temporalCoverage", "identifier", "url",
)  # fmt: skip
# End of a name → media type.
MEDIA_TYPES = {
    ".bib": "application/x-bibtex",
    ".csv": "text/csv",
    ".dta": "application/x-stata-dta",
    ".html": "text/html",
    ".json": "application/json",
    ".md": "text/markdown",
    ".parquet": "application/vnd.apache.parquet",
    ".ris": "application/x-research-info-systems",
    ".sav": "application/x-spss-sav",
    ".sqlite": "application/vnd.sqlite3",
    ".tar.gz": "application/gzip",
    ".whl": "application/zip",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
    "SHA256SUMS": "text/plain",
}
UNKNOWN = "application/octet-stream"
Entity = dict[str, Any]


@dataclass(frozen=True)
class File:
    """A file of the release: its name, what it is, its size in bytes."""

    name: str
    what: str
    size: int


def media_type(name: str) -> str:
    """The media type of a file of this name."""
    return next((kind for end, kind in MEDIA_TYPES.items() if name.endswith(end)), UNKNOWN)


def write(package: Package, files: list[File]) -> str:
    """The release as JSON-LD; ``files`` are those beside this one."""
    licences, authors = _licences(package), _authors(package)
    described = [_file(file) for file in files]
    root = {
        **_dataset(package),
        "license": _references(licences),
        "author": _references(authors),
        "hasPart": _references(described),
    }
    graph = [_descriptor(), root, *described, *licences, *authors]
    crate = {"@context": f"{SPECIFICATION}/context", "@graph": graph}
    return json.dumps(crate, ensure_ascii=False, indent=1) + "\n"


def _references(entities: list[Entity]) -> list[Entity] | Entity:
    """How one entity speaks of others: of a single one without a list, as is recommended."""
    found = [{"@id": entity["@id"]} for entity in entities]
    return found[0] if len(found) == 1 else found


def _descriptor() -> Entity:
    """The entity for the file itself, by which a reader finds the root."""
    return {
        "@id": FILE,
        "@type": "CreativeWork",
        "conformsTo": {"@id": SPECIFICATION},
        "about": {"@id": "./"},
    }


def _dataset(package: Package) -> Entity:
    """The root: the release as schema.org has it, as far as that needs no other entity."""
    found = schema_org.dataset(package)
    return {
        "@id": "./",
        "@type": "Dataset",
        **{name: found[name] for name in PLAIN if name in found},
        "datePublished": package.descriptor["created"][:10],
    }


def _licences(package: Package) -> list[Entity]:
    """The licences; each is of a part, and its description says of which."""
    return [
        {
            "@id": licence.get("path", f"#{licence['name']}"),
            "@type": "CreativeWork",
            "name": licence["name"],
            "description": licence["title"],
        }
        for licence in package.descriptor["licenses"]
    ]


def _authors(package: Package) -> list[Entity]:
    """Those whom the descriptor calls its contributors."""
    found = schema_org.dataset(package)["creator"]
    return [{"@id": AUTHOR.format(number), **one} for number, one in enumerate(found, 1)]


def _file(file: File) -> Entity:
    return {
        "@id": file.name,
        "@type": "File",
        "name": file.name,
        "description": file.what,
        "contentSize": str(file.size),
        "encodingFormat": media_type(file.name),
    }
