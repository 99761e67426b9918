"""Agreement of two codings: the figures in place are those of the codings in place, and alpha is Krippendorff's."""

from __future__ import annotations

import csv

import krippendorff
import pytest
from conftest import PROJECT
from hypothesis import given
from hypothesis import strategies as st

import syria_statements as ss
from scripts import reliability as writer
from syria_statements import agreement as reliability

VALUES = st.sampled_from(["a", "b", "c"])


@given(st.lists(st.tuples(VALUES, VALUES), min_size=2, max_size=40))
def test_alpha_is_that_of_an_independent_library(pairs: list[tuple[str, str]]) -> None:
    if len({value for pair in pairs for value in pair}) > 1:
        data = [list(coder) for coder in zip(*pairs, strict=True)]
        known = krippendorff.alpha(
            reliability_data=data, level_of_measurement="nominal", value_domain=["a", "b", "c"]
        )
        assert reliability.alpha(pairs) == pytest.approx(known)


def test_an_interval_holds_its_alpha_and_is_the_same_every_time() -> None:
    pairs = {
        "one": [("a", "a")] * 10 + [("a", "b")] * 3,
        "two": [("b", "b")] * 15,
        "three": [("a", "a")] * 10 + [("b", "b")] * 5 + [("a", "b")] * 2,
    }
    low, high = reliability.interval(pairs)
    assert low < reliability.alpha([pair for said in pairs.values() for pair in said]) < high
    assert (low, high) == reliability.interval(pairs)


def test_an_interval_is_of_statements_and_not_of_their_units() -> None:
    of_a_kind = {name: [("a", "a")] * 20 + [("b", "b")] * 20 + [("a", "b")] * 5 for name in "xyz"}
    low, high = reliability.interval(of_a_kind)
    assert low == high


def clause(coder: str, position: int, start: int, end: int, act: str = "call") -> dict[str, str]:
    return {"statement_id": "s", "coder": coder, "position": str(position), "start_word": str(start), "end_word": str(end),
            "act_id": act, "topic_id": "ceasefire", "modifier_id": ""}  # fmt: skip


def test_clauses_match_that_share_more_than_half_of_their_words() -> None:
    first = [clause("first", 1, 1, 10), clause("first", 2, 11, 20)]
    second = [clause("second", 1, 1, 6), clause("second", 2, 7, 20)]
    assert [
        (one["position"], other["position"]) for one, other in reliability.matched(first, second)
    ] == [("1", "1"), ("2", "2")]


def test_an_actor_found_by_one_coder_alone_is_a_disagreement() -> None:
    clauses = [clause("first", 1, 1, 10), clause("second", 1, 1, 10)]
    mentions = [
        {
            "statement_id": "s",
            "coder": "first",
            "position": "1",
            "actor_id": "x",
            "role_id": "addressee",
        }
    ]
    said = reliability.pairs(clauses, mentions)["role", "actor in a clause"]
    assert said == {"s": [("addressee", "none")]}


def test_the_figures_are_those_of_the_codings() -> None:
    rows = reliability.table(
        writer.read(PROJECT / writer.CODED), writer.read(PROJECT / writer.ROLES)
    )
    with (PROJECT / writer.RESULT).open(encoding="utf-8", newline="") as file:
        assert [tuple(row) for row in csv.reader(file)] == [reliability.HEADER, *rows]


def test_a_tenth_of_the_coded_statements_was_coded_twice() -> None:
    coded = [row for row in ss.rows("statements") if row["clause_count"]]
    assert 10 * len({row["statement_id"] for row in ss.rows("recoded_clauses")}) >= len(coded)
