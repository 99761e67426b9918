"""The command line ``syria-statements``: each command a thin skin over one function. Exit code 1: an error; 2: usage."""

from __future__ import annotations

import sys

import click

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class _Group(click.Group):
    """Errors that are the user's to mend are told in one line."""

    def invoke(self, context: click.Context) -> Any:
        from .package import MissingExtraError, UnknownError

        try:
            return super().invoke(context)
        except (UnknownError, MissingExtraError) as error:
            raise click.ClickException(str(error)) from error


def _print_version(context: click.Context, option: click.Parameter, asked: bool) -> None:
    if asked:
        from .package import version

        click.echo(version())
        context.exit()


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Print the version and exit.")
def main() -> None:
    """Joint diplomatic statements on the conflict in Syria, as coded tables."""


@main.command()
def tables() -> None:
    """List the tables: name, rows, what they hold."""
    from . import package

    entries = package.descriptor()["resources"]
    width = max(len(entry["name"]) for entry in entries)
    for entry in entries:
        click.echo(f"{entry['name']:<{width}}  {package.count(entry):>5}  {entry['description']}")


@main.command()
@click.argument("table")
def describe(table: str) -> None:
    """Print the codebook of TABLE: its columns, their types, rules and meaning."""
    from . import display, loader

    display.echo(display.codebook(loader.describe(table)))


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
    "--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True, help="How to print the rows."
)
def show(table: str, conditions: tuple[str, ...], columns: str | None, limit: int | None, form: str) -> None:
    """Print the rows of TABLE."""
    from . import display, query

    names, records = query.select(table, conditions, columns.split(",") if columns else None, limit)
    display.echo(display.FORMATS[form](names, records))


@main.command()
@click.argument("words", nargs=-1, required=True)
def search(words: tuple[str, ...]) -> None:
    """Print the clauses whose text or gist has all the WORDS, in upper or lower case."""
    from . import display, query

    hits = query.search(" ".join(words))
    display.echo(display.hits(hits, words, sys.stdout.isatty()))
    if not hits:
        raise click.ClickException(f"no clause has {' and '.join(repr(word) for word in words)} in its text or gist")


@main.command()
@click.argument("clause_id")
def explain(clause_id: str) -> None:
    """Print the clause CLAUSE_ID in its paragraph, its coding with definitions, its statement, its source."""
    from . import display, query

    display.echo(display.explanation(query.explain(clause_id), sys.stdout.isatty()))


@main.command()
@click.option("--format", "form", type=click.Choice(["html", "md", "csv"]), default="md", show_default=True, help="How to print it.")
def codebook(form: str) -> None:
    """Print the codebook of all tables: columns, codes, rules, examples, near misses, frequencies."""
    from . import codebook_forms, display

    display.echo(codebook_forms.write(form))


STYLES = ["apa", "chicago", "bibtex", "ris", "csl-json"]


@main.command()
@click.argument("key", required=False, metavar="[STATEMENT_ID|CLAUSE_ID]")
@click.option("--style", type=click.Choice(STYLES), default="apa", show_default=True, help="How to print it; bibtex is BibLaTeX.")
def cite(key: str | None, style: str) -> None:
    """Print the citation of this release, or of one statement or clause of it."""
    from . import citation, display

    display.echo(citation.cite(key, style))


FORMATS = ["csv", "xlsx", "stata", "spss", "parquet", "sqlite", "json", "flat"]


@main.command()
@click.argument("form", metavar="FORMAT", type=click.Choice(FORMATS))
@click.option("--tables", "names", metavar="A,B,…", help="Only these tables; flat, a row for each clause, is one too.")
@click.option("--out", metavar="PATH", help="File or directory to write to; by default a file in the working directory.")
@click.option("--force", is_flag=True, help="Replace a file that exists.")
def export(form: str, names: str | None, out: str | None, force: bool) -> None:
    """Write the tables in FORMAT: csv (zipped), xlsx, stata, spss, parquet, sqlite, json, or flat: one wide table in a workbook."""
    from . import display, exports
    from .export_tables import ExportError

    with display.progress() as tell:
        try:
            path = exports.export(form, out, names.split(",") if names else None, force=force, progress=tell)
        except ExportError as error:
            raise click.ClickException(str(error)) from error
    click.echo(path)


@main.command()
@click.argument("path", required=False, type=click.Path(exists=True, file_okay=False))
def validate(path: str | None) -> None:
    """Check the data package in the directory PATH, by default the installed one."""
    try:
        from .validation import validate as check
    except ModuleNotFoundError as error:
        from .package import MissingExtraError

        raise MissingExtraError("validate", str(error.name), "validate") from error
    faults = check(path)
    for fault in faults:
        click.echo(str(fault))
    if faults:
        raise click.ClickException(f"{len(faults)} faults in {path or 'the installed package'}")
    click.echo(f"{path or 'The installed package'} is valid.")


@main.command()
def path() -> None:
    """Print the directory of the installed data package."""
    from .package import root

    click.echo(root())
