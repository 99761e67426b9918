"""Tables for a user: their names, their codebook, their rows as dictionaries or as a DataFrame.

Each function takes a ``directory`` with a package other than the installed one, and a ``release``
whose data are wanted, such as ``0.1.0``; by default they are those of the package as it is. An
unknown one raises ``UnknownNameError``.
"""

from __future__ import annotations

from copy import deepcopy

from . import lookup
from .coverage import coverage, is_partial
from .errors import ArgumentError, names_of, require_truth
from .fields import field_type
from .history import package_in
from .package import installed, label, root
from .shapes import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator
    from typing import Any, overload

    import pandas as pd

    from .package import Directory, Package, Table

    Names = list[str] | tuple[str, ...]


def tables(directory: Directory | None = None, release: str | None = None) -> list[str]:
    """Names of the tables in the order of the descriptor, then those of the views.

    A view, such as ``flat``, has no file: it is made of the tables, and read as they are.
    """
    return package_in(directory, release).names


def describe(
    table: str, directory: Directory | None = None, release: str | None = None
) -> dict[str, Any]:
    """The codebook of one table.

    It has ``name``, ``title``, ``description``, ``rows`` (a count), ``coverage`` (for rows of coded
    words, how many ``statements`` there are, how many are ``coded`` and how many ``complete``; else
    None) and ``schema``, the Table Schema: ``fields`` with name, title, type, description and
    constraints, ``primaryKey``, ``foreignKeys``. ``pd.DataFrame(found["schema"]["fields"])`` has a
    row for each column. ``directory`` has a package other than the installed one. Raises
    ``UnknownTableError``.
    """
    found = package_in(directory, release)[table]
    return {
        "name": table,
        "title": found.resource["title"],
        "description": found.resource["description"],
        "rows": found.count,
        "coverage": coverage(found.package)._asdict() if is_partial(found) else None,
        "schema": plain(found.schema),
    }


def rows(
    table: str,
    directory: Directory | None = None,
    release: str | None = None,
    *,
    columns: Names | None = None,
) -> list[dict[str, Any]]:
    """Rows of one table as dictionaries: ``str``, ``int``, ``float``, ``bool``, ``datetime.date``.

    A missing value is ``None``. ``columns`` are those that are wanted, in their order, by default
    all. Needs no pandas. ``directory`` has a package other than the installed one. Raises
    ``UnknownTableError``, ``UnknownNameError`` for an unknown column.
    """
    found = _package_of_rows(table, directory, release)[table]
    names = _columns(found, columns)
    return [{name: row[name] for name in names} for row in found.rows]


def _columns(table: Table, columns: Names | None) -> list[str]:
    """The columns that are wanted, each once. Raises ``UnknownNameError``, ``ArgumentError``."""
    if columns is None:
        return table.names
    names = names_of(columns, "columns")
    for name in names:
        table.require_column(name)
    return names


if TYPE_CHECKING:

    @overload
    def load(
        table: str,
        directory: Directory | None = None,
        release: str | None = None,
        *,
        columns: Names | None = None,
        labels: bool = False,
    ) -> pd.DataFrame: ...
    @overload
    def load(
        table: Names,
        directory: Directory | None = None,
        release: str | None = None,
        *,
        columns: Names | None = None,
        labels: bool = False,
    ) -> dict[str, pd.DataFrame]: ...


def load(
    table: str | Names,
    directory: Directory | None = None,
    release: str | None = None,
    *,
    columns: Names | None = None,
    labels: bool = False,
) -> pd.DataFrame | dict[str, pd.DataFrame]:
    """Rows of one table as a DataFrame with the dtypes of its schema.

    Of a list of names it gives a dict of frames by name: ``load(["clauses", "acts"])``. Text is
    ``string``, whole numbers ``Int64``, others ``Float64``, truth values ``boolean``, dates
    ``datetime64[s]``; a missing value is ``NA`` (``NaT`` for a date). Nothing is inferred.

    ``columns`` are those that are wanted, in their order, by default all; of several tables each
    must have them. With ``labels`` each column of codes, of actors or of places has what these are
    called in a column right after it: ``act_id_label`` after ``act_id``, ``coverage_label`` after
    ``coverage``. Codes stay as they are, so that frames can be merged by them.

    ``directory`` has a package other than the installed one. Raises ``UnknownTableError``,
    ``UnknownNameError`` for an unknown column, ``ArgumentError`` for what is no list of names.
    """
    require_truth(labels, "labels")
    package = _package_of_rows(table, directory, release)
    if isinstance(table, list | tuple):
        return {name: frame_of(package[name], columns, labels) for name in table}
    return frame_of(package[table], columns, labels)


def _package_of_rows(
    table: str | Names, directory: Directory | None, release: str | None
) -> Package:
    """The package in a directory, which may be columns or the name of a table by mistake."""
    try:
        return package_in(directory, release)
    except ArgumentError as error:
        if right := _instead_of_directory(table, directory):
            raise ArgumentError(f"{error}; {right}") from error
        raise


