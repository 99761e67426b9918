"""The formats of exports: each is one entry here, and a module of this folder that writes it."""

from __future__ import annotations

from collections import namedtuple


class Format(
    namedtuple(
        "Format",
        ["module", "suffix", "what", "extra", "file_each", "has_views", "plain", "own"],
        defaults=["", False, False, "", ()],
    )
):
    """How tables are exported.

    ``module`` is a module of this folder with ``write(path, tables, about)``, or
    ``write(path, table, about)`` if each table is a file of its own (``file_each``); it may have
    ``ERROR``, the error by which its library says that a disk is full. ``extra`` is the optional
    dependency of this package that brings the libraries it needs. ``what`` says to a user what is
    written. Where all tables are written, the views are too, if ``has_views`` is true or each is a
    file of its own.
    ``plain`` is the suffix of a file of one table alone, where a user may ask for that;
    ``own`` are the tables or views of which it is made, where a user cannot choose them.
    """

    __slots__ = ()


FORMATS = {
    "csv": Format(
        "to_csv",
        ".zip",
        "a zip with the tables as they are, README, licence and descriptor: a data package; one"
        " table, asked for as .csv, is the file alone",
        plain=".csv",
    ),
    "xlsx": Format(
        "to_xlsx",
        ".xlsx",
        "a workbook: a sheet that explains the others, the views, all codes and columns with what"
        " they mean, a sheet for each table; real dates, filters, links, text never run as a"
        " formula",
        extra="excel",
        has_views=True,
    ),
    "flat": Format(
        "to_xlsx",
        ".xlsx",
        "a workbook with the views: clauses, and all statements; all codes and columns with what"
        " they mean",
        extra="excel",
        own=("flat", "flat_statements"),
    ),
    "stata": Format(
        "to_stata",
        ".dta",
        ".dta (version 118) with labels and notes; beside each code, actor and place a labelled"
        " number `<column>_n` of this release, `unit_n` where several columns make a unit",
        file_each=True,
    ),
    "spss": Format(
        "to_spss",
        ".sav",
        ".sav with labels, levels of measurement, and the same numbers",
        "spss",
        file_each=True,
    ),
    "parquet": Format(
        "to_parquet",
        ".parquet",
        "typed columns, as `load` has them; titles and descriptions as metadata",
        "parquet",
        file_each=True,
    ),
    "sqlite": Format(
        "to_sqlite",
        ".sqlite",
        "a database with types, primary and foreign keys, what each column means in its definition,"
        " and the views `flat` and `flat_statements`",
    ),
    "json": Format(
        "to_json", ".json", "one object: `about`, and in `tables` a list of rows for each table"
    ),
    "network": Format(
        "to_network",
        ".zip",
        "a zip with nodes and edges for Gephi, igraph and networkx: who signed with whom, by year,"
        " and who signed what; statements without signatories apart",
        own=("actors", "dyad_year", "signatories", "statements"),
    ),
}
