"""The command line on any system: encodings, closed and full outputs, terminals, signals, ``-OO``, zips."""

from __future__ import annotations

import inspect
import io
import json
import os
import pickle
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import click
import pytest
from conftest import PROJECT, need
from small import runner

import syria_statements as ss
from syria_statements import cli, errors, package, terminal

STATEMENT = "small-group-2019-11-14"
PROGRAM = [sys.executable, "-m", "syria_statements"]
ENVIRONMENT = {
    name: value
    for name, value in os.environ.items()
    if name not in ("NO_COLOR", "CLICOLOR", "FORCE_COLOR", "PYTHONIOENCODING", "PYTHONUTF8")
}

# --- commands, as many as there are ---------------------------------------------------------------

ARGUMENTS = {
    "table": ["document_types"],
    "words": ["Syria"],
    "clause_id": [f"{STATEMENT}.c01"],
    "statement_id": [STATEMENT],
    "format": ["json"],
}
COMMANDS = list(cli.main.commands)
FILES = ("export",)  # commands whose result is a file
OPTIONS = {"has": "topic_id=ceasefire"}


def needed(name: str) -> list[click.Argument]:
    """The arguments without which a command does nothing."""
    found = [item for item in cli.main.commands[name].params if isinstance(item, click.Argument)]
    return [argument for argument in found if argument.required]


def example(name: str, out: Path) -> list[str]:
    """A call of a command, with as many arguments as it needs."""
    words = [word for argument in needed(name) for word in ARGUMENTS[str(argument.name)]]
    options = ["--tables", "acts", "--out", str(out / "x.json")] if name in FILES else []
    required = [item for item in cli.main.commands[name].params if isinstance(item, click.Option)]
    needs = [f"--{item.name}={OPTIONS[str(item.name)]}" for item in required if item.required]
    return [name, *words, *needs, *options]


# One line of an error and one of click's, beside the commands.
WRONG = [["show", "clause"], ["explain", "→"], ["no-command"], ["cite", "--style", "→"], ["show"]]
HELP = [["--help"], ["--version"], ["describe", "--help"]]


# --- encodings ------------------------------------------------------------------------------------


class Stream(io.TextIOWrapper):
    """An output as Python opens it where another encoding and other line ends are usual."""

    def __init__(self, encoding: str, is_terminal: bool = False) -> None:
        super().__init__(io.BytesIO(), encoding=encoding, newline="\r\n")
        self.is_terminal = is_terminal

    def isatty(self) -> bool:
        return self.is_terminal

    def written(self) -> bytes:
        self.flush()
        buffer: Any = self.buffer
        return bytes(buffer.getvalue())


def run_in(
    encoding: str, arguments: list[str], monkeypatch: pytest.MonkeyPatch, is_terminal: bool = False
) -> tuple[bytes, bytes]:
    """What a command writes on both outputs, run in this process."""
    out, error = Stream(encoding, is_terminal), Stream(encoding, is_terminal)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", error)
        with pytest.raises(SystemExit):
            cli.main(arguments, prog_name="syria-statements")
    return out.written(), error.written()


ENCODINGS = ["cp1252", "cp437", "latin-1", "koi8-r", "ascii"]


def every_call(out: Path) -> list[list[str]]:
    return [*(example(name, out) for name in COMMANDS if name not in FILES), *WRONG, *HELP]


