"""The command line ``syria-statements``: each command calls one function of the library.

Exit code 1: an error; 2: wrong usage; 128 and its number: a signal. What goes to a file or a pipe
is UTF-8 with LF at the ends of lines, on every system.
"""

from __future__ import annotations

import errno
import os
import sys
import warnings
from contextlib import contextmanager, suppress
from functools import partial
from importlib import import_module

import click

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType
    from typing import Any, TextIO

    from .package import Table

HELP = {"help_option_names": ["-h", "--help"]}
REDIRECTED = {"encoding": "utf-8", "errors": "backslashreplace", "newline": "\n"}
TERMINAL = {"errors": "backslashreplace"}
ENDING = ("SIGTERM", "SIGHUP")  # SIGINT is click's, and Windows has no SIGHUP


class _Command(click.Command):
    """A command that says what is likely right where it has one argument too many."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        typed = list(args)
        ctx.allow_extra_args = True
        super().parse_args(ctx, args)
        if ctx.args and not ctx.resilient_parsing:
            given = " ".join(ctx.args)
            right = _right_for_extra(self, ctx.args, typed)
            ctx.fail(f"{given!r} is too much; {right}")
        return ctx.args


class _Group(click.Group):
    """Commands whose errors are for a person, in one line."""

    command_class = _Command

    def main(self, *arguments: Any, **options: Any) -> Any:
        _open_missing_streams()
        streams = (sys.stdout, sys.stderr)
        for stream in streams:
            _set_encoding(stream)
        try:
            with ended_by_signals():
                return super().main(*arguments, **options)
        except OSError as error:
            if error.filename is not None:  # then it is not of an output
                raise
            _tell_of_output(error)
            sys.exit(1)
        finally:
            for stream in streams:
                _drop_unwritten(stream)

    def make_context(self, *arguments: Any, **options: Any) -> click.Context:
        with _in_one_line():
            return super().make_context(*arguments, **options)

    def invoke(self, context: click.Context) -> Any:
        with _in_one_line():
            return super().invoke(context)


@contextmanager
def _in_one_line() -> Iterator[None]:
    """Make an error of the library one of the command line, and of a retired id a note."""
    from .errors import Error, RetiredIdWarning

    with warnings.catch_warnings():
        warnings.simplefilter("always", RetiredIdWarning)
        warnings.showwarning = partial(_tell, warnings.showwarning, RetiredIdWarning)
        try:
            yield
        except Error as error:
            raise click.ClickException(str(error)) from error


def _tell(otherwise: Any, ours: type[Warning], message: Any, category: Any, *place: Any) -> None:
    """Print a warning of the library in one line, and any other one as Python does."""
    if issubclass(category, ours):
        click.echo(f"Note: {message}", err=True)
    else:
        otherwise(message, category, *place)


# --- too many arguments ---------------------------------------------------------------------------


def _right_for_extra(command: click.Command, extra: list[str], typed: list[str]) -> str:
    """What is likely meant by arguments that a command does not take."""
    options = [option for parameter in command.params for option in parameter.opts]
    return (
        _quoted(extra, typed)
        or _as_condition(extra, typed, options)
        or _as_table(command, extra, options)
        or f"see syria-statements {command.name} --help"
    )


def _quoted(extra: list[str], typed: list[str]) -> str:
    """A list with blanks, in the quotation marks that it needs; empty if there is none."""
    last = len(typed) - 1 - typed[::-1].index(extra[-1])
    first = last
    while first and (typed[first - 1].endswith(",") or typed[first].startswith(",")):
        first -= 1
    listed = " ".join(typed[first : last + 1])
    return f'put a list with blanks in quotation marks: "{listed}"' if first < last else ""


CONDITIONAL = ("--where", "--has", "--among")


def _as_condition(extra: list[str], typed: list[str], options: list[str]) -> str:
    """The condition that is in words, as Stata has one, or has blanks; empty if there is none."""
    from .conditions import parted
    from .errors import ArgumentError

    words = extra[1:] if extra[0].casefold() == "if" else extra
    place = typed.index(extra[0])
    option, begun = ["", "", *typed][place : place + 2]
    attempts = [(known, words) for known in CONDITIONAL if known in options][:1]
    if option in CONDITIONAL:
        attempts.append((option, [begun, *extra]))
    for option, parts in attempts:
        with suppress(ArgumentError):
            return f'write {option} "{parted(" ".join(parts))}"'
    return ""


def _as_table(command: click.Command, extra: list[str], options: list[str]) -> str:
    """The option or the command for a table; empty if its name is not what is too much."""
    from .errors import meant
    from .package import installed

    table = meant(extra[0], installed().names)
    if table not in installed().names:
        return ""
    option = next((option for option in ("--table", "--tables") if option in options), None)
    if option:
        return f"write {option} {table}"
    takes_table = any(parameter.name == "table" for parameter in command.params)
    return "one table at a time" if takes_table else f"write syria-statements describe {table}"


# --- streams and signals --------------------------------------------------------------------------


def _open_missing_streams() -> None:
    """Open what the shell has closed: output that nobody can have fails, messages are lost."""
    if sys.stdout is None:
        sys.stdout = _null_stream(os.O_RDONLY)
    if sys.stderr is None:
        sys.stderr = _null_stream(os.O_WRONLY)


def _null_stream(mode: int) -> TextIO:
    return open(os.open(os.devnull, mode), "w", encoding="utf-8", closefd=False)


def _set_encoding(stream: Any) -> None:
    """UTF-8 where it is no terminal; nowhere may a command fail for want of a character."""
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(**(TERMINAL if stream.isatty() else REDIRECTED))


def _tell_of_output(error: OSError) -> None:
    """Say why output cannot be written, unless its reader has just gone away."""
    if error.errno != errno.EPIPE:
        why = "it is closed" if error.errno == errno.EBADF else error.strerror
        with suppress(OSError):
            click.echo(f"Error: output cannot be written: {why}", err=True)


def _drop_unwritten(stream: Any) -> None:
    """Send what could not be written nowhere, lest Python try again and fail when it ends."""
    try:
        stream.flush()
    except OSError:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())
        os.close(null)


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Let signals that end a command do so by an exception, so that temporary files go."""
    import signal

    numbers = [getattr(signal, name) for name in ENDING if hasattr(signal, name)]
    heard = [number for number in numbers if signal.getsignal(number) == signal.SIG_DFL]
    with suppress(ValueError):  # outside the main thread they cannot be heard
        for number in heard:
            signal.signal(number, _end)
    try:
        yield
    finally:
        with suppress(ValueError):
            for number in heard:
                signal.signal(number, signal.SIG_DFL)


