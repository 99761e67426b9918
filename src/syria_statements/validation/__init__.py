"""Validation of a whole data package: descriptor, files, cells, keys, rules of the coding.

It needs neither pandas nor pandera. Without jsonschema the profile of descriptor and schemas is not
checked.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..errors import require_path, shorten
from ..package import DESCRIPTOR, root
from . import archive, cells, contract, csv_file, descriptor, exceptions, keys, rules
from .csv_file import Table
from .problem import Problem
from .rules import history, sources

NO_PROFILE = "the profile of descriptor and schemas, which needs jsonschema; pip install jsonschema"


def validate(directory: str | os.PathLike[str] | None = None) -> list[Problem]:
    """All problems of the package in a directory or a zip, by default the installed one.

    The list of a valid package is empty; a bad one never raises. ``examine`` says what could not be
    checked, too. Definitions: Data Package and Table Schema 2.0, and the project's codebook. Raises
    ``ArgumentError`` if there is neither a directory nor a file.
    """
    problems, _ = examine(directory)
    return problems


def examine(
    directory: str | os.PathLike[str] | None = None,
) -> tuple[list[Problem], list[str]]:
    """All problems of a package, as ``validate`` gives them, and what was not checked, in words."""
    if directory is not None:
        require_path(directory, "a directory or a zip")
    path = os.path.abspath(root() if directory is None else directory)
    with _gc_paused(), archive.opened(path) as (folder, problems):
        if problems:
            return problems, []
        about, unreadable = descriptor.read(folder, DESCRIPTOR)
        if unreadable:
            return unreadable, []
        return _problems(folder, about, is_contracted=True), list(_unchecked(folder, about))


def _unchecked(directory: str, about: Any) -> Iterator[str]:
    """What is not checked of a package, because of it or for want of a library."""
    if not descriptor.can_check_profile():
        yield NO_PROFILE
    if left_out := contract.left_out(about):
        yield f"what rests on tables that were left out: {', '.join(left_out)}"
    if isinstance(about, dict) and not contract.is_known(about):
        release = shorten(f"{about.get('name')} {about.get('version')}")
        yield f"whether it has all tables, columns and keys of {release}"
    if not sources.has_sources(directory):
        yield "lines and paragraphs of clauses, for want of the annotated sources"
    if not history.is_kept(directory):
        yield "whether the log of changes gives the releases, for want of their schemas"


@contextmanager
def _gc_paused() -> Iterator[None]:
    """Pause the cyclic garbage collector; that saves about 17 % of a full validation."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def structure(directory: str) -> list[Problem]:
    """What is wrong with the descriptor, the schemas, and the shape of tables written by hand.

    Sizes and hashes are not looked at, nor tables that are built.
    """
    found, problems = descriptor.read(directory, DESCRIPTOR)
    if problems:
        return problems
    problems = descriptor.profile_problems(DESCRIPTOR, found)
    entries = list(_sound_resources(found))
    schemas, _, found_in_schemas = _read_schemas(directory, entries)
    problems += descriptor.listing_problems(directory, entries)
    written = [entry for entry in entries if entry["path"].count("/") > 1]
    _, found_in_tables = _read_tables(directory, written, schemas)
    problems += found_in_schemas + found_in_tables
    return _in_order([found for found in problems if found.rule not in ("bytes", "hash")], entries)


def check(directory: str) -> list[Problem]:
    """All problems of the package that the build makes, which is not held to the contract.

    The build makes that, too.
    """
    found, problems = descriptor.read(directory, DESCRIPTOR)
    return problems or _problems(directory, found, is_contracted=False)


def _problems(directory: str, found: Any, *, is_contracted: bool) -> list[Problem]:
    problems = descriptor.profile_problems(DESCRIPTOR, found)
    problems += descriptor.text_problems(DESCRIPTOR, found)
    problems += descriptor.time_problems(found)
    entries = list(_sound_resources(found))
    problems += descriptor.listing_problems(directory, entries)
    schemas, unsound, found_in_schemas = _read_schemas(directory, entries)
    problems += found_in_schemas
    if is_contracted:
        files = {entry["name"]: descriptor.schema_file(entry) for entry in entries}
        problems += contract.problems(found, files, schemas)
    tables, found_in_tables = _read_tables(directory, entries, schemas)
    problems += found_in_tables
    tables = {name: table for name, table in tables.items() if name not in unsound}
    for table in tables.values():
        problems += cells.problems(table)
    problems += keys.problems(tables)
    problems += rules.problems(tables, found if isinstance(found, dict) else {}, directory)
    problems = list(exceptions.excuse(problems, tables, contract.left_out(found)))
    return _in_order(problems, entries)


def _sound_resources(found: Any) -> Iterator[dict[str, Any]]:
    resources = found.get("resources") if isinstance(found, dict) else None
    for entry in resources if isinstance(resources, list) else []:
        if not descriptor.profile_problems("", entry, "resource"):
            yield entry


Schemas = dict[str, dict[str, Any]]


def _read_tables(
    directory: str, entries: list[dict[str, Any]], schemas: Schemas
) -> tuple[dict[str, Table], list[Problem]]:
    """The tables whose schema can be read and whose shape is sound, and the problems of all."""
    problems: list[Problem] = []
    tables = {}
    for entry in entries:
        name = entry["name"]
        if name not in schemas:
            continue
        data, found = descriptor.read_file(directory, entry)
        problems += found
        if data is not None:
            table, found = csv_file.read(name, entry["path"], data, schemas[name])
            problems += found
            if table is not None:  # an empty table is a table
                tables[name] = table
    return tables, problems


def _read_schemas(
    directory: str, entries: list[dict[str, Any]]
) -> tuple[Schemas, set[str], list[Problem]]:
    """The schemas that can be read by table, the tables whose keys fit no column, all problems."""
    schemas: Schemas = {}
    problems: list[Problem] = []
    fields_of: dict[str, list[str] | None] = {entry["name"]: None for entry in entries}
    for entry in entries:
        schema, found = descriptor.read_schema(directory, entry)
        problems += found
        if not found:
            schemas[entry["name"]] = schema
            fields_of[entry["name"]] = [field["name"] for field in schema["fields"]]
            if (file := descriptor.schema_file(entry)) != DESCRIPTOR:
                problems += descriptor.text_problems(file, schema)
    unsound = set()
    for entry in entries:
        name, file = entry["name"], descriptor.schema_file(entry)
        found = list(descriptor.schema_problems(file, schemas.get(name), fields_of))
        problems += found
        if found:
            unsound.add(name)
    return schemas, unsound, problems


def _in_order(problems: list[Problem], entries: list[dict[str, Any]]) -> list[Problem]:
    """Each problem once: the descriptor's and those of other files first, then table by table."""
    order = {entry["path"]: number for number, entry in enumerate(entries, 1)}

    def place(problem: Problem) -> tuple[Any, ...]:
        where = order.get(problem.file, 0), problem.file, problem.line or 0, problem.column or ""
        return (*where, problem.rule, problem.message)

    return sorted(set(problems), key=place)
