"""The log of every change: ``data/history``, from the last release, the tables, and the reasons.

What was released stays as it is there; what changed since is found anew by each build. It refuses
an id that now names something else, one that is gone without a word, and a released value that was
changed without a reason.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from syria_statements.errors import shorten
from syria_statements.history import KEPT, in_order, key_of, order, text_rows, written
from syria_statements.package import Package, Table, fingerprint, is_release
from syria_statements.validation.problem import Problem

from . import archive, reasons
from .changes import Change, between
from .reasons import Reason
from .tabulation import FRONT_COLUMNS

Cells = dict[str, str]
TABLES = ("releases", "changes", "reasons", "retired_ids")
TYPED = {("statements", column) for column in FRONT_COLUMNS}
# Columns whose words say what an id names. If one of them is kept, it names the same.
NAMING = (
    "title", "name", "label", "text", "gist", "incipit", "explicit", "definition",
    "url", "source_url", "wikidata", "iso3", "geonames", "pcode",
)  # fmt: skip


@dataclass(frozen=True)
class Step:
    """From the last release to the package at hand: what changed, and the reasons given."""

    old: Package
    new: Package
    changes: tuple[Change, ...]
    reasons: tuple[Reason, ...]

    @property
    def reasons_file(self) -> str:
        """Where the reasons of these changes are typed."""
        return f"{reasons.FOLDER}/{_number(self.new)}.yaml"


def _number(package: Package) -> str:
    return package.version.removesuffix("-dev")


def write(root: Path, package: Package) -> list[Problem]:
    """Write the tables of the history into the package that is built; return what is wrong."""
    given, problems = reasons.read(root)
    with archive.last(root, package.version) as old:
        if old is None:
            return [*problems, *_first(package)]
        ours = tuple(reason for reason in given if reason.release == _number(package))
        step = Step(old, package, tuple(between(old, package)), ours)
        problems += _refused(step)
        rows = _rows(step, given)
        problems += _rewritten(step, rows)
        _keep_schemas(step)
    for name, found in rows.items():
        table = package[name]
        Path(table.path).write_bytes(written(found, table.schema))
    return problems


def files(package: Package) -> list[str]:
    """The files of the history that the build writes."""
    tables = [package[name].resource["path"] for name in TABLES if name in package.tables]
    kept = Path(package.directory).glob(KEPT.format("*"))
    return [*tables, *sorted(path.relative_to(package.directory).as_posix() for path in kept)]


def _first(package: Package) -> list[Problem]:
    """Write the first release, if the package is one; a later one needs the last one."""
    table = package.tables.get("releases")
    if table is None:
        return []
    older = {name for (name,) in table.cells("release")} - {package.version}
    if older:
        message = f"has releases, and {archive.FOLDER} has no zip of the last one; put it there"
        return [Problem(table.resource["path"], 1, message)]
    rows = list(_release_rows(package)) if is_release(package.version) else []
    Path(table.path).write_bytes(written(in_order(rows, table.schema), table.schema))
    return []


# --- the tables -----------------------------------------------------------------------------------


def _rows(step: Step, given: Iterable[Reason]) -> dict[str, list[Cells]]:
    """The rows of the tables of the history: those of releases, and those since."""
    end = order(step.old.version)
    found = {
        name: [row for row in text_rows(step.new[name]) if order(row["release"]) <= end]
        for name in TABLES
    }
    found["changes"] += [_change_row(step, *item) for item in enumerate(step.changes, 1)]
    found["reasons"] = [_reason_row(step, reason) for reason in given]
    found["retired_ids"] += _retired_rows(step)
    if is_release(step.new.version):
        found["releases"] += _release_rows(step.new)
    return {name: in_order(rows, step.new[name].schema) for name, rows in found.items()}


def _change_row(step: Step, position: int, change: Change) -> Cells:
    reason = _reason_of(step, change)
    return {
        "release": step.new.version,
        "position": str(position),
        "table": change.table,
        "change": change.change,
        "row": change.row,
        "column": change.column,
        "old": change.old,
        "new": change.new,
        "reason_id": reason.reason_id if reason else "",
    }


def _reason_of(step: Step, change: Change) -> Reason | None:
    """The reason that covers a change, if one does."""
    key = json.loads(change.row) if change.row else []
    for reason in step.reasons:
        if any(cover.fits(change.table, key, change.column) for cover in reason.covers):
            return reason
    return None


def _reason_row(step: Step, reason: Reason) -> Cells:
    is_ours = reason.release == _number(step.new)
    release = step.new.version if is_ours else reason.release
    return {"reason_id": reason.reason_id, "release": release, "reason": reason.text}


def _release_rows(package: Package) -> Iterator[Cells]:
    """The row of each table in the release that the package is."""
    for table in package.tables.values():
        if not table.is_history:
            yield {
                "release": package.version,
                "date": str(package.descriptor["created"])[:10],
                "table": table.name,
                "rows": str(table.count),
                "sha256": fingerprint(table.data)["hash"].removeprefix("sha256:"),
            }


def _keep_schemas(step: Step) -> None:
    """Write descriptor and schemas of the last release, as far as they are other ones now."""
    now = {table.resource["schema"]: table.schema for table in step.new.tables.values()}
    then = {table.resource["schema"]: table.schema for table in step.old.tables.values()}
    other = {file: schema for file, schema in then.items() if now.get(file) != schema}
    content = {"descriptor": step.old.descriptor, "schemas": other}
    path = Path(step.new.directory, KEPT.format(step.old.version))
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    path.write_text(text, "utf-8", newline="\n")


# --- ids ------------------------------------------------------------------------------------------


def id_tables(package: Package) -> dict[str, Table]:
    """Table by kind of id: those whose key is one column that refers to no other table."""
    return {
        table.key[0].removesuffix("_id"): table
        for table in package.tables.values()
        if len(table.key) == 1 and table.key[0] not in table.references and not table.is_history
    }


def _retired_rows(step: Step) -> Iterator[Cells]:
    gone = _gone(step)
    for reason in step.reasons:
        for name, successor in reason.retired.items():
            for kind in gone.get(name, ()):
                yield {
                    "kind": kind,
                    "id": name,
                    "release": step.new.version,
                    "reason_id": reason.reason_id,
                    "successor": successor,
                }


def _gone(step: Step) -> dict[str, list[str]]:
    """Ids of the last release that are no longer there, each with its kinds."""
    found: dict[str, list[str]] = {}
    now = id_tables(step.new)
    for kind, table in id_tables(step.old).items():
        left = set(_ids(now[kind])) if kind in now else set()
        for name in _ids(table):
            if name not in left:
                found.setdefault(name, []).append(kind)
    return found


def _ids(table: Table) -> list[str]:
    return [cell for (cell,) in table.cells(table.key[0])]


def _words(package: Package, table: Table) -> dict[str, dict[str, str]]:
    """By id, the cells whose words say what it names; of a paragraph those of its clauses, too."""
    columns = [column for column in table.names if column in NAMING]
    rows = text_rows(table)
    found = {row[table.key[0]]: {column: row[column] for column in columns} for row in rows}
    if table.name == "paragraphs":
        for key, cells in _words(package, package["clauses"]).items():
            paragraph = _row(package["clauses"], key)["paragraph_id"]
            if paragraph in found:
                found[paragraph] |= {f"{key} {column}": cell for column, cell in cells.items()}
    return found


def _row(table: Table, key: str) -> dict[str, Any]:
    return table.rows_by(table.key[0])[key][0]


def names_the_same(old: Mapping[str, str], new: Mapping[str, str]) -> bool:
    """Whether an id with these words names what it named: one is kept, or over half of all."""
    if any(cell and cell == new.get(column) for column, cell in old.items()):
        return True
    before, after = (_counted(cells.values()) for cells in (old, new))
    most = max(before.total(), after.total())
    return not before or (before & after).total() * 2 > most


def _counted(texts: Iterable[str]) -> Counter[str]:
    return Counter(re.findall(r"\w+", " ".join(texts).casefold()))


# --- what is refused ------------------------------------------------------------------------------


def _refused(step: Step) -> Iterator[Problem]:
    yield from _unexplained(step)
    yield from _idle(step)
    yield from _lost(step)
    yield from _used_again(step)
    yield from _renamed(step)


def _rewritten(step: Step, rows: Mapping[str, list[Cells]]) -> Iterator[Problem]:
    """Rows of the history that the last release had otherwise; it is only added to."""
    for name in rows.keys() & step.old.tables.keys():
        table = step.old[name]
        now = {tuple(row.get(column, "") for column in table.names) for row in rows[name]}
        for row in text_rows(table):
            if tuple(row.values()) not in now:
                key = ", ".join(key_of(row, table.schema))
                message = f"{key} is not as release {step.old.version} had it; put it back"
                yield Problem(step.new[name].resource["path"], 1, message)


def _unexplained(step: Step) -> Iterator[Problem]:
    """Released values that are no longer as they were, and no reason says why."""
    found: dict[tuple[str, str, str], list[Change]] = {}
    for change in step.changes:
        if change.is_loss and not _follows(change) and not _reason_of(step, change):
            found.setdefault((change.table, change.change, change.column), []).append(change)
    for (table, kind, column), changes in found.items():
        first = changes[0]
        what = f"{' '.join((table, first.row)).strip()}: {kind} without a reason"
        value = f"; it was {shorten(first.old)!r}" if first.old else ""
        message = f"{what}, {len(changes)} in all{value}; {step.reasons_file} should say why"
        yield _at(step, table, first.line, message, column)


def _follows(change: Change) -> bool:
    """Whether a change follows from others. What a source has typed does not, if copied or not."""
    return change.is_derived and (change.table, change.column) not in TYPED


def _at(step: Step, table: str, line: int | None, message: str, column: str = "") -> Problem:
    if line is None or table not in step.new.tables:
        return Problem(step.reasons_file, 1, message, "history")
    return Problem(step.new[table].resource["path"], line, message, "history", column or None)


def _idle(step: Step) -> Iterator[Problem]:
    """Covers that cover nothing."""
    for reason in step.reasons:
        for cover in reason.covers:
            fitting = (
                change
                for change in step.changes
                if cover.fits(change.table, json.loads(change.row or "[]"), change.column)
            )
            if next(fitting, None) is None:
                message = f"{reason.reason_id}: covers nothing that changed in {cover.table}"
                yield Problem(reason.file, reason.line, message)


def _lost(step: Step) -> Iterator[Problem]:
    """Released ids that are gone, and those that are said to be and are not."""
    gone = _gone(step)
    retired = {name: reason for reason in step.reasons for name in reason.retired}
    for name, kinds in gone.items():
        if name not in retired:
            what = f"the {kinds[0]} {name} of release {step.old.version} is gone"
            message = f"{what}; keep its id, or say under retired why, and what stands for it now"
            yield Problem(step.reasons_file, 1, message)
    now = {kind: set(_ids(table)) for kind, table in id_tables(step.new).items()}
    for name, reason in retired.items():
        if name not in gone:
            message = f"{reason.reason_id}: {name} is no id that is gone; take it out of retired"
            yield Problem(reason.file, reason.line, message)
        successor = reason.retired[name]
        for kind in gone.get(name, ()):
            if successor and successor not in now.get(kind, ()):
                message = f"{reason.reason_id}: the successor {successor} is no {kind}"
                yield Problem(reason.file, reason.line, message)


def _used_again(step: Step) -> Iterator[Problem]:
    """Ids that an earlier release retired and that are there again."""
    tables = id_tables(step.new)
    end = order(step.old.version)
    retired = step.new.tables["retired_ids"]
    for kind, name, release in retired.cells("kind", "id", "release"):
        if order(release) <= end and kind in tables:
            ids = _ids(tables[kind])
            if name in ids:
                message = f"the {kind} {name} was retired in {release}; give this one a new id"
                yield _at(step, tables[kind].name, ids.index(name) + 2, message)


def _renamed(step: Step) -> Iterator[Problem]:
    """Released ids that now name something else."""
    now = id_tables(step.new)
    for kind, table in id_tables(step.old).items():
        if kind not in now or (table.data == now[kind].data and table.name != "paragraphs"):
            continue
        before, after = _words(step.old, table), _words(step.new, now[kind])
        for number, (name, cells) in enumerate(after.items(), 2):
            if name in before and not names_the_same(before[name], cells):
                remedy = "keep it for what it named, and give this one a new id"
                message = f"the {kind} {name} names something else than in {step.old.version}"
                yield _at(step, now[kind].name, number, f"{message}; {remedy}")
