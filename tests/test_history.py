"""Ids for ever, the log of every change, and releases made again from it."""

from __future__ import annotations

import csv
import json
import random
import re
import shutil
import subprocess
import warnings
from collections.abc import Callable
from dataclasses import asdict
from inspect import isfunction, signature
from pathlib import Path

import pytest
from conftest import PROJECT
from small import Copy, run_build, runner, small_package

import syria_statements as ss
from scripts import archive, changelog, changelog_numbers, history
from scripts.changes import Change, between
from syria_statements.cli import main
from syria_statements.exports import FORMATS
from syria_statements.history import at, key_text, order, releases, text_rows, undo, written
from syria_statements.package import Package, Table, installed, is_release

S = "small-group-2019-11-14"
C06, C20, C21 = (f"{S}.{name}" for name in ("c06", "c20", "c21"))
SOURCE = f"data/sources/small-group/{S.removeprefix('small-group-')}.md"
REASONS = "data/history/reasons/0.3.0.yaml"
CHANGES = "data/history/changes.csv"
RELEASING = (PROJECT / "RELEASING.md").read_text("utf-8")
COMMITS = dict(sorted(re.findall(r"^\| ([0-9.]+) \| ([0-9a-f]{7}) \|", RELEASING, re.MULTILINE)))


# --- the real log ---------------------------------------------------------------------------------


def test_the_real_package_knows_its_releases() -> None:
    assert releases(installed()) == [*COMMITS]


@pytest.mark.parametrize("release", COMMITS)
def test_each_table_of_a_release_is_made_again_to_the_byte(release: str) -> None:
    """From the repository itself, where its history is at hand, and not from the log."""
    commit = COMMITS[release]
    if subprocess.run(["git", "cat-file", "-e", commit], cwd=PROJECT, capture_output=True, check=False).returncode:  # fmt: skip
        pytest.skip(f"NOT TESTED: commit {commit} is not in this clone")
    old = at(installed(), release)

    def at_commit(file: str) -> bytes:
        command = ["git", "show", f"{commit}:{file}"]
        return subprocess.run(command, cwd=PROJECT, capture_output=True, check=True).stdout

    assert json.loads(json.dumps(old.descriptor)) == json.loads(at_commit("datapackage.json"))
    for table in old.tables.values():
        assert table.data == at_commit(table.resource["path"]), table.name
        assert table.schema == json.loads(at_commit(table.resource["schema"])), table.name


@pytest.mark.parametrize("release", COMMITS)
def test_all_that_reads_reads_an_old_release(release: str) -> None:
    for table in ss.tables(release=release):
        rows = ss.rows(table, release=release)
        assert len(ss.load(table, release=release)) == len(rows)
        assert ss.describe(table, release=release)["rows"] == len(rows)
    assert ss.explain(f"{S}.c16", release=release)["clause"]["act_id"] == "ask"
    assert ss.statement(S, release=release)["paragraphs"]
    assert ss.search("constitution", release=release)
    assert f"Version {release}" in ss.cite(release=release)
    assert release in ss.codebook("html", release=release)
    for table in ss.tables(release=release):
        ss.schema(table, release=release).validate(ss.load(table, release=release))


QUICK = {"csv", "json"}


@pytest.mark.parametrize(
    "format",
    [pytest.param(name, marks=() if name in QUICK else pytest.mark.matrix) for name in FORMATS],
)
def test_every_export_writes_an_old_release(format: str, tmp_path: Path) -> None:
    path = ss.export(format, tmp_path, release="0.1.0")
    assert path.name.startswith("syria-statements-0.1.0")
    assert path.stat().st_size


def test_every_function_that_takes_a_directory_takes_a_release() -> None:
    """But changes, which is about all of them, and validate."""
    functions = {name: getattr(ss, name) for name in ss.__all__}
    for name in set(functions) - {"changes", "validate"}:
        if isfunction(functions[name]):
            parameters = signature(functions[name]).parameters
            assert ("directory" in parameters) == ("release" in parameters), name