@pytest.mark.matrix
@pytest.mark.parametrize(
    "encodings",
    [["cp1252"], pytest.param(ENCODINGS, marks=pytest.mark.matrix)],
    ids=["cp1252", "all"],
)
def test_what_is_redirected_is_utf_8_with_plain_line_ends(
    encodings: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for arguments in every_call(tmp_path):
        right = run_in("utf-8", arguments, monkeypatch)
        assert any(right)
        for encoding in encodings:
            assert run_in(encoding, arguments, monkeypatch) == right, (encoding, arguments)
        assert b"\r" not in b"".join(right)
        b"".join(right).decode("utf-8")


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_character_that_a_terminal_lacks_is_no_failure(
    encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, error = run_in(encoding, ["describe", "clauses"], monkeypatch, is_terminal=True)
    assert error == b""
    assert rb"statement_id \u2192 statements" in out or "→ statements".encode() in out


def test_csv_is_the_file_whatever_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ["show", "document_types", "--format", "csv"]
    file = PROJECT / "data" / "codebook" / "document_types.csv"
    assert run_in("cp1252", arguments, monkeypatch) == (file.read_bytes(), b"")


def test_a_process_speaks_utf_8_and_the_library_changes_no_stream() -> None:
    environment = {**ENVIRONMENT, "PYTHONIOENCODING": "cp1252"}
    described = subprocess.run(
        [*PROGRAM, "describe", "clauses"], env=environment, capture_output=True, check=True
    )
    assert "act_id → acts.act_id" in described.stdout.decode("utf-8")
    code = "import sys, syria_statements as ss; ss.tables(); print(sys.stdout.encoding)"
    asked = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, check=True
    )
    assert asked.stdout.split() == [b"cp1252"]


def test_the_runner_of_click_sees_what_it_saw() -> None:
    assert "act_id → acts.act_id" in runner().invoke(cli.main, ["describe", "clauses"]).stdout


@pytest.mark.parametrize("name", [name for name in COMMANDS if needed(name)])
def test_an_argument_that_is_no_text_gives_one_line(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile = "\udcff\x1b]0;x\x07\r\n"
    arguments = [name, *[hostile for _ in needed(name)]]
    monkeypatch.chdir(tmp_path)
    out, error = run_in("cp1252", arguments, monkeypatch)
    told = [line for line in error.decode("utf-8").splitlines() if line.startswith("Error: ")]
    assert (out, len(told)) == (b"", 1)
    assert told[0].isprintable()


# --- closed and full outputs ----------------------------------------------------------------------

LOST = {
    ">&-": "Error: output cannot be written: it is closed",
    ">/dev/full": "Error: output cannot be written: No space left on device",
    ">/dev/full 2>/dev/full": "",
    ">&- 2>&-": "",
}


def shell(arguments: list[str], redirection: str) -> subprocess.CompletedProcess[str]:
    need("bash", "bash")
    if "/dev/full" in redirection and not Path("/dev/full").exists():
        pytest.skip("NOT TESTED: there is no /dev/full here")
    script = f'set -o pipefail; "$@" {redirection}'
    return subprocess.run(
        ["bash", "-c", script, "bash", *PROGRAM, *arguments],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("redirection", LOST)
def test_lost_output_is_one_line_and_exit_code_1(redirection: str) -> None:
    done = shell(["describe", "clauses"], redirection)
    assert (done.returncode, done.stderr.strip()) == (1, LOST[redirection])


@pytest.mark.matrix
@pytest.mark.parametrize("redirection", LOST)
def test_lost_output_of_any_command(redirection: str, tmp_path: Path) -> None:
    for arguments in [*(example(name, tmp_path) for name in COMMANDS if name not in FILES), *HELP]:
        done = shell(arguments, redirection)
        told = [line for line in done.stderr.splitlines() if not line.startswith("Not checked")]
        assert (done.returncode, "\n".join(told)) == (1, LOST[redirection]), arguments
    assert shell(["no-command"], redirection).returncode in (1, 2)


@pytest.mark.parametrize("redirection", [">&-", "2>&-"])
def test_a_file_is_written_where_an_output_is_closed(redirection: str, tmp_path: Path) -> None:
    done = shell(example("export", tmp_path), redirection)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads((tmp_path / "x.json").read_text("utf-8"))["tables"]["acts"]


@pytest.mark.matrix
@pytest.mark.parametrize("redirection", ["2>&-", "2>/dev/full"])
def test_closed_or_full_messages_change_no_result(redirection: str, tmp_path: Path) -> None:
    for arguments in every_call(tmp_path):
        right, done = shell(arguments, ""), shell(arguments, redirection)
        assert done.stdout == right.stdout, arguments
        assert done.returncode in (right.returncode, 1), arguments


def a_reader_that_goes(arguments: list[str], *options: str) -> str:
    """What is said when the reader of a pipe is gone before anything is written."""
    receiver, sender = os.pipe()
    os.close(receiver)
    command = [sys.executable, *options, "-m", "syria_statements", *arguments]
    with os.fdopen(sender, "wb") as out:
        done = subprocess.run(
            command, stdout=out, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT, check=False
        )
    return done.stderr


def test_a_reader_that_goes_away_is_no_error() -> None:
    assert a_reader_that_goes(["show", "clauses", "--format", "csv"], "-X", "dev") == ""


@pytest.mark.matrix
def test_a_reader_that_goes_away_is_no_error_of_any_command(tmp_path: Path) -> None:
    for arguments in [*(example(name, tmp_path) for name in COMMANDS), *HELP]:
        assert a_reader_that_goes(arguments, "-X", "dev", "-W", "ignore") == "", arguments


# --- terminals ------------------------------------------------------------------------------------


def on_a_terminal(**environment: str) -> bytes:
    """What the command ``explain`` prints on a terminal."""
    pty = pytest.importorskip("pty", reason="NOT TESTED: there are no pseudo-terminals here")
    leader, follower = pty.openpty()
    command = [*PROGRAM, "explain", f"{STATEMENT}.c01"]
    clean = {**ENVIRONMENT, "TERM": "xterm", **environment}
    with subprocess.Popen(command, stdout=follower, env=clean) as process:
        process.wait()
    os.close(follower)
    printed = os.read(leader, 65536)
    os.close(leader)
    return printed


@pytest.mark.parametrize(
    "environment",
    [
        {"NO_COLOR": "1"},
        {"TERM": "dumb"},
        pytest.param({"CLICOLOR": "0"}, marks=pytest.mark.matrix),
        pytest.param({"TERM": ""}, marks=pytest.mark.matrix),
    ],
    ids=str,
)
def test_colour_can_be_forbidden(environment: dict[str, str]) -> None:
    printed = on_a_terminal(**environment)
    assert b"\x1b" not in printed
    assert b"**" in printed


@pytest.mark.parametrize(
    "environment",
    [{"NO_COLOR": ""}, pytest.param({"CLICOLOR": "1"}, marks=pytest.mark.matrix)],
    ids=str,
)
def test_there_is_colour_where_nothing_forbids_it(environment: dict[str, str]) -> None:
    printed = on_a_terminal(**environment)
    assert b"\x1b[" in printed
    assert b"**" not in printed


NAMES = ["Paris", "北京市", "قرار", "नई दिल्ली", "e\u0301cole", "ＡＢ", "a\u200bb"]
COLUMNS = [5, 6, 4, 8, 5, 4, 2]


def test_columns_are_as_wide_as_a_terminal_shows_them() -> None:
    assert [terminal.columns_of(name) for name in NAMES] == COLUMNS
    lines = terminal.aligned([[name, "x"] for name in NAMES]).splitlines()
    assert {terminal.columns_of(line) for line in lines} == {11}


def test_wide_characters_are_cut_and_wrapped_by_their_columns(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    rows = [{"id": "a", "text": "北京" * 40}, {"id": "b", "text": "x" * 80}]
    grid, block = terminal.as_table(["id", "text"], rows), terminal._block(["text"], ["北京 " * 40])
    for line in [*grid.splitlines(), *block.splitlines()]:
        assert terminal.columns_of(line) <= 40
    assert grid.count("…") == 2
    assert "".join(block.split()) == "text" + "北京" * 40


# --- signals --------------------------------------------------------------------------------------

SLOW = """
import sys, time
from syria_statements import cli, exports
exports._write = lambda *arguments: print("writing", flush=True) or time.sleep(30)
cli.main(["export", "json", "--out", sys.argv[1]])
"""
SIGNALS = [name for name in ("SIGTERM", "SIGHUP", "SIGINT") if hasattr(signal, name)]


@pytest.mark.matrix
@pytest.mark.skipif(os.name == "nt", reason="NOT TESTED: Windows has no such signals")
@pytest.mark.parametrize("name", SIGNALS)
def test_a_signal_leaves_nothing_behind(name: str, tmp_path: Path) -> None:
    command = [sys.executable, "-c", SLOW, str(tmp_path / "x.json")]
    heard = subprocess.PIPE
    with subprocess.Popen(
        command, stdout=heard, stderr=heard, text=True, env=ENVIRONMENT
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        assert list(tmp_path.iterdir()) != []
        process.send_signal(getattr(signal, name))
        told = process.communicate()[1]
    ended_by_click = 1
    code = 128 + getattr(signal, name)
    assert process.returncode == (ended_by_click if name == "SIGINT" else code)
    assert told.strip() in ("", "Aborted!")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def handlers() -> Iterator[None]:
    kept = {name: signal.getsignal(getattr(signal, name)) for name in SIGNALS}
    yield
    for name, handler in kept.items():
        signal.signal(getattr(signal, name), handler)


@pytest.mark.usefixtures("handlers")
@pytest.mark.parametrize("handler", [signal.SIG_IGN, signal.SIG_DFL, lambda number, frame: None])
def test_handlers_are_afterwards_as_they_were(handler: Any) -> None:
    """What ``nohup`` ignores stays so, and so does what a program has set."""
    signal.signal(signal.SIGTERM, handler)
    with cli.ended_by_signals():
        inside = signal.getsignal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) == handler
    assert inside == (cli._end if handler == signal.SIG_DFL else handler)


# --- Python without docstrings, errors of other processes, zips -----------------------------------

SAY_HELP = """
import json
from syria_statements.cli import main
print(json.dumps({name: command.help for name, command in {"": main, **main.commands}.items()}))
"""


def test_help_needs_no_docstrings() -> None:
    done = subprocess.run([sys.executable, "-OO", "-c", SAY_HELP], capture_output=True, check=True)
    assert json.loads(done.stdout) == {
        name: inspect.cleandoc(str(command.help))
        for name, command in {"": cli.main, **cli.main.commands}.items()
    }


KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, errors.Error)
]


@pytest.fixture(scope="module")
def pool() -> Iterator[ProcessPoolExecutor]:
    with ProcessPoolExecutor(1) as found:
        yield found


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_comes_out_of_another_process(
    kind: type[ss.Error], pool: ProcessPoolExecutor
) -> None:
    code = (
        f"from syria_statements import errors; raise errors.{kind.__name__}('what; what is right')"
    )
    with pytest.raises(kind, match=r"^what; what is right$") as raised:
        pool.submit(exec, code).result(timeout=60)
    assert type(raised.value) is kind


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_errors_are_the_same_after_every_protocol(protocol: int) -> None:
    missing = errors.missing_extra("spss", "pyreadstat")
    for error in [*(kind("what; what is right") for kind in KINDS), missing]:
        again = pickle.loads(pickle.dumps(error, protocol))  # noqa: S301
        assert (type(again), str(again)) == (type(error), str(error))


def test_a_library_inside_a_zip_takes_no_other_package_for_its_own(tmp_path: Path) -> None:
    source = PROJECT / "src"
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as zipped:
        for path in source.rglob("*.py"):
            zipped.write(path, path.relative_to(source))
    (tmp_path / "datapackage.json").write_text('{"resources": [], "version": "9.9.9"}', "utf-8")
    environment = {**ENVIRONMENT, "PYTHONPATH": str(tmp_path / "all.zip")}
    asked = subprocess.run(
        [sys.executable, "-c", "import syria_statements as ss; ss.tables()"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    told = asked.stderr.splitlines()[-1]
    assert "PackageError: syria-statements is inside the zip" in told
    assert told.endswith("install it with pip, or unpack it")


def test_a_command_inside_a_zip_says_so_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> str:
        raise ss.PackageError("syria-statements is inside the zip")

    monkeypatch.setattr(package, "root", homeless)
    monkeypatch.setattr(package, "installed", package.Package)
    result = runner().invoke(cli.main, ["--version"])
    assert (result.exit_code, result.stderr) == (1, "Error: syria-statements is inside the zip\n")
