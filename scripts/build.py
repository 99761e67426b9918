"""Build the tables of the data package from the annotated sources: ``python -m scripts.build``.

Reads all sources and reports all that is wrong with them, as ``path:line: what is wrong; what is
allowed``; then it writes nothing. Else it writes the tables and documents, and sizes and hashes
into the descriptor: all of it, or none.
"""

from __future__ import annotations

import errno
import filecmp
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import unified_diff
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from filelock import FileLock, Timeout

from syria_statements.cli import ended_by_signals
from syria_statements.errors import Error
from syria_statements.package import DESCRIPTOR, Package

from . import history, pages, reliability, sources
from .figures import PROJECT
from .staging import DOCUMENTS, built_tables, stage

STAGING, LOCK = ".build", "lock"
PATIENCE = 600  # seconds in which another run of the build ends
MOST = 40  # lines of a diff
MOST_BYTES = 2**28  # of a file that is compared line by line


def changed_files(root: Path, staging: Path) -> list[str]:
    """Files of the staged package that differ from those in place; the descriptor comes last."""
    package = Package(staging)
    tables = [table.resource["path"] for table in built_tables(package)]
    files = [*tables, *history.files(package), *DOCUMENTS, *pages.files(root), DESCRIPTOR]
    staged = [file for file in files if (staging / file).is_file()]  # not all need be there
    return [file for file in staged if not _is_same(root / file, staging / file)]


def _is_same(one: Path, other: Path) -> bool:
    return one.is_file() and filecmp.cmp(one, other, shallow=False)


def _text(path: Path) -> str:
    """The text of a file in place; none of one that is far larger than any of ours."""
    if not path.is_file() or path.stat().st_size > MOST_BYTES:
        return ""
    return path.read_bytes().decode("utf-8", errors="replace")


def replace_files(root: Path, staging: Path, files: list[str]) -> None:
    """Put complete files in the place of old ones.

    If it is killed, the next build does the rest.
    """
    for file in files:
        descriptor = os.open(staging / file, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
    for file in files:
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        os.replace(staging / file, root / file)


def differences(root: Path, staging: Path, file: str) -> Iterator[str]:
    """A diff from the file in place to the one that the sources give, of ``MOST`` lines."""
    old = _text(root / file)
    new = (staging / file).read_text("utf-8")
    names = (f"{file} (in place)", f"{file} (from the sources)")
    lines = unified_diff(old.splitlines(), new.splitlines(), *names, lineterm="", n=0)
    yield from islice(lines, MOST)
    if next(lines, None) is not None:
        yield "… and more"


# --- where the build works ------------------------------------------------------------------------


@contextmanager
def working_folder(root: Path) -> Iterator[Path]:
    """A folder of this run's own on the disk of the package, for one run at a time.

    Another run waits. What a killed run left is removed; only the lock itself stays.
    """
    area = root / STAGING
    if area.is_symlink():
        raise OSError(errno.EEXIST, "is a link, and the build needs a folder of its own", area)
    area.mkdir(exist_ok=True)
    with _alone(FileLock(area / LOCK)):
        _clear(area)
        try:
            with TemporaryDirectory(dir=area) as folder:
                yield Path(folder)
        finally:  # a signal may come when the folder is there and nobody has it yet
            _clear(area)


def _clear(area: Path) -> None:
    for left in area.iterdir():
        if left.name != LOCK:
            shutil.rmtree(left, ignore_errors=True)


@contextmanager
def _alone(lock: FileLock) -> Iterator[None]:
    try:
        lock.acquire(timeout=0)
    except Timeout:
        click.echo("Another run of the build is under way; waiting for it …", err=True)
        lock.acquire(timeout=PATIENCE)
    try:
        yield
    finally:
        lock.release()


# --- commands -------------------------------------------------------------------------------------


def _format(root: Path, folder: Path) -> None:
    """Rewrite the sources in canonical form."""
    rewritten, problems = sources.rewrite(root, folder)
    for file in rewritten:
        click.echo(f"{file}: rewritten")
    _fail(map(str, problems))


def _check(root: Path, folder: Path) -> None:
    """Say what differs from what the sources give."""
    _fail(map(str, stage(root, folder)))
    _fail(map(str, reliability.problems(root)))
    files = changed_files(root, folder)
    _fail(line for file in files for line in differences(root, folder, file))
    click.echo("The tables in place are what the sources give.")


def _build(root: Path, folder: Path) -> None:
    """Write what the sources give."""
    _fail(map(str, stage(root, folder)))
    files = changed_files(root, folder)
    replace_files(root, folder, files)
    written = ", ".join(files) or "nothing, for nothing has changed"
    click.echo(f"Built {len(sources.source_paths(root))} statements; written: {written}.")


def _fail(lines: Iterable[str]) -> None:
    """Print the lines and exit, if there are any."""
    text = "\n".join(lines)
    if text:
        click.echo(text, err=True)
        sys.exit(1)


def _in_words(error: OSError, root: Path) -> str:
    """What the system says of a file, in one line."""
    if isinstance(error, shutil.Error):  # a list, of all that could not be copied
        file, _, what = error.args[0][0]
    else:
        file, what = error.filename2 or error.filename, error.strerror or error
    place = os.path.relpath(str(file or root), root)
    words = " ".join(str(what).split()).replace(f"{root}{os.sep}", "")
    return f"{place}: {words}" if place != "." else f"{root}: {words}"


CHECK = "Write nothing; fail with a diff if a file in place is not what the sources give."
FORMAT = "Rewrite the sources in canonical form and build nothing."
DIRECTORY = click.Path(path_type=Path, exists=True, file_okay=False)


@click.command()
@click.option("--check", is_flag=True, help=CHECK)
@click.option("--format", "form", is_flag=True, help=FORMAT)
@click.option("--root", type=DIRECTORY, default=PROJECT, help="Directory of the package.")
def main(check: bool, form: bool, root: Path) -> None:
    """Build the tables in data/ from the annotated sources in data/sources/."""
    root = root.resolve()
    run = _format if form else _check if check else _build
    try:
        with ended_by_signals(), working_folder(root) as folder:
            run(root, folder)
    except Timeout:
        _fail([f"{root}: another run of the build does not end; stop it, or wait for it"])
    except OSError as error:
        _fail([_in_words(error, root)])
    except Error as error:
        _fail([str(error)])


if __name__ == "__main__":
    main()