def test_an_old_release_that_is_exported_is_a_valid_package(tmp_path: Path) -> None:
    """As far as what we ask today was asked then: files, cells and keys are sound."""
    path = ss.export("csv", tmp_path, release="0.2.0")
    rules = {problem.rule for problem in ss.validate(path)}
    assert not rules & {
        "hash",
        "bytes",
        "header",
        "csv",
        "foreign-key",
        "primary-key",
        "order",
        "type",
    }


def test_the_version_at_hand_is_a_release_like_others() -> None:
    assert at(installed(), ss.__version__) is installed()
    with pytest.raises(ss.UnknownNameError, match=r"no release '9.9.9'; allowed are 0.1.0, 0.2.0"):
        ss.load("clauses", release="9.9.9")
    with pytest.raises(ss.ArgumentError):
        ss.rows("clauses", release=0.1)  # type: ignore[arg-type]


def test_versions_are_in_order() -> None:
    versions = ["1.0.0", "0.2.0", "0.10.0", "0.9.0", "0.10.0-dev"]
    assert sorted(versions, key=order) == ["0.2.0", "0.9.0", "0.10.0-dev", "0.10.0", "1.0.0"]


def test_what_is_kept_of_the_last_release_is_that_release() -> None:
    with archive.last(PROJECT, ss.__version__) as kept:
        assert kept is not None
        old = at(installed(), kept.version)
        assert {table.name: table.data for table in old.tables.values()} == {
            table.name: table.data for table in kept.tables.values()
        }


# --- a release of the small package ---------------------------------------------------------------


def _without_examples(rows: list[dict[str, str]]) -> None:
    """Nothing is said of the clauses that are changed here."""
    rows[:] = [row for row in rows if row["clause_id"] not in (C06, C21, f"{S}.c22")]


def set_version(root: Path, version: str) -> None:
    Copy(root).json("datapackage.json", lambda content: content.update(version=version))


@pytest.fixture(scope="session")
def released_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small package after the release of 0.2.0, as release and build make it."""
    root = tmp_path_factory.mktemp("released") / "package"
    shutil.copytree(small_package(), root)
    Copy(root).rows("data/codebook/examples.csv", _without_examples)
    set_version(root, "0.2.0")
    assert run_build(root).exit_code == 0
    archive.write_archive(Package(root), root / archive.FOLDER / "0.2.0.zip")
    set_version(root, "0.3.0-dev")
    done = run_build(root)
    assert done.exit_code == 0, done.stderr
    return root


@pytest.fixture
def released(released_root: Path, tmp_path: Path) -> Copy:
    root = tmp_path / "package"
    shutil.copytree(released_root, root)
    return Copy(root)


def told(copy: Copy) -> list[str]:
    """What the build refuses."""
    done = run_build(copy.root)
    assert done.exit_code == (1 if done.stderr else 0)
    return str(done.stderr).splitlines()


def explain(copy: Copy, text: str) -> None:
    path = copy.root / REASONS
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"---\n{text}", "utf-8")


def logged(copy: Copy) -> list[tuple[str, ...]]:
    columns = ("table", "change", "row", "column", "old", "new", "reason_id")
    return [tuple(row[column] for column in columns) for row in copy.read(CHANGES)]


def is_sound(copy: Copy) -> None:
    """The package is valid, and its last release is what it was."""
    assert ss.validate(copy.root) == []
    with archive.last(copy.root, "0.3.0-dev") as kept:
        assert kept is not None
        old = at(Package(copy.root), "0.2.0")
        assert old.tables.keys() == kept.tables.keys()
        for table in kept.tables.values():
            assert old[table.name].data == table.data or table.is_history, table.name


def test_nothing_changed_after_a_release(released: Copy) -> None:
    assert told(released) == []
    assert logged(released) == []
    is_sound(released)


MODIFIER = "{.clause id=c06 act=call topic=ceasefire modifier=urgent}"
LAST = "\n[We also support the safe, dignified, and voluntary return of [refugees]{.actor id=refugees-syria role=beneficiary} to their homes.]{.clause id=c21 act=support topic=displacement}"
SECOND = """second-reading:
  reason: It says at once of another clause.
  covers:
    - {table: clauses, rows: [C06], columns: [modifier_id]}
