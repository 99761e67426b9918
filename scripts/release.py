"""Make a release, the files that people download: ``python -m scripts.release``.

It checks all that has to be so, and says what it would write; with ``--write`` it writes that, all
or nothing: ``dist/<version>/``, and the sums of its files to docs/releases/<version>/, which are
committed. The same sources give the same bytes wherever that is done. RELEASING.md has the steps.
"""

from __future__ import annotations

import filecmp
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

import click

from syria_statements import citation
from syria_statements.cli import ended_by_signals
from syria_statements.errors import Error, printable
from syria_statements.exports import export, staging
from syria_statements.exports.common import release_time
from syria_statements.exports.formats import FORMATS
from syria_statements.package import Package, fingerprint

from . import next_version, release_checks, release_notes
from .build import DIRECTORY
from .figures import CODEBOOK, PROJECT
from .metadata import datasette, ro_crate
from .metadata.ro_crate import File

DIST = "dist"
SUMS = Path(release_checks.SUMS).name
# Suffix of what hatchling builds → what that is.
DISTRIBUTIONS = {
    ".whl": "The Python package with the data, for pip.",
    ".tar.gz": "The sources of the Python package, with the annotated statements.",
}
# Suffix of a file of citations → their style.
CITATIONS = {".bib": "bibtex", ".ris": "ris"}


class ReleaseError(Error):
    """A release cannot be made; each line says why and what would be right."""

    def __str__(self) -> str:
        return "\n".join(map(printable, self.args))


# --- what people download -------------------------------------------------------------------------


def write_files(root: Path, folder: Path) -> None:
    """Write all files of the release of the package in ``root`` to an empty folder."""
    package = Package(root)
    exported = _exports(root, folder)
    described = {
        **_distributions(root, folder),
        **{path.name: what for path, what in exported.values()},
        **_documents(package, folder),
        **_datasette(package, exported["sqlite"][0]),
        release_notes.FILE: "What is new, how to cite this release, how to check its files.",
        SUMS: "The SHA-256 of every other file.",
    }
    listed = {name: described[name] for name in sorted(described)}
    notes = release_notes.write(package, {ro_crate.FILE: "This list for machines.", **listed})
    (folder / release_notes.FILE).write_text(notes, "utf-8", newline="\n")
    _write_crate(package, folder, listed)
    (folder / SUMS).write_text(sums(folder), "utf-8", newline="\n")


