"""A folder to write in beside the target, and the way from there to the final name.

A killed export leaves its folder. The next one removes it; one that is in use it leaves alone: a
folder is in use as long as the file ``lock`` in it is locked or, on Windows, open.
"""

from __future__ import annotations

import os
import re
import shutil
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

from ..errors import ExportError

try:
    import fcntl
except ImportError:  # on Windows, where a file that is open cannot be removed
    fcntl = None  # type: ignore[assignment]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX = ".syria-statements-"
OURS = re.compile(re.escape(PREFIX) + "[a-z0-9_]{8}")
LOCK = "lock"
ATTEMPTS = 100


@contextmanager
def folder(parent: Path) -> Iterator[Path]:
    """A new folder in ``parent``, removed in the end; what dead exports left there goes first."""
    _remove_dead(parent)
    made, lock = _locked_folder(parent)
    try:
        yield made
    finally:
        os.close(lock)  # before the file is removed, as Windows demands
        shutil.rmtree(made, ignore_errors=True)


def put(staged: Path, target: Path, force: bool) -> None:
    """Give a complete file its final name; without ``force`` only if there is none of this name."""
    _sync(staged)
    if force:
        os.replace(staged, target)
        return
    try:
        os.link(staged, target)  # which fails if the target is there, however late it came
    except FileExistsError:
        raise exists_already(target) from None
    except (OSError, AttributeError) as error:  # not every file system has links
        if os.path.lexists(target):
            raise exists_already(target) from error
        os.replace(staged, target)


def exists_already(target: Path) -> ExportError:
    """The error for a file that would be replaced without ``force``."""
    return ExportError(
        f"{target} exists already; to replace it use --force, or force=True in Python"
    )


def _sync(path: Path) -> None:
    """Wait until the content of a file is on the disk, lest the name be there before it."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


# --- locks ----------------------------------------------------------------------------------------


def _locked_folder(parent: Path) -> tuple[Path, int]:
    """A new folder and its lock, which is held as long as it is open.

    Another export may take the folder for dead before it is locked, and remove it: then it is no
    longer there, or its lock is taken, and another is made.
    """
    for _ in range(ATTEMPTS):
        made = Path(mkdtemp(prefix=PREFIX, dir=parent))
        with suppress(FileNotFoundError):
            lock = os.open(made / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
            if _take(lock) is not False and _is_there(lock, made / LOCK):
                return made, lock
            os.close(lock)
    raise ExportError(f"no folder can be kept in {parent}; something removes each at once")


def _take(lock: int) -> bool | None:
    """Whether a lock could be taken; None where there are none."""
    if fcntl is None:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return None
    return True


def _is_there(lock: int, path: Path) -> bool:
    with suppress(OSError):
        return os.path.samestat(os.fstat(lock), os.stat(path))
    return False


def _remove_dead(parent: Path) -> None:
    """Remove the folders of exports that are no more, as far as that can be done and known."""
    with suppress(OSError), os.scandir(parent) as entries:
        for entry in list(entries):
            if OURS.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False):
                with suppress(OSError):
                    _remove_if_dead(Path(entry.path))


def _remove_if_dead(path: Path) -> None:
    try:
        lock = os.open(path / LOCK, os.O_RDWR)
    except FileNotFoundError:  # killed before it had one
        path.rmdir()  # which fails if something is in it
        return
    taken = _take(lock)
    try:
        if taken:
            shutil.rmtree(path, ignore_errors=True)
    finally:
        os.close(lock)
    if fcntl is None:
        (path / LOCK).unlink()  # which fails on Windows if another has it open
        shutil.rmtree(path, ignore_errors=True)
