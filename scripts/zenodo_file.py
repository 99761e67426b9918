"""Descriptor → .zenodo.json: what Zenodo reads of a release; it reads this file and not CITATION.cff where both are."""

from __future__ import annotations

import json
from typing import Any

FILE = ".zenodo.json"


def zenodo_file(package: dict[str, Any]) -> str:
    """The package as a deposit of Zenodo. The licence of the whole is that of the coding; those of other parts stand in the notes."""
    whole = package["licenses"][0]
    parts = [
        licence["title"] for entry in package["resources"] for licence in entry.get("licenses", []) if licence["name"] != whole["name"]
    ]
    deposit = {
        "title": package["title"],
        "upload_type": "dataset",
        "description": package["description"],
        "version": package["version"],
        "publication_date": package["created"][:10],
        "creators": [{"name": person["title"]} for person in package["contributors"]],
        "access_right": "open",
        "license": whole["name"].lower(),
        "keywords": package["keywords"],
        "language": "eng",
        "notes": ". ".join([f"Coding, codebook, reference tables and schemas: {whole['title']}", "Code: MIT", *dict.fromkeys(parts)]) + ".",
    }
    return json.dumps(deposit, ensure_ascii=False, indent=2) + "\n"
