"""Build the tables of the data package from the annotated sources.

Reads all sources and reports all that is wrong with them, as ``path:line: what is wrong; what is allowed``; then it
writes nothing. Else it writes the tables, and their sizes and hashes into the descriptor: all of it, or none.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from difflib import unified_diff
from itertools import islice
from pathlib import Path
from typing import Any

import click

import citation_file
import croissant_file
import csvw_file
import figure
import guard
import panels
import readme
import zenodo_file
from annotation import Document, Problem, parse, render
from origins import Origins
from syria_statements import codebook_forms
from syria_statements import descriptor as metadata
from syria_statements.faults import Fault
from syria_statements.package import DESCRIPTOR
from syria_statements.validation import validate
from tabulation import Row, tabulate

STAGING = ".build"
CODEBOOK = "docs/codebook.html"
DOCUMENTS = (citation_file.FILE, zenodo_file.FILE, croissant_file.FILE, csvw_file.FILE, figure.FILE, CODEBOOK, readme.FILE)
HAND_WRITTEN = ("schema", "data/codebook", "data/reference", "data/quality")
# Of a document that does not parse cleanly only what is wrong with its codes is told: the rest would follow from it.
CODE_RULES = {"foreign-key", "enum", "pattern", "type"}


def find_root() -> Path:
    """Directory of the package in whose scripts/ this file lies."""
    return Path(__file__).resolve().parent.parent


def source_paths(root: Path) -> list[Path]:
    """The annotated sources in the order of their statements' keys."""
    return sorted((root / "data" / "sources").glob("*/*.md"), key=statement_key)


def statement_key(path: Path) -> str:
    """Key of the statement in a source, as its folder and its name say."""
    return f"{path.parent.name}-{path.stem}"


def read(root: Path, path: Path) -> tuple[str, Document | None, list[Problem]]:
    """One source: its text, its document, and what is wrong with it."""
    name = path.relative_to(root).as_posix()
    try:
        source = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        return "", None, [Problem(name, error.object.count(b"\n", 0, error.start) + 1, "not UTF-8; save the file as UTF-8")]
    if guard.has_windows_line_ends(source):
        return source, None, [Problem(name, 1, "Windows line ends (CR LF); save the file with LF, or run make format")]
    document = parse(source, name)
    if isinstance(document, Problem):
        return source, None, [*guard.character_problems(source, name), document]
    problems, key = guard.problems(source, document), statement_key(path)
    if document.front.get("statement_id", key) != key:
        problems.append(Problem(name, document.front_line("statement_id"), f"statement_id should be {key}, as folder and file name say"))
    return source, document, problems


# --- stage: a complete package beside the old one --------------------------------------------------------------------


def stage(root: Path, staging: Path) -> list[Problem]:
    """Write the package that the sources give into the staging directory; return all that is wrong with it."""
    shutil.rmtree(staging, ignore_errors=True)
    for folder in HAND_WRITTEN:
        shutil.copytree(root / folder, staging / folder)
    package = json.loads((root / DESCRIPTOR).read_text("utf-8"))
    origins = Origins()
    problems = _write_tables(root, staging, package, origins)
    _write_panels(staging, package)
    _write_descriptor(staging, package)
    problems = sorted({*problems, *_located(validate(str(staging)), package, origins, {problem.path for problem in problems})})
    if not problems:
        _write_documents(staging, package)
        problems = _write_readme(root, staging)
    return problems


def built(package: dict[str, Any]) -> list[dict[str, Any]]:
    """Resources of the tables that are built: those at the top of data/."""
    return [entry for entry in package["resources"] if entry["path"].count("/") == 1]


def _write_tables(root: Path, staging: Path, package: dict[str, Any], origins: Origins) -> list[Problem]:
    problems = []
    with ExitStack() as stack:
        writers = {}
        for entry in built(package):
            file = stack.enter_context(open(staging / entry["path"], "w", encoding="utf-8", newline=""))
            schema = json.loads((staging / entry["schema"]).read_text("utf-8"))
            writer = csv.DictWriter(file, [column["name"] for column in schema["fields"]], restval="", lineterminator="\n")
            writer.writeheader()
            writers[entry["name"]] = (writer, schema["primaryKey"])
        for path in source_paths(root):
            _, document, found = read(root, path)
            problems += found
            origins.documents.append(path.relative_to(root).as_posix())
            for row in _sorted_rows(document, {name: key for name, (_, key) in writers.items()}):
                writers[row.table][0].writerow(row.cells)
                origins.add(row)
    return problems


def _write_panels(staging: Path, package: dict[str, Any]) -> None:
    """Fill the tables that rest on other tables and on no source of their own."""
    paths = {entry["name"]: staging / entry["path"] for entry in package["resources"]}
    tables = {name: _rows(paths[name]) for name in ("statements", "signatories", "clauses", "acts", "actors")}
    for name, rows in panels.panels(tables).items():
        with paths[name].open("r+", encoding="utf-8", newline="") as file:  # it has its header already
            writer = csv.DictWriter(file, next(csv.reader(file)), lineterminator="\n")
            file.seek(0, os.SEEK_END)
            writer.writerows(rows)


def _sorted_rows(document: Document | None, keys: dict[str, list[str]]) -> list[Row]:
    """Rows of one document by table and key. Documents come in the order of their keys, so that tables are sorted too."""
    rows = list(tabulate(document)) if document else []
    return sorted(rows, key=lambda row: (row.table, [(cell is not None, cell) for cell in map(row.cells.get, keys[row.table])]))


