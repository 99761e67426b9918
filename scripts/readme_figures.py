"""The figures of the README: numbers and tables that follow from the installed package."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import syria_statements as ss
from syria_statements import citation
from syria_statements.coverage import rows_of
from syria_statements.package import Package, Table

CODEBOOK = "docs/codebook.html"  # the page, where views have a section as tables do


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
        "tables": _tables(package),
        "agreement": _agreement(package["reliability"]),
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
        "unnamed": sum(row["signatory_count"] is None for row in statements),
    }
    return {name: str(count) for name, count in counts.items()}


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


def _tables(package: Package) -> str:
    rows = [_table_row(table, table.resource["path"]) for table in package.tables.values()]
    rows += [_table_row(view, f"{CODEBOOK}#{name}") for name, view in package.views.items()]
    return _markdown(("table", "what", "rows", "key"), "", rows)


def _table_row(table: Table, address: str) -> list[str]:
    link = f"[{table.name}]({address})"
    return [link, table.resource["description"], rows_of(table), ", ".join(table.key)]


def _agreement(reliability: Table) -> str:
    names = ("variable", "alpha", "interval", "agreement", "units")
    rows = [_agreement_row(row) for row in reliability.rows]
    return _markdown(names, "-::::", rows, "  ")


def _agreement_row(row: dict[str, Any]) -> list[str]:
    return [
        row["variable_id"],
        f"{row['alpha']:.2f}",
        f"{row['ci_low']:.2f} to {row['ci_high']:.2f}",
        f"{100 * row['agreement']:.0f} %",
        f"{row['units']} × {row['unit_of_analysis']}",
    ]


def _markdown(names: Sequence[str], right: str, rows: list[list[str]], indent: str = "") -> str:
    """A table on lines of its own; a colon in ``right`` aligns its column to the right."""
    rules = ["---:" if mark == ":" else "---" for mark in right.ljust(len(names))]
    rule = f"|{'|'.join(rules)}|"
    lines = ["", _cells(names), rule, *map(_cells, rows), ""]
    return f"\n{indent}".join(lines)


def _cells(row: Sequence[str]) -> str:
    return f"| {' | '.join(row)} |"
