"""The build: all errors at once, all files or none, the same bytes anywhere, and repair after a kill."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import PROJECT
from small import Copy, run_build

import syria_statements as ss
from scripts import changelog, pages, timeline_svg
from scripts.sources import statement_key
from scripts.staging import CONTRACT, DOCUMENTS

VERBATIM = "data/sources/small-group/2019-11-14.md"
SECOND = "data/sources/small-group/2019-11-14b.md"
PARAPHRASE = "data/sources/astana/2020-01-02.md"


@pytest.fixture
def project(copy: Copy) -> Copy:
    """A small package to edit and to build."""
    return copy


def build(project: Copy, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Build in a Python of its own."""
    command = [sys.executable, "-m", "scripts.build", "--root", str(project.root), *options]
    where, search = environment.pop("cwd", PROJECT), {"PYTHONPATH": str(PROJECT)}
    all_of_it = {**os.environ, **search, **environment}
    return subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=where, env=all_of_it
    )


def errors(project: Copy, *options: str) -> list[str]:
    """Lines that a build which fails says; nothing is written."""
    before = files(project)
    done = run_build(project.root, *options)
    assert done.exit_code == 1
    assert files(project) == before
    return done.stderr.splitlines()


def files(project: Copy) -> dict[str, bytes]:
    return {
        path.relative_to(project.root).as_posix(): path.read_bytes()
        for path in sorted(project.root.rglob("*"))
        if path.is_file()
    }


def line_of(project: Copy, words: str, file: str = VERBATIM) -> int:
    """Number of the line of a file on which these words are first."""
    text = (project.root / file).read_text("utf-8")
    return text.count("\n", 0, text.index(words)) + 1


def second_source(project: Copy) -> None:
    text = (project.root / VERBATIM).read_text("utf-8")
    (project.root / SECOND).write_text(
        text.replace("small-group-2019-11-14", statement_key(Path(SECOND)), 1), "utf-8"
    )


def test_a_second_build_changes_nothing(project: Copy) -> None:
    before = files(project)
    assert "nothing has changed" in run_build(project.root).output
    assert files(project) == before


def test_tables_are_rebuilt_from_nothing(project: Copy) -> None:
    before = files(project)
    for table in (project.root / "data").glob("*.csv"):
        table.unlink()
    assert run_build(project.root).exit_code == 0
    assert files(project) == before


def test_one_wrong_signatory_is_one_line(project: Copy) -> None:
    """Panels have a row for each pair and year; those would follow from it."""
    project.edit(VERBATIM, "{actor: france, as: France}", "{actor: frankreich, as: France}")
    told = errors(project)
    assert len(told) == 1
    assert told[0].startswith(f"{VERBATIM}:{line_of(project, 'frankreich')}: actor_id")


def test_all_errors_of_all_files_are_told_and_nothing_is_written(project: Copy) -> None:
    second_source(project)
    wrong = {
        "id=c05 act=oppose": (
            "id=c05 act=opose",
            "act_id 'opose': is not in acts; allowed are acknowledge",
        ),
        "id=isis": ("id=isiss", "actor_id 'isiss': is not in actors; the nearest of"),
        "{actor: france": ("{actor: frankreich", "actor_id 'frankreich'"),
        "level: ministerial": (
            "level: royal",
            "level_id 'royal': is not in levels; allowed are envoy, government,",
        ),
    }
    also_wrong = {
        "act=commit topic=counter-terrorism}": (
            "act=commit topic=counter-terrorism mood=z}",
            "unknown key 'mood' of the clause span; allowed are id",
        ),
        "id=c09 act=call": ("id=c09 act=call,", "malformed attributes"),
        "coverage: complete": ("coverage: full", "coverage 'full'"),
    }
    label = {"ceasefire,Ceasefire": ("ceasefire,=Ceasefire", "label '=Ceasefire'")}
    places = [(VERBATIM, wrong), (SECOND, also_wrong), ("data/codebook/topics.csv", label)]
    for file, edits in places:
        for right, (changed, _) in edits.items():
            project.edit(file, right, changed)
    messages = errors(project)
    for file, edits in places:
        for changed, words in edits.values():
            start = f"{file}:{line_of(project, changed, file)}: "
            assert any(message.startswith(start) and words in message for message in messages), (
                start,
                words,
                messages,
            )