def _write_descriptor(staging: Path, package: dict[str, Any]) -> None:
    for entry in package["resources"]:
        entry.update(metadata.fingerprint((staging / entry["path"]).read_bytes()))
    (staging / DESCRIPTOR).write_text(json.dumps(package, indent=2, ensure_ascii=False) + "\n", "utf-8", newline="\n")


def _write_documents(staging: Path, package: dict[str, Any]) -> None:
    """What is read beside the tables: pages, a picture, and the package in the words of other standards."""
    (staging / "docs").mkdir()
    schemas = {entry["name"]: json.loads((staging / entry["schema"]).read_text("utf-8")) for entry in package["resources"]}
    texts = {
        citation_file.FILE: citation_file.citation_file(package),
        zenodo_file.FILE: zenodo_file.zenodo_file(package),
        croissant_file.FILE: croissant_file.croissant_file(package, schemas, str(staging)),
        csvw_file.FILE: csvw_file.csvw_file(package, schemas),
        figure.FILE: figure.figure(_rows(staging / "data/statements.csv"), _rows(staging / "data/reference/formats.csv")),
        CODEBOOK: codebook_forms.write("html", str(staging)),
    }
    for file, text in texts.items():
        (staging / file).write_text(text, "utf-8", newline="\n")


def _write_readme(root: Path, staging: Path) -> list[Problem]:
    """The README, if there is one, with its numbers; what fails in it."""
    if not (root / readme.FILE).exists():
        return []
    shutil.copytree(find_root() / "src", staging / "src", ignore=shutil.ignore_patterns("__pycache__"))
    try:
        text = readme.readme_file(root / readme.FILE, staging)
    except readme.ReadmeError as error:
        return [Problem(readme.FILE, error.line, str(error))]
    (staging / readme.FILE).write_text(text, "utf-8", newline="\n")
    return []


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _located(faults: list[Fault], package: dict[str, Any], origins: Origins, broken: set[str]) -> Iterator[Problem]:
    """Faults of built tables at the line of their source; faults of other files where they are."""
    tables = {entry["path"]: entry["name"] for entry in built(package)}
    for fault in faults:
        if fault.file not in tables or not fault.line or tables[fault.file] not in origins.rows:
            yield Problem(fault.file, fault.line or 1, str(fault).partition(": ")[2])
            continue
        problem = origins.problem(tables[fault.file], fault)
        if problem.path not in broken or fault.rule in CODE_RULES:
            yield problem


# --- write, check, format --------------------------------------------------------------------------------------------


def changed_files(root: Path, staging: Path) -> list[str]:
    """Files of the staged package that differ from those in place; the descriptor comes last."""
    package = json.loads((staging / DESCRIPTOR).read_text("utf-8"))
    files = [*(entry["path"] for entry in built(package)), *DOCUMENTS, DESCRIPTOR]
    staged = [file for file in files if (staging / file).is_file()]  # a package without a README gets none
    return [file for file in staged if not (root / file).is_file() or (root / file).read_bytes() != (staging / file).read_bytes()]


def replace_files(root: Path, staging: Path, files: list[str]) -> None:
    """Put complete files in the place of old ones. Killed halfway, the next build does the rest."""
    for file in files:
        descriptor = os.open(staging / file, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
    for file in files:
        (root / file).parent.mkdir(exist_ok=True)
        os.replace(staging / file, root / file)


def differences(root: Path, staging: Path, file: str) -> Iterator[str]:
    """A readable diff from the file in place to the one that the sources give, of 40 lines at most."""
    old = (root / file).read_text("utf-8", errors="replace").splitlines() if (root / file).is_file() else []
    new = (staging / file).read_text("utf-8").splitlines()
    lines = unified_diff(old, new, f"{file} (in place)", f"{file} (from the sources)", lineterm="", n=0)
    yield from islice(lines, 40)
    if next(lines, None) is not None:
        yield "… and more"


def format_sources(root: Path) -> list[Problem]:
    """Rewrite sources in canonical form where only white space, order and quoting change; return what else is wrong."""
    problems = []
    for path in source_paths(root):
        source, document, found = read(root, path)
        if guard.has_windows_line_ends(source):
            document = parsed if isinstance(parsed := parse(source.replace("\r\n", "\n"), ""), Document) else None
        canonical = render(document) if document else source
        if sorted(_marks(canonical)) != sorted(_marks(source)):
            problems += found  # characters would come or go: a person must look
        elif canonical != source:
            temporary = path.with_suffix(".md.new")
            temporary.write_text(canonical, "utf-8", newline="\n")
            os.replace(temporary, path)
            click.echo(f"{path.relative_to(root).as_posix()}: rewritten")
    return problems


def _marks(source: str) -> str:
    return "".join(source.replace('"', "").replace("'", "").split())


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; fail with a diff if a file in place is not what the sources give.")
@click.option("--format", "form", is_flag=True, help="Rewrite the sources in canonical form and build nothing.")
@click.option("--root", type=click.Path(path_type=Path, exists=True, file_okay=False), default=find_root, help="Directory of the package.")
def main(check: bool, form: bool, root: Path) -> None:
    """Build the tables in data/ from the annotated sources in data/sources/."""
    root, staging = root.resolve(), root.resolve() / STAGING
    try:
        problems = format_sources(root) if form else stage(root, staging)
        _fail([str(problem) for problem in problems])
        files = [] if form else changed_files(root, staging)
        if check:
            _fail([line for file in files for line in differences(root, staging, file)])
            click.echo("The tables in place are what the sources give.")
        elif not form:
            replace_files(root, staging, files)
            click.echo(f"Built {len(source_paths(root))} statements; written: {', '.join(files) or 'nothing, for nothing has changed'}.")
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _fail(lines: list[str]) -> None:
    if lines:
        click.echo("\n".join(lines), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
