"""Networks: who signed with whom, and who signed what, as nodes and edges in a zip.

Columns have the names that Gephi's import knows, and come in the order that igraph wants: the ends
of an edge first, and the id of a node.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations

from .. import cff
from ..fields import to_csv
from .common import release_readme, zip_files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path
    from typing import Any

    from ..package import Record, Rows, Table

    Tables = dict[str, Table]
    Key = tuple[str, str, int]  # a pair and a year

NEEDED = ("actors", "signatories", "statements")
OF_ACTOR = ("kind", "iso3", "cow", "gw")
OF_STATEMENT = ("date", "year", "format_id", "coverage")
OF_PAIR = ("actor_id_a", "actor_id_b")
SIGNED, OF_FORMAT = "joint_signatures", "format_statements"
WITH, WITHOUT = "with_signatories", "without_signatories"
OF_FORMATS = "edges_of_formats.csv"


def write(path: Path, tables: list[Table], about: dict[str, Any]) -> None:
    """Write nodes and edges, the denominators by year, and how programs read them."""
    package = tables[0].package
    needed = [package.needed(name) for name in NEEDED]
    written = _written({table.name: table for table in (*needed, *tables)})
    files = {"README.txt": release_readme(about, {}, _notes(written))}
    files[cff.FILE] = cff.write(package).encode()
    for file, rows in written.items():
        files[file] = to_csv(list(rows[0]), rows).encode()
    zip_files(path, files)


def _written(tables: Tables) -> dict[str, Rows]:
    """The rows of each file that has some."""
    made = {file: list(make(tables)) for file, make in MAKERS.items()}
    return {file: rows for file, rows in made.items() if rows}


# --- one mode: actors -----------------------------------------------------------------------------


def _nodes(tables: Tables) -> Iterator[Record]:
    """The actors that signed, or are the end of an edge."""
    signed = _signed(tables)
    paired = {row[end] for row in _pairs(tables) for end in OF_PAIR}
    for row in tables["actors"].rows:
        if row["actor_id"] in paired | signed.keys():
            yield {**_actor(row), "statements_signed": signed[row["actor_id"]]}


def _signed(tables: Tables) -> Counter[str]:
    """How many statements each actor signed."""
    return Counter(actor for actors in _signatories(tables).values() for actor in actors)


def _signatories(tables: Tables) -> dict[str, set[str]]:
    """The actors that signed each statement."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in tables["signatories"].rows:
        found[row["statement_id"]].add(row["actor_id"])
    return found


def _actor(row: Record) -> Record:
    """The node of an actor, with the codes that the release has."""
    return {"Id": row["actor_id"], "Label": row["name"], **_known(row, OF_ACTOR)}


def _known(row: Record, names: Iterable[str]) -> Record:
    """The cells of these columns, as far as the release has them."""
    return {name: row[name] for name in names if name in row}


def _pairs(tables: Tables) -> Rows:
    """The rows of ``dyad_year``, which older releases lack."""
    return tables["dyad_year"].rows if "dyad_year" in tables else []


def _edges(tables: Tables) -> Iterator[Record]:
    """Pairs by year, as they follow from the signatories, with what else is counted of them."""
    known = {_key(row): row for row in _pairs(tables)}
    for key, weight in sorted(_joint(tables).items()):
        yield {**_edge(key, weight), **_counted(known.get(key, {}), SIGNED)}


def _joint(tables: Tables) -> Counter[Key]:
    """How many statements of a year name both of a pair."""
    found: Counter[Key] = Counter()
    day = {row["statement_id"]: row["date"] for row in tables["statements"].rows}
    for statement, actors in _signatories(tables).items():
        year = day[statement].year
        found.update((*pair, year) for pair in combinations(sorted(actors), 2))
    return found


def _edges_of_formats(tables: Tables) -> Iterator[Record]:
    """Pairs by year whose formats issued statements that name no state."""
    for row in _pairs(tables):
        if weight := row.get(OF_FORMAT):
            yield {**_edge(_key(row), weight), **_counted(row, OF_FORMAT)}


def _key(row: Record) -> Key:
    return row["actor_id_a"], row["actor_id_b"], row["year"]


def _edge(key: Key, weight: int) -> Record:
    one, other, year = key
    return {**_ends(one, other, weight), "year": year}


def _ends(one: str, other: str, weight: int) -> Record:
    return {"Source": one, "Target": other, "Type": "Undirected", "Weight": weight}


def _counted(row: Record, weight: str) -> Record:
    """What a row of ``dyad_year`` counts beside the weight."""
    said = {"year", weight}
    names = [name for name in row if name[-2:] not in ("_a", "_b")]
    return {name: row[name] for name in names if name not in said}


# --- two modes: actors and statements -------------------------------------------------------------