def _end(number: int, frame: FrameType | None) -> None:
    import signal

    signal.signal(number, signal.SIG_IGN)  # a second one would stop the tidying
    raise SystemExit(128 + number)


# --- commands -------------------------------------------------------------------------------------


class _NameIn(click.ParamType):  # type: ignore[type-arg] # click 8.1 has no arguments
    """One of the names in a mapping of a module, which is imported only when a name is given."""

    name = "name"

    def __init__(self, module: str, mapping: str) -> None:
        """Keep where the names are."""
        self.module, self.mapping = module, mapping

    def names(self) -> list[str]:
        return list(getattr(import_module(f".{self.module}", __package__), self.mapping))

    def convert(
        self, value: Any, parameter: click.Parameter | None, context: click.Context | None
    ) -> Any:
        from .errors import meant

        found = meant(value, self.names())
        if found not in self.names():
            names = ", ".join(self.names())
            self.fail(f"{value!r} is not one of {names}.", parameter, context)
        return found

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        return f"[{'|'.join(self.names())}]"


_release = click.option(
    "--release",
    metavar="VERSION",
    help="As it was in this release; by default as it is in this version.",
)


def _format(module: str, formats: str, default: str, help: str) -> Callable[[Any], Any]:
    """The option ``--format``, whose values are the names in a mapping of a module."""
    kind = _NameIn(module, formats)
    return click.option(
        "--format", "format", type=kind, default=default, show_default=True, help=help
    )


def _print_version(context: click.Context, option: click.Parameter, asked: bool) -> None:
    if asked:
        from .package import installed

        click.echo(installed().version)
        context.exit()


# Of what is typed after --where, --has and --among.
CONDITIONS = (
    "An empty VALUE is a missing one; != is of all other rows. Dates and numbers can be compared,"
    ' in quotation marks: "date>=2019"; 2019-11 is the whole month. May be repeated.'
)


def _listed_names(typed: str | None) -> list[str] | None:
    """The names in a list that is typed with commas; None if no list is given."""
    return None if typed is None else [name.strip() for name in typed.split(",")]


@click.group(cls=_Group, context_settings=HELP)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Print the version and exit.",
)
def main() -> None:
    """Joint diplomatic statements on the conflict in Syria, as coded tables."""


@main.command()
@_release
def tables(release: str | None) -> None:
    """List the tables: name, rows, what they hold; then the views, which are made of them."""
    from . import terminal
    from .coverage import READING, coverage
    from .history import package_in

    package = package_in(release=release)
    rows = map(_listed, [*package.tables.values(), *package.views.values()])
    terminal.echo(terminal.aligned(list(rows)))
    terminal.echo(f"\n* from {coverage(package)}. {READING}")


def _listed(table: Table) -> list[str]:
    from .coverage import is_partial

    mark = "*" if is_partial(table) else " "
    return [table.name, f"{table.count:>5}{mark}", table.resource["description"]]