def test_statement_that_is_no_candidate_is_told_at_its_source(project: Copy) -> None:
    second_source(project)
    wrong = (
        f"{SECOND}:2: statement_id '{statement_key(Path(SECOND))}': is not a candidate that is in"
    )
    assert any(message.startswith(wrong) for message in errors(project))


def test_words_outside_clauses_are_told_at_their_paragraph(project: Copy) -> None:
    words = "and oppose forced demographic change."
    project.edit(
        VERBATIM, f"[{words}]{{.clause id=c05 act=oppose topic=demographic-change}}", words
    )
    message = next(
        message for message in errors(project) if f"the words '{words}' are in no clause" in message
    )
    assert message.startswith(f"{VERBATIM}:{line_of(project, words)}: ")


def test_file_name_and_statement_id_agree(project: Copy) -> None:
    (project.root / VERBATIM).rename((project.root / VERBATIM).with_name("2019-11-15.md"))
    assert any(
        "statement_id should be small-group-2019-11-15, as folder and file name say" in message
        for message in errors(project)
    )


@pytest.mark.parametrize(
    ("right", "written", "message"),
    [
        ("language: en", "language: NO", "language 'NO': does not match"),
        ("date: 2019-11-14", "date: 12:30", "date '12:30': is not of type date"),
        ("level: ministerial", "level: on", "level_id 'on': is not in levels"),
    ],
)
def test_trap_of_yaml_is_told_at_its_line_as_it_was_written(
    project: Copy, right: str, written: str, message: str
) -> None:
    line = line_of(project, right)
    project.edit(VERBATIM, right, written)
    assert any(found.startswith(f"{VERBATIM}:{line}: {message}") for found in errors(project))


def test_source_that_is_not_utf8_is_told(project: Copy) -> None:
    line = line_of(project, "Jordan")
    project.bytes(VERBATIM, lambda data: data.replace(b"Jordan", b"J\xf6rdan", 1))
    assert f"{VERBATIM}:{line}: not UTF-8; save the file as UTF-8" in errors(project)


def windows(data: bytes) -> bytes:
    return data.replace(b"\n", b"\r\n")


def test_windows_line_ends_are_one_message_for_a_source_and_format_mends_them(
    project: Copy,
) -> None:
    before = files(project)
    project.bytes(VERBATIM, windows)
    told = [message for message in errors(project) if message.startswith(VERBATIM)]
    assert told == [
        f"{VERBATIM}:1: Windows line ends (CR LF); save the file with LF, or run make format"
    ]
    assert run_build(project.root, "--format").output == f"{VERBATIM}: rewritten\n"
    assert files(project) == before


def test_check_tells_what_is_wrong_and_writes_nothing(project: Copy) -> None:
    project.edit(VERBATIM, "topic=sovereignty", "topic=separatism")
    project.edit(VERBATIM, "act=oppose", "act=opose")
    assert any(
        "act_id 'opose': is not in acts" in message for message in errors(project, "--check")
    )


def test_check_shows_which_rows_differ(project: Copy) -> None:
    project.edit(VERBATIM, "as: Jordan}", "as: Jordan, role: signatory}")
    project.edit(PARAPHRASE, "act=welcome", "act=support")
    told = errors(project, "--check")
    assert "--- data/clauses.csv (in place)" in told
    assert "+++ data/clauses.csv (from the sources)" in told
    assert any(
        line.startswith("+astana-2020-01-02.c03,") and ",support,political-process," in line
        for line in told
    )