def _distributions(root: Path, folder: Path) -> dict[str, str]:
    """Write wheel and sdist; return what each is."""
    created = release_time(Package(root).descriptor).replace(tzinfo=UTC)
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(int(created.timestamp()))}
    command = [sys.executable, "-m", "hatchling", "build", "--directory", str(folder)]
    done = subprocess.run(  # noqa: S603
        command, cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise ReleaseError(f"wheel and sdist cannot be built: {' '.join(said)}; see pyproject.toml")
    return {
        path.name: what
        for path in folder.iterdir()
        for suffix, what in DISTRIBUTIONS.items()
        if path.name.endswith(suffix)
    }


def _exports(root: Path, folder: Path) -> dict[str, tuple[Path, str]]:
    """Write the package in every format that there is; return each file, and what it is."""
    found = {}
    for name, form in FORMATS.items():
        found[name] = export(name, folder, directory=root), f"Export {name}: {form.what}."
    return found


def _datasette(package: Package, database: Path) -> dict[str, str]:
    """Write what Datasette shows of the database beside it; return what it is."""
    text = datasette.write(package, database.name)
    database.with_name(datasette.FILE).write_text(text, "utf-8", newline="\n")
    return {datasette.FILE: f"For Datasette: what is in {database.name}, read with its option -m."}


def _documents(package: Package, folder: Path) -> dict[str, str]:
    """Write what is read without any program of ours; return what each file is."""
    codebook = Path(CODEBOOK)
    (folder / codebook.name).write_bytes(package.read(CODEBOOK))
    views = {f"{name}.csv": view for name, view in package.views.items()}
    for file, view in views.items():
        (folder / file).write_bytes(view.data)
    return {
        **_citations(package, folder),
        **{file: view.resource["description"] for file, view in views.items()},
        codebook.name: "The codebook: every table, column and code, with rules and examples.",
    }


def _citations(package: Package, folder: Path) -> dict[str, str]:
    """Write the release and all its statements for reference managers; return what each file is."""
    described = {}
    for suffix, style in CITATIONS.items():
        text = citation.cite(None, style, package.directory, all=True)
        file = f"{package.descriptor['name']}-{package.version}{suffix}"
        (folder / file).write_text(text, "utf-8", newline="\n")
        described[file] = f"The release and every statement, for reference managers: {style}."
    return described


def _write_crate(package: Package, folder: Path, described: dict[str, str]) -> None:
    """Write the list of the files, of which one, the sums, is made after it.

    Its size is known before, as it follows from the names.
    """
    (folder / ro_crate.FILE).touch()
    sizes = {path.name: path.stat().st_size for path in folder.iterdir()}
    sizes[SUMS] = len(sums(folder).encode())
    files = [File(name, what, sizes[name]) for name, what in described.items()]
    (folder / ro_crate.FILE).write_text(ro_crate.write(package, files), "utf-8", newline="\n")


def sums(folder: Path) -> str:
    """The SHA-256 of all files in a folder, but for the list itself, as ``sha256sum`` writes it."""
    paths = sorted(path for path in folder.iterdir() if path.name != SUMS)
    return "".join(f"{_sha256(path)}  {path.name}\n" for path in paths)


def _sha256(path: Path) -> str:
    return str(fingerprint(path.read_bytes())["hash"]).removeprefix("sha256:")


# --- where they go --------------------------------------------------------------------------------


def changes(made: Path, target: Path, committed: Path) -> Iterator[str]:
    """What a release that was made before has otherwise; a release never changes."""
    remedy = "a release never changes, so what is new needs a higher version"
    if target.exists():
        for name in sorted({path.name for folder in (made, target) for path in folder.iterdir()}):
            if not _is_same(made / name, target / name):
                yield f"{target / name}: is not what this release would have; {remedy}"
    if committed.exists():
        before = set(committed.read_text("utf-8").splitlines())
        for line in sorted(before ^ set(sums(made).splitlines()), key=_name):
            place = "has another sum" if line in before else "has no such sum"
            yield f"{committed}: {place} for {_name(line)}; {remedy}"


def _name(line: str) -> str:
    """The file in a line of sums."""
    return line.partition("  ")[2]


def _is_same(one: Path, other: Path) -> bool:
    return one.is_file() and other.is_file() and filecmp.cmp(one, other, shallow=False)


def put(made: Path, target: Path, committed: Path) -> list[Path]:
    """Put a complete release in its place, and its sums; return what is new."""
    new = [path for path in (target, committed) if not path.exists()]
    text = sums(made)
    if target in new:
        os.replace(made, target)
    if committed in new:
        committed.parent.mkdir(parents=True, exist_ok=True)
        with staging.folder(committed.parent) as folder:
            (folder / SUMS).write_text(text, "utf-8", newline="\n")
            staging.put(folder / SUMS, committed, force=False)
    return new


@contextmanager
def _folder(out: Path, write: bool) -> Iterator[Path]:
    """A folder to make the release in: beside its place, or, if it will not be kept, elsewhere."""
    if write:
        out.mkdir(parents=True, exist_ok=True)
    area: AbstractContextManager[Path | str]
    area = staging.folder(out) if write else TemporaryDirectory(prefix="syria-statements-")
    with area as folder:
        made = Path(folder, "made")
        made.mkdir()
        yield made


# --- the command ----------------------------------------------------------------------------------


def _release(root: Path, out: Path, write: bool) -> None:
    """Check, make, and say what was or would be written."""
    _require(_misplaced(root, out))
    _require(release_checks.problems(root))
    for what in release_checks.unchecked(root):
        click.echo(f"Not checked: {what}.", err=True)
    version = Package(root).version
    target, committed = out / version, root / release_checks.SUMS.format(version)
    click.echo(f"Checked {version}: nothing is wrong. Making its files …")
    with _folder(out, write) as made:
        write_files(root, made)
        _require(changes(made, target, committed))
        for path in sorted(made.iterdir()):
            click.echo(f"{path.stat().st_size:>12,}  {path.name}")
        if not write:
            click.echo(f"Nothing was written; with --write they go to {_near(root, target)}.")
            return
        new = [_near(root, path) for path in put(made, target, committed)]
    click.echo(f"Written: {', '.join(new) or 'nothing, for nothing has changed'}.")


def _near(root: Path, path: Path) -> str:
    """A path from the package, if it is in it."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def _misplaced(root: Path, out: Path) -> Iterator[str]:
    """What is written within the package would be in its own sdist; only ``dist`` is left out."""
    dist = root / DIST
    if out.is_relative_to(root) and not out.is_relative_to(dist):
        yield f"{out} is inside the package; write to {dist}, or to a folder outside"


def _require(problems: Iterable[str]) -> None:
    """Raise ``ReleaseError`` with all problems, if there are any."""
    found = list(problems)
    if found:
        raise ReleaseError(*found)


WRITE = "Write what is only checked and said otherwise."
OUT = "Folder of the releases; by default dist in the package."
NEXT = "After a release: keep it as a zip, and begin this version with -dev."


@click.command()
@click.option("--write", is_flag=True, help=WRITE)
@click.option("--next", "following", metavar="VERSION", help=NEXT)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help=OUT)
@click.option("--root", type=DIRECTORY, default=PROJECT, help="Directory of the package.")
def main(write: bool, following: str | None, out: Path | None, root: Path) -> None:
    """Make the release that the version in datapackage.json names, and check it before."""
    root = root.resolve()
    try:
        with ended_by_signals():
            if following is None:
                _release(root, (out or root / DIST).resolve(), write)
            else:
                _require(next_version.problems(root, following))
                click.echo(next_version.begin(root, following))
    except Error as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"{error.filename or root}: {error.strerror or error}")


def _fail(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
