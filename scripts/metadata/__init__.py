"""The package in the words of other standards: each module writes one file from a ``Package``."""

from __future__ import annotations

from collections.abc import Callable

from syria_statements import cff
from syria_statements.package import Package

from . import croissant, csvw, zenodo

# File → the function that gives its text.
WRITERS: dict[str, Callable[[Package], str]] = {
    cff.FILE: cff.write,
    zenodo.FILE: zenodo.write,
    croissant.FILE: croissant.write,
    csvw.FILE: csvw.write,
}
