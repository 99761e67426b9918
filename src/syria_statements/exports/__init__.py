"""The tables in the files of other tools.

Each file appears complete or not at all, with the same bytes in every run.
"""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from .. import citation
from ..errors import (
    ExportError,
    UnknownNameError,
    allowed,
    meant,
    missing_extra,
    names_of,
    require_path,
    require_text,
    require_truth,
)
from ..history import package_in
from . import common, limits, staging, variables
from .formats import FORMATS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import ModuleType
    from typing import Any

    from ..package import Directory, Package, Table
    from .formats import Format

    Progress = Callable[[int, int, str], object]

__all__ = ["FORMATS", "export"]
README = "README.txt"
FEW = 3  # so many tables are in the name of a file, one by one
SEPARATORS = tuple(filter(None, (os.sep, os.altsep)))


def export(
    format: str,
    out: str | os.PathLike[str] | None = None,
    tables: Sequence[str] | None = None,
    *,
    force: bool = False,
    progress: Progress | None = None,
    directory: Directory | None = None,
    release: str | None = None,
) -> Path:
    """Write tables to a file of another tool and return its path.

    ``format`` is ``csv`` (a zipped data package), ``xlsx``, ``stata``, ``spss``, ``parquet``,
    ``sqlite``, ``json``, ``flat`` (the views in a workbook: ``flat`` with a row for each clause,
    ``flat_statements`` with one for each statement, coded or not) or ``network`` (who signed with
    whom, as nodes and edges in a zip). ``tables`` are names of tables and views, by default all
    tables, in a workbook and where each is a file of its own, in a zip, the views too.
    ``out`` is the file or a directory; by default the file is in the working directory, and its
    name has the version and the tables that were chosen. One table as a CSV file alone is written
    if ``out`` ends in .csv. An existing file is replaced only if ``force`` is true.
    ``progress(done, number, table)`` is called before each table is read. ``directory`` has a
    package other than the installed one, and ``release`` is the one whose data are wanted.

    Raises ``UnknownNameError`` for an unknown format or table, ``ArgumentError`` if ``tables`` is
    no list of names, ``ExportError`` if the file cannot be written or the format cannot hold the
    tables, ``MissingExtraError`` if a library that the format needs is not installed.
    """
    require_text(format, "a format")
    require_truth(force, "force")
    format = meant(format, FORMATS)
    if format not in FORMATS:
        raise UnknownNameError(f"no format {format!r}; {allowed(FORMATS)}")
    package = package_in(directory, release)
    chosen = {name: package[name] for name in _names(format, tables, package)}
    citation_of_release = citation.STYLES["apa"](citation.release(package.descriptor))
    about = {**package.descriptor, "citation": citation_of_release}
    stem = "-".join([about["name"], about["version"], *_choice(format, list(chosen), package)])
    target = _target(format, out, stem, len(chosen))
    if _exists(target) and not force:
        raise staging.exists_already(target)
    module = _module(format, FORMATS[format])
    _read(format, chosen, progress)
    with _complete_or_not_at_all(target, force) as staged:
        _write(format, module, staged, chosen, about, progress)
    return target


def _names(format: str, tables: Sequence[str] | None, package: Package) -> list[str]:
    """Names of the tables to be written, each once."""
    if own := FORMATS[format].own:
        if tables is not None:
            others = "tables are chosen in the other formats"
            raise ExportError(f"{format} has its own tables; {others}")
        return _own(format, own, package)
    return _usual(format, package) if tables is None else names_of(tables, "tables")


def _usual(format: str, package: Package) -> list[str]:
    """The tables that are written if none are chosen."""
    kind = FORMATS[format]
    return [*package.tables, *(package.views if kind.has_views or kind.file_each else ())]


def _own(format: str, own: Sequence[str], package: Package) -> list[str]:
    """The tables and views of which a format is made.

    Raises ``ExportError`` if the package lacks all of them. Older releases may lack some.
    """
    there = [name for name in own if name in package.tables or name in package.views]
    if not there:
        lacks = f"the package lacks tables of which {format} is made"
        raise ExportError(f"{lacks}; validate says which")
    return there


def _choice(format: str, names: list[str], package: Package) -> list[str]:
    """What the name of a file says of the tables in it: nothing, if it has what is usual."""
    if FORMATS[format].own:
        return [format]
    if set(names) == set(_usual(format, package)):
        return []
    return names if len(names) <= FEW else [str(len(names)), "tables"]


