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


@pytest.mark.parametrize("actor", STATES, ids=[row["actor_id"] for row in STATES])
def test_gleditsch_and_wards_number_is_that_of_country_converter(actor: dict[str, Any]) -> None:
    if actor["gw"] is not None:
        assert actor["gw"] == int(GLEDITSCH_WARD[actor["iso3"]])


@pytest.mark.parametrize("actor", STATES, ids=[row["actor_id"] for row in STATES])
def test_the_number_of_the_correlates_of_war_is_that_of_countrycode(actor: dict[str, Any]) -> None:
    assert actor["cow"] == countrycode.countrycode(actor["iso3"], "iso3c", "cown")


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
