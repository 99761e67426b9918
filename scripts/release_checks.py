"""What has to be so before a release is made.

Each check is a function that yields a line for each thing wrong, with what would be right; all are
told at once. A new one is a function in ``CHECKS``.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from syria_statements import history
from syria_statements.errors import Error
from syria_statements.package import DESCRIPTOR, Package
from syria_statements.validation import examine

from . import changelog, reliability
from .build import changed_files, working_folder
from .staging import stage

VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")
TABLE = "RELEASING.md"
RELEASED = re.compile(rf"^\| ({VERSION.pattern}) \|", re.MULTILINE)
SUMS = "docs/releases/{}/SHA256SUMS"


def numbers(version: str) -> tuple[int, ...]:
    """The three numbers of a version, to be compared; none if it is not the name of a release."""
    found = VERSION.fullmatch(version)
    return tuple(map(int, found.groups())) if found else ()


def releases(root: Path) -> list[str]:
    """The releases in the table of RELEASING.md, from the oldest to the last."""
    path = root / TABLE
    text = path.read_text("utf-8") if path.is_file() else ""
    return sorted((found[1] for found in RELEASED.finditer(text)), key=numbers)


def status(root: Path) -> list[str] | str:
    """Lines of git on what is not committed; a text, if git cannot say.

    The sums of this version are left out: the release writes them, and no file of it has them.
    """
    if not shutil.which("git"):
        return "git is not installed"
    own = SUMS.format(Package(root).version)
    command = ["git", "status", "--porcelain", "-uall", "--", ".", f":(exclude){own}"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        return " ".join(done.stderr.split()) or "git failed"
    return done.stdout.splitlines()


# --- checks ---------------------------------------------------------------------------------------


def is_committed(root: Path) -> Iterator[str]:
    """All files are as they were committed."""
    found = status(root)
    for line in found if isinstance(found, list) else ():
        yield f"{line[3:]}: is not as it was committed; commit it, or undo the change"


def has_version(root: Path) -> Iterator[str]:
    """The version is that of a release, and a higher one than the last."""
    version = Package(root).version
    if not numbers(version):
        yield f"{DESCRIPTOR}: version {version!r} is that of no release; write it as 1.2.3"
        return
    known = releases(root)
    if known and numbers(version) <= numbers(known[-1]):
        last = f"{known[-1]}, the last one in {TABLE}"
        yield f"{DESCRIPTOR}: version {version} is not higher than {last}; raise it"


def has_moved_on(root: Path) -> Iterator[str]:
    """The changelog begins with a section for what comes after this version, which is empty."""
    first = next(iter(changelog.sections(root)), None)
    if not first or first.version != changelog.UNRELEASED:
        yield f"{changelog.FILE}: does not begin with ## [{changelog.UNRELEASED}]; put it on top"
    elif not first.is_empty:
        below = "what is released stands below a heading with its version"
        yield f"{changelog.FILE}: [{changelog.UNRELEASED}] is not empty; {below}"


def is_in_changelog(root: Path) -> Iterator[str]:
    """The version has a section with both parts, and its day is the one in the descriptor."""
    descriptor = Package(root).descriptor
    version, day = descriptor["version"], descriptor["created"][:10]
    section = changelog.section(root, version)
    if not section:
        yield f"{changelog.FILE}: has no section of {version}; write ## [{version}] - {day}"
        return
    if section.date != day:
        dated = f"{version} is of {section.date or 'no day'}, and created in {DESCRIPTOR} is {day}"
        yield f"{changelog.FILE}: {dated}; make them one day"
    for part in changelog.PARTS:
        if part not in section.parts:
            yield f"{changelog.FILE}: {version} says nothing below ### {part}; say what changed"


def is_built(root: Path) -> Iterator[str]:
    """The sources are right, and built files are what they give."""
    with working_folder(root) as folder:
        problems = [*stage(root, folder), *reliability.problems(root)]
        yield from map(str, problems)
        for file in [] if problems else changed_files(root, folder):
            yield f"{file}: is not what the sources give; run make, and commit what it writes"


def is_logged(root: Path) -> Iterator[str]:
    """The log of changes has the tables of this version, and with them their hashes."""
    package = Package(root)
    if numbers(package.version) and package.version not in history.releases(package):
        yield f"data/history: has no rows of {package.version}; run make, and commit what it writes"


def is_valid(root: Path) -> Iterator[str]:
    """The package is valid, sizes and hashes of its files included, and all of it was checked."""
    problems, unchecked = examine(root)
    yield from map(str, problems)
    for what in unchecked:
        yield f"{DESCRIPTOR}: not checked: {what}"


Check = Callable[[Path], Iterator[str]]
CHECKS: tuple[Check, ...] = (
    is_committed,
    has_version,
    has_moved_on,
    is_in_changelog,
    is_built,
    is_logged,
    is_valid,
)


def problems(root: Path) -> Iterator[str]:
    """All that is wrong; what keeps a check from its end is one thing more."""
    for check in CHECKS:
        try:
            yield from check(root)
        except Error as error:
            yield str(error)


def unchecked(root: Path) -> Iterator[str]:
    """What could not be checked, and is no reason to wait."""
    found = status(root)
    if isinstance(found, str):
        yield f"whether all is committed, for want of git: {found}"
