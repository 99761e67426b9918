"""Rules of the history: applied backwards the log gives every release; retired ids stay so."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ...history import KEPT, LogError, order, require_new, undo, written
from ...package import HISTORY, fingerprint, is_release
from ...shapes import referring_keys
from .. import descriptor as documents
from ..contract import left_out
from ..csv_file import Table
from ..problem import Problem
from . import rule

Schemas = Mapping[str, Mapping[str, Any]]  # by table
Rows = Mapping[str, Table | list[dict[str, str]]]  # by table; a table is as it is at hand
COLUMNS = ("release", "table", "rows", "sha256")
BROKEN = (AttributeError, KeyError, TypeError, ValueError)  # of what is no log, no schema


def is_kept(directory: str) -> bool:
    """Whether a package has the schemas of old releases with it."""
    return os.path.isdir(os.path.join(directory, *os.path.dirname(KEPT).split("/")))


@rule
def log(
    releases: Table,
    changes: Table,
    tables: Mapping[str, Table],
    descriptor: Mapping[str, Any],
    directory: str,
) -> Iterator[Problem]:
    """Applied backwards the changes give each table of each release, to the byte."""
    version = str(descriptor.get("version"))
    older = sorted({*releases["release"]} - {version}, key=order)
    absent = left_out(descriptor)
    now = {name: table for name, table in tables.items() if _is_logged(table)}
    rows: Rows = now
    schemas: Schemas = {name: table.schema for name, table in now.items()}
    # the hash that the descriptor has of each file is checked elsewhere
    resources = [entry for entry in descriptor["resources"] if _is_sound(entry, now)]
    known = {id(now[entry["name"]]): entry["hash"].removeprefix("sha256:") for entry in resources}
    if is_release(version) and older:
        yield from _unlike(releases, version, rows, schemas, known, absent)
    for release in reversed(older if is_kept(directory) else []):
        file = KEPT.format(release)
        kept, problems = documents.read(directory, file)
        yield from problems
        if problems:
            return
        try:
            old = _schemas(kept, schemas, absent)
            rows = _before(rows, _entries(changes, version, absent), old, schemas)
        except LogError as error:
            yield changes.problem_of_file(f"of {version} does not fit: {error}")
            return
        except BROKEN as error:
            yield Problem(file, None, f"does not fit the log of {version}: {error!r}")
            return
        yield from _unlike(releases, release, rows, old, known, absent)
        version, schemas = release, old


def _is_sound(entry: Any, tables: Mapping[str, Table]) -> bool:
    """Whether an entry of the descriptor is of a table that could be read, and has its hash."""
    if not isinstance(entry, dict) or not isinstance(entry.get("hash"), str):
        return False
    return isinstance(entry.get("name"), str) and entry["name"] in tables


def _is_logged(table: Table) -> bool:
    """Whether the log says what changes in a table: of the history, and of views, it does not."""
    return not table.file.startswith(HISTORY) and "madeOf" not in table.schema


def _schemas(kept: Mapping[str, Any], newer: Schemas, absent: Collection[str]) -> dict[str, Any]:
    """The schema of each table that a release had, but those of the history.

    One that is not kept is that of the release after it.
    """
    return {
        entry["name"]: kept["schemas"].get(entry["schema"]) or newer[entry["name"]]
        for entry in kept["descriptor"]["resources"]
        if not entry["path"].startswith(HISTORY) and entry["name"] not in absent
    }


def _entries(
    changes: Table, version: str, absent: Collection[str]
) -> dict[str, list[dict[str, str]]]:
    """The changes of a release by table, but for those of tables that were left out."""
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in changes.rows():
        if row["release"] == version and row["table"] not in absent:
            found[row["table"]].append(row)
    return found


def _before(
    rows: Rows, entries: Mapping[str, list[dict[str, str]]], old: Schemas, newer: Schemas
) -> Rows:
    """The rows of the release before; those of a table that did not change are left alone."""
    for name in sorted((rows.keys() | entries.keys()) - old.keys()):
        require_new(name, entries.get(name, []))
    found = {}
    for name, schema in old.items():
        if name in rows and name not in entries and _columns(newer[name]) == _columns(schema):
            found[name] = rows[name]
        else:
            now = _cells(rows.get(name, []))
            found[name] = undo(now, newer.get(name, schema), entries.get(name, []), schema)
    return found


def _columns(schema: Mapping[str, Any]) -> list[str]:
    return [field["name"] for field in schema["fields"]]


def _cells(rows: Table | list[dict[str, str]]) -> list[dict[str, str]]:
    return rows.rows() if isinstance(rows, Table) else rows


def _hash(rows: Table | list[dict[str, str]], schema: Mapping[str, Any]) -> str:
    data = written(_cells(rows), schema)
    return str(fingerprint(data)["hash"]).removeprefix("sha256:")


def _unlike(
    releases: Table,
    release: str,
    rows: Rows,
    schemas: Schemas,
    known: Mapping[int, str],
    absent: Collection[str],
) -> Iterator[Problem]:
    """Tables of a release that are not what its row says, or have none.

    ``known`` has hashes by the identity of what rows they are of; ``absent`` are those left out.
    """
    said = {
        table: (row, count, sha256)
        for row, (version, table, count, sha256) in releases.zip(*COLUMNS)
        if version == release and table not in absent
    }
    for name in sorted(rows.keys() - said):
        yield releases.problem_of_file(f"has no row of {name} in {release}, which had it")
    for name, (row, count, sha256) in said.items():
        if name not in rows:
            yield releases.problem(row, "table", f"is no table that {release} had")
            continue
        found = rows[name]
        if count != str(len(found)):
            message = f"should be {len(found)}, as the log of changes gives"
            yield releases.problem(row, "rows", message)
        right = known.get(id(found)) or _hash(found, schemas[name])
        if sha256 != right:
            yield releases.problem(row, "sha256", f"should be {right}, as the log of changes gives")


@rule
def retired(
    retired_ids: Table, tables: Mapping[str, Table], descriptor: Mapping[str, Any]
) -> Iterator[Problem]:
    """A retired id is gone, and its successor is there or retired itself, later.

    Of a kind whose table was left out only circles are known.
    """
    keys = {
        table.schema["primaryKey"][0].removesuffix("_id"): table
        for table in tables.values()
        if len(table.schema["primaryKey"]) == 1 and not _refers(table)
    }
    is_whole = not left_out(descriptor)
    cells = list(retired_ids.zip("kind", "id", "successor"))
    successor_of = {(kind, name): successor for _, (kind, name, successor) in cells}
    for row, (kind, name, successor) in cells:
        ids = set(keys[kind][keys[kind].schema["primaryKey"][0]]) if kind in keys else set()
        if name in ids:
            yield retired_ids.problem(row, "id", f"is retired, and is a {kind} all the same")
        is_known = successor in ids or (kind, successor) in successor_of
        if successor and not is_known and (is_whole or kind in keys):
            yield retired_ids.problem(row, "successor", f"is no {kind}, and none that was retired")
        if _is_circle(successor_of, kind, name):
            yield retired_ids.problem(row, "successor", "leads back to the id itself")


def _refers(table: Table) -> bool:
    primary = table.schema["primaryKey"]
    return any(key["fields"] == primary for key in referring_keys(table.schema))


def _is_circle(successor_of: Mapping[tuple[str, str], str], kind: str, name: str) -> bool:
    seen = {name}
    while name := successor_of.get((kind, name), ""):
        if name in seen:
            return True
        seen.add(name)
    return False
