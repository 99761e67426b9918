"""The tables in the files of other tools.

Each file appears complete or not at all, with the same bytes in every run.
"""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from .. import citation, flat
from ..errors import (
    ArgumentError,
    ExportError,
    UnknownNameError,
    allowed,
    missing_extra,
    require_text,
)
from ..package import package_in
from . import common
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


def export(
    format: str,
    out: str | os.PathLike[str] | None = None,
    tables: Sequence[str] | None = None,
    *,
    force: bool = False,
    progress: Progress | None = None,
    directory: Directory | None = None,
) -> Path:
    """Write tables to a file of another tool and return its path.

    ``format`` is ``csv`` (a zipped data package), ``xlsx``, ``stata``, ``spss``, ``parquet``,
    ``sqlite``, ``json`` or ``flat``: one wide table with a row for each clause, everything spelled
    out, in a workbook. ``tables`` are names of tables, by default all; ``flat`` is one too, in
    every format. Where a table is a file of its own several come in a zip. ``out`` is the file or a
    directory; by default the file is in the working directory and has the version in its name. An
    existing file is replaced only if ``force`` is true. ``progress(done, number, table)`` is called
    before each table is read. ``directory`` has a package other than the installed one.

    Raises ``UnknownNameError`` for an unknown format or table, ``ArgumentError`` if ``tables`` is
    no list of names, ``ExportError`` if the file cannot be written, ``MissingExtraError`` if a
    library that the format needs is not installed.
    """
    require_text(format, "a format")
    if format not in FORMATS:
        raise UnknownNameError(f"no format {format!r}; {allowed(FORMATS)}")
    package = package_in(directory)
    chosen = _chosen(package, _names(format, tables, package))
    citation_of_release = citation.STYLES["apa"](citation.release(package.descriptor))
    about = {**package.descriptor, "citation": citation_of_release}
    stem = f"{about['name']}-{about['version']}"
    target = _target(format, out, stem, list(chosen))
    if target.exists() and not force:
        raise ExportError(
            f"{target} exists already; to replace it use --force, or force=True in Python"
        )
    with _complete_or_not_at_all(target) as staged:
        _write(format, staged, chosen, about, progress)
    return target


def _names(format: str, tables: Sequence[str] | None, package: Package) -> list[str]:
    """Names of the tables to be written, each once."""
    if isinstance(tables, str):
        raise ArgumentError(
            f"tables is a list of names, not the text {tables!r}; write [{tables!r}]"
        )
    if tables is not None and not tables:
        raise ArgumentError("tables is empty; leave it out for all tables")
    if format == "flat":
        if tables:
            raise ExportError("flat is one table already; tables are chosen in the other formats")
        return [flat.NAME]
    return list(dict.fromkeys(tables or package.tables))


def _chosen(package: Package, names: list[str]) -> dict[str, Table]:
    return {name: flat.Flat(package) if name == flat.NAME else package[name] for name in names}


def _target(format: str, out: str | os.PathLike[str] | None, stem: str, names: list[str]) -> Path:
    """The file that is asked for; its name must end as files of its kind do."""
    kind = FORMATS[format]
    is_single = kind.file_each and len(names) == 1
    suffix = ".zip" if kind.file_each and not is_single else kind.suffix
    target = Path(out or ".")
    if target.is_dir():
        ending = f"-{names[0]}" if is_single or format == "flat" else ""
        return target / f"{stem}{f'-{format}' if suffix == '.zip' else ending}{suffix}"
    if target.suffix != suffix:
        held = "several files" if suffix == ".zip" else format
        raise ExportError(f"the name of {target} should end in {suffix}, as it holds {held}")
    return target


@contextmanager
def _complete_or_not_at_all(target: Path) -> Iterator[Path]:
    """A path to write to; what is there in the end is put in the place of the target."""
    try:
        with TemporaryDirectory(dir=target.parent, prefix=".syria-statements-") as temporary:
            staged = Path(temporary) / target.name
            yield staged
            os.replace(staged, target)
    except OSError as error:
        raise ExportError(f"{target} cannot be written: {error.strerror or error}") from error


def _write(
    format: str,
    path: Path,
    tables: dict[str, Table],
    about: dict[str, Any],
    progress: Progress | None,
) -> None:
    kind = FORMATS[format]
    module = _module(format, kind)
    for done, (name, table) in enumerate(tables.items()):
        if progress:
            progress(done, len(tables), name)
        if kind.file_each:
            module_path = path if len(tables) == 1 else path.with_name(name + kind.suffix)
            _call(module, module_path, table, about)
        else:
            _ = table.rows  # read now, so that progress is what it says
    if not kind.file_each:
        _call(module, path, list(tables.values()), about)
    elif len(tables) > 1:
        files = [name + kind.suffix for name in tables]
        common.zip_files(path, {file: path.with_name(file).read_bytes() for file in files})


def _module(format: str, kind: Format) -> ModuleType:
    try:
        return import_module(f".{kind.module}", __package__)
    except ModuleNotFoundError as error:
        if not kind.extra:
            raise
        raise missing_extra(format, str(error.name), kind.extra) from error


def _call(
    module: ModuleType, path: Path, tables: Table | list[Table], about: dict[str, Any]
) -> None:
    try:
        module.write(path, tables, about)
    except getattr(module, "ERROR", ()) as error:
        raise OSError(errno.EIO, str(error)) from error
