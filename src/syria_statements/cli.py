"""The command line ``syria-statements``: each command calls one function of the library.

Exit code 1: an error; 2: wrong usage.
"""

from __future__ import annotations

import sys
from importlib import import_module

import click

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

HELP = {"help_option_names": ["-h", "--help"]}


class _Group(click.Group):
    """Commands whose errors are for a person, in one line."""

    def invoke(self, context: click.Context) -> Any:
        from .errors import Error

        try:
            return super().invoke(context)
        except Error as error:
            raise click.ClickException(str(error)) from error


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
        if value not in self.names():
            names = ", ".join(self.names())
            self.fail(f"{value!r} is not one of {names}.", parameter, context)
        return value

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        return f"[{'|'.join(self.names())}]"


def _print_version(context: click.Context, option: click.Parameter, asked: bool) -> None:
    if asked:
        from .package import installed

        click.echo(installed().version)
        context.exit()


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
def tables() -> None:
    """List the tables: name, rows, what they hold."""
    from .package import installed

    found = installed().tables
    width = max(map(len, found))
    for name, table in found.items():
        click.echo(f"{name:<{width}}  {table.count:>5}  {table.resource['description']}")


@main.command()
@click.argument("table")
def describe(table: str) -> None:
    """Print the codebook of TABLE: its columns, their types, rules and meaning."""
    from . import terminal
    from .package import installed

    terminal.echo(terminal.table_codebook(installed()[table]))


@main.command()
@click.argument("table")
@click.option(
    "--where",
    "conditions",
    multiple=True,
    metavar="COLUMN=VALUE",
    help="Only rows with this value; an empty VALUE finds missing ones. May be repeated.",
)
@click.option("--columns", metavar="A,B,…", help="Only these columns, in this order.")
@click.option("--limit", type=click.IntRange(min=0), help="At most so many rows.")
@click.option(
    "--format",
    "format",
    type=_NameIn("terminal", "FORMATS"),
    default="table",
    show_default=True,
    help="How to print the rows.",
)
def show(
    table: str, conditions: tuple[str, ...], columns: str | None, limit: int | None, format: str
) -> None:
    """Print the rows of TABLE."""
    from . import lookup, terminal
    from .package import installed

    wanted = columns.split(",") if columns else None
    names, rows = lookup.select(installed()[table], conditions, wanted, limit)
    terminal.echo(terminal.FORMATS[format](names, rows))


@main.command()
@click.argument("words", nargs=-1, required=True)
def search(words: tuple[str, ...]) -> None:
    """Print the clauses whose text or gist has all the WORDS, in upper or lower case."""
    from . import lookup, terminal
    from .package import installed

    hits = lookup.search(installed(), " ".join(words))
    terminal.echo(terminal.hits(hits, words, sys.stdout.isatty()))
    if not hits:
        quoted = " and ".join(repr(word) for word in words)
        raise click.ClickException(f"no clause has {quoted} in its text or gist")


@main.command()
@click.argument("clause_id")
def explain(clause_id: str) -> None:
    """Print the clause CLAUSE_ID in its paragraph, its coding with definitions, its statement,
    its source.
    """
    from . import lookup, terminal
    from .package import installed

    known = lookup.explain(installed(), clause_id)
    terminal.echo(terminal.explanation(known, sys.stdout.isatty()))


@main.command()
@click.argument("statement_id")
def statement(statement_id: str) -> None:
    """Print the statement STATEMENT_ID in reading order, each clause with its act and topic."""
    from . import lookup, terminal
    from .package import installed

    terminal.echo(terminal.statement(lookup.statement(installed(), statement_id)))


@main.command()
@click.option(
    "--format",
    "format",
    type=_NameIn("codebooks.formats", "FORMATS"),
    default="md",
    show_default=True,
    help="How to print it.",
)
def codebook(format: str) -> None:
    """Print the codebook of all tables: columns, codes, rules, examples, near misses,
    frequencies.
    """
    from . import codebooks, terminal

    terminal.echo(codebooks.codebook(format))


@main.command()
@click.argument("key", required=False, metavar="[STATEMENT_ID|CLAUSE_ID]")
@click.option(
    "--style",
    type=_NameIn("citation", "STYLES"),
    default="apa",
    show_default=True,
    help="How to print it; bibtex is BibLaTeX.",
)
def cite(key: str | None, style: str) -> None:
    """Print the citation of this release, or of one statement or clause of it."""
    from . import citation, terminal

    terminal.echo(citation.cite(key, style))


@main.command()
@click.argument("format", metavar="FORMAT", type=_NameIn("exports.formats", "FORMATS"))
@click.option(
    "--tables",
    "names",
    metavar="A,B,…",
    help="Only these tables; flat, a row for each clause, is one too.",
)
@click.option(
    "--out",
    metavar="PATH",
    help="File or directory to write to; by default a file in the working directory.",
)
@click.option("--force", is_flag=True, help="Replace a file that exists.")
def export(format: str, names: str | None, out: str | None, force: bool) -> None:
    """Write the tables in FORMAT: csv (zipped), xlsx, stata, spss, parquet, sqlite, json, or flat.

    flat is one wide table in a workbook.
    """
    from . import exports, terminal

    chosen = names.split(",") if names else None
    with terminal.progress() as progress:
        path = exports.export(format, out, chosen, force=force, progress=progress)
    click.echo(path)


@main.command()
@click.argument("path", required=False, type=click.Path(exists=True, file_okay=False))
def validate(path: str | None) -> None:
    """Check the data package in the directory PATH, by default the installed one."""
    from . import validation

    problems = validation.validate(path)
    for problem in problems:
        click.echo(str(problem))
    for what in validation.unchecked():
        click.echo(
            f"Not checked: {what}; pip install 'syria-statements[validate]' has it.", err=True
        )
    if problems:
        raise click.ClickException(f"{len(problems)} faults in {path or 'the installed package'}")
    click.echo(f"{path or 'The installed package'} is valid.")


@main.command()
def path() -> None:
    """Print the directory of the installed data package."""
    from .package import root

    click.echo(root())