def _signatures(tables: Tables) -> Iterator[Record]:
    """Who signed what, as often as the statement names it."""
    about = tables["statements"].rows_by("statement_id")
    for row in tables["signatories"].rows:
        ends = _ends(row["actor_id"], row["statement_id"], 1)
        of_statement = _known(about[row["statement_id"]][0], OF_STATEMENT)
        yield {**ends, **of_statement, "role_id": row["role_id"]}


def _signature_nodes(tables: Tables) -> Iterator[Record]:
    """The actors that signed and all statements, also those that name nobody."""
    signed = _signed(tables)
    columns = {*tables["actors"].names, *tables["statements"].names}
    empty = dict.fromkeys(filter(columns.__contains__, (*OF_ACTOR, *OF_STATEMENT)))
    for row in tables["actors"].rows:
        if row["actor_id"] in signed:
            yield {"Id": "", "Label": "", "mode": "actor", **empty, **_actor(row)}
    for row in tables["statements"].rows:
        node = {"Id": row["statement_id"], "Label": row["title"], "mode": "statement"}
        yield {**node, **empty, **_known(row, OF_STATEMENT)}


# --- denominators ---------------------------------------------------------------------------------


def _years(tables: Tables) -> Iterator[Record]:
    """Of each year the number of statements, and of those that name who issues them, and nobody."""
    named = _signatories(tables)
    years: dict[int, Counter[bool]] = defaultdict(Counter)
    for row in tables["statements"].rows:
        years[row["date"].year][row["statement_id"] in named] += 1
    for year, counted in sorted(years.items()):
        of_names = {WITH: counted[True], WITHOUT: counted[False]}
        yield {"year": year, "statements": counted.total(), **of_names}


# --- what is said of it ---------------------------------------------------------------------------


def _notes(written: dict[str, Rows]) -> Iterator[str]:
    """What is in each file, out of how many statements, and how programs read it."""
    sizes = {file: len(rows) for file, rows in written.items()}
    yield "\n".join(f"- `{file}`: {WHAT[file]} Rows: {rows}." for file, rows in sizes.items())
    yield _seen(written)
    yield PROGRAMS


def _seen(written: dict[str, Rows]) -> str:
    """Out of how many statements the edges are."""
    years = written["years.csv"]
    named, unnamed = (sum(row[name] for row in years) for name in (WITH, WITHOUT))
    edges = f"Edges are of the {named} of {named + unnamed} statements that name who issues them."
    nobody = f"The other {unnamed} name nobody: who was behind them is unknown"
    has_formats = OF_FORMATS in written
    apart = f", but for what {OF_FORMATS} counts; never add the two" if has_formats else ""
    return f"{edges} {nobody}{apart}. No edge: no statement here names both."


PROGRAMS = """\
Gephi: File, Import spreadsheet: nodes.csv as nodes table, then edges.csv as edges table,
appended to the same workspace, undirected, edges merged by sum for all years together.

R, igraph:

    library(igraph); nodes <- read.csv("nodes.csv", na = ""); edges <- read.csv("edges.csv")
    g <- graph_from_data_frame(edges, directed = FALSE, vertices = nodes)
    E(g)$weight <- E(g)$Weight; g <- simplify(g, edge.attr.comb = list(weight = "sum", "ignore"))

Python, networkx (pandas 2 or 3):

    nodes = pd.read_csv("nodes.csv", dtype=str, keep_default_na=False).set_index("Id")
    edges = pd.read_csv("edges.csv").groupby(["Source", "Target"], as_index=False)["Weight"].sum()
    g = nx.from_pandas_edgelist(edges, "Source", "Target", "Weight")
    g.add_nodes_from(nodes.to_dict("index").items())

For one year, take the rows of edges.csv with that year, and of nodes.csv those whose Id is in them:
the others would count as actors who signed with nobody. Two modes, with signatures.csv as edges and
signature_nodes.csv as nodes: V(g)$type <- V(g)$mode == "statement" in igraph."""
# File → the function that gives its rows; a file that would have none is not written.
MAKERS: dict[str, Callable[[Tables], Iterator[Record]]] = {
    "nodes.csv": _nodes,
    "edges.csv": _edges,
    OF_FORMATS: _edges_of_formats,
    "signatures.csv": _signatures,
    "signature_nodes.csv": _signature_nodes,
    "years.csv": _years,
}
WHAT = {
    "nodes.csv": "The actors: Id, Label, kind, codes of states, and how many statements each"
    " signed.",
    "edges.csv": "One row for each pair of actors and year in which both signed a statement."
    " Weight: how many statements of the year name both. Further columns are those of dyad_year.",
    OF_FORMATS: "The same for statements that name no state. Weight: how many of them are of a"
    " format to which both belonged on that day; format_statements_bound says whether these are"
    " all.",
    "signatures.csv": "Two modes: one row for each signatory, Source, of a statement, Target.",
    "signature_nodes.csv": "The nodes of signatures.csv: actors that signed, and all statements."
    " One without an edge names nobody.",
    "years.csv": "Denominators: the statements of each year, with and without signatories.",
}