def _target(format: str, out: str | os.PathLike[str] | None, stem: str, tables: int) -> Path:
    """The file that is asked for; its name must end as files of its kind do."""
    kind = FORMATS[format]
    is_single = tables == 1
    suffix = ".zip" if kind.file_each and not is_single else kind.suffix
    if out is not None:
        require_path(out, "a file or a directory")
    target = Path("." if out is None else out)
    if os.path.isdir(target):  # which is false, and no error, for what cannot be looked at
        ending = f"-{format}" if suffix == ".zip" and not kind.own else ""
        return target / f"{stem}{ending}{suffix}"
    if os.fspath(out or ".").endswith(SEPARATORS):
        raise ExportError(f"there is no directory {target}; make it, or name another")
    if target.suffix != suffix and not (is_single and target.suffix == kind.plain):
        raise ExportError(_why_misnamed(target, format, suffix, tables))
    return target


def _why_misnamed(target: Path, format: str, suffix: str, tables: int) -> str:
    """Why a file cannot have this name, and which it can have."""
    kind = FORMATS[format]
    held = "several files" if suffix == ".zip" else format
    also = f" or {kind.plain}" if kind.plain and tables == 1 else ""
    return f"the name of {target} should end in {suffix}{also}, as it holds {held}"


def _exists(target: Path) -> bool:
    """Whether something has this name, be it a link that leads nowhere."""
    try:
        os.lstat(target)
    except FileNotFoundError:
        return False
    except (OSError, ValueError) as error:  # a ValueError if NUL is in the name
        raise _unwritable(target, error) from error
    return True


def _unwritable(target: Path, error: Exception) -> ExportError:
    return ExportError(f"{target} cannot be written: {getattr(error, 'strerror', None) or error}")


@contextmanager
def _complete_or_not_at_all(target: Path, force: bool) -> Iterator[Path]:
    """A path to write to; what is there in the end gets the name of the target."""
    try:
        with staging.folder(target.parent) as folder:
            staged = folder / f"new{target.suffix}"  # the target's own name may be too odd
            yield staged
            staging.put(staged, target, force)
    except OSError as error:
        raise _unwritable(target, error) from error


def _read(format: str, tables: dict[str, Table], progress: Progress | None) -> None:
    """Read what is to be written, and raise ``ExportError`` for what the format cannot hold."""
    measured = []
    for done, (name, table) in enumerate(tables.items()):
        if progress and not FORMATS[format].file_each:
            progress(done, len(tables), name)
        if format != "csv":  # which has the files as they are
            _ = table.rows
        measured.append(_measures(format, table))
    known = limits.LIMITS.get(format)
    for breach in known(measured) if known else ():
        raise ExportError(str(breach))


def _measures(format: str, table: Table) -> limits.Measures:
    """The measures of a table as it is in its file."""
    is_labelled = format in limits.LABELLED
    labels = variables.labels_of(table) if is_labelled else {}
    columns = [list(cells) for cells in zip(*table.cells(*table.names), strict=True)]
    by_name = dict(zip(table.names, columns or [[] for _ in table.names], strict=True))
    found = limits.measure(table.name, table.fields, by_name, labels)
    is_panel = is_labelled and bool(variables.unit_of(table))
    return found._replace(is_view="madeOf" in table.schema, is_panel=is_panel)


def _write(
    format: str,
    module: ModuleType,
    path: Path,
    tables: dict[str, Table],
    about: dict[str, Any],
    progress: Progress | None,
) -> None:
    kind = FORMATS[format]
    if not kind.file_each:
        _call(module, path, list(tables.values()), about)
        return
    for done, (name, table) in enumerate(tables.items()):
        if progress:
            progress(done, len(tables), name)
        module_path = path if len(tables) == 1 else path.with_name(name + kind.suffix)
        _call(module, module_path, table, about)
    if len(tables) > 1:
        files = {name + kind.suffix: table for name, table in tables.items()}
        written = {file: path.with_name(file).read_bytes() for file in files}
        common.zip_files(path, {README: common.release_readme(about, files), **written})


def _module(format: str, kind: Format) -> ModuleType:
    try:
        return import_module(f".{kind.module}", __package__)
    except ModuleNotFoundError as error:
        if not kind.extra:
            raise
        raise missing_extra(format, str(error.name)) from error


def _call(
    module: ModuleType, path: Path, tables: Table | list[Table], about: dict[str, Any]
) -> None:
    try:
        module.write(path, tables, about)
    except getattr(module, "ERROR", ()) as error:
        raise OSError(errno.EIO, str(error)) from error
