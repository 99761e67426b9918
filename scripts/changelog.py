"""The sections of CHANGELOG.md, in the form of Keep a Changelog 1.1.0."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FILE = "CHANGELOG.md"
UNRELEASED = "Unreleased"
PARTS = ("Data", "Library")
HEADING = re.compile(r"^## \[([^\]\n]+)\](?: - (\S+))?$", re.MULTILINE)
PART = re.compile(r"^### (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Section:
    """What is said of one version; ``date`` is empty where the heading has none."""

    version: str
    date: str
    text: str

    @property
    def parts(self) -> dict[str, str]:
        """Heading → text of each part that has one."""
        _, *found = PART.split(self.text)
        named = zip(found[::2], found[1::2], strict=True)
        return {name: text.strip() for name, text in named if text.strip()}

    @property
    def is_empty(self) -> bool:
        """Whether it has nothing but headings."""
        return not PART.sub("", self.text).strip()


def sections(root: Path) -> list[Section]:
    """The sections of a package in the order of the file; none if there is no such file."""
    path = root / FILE
    _, *found = HEADING.split(path.read_text("utf-8") if path.is_file() else "")
    pieces = zip(found[::3], found[1::3], found[2::3], strict=True)
    return [Section(version, date or "", text.strip()) for version, date, text in pieces]


def section(root: Path, version: str) -> Section | None:
    """The section of a version, if there is one."""
    return next((found for found in sections(root) if found.version == version), None)
