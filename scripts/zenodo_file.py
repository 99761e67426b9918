"""Descriptor → .zenodo.json: what Zenodo reads of a release; it reads this file and not CITATION.cff where both are."""

from __future__ import annotations

import json
from typing import Any

from syria_statements.package import is_release

FILE = ".zenodo.json"


def zenodo_file(package: dict[str, Any]) -> str:
    """The package as a deposit of Zenodo. The licence is that of the coding, the first; those of all parts stand in the notes."""
    released = is_release(package["version"])
    notes = [licence["title"] for licence in package["licenses"]]
    deposit = {
        "title": package["title"],
        "upload_type": "dataset",
        "description": package["description"],
        "version": package["version"],
        **({"publication_date": package["created"][:10]} if released else {}),
        "creators": [{"name": person["title"]} for person in package["contributors"]],
        "access_right": "open",
        "license": package["licenses"][0]["name"].lower(),
        "keywords": package["keywords"],
        "language": "eng",
        "notes": ". ".join(notes if released else ["Not a release", *notes]) + ".",
    }
    return json.dumps(deposit, ensure_ascii=False, indent=2) + "\n"
