"""The build: all errors at once, all files or none, the same bytes anywhere, and repair after a kill."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import PROJECT, copy_package

import figure
import syria_statements as ss
from build import DOCUMENTS

SOURCE = "data/sources/small-group/2019-11-14.md"
BUILD = str(PROJECT / "scripts" / "build.py")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the package with all that the build writes."""
    copy_package(tmp_path, *{document.partition("/")[0] for document in DOCUMENTS})
    return tmp_path


def build(root: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, BUILD, "--root", str(root), *options]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=environment.pop("cwd", None), env={**os.environ, **environment}
    )


def files(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def edit(root: Path, old: str, new: str, file: str = SOURCE) -> None:
    text = (root / file).read_text("utf-8")
    assert old in text
    (root / file).write_text(text.replace(old, new, 1), "utf-8")


def second_source(root: Path) -> None:
    text = (root / SOURCE).read_text("utf-8").replace("small-group-2019-11-14", "small-group-2019-11-14b")
    (root / SOURCE.replace(".md", "b.md")).write_text(text, "utf-8")


def test_committed_tables_are_what_the_sources_give() -> None:
    done = build(PROJECT, "--check")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_second_build_changes_nothing(project: Path) -> None:
    before = files(project)
    done = build(project)
    assert "nothing has changed" in done.stdout
    assert files(project) == before


def test_tables_are_rebuilt_from_nothing(project: Path) -> None:
    before = files(project)
    for table in (project / "data").glob("*.csv"):
        table.unlink()
    assert build(project).returncode == 0
    assert files(project) == before


def test_all_errors_of_all_files_are_told_and_nothing_is_written(project: Path) -> None:
    second_source(project)
    edit(project, "id=c05 act=oppose", "id=c05 act=opose")
    edit(project, "id=isis", "id=isiss")
    edit(project, "{actor: france", "{actor: frankreich")
    edit(project, "level: ministerial", "level: royal")
    edit(project, "act=commit topic=counter-terrorism}", "act=commit topic=counter-terrorism mood=z}", SOURCE.replace(".md", "b.md"))
    edit(project, "id=c09 act=call", "id=c09 act=call,", SOURCE.replace(".md", "b.md"))
    edit(project, "coverage: complete", "coverage: full", SOURCE.replace(".md", "b.md"))
    edit(project, "ceasefire,Ceasefire", "ceasefire,=Ceasefire", "data/codebook/topics.csv")
    before = files(project)
    done = build(project)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert files(project) == before
    lines = dict(enumerate((project / SOURCE).read_text("utf-8").splitlines(), 1))
    told = done.stderr.splitlines()
    for word, marks in {
        "act_id 'opose': is not in acts; allowed are acknowledge": "opose",
        "actor_id 'isiss': is not in actors; the nearest of": "isiss",
        "actor_id 'frankreich'": "frankreich",
        "level_id 'royal': is not in levels; allowed are envoy, government, ministerial, official, summit": "royal",
    }.items():
        line = next(number for number, text in lines.items() if marks in text)
        assert any(message.startswith(f"{SOURCE}:{line}: ") and word in message for message in told), (word, told)
    second = SOURCE.replace(".md", "b.md")
    for word in ("unknown key 'mood' of the clause span; allowed are id", "malformed attributes", "coverage 'full'"):
        assert any(message.startswith(f"{second}:") and word in message for message in told), (word, told)
    assert any(message.startswith("data/codebook/topics.csv:3: label '=Ceasefire'") for message in told), told


def test_statement_that_is_no_candidate_is_told_at_its_source(project: Path) -> None:
    second_source(project)
    done = build(project)
    assert f"{SOURCE.replace('.md', 'b.md')}:2: statement_id 'small-group-2019-11-14b': is not a candidate that is in" in done.stderr


def test_words_outside_clauses_are_told_at_their_paragraph(project: Path) -> None:
    edit(
        project,
        "[and oppose forced demographic change.]{.clause id=c05 act=oppose topic=demographic-change}",
        "and oppose forced demographic change.",
    )
    done = build(project)
    assert "the words 'and oppose forced demographic change.' lie in no clause" in done.stderr
    line = (project / SOURCE).read_text("utf-8")[: (project / SOURCE).read_text("utf-8").index("[We remain")].count("\n") + 1
    assert f"{SOURCE}:{line}: text 'We remain" in done.stderr


def test_file_name_and_statement_id_agree(project: Path) -> None:
    (project / SOURCE).rename((project / SOURCE).with_name("2019-11-15.md"))
    assert "statement_id should be small-group-2019-11-15, as folder and file name say" in build(project).stderr


@pytest.mark.parametrize(
    ("key", "written", "told"),
    [
        ("language", "NO", "language 'NO': does not match"),
        ("date", "12:30", "date '12:30': is not of type date"),
        ("level", "on", "level_id 'on': is not in levels"),
    ],
)
def test_trap_of_yaml_is_told_at_its_line_as_it_was_written(project: Path, key: str, written: str, told: str) -> None:
    lines = (project / SOURCE).read_text("utf-8").splitlines()
    number = next(number for number, line in enumerate(lines, 1) if line.startswith(f"{key}: "))
    edit(project, lines[number - 1], f"{key}: {written}")
    assert f"{SOURCE}:{number}: {told}" in build(project).stderr


def test_source_that_is_not_utf8_is_told(project: Path) -> None:
    (project / SOURCE).write_bytes((project / SOURCE).read_bytes().replace(b"Jordan", b"J\xf6rdan", 1))
    done = build(project)
    assert ": not UTF-8" in done.stderr
    assert "Traceback" not in done.stderr


def test_check_tells_what_is_wrong_and_writes_nothing(project: Path) -> None:
    edit(project, "topic=sovereignty", "topic=separatism")
    before = files(project)
    done = build(project, "--check")
    assert done.returncode == 1
    assert files(project) == before
    assert "is given as example of sovereignty, and does not bear it [examples-hold]" in done.stderr


def test_check_shows_which_rows_differ(project: Path) -> None:
    edit(project, "as: Jordan}", "as: Jordan, role: signatory}")
    edit(project, "modifier=continued", "modifier=conditional")
    edit(project, "modifier,continued,small-group-2019-11-14.c18,example,Continue to support.\n", "", "data/codebook/examples.csv")
    done = build(project, "--check")
    assert done.returncode == 1
    assert "--- data/clauses.csv (in place)" in done.stderr
    assert "+++ data/clauses.csv (from the sources)" in done.stderr
    assert ",support,accountability,conditional," in done.stderr


def test_edited_table_fails_the_check(project: Path) -> None:
    edit(project, "Joint Statement by the Foreign Ministers of the Small Group", "Statement of the Small Group", "data/statements.csv")
    done = build(project, "--check")
    assert done.returncode == 1
    assert "-small-group-2019-11-14,Statement of the Small Group" in done.stderr


def test_edited_documents_fail_the_check_and_are_built_again(project: Path) -> None:
    before = files(project)
    for document in DOCUMENTS:
        (project / document).write_bytes((project / document).read_bytes() + b" ")
    done = build(project, "--check")
    assert done.returncode == 1
    for document in DOCUMENTS:
        assert f"--- {document} (in place)" in done.stderr
    assert build(project).returncode == 0
    assert files(project) == before


def test_documents_say_what_the_descriptor_says(project: Path) -> None:
    edit(project, f'"version": "{ss.__version__}"', '"version": "7.8.9"', "datapackage.json")
    edit(project, '"title": "Joint diplomatic statements', '"title": "Diplomatic statements', "datapackage.json")
    assert build(project).returncode == 0
    for document in {*DOCUMENTS} - {figure.FILE}:
        text = (project / document).read_text("utf-8")
        assert "7.8.9" in text, document
        assert "Diplomatic statements on the conflict" in text, document
        assert ss.__version__ not in text, document


def test_format_makes_the_source_canonical(project: Path) -> None:
    before = files(project)
    edit(project, "{.clause id=c05 act=oppose topic=demographic-change}", '{.clause topic="demographic-change" id=c05 act=oppose}')
    edit(project, "language: en", 'language: "en"')
    edit(project, "title: Joint", "title:   Joint")
    assert "reads back as" in build(project).stderr
    done = build(project, "--format")
    assert (done.returncode, done.stdout) == (0, f"{SOURCE}: rewritten\n")
    assert files(project) == before


def test_format_does_not_repair_what_is_malformed(project: Path) -> None:
    edit(project, "{.clause id=c05 act=oppose topic=demographic-change}", "{.clause id=c05 act='oppose' topic=demographic-change}")
    before = files(project)
    done = build(project, "--format")
    assert done.returncode == 1
    assert "malformed attributes" in done.stderr
    assert files(project) == before


@pytest.mark.parametrize(
    "environment",
    [
        {"TZ": "Pacific/Kiritimati", "LANG": "tr_TR.UTF-8", "LC_ALL": "C", "PYTHONHASHSEED": "1", "cwd": "/"},
        {"TZ": "America/Adak", "LC_ALL": "POSIX", "PYTHONHASHSEED": "99", "PYTHONUTF8": "0"},
    ],
    ids=["east", "west"],
)
def test_same_bytes_anywhere(project: Path, environment: dict[str, str]) -> None:
    before = files(project)
    for table in (project / "data").glob("*.csv"):
        table.write_text("", "utf-8")
    assert build(project, **environment).returncode == 0
    assert files(project) == before


KILLER = """
import os, sys
left = int(sys.argv.pop(1))
def kill(event, arguments):
    global left
    if event in ("os.rename", "open") and "data" in str(arguments[0]):
        left -= 1
        if left < 0:
            os._exit(137)
sys.path.insert(0, sys.argv[1].rpartition("/")[0])
sys.argv.pop(0)
import build
sys.addaudithook(kill)
build.main()
"""


@pytest.mark.parametrize("moment", [0, 2, 20, 60, 90, 100, 105, 108, 109, 110, 115])
def test_killed_build_is_repaired_by_the_next(project: Path, moment: int) -> None:
    edit(project, "as: Jordan}", "as: Jordan, role: signatory}")
    edit(project, "note: A translation;", "note: A French translation;")
    edit(project, "[all perpetrators]", "all [perpetrators]")
    command = [sys.executable, "-c", KILLER, str(moment), BUILD, "--root", str(project)]
    killed = subprocess.run(command, capture_output=True, text=True, check=False)
    assert killed.returncode in (0, 137), killed.stderr
    assert build(project).returncode == 0
    assert build(project, "--check").returncode == 0
    assert not (project / ".build").exists()
    assert "A French translation" in (project / "data/statement_sources.csv").read_text("utf-8")


def test_a_kill_hits_the_replacing_of_files(project: Path) -> None:
    """At some moment the package is half old, half new; that is what the next build repairs."""
    edit(project, "note: A translation;", "note: A French translation;")
    edit(project, "[all perpetrators]", "all [perpetrators]")
    script = KILLER.replace('event in ("os.rename", "open") and "data" in', 'event == "os.rename" and "data/" in')
    subprocess.run([sys.executable, "-c", script, "1", BUILD, "--root", str(project)], capture_output=True, check=False)
    assert "A French translation" in (project / "data/statement_sources.csv").read_text("utf-8")
    assert "all perpetrators" in (project / "data/clause_actors.csv").read_text("utf-8")
    assert build(project, "--check").returncode == 1
    assert build(project).returncode == 0
    assert "all perpetrators" not in (project / "data/clause_actors.csv").read_text("utf-8")