""".replace("C06", C06)
MERGED = """merged:
  reason: It is a part of the clause before it.
  covers:
    - {table: clauses, rows: [C21]}
    - {table: clause_actors, rows: [C21]}
    - {table: paragraphs, columns: [text]}
  retired:
    - {id: C21, successor: C20}
""".replace("C21", C21).replace("C20", C20)


def test_a_changed_cell_needs_a_reason(released: Copy) -> None:
    released.edit(SOURCE, MODIFIER, "{.clause id=c06 act=call topic=ceasefire}")
    [line] = told(released)
    assert line.startswith(f"{SOURCE}:")
    what = f"clauses {key_text([C06])}: cell-changed without a reason, 1 in all; it was 'urgent'"
    assert f"{what}; {REASONS} should say why" in line
    explain(released, SECOND)
    assert told(released) == []
    assert logged(released) == [
        ("clauses", "cell-changed", key_text([C06]), "modifier_id", "urgent", "", "second-reading")
    ]
    is_sound(released)
    [change] = ss.changes("0.2.0", directory=released.root)
    assert change["reason"] == "It says at once of another clause."
    assert change["row"] == [C06]


def test_a_reason_that_covers_nothing_is_refused(released: Copy) -> None:
    explain(released, SECOND)
    assert told(released) == [
        f"{REASONS}:2: second-reading: covers nothing that changed in clauses"
    ]


def test_a_derived_cell_needs_no_reason(released: Copy) -> None:
    """A line break more moves the lines of all clauses after it."""
    released.edit(
        SOURCE,
        "The Foreign Ministers of Egypt, France, ",
        "The Foreign Ministers of Egypt,\nFrance, ",
    )
    assert told(released) == []
    assert {(change[1], change[3]) for change in logged(released)} == {
        ("cell-changed", "source_line")
    }
    is_sound(released)


def test_what_is_typed_needs_a_reason_though_it_is_copied(released: Copy) -> None:
    """The date of a statement is in candidates, too; case 05: no id changes with it."""
    released.edit(SOURCE, "\ndate: 2019-11-14\n", "\ndate: 2019-11-13\n")
    released.edit("data/reference/candidates.csv", f"{S},small-group,2019-11-14", f"{S},small-group,2019-11-13")  # fmt: skip
    assert [line.partition(": ")[0] for line in told(released)] == [
        "data/reference/candidates.csv:" + str(row_line(released, S)), f"{SOURCE}:4"
    ]  # fmt: skip
    explain(released, f"""other-day:
  reason: The page was read again, and gives the day before.
  covers:
    - {{table: statements, rows: [{S}], columns: [date]}}
    - {{table: candidates, rows: [{S}], columns: [date]}}
