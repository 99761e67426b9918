"""The package that the sources give, complete in a directory beside the old one."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from syria_statements import codebooks, panels, validation
from syria_statements.errors import UnknownTableError
from syria_statements.package import DESCRIPTOR, DIALECT, Package, Table, fingerprint
from syria_statements.validation import check, contract
from syria_statements.validation.problem import Problem

from . import changelog, changelog_numbers, history, metadata, pages, sources, timeline_svg
from .annotation import Document
from .figures import CODEBOOK, PROJECT
from .source_lines import SourceLines
from .sources import read, source_paths
from .tabulation import Row, tabulate

HAND_WRITTEN = ("schema", "data/codebook", "data/reference", "data/quality", "data/history")
CONTRACT = "src/syria_statements/validation/contract.json"
# Document → the function that gives its text. Pages and CHANGELOG are written apart.
WRITERS: dict[str, Callable[[Package], str]] = {
    **metadata.WRITERS,
    timeline_svg.FILE: timeline_svg.write,
    CODEBOOK: lambda package: codebooks.write(package, "html"),
    CONTRACT: contract.write,
}
DOCUMENTS = (*WRITERS, changelog.FILE)
# Of a document with other problems only those with its codes are reported: the rest would follow.
CODE_RULES = {"foreign-key", "enum", "pattern", "type"}
# Keys of parts of a statement: the source itself is searched for what is wrong with their own ids.
PART_KEYS = {"paragraph_id", "clause_id"}
# What tables written by hand say of built ones.
FOLLOWING = {"foreign-key", "examples-hold", "candidates-in", "candidate-copy", "exception"}


def stage(root: Path, staging: Path) -> list[Problem]:
    """Write the package that the sources give; return all that is wrong with it.

    If anything is, the documents are not written.
    """
    for folder in HAND_WRITTEN:
        shutil.copytree(root / folder, staging / folder)
    shutil.copyfile(root / DESCRIPTOR, staging / DESCRIPTOR)
    problems = validation.structure(str(staging))
    if problems:  # without them nothing can be built
        return [problem.at(problem.file, problem.line or 1) for problem in problems]
    try:
        return _stage_built(root, staging)
    except UnknownTableError as error:
        return [Problem(DESCRIPTOR, 1, f"{error}; the build writes it")]


def _stage_built(root: Path, staging: Path) -> list[Problem]:
    """Write what is built beside what is written by hand."""
    lines = SourceLines()
    problems = list(sources.stray_files(root))
    problems += _write_tables(root, Package(staging), lines)
    problems += _write_panels(Package(staging))
    found = history.write(root, Package(staging))
    _write_descriptor(Package(staging))
    package = Package(staging)
    broken = {problem.file for problem in problems}
    problems += _located([*found, *check(str(staging))], package, lines, broken)
    if problems:
        return _in_order(_causes(problems, package))
    _write_documents(package)
    if (root / changelog.FILE).is_file():
        text = changelog_numbers.write(root / changelog.FILE, package)
        Path(staging, changelog.FILE).write_text(text, "utf-8", newline="\n")
    return _write_pages(root, staging)


def built_tables(package: Package) -> list[Table]:
    """The tables that are built."""
    return [table for table in package.tables.values() if table.is_built]


# --- tables ---------------------------------------------------------------------------------------


def _write_tables(root: Path, package: Package, lines: SourceLines) -> list[Problem]:
    """Write the rows of all sources and note their lines.

    Returns what is wrong with the sources.
    """
    problems = []
    with ExitStack() as stack:
        writers = {}
        for table in built_tables(package):
            file = stack.enter_context(open(table.path, "w", encoding="utf-8", newline=""))
            writers[table.name] = _writer(file, table)
        for path in source_paths(root):
            _, document, found = read(root, path)
            problems += found
            lines.documents.append(path.relative_to(root).as_posix())
            for row in _sorted_rows(document, package):
                problems += _without_column(package[row.table], row.cells)
                writers[row.table].writerow(row.cells)
                lines.add(row)
    return problems


def _without_column(table: Table, cells: Mapping[str, object]) -> list[Problem]:
    """The problem of cells for which a table has no column."""
    lacking = sorted(cells.keys() - {*table.names})
    message = f"lacks the column {', '.join(lacking)}, which the build writes"
    return [Problem(table.resource["schema"], 1, message)] if lacking else []


def _writer(file: IO[str], table: Table) -> csv.DictWriter[str]:
    """A writer of the rows of a table, after the header."""
    writer = csv.DictWriter(file, table.names, "", "ignore", lineterminator="\n")
    writer.writeheader()
    return writer


def _sorted_rows(document: Document | None, package: Package) -> list[Row]:
    """Rows of one document by table and key.

    Documents come in the order of their keys, so that tables are sorted too.
    """

    def order(row: Row) -> tuple[str, list[tuple[bool, Any]]]:
        cells = [row.cells.get(column) for column in package[row.table].key]
        return row.table, [(cell is not None, cell) for cell in cells]

    return sorted(tabulate(document), key=order) if document else []


def _write_panels(package: Package) -> list[Problem]:
    """Fill the tables that follow from other tables and from no source of their own.

    Returns what is wrong with their schemas.
    """
    problems = []
    tables = {name: _cells(package[name], names) for name, names in panels.SOURCES.items()}
    for name, rows in panels.panels(tables).items():
        table = package[name]
        problems += _without_column(table, rows[0] if rows else {})
        with open(table.path, "a", encoding="utf-8", newline="") as file:  # below its header
            writer = csv.DictWriter(file, table.names, "", "ignore", lineterminator="\n")
            writer.writerows(rows)
    return problems


def _cells(table: Table, names: Sequence[str]) -> list[dict[str, str]]:
    """Rows of a table with some of its cells; equal cells are one string, to save memory."""
    share: dict[str, str] = {}
    with open(table.path, encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        return [{name: share.setdefault(row[name], row[name]) for name in names} for row in reader]


def _write_descriptor(package: Package) -> None:
    """The descriptor with size and hash of each file as it is now, and how its cells are apart."""
    for table in package.tables.values():
        # not the data of the table, which would be kept
        about_file = fingerprint(Path(table.path).read_bytes())
        table.resource.update({"dialect": DIALECT, **about_file})
    text = json.dumps(package.descriptor, indent=2, ensure_ascii=False) + "\n"
    path = Path(package.directory, DESCRIPTOR)
    path.write_text(text, "utf-8", newline="\n")


# --- problems -------------------------------------------------------------------------------------


def _located(
    problems: Iterable[Problem], package: Package, lines: SourceLines, broken: set[str]
) -> Iterator[Problem]:
    """Problems of built rows at the line of their source; those of other files where they are.

    ``broken`` has the sources with other problems. While there are such, what other tables say of
    built ones would follow from that, and is left out.
    """
    names = {table.resource["path"]: table.name for table in built_tables(package)}
    for problem in problems:
        table = names.get(problem.file, "")
        if not problem.line or table not in lines.rows:
            if not broken or (not table and problem.rule not in FOLLOWING):
                yield problem.at(problem.file, problem.line or 1)
            continue
        located = lines.locate(table, problem)
        is_code = located.rule in CODE_RULES and located.column not in PART_KEYS
        if located.file not in broken or is_code:
            yield located


def _causes(problems: list[Problem], package: Package) -> list[Problem]:
    """The problems without those of the panels, which would follow from the others if there are."""
    files = {package[name].resource["path"] for name in panels.PANELS}
    return [problem for problem in problems if problem.file not in files] or problems


def _in_order(problems: list[Problem]) -> list[Problem]:
    """The problems by file, line and words, each once."""
    by_words = {str(problem): problem for problem in problems}
    return sorted(by_words.values(), key=_place)


def _place(problem: Problem) -> tuple[str, int, str]:
    return problem.file, problem.line or 1, str(problem)


# --- documents ------------------------------------------------------------------------------------


def _write_documents(package: Package) -> None:
    """What is read beside the tables: the codebook, a picture, the package for other standards."""
    for file, write in WRITERS.items():
        path = Path(package.directory, file)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(write(package), "utf-8", newline="\n")


def _write_pages(root: Path, staging: Path) -> list[Problem]:
    """The pages that are typed, with their numbers; what fails in them."""
    if not pages.files(root):
        return []
    library = PROJECT / "src"
    unwanted = shutil.ignore_patterns("__pycache__", Path(CONTRACT).name)
    shutil.copytree(library, staging / "src", ignore=unwanted, dirs_exist_ok=True)
    texts = pages.write(root, staging)
    if isinstance(texts, Problem):
        return [texts]
    for file, text in texts.items():
        (staging / file).write_text(text, "utf-8", newline="\n")
    return []
