"""Codes of states, checked against libraries that are kept by others and are no source of the tables' own build."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import country_converter  # type: ignore[import-untyped]
import countrycode  # type: ignore[import-untyped]
import pycountry
import pytest

import syria_statements as ss

STATES = [row for row in ss.rows("actors") if row["iso3"]]
# its table as it lies on disk: its own reader takes Namibia's NA for a missing value under pandas 3
with (
    Path(country_converter.__file__)
    .with_name("country_data.tsv")
    .open(encoding="utf-8", newline="") as _file
):
    GLEDITSCH_WARD = {row["ISO3"]: row["GWcode"] for row in csv.DictReader(_file, delimiter="\t")}


@pytest.mark.parametrize("actor", STATES, ids=[row["actor_id"] for row in STATES])
def test_iso_and_m49_are_those_of_pycountry(actor: dict[str, Any]) -> None:
    country = pycountry.countries.get(alpha_3=actor["iso3"])
    assert country is not None
    assert actor["m49"] in (None, int(country.numeric))


# where a library has the number of a state that ended, and what it has: its list of states has another one
FORMER = {"CZE": 315, "VNM": 817, "YEM": 680}
PAPAL_STATES = 327


@pytest.mark.parametrize("actor", STATES, ids=[row["actor_id"] for row in STATES])
def test_gleditsch_and_wards_number_is_that_of_country_converter(actor: dict[str, Any]) -> None:
    theirs = GLEDITSCH_WARD[actor["iso3"]]
    if actor["iso3"] in FORMER:
        assert int(theirs) == FORMER[actor["iso3"]] != actor["gw"]
        assert str(FORMER[actor["iso3"]]) in actor["codes_note"]
    elif actor["gw"] is not None:
        assert actor["gw"] == int(theirs)


@pytest.mark.parametrize("actor", STATES, ids=[row["actor_id"] for row in STATES])
def test_the_number_of_the_correlates_of_war_is_that_of_countrycode(actor: dict[str, Any]) -> None:
    theirs = countrycode.countrycode(actor["iso3"], "iso3c", "cown")
    if actor["actor_id"] == "holy-see":
        assert (actor["cow"], theirs) == (None, PAPAL_STATES)
    elif actor["actor_id"] == "serbia":
        assert (actor["cow"], theirs) == (345, None)
    else:
        assert actor["cow"] == theirs


def test_every_state_has_its_numbers_or_a_note_on_them() -> None:
    """So a merge on a code loses no state unsaid."""
    states = [row for row in ss.rows("actors") if row["kind"] == "state"]
    without = {row["actor_id"] for row in states if None in (row["cow"], row["gw"])}
    assert without == {"holy-see", "palestine"}
    assert all(row["codes_note"] for row in states if row["actor_id"] in without)


MEMBERS = list(ss.rows("format_members"))
STATEMENTS = {row["statement_id"]: row for row in ss.rows("statements")}
# formats of which all members are known, and not only those of one meeting
WHOLE = sorted({row["format_id"] for row in MEMBERS if row["valid_to"] is None})


def members(form: str, day: Any) -> set[str]:
    return {
        row["actor_id"]
        for row in MEMBERS
        if row["format_id"] == form
        and row["valid_from"] <= day
        and (row["valid_to"] is None or day <= row["valid_to"])
    }


@pytest.mark.parametrize("form", WHOLE)
def test_members_are_those_who_signed_by_name(form: str) -> None:
    """Where the states of such a format sign by name, they are its members on that day, and all of them."""
    signed: dict[str, set[str]] = {}
    for row in ss.rows("signatories"):
        signed.setdefault(row["statement_id"], set()).add(row["actor_id"])
    named = [
        (statement["date"], signed[key])
        for key, statement in STATEMENTS.items()
        if statement["format_id"] == form and len(signed.get(key, ())) > 1
    ]
    assert named
    for day, actors in named:
        assert actors == members(form, day), day


def test_a_text_without_names_has_members_on_its_day_where_all_are_known() -> None:
    texts = [row for row in STATEMENTS.values() if row["format_id"] in WHOLE]
    sizes = {(row["format_id"], len(members(row["format_id"], row["date"]))) for row in texts}
    assert sizes == {("g7", 9), ("g7", 8), ("london-11", 11)}


def test_who_took_part_in_a_meeting_did_so_on_the_day_of_its_text() -> None:
    days = {(row["format_id"], row["date"]) for row in STATEMENTS.values()}
    meetings = [row for row in MEMBERS if row["valid_from"] == row["valid_to"]]
    assert meetings
    assert all((row["format_id"], row["valid_from"]) in days for row in meetings)


def test_no_two_actors_share_a_code() -> None:
    for column in ("iso3", "m49", "cow", "gw", "wikidata"):
        codes = [row[column] for row in ss.rows("actors") if row[column] is not None]
        assert len(codes) == len(set(codes)), column


def test_codes_that_differ_between_systems_differ_here() -> None:
    """Germany is the example everybody meets: 255 in COW, 260 in Gleditsch and Ward."""
    germany = next(row for row in ss.rows("actors") if row["actor_id"] == "germany")
    assert (germany["cow"], germany["gw"]) == (255, 260)


def test_palestine_has_a_code_in_neither_system() -> None:
    palestine = next(row for row in ss.rows("actors") if row["actor_id"] == "palestine")
    assert (palestine["cow"], palestine["gw"]) == (None, None)


def test_turkey_bears_both_its_names_in_their_time() -> None:
    names = {
        row["name"]: (str(row["valid_from"]), str(row["valid_to"]))
        for row in ss.rows("actor_names")
        if row["actor_id"] == "turkey"
    }
    assert names["Türkiye"][0] == "2022-06-01"
    assert "Turkey" in names or any(
        row["actor_id"] == "turkey" and row["name"] == "Turkey" for row in ss.rows("actors")
    )
