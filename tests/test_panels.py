"""Panels: all that they count is counted again here, in pandas, and what is unknown is never zero."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import syria_statements as ss
from syria_statements import panels
from syria_statements.package import installed

CLASSES = ["directive", "commissive", "expressive", "assertive", "declaration"]
ACTOR_YEAR, DYAD_YEAR = ["actor_id", "year"], ["actor_id_a", "actor_id_b", "year"]
KEYS = {
    "actor_year": ACTOR_YEAR,
    "actor_year_topics": [*ACTOR_YEAR, "topic_id"],
    "dyad_year": DYAD_YEAR,
}
OF_ACTOR = ["name", "kind", "iso3", "cow", "gw"]


# --- counted again --------------------------------------------------------------------------------


def statements() -> pd.DataFrame:
    frame = ss.load("statements")
    return frame.assign(year=frame["date"].dt.year)[
        ["statement_id", "format_id", "date", "year", "coverage"]
    ]


def signed() -> pd.DataFrame:
    """One row for each actor and statement that it signed."""
    return statements().merge(ss.load("signatories")[["statement_id", "actor_id"]])


def unnamed() -> pd.DataFrame:
    """The statements that name no state."""
    frame, named = statements(), ss.load("signatories").merge(ss.load("actors"), on="actor_id")
    return frame[~frame["statement_id"].isin(named.loc[named["kind"] == "state", "statement_id"])]


def as_members() -> pd.DataFrame:
    """One row for each actor and statement that names no state, of a format that it belonged to."""
    both = unnamed().merge(ss.load("format_members"), on="format_id")
    is_over = both["valid_to"].notna() & (both["valid_to"] < both["date"])
    return both[(both["valid_from"] <= both["date"]) & ~is_over]


def unlisted() -> pd.DataFrame:
    """The statements that name no state, and of whose format not all members are known."""
    frame, members = unnamed(), as_members()
    partial = set(members.loc[members["extent"] != "complete", "statement_id"])
    known = set(members["statement_id"]) - partial
    return frame[~frame["statement_id"].isin(known)]


def pairs(frame: pd.DataFrame) -> pd.DataFrame:
    """One row for each pair of actors in a statement."""
    both = frame.merge(
        frame[["statement_id", "actor_id"]], on="statement_id", suffixes=("_a", "_b")
    )
    return both[both["actor_id_a"] < both["actor_id_b"]]


def size(frame: pd.DataFrame, keys: list[str], index: pd.Index) -> pd.Series:
    return frame.groupby(keys).size().reindex(index, fill_value=0)


def seen(frame: pd.DataFrame, keys: list[str], index: pd.Index) -> list[pd.Series]:
    """How many statements each key has, how many were coded, and how many of these to the end."""
    coded, complete = frame["coverage"] != "none", frame["coverage"] == "complete"
    return [size(part, keys, index) for part in (frame, frame[coded], frame[complete])]


def coded_topics(primary_only: bool) -> pd.DataFrame:
    """One row for each clause and topic of it, with the class of its act."""
    clauses = ss.load("clauses")[["clause_id", "statement_id", "act_id", "topic_id"]]
    clauses = clauses.merge(ss.load("acts")[["act_id", "class"]])
    if primary_only:
        return clauses
    further = ss.load("clause_topics").merge(clauses.drop(columns="topic_id"), on="clause_id")
    return pd.concat([clauses, further])


def denominators(index: pd.Index, keys: list[str], joined: Any) -> dict[str, pd.Series]:
    """What a panel says of statements, whatever is counted in them."""
    number, coded, complete = seen(joined(signed()), keys, index)
    found = {"statements_coded": coded, "statements_complete": complete}
    found["joint_signatures" if "actor_id_a" in keys else "statements_signed"] = number
    found["bound"] = bound(coded, complete == number)
    members = joined(as_members())
    number, coded, complete = seen(members, keys, index)
    theirs = size(members[members["statement_id"].isin(unlisted()["statement_id"])], keys, index)
    of_year = unlisted().groupby("year").size()
    years = pd.Series(index.get_level_values("year"), index)
    is_all = theirs == years.map(of_year).fillna(0)
    is_known = (number > 0) | is_all
    for ending, column in {"": number, "_coded": coded, "_complete": complete}.items():
        found[f"format_statements{ending}"] = column.where(is_known)
    found["format_statements_bound"] = is_all.map({True: "exact", False: "lower"}).where(is_known)
    found["format_bound"] = bound(coded, is_all & (complete == number))
    return found


def bound(coded: pd.Series, is_exact: pd.Series) -> pd.Series:
    words = is_exact.map({True: "exact", False: "lower"})
    return words.where(coded > 0)


def clause_counts(
    said: pd.DataFrame, keys: list[str], index: pd.Index, ending: str = ""
) -> dict[str, pd.Series]:
    """Clauses of each key, statements with one, and clauses by class."""
    found = {f"clauses{ending}": size(said, keys, index)}
    found[f"statements{ending}"] = size(said.drop_duplicates([*keys, "statement_id"]), keys, index)
    for name in CLASSES:
        found[f"{name}{ending}"] = size(said[said["class"] == name], keys, index)
    return found


def where_coded(
    counts: dict[str, pd.Series], coded: pd.Series, prefix: str = ""
) -> dict[str, pd.Series]:
    return {f"{prefix}{name}": column.where(coded > 0) for name, column in counts.items()}


def attributes(index: pd.Index, column: str, suffix: str = "") -> dict[str, pd.Series]:
    """Name, kind and codes of the actors in a column of the key."""
    actors = ss.load("actors").set_index("actor_id")
    keys = pd.Series(index.get_level_values(column), index)
    return {f"{name}{suffix}": keys.map(actors[name]) for name in OF_ACTOR}


def expected_actor_year() -> pd.DataFrame:
    rows = pd.concat([signed(), as_members()])[ACTOR_YEAR].drop_duplicates()
    index = pd.MultiIndex.from_frame(rows.sort_values(ACTOR_YEAR))
    found = denominators(index, ACTOR_YEAR, lambda frame: frame)
    clauses = coded_topics(primary_only=True)
    counts = clause_counts(signed().merge(clauses, on="statement_id"), ACTOR_YEAR, index)
    counts.pop("statements")
    found |= where_coded(counts, found["statements_coded"])
    members = clause_counts(as_members().merge(clauses, on="statement_id"), ACTOR_YEAR, index)
    of_formats = {"clauses": members["clauses"]}
    found |= where_coded(of_formats, found["format_statements_coded"].fillna(0), "format_")
    return pd.DataFrame({**found, **attributes(index, "actor_id")}, index)


def expected_actor_year_topics() -> pd.DataFrame:
    rows = pd.concat([signed(), as_members()])[ACTOR_YEAR].drop_duplicates()
    topics = ss.load("topics")[["topic_id", "label"]]
    keys = KEYS["actor_year_topics"]
    index = pd.MultiIndex.from_frame(rows.merge(topics, how="cross")[keys].sort_values(keys))
    whole = pd.MultiIndex.from_frame(rows)
    once = denominators(whole, ACTOR_YEAR, lambda frame: frame)
    of_years = index.droplevel("topic_id")
    found = {name: pd.Series(column.loc[of_years].array, index) for name, column in once.items()}
    for ending, primary_only in {"": True, "_all": False}.items():
        clauses = coded_topics(primary_only)
        counts = clause_counts(signed().merge(clauses, on="statement_id"), keys, index, ending)
        found |= where_coded(counts, found["statements_coded"])
        members = clause_counts(as_members().merge(clauses, on="statement_id"), keys, index, ending)
        of_formats = {f"clauses{ending}": members[f"clauses{ending}"]}
        found |= where_coded(of_formats, found["format_statements_coded"].fillna(0), "format_")
    labels = topics.set_index("topic_id")["label"]
    found["topic"] = pd.Series(index.get_level_values("topic_id"), index).map(labels)
    return pd.DataFrame({**found, **attributes(index, "actor_id")}, index)


def expected_dyad_year() -> pd.DataFrame:
    rows = pd.concat([pairs(signed()), pairs(as_members())])[DYAD_YEAR].drop_duplicates()
    index = pd.MultiIndex.from_frame(rows.sort_values(DYAD_YEAR))
    found = denominators(index, DYAD_YEAR, pairs)
    del found["bound"], found["format_bound"]
    codes = attributes(index, "actor_id_a", "_a") | attributes(index, "actor_id_b", "_b")
    return pd.DataFrame({**found, **codes}, index)


EXPECTED = {
    "actor_year": expected_actor_year,
    "actor_year_topics": expected_actor_year_topics,
    "dyad_year": expected_dyad_year,
}


@pytest.mark.parametrize("table", panels.PANELS)
def test_every_row_and_column_is_what_is_counted_here(table: str) -> None:
    panel, expected = ss.load(table).set_index(KEYS[table]), EXPECTED[table]()
    assert list(panel.index) == list(expected.index)
    assert set(panel.columns) == set(expected.columns)
    expected.index = panel.index  # the same, in other types
    for column in panel.columns:
        wrong = panel[column].compare(expected[column].astype(panel[column].dtype).rename(column))
        assert wrong.empty, f"{column}\n{wrong}"


def test_topics_add_up_to_all_clauses_by_their_primary_topic() -> None:
    sums = ss.load("actor_year_topics").groupby(ACTOR_YEAR)[["clauses", *CLASSES]].sum(min_count=1)
    whole = ss.load("actor_year").set_index(ACTOR_YEAR)[["clauses", *CLASSES]]
    assert sums.fillna(-1).equals(whole.fillna(-1))


@pytest.mark.parametrize("table", panels.PANELS)
def test_every_count_of_clauses_has_its_denominators(table: str) -> None:
    for field in installed()[table].fields:
        of_clauses = any(source.startswith("clause") for source in field["derived"])
        assert of_clauses == ("denominators" in field), field["name"]
        prefix = "format_" * field["name"].startswith("format_")
        wanted = [f"{prefix}statements_coded", f"{prefix}statements_complete"]
        assert field.get("denominators", wanted) == wanted


@pytest.mark.parametrize("table", panels.PANELS)
def test_a_panel_of_an_older_release_is_as_it_was(table: str) -> None:
    old = ss.load(table, release="0.2.0")
    assert set(old) < set(ss.load(table))
    assert "bound" not in old


# --- small cases ----------------------------------------------------------------------------------


def rows(header: str, *lines: str) -> list[dict[str, str]]:
    return [dict(zip(header.split(), line.split(","), strict=True)) for line in lines]


def made(
    *texts: str, signatories: tuple[str, ...] = (), members: tuple[str, ...] = ()
) -> dict[str, dict[tuple[Any, ...], dict[str, Any]]]:
    """The panels of some statements, by key.

    ``texts`` are ``id,format,date,coverage``, ``signatories`` are ``id,actor``, ``members`` are
    ``format,actor,from,to,extent``. A statement that is coded has one clause, a call (directive) on
    aid, with access as a secondary topic.
    """
    given = rows("statement_id format_id date coverage", *texts)
    coded = [row["statement_id"] for row in given if row["coverage"] != "none"]
    tables = {
        "statements": given,
        "signatories": rows("statement_id actor_id", *signatories),
        "format_members": rows("format_id actor_id valid_from valid_to extent", *members),
        "clauses": rows(
            "clause_id statement_id act_id topic_id", *(f"{key}.c1,{key},call,aid" for key in coded)
        ),
        "clause_topics": rows("clause_id topic_id", *(f"{key}.c1,access" for key in coded)),
        "acts": rows("act_id class", "call,directive"),
        "topics": rows("topic_id label", "access,Access", "aid,Aid", "other,Other"),
        "actors": rows(
            "actor_id name kind iso3 cow gw",
            "a,A,state,AAA,1,1",
            "b,B,state,BBB,2,2",
            "g,G,organisation,,,",
        ),
    }
    found = panels.panels(tables)
    return {
        name: {tuple(row[column] for column in KEYS[name]): row for row in found[name]}
        for name in found
    }


def test_a_text_that_a_group_signs_alone_is_of_its_members_too() -> None:
    text, signed = "s,f,2020-01-01,complete", ("s,g",)
    members = ("f,a,2019-01-01,,complete", "f,b,2019-01-01,,complete")
    found = made(text, signatories=signed, members=members)
    years, pairs = found["actor_year"], found["dyad_year"]
    assert (years["g", 2020]["statements_signed"], years["g", 2020]["format_statements"]) == (1, 0)
    for state in ("a", "b"):
        assert years[state, 2020]["statements_signed"] == 0
        assert years[state, 2020]["format_statements"] == 1
        assert years[state, 2020]["format_statements_bound"] == "exact"
    assert (pairs["a", "b", 2020]["joint_signatures"], len(pairs)) == (0, 1)
    with_state = made(text, signatories=("s,g", "s,a"), members=members)
    assert with_state["actor_year"]["a", 2020]["format_statements"] == 0
    assert ("b", 2020) not in with_state["actor_year"]


def test_the_number_of_statements_of_a_format_says_what_it_is() -> None:
    texts, signed = ("s,f,2020-01-01,none", "t,h,2020-01-01,none"), ("t,b",)
    listed = made(*texts, signatories=signed, members=("f,a,2019-01-01,,complete",))
    other = (*texts, "u,g,2020-01-01,none")  # of a format whose members nobody knows
    in_part = made(*other, signatories=signed, members=("f,a,2019-01-01,,part",))
    column = "format_statements_bound"
    assert listed["actor_year"]["a", 2020][column] == "exact"
    assert listed["actor_year"]["b", 2020][column] == "exact"  # and their number is 0
    assert in_part["actor_year"]["a", 2020][column] == "lower"
    assert in_part["actor_year"]["b", 2020][column] == ""
    assert in_part["actor_year"]["b", 2020]["format_statements"] == ""


COUNTS = ["statements", "clauses", "directive", "statements_all", "clauses_all", "directive_all"]


@pytest.mark.parametrize(
    ("coverages", "bound", "clauses"),
    [
        (["none"], "", ""),
        (["none", "none"], "", ""),
        (["complete"], "exact", 1),
        (["opening"], "lower", 1),
        (["parts"], "lower", 1),
        (["complete", "none"], "lower", 1),
        (["complete", "parts"], "lower", 2),
        (["complete", "complete"], "exact", 2),
    ],
)
def test_counts_of_what_was_seen_in_part_are_least_numbers(
    coverages: list[str], bound: str, clauses: int | str
) -> None:
    texts = [f"s{n},f,2020-01-0{n},{coverage}" for n, coverage in enumerate(coverages, 1)]
    signatories = tuple(f"s{n},a" for n in range(1, len(texts) + 1))
    found = made(*texts, signatories=signatories)
    row = found["actor_year"]["a", 2020]
    assert (row["bound"], row["clauses"], row["directive"]) == (bound, clauses, clauses)
    assert row["commissive"] == ("" if clauses == "" else 0)
    topics = found["actor_year_topics"]
    assert set(topics) == {("a", 2020, topic) for topic in ("access", "aid", "other")}
    nothing = "" if clauses == "" else 0
    of = {topic: [topics["a", 2020, topic][name] for name in COUNTS] for _, _, topic in topics}
    assert of["aid"] == [clauses] * 6
    assert of["access"] == [nothing] * 3 + [clauses] * 3
    assert of["other"] == [nothing] * 6
    assert {row["bound"] for row in topics.values()} == {bound}
    assert {row["statements_signed"] for row in topics.values()} == {len(texts)}


FORMAT = ["format_statements", "format_statements_coded", "format_statements_complete"]
OF_FORMAT = [*FORMAT, "format_clauses", "format_bound"]
UNKNOWN = [""] * 5
NAMED = "s1,g,2020-03-01,complete"


@pytest.mark.parametrize(
    ("text", "members", "of_a", "of_b"),
    [
        # a is the member, b a signatory of another statement of the year
        ("complete", ["f,a,2011-01-01,,complete"], [1, 1, 1, 1, "exact"], [0, 0, 0, "", ""]),
        ("parts", ["f,a,2011-01-01,,complete"], [1, 1, 0, 1, "lower"], [0, 0, 0, "", ""]),
        ("none", ["f,a,2011-01-01,,complete"], [1, 0, 0, "", ""], [0, 0, 0, "", ""]),
        ("complete", ["f,a,2011-01-01,,part"], [1, 1, 1, 1, "exact"], UNKNOWN),
        ("complete", ["f,a,2020-02-01,2020-02-01,complete"], [1, 1, 1, 1, "exact"], [0, 0, 0, "", ""]),
        ("complete", ["f,a,2011-01-01,2020-01-31,complete"], None, UNKNOWN),
        ("complete", ["f,a,2020-02-02,,complete"], None, UNKNOWN),
        ("complete", ["g,a,2011-01-01,,complete"], None, UNKNOWN),
        ("complete", [], None, UNKNOWN),
    ],
)  # fmt: skip
def test_members_of_a_format_whose_text_names_nobody(
    text: str, members: list[str], of_a: list[Any] | None, of_b: list[Any]
) -> None:
    found = made(NAMED, f"s2,f,2020-02-01,{text}", signatories=("s1,b",), members=tuple(members))
    panel = found["actor_year"]
    assert (("a", 2020) in panel) == (of_a is not None)
    assert [panel["b", 2020][column] for column in OF_FORMAT] == of_b
    if of_a is not None:
        assert [panel["a", 2020][column] for column in OF_FORMAT] == of_a
        assert [panel["a", 2020][name] for name in ("statements_signed", "clauses", "bound")] == [0, "", ""]  # fmt: skip
        topics = found["actor_year_topics"]
        _, coded, _, clauses, _ = of_a
        nothing = 0 if coded else ""
        of_topics = ["format_clauses", "format_clauses_all"]
        assert [topics["a", 2020, "aid"][name] for name in of_topics] == [clauses, clauses]
        assert [topics["a", 2020, "access"][name] for name in of_topics] == [nothing, clauses]


def test_another_text_whose_members_are_unknown_makes_a_least_number() -> None:
    texts = ["s1,f,2020-02-01,complete", "s2,g,2020-03-01,none", "s3,f,2021-02-01,complete"]
    panel = made(*texts, members=("f,a,2011-01-01,,complete",))["actor_year"]
    assert [panel["a", 2020][name] for name in OF_FORMAT] == [1, 1, 1, 1, "lower"]
    assert [panel["a", 2021][name] for name in OF_FORMAT] == [1, 1, 1, 1, "exact"]


def test_pairs_that_signed_and_pairs_of_members() -> None:
    texts = [NAMED, "s2,f,2020-02-01,parts", "s3,g,2021-01-01,parts", "s4,g,2022-01-01,none"]
    members = ("f,a,2011-01-01,,complete", "f,b,2011-01-01,,complete", "f,c,2011-01-01,,complete")
    signed_by = ("s1,a", "s1,b", "s3,a", "s3,b", "s4,a")
    panel = made(*texts, signatories=signed_by, members=members)["dyad_year"]
    columns = ["joint_signatures", "statements_coded", "statements_complete", *FORMAT]
    assert {key: [row[name] for name in columns] for key, row in panel.items()} == {
        ("a", "b", 2020): [1, 1, 1, 1, 1, 0],
        ("a", "c", 2020): [0, 0, 0, 1, 1, 0],
        ("b", "c", 2020): [0, 0, 0, 1, 1, 0],
        ("a", "b", 2021): [1, 1, 0, 0, 0, 0],
    }
