"""Shares with their bounds: counted again from the rows, and by hand in a small package."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

import pytest
from small import Copy, runner

import syria_statements as ss
from syria_statements import shares
from syria_statements.cli import main

STATEMENTS = ss.rows("statements")
CLAUSES = ss.rows("clauses")
CLASS = {row["act_id"]: row["class"] for row in ss.rows("acts")}
GROUP = {row["topic_id"]: row["topic_group_id"] for row in ss.rows("topics")}
COUNTED = shares.COUNTS[:-2]


def mentioned(table: str, column: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for row in ss.rows(table):
        found[row["clause_id"]].add(row[column])
    return found


FURTHER = mentioned("clause_topics", "topic_id")
ACTORS = mentioned("clause_actors", "actor_id")
PLACES = mentioned("clause_places", "place_id")
RESOLUTIONS = mentioned("resolution_references", "resolution_id")


def topics(clause: dict[str, Any]) -> set[str]:
    return {clause["topic_id"], *FURTHER[clause["clause_id"]]}


def counted(statements: list[dict[str, Any]], clauses: list[dict[str, Any]]) -> list[int]:
    """The counts of a group, one statement after the other."""
    having = {clause["statement_id"] for clause in clauses}
    found = dict.fromkeys(COUNTED, 0)
    for row in statements:
        found["statements"] += 1
        found["coded"] += row["coverage"] != "none"
        found["complete"] += row["coverage"] == "complete"
        is_present, is_complete = row["statement_id"] in having, row["coverage"] == "complete"
        found["present" if is_present else "absent" if is_complete else "unknown"] += 1
    return list(found.values())


def counts(group: dict[str, Any]) -> list[int]:
    return [group[name] for name in COUNTED]


@pytest.mark.parametrize("topic", GROUP)
def test_a_topic_as_primary_and_as_any(topic: str) -> None:
    primary = [clause for clause in CLAUSES if clause["topic_id"] == topic]
    anywhere = [clause for clause in CLAUSES if topic in topics(clause)]
    assert counts(ss.share(f"topic_id={topic}")[0]) == counted(STATEMENTS, primary)
    assert counts(ss.share(f"any_topic_id={topic}")[0]) == counted(STATEMENTS, anywhere)


@pytest.mark.parametrize("group", [row["topic_group_id"] for row in ss.rows("topic_groups")])
def test_a_group_of_topics_counts_once(group: str) -> None:
    primary = [clause for clause in CLAUSES if GROUP[clause["topic_id"]] == group]
    anywhere = [clause for clause in CLAUSES if group in {GROUP[t] for t in topics(clause)}]
    assert counts(ss.share(f"topic_group_id={group}")[0]) == counted(STATEMENTS, primary)
    assert counts(ss.share(f"any_topic_group_id={group}")[0]) == counted(STATEMENTS, anywhere)


def test_all_conditions_hold_in_one_clause() -> None:
    has = ["act_class=directive", "actor_id=parties-to-conflict", "topic_id=ceasefire"]
    wanted = [
        clause
        for clause in CLAUSES
        if CLASS[clause["act_id"]] == "directive"
        and "parties-to-conflict" in ACTORS[clause["clause_id"]]
        and clause["topic_id"] == "ceasefire"
    ]
    found = ss.share(has)[0]
    assert counts(found) == counted(STATEMENTS, wanted)
    apart = [{s["statement_id"] for s in STATEMENTS}]
    for condition in has:
        name, value = condition.split("=")
        if name == "act_class":
            clauses = [c for c in CLAUSES if CLASS[c["act_id"]] == value]
        elif name == "actor_id":
            clauses = [c for c in CLAUSES if value in ACTORS[c["clause_id"]]]
        else:
            clauses = [c for c in CLAUSES if c["topic_id"] == value]
        apart.append({clause["statement_id"] for clause in clauses})
    assert 0 < found["present"] < len(set.intersection(*apart))


@pytest.mark.parametrize(
    ("condition", "mentions"),
    [
        ("actor_id=russia", ACTORS),
        ("place_id=idlib", PLACES),
        ("resolution_id=S/RES/2254(2015)", RESOLUTIONS),
    ],
)
def test_what_a_clause_mentions(condition: str, mentions: dict[str, set[str]]) -> None:
    value = condition.partition("=")[2]
    wanted = [clause for clause in CLAUSES if value in mentions[clause["clause_id"]]]
    assert wanted
    assert counts(ss.share(condition)[0]) == counted(STATEMENTS, wanted)


def test_a_missing_value() -> None:
    wanted = [clause for clause in CLAUSES if clause["modifier_id"] is None]
    assert counts(ss.share("modifier_id=")[0]) == counted(STATEMENTS, wanted)


def test_groups_of_some_statements() -> None:
    signed = {r["statement_id"] for r in ss.rows("signatories") if r["actor_id"] == "germany"}
    among = [row for row in STATEMENTS if row["statement_id"] in signed]
    wanted = [clause for clause in CLAUSES if clause["topic_id"] == "sanctions"]
    found = ss.share("topic_id=sanctions", ["actor_id=germany"], by="year")
    states = {row["actor_id"] for row in ss.rows("actors") if row["kind"] == "state"}
    named = {r["statement_id"] for r in ss.rows("signatories") if r["actor_id"] in states}
    unnamed = [row for row in STATEMENTS if row["statement_id"] not in named]
    years = sorted({row["date"].year for row in [*among, *unnamed]})
    assert [group["year"] for group in found] == years
    for group in found:
        assert group["unnamed"] == sum(row["date"].year == group["year"] for row in unnamed)
        of_year = [row for row in among if row["date"].year == group["year"]]
        assert counts(group) == counted(of_year, wanted)
    assert ss.share("topic_id=sanctions", ["actor_id=germany", "year=2018"])[0] == {
        name: next(group for group in found if group["year"] == 2018)[name]
        for name in (*shares.COUNTS, "unnamed")
    }
    assert "unnamed" not in ss.share("topic_id=sanctions", ["year=2018"])[0]


@pytest.mark.parametrize("column", [*STATEMENTS[0], "year"])
def test_groups_of_every_column_add_up(column: str) -> None:
    whole, groups = ss.share("topic_id=ceasefire")[0], ss.share("topic_id=ceasefire", by=column)
    assert [sum(group[name] for group in groups) for name in COUNTED] == counts(whole)
    assert None not in [group[column] for group in groups[:-1]]
    for group in [whole, *groups]:
        parts = group["present"] + group["absent"] + group["unknown"]
        assert parts == group["statements"] >= group["coded"] >= group["complete"]
        assert 0 <= group["low"] <= group["high"] <= 1
        assert (group["low"] == group["high"]) == (group["unknown"] == 0)


def test_conditions_are_those_of_show() -> None:
    """Capitals, blanks, periods and signs mean the same; a group is named as its column is."""
    found = ss.share(" Act_Class = Directive", ["date>=2019", "Format_ID!=Astana"], by=" Year")
    wanted = {act for act, name in CLASS.items() if name == "directive"}
    clauses = [clause for clause in CLAUSES if clause["act_id"] in wanted]
    rows = [r for r in STATEMENTS if r["date"].year >= 2019 and r["format_id"] != "astana"]
    assert [group["year"] for group in found] == sorted({row["date"].year for row in rows})
    for group in found:
        of_year = [row for row in rows if row["date"].year == group["year"]]
        assert counts(group) == counted(of_year, clauses)
    assert ss.share("act_id=ask", "year=2019") == ss.share("act_id=ask", "date=2019")


def test_not_in_any_place_is_not_in_one() -> None:
    wanted = [clause for clause in CLAUSES if "ceasefire" not in topics(clause)]
    assert 0 < len(wanted) < len(CLAUSES)
    assert counts(ss.share("any_topic_id!=ceasefire")[0]) == counted(STATEMENTS, wanted)


def test_who_did_not_sign_is_not_known_of_a_statement_that_names_no_state() -> None:
    signed = ss.share("act_id=ask", "actor_id=germany")[0]
    others = ss.share("act_id=ask", "actor_id!=germany")[0]
    assert signed["unnamed"] == others["unnamed"] > 0
    of_all = signed["statements"] + others["statements"] + others["unnamed"]
    assert of_all == len(STATEMENTS)


def test_by_hand(copy: Copy) -> None:
    """One of three statements is complete, one was seen in part, and one not at all."""
    everywhere = {"statements": 3, "coded": 2, "complete": 1}
    assert ss.share("topic_id=elections", directory=copy.root) == [
        {**everywhere, "present": 1, "absent": 0, "unknown": 2, "low": 0.3333, "high": 1.0}
    ]
    assert ss.share("topic_id=narcotics", directory=copy.root) == [
        {**everywhere, "present": 0, "absent": 1, "unknown": 2, "low": 0.0, "high": 0.6667}
    ]
    assert ss.share("topic_id=narcotics", "coverage=complete", directory=copy.root) == [
        {**dict.fromkeys(COUNTED, 1), "present": 0, "unknown": 0, "low": 0.0, "high": 0.0}
    ]


def test_of_no_statements_there_is_no_share() -> None:
    none = {**dict.fromkeys(COUNTED, 0), "low": None, "high": None}
    assert ss.share("topic_id=ceasefire", ["coverage=complete", "year=2011"]) == [none]
    assert ss.share("topic_id=ceasefire", ["coverage=complete", "year=2011"], by="year") == []


WRONG: list[tuple[dict[str, Any], type[ss.Error], str]] = [
    ({"has": "topic_id"}, ss.ArgumentError, "'topic_id' is no condition; write COLUMN=VALUE"),
    ({"has": []}, ss.ArgumentError, "has is empty; write at least one COLUMN=VALUE"),
    ({"has": 3}, ss.ArgumentError, "3 is no list of conditions; write COLUMN=VALUE"),
    ({"has": [3]}, ss.ArgumentError, "3 is not a condition"),
    (
        {"has": "topic=aid"},
        ss.UnknownNameError,
        "not counted by 'topic'; perhaps topic_id or any_topic_id is meant; allowed are act_class,",
    ),
    (
        {"has": "topic_id=aid"},
        ss.UnknownNameError,
        "no topic_id 'aid'; allowed are accountability,",
    ),
    ({"has": "any_topic_id="}, ss.UnknownNameError, "topic_id is never empty"),
    (
        {"has": "topic_group_id=aid"},
        ss.UnknownNameError,
        "no topic_group_id 'aid'; allowed are external",
    ),
    ({"has": "act_class=order"}, ss.UnknownNameError, "no class 'order'; allowed are assertive,"),
    ({"has": "actor_id=jorden"}, ss.UnknownNameError, "known are jordan"),
    (
        {"has": "topic_id=ceasefire", "among": "year=2030"},
        ss.UnknownNameError,
        "no row of statements has year=2030; year is from 2011 to",
    ),
    (
        {"has": "topic_id=ceasefire", "among": "act_id=call"},
        ss.UnknownNameError,
        "statements are not counted by 'act_id'",
    ),
    (
        {"has": "topic_id=ceasefire", "by": "actor_id"},
        ss.UnknownNameError,
        "statements have no column 'actor_id'; allowed are",
    ),
    (
        {"has": "act_id=ask", "among": "format=astana"},
        ss.UnknownNameError,
        "'format'; perhaps format_id is meant; allowed are",
    ),
    (
        {"has": "act_id=ask", "by": "format"},
        ss.UnknownNameError,
        "'format'; perhaps format_id is meant; allowed are",
    ),
    *(
        ({"has": "act_id=ask", "among": f"{word}=Russia"}, ss.UnknownNameError, "perhaps actor_id")
        for word in shares.SAID_AS
    ),
    (
        {"has": "any_topic_id=humanitarian"},
        ss.UnknownNameError,
        "no any_topic_id 'humanitarian'; write any_topic_group_id=humanitarian",
    ),
    ({"has": "act_id=directive"}, ss.UnknownNameError, "write act_class=directive"),
    (
        {"has": "act_id=ask", "among": "actor_id=russian-federation"},
        ss.UnknownNameError,
        "no actor_id 'russian-federation'; Russian Federation is russia",
    ),
    (
        {"has": "act_id=ask", "among": "year=2019-2021"},
        ss.ArgumentError,
        'year \'2019-2021\' is two values; write "year>=2019" and "year<=2021"',
    ),
    (
        {"has": "act_id=ask", "among": ["year=2020", "year=2019"]},
        ss.ArgumentError,
        'all must hold; ask for one at a time, or for all between: "year>=2019" and "year<=2020"',
    ),
    (
        {"has": ["topic_id=humanitarian-aid", "topic_id=humanitarian-access"]},
        ss.ArgumentError,
        "all must hold; topic_group_id=humanitarian finds either",
    ),
    (
        {"has": "act_id=ask", "by": ["format_id", "year"]},
        ss.ArgumentError,
        "by is one column, not the list ['format_id', 'year']",
    ),
    ({"has": "topic_id=ceasefire", "by": 3}, ss.ArgumentError, "3 is not a column"),
    (
        {"has": "topic_group_id=humanitarian", "release": "0.2.0"},
        ss.UnknownNameError,
        "topics has no column 'topic_group_id'",
    ),
]


@pytest.mark.parametrize(("arguments", "kind", "words"), WRONG)
def test_what_is_wrong_is_told_in_one_line(
    arguments: dict[str, Any], kind: type[ss.Error], words: str
) -> None:
    with pytest.raises(kind) as raised:
        ss.share(**arguments)
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)


def test_of_an_older_release() -> None:
    found = ss.share("topic_id=ceasefire", by="year", release="0.2.0")
    assert sum(group["statements"] for group in found) == len(
        ss.rows("statements", release="0.2.0")
    )


def test_the_command_prints_what_the_function_gives() -> None:
    arguments = ["--has", "act_class=directive", "--has", "topic_group_id=humanitarian"]
    arguments += ["--among", "format_id=astana", "--by", "year", "--format", "json"]
    done = runner().invoke(main, ["share", *arguments])
    has = ["act_class=directive", "topic_group_id=humanitarian"]
    assert json.loads(done.stdout) == ss.share(has, "format_id=astana", by="year")


@pytest.mark.parametrize("arguments", [["--among", "x=1"], ["--by", "x"]])
def test_no_column_is_listed_twice(arguments: list[str]) -> None:
    told = runner().invoke(main, ["share", "--has", "act_id=ask", *arguments]).stderr
    listed = told.rpartition("allowed are ")[2].strip().split(", ")
    assert "year" in listed
    assert len(listed) == len(set(listed))


def test_what_several_conditions_mean_is_printed_below_the_share() -> None:
    both = ["any_topic_id=humanitarian-aid", "any_topic_id=humanitarian-access"]
    assert shares.reading(both) == (
        "such a clause: one clause meets all conditions;"
        " any_topic_group_id=humanitarian finds a clause with either."
    )
    asked = [word for condition in both for word in ("--has", condition)]
    printed = runner().invoke(main, ["share", *asked]).stdout
    assert shares.reading(both) in " ".join(printed.split())
    apart = ["any_topic_id=humanitarian-aid", "any_topic_id=ceasefire"]
    assert shares.reading(apart) == "such a clause: one clause meets all conditions."
    assert shares.reading(["act_id=ask"]) == ""


def test_conditions_on_one_column_that_can_both_hold_are_no_error() -> None:
    """A clause has several topics, a statement several signatories; a month is in its year."""
    both = ["any_topic_id=humanitarian-aid", "any_topic_id=humanitarian-access"]
    assert ss.share(both)[0]["present"] > 0
    assert ss.share("act_id=ask", ["actor_id=russia", "actor_id=turkey"])[0]["statements"] > 0
    assert ss.share("act_id=ask", ["date=2019", "date=2019-11"]) == ss.share(
        "act_id=ask", "date=2019-11"
    )
