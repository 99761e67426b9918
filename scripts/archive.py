"""The last release, kept as a zip in ``scripts/releases``: descriptor, tables, schemas.

So a build needs no history of git to know what was released.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from syria_statements.exports.common import zip_files
from syria_statements.history import order
from syria_statements.package import DESCRIPTOR, Package

FOLDER = "scripts/releases"


def write_archive(package: Package, target: Path) -> None:
    """Write a zip of the package: the same release gives the same bytes."""
    tables = package.tables.values()
    names = [name for table in tables for name in (table.resource["path"], table.resource["schema"])]
    files = {name: package.read(name) for name in [DESCRIPTOR, *sorted(names)]}
    target.parent.mkdir(parents=True, exist_ok=True)
    zip_files(target, files)


@contextmanager
def opened(path: Path) -> Iterator[Package]:
    """The package in a zip, for as long as the context lasts."""
    with TemporaryDirectory() as folder:
        with zipfile.ZipFile(path) as archive:
            archive.extractall(folder)  # noqa: S202 # it is ours
        yield Package(folder)


@contextmanager
def last(root: Path, version: str) -> Iterator[Package | None]:
    """The last release before a version, or None if none is kept."""
    paths = [path for path in (root / FOLDER).glob("*.zip") if order(path.stem) < order(version)]
    if not paths:
        yield None
        return
    with opened(max(paths, key=lambda path: order(path.stem))) as package:
        yield package