def test_edited_table_fails_the_check(project: Copy) -> None:
    project.edit(
        "data/statements.csv",
        "Joint Statement by the Foreign Ministers of the Small Group",
        "Statement of the Small Group",
    )
    assert any(
        line.startswith("-small-group-2019-11-14,Statement of the Small Group")
        for line in errors(project, "--check")
    )


def test_edited_documents_fail_the_check_and_are_built_again(project: Copy) -> None:
    before = files(project)
    documents = [document for document in DOCUMENTS if document in before]
    for document in documents:
        project.bytes(document, lambda data: data + b" ")
    told = errors(project, "--check")
    for document in documents:
        assert f"--- {document} (in place)" in told
    assert run_build(project.root).exit_code == 0
    assert files(project) == before


def test_documents_say_what_the_descriptor_says(project: Copy) -> None:
    project.edit("datapackage.json", f'"version": "{ss.__version__}"', '"version": "7.8.9"')
    project.edit(
        "datapackage.json",
        '"title": "Joint diplomatic statements',
        '"title": "Diplomatic statements',
    )
    (project.root / pages.README).write_text("<!-- citation -->old<!-- / -->\n", "utf-8")
    assert run_build(project.root).exit_code == 0
    for document in {*DOCUMENTS} - {timeline_svg.FILE, CONTRACT, changelog.FILE}:
        text = (project.root / document).read_text("utf-8")
        assert "7.8.9" in text, document
        assert "Diplomatic statements on the conflict" in text, document
        assert ss.__version__ not in text, document


def test_an_example_of_the_readme_that_fails_is_told_at_its_line(project: Copy) -> None:
    (project.root / pages.README).write_text(
        "# Title\n\n>>> import syria_statements as ss\n>>> ss.load('clause')\n", "utf-8"
    )
    assert errors(project)[0].startswith(
        "README.md:4: the example raises UnknownTableError: no table 'clause'; the nearest of"
    )


# --- format ---------------------------------------------------------------------------------------

CLAUSE = "{.clause id=c05 act=oppose topic=demographic-change}"


def test_format_makes_the_source_canonical(project: Copy) -> None:
    before = files(project)
    project.edit(VERBATIM, CLAUSE, '{.clause topic="demographic-change" id=c05 act=oppose}')
    project.edit(VERBATIM, "language: en", 'language: "en"')
    project.edit(VERBATIM, "title: Joint", "title:   Joint")
    assert any("reads back as" in message for message in errors(project))
    done = run_build(project.root, "--format")
    assert (done.exit_code, done.output) == (0, f"{VERBATIM}: rewritten\n")
    assert files(project) == before


def test_format_does_not_repair_what_is_malformed(project: Copy) -> None:
    project.edit(VERBATIM, CLAUSE, "{.clause id=c05 act='oppose' topic=demographic-change}")
    assert any("malformed attributes" in message for message in errors(project, "--format"))


# --- in Pythons of their own ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "environment",
    [
        {
            "TZ": "Pacific/Kiritimati",
            "LANG": "tr_TR.UTF-8",
            "LC_ALL": "C",
            "PYTHONHASHSEED": "1",
            "cwd": "/",
        },
        {"TZ": "America/Adak", "LC_ALL": "POSIX", "PYTHONHASHSEED": "99", "PYTHONUTF8": "0"},
    ],
    ids=["east", "west"],
)
def test_same_bytes_anywhere(project: Copy, environment: dict[str, str]) -> None:
    before = files(project)
    for table in (project.root / "data").glob("*.csv"):
        table.write_text("", "utf-8")
    done = build(project, **environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert files(project) == before


# Ends the process, as a kill does, when ``event`` has come so often as its argument says.
KILLER = """
import os, sys
left = int(sys.argv.pop(1))
def kill(event, arguments):
    global left
    if EVENT:
        left -= 1
        if left < 0:
            os._exit(137)
from scripts import build
sys.addaudithook(kill)
build.main()
"""
ANY = 'event in ("os.rename", "open") and "data" in str(arguments[0])'
REPLACING = 'event == "os.rename" and "data" in str(arguments[0])'


def killed(project: Copy, event: str, moment: int) -> int:
    """Exit code of a build that is killed at a moment, if it lasts so long."""
    command = [
        sys.executable,
        "-c",
        KILLER.replace("EVENT", event),
        str(moment),
        "--root",
        str(project.root),
    ]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 137), done.stderr
    return done.returncode


