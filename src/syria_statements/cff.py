"""Descriptor → CITATION.cff, so that title, version, licence and authors are typed once."""

from __future__ import annotations

import json

from .package import is_release

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .package import Package

FILE = "CITATION.cff"
ADVICE = "Cite the release that you used."


def write(package: Package) -> str:
    """The package in the Citation File Format 1.2.0."""
    return "".join(f"{line}\n" for line in _lines(package))


def _lines(package: Package) -> Iterator[str]:
    for key, value in _values(package).items():
        yield f"{key}: {_quoted(value)}"
    yield "authors:"
    for person in package.descriptor["contributors"]:
        yield f"  - name: {_quoted(person['title'])}"
    keywords = package.descriptor.get("keywords", [])
    if keywords:
        yield "keywords:"
    for word in keywords:
        yield f"  - {json.dumps(word)}"


def _values(package: Package) -> dict[str, Any]:
    """The keys that have a single value, in the order of the file."""
    descriptor, released = package.descriptor, is_release(package.version)
    date = {"date-released": descriptor["created"][:10]} if released else {}
    return {
        "cff-version": "1.2.0",
        "message": ADVICE if released else f"This is not a release. {ADVICE}",
        "type": "dataset",
        "title": descriptor["title"],
        "abstract": descriptor["description"],
        "version": package.version,
        **date,
        "license": descriptor["licenses"][0]["name"],
    }


def _quoted(value: str) -> str:
    """A string as JSON has it, which is YAML too."""
    return json.dumps(value, ensure_ascii=False)