""")  # fmt: skip
    assert told(released) == []
    assert {change[0] for change in logged(released)} >= {"statements", "candidates"}
    assert not [change for change in logged(released) if change[1] in ("row-added", "row-removed")]
    is_sound(released)


def row_line(copy: Copy, key: str) -> int:
    rows = copy.read("data/reference/candidates.csv")
    return 2 + [row["candidate_id"] for row in rows].index(key)


def test_a_clause_that_is_gone_needs_a_word(released: Copy) -> None:
    released.edit(SOURCE, LAST, "")
    assert f"{REASONS}:1: the clause {C21} of release 0.2.0 is gone; keep its id, or say under retired why, and what stands for it now" in told(released)  # fmt: skip
    explain(released, MERGED)
    assert told(released) == []
    assert released.read("data/history/retired_ids.csv") == [
        {"kind": "clause", "id": C21, "release": "0.3.0-dev", "reason_id": "merged", "successor": C20}
    ]  # fmt: skip
    is_sound(released)


def test_who_asks_for_a_retired_id_is_led_on(
    released: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    released.edit(SOURCE, LAST, "")
    explain(released, MERGED)
    assert told(released) == []
    note = f"{C21} was retired in 0.3.0-dev: It is a part of the clause before it; it is now {C20}"
    asked: dict[str, Callable[[], str | bool]] = {
        "explain": lambda: ss.explain(C21, directory=released.root)["clause"]["clause_id"],
        "cite": lambda: C20 in ss.cite(C21, directory=released.root) and C20,
    }
    for name, ask in asked.items():
        with pytest.warns(ss.RetiredIdWarning, match=re.escape(note)):
            assert ask() == C20, name
    monkeypatch.setattr("syria_statements.history.installed", lambda: Package(released.root))
    for command in (
        ["explain", C21],
        ["cite", C21],
        ["show", "clauses", "--where", f"clause_id={C21}"],
        ["show", "clause_actors", "--where", f"clause_id={C21}"],
    ):
        done = runner().invoke(main, command)
        assert done.exit_code == 0
        assert done.stderr == f"Note: {note}\n"
        assert "1 row" in done.stdout or C20 in done.stdout
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        old = ss.explain(C21, directory=released.root, release="0.2.0")
        assert old["clause"]["clause_id"] == C21


def test_a_retired_id_without_successor_says_so(released: Copy) -> None:
    released.edit(SOURCE, LAST, "")
    explain(released, MERGED.replace(f", successor: {C20}", ""))
    assert told(released) == []
    with pytest.raises(ss.UnknownNameError, match="nothing stands for it now"):
        ss.explain(C21, directory=released.root)


RETIRING: dict[str, tuple[tuple[str, str], str]] = {
    "an id that is there": (("{id: C21,", "{id: C06,"), "is no id that is gone"),
    "a successor that is not there": (("successor: C20", "successor: C06x"), "is no clause"),
}


@pytest.mark.parametrize("name", RETIRING)
def test_a_wrong_word_on_a_retired_id_is_refused(released: Copy, name: str) -> None:
    (old, new), message = RETIRING[name]
    released.edit(SOURCE, LAST, "")
    for short, whole in (("C21", C21), ("C20", C20), ("C06", C06)):
        old, new = old.replace(short, whole), new.replace(short, whole)
    explain(released, MERGED.replace(old, new))
    assert any(message in line for line in told(released))


def test_an_id_names_the_same_for_ever(released: Copy) -> None:
    """Case 04: the id of one clause is given to another, elsewhere in the text."""
    released.edit(SOURCE, LAST, "")
    released.edit(SOURCE, "{.clause id=c22 act=commit", "{.clause id=c21 act=commit")
    lines = told(released)
    assert any(
        line.startswith(f"{SOURCE}:")
        and f"the clause {C21} names something else than in 0.2.0" in line
        for line in lines
    )


def test_a_retired_id_is_never_used_again(released: Copy) -> None:
    released.edit(SOURCE, LAST, "")
    explain(released, MERGED)
    set_version(released.root, "0.3.0")
    assert told(released) == []
    archive.write_archive(Package(released.root), released.root / archive.FOLDER / "0.3.0.zip")
    set_version(released.root, "0.4.0-dev")
    assert told(released) == []
    assert releases(Package(released.root)) == ["0.2.0", "0.3.0"]
    assert len(at(Package(released.root), "0.2.0")["clauses"].rows) == 1 + len(
        at(Package(released.root), "0.3.0")["clauses"].rows
    )
    released.edit(SOURCE, "{.clause id=c22 act=commit", "{.clause id=c21 act=commit")
    assert any(f"the clause {C21} was retired in 0.3.0" in line for line in told(released))


def test_what_was_said_of_a_release_stays(released: Copy) -> None:
    released.edit(SOURCE, MODIFIER, "{.clause id=c06 act=call topic=ceasefire}")
    explain(released, SECOND)
    set_version(released.root, "0.3.0")
    assert told(released) == []
    archive.write_archive(Package(released.root), released.root / archive.FOLDER / "0.3.0.zip")
    set_version(released.root, "0.4.0-dev")
    assert told(released) == []
    released.edit(REASONS, "at once of another clause", "nothing of the kind")
    assert told(released) == [
        "data/history/reasons.csv:1: second-reading is not as release 0.3.0 had it; put it back"
    ]


# --- names ----------------------------------------------------------------------------------------


def test_over_half_of_the_words_must_be_shared() -> None:
    same = history.names_the_same
    assert same({"text": "an immediate halt to attacks"}, {"text": "the immediate halt to attacks"})
    assert not same({"text": "a halt to attacks"}, {"text": "free and fair elections"})
    assert same(
        {"incipit": "We call", "explicit": "at once"}, {"incipit": "We call", "explicit": "now"}
    )
    assert not same({"text": "a b c d"}, {"text": "a b x y"})
    assert same({"text": ""}, {"text": "what was not seen before"})


def test_every_kind_of_id_has_words_by_which_it_is_known() -> None:
    for kind, table in history.id_tables(installed()).items():
        words = history._words(installed(), table)
        assert any(cell for cells in words.values() for cell in cells.values()), kind


# --- there and back -------------------------------------------------------------------------------

LEVELS, SCHEMA = "data/codebook/levels.csv", "schema/levels.json"


def drop_column(copy: Copy, column: str) -> None:
    copy.json(SCHEMA, lambda content: content.update(fields=[field for field in content["fields"] if field["name"] != column]))  # fmt: skip
    rows = [{key: row[key] for key in row if key != column} for row in copy.read(LEVELS)]
    write_rows(copy, LEVELS, rows)


def add_column(copy: Copy, name: str) -> None:
    field = {"name": name, "title": "New", "type": "string", "description": "New."}
    copy.json(SCHEMA, lambda content: content["fields"].insert(1, field))
    rows = [{"level_id": row["level_id"], name: "x", **row} for row in copy.read(LEVELS)]
    write_rows(copy, LEVELS, rows)


def write_rows(copy: Copy, file: str, rows: list[dict[str, str]]) -> None:
    with (copy.root / file).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def drop_table(copy: Copy) -> None:
    copy.json("datapackage.json", lambda content: content.update(resources=[entry for entry in content["resources"] if entry["name"] != "levels"]))  # fmt: skip


def change_key(copy: Copy) -> None:
    copy.json(SCHEMA, lambda content: content.update(primaryKey=["label"]))
    copy.rows(LEVELS, lambda rows: rows.sort(key=lambda row: row["label"]))


CHANGED: dict[str, tuple[Callable[[Copy], object], set[str]]] = {
    "a column is gone": (lambda copy: drop_column(copy, "definition"), {"column-removed", "cell-changed"}),
    "a column is new": (lambda copy: add_column(copy, "extra"), {"column-added"}),
    "a table is gone": (drop_table, {"table-removed", "row-removed"}),
    "the key is another": (change_key, {"table-removed", "row-removed", "table-added"}),
    "a row is gone": (lambda copy: copy.rows(LEVELS, lambda rows: rows.pop(1)), {"row-removed"}),
    "a row is new": (lambda copy: copy.add(LEVELS, {"level_id": "a-new", "label": "New", "definition": "New."}), {"row-added"}),
    "cells are others": (lambda copy: copy.rows(LEVELS, lambda rows: [row.update(label=row["label"] + ', "x"') for row in rows]), {"cell-changed"}),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGED)
def test_whatever_changes_is_made_again(copy: Copy, tmp_path: Path, name: str) -> None:
    """Tables, columns, keys, rows and cells that come, go and change."""
    change, kinds = CHANGED[name]
    old = Package(shutil.copytree(copy.root, tmp_path / "old"))
    change(copy)
    new = Package(copy.root)
    found = list(between(old, new))
    assert {entry.change for entry in found} == kinds
    assert {entry.table for entry in found} == {"levels"}
    assert made_again(found, old["levels"], new.tables.get("levels")) == old["levels"].data


def made_again(found: list[Change], old: Table, new: Table | None) -> bytes:
    entries = [asdict(change) for change in found if change.table == old.name]
    rows, schema = (text_rows(new), new.schema) if new else ([], old.schema)
    return written(undo(rows, schema, entries, old.schema), old.schema)


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(n, marks=pytest.mark.matrix) for n in range(2, 40))])  # fmt: skip
def test_any_edits_are_undone(copy: Copy, tmp_path: Path, seed: int) -> None:
    """Rows of a real table taken out, put in and changed at random."""
    chance = random.Random(seed)  # noqa: S311
    old = Package(shutil.copytree(copy.root, tmp_path / "old"))
    file = old["actors"].resource["path"]

    def edit(rows: list[dict[str, str]]) -> None:
        rows[:] = chance.sample(rows, len(rows) - chance.randrange(len(rows)))
        for row in chance.sample(rows, len(rows) // 2):
            row[chance.choice(old["actors"].names[1:])] = chance.choice(["", "a, b", '"', "é", "1"])
        rows += [{**rows[0], "actor_id": f"new-{number}"} for number in range(chance.randrange(4))]
        rows.sort(key=lambda row: row["actor_id"])

    copy.rows(file, edit)
    new = Package(copy.root)
    found = [change for change in between(old, new) if change.table == "actors"]
    assert made_again(found, old["actors"], new["actors"]) == old["actors"].data


# --- what changed, for a paper --------------------------------------------------------------------


def test_changes_of_one_id(released: Copy, tmp_path: Path) -> None:
    released.edit(SOURCE, MODIFIER, "{.clause id=c06 act=call topic=ceasefire}")
    explain(released, SECOND)
    assert told(released) == []
    root = released.root
    assert len(ss.changes("0.2.0", ids=[C06], directory=root)) == 1
    assert ss.changes("0.2.0", ids=[C20], directory=root) == []
    assert ss.changes("0.2.0", table="actors", directory=root) == []
    assert ss.changes("0.3.0-dev", directory=root) == []
    with pytest.raises(ss.UnknownTableError):
        ss.changes(table="clause", directory=root)
    with pytest.raises(ss.ArgumentError):
        ss.changes(ids=C06, directory=root)


def test_an_id_that_a_row_no_longer_has_is_told_of_it(released: Copy) -> None:
    released.edit(SOURCE, MODIFIER, "{.clause id=c06 act=call topic=displacement modifier=urgent}")
    explain(released, SECOND.replace("modifier_id", "topic_id"))
    assert told(released) == []
    for topic in ("ceasefire", "displacement"):
        found = ss.changes("0.2.0", table="clauses", ids=[topic], directory=released.root)
        assert [change["row"] for change in found] == [[C06]], topic


@pytest.mark.parametrize(
    "cells", [{"row": "x"}, {"row": "5"}, {"change": "row-removed", "old": ""}]
)
def test_a_log_that_cannot_be_read_is_one_line(released: Copy, cells: dict[str, str]) -> None:
    released.edit(SOURCE, MODIFIER, "{.clause id=c06 act=call topic=ceasefire}")
    explain(released, SECOND)
    assert told(released) == []
    released.rows(CHANGES, lambda rows: rows[0].update(cells))
    with pytest.raises(ss.PackageError, match=r"changes\.csv: .* in JSON"):
        ss.changes(ids=[C06], directory=released.root) or ss.changes(directory=released.root)


FILES = {
    "ids.txt": f"{C06}\n{C20}\nno-such-id\n",
    "ids.csv": f"\ufeffstatement;clause_id;x\ny;{C06};1\nz;{C20};2\nz;no-such-id;2\n",
    "ids.tsv": f"clause_id\ttopic_id\n{C06}\tceasefire\n{C20}\tceasefire\nno-such-id\t\n",
}


@pytest.mark.parametrize("name", FILES)
def test_does_my_result_still_hold(
    released: Copy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    released.edit(SOURCE, MODIFIER, "{.clause id=c06 act=call topic=ceasefire}")
    explain(released, SECOND)
    assert told(released) == []
    monkeypatch.setattr("syria_statements.history.installed", lambda: Package(released.root))
    path = tmp_path / name
    path.write_text(FILES[name], "utf-8")
    done = runner().invoke(main, ["changes", "--since", "0.2.0", "--ids", str(path)])
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines() == [
        "3 ids: 1 on rows that are as they were, 1 on rows that changed, 1 unknown.",
        "Unknown: no-such-id.",
        "",
        "0.3.0-dev",
        f"  clauses {C06}: modifier_id was urgent, is empty",
        "    why: It says at once of another clause.",
    ]


@pytest.mark.parametrize("name", [[], {}, None, 3])
def test_a_name_that_is_no_name_is_told_and_raises_nothing(released: Copy, name: object) -> None:
    released.json("datapackage.json", lambda found: found["resources"][0].update(name=name))
    assert any(problem.rule == "profile" for problem in ss.validate(released.root))


def test_an_exported_table_may_be_asked_about(tmp_path: Path) -> None:
    frame = ss.load("clauses", release="0.1.0")
    frame[["clause_id", "act_id"]].astype(object).to_stata(
        tmp_path / "old.dta", version=118, write_index=False
    )
    done = runner().invoke(main, ["changes", "--since", "0.1.0", "--ids", str(tmp_path / "old.dta"), "--table", "clauses"])  # fmt: skip
    assert done.stdout.startswith(f"{len(frame)} ids: ")
    frame[["act_id"]].rename(columns={"act_id": "verb"}).assign(x=1).to_csv(tmp_path / "none.csv")
    done = runner().invoke(main, ["changes", "--ids", str(tmp_path / "none.csv")])
    assert done.exit_code == 1
    assert "has no column of ids; the columns of ids are" in done.stderr


def test_the_page_on_upgrading_names_all_that_is_gone() -> None:
    page = (PROJECT / "docs" / "upgrading.md").read_text("utf-8")
    changed = installed()["changes"].rows_by("release")  # a version that has just begun has none
    for release in changed.keys() - {releases(installed())[0]}:
        assert f" to {release.removesuffix('-dev')}\n" in page
    for entry in installed()["changes"].rows:
        if entry["change"] in ("table-removed", "column-removed"):
            assert f"`{entry['column'] or entry['table']}`" in page


def test_the_changelog_begins_with_what_the_log_counts() -> None:
    text = (PROJECT / changelog.FILE).read_text("utf-8")
    assert changelog_numbers.write(PROJECT / changelog.FILE, installed()) == text
    entries = installed()["changes"].rows_by("release")
    for release, found in entries.items():
        assert f"{changelog_numbers.START}{changelog_numbers.in_numbers(found)}.\n" in text, release


def test_numbers_of_the_changelog_are_those_of_the_log(tmp_path: Path) -> None:
    last = max(installed()["changes"].rows_by("release"), key=order)
    heading = last if is_release(last) else "Unreleased"
    path = tmp_path / "CHANGELOG.md"
    path.write_text(
        f"## [{heading}]\n\n### Data\n\n- In numbers: none.\n- Old.\n\n## [0.1.0] - x\n\n### Data\n\n- First.\n",
        "utf-8",
    )
    [counted] = [
        line
        for line in changelog_numbers.write(path, installed()).splitlines()
        if "numbers" in line
    ]
    cells = sum(
        e["change"] == "cell-changed" for e in installed()["changes"].rows_by("release")[last]
    )
    assert f"{cells} cells changed in" in counted or not cells