@main.command()
@click.argument("table")
@_release
def describe(table: str, release: str | None) -> None:
    """Print the codebook of TABLE: its columns, their types, rules and meaning."""
    from . import lookup, terminal
    from .history import package_in

    terminal.echo(terminal.table_codebook(lookup.table(package_in(release=release), table)))


@main.command()
@click.argument("table")
@click.option(
    "--where",
    "conditions",
    multiple=True,
    metavar="COLUMN=VALUE",
    help=f"Only rows with this value. {CONDITIONS}",
)
@click.option("--columns", metavar="A,B,…", help="Only these columns, in this order.")
@click.option("--limit", type=click.IntRange(min=0), help="At most so many rows.")
@_format("terminal", "FORMATS", "table", "How to print the rows.")
@_release
def show(
    table: str,
    conditions: tuple[str, ...],
    columns: str | None,
    limit: int | None,
    format: str,
    release: str | None,
) -> None:
    """Print the rows of TABLE."""
    from . import lookup, terminal
    from .coverage import coverage, is_partial
    from .errors import printable
    from .history import package_in

    asked = lookup.table(package_in(release=release), table)
    names, rows, notes = lookup.select(asked, conditions, _listed_names(columns), limit)
    terminal.echo(terminal.FORMATS[format](names, rows))
    for note in notes:
        click.echo(f"Note: {printable(note)}", err=True)
    if format == "table" and is_partial(asked):
        terminal.echo(f"Coded are {coverage(asked.package)}.")


@main.command()
@click.option(
    "--has",
    multiple=True,
    required=True,
    metavar="COLUMN=VALUE",
    help="What one clause must have: a column of clauses, act_class, topic_group_id, any_topic_id,"
    f" any_topic_group_id, actor_id, place_id, resolution_id. {CONDITIONS}",
)
@click.option(
    "--among",
    multiple=True,
    metavar="COLUMN=VALUE",
    help="Only these statements: a column of statements, year, actor_id of a signatory. Written as"
    " the conditions of --has. May be repeated.",
)
@click.option("--by", metavar="COLUMN", help="A line for each value: a column of statements, year.")
@_format("terminal", "FORMATS", "table", "How to print it.")
@_release
def share(
    has: tuple[str, ...],
    among: tuple[str, ...],
    by: str | None,
    format: str,
    release: str | None,
) -> None:
    """Print the share of statements that have a clause of some kind, with the bounds that unseen
    words leave: low if they are in none of the statements that are unknown, high if in all.
    """
    from . import shares, terminal

    rows = shares.share(has, among, by, release=release)
    names = list(rows[0]) if rows else shares.COUNTS
    terminal.echo(terminal.FORMATS[format](names, rows))
    if format == "table":
        terminal.echo(terminal.legend_of_shares(names, shares.reading(has, release)))


@main.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(min=0), help="At most so many clauses, the best.")
@_format("terminal", "FORMATS_AND_WORDS", "words", "How to print them.")
@_release
def search(words: tuple[str, ...], limit: int | None, format: str, release: str | None) -> None:
    """Print the clauses in which all the WORDS are, the best first, and why each was found.

    WORDS are looked for in text and gist, labels of codes, names of actors and places, resolutions,
    titles. 'detain*' is the beginning of a word, '"led by Syrians"' a phrase.
    """
    from . import full_text, terminal
    from .coverage import coverage
    from .history import package_in

    package, query = package_in(release=release), " ".join(words)
    found = full_text.search(package, query)
    if format == "words":
        codes = full_text.related(package, query)
        terminal.echo(terminal.hits(found, limit, terminal.has_colour()))
        terminal.echo(terminal.notes_on_hits(found, limit, coverage(package).coded, codes))
    else:
        rows = [hit.row() for hit in found[:limit]]
        terminal.echo(terminal.FORMATS[format](full_text.COLUMNS, rows))


@main.command()
@click.argument("clause_id")
@_release
def explain(clause_id: str, release: str | None) -> None:
    """Print the clause CLAUSE_ID in its paragraph, its coding with definitions, its statement,
    its source.
    """
    from . import lookup, terminal
    from .history import package_in

    known = lookup.explain(package_in(release=release), clause_id)
    terminal.echo(terminal.explanation(known, terminal.has_colour()))


@main.command()
@click.argument("statement_id")
@_release
def statement(statement_id: str, release: str | None) -> None:
    """Print the statement STATEMENT_ID in reading order, each clause with its act and topic."""
    from . import lookup, terminal
    from .history import package_in

    terminal.echo(terminal.statement(lookup.statement(package_in(release=release), statement_id)))


