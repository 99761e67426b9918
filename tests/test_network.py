"""The network: its totals are those of the tables, and programs that did not write it read it."""

from __future__ import annotations

import subprocess
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pytest
from conftest import need

import syria_statements as ss
from syria_statements import exports
from syria_statements.exports import to_network

ENDS = ["Source", "Target", "Type", "Weight"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("network")
    with zipfile.ZipFile(exports.export("network", target)) as source:
        source.extractall(target)
    return target


def read(folder: Path, file: str) -> list[dict[str, Any]]:
    found = duckdb.sql(f"FROM read_csv('{folder / file}', header=true, nullstr='')")
    assert found is not None
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def pair(row: dict[str, Any]) -> tuple[str, str, int]:
    return row["Source"], row["Target"], row["year"]


def test_edges_are_the_pairs_that_signed_together(folder: Path) -> None:
    edges = read(folder, "edges.csv")
    of_dyads = {
        (row["actor_id_a"], row["actor_id_b"], row["year"]): row
        for row in ss.rows("dyad_year")
        if row["joint_signatures"]
    }
    assert {pair(row): row["Weight"] for row in edges} == {
        key: row["joint_signatures"] for key, row in of_dyads.items()
    }
    for row in edges:  # with what dyad_year counts beside it
        known = of_dyads[pair(row)]
        assert {name: row[name] for name in row if name in known} == {
            name: known[name] for name in row if name in known
        }
    assert "statements_coded" in edges[0]


def test_edges_of_formats_are_apart(folder: Path) -> None:
    edges = read(folder, "edges_of_formats.csv")
    assert {pair(row): (row["Weight"], row["format_statements_bound"]) for row in edges} == {
        (row["actor_id_a"], row["actor_id_b"], row["year"]): (
            row["format_statements"],
            row["format_statements_bound"],
        )
        for row in ss.rows("dyad_year")
        if row["format_statements"]
    }


def test_signatures_are_the_signatories(folder: Path) -> None:
    dates = {row["statement_id"]: row["date"] for row in ss.rows("statements")}
    found = read(folder, "signatures.csv")
    assert [(row["Source"], row["Target"], row["role_id"]) for row in found] == [
        (row["actor_id"], row["statement_id"], row["role_id"]) for row in ss.rows("signatories")
    ]
    assert all(row["date"] == dates[row["Target"]] and row["Weight"] == 1 for row in found)


def test_nodes_have_codes_and_every_end_of_an_edge_is_one(folder: Path) -> None:
    nodes = {row["Id"]: row for row in read(folder, "nodes.csv")}
    for file in ("edges.csv", "edges_of_formats.csv"):
        ends = {row[end] for row in read(folder, file) for end in ("Source", "Target")}
        assert ends <= nodes.keys(), file
    signed = Counter(
        actor for actor, _ in {(r["actor_id"], r["statement_id"]) for r in ss.rows("signatories")}
    )
    actors = {row["actor_id"]: row for row in ss.rows("actors")}
    for name, node in nodes.items():
        assert node["statements_signed"] == signed[name]
        assert node["Label"] == actors[name]["name"]
        for code in ("kind", "iso3", "cow", "gw"):
            assert node[code] == actors[name][code], (name, code)
    both = read(folder, "signature_nodes.csv")
    assert len({row["Id"] for row in both}) == len(both)
    assert Counter(row["mode"] for row in both) == {
        "actor": len(signed),
        "statement": len(ss.rows("statements")),
    }


def test_denominators_are_beside_the_edges(folder: Path) -> None:
    named = {row["statement_id"] for row in ss.rows("signatories")}
    statements = ss.rows("statements")
    years = read(folder, "years.csv")
    for row in years:
        of_year = [one["statement_id"] for one in statements if one["year"] == row["year"]]
        assert row["statements"] == len(of_year)
        assert row["with_signatories"] == len(named & {*of_year})
        assert row["without_signatories"] == len({*of_year} - named)
    assert sum(row["statements"] for row in years) == len(statements)
    text = (folder / "README.txt").read_text("utf-8")
    assert f"Edges are of the {len(named)} of {len(statements)} statements" in text
    assert f"The other {len(statements) - len(named)} name nobody" in text


def test_columns_are_those_that_gephi_and_igraph_know(folder: Path) -> None:
    """Gephi knows them by name, in its spreadsheet import; igraph and networkx by their place."""
    for file in to_network.MAKERS:
        header = (folder / file).read_text("utf-8").partition("\n")[0].split(",")
        if "nodes" in file:
            assert header[:2] == ["Id", "Label"], file
        elif file != "years.csv":
            assert header[:4] == ENDS, file
        assert len({*map(str.lower, header)}) == len(header), file


def test_the_readme_names_every_file_and_the_terms(folder: Path) -> None:
    text = (folder / "README.txt").read_text("utf-8")
    assert ss.cite() in text
    assert "Creative Commons Attribution 4.0" in text
    for file in to_network.MAKERS:
        assert f"- `{file}`: " in text
        assert (folder / file).is_file()


@pytest.mark.parametrize("release", ["0.1.0", "0.2.0"])
def test_older_releases_have_the_network_that_their_tables_give(
    release: str, tmp_path: Path
) -> None:
    with zipfile.ZipFile(exports.export("network", tmp_path, release=release)) as source:
        source.extractall(tmp_path)
    signed = ss.rows("signatories", release=release)
    assert len(read(tmp_path, "signatures.csv")) == len(signed)
    assert sum(row["statements"] for row in read(tmp_path, "years.csv")) == len(
        ss.rows("statements", release=release)
    )
    text = (tmp_path / "README.txt").read_text("utf-8")
    assert "edges_of_formats.csv" not in text  # which these releases could not count


IN_R = """
{code}
cat(vcount(g), ecount(g), sum(E(g)$weight))
"""


@pytest.mark.matrix
def test_igraph_reads_it_by_the_lines_of_the_readme(folder: Path) -> None:
    need("Rscript", "r-base-core")
    lines = to_network.PROGRAMS.split("R, igraph:\n\n")[1].split("\n\n")[0]
    code = IN_R.format(code="\n".join(line.strip() for line in lines.splitlines()))
    done = subprocess.run(
        ["Rscript", "-e", 'suppressMessages(if (!require("igraph")) quit(status = 3))', "-e", code],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 3:
        pytest.skip("NOT TESTED: igraph is missing; apt-get install r-cran-igraph")
    edges = read(folder, "edges.csv")
    pairs = {(row["Source"], row["Target"]) for row in edges}
    total = sum(row["Weight"] for row in edges)
    nodes = len(read(folder, "nodes.csv"))
    assert done.stdout.split()[-3:] == [str(nodes), str(len(pairs)), str(total)], done.stderr
