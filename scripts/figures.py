"""Figures of README and docs/: numbers and tables that follow from the installed package."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import syria_statements as ss
from syria_statements import citation
from syria_statements.coverage import rows_of
from syria_statements.exports.formats import FORMATS
from syria_statements.package import Package, Table

PROJECT = Path(__file__).resolve().parent.parent
CODEBOOK = "docs/codebook.html"  # the page, where views have a section as tables do
# Clauses that show what the data are: many formats, acts and topics, one of them verbatim.
SAMPLE = (
    "friends-of-syria-2012-07-06.c10",
    "russia-us-2016-02-22.c03",
    "brussels-conference-2017-04-05.c07",
    "g7-2018-04-16.c02",
    "istanbul-summit-2018-10-27.c10",
    "small-group-2019-11-14.c16",
    "ad-hoc-2021-05-25.c01",
    "astana-2022-11-23.c03",
    "anniversary-2023-03-15.c06",
    "arab-meetings-2025-07-17.c05",
)


def figures() -> dict[str, str]:
    """Text of each figure by its name."""
    package = Package()
    return {
        "version": citation.release(package.descriptor)["version"],
        "citation": ss.cite(),
        **_counts(package),
        **_coded(package["statements"]),
        **_coverages(package["statements"]),
        "recoded": str(package["reliability"].rows[0]["statements"]),
        "sample": _sample(package["flat"]),
        "tables": _tables(package),
        "export formats": _export_formats(),
        "agreement": _agreement(package["reliability"]),
        "alphas": _alphas(package["reliability"]),
    }


def _counts(package: Package) -> dict[str, str]:
    statements, clauses = package["statements"].rows, package["clauses"].rows
    years = [row["date"].year for row in statements]
    counts = {
        "statements": len(statements),
        "formats": len({row["format_id"] for row in statements}),
        "first year": min(years),
        "last year": max(years),
        "clauses": len(clauses),
        "named states": len(_with_states(package)),
        "unnamed": sum(row["signatory_count"] is None for row in statements),
    }
    return {name: str(count) for name, count in counts.items()}


def _with_states(package: Package) -> set[str]:
    """The statements that name a state as signatory."""
    states = {row["actor_id"] for row in package["actors"].rows if row["kind"] == "state"}
    signed = package["signatories"].rows
    return {row["statement_id"] for row in signed if row["actor_id"] in states}


def _coded(statements: Table) -> dict[str, str]:
    """Number of coded statements, and of those whose words the package has, or has not."""
    coded = [row for row in statements.rows if row["coverage"] != "none"]
    whose = Counter(row["text_status"] for row in coded)
    return {
        "coded": str(len(coded)),
        "verbatim": str(whose["verbatim"]),
        "paraphrased": str(whose["paraphrase"]),
    }


def _coverages(statements: Table) -> dict[str, str]:
    """Number of statements of each coverage, those of which there are none too."""
    seen = Counter(row["coverage"] for row in statements.rows)
    codes = statements.labels["coverage"]
    return {f"coverage {code}": str(seen[code]) for code in codes}


# --- tables of Markdown ---------------------------------------------------------------------------


def _sample(flat: Table) -> str:
    """Some rows of ``flat``, with the columns that are read first."""
    names = ("date", "format", "act", "topic", "words", "words_kind", "coverage", "clause_id")
    rows = sorted(
        (row for row in flat.rows if row["clause_id"] in SAMPLE), key=lambda row: row["date"]
    )
    return _markdown(names, "", [[str(row[name]) for name in names] for row in rows])


def _tables(package: Package) -> str:
    """The tables, with addresses as a page in docs/ has them."""
    rows = [_table_row(table, f"../{table.resource['path']}") for table in package.tables.values()]
    page = CODEBOOK.rpartition("/")[2]
    rows += [_table_row(view, f"{page}#{name}") for name, view in package.views.items()]
    return _markdown(("table", "what", "rows", "key"), "", rows)


def _table_row(table: Table, address: str) -> list[str]:
    link = f"[{table.name}]({address})"
    return [link, table.resource["description"], rows_of(table), ", ".join(table.key)]


def _agreement(reliability: Table) -> str:
    names = ("variable", "alpha", "interval", "agreement", "units")
    rows = [_agreement_row(row) for row in reliability.rows]
    return _markdown(names, "-::::", rows)


def _export_formats() -> str:
    """The formats of exports, and what each needs beside the package."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    needs = {"": ""} | {
        extra: ", ".join(re.findall(r"(?m)^[\w-]+", "\n".join(libraries)))
        for extra, libraries in project["optional-dependencies"].items()
    }
    rows = [[f"`{name}`", form.what, needs[form.extra]] for name, form in FORMATS.items()]
    return _markdown(("`export`", "what it writes", "needs"), "", rows)


def _alphas(reliability: Table) -> str:
    """The agreement of each variable, the best first: ``act 0.91, topic 0.86``."""
    rows = sorted(reliability.rows, key=lambda row: -row["alpha"])
    return ", ".join(f"{row['variable_id']} {row['alpha']:.2f}" for row in rows)


def _agreement_row(row: dict[str, Any]) -> list[str]:
    return [
        row["variable_id"],
        f"{row['alpha']:.2f}",
        f"{row['ci_low']:.2f} to {row['ci_high']:.2f}",
        f"{100 * row['agreement']:.0f} %",
        f"{row['units']} × {row['unit_of_analysis']}",
    ]


def _markdown(names: Sequence[str], right: str, rows: list[list[str]]) -> str:
    """A table on lines of its own; a colon in ``right`` aligns its column to the right."""
    rules = ["---:" if mark == ":" else "---" for mark in right.ljust(len(names))]
    rule = f"|{'|'.join(rules)}|"
    lines = ["", _cells(names), rule, *map(_cells, rows), ""]
    return "\n".join(lines)


def _cells(row: Sequence[str]) -> str:
    return f"| {' | '.join(row)} |"
