"""Panels: what they count is counted again here, in pandas, and they join to other datasets."""

from __future__ import annotations

import pandas as pd
import pytest

import syria_statements as ss

CLASSES = ["directive", "commissive", "expressive", "assertive", "declaration"]


@pytest.fixture(scope="module")
def signed() -> pd.DataFrame:
    """One row for each actor and statement that it signed, with the statement's year and coverage."""
    statements = ss.load("statements")
    statements["year"] = statements["date"].dt.year
    return ss.load("signatories").merge(statements, on="statement_id")


@pytest.fixture(scope="module")
def said(signed: pd.DataFrame) -> pd.DataFrame:
    """One row for each actor and clause of a statement that it signed, with the class of the act."""
    clauses = ss.load("clauses").merge(ss.load("acts"), on="act_id")
    return signed[["actor_id", "statement_id", "year"]].merge(clauses, on="statement_id")


def counts(series: pd.Series) -> dict[object, int]:
    return {key: int(value) for key, value in series.items() if value}


def test_statements_of_an_actor_and_year_are_those_it_signed(signed: pd.DataFrame) -> None:
    panel = ss.load("actor_year").set_index(["actor_id", "year"])
    keys = ["actor_id", "year"]
    assert counts(panel["statements_signed"]) == counts(signed.groupby(keys).size())
    assert counts(panel["statements_coded"]) == counts(
        signed[signed["coverage"] != "none"].groupby(keys).size()
    )
    assert counts(panel["statements_complete"]) == counts(
        signed[signed["coverage"] == "complete"].groupby(keys).size()
    )


@pytest.mark.parametrize("name", CLASSES)
def test_clauses_of_an_actor_and_year_are_those_of_its_statements(
    name: str, said: pd.DataFrame
) -> None:
    keys = ["actor_id", "year"]
    panel, of_class = ss.load("actor_year").set_index(keys), said[said["class"] == name]
    assert counts(panel[name]) == counts(of_class.groupby(keys).size())
    topics = ss.load("actor_year_topics").set_index([*keys, "topic_id"])
    assert counts(topics[name]) == counts(of_class.groupby([*keys, "topic_id"]).size())


def test_classes_add_up() -> None:
    for table in ("actor_year", "actor_year_topics"):
        panel = ss.load(table)
        assert (panel[CLASSES].sum(axis=1) == panel["clauses"]).all()


def test_joint_signatures_of_a_pair_are_the_statements_that_both_signed(
    signed: pd.DataFrame,
) -> None:
    pairs = signed[["statement_id", "actor_id", "year"]].merge(
        signed[["statement_id", "actor_id"]], on="statement_id", suffixes=("_a", "_b")
    )
    pairs = pairs[pairs["actor_id_a"] < pairs["actor_id_b"]]
    keys = ["actor_id_a", "actor_id_b", "year"]
    assert counts(ss.load("dyad_year").set_index(keys)["joint_signatures"]) == counts(
        pairs.groupby(keys).size()
    )


def test_codes_are_those_of_the_actors() -> None:
    codes = {row["actor_id"]: (row["iso3"], row["cow"], row["gw"]) for row in ss.rows("actors")}
    for table in ("actor_year", "actor_year_topics"):
        assert all(
            (row["iso3"], row["cow"], row["gw"]) == codes[row["actor_id"]] for row in ss.rows(table)
        )
    for side in ("a", "b"):
        for row in ss.rows("dyad_year"):
            assert (row[f"iso3_{side}"], row[f"cow_{side}"], row[f"gw_{side}"]) == codes[
                row[f"actor_id_{side}"]
            ]
