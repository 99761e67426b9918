"""What stands beside the files of a release: what is new, how to cite it, how to check it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from syria_statements import citation
from syria_statements.package import Package

from . import changelog

FILE = "NOTES.md"
TEXT = """\
# {title}, {version}

{news}

## Files

{files}

## Cite

{citation}

## Check

In the folder with all these files, `sha256sum -c SHA256SUMS` says OK of each of them; on macOS it
is `shasum -a 256 -c SHA256SUMS`.
"""


def write(package: Package, files: Mapping[str, str]) -> str:
    """The notes as Markdown; ``files`` says what each file of the release is."""
    section = changelog.section(Path(package.directory), package.version)
    return TEXT.format(
        title=package.descriptor["title"],
        version=package.version,
        news=section.text if section else "",
        files="\n".join(f"- `{name}`: {what}" for name, what in sorted(files.items())),
        citation=citation.STYLES["apa"](citation.release(package.descriptor)),
    )
