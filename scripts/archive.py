"""A package in a zip without a clock: how a release is kept, and how it is read again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from syria_statements.errors import PackageError
from syria_statements.exports import staging
from syria_statements.exports.common import zip_files
from syria_statements.package import DESCRIPTOR, Package
from syria_statements.validation import archive


def files(package: Package) -> list[str]:
    """The descriptor and all files that it names, tables and schemas, each once."""
    resources = [table.resource for table in package.tables.values()]
    named = [resource[key] for key in ("path", "schema") for resource in resources]
    return list(dict.fromkeys([DESCRIPTOR, *named]))


def write_archive(package: Package, target: Path) -> None:
    """Write a zip of the package as it is, with the same bytes in every run; replace an old one.

    Raises ``PackageError`` if a file cannot be read, ``OSError`` if the zip cannot be written.
    """
    contents = {file: package.read(file) for file in files(package)}
    with staging.folder(target.parent) as folder:
        staged = folder / target.name
        zip_files(staged, contents)
        staging.put(staged, target, force=True)


@contextmanager
def opened(path: Path) -> Iterator[Package]:
    """The package in a zip, unpacked for as long as it is in use.

    Raises ``PackageError`` if it is no zip that can be unpacked, ``ArgumentError`` if there is none
    or it has no descriptor.
    """
    with archive.opened(str(path)) as (folder, problems):
        for problem in problems:
            raise PackageError(str(problem))
        yield Package(folder)
