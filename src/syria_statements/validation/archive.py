"""A package in a zip, unpacked for validation: nothing outside its folder, nothing without end."""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

from ..errors import ArgumentError
from ..package import DESCRIPTOR
from ..shapes import SAFE_PATH
from .problem import Problem

MOST = 2**31  # bytes of all files; the package has two million
HIDDEN = re.compile(r"(?:.*/)?\.\w.*")  # of a clone; no table is there, and it is not unpacked
FOLDER = re.compile(rf"(?:[^/]+/)?{re.escape(DESCRIPTOR)}")


@contextmanager
def opened(path: str) -> Iterator[tuple[str, list[Problem]]]:
    """A directory, or a zip unpacked into one for a while; and what is wrong with the zip.

    Raises ``ArgumentError`` for what is neither.
    """
    if os.path.isdir(path):
        yield path, []
        return
    if not os.path.isfile(path):
        raise ArgumentError(f"there is no directory and no zip at {path}")
    with TemporaryDirectory(prefix="syria-statements-") as folder:
        yield _unpack(path, folder)


def _unpack(path: str, folder: str) -> tuple[str, list[Problem]]:
    """Folder of the descriptor in the unpacked zip, and what is wrong with the zip."""
    name = os.path.basename(path)
    try:
        with zipfile.ZipFile(path) as archive:
            found = archive.infolist()
            entries = [entry for entry in found if not HIDDEN.fullmatch(entry.filename)]
            problems = [Problem(name, None, message, "zip") for message in _messages(entries)]
            if not problems:
                archive.extractall(folder, entries)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, RuntimeError) as error:
        return folder, [Problem(name, None, f"is not a zip that can be read: {error}", "zip")]
    except OSError as error:
        message = f"cannot be unpacked: {error.strerror or error}"
        return folder, [Problem(name, None, message, "zip")]
    places = [entry.filename for entry in entries if FOLDER.fullmatch(entry.filename)]
    inner = os.path.dirname(places[0]) if len(places) == 1 else ""
    return os.path.join(folder, inner), problems


def _messages(entries: list[zipfile.ZipInfo]) -> Iterator[str]:
    """What is wrong with the entries of a zip, before anything is unpacked."""
    names = [entry.filename for entry in entries]
    for name in names:
        if not SAFE_PATH.fullmatch(name.removesuffix("/")):
            yield f"has the entry {name!r}, which is no path inside the package"
    if len(set(map(str.lower, names))) < len(names):
        yield "has two entries of one name"
    if sum(entry.file_size for entry in entries) > MOST:
        yield f"has more than {MOST} bytes"
    if any(entry.flag_bits & 1 for entry in entries):
        yield "has encrypted entries"