@main.command()
@_format("codebooks.formats", "FORMATS", "md", "How to print it.")
@_release
def codebook(format: str, release: str | None) -> None:
    """Print the codebook of all tables: columns, codes, rules, examples, near misses,
    frequencies.
    """
    from . import codebooks, terminal

    terminal.echo(codebooks.codebook(format, release=release))


@main.command()
@click.argument("keys", nargs=-1, metavar="[STATEMENT_ID|CLAUSE_ID]...")
@click.option("--all", "all", is_flag=True, help="This release and all its statements, too.")
@click.option(
    "--style",
    type=_NameIn("citation", "STYLES"),
    default="apa",
    show_default=True,
    help="How to print it; biblatex is for biber, bibtex for BibTeX itself.",
)
@_release
def cite(keys: tuple[str, ...], all: bool, style: str, release: str | None) -> None:
    """Print the citation of this release, or of statements and clauses of it."""
    from . import citation, terminal

    terminal.echo(citation.cite(keys or None, style, release=release, all=all))


@main.command()
@click.argument("format", metavar="FORMAT", type=_NameIn("exports.formats", "FORMATS"))
@click.option(
    "--tables",
    "names",
    metavar="A,B,…",
    help="Only these tables; the views flat and flat_statements are tables, too.",
)
@click.option(
    "--out",
    metavar="PATH",
    help="File or directory to write to; by default a file in the working directory.",
)
@click.option("--force", is_flag=True, help="Replace a file that exists.")
@_release
def export(
    format: str, names: str | None, out: str | None, force: bool, release: str | None
) -> None:
    """Write the tables in FORMAT: csv (zipped), xlsx, stata, spss, parquet, sqlite or json.

    Two formats have tables of their own. flat is a workbook with two wide ones: the clauses, and
    all statements, coded or not. network is a zip with nodes and edges: who signed with whom. One
    table with --out NAME.csv is that file alone. xlsx and flat need xlsxwriter, spss needs
    pyreadstat, parquet needs pyarrow: pip install xlsxwriter, for example.
    """
    from . import exports, terminal
    from .errors import meant
    from .history import package_in

    package = package_in(release=release)
    chosen = [meant(name, package.names) for name in _listed_names(names) or ()]
    with terminal.progress() as progress:
        path = exports.export(
            format, out, chosen or None, force=force, progress=progress, release=release
        )
    if sys.__stdout__ is not None:  # where it is closed, the file is all that is asked for
        terminal.echo_path(path)


@main.command()
@click.argument("path", required=False, type=click.Path())
def validate(path: str | None) -> None:
    """Check the data package in the directory PATH, by default the installed one.

    PATH may be a zip, too.
    """
    from . import validation
    from .errors import printable

    problems, unchecked = validation.examine(path)
    for problem in problems:
        click.echo(str(problem))
    for what in unchecked:
        click.echo(f"Not checked: {what}.", err=True)
    if problems:
        where = printable("the installed package" if path is None else path)
        raise click.ClickException(f"{_faults(len(problems))} in {where}")
    click.echo(f"{printable('The installed package' if path is None else path)} is valid.")


def _faults(number: int) -> str:
    return f"{number} fault{'s' * (number != 1)}"


@main.command()
@click.option("--since", metavar="RELEASE", help="Only what changed after this release.")
@click.option("--table", metavar="TABLE", help="Only changes of this table.")
@click.option(
    "--ids",
    "path",
    metavar="FILE",
    help="Only rows that rest on the ids in FILE: one a line, or the first column of ids of a table"
    " as CSV, workbook, Stata, SPSS or Parquet.",
)
@_format("terminal", "FORMATS_AND_WORDS", "words", "How to print them.")
def changes(since: str | None, table: str | None, path: str | None, format: str) -> None:
    """Print what changed between releases: does a result that rests on these rows still hold?"""
    from . import history, terminal
    from .errors import meant

    package = history.package_in()
    ids = None if path is None else history.ids_in(package, path)
    asked = table if table is None else meant(table, package.names)
    known = history.known_ids(package, ids) if ids else ids
    found = history.changes(since, asked, known)
    verdict = history.verdict(package, found, ids) if ids else {}
    terminal.echo(terminal.changes(found, verdict, format))


@main.command()
def path() -> None:
    """Print the directory of the installed data package."""
    from . import terminal
    from .package import root

    terminal.echo_path(root())


def _docstrings() -> dict[str, str]:
    """The docstring of each function here, from the source: ``python -OO`` keeps none."""
    import ast
    import inspect

    tree = ast.parse(inspect.getsource(sys.modules[__name__]))
    found = (node for node in tree.body if isinstance(node, ast.FunctionDef))
    return {node.name: ast.get_docstring(node) or "" for node in found}


if sys.flags.optimize > 1:
    with suppress(OSError):  # there is no source
        for _name, _help in _docstrings().items():
            if isinstance(_command := globals()[_name], click.Command):
                _command.help = _help