def edit_three(project: Copy) -> None:
    """Changes of three tables."""
    project.edit(VERBATIM, "as: Jordan}", "as: Jordan, role: signatory}")
    project.edit(VERBATIM, "note: A translation;", "note: A French translation;")
    project.edit(VERBATIM, "[all perpetrators]", "all [perpetrators]")


def is_repaired(project: Copy) -> None:
    """The next build does all that the killed one left undone."""
    assert run_build(project.root).exit_code == 0
    assert run_build(project.root, "--check").exit_code == 0
    assert os.listdir(project.root / ".build") == ["lock"]
    assert "A French translation" in (project.root / "data/statement_sources.csv").read_text(
        "utf-8"
    )
    assert "all perpetrators" not in (project.root / "data/clause_actors.csv").read_text("utf-8")


@pytest.mark.matrix
@pytest.mark.parametrize("moment", [0, 2, 20, 60, 80, 90, 95, 100, 105, 108, 110, 115, 120])
def test_killed_build_is_repaired_by_the_next(project: Copy, moment: int) -> None:
    edit_three(project)
    killed(project, ANY, moment)
    is_repaired(project)


@pytest.mark.matrix
def test_a_kill_hits_the_replacing_of_files(project: Copy) -> None:
    """At some moment the package is half old, half new; that is what the next build repairs."""
    edit_three(project)
    assert killed(project, REPLACING, 1) == 137
    assert "A French translation" in (project.root / "data/statement_sources.csv").read_text(
        "utf-8"
    )
    assert "all perpetrators" in (project.root / "data/clause_actors.csv").read_text("utf-8")
    assert run_build(project.root, "--check").exit_code == 1
    is_repaired(project)


# --- the sample of CONTRIBUTING.md ----------------------------------------------------------------


@pytest.fixture
def with_sample(project: Copy) -> Callable[..., list[str]]:
    """Builds the small package with the sample, some words of it replaced by others; gives what is wrong with it."""
    text = (
        (PROJECT / "CONTRIBUTING.md")
        .read_text("utf-8")
        .partition("```markdown\n")[2]
        .partition("```")[0]
    )
    path = project.root / "data/sources/example/2020-01-02.md"
    path.parent.mkdir()
    project.add(
        "data/reference/formats.csv",
        {"format_id": "example", "name": "Example", "description": "Of a test."},
    )
    project.add(
        "data/reference/candidates.csv",
        {"candidate_id": statement_key(path), "format_id": "example", "date": path.stem, "title": "Joint Statement on an Example",
         "url": "https://example.org/statement", "decision": "in", "rule": "joint-text", "reason": "The sample."},
    )  # fmt: skip

    def built(old: str = "", new: str = "") -> list[str]:
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8", newline="\n")
        return run_build(project.root).stderr.splitlines()

    return built


def test_the_sample_of_contributing_is_built(
    project: Copy, with_sample: Callable[..., list[str]]
) -> None:
    assert with_sample() == []
    assert "example-2020-01-02.c01," in (project.root / "data/clauses.csv").read_text("utf-8")


def test_a_mistake_in_the_sample_of_contributing_is_told(
    with_sample: Callable[..., list[str]],
) -> None:
    assert any(
        "is not in acts; allowed are" in message
        for message in with_sample("act=support", "act=suport")
    )
