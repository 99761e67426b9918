"""Descriptor → CITATION.cff, so that title, version, licence and authors are typed once."""

from __future__ import annotations

import json
from typing import Any

from syria_statements.package import is_release

FILE = "CITATION.cff"


def citation_file(package: dict[str, Any]) -> str:
    """The package in the Citation File Format 1.2.0. Strings are quoted as in JSON, which is YAML too."""
    released = is_release(package["version"])
    lines = {
        "cff-version": "1.2.0",
        "message": "Cite the release that you used." if released else "This is not a release. Cite the release that you used.",
        "type": "dataset",
        "title": package["title"],
        "abstract": package["description"],
        "version": package["version"],
        **({"date-released": package["created"][:10]} if released else {}),
        "license": package["licenses"][0]["name"],
    }
    text = "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in lines.items())
    text += "authors:\n" + "".join(f"  - name: {json.dumps(person['title'])}\n" for person in package["contributors"])
    return text + "keywords:\n" + "".join(f"  - {json.dumps(word)}\n" for word in package["keywords"])
