"""The annotated sources of a package: where they are, what is in them, their canonical form."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from syria_statements.validation.problem import Problem
from syria_statements.validation.rules.sources import FOLDER

from . import source_checks
from .annotation import Document, parse, render

MOST_BYTES = 2**24  # of a source
NAME = re.compile(rf"{FOLDER}/[a-z0-9-]+/[a-z0-9-]+\.md")


def source_paths(root: Path) -> list[Path]:
    """The annotated sources in the order of their statements' keys."""
    return sorted((root / FOLDER).glob("*/*.md"), key=statement_key)


def stray_files(root: Path) -> Iterator[Problem]:
    """Files in the folder of the sources that would not be read."""
    known = set(source_paths(root))
    for folder, _, files in os.walk(root / FOLDER, onerror=_raise):
        for path in sorted(Path(folder, name) for name in files):
            if path not in known:
                message = "is no source: a source is data/sources/<format>/<date>.md"
                yield Problem(path.relative_to(root).as_posix(), 1, message)


def _raise(error: OSError) -> None:
    raise error


def statement_key(path: Path) -> str:
    """Key of the statement in a source, as its folder and its name say."""
    return f"{path.parent.name}-{path.stem}"


def read(root: Path, path: Path) -> tuple[str, Document | None, list[Problem]]:
    """One source: its text, its document, and what is wrong with it."""
    name = path.relative_to(root).as_posix()
    source = _text(path, name)
    if isinstance(source, Problem):
        return "", None, [source]
    if source_checks.has_windows_line_ends(source):
        message = "Windows line ends (CR LF); save the file with LF, or run make format"
        return source, None, [Problem(name, 1, message)]
    document = parse(source, name)
    if isinstance(document, Problem):
        return source, None, [*source_checks.character_problems(source, name), document]
    problems = source_checks.problems(source, document)
    return source, document, [*problems, *_key_problems(document, path)]


def _text(path: Path, name: str) -> str | Problem:
    """The text of a source, or why it cannot be read."""
    if not NAME.fullmatch(name) or not path.is_file():  # reading a pipe would never end
        message = "is no file named by a format and a date, in small letters: ad-hoc/2013-09-06.md"
        return Problem(name, 1, message)
    try:
        if path.stat().st_size > MOST_BYTES:
            return Problem(name, 1, f"has over {MOST_BYTES} bytes; a statement has few")
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        return Problem(name, line, "not UTF-8; save the file as UTF-8")
    except OSError as error:
        return Problem(name, 1, f"cannot be read: {error.strerror or error}")


def _key_problems(document: Document, path: Path) -> Iterator[Problem]:
    key, folder = statement_key(path), path.parent.name
    if document.front.get("statement_id", key) != key:
        message = f"statement_id should be {key}, as folder and file name say"
        yield Problem(document.path, document.front_line("statement_id"), message)
    if document.front.get("format") == folder:
        message = f"format is {folder}, as the folder says; it is given only where it is another"
        yield Problem(document.path, document.front_line("format"), message)


# --- canonical form -------------------------------------------------------------------------------


def rewrite(root: Path, folder: Path) -> tuple[list[str], list[Problem]]:
    """Write sources in canonical form where only white space, order and quoting change.

    ``folder`` is one to work in, on the same disk. Gives the paths of those written, and what is
    wrong with those that a person must look at, because characters would come or go.
    """
    rewritten, problems = [], []
    for path in source_paths(root):
        source, document, found = read(root, path)
        canonical = _canonical(source, document)
        if sorted(_marks(canonical)) != sorted(_marks(source)):
            problems += found
        elif canonical != source:
            _replace(path, canonical, folder)
            rewritten.append(path.relative_to(root).as_posix())
    return rewritten, problems


def _canonical(source: str, document: Document | None) -> str:
    """The source in canonical form, or as it is if it cannot be parsed."""
    parsed: Document | Problem | None = document
    if source_checks.has_windows_line_ends(source):
        parsed = parse(source.replace("\r\n", "\n"), "")
    return render(parsed) if isinstance(parsed, Document) else source


def _marks(source: str) -> str:
    """The characters that are neither white space nor quotation marks."""
    return "".join(source.replace('"', "").replace("'", "").split())


def _replace(path: Path, text: str, folder: Path) -> None:
    temporary = folder / path.name
    temporary.write_text(text, "utf-8", newline="\n")
    os.replace(temporary, path)
