"""The command line: what it prints, how it pipes, how it fails."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import Result
from conftest import PROJECT, ROOT, TABLES, need, resources
from pytest_regressions.file_regression import FileRegressionFixture
from small import Copy, runner

import syria_statements as ss
from syria_statements import citation
from syria_statements.cli import main
from syria_statements.exports import FORMATS
from syria_statements.package import installed

C = "small-group-2019-11-14"
COMMANDS = {
    "tables": ["tables"],
    "help": ["--help"],
    "describe": ["describe", "clause_actors"],
    "describe-codes": ["describe", "statements"],
    "show": ["show", "clauses", "--limit", "2"],
    "show-columns": [
        "show",
        "clauses",
        "--columns",
        "clause_id,act_id,topic_id,gist",
        "--limit",
        "4",
    ],
    "show-where": [
        "show",
        "clause_actors",
        "--where",
        f"clause_id={C}.c22",
        "--where",
        "role_id=opposed",
    ],
    "show-missing": [
        "show",
        "clauses",
        "--where",
        f"statement_id={C}",
        "--where",
        "parent_id=",
        "--where",
        "act_id=ask",
        "--format",
        "csv",
    ],
    "show-none": ["show", "clauses", "--where", f"statement_id={C}", "--where", "act_id=demand"],
    "show-json": [
        "show",
        "resolutions",
        "--where",
        "resolution_id=S/RES/2254(2015)",
        "--format",
        "json",
    ],
    "search": ["search", "SYRIAN", "constitution"],
    "explain": ["explain", f"{C}.c16"],
    "explain-paraphrase": ["explain", "astana-2019-12-11.c02"],
    "explain-modifier": ["explain", f"{C}.c18"],
    "statement": ["statement", "astana-2019-12-11"],
    "share": ["share", "--has", "act_class=directive", "--among", f"statement_id={C}"],
    "cite": ["cite"],
    "cite-statement": ["cite", C, "--style", "chicago"],
    "cite-clause": ["cite", f"{C}.c16"],
    "cite-paraphrase": ["cite", "issg-2016-05-17.c03", "--style", "bibtex"],
    "cite-biblatex": ["cite", f"{C}.c16", "--style", "biblatex"],
    "cite-several": ["cite", f"{C}.c16", C, f"{C}.c16"],
    "cite-ris": ["cite", f"{C}.c16", "--style", "ris"],
    "cite-csl-json": ["cite", f"{C}.c16", "--style", "csl-json"],
    "changes": ["changes", "--since", "0.1.0", "--table", "roles"],
    "changes-csv": ["changes", "--since", "0.1.0", "--table", "roles", "--format", "csv"],
    "old-release": ["show", "modifiers", "--release", "0.1.0", "--where", "modifier_id=urgent"],
    "validate": ["validate"],
}
ERRORS = {
    "unknown-table": (["show", "clause"], 1),
    "unknown-release": (["show", "acts", "--release", "0.1.1"], 1),
    "unknown-since": (["changes", "--since", "yesterday"], 1),
    "unknown-column": (["show", "clauses", "--columns", "act"], 1),
    "unknown-condition": (["show", "clauses", "--where", "act_id"], 1),
    "unknown-clause": (["explain", f"{C}.c99"], 1),
    "unknown-citation": (["cite", f"{C}.c99"], 1),
    "unknown-citations": (["cite", f"{C}.c99", "x"], 1),
    "unknown-style": (["cite", "--style", "mla"], 2),
    "unknown-share": (["share", "--has", "topic=aid"], 1),
    "nothing-found": (["search", "xylophone"], 1),
    "unknown-command": (["shew"], 2),
    "missing-argument": (["show"], 2),
    "unknown-format": (["show", "clauses", "--format", "xls"], 2),
    "unknown-export": (["export", "xls"], 2),
    "unknown-exported-table": (["export", "json", "--tables", "clause"], 1),
    "export-to-nowhere": (["export", "json", "--out", "/no/such/directory/x.json"], 1),
    "export-of-another-name": (["export", "sqlite", "--out", "x.db"], 1),
    "unknown-directory": (["validate", "/no/such/directory"], 1),
}


def run(*arguments: str) -> Result:
    return runner(COLUMNS="100").invoke(main, arguments)


@pytest.mark.parametrize("name", COMMANDS)
def test_output(name: str, file_regression: FileRegressionFixture) -> None:
    result = run(*COMMANDS[name])
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    file_regression.check(steady(result.output), basename=name)


# What every release or every edit of a source changes: lines of sources, numbers of rows.
CHANGING = {
    r"(?m)(?<=, line )\d+$": "N",
    r"(?<=Rows: )\d+": "N",
    r"(?m)^(\w+) +\d+(?=[ *] )": r"\1  N",
    r"\d+ of \d+ statements, \d+ ": "N of N statements, N ",
}


def steady(output: str) -> str:
    """What a command prints, with a word in the place of what changes."""
    output = output.replace(citation.item(installed())["version"], "VERSION")
    for pattern, word in CHANGING.items():
        output = re.sub(pattern, word, output)
    return output


@pytest.mark.parametrize("name", ERRORS)
def test_error_is_one_line_and_an_exit_code(name: str) -> None:
    arguments, code = ERRORS[name]
    result = run(*arguments)
    assert result.exit_code == code
    assert result.stdout == ""
    told = [
        line
        for line in result.stderr.splitlines()
        if line and not line.startswith(("Usage:", "Try "))
    ]
    assert len(told) == 1
    assert told[0].startswith("Error: ")


def test_error_of_a_column_names_the_columns() -> None:
    assert (
        "clauses has no column 'act'; perhaps act_id is meant; allowed are act_id, clause_id, "
        in run("show", "clauses", "--columns", "act").stderr
    )


TOO_MUCH = {
    "show flat if year==2019": 'write --where "year=2019"',
    "show flat if year == 2019": 'write --where "year=2019"',
    "show flat --where year == 2019": 'write --where "year=2019"',
    "show acts --where label=Call upon": 'write --where "label=Call upon"',
    "show acts --where act_id=ask class=directive": 'write --where "class=directive"',
    "share --has act_id=ask year=2019": 'write --has "year=2019"',
    "share --has act_id=ask --among title=On Syria": 'write --among "title=On Syria"',
    "show flat --columns clause_id, act": 'in quotation marks: "clause_id, act"',
    "show flat --columns clause_id , act --limit 1": 'in quotation marks: "clause_id , act"',
    "export csv --tables acts, topics": 'in quotation marks: "acts, topics"',
    "codebook Acts": "write syria-statements describe acts",
    "tables flat": "write syria-statements describe flat",
    "changes acts": "write --table acts",
    "export csv clauses": "write --tables clauses",
    "show flat acts": "one table at a time",
    "explain a b": "see syria-statements explain --help",
}


@pytest.mark.parametrize("typed", TOO_MUCH)
def test_an_argument_too_many_is_answered_with_what_is_likely_right(typed: str) -> None:
    result = run(*typed.split())
    assert (result.exit_code, result.stdout) == (2, "")
    assert "is too much; " in result.stderr
    assert TOO_MUCH[typed] in " ".join(result.stderr.split())


@pytest.mark.parametrize("name", main.commands)
def test_every_command_answers_an_argument_too_many(name: str) -> None:
    """Those that take any number of arguments have none too many."""
    takes_all = any(parameter.nargs == -1 for parameter in main.commands[name].params)
    given = ["--has", "act_id=ask"] if name == "share" else []
    kinds = [p for p in main.commands[name].params if p.param_type_name == "argument"]
    first = "csv" if name == "export" else "x"
    result = run(name, *given, *(first for _ in kinds), "too-many")
    assert takes_all or (result.exit_code == 2 and "'too-many' is too much; " in result.stderr)


def test_every_command_is_tried_and_has_help() -> None:
    assert isinstance(main, click.Group)
    tried = {arguments[0] for arguments in COMMANDS.values()} | {
        "path",
        "codebook",
        "export",
    }  # in tests of their own
    for name, command in main.commands.items():
        assert name in tried
        assert command.help
        assert all(option.help for option in command.params if isinstance(option, click.Option))


def test_the_help_of_export_names_each_library_that_a_format_needs() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    told = " ".join(run("export", "--help").stdout.split())
    for name, form in FORMATS.items():
        for requirement in project["optional-dependencies"].get(form.extra, []):
            library = re.split("[<>=]", requirement)[0]
            assert re.search(rf"\b{name}\b[^:,]* needs? {library}\b", told), name


@pytest.mark.parametrize("table", TABLES)
def test_show_csv_is_the_file(table: str) -> None:
    entry = next(entry for entry in resources() if entry["name"] == table)
    assert run("show", table, "--format", "csv").stdout_bytes == (ROOT / entry["path"]).read_bytes()


@pytest.mark.parametrize("table", TABLES)
def test_show_json_has_the_values(table: str) -> None:
    assert json.loads(run("show", table, "--format", "json").stdout) == json.loads(
        json.dumps(ss.rows(table), default=str)
    )


@pytest.mark.parametrize("table", TABLES)
def test_show_prints_every_table_and_describe_every_column(table: str) -> None:
    assert run("show", table).stdout.rstrip().splitlines()
    for field in ss.describe(table)["schema"]["fields"]:
        assert f"\n{field['name']} (" in run("describe", table).stdout


CLAUSES: dict[str, list[dict[str, Any]]] = {}
for _row in ss.rows("clauses"):
    CLAUSES.setdefault(_row["statement_id"], []).append(_row)


PAGES = {(row["statement_id"], row["position"]): row["url"] for row in ss.rows("statement_sources")}


@pytest.mark.parametrize(
    "every", [False, pytest.param(True, marks=pytest.mark.matrix)], ids=["first", "every"]
)
@pytest.mark.parametrize("statement", CLAUSES)
def test_explain_shows_the_clause_in_its_paragraph(statement: str, every: bool) -> None:
    for row in CLAUSES[statement] if every else CLAUSES[statement][:1]:
        out = " ".join(run("explain", row["clause_id"]).stdout.split())
        assert (f"**{row['text']}**" if row["text"] else f"Gist: {row['gist']}") in out
        assert row["text"] or f"from “{row['incipit']}” to “{row['explicit']}”" in out
        assert f"{row['source_path']}, line {row['source_line']}" in out
        page = PAGES.get((statement, row["source_position"]), "not recorded for these words")
        assert f"address {page}" in out.replace("- ", "-")


NOTES = {
    "none": "No words of it were coded: what it says is unknown here.",
    "opening": "The text was seen in part: what is not here is unknown, not absent.",
    "parts": "The text was seen in part: what is not here is unknown, not absent.",
    "complete": "The whole text is coded.",
}


@pytest.mark.parametrize("coverage", NOTES)
def test_a_statement_says_how_much_of_it_was_seen_and_whose_words_these_are(coverage: str) -> None:
    row = next(row for row in ss.rows("statements") if row["coverage"] == coverage)
    out = " ".join(run("statement", row["statement_id"]).stdout.split())
    assert NOTES[coverage] in out
    is_gist = coverage != "none" and row["text_status"] == "paraphrase"
    assert ("Gists in the coder's words." in out) == is_gist


@pytest.mark.parametrize("style", citation.STYLES)
def test_cite_prints_what_the_function_gives(style: str) -> None:
    for keys in ([], [f"{C}.c16", C]):
        told = run("cite", *keys, "--style", style, "--all").stdout
        assert told == f"{ss.cite(keys, style, all=True)}\n"
    assert run("cite", "--style", style).stdout == f"{ss.cite(style=style)}\n"


def test_path_is_the_package() -> None:
    assert (Path(run("path").stdout.strip()) / "datapackage.json").is_file()


def test_version_is_the_release() -> None:
    assert run("--version").stdout == f"{ss.__version__}\n"


def test_where_and_columns_select() -> None:
    conditions = [f"statement_id={C}", "act_id=ask", "topic_id=elections"]
    asked = [word for condition in conditions for word in ("--where", condition)]
    out = run("show", "clauses", *asked, "--columns", "clause_id,start", "--format", "csv").stdout
    assert list(csv.reader(io.StringIO(out))) == [
        ["clause_id", "start"],
        [
            f"{C}.c16",
            next(str(r["start"]) for r in ss.rows("clauses") if r["clause_id"] == f"{C}.c16"),
        ],
    ]


def test_validate_tells_the_faults_of_a_directory(copy: Copy) -> None:
    copy.edit("data/clauses.csv", f"{C}.p002,2,,acknowledge,", f"{C}.p002,2,,acknowlege,")
    line = (copy.root / "data/clauses.csv").read_text("utf-8").partition("acknowlege")[0].count(
        "\n"
    ) + 1
    copy.refresh()
    result = run("validate", str(copy.root))
    assert result.exit_code == 1
    assert f"data/clauses.csv:{line}: act_id 'acknowlege': is not in acts" in result.stdout
    assert "Error: 2 faults in" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["show", "acts", "--columns", ""],
        ["export", "json", "--tables", ""],
        ["export", "json", "--out", ""],
        ["changes", "--ids", ""],
        ["changes", "--table", ""],
        ["validate", ""],
        ["tables", "--release", ""],
        ["cite", ""],
    ],
)
def test_an_empty_argument_is_not_taken_for_none(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert not list(tmp_path.iterdir())


def test_what_is_typed_with_other_capitals_and_blanks_is_the_same(tmp_path: Path) -> None:
    written = {}
    for form, names in {"json": "clauses,acts", "JSON": "Clauses, ACTS"}.items():
        path = tmp_path / f"{form}.json"
        assert run("export", form, "--tables", names, "--out", str(path)).exit_code == 0
        written[form] = path.read_bytes()
    assert written["json"] == written["JSON"]
    assert run("cite", "--style", "BibTeX").stdout == run("cite", "--style", "bibtex").stdout
    typed, named = run("changes", "--table", " Roles "), run("changes", "--table", "roles")
    assert typed.stdout == named.stdout != ""


COMMAND = [sys.executable, "-m", "syria_statements"]


def test_no_colour_in_a_pipe() -> None:
    assert (
        "\x1b"
        not in subprocess.run(
            [*COMMAND, "explain", f"{C}.c01"], capture_output=True, text=True, check=True
        ).stdout
    )


def test_colour_on_a_terminal() -> None:
    pty = pytest.importorskip("pty", reason="NOT TESTED: there are no pseudo-terminals here")
    leader, follower = pty.openpty()
    with subprocess.Popen([*COMMAND, "explain", f"{C}.c01"], stdout=follower) as process:
        process.wait()
    os.close(follower)
    assert b"\x1b[" in os.read(leader, 65536)
    os.close(leader)


def test_a_closed_pipe_is_no_error() -> None:
    need("bash", "bash")
    script = (
        f"'{sys.executable}' -m syria_statements show reference_sources --format csv | head -n 1"
    )
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("table,field,row_id,position,title,url\n", "")


def test_help_runs_as_a_module() -> None:
    assert subprocess.run(
        [*COMMAND, "--help"], capture_output=True, text=True, check=True
    ).stdout.startswith("Usage: ")
