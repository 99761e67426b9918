"""The tables in the files of other tools. Each file appears complete or not at all, and every run gives the same bytes."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from . import citation, export_tables, flat, package
from .export_tables import ExportError
from .package import UnknownError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from .export_tables import Progress, Table


@dataclass(frozen=True)
class Format:
    """How an export is written.

    ``module`` has ``write(path, tables, about)``, or ``write(path, table, about)`` if each table is a file; and ``ERROR``, if its library
    tells of a full disk by an error of its own.
    """

    module: str
    suffix: str
    extra: str = ""  # the optional dependency of the package that brings the libraries it needs
    file_each: bool = False


FORMATS = {
    "csv": Format("export_csv", ".zip"),
    "xlsx": Format("export_xlsx", ".xlsx", "excel"),
    "stata": Format("export_stata", ".dta", file_each=True),
    "spss": Format("export_spss", ".sav", "spss", file_each=True),
    "parquet": Format("export_parquet", ".parquet", "parquet", file_each=True),
    "sqlite": Format("export_sqlite", ".sqlite"),
    "json": Format("export_json", ".json"),
    "flat": Format("export_xlsx", ".xlsx", "excel"),
}


def export(
    form: str,
    out: str | os.PathLike[str] | None = None,
    tables: Sequence[str] | None = None,
    *,
    force: bool = False,
    progress: Progress | None = None,
    directory: str | None = None,
) -> Path:
    """Write tables to a file of another tool and return its path.

    ``form`` is ``csv`` (a zipped data package), ``xlsx``, ``stata``, ``spss``, ``parquet``, ``sqlite``, ``json`` or ``flat``: one wide
    table with a row for each clause, everything spelled out, in a workbook. ``tables`` are names of tables, by default all; ``flat`` is
    one too, in every format. Where a table is a file of its own several come in a zip. ``out`` is the file or a directory; by default the
    file stands in the working directory and has the release in its name. An existing file is replaced only if ``force`` is true.
    ``progress(done, number, table)`` is called before each table is read. ``directory`` holds a package other than the installed one.

    Raises ``UnknownError`` for an unknown format or table, ``ExportError`` if the file cannot be written, ``MissingExtraError`` if a
    library that the format needs is not installed.
    """
    if form not in FORMATS:
        raise UnknownError(f"no format {form!r}; the formats are {', '.join(FORMATS)}")
    if form == "flat" and tables:
        raise ExportError("flat is one table already; tables are chosen in the other formats")
    names = [flat.NAME] if form == "flat" else list(dict.fromkeys(tables or package.names(directory)))
    chosen = export_tables.tables(names, directory, progress)
    descriptor = package.descriptor(directory)
    about = {**descriptor, "citation": citation.STYLES["apa"](citation.release(descriptor))}
    target = _target(form, out, f"{about['name']}-{about['version']}", names)
    if target.exists() and not force:
        raise ExportError(f"{target} exists already; to replace it use --force, or force=True in Python")
    try:
        with TemporaryDirectory(dir=target.parent, prefix=f".{about['name']}-") as temporary:
            staged = Path(temporary) / target.name
            _write(form, staged, chosen, about)
            os.replace(staged, target)
    except OSError as error:
        raise ExportError(f"{target} cannot be written: {error.strerror or error}") from error
    return target


def _target(form: str, out: str | os.PathLike[str] | None, stem: str, names: list[str]) -> Path:
    """The file that is asked for; its name must end as files of its kind do."""
    kind = FORMATS[form]
    one = kind.file_each and len(names) == 1
    suffix = ".zip" if kind.file_each and not one else kind.suffix
    ending = f"-{form}" if suffix == ".zip" else f"-{names[0]}" if one or form == "flat" else ""
    target = Path(out or ".")
    if target.is_dir():
        return target / f"{stem}{ending}{suffix}"
    if target.suffix != suffix:
        raise ExportError(f"the name of {target} should end in {suffix}, as it holds {'several files' if suffix == '.zip' else form}")
    return target


def _write(form: str, path: Path, tables: list[Table], about: dict[str, object]) -> None:
    kind = FORMATS[form]
    try:
        module = import_module(f".{kind.module}", __package__)
    except ModuleNotFoundError as error:
        if not kind.extra:
            raise
        raise package.MissingExtraError(form, str(error.name), kind.extra) from error
    try:
        if not kind.file_each:
            module.write(path, tables, about)
        elif len(tables) == 1:
            module.write(path, tables[0], about)
        else:
            files = {table.name + kind.suffix: (path.with_name(table.name + kind.suffix), table) for table in tables}
            for file, table in files.values():
                module.write(file, table, about)
            export_tables.zip_files(path, {name: file.read_bytes() for name, (file, _) in files.items()})
    except getattr(module, "ERROR", ()) as error:
        raise OSError(errno.EIO, str(error)) from error
