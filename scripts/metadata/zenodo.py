"""Descriptor → .zenodo.json, from which Zenodo takes what it says of a release.

Where this file and CITATION.cff both exist, Zenodo reads this one.
"""

from __future__ import annotations

import json

from syria_statements.package import Package, is_release

FILE = ".zenodo.json"


def write(package: Package) -> str:
    """The package as a deposit of Zenodo.

    The licence is that of the coding, the first one; the notes have those of all parts.
    """
    descriptor, released = package.descriptor, is_release(package.version)
    date = {"publication_date": descriptor["created"][:10]} if released else {}
    deposit = {
        "title": descriptor["title"],
        "upload_type": "dataset",
        "description": descriptor["description"],
        "version": package.version,
        **date,
        "creators": [{"name": person["title"]} for person in descriptor["contributors"]],
        "access_right": "open",
        "license": descriptor["licenses"][0]["name"].lower(),
        "keywords": descriptor["keywords"],
        "language": "eng",
        "notes": _notes(package, released),
    }
    return json.dumps(deposit, ensure_ascii=False, indent=2) + "\n"


def _notes(package: Package, released: bool) -> str:
    sentences = [] if released else ["Not a release"]
    sentences += [licence["title"] for licence in package.descriptor["licenses"]]
    return ". ".join(sentences) + "."