def _instead_of_directory(table: str | Names, given: object) -> str:
    """What is to be written where no directory was meant, as far as that can be seen."""
    tables = installed().names
    if isinstance(given, list | tuple):
        return f"columns are named: columns={list(given)!r}"
    if given in tables and isinstance(table, str):
        return f"several tables are a list: load([{table!r}, {given!r}])"
    if table in tables and given in installed()[str(table)].names:
        return f"columns are named: columns=[{given!r}]"
    return ""


def frame_of(table: Table, columns: Names | None = None, labels: bool = False) -> pd.DataFrame:
    """Rows of a table of a package as a DataFrame, as ``load`` gives it."""
    names = _columns(table, columns)
    frame = _read(table, names)[names]
    if not labels:
        return frame
    for name, words in _words(table, names):
        frame[f"{name}_label"] = frame[name].map(words).astype("string")
    with_labels = [each for name in names for each in (name, f"{name}_label")]
    return frame[[name for name in with_labels if name in frame]]


def _words(table: Table, names: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Of each of these columns whose codes or ids have labels or names, these by code.

    A table of codes has those of its own rows in a column.
    """
    for name in names:
        target = table.package[table.references[name]] if name in table.references else None
        if target and not {"label", "name"}.isdisjoint(target.names):
            yield name, {row[target.key[0]]: label(row) for row in target.rows}
        elif name in table.labels and [name] != table.key:
            yield name, table.labels[name]


def _read(table: Table, names: list[str]) -> pd.DataFrame:
    from io import BytesIO

    import pandas as pd

    dtypes = {name: dtype for name, dtype in dtypes_of(table).items() if name in names}
    dates = {name: dtype for name, dtype in dtypes.items() if dtype.startswith("datetime")}
    dtypes_read = {**dtypes, **dict.fromkeys(dates, "string")}
    table.require_even()  # pandas fills a row that is too short
    try:
        frame = pd.read_csv(
            BytesIO(table.data),
            encoding="utf-8",
            keep_default_na=False,
            na_values=[""],
            dtype=dtypes_read,
            usecols=names,
        )
        # datetime64 cannot be asked of read_csv; seconds hold 1648, nanoseconds would not
        return frame.astype(dates) if dates else frame
    except (OverflowError, TypeError, ValueError) as error:
        raise table.fault_of_rows(f"pandas cannot read it: {error}") from error


def search(
    words: str,
    directory: Directory | None = None,
    release: str | None = None,
    limit: int | None = None,
) -> list[dict[str, Any]]:
    """Clauses in which all the words are, the best first; at most ``limit``.

    Words are looked for in text and gist, first and last words, labels of topics, act and modifier,
    names of actors, places and resolutions that the clause mentions, title and format. That an
    actor signs is no mention of it. Case, accents, apostrophes and English endings make no
    difference; ``detain*`` is the beginning of a word, ``"led by Syrians"`` a phrase.

    A row has ``clause_id``, ``statement_id``, ``score`` (``float``; higher is better; compare it
    within one search only), ``field`` (where most of the words were found: ``topic``, ``actor``, …;
    a ``gist`` is in the coder's words) and ``snippet`` (what was found there, marked by ``**``).
    Raises ``ArgumentError`` for a query without a word; ``UnknownNameError``, with what could
    help, if no clause has all of them.
    """
    from . import full_text

    return [hit.row() for hit in full_text.search(package_in(directory, release), words, limit)]


def explain(
    clause_id: str, directory: Directory | None = None, release: str | None = None
) -> dict[str, Any]:
    """All that is known of one clause: its rows in every table, with the rows of its codes.

    ``clause``, ``paragraph``, ``statement``, ``page``, on which its words were read, ``act`` and
    ``modifier`` are rows (``page`` and ``modifier`` may be None); ``topics`` is a list of rows, the
    primary topic first; ``actors`` has triples of the mention, the actor and the role; ``places``
    and ``resolutions`` have pairs of the mention and the thing mentioned. Raises
    ``UnknownNameError``.
    """
    return deepcopy(lookup.explain(package_in(directory, release), clause_id))


def statement(
    statement_id: str, directory: Directory | None = None, release: str | None = None
) -> dict[str, Any]:
    """One statement in reading order: its row of ``statements`` and, beside it, its parts.

    ``paragraphs`` is a list of rows, each with its ``clauses``, a list of rows; ``signatories`` and
    ``sources`` are lists of rows. Raises ``UnknownNameError``.
    """
    return deepcopy(lookup.statement(package_in(directory, release), statement_id))


def path() -> str:
    """Directory of the installed data package."""
    return root()


def dtypes_of(table: Table) -> dict[Hashable, str]:
    """pandas dtype of each column, in the order of the schema."""
    return {field["name"]: field_type(field).pandas for field in table.fields}
