"""After a release: it is kept as a zip, and the version is that of the next one, with -dev."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from syria_statements.package import DESCRIPTOR, Package

from . import archive
from .build import replace_files, working_folder
from .release_checks import SUMS, is_committed, numbers


def problems(root: Path, version: str) -> Iterator[str]:
    """What keeps this version from being the next one."""
    released = Package(root).version
    if not numbers(version):
        yield f"{version!r} is no version; write it as 1.2.3, without -dev, which is added"
    if not numbers(released):
        yield f"{DESCRIPTOR}: version {released!r} is that of no release; --next comes after one"
        return
    if numbers(version) and numbers(version) <= numbers(released):
        yield f"{version} is not higher than {released}, the release that it follows"
    if not (root / SUMS.format(released)).is_file():
        yield f"{released} has no {SUMS.format(released)}; first make the release, with --write"
    yield from is_committed(root)


def begin(root: Path, version: str) -> str:
    """Keep the release at hand, begin the next version today, and say so.

    If it is killed, the same command does the rest.
    """
    package = Package(root)
    kept = root / archive.FOLDER / f"{package.version}.zip"
    archive.write_archive(package, kept)
    for old in kept.parent.glob("*.zip"):
        if old != kept:
            old.unlink()
    _replace(root, f"{version}-dev")
    place = f"{archive.FOLDER}/{kept.name}"
    return f"Kept {package.version} in {place}; the version is {version}-dev. Run make."


def _replace(root: Path, version: str) -> None:
    """Write version and day of the descriptor, and leave everything else as it is typed."""
    today = f"{datetime.now(UTC).date()}T00:00:00Z"
    text = (root / DESCRIPTOR).read_text("utf-8")
    for key, value in {"version": version, "created": today}.items():
        # two spaces: of the package, not of a table
        typed = re.compile(rf'^(  "{key}": )"[^"]*"', re.MULTILINE)
        text = typed.sub(rf'\g<1>"{value}"', text, count=1)
    with working_folder(root) as folder:
        (folder / DESCRIPTOR).write_text(text, "utf-8", newline="\n")
        replace_files(root, folder, [DESCRIPTOR])
