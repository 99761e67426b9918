"""The package in the words of other standards, each judged by that standard's own validator; run by ``tox run -e standards``."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import sys
import urllib.request
import warnings
from collections.abc import Callable
from email import message_from_string
from importlib.resources import files as resources_of
from pathlib import Path
from typing import Any
from urllib.response import addinfourl

import csvw
import mlcroissant
import pytest
import rdflib
import requests
import rocrate_validator.models
import rocrate_validator.services
from conftest import PROJECT, TABLES, resources
from zenodo_client import Metadata

import syria_statements as ss
from scripts.metadata import ro_crate
from syria_statements.package import installed, is_release

pytestmark = pytest.mark.matrix
SCHEMA_ORG = "https://schema.org/"
RELEASED = is_release(ss.__version__)  # what is no release has no day on which it was published
# Keys of a deposit, from the documentation of Zenodo's interface; the model that judges the values does not have the first.
DEPOSIT = {"publication_date", *Metadata.model_fields}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The files of the package, to be broken."""
    for part in ("data", "docs", "schema"):
        shutil.copytree(PROJECT / part, tmp_path / part)
    for file in ("CITATION.cff", ".zenodo.json", "datapackage.json"):
        shutil.copy(PROJECT / file, tmp_path)
    return tmp_path


def edit(file: Path, change: Callable[[Any], object]) -> None:
    content = json.loads(file.read_text("utf-8"))
    change(content)
    file.write_text(json.dumps(content), "utf-8")


# --- Citation File Format, by cffconvert ----------------------------------------------------------


def cffconvert(root: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-c",
        "from cffconvert.cli.cli import cli; cli()",
        "-i",
        str(root / "CITATION.cff"),
        *options,
    ]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_citation_file_is_valid() -> None:
    done = cffconvert(PROJECT, "--validate")
    assert done.returncode == 0, done.stderr
    assert "valid according to schema version 1.2.0" in done.stdout


def test_a_citation_file_without_authors_is_not(copy: Path) -> None:
    text = (copy / "CITATION.cff").read_text("utf-8")
    (copy / "CITATION.cff").write_text(text.replace("authors:", "writers:"), "utf-8")
    assert cffconvert(copy, "--validate").returncode != 0


# --- Zenodo, by zenodo-client and by what cffconvert makes of the citation ------------------------


def deposit(root: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((root / ".zenodo.json").read_text("utf-8"))
    assert set(found) <= DEPOSIT
    known = {key: value for key, value in found.items() if key != "publication_date"}
    # the model takes persons only, whose names have a comma
    Metadata(
        **{**known, "creators": [{"name": f"{creator['name']},"} for creator in found["creators"]]}
    )
    return found


def test_zenodo_takes_the_deposit() -> None:
    assert (
        bool(re.fullmatch(r"\d{4}-\d\d-\d\d", deposit(PROJECT).get("publication_date", "")))
        == RELEASED
    )


@pytest.mark.parametrize(
    "change",
    [
        {"upload_type": "data"},
        {"creators": []},
        {"access_right": "free"},
        {"licence": "x"},
        {"title": None},
    ],
)
def test_zenodo_does_not_take_others(copy: Path, change: dict[str, Any]) -> None:
    edit(copy / ".zenodo.json", lambda found: found.update(change))
    with pytest.raises((ValueError, AssertionError)):
        assert deposit(copy)["creators"]


def test_zenodo_and_the_citation_file_agree() -> None:
    converted = json.loads(cffconvert(PROJECT, "-f", "zenodo").stdout)
    found = deposit(PROJECT)
    assert ("publication_date" in converted) == RELEASED
    for key in {"title", "version", "creators", "keywords", "publication_date"} & {*converted}:
        assert converted[key] == found[key], key
    assert converted["license"]["id"].lower() == found["license"]


# --- RO-Crate, by the validator of CRS4 -----------------------------------------------------------


@pytest.fixture
def context(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the validator the context of the specification as ro-crate-py has it, without a network."""
    place = f"{ro_crate.SPECIFICATION}/context"
    text = resources_of("rocrate").joinpath("data", "ro-crate.jsonld").read_bytes()
    assert json.loads(text)["@id"] == place

    def send(adapter: object, request: requests.PreparedRequest, **_: Any) -> requests.Response:
        assert request.url == place
        found = requests.Response()
        found.status_code, found.url, found.raw = 200, place, io.BytesIO(text)
        found.headers["Content-Type"] = "application/ld+json"
        found.request = request
        return found

    class Opener(urllib.request.BaseHandler):
        def https_open(self, request: urllib.request.Request) -> addinfourl:
            assert request.full_url == place
            headers = message_from_string("Content-Type: application/ld+json\n")
            found = addinfourl(io.BytesIO(text), headers, place, 200)
            found.msg = "OK"  # type: ignore[attr-defined] # urllib asks for it
            return found

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", send)
    opener = urllib.request.build_opener(Opener)
    monkeypatch.setattr(urllib.request, "_opener", opener)


@pytest.fixture
def crate(tmp_path: Path) -> Path:
    """Some files, and the crate of the package that describes them."""
    files = [ro_crate.File(f"x{end}", "What it is.", 1) for end in ro_crate.MEDIA_TYPES]
    for file in files:
        (tmp_path / file.name).write_text("x", "utf-8")
    (tmp_path / ro_crate.FILE).write_text(ro_crate.write(installed(), files), "utf-8")
    return tmp_path


def crate_issues(folder: Path, severity: str) -> list[str]:
    settings = rocrate_validator.services.ValidationSettings(
        rocrate_uri=str(folder),
        profile_identifier=f"ro-crate-{ro_crate.SPECIFICATION.rpartition('/')[2]}",
        requirement_severity=rocrate_validator.models.Severity[severity],
        no_cache=True,
    )
    result = rocrate_validator.services.validate(settings)
    return [issue.message for issue in result.get_issues()]


@pytest.mark.usefixtures("context")
def test_the_crate_is_what_the_specification_requires(crate: Path) -> None:
    assert crate_issues(crate, "REQUIRED") == []


@pytest.mark.usefixtures("context")
def test_the_crate_lacks_only_what_nobody_has_yet(crate: Path) -> None:
    """A publisher, and an address of the authors."""
    issues = crate_issues(crate, "RECOMMENDED")
    assert all("publisher" in issue or "URL" in issue for issue in issues), issues


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize(
    "change",
    [
        lambda crate: crate["@graph"][1].pop("datePublished"),
        lambda crate: crate["@graph"][1].pop("license"),
        lambda crate: crate["@graph"].pop(0),
        lambda crate: crate["@graph"][2].update({"@id": "absent.csv"}),
    ],
)
def test_a_crate_without_what_is_required_is_not(crate: Path, change: Callable[[Any], Any]) -> None:
    edit(crate / ro_crate.FILE, change)
    assert crate_issues(crate, "REQUIRED")


# --- Croissant, by mlcroissant --------------------------------------------------------------------


@pytest.fixture(scope="module")
def croissant() -> mlcroissant.Dataset:
    return mlcroissant.Dataset(jsonld=PROJECT / "docs" / "croissant.json")


def test_croissant_has_neither_errors_nor_warnings(croissant: mlcroissant.Dataset) -> None:
    issues = croissant.metadata.issues
    assert sorted(issues.errors) == []
    assert [re.findall(r'"\S+/(\w+)" is recommended', warning) for warning in issues.warnings] == (
        [] if RELEASED else [["datePublished"]]
    )
    assert croissant.metadata.ctx.is_v1_1()


def guessed(table: str) -> list[dict[str, Any]]:
    """The rows of a table; mlcroissant lets pandas guess, which makes 1.0 of the text 1 in a column with empty cells."""
    rows = ss.rows(table)
    for field in ss.describe(table)["schema"]["fields"]:
        name = field["name"]
        cells = {row[name] for row in rows}
        if (
            field["type"] == "string"
            and None in cells
            and all(cell.isdecimal() for cell in cells - {None})
        ):
            rows = [{**row, name: row[name] and f"{row[name]}.0"} for row in rows]
    return rows


@pytest.mark.parametrize("table", TABLES)
def test_croissant_gives_the_records(croissant: mlcroissant.Dataset, table: str) -> None:
    records = [
        {key.partition("/")[2]: plain(value) for key, value in record.items()}
        for record in croissant.records(table)
    ]
    assert records == guessed(table)


def plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode()
    return value.date() if hasattr(value, "date") else value


@pytest.mark.parametrize(
    "missing",
    ["conformsTo", "distribution.sha256", "distribution.contentUrl", "recordSet.field.dataType"],
)
def test_croissant_bites(copy: Path, missing: str) -> None:
    def remove(found: Any) -> None:
        *steps, last = missing.split(".")
        for step in steps:
            found = found[step][0]
        del found[last]

    edit(copy / "docs" / "croissant.json", remove)
    with pytest.raises(mlcroissant.ValidationError):
        mlcroissant.Dataset(jsonld=copy / "docs" / "croissant.json")


def test_croissant_checks_the_hash(copy: Path) -> None:
    with (copy / "data" / "clauses.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    with pytest.raises(mlcroissant.GenerationError, match=r"Download\(clauses.csv\)") as told:
        list(mlcroissant.Dataset(jsonld=copy / "docs" / "croissant.json").records("clauses"))
    assert "Hash" in str(told.value.__cause__)


# --- CSVW, by csvw --------------------------------------------------------------------------------


def described(root: Path) -> csvw.CSVW:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        file = str(root / "data" / "csv-metadata.json")
        return csvw.CSVW(file, validate=True, strict=True)  # as the command csvwvalidate does


def test_csvw_is_valid_and_has_every_table() -> None:
    found = described(PROJECT)
    assert found.is_valid
    assert [table.local_name for table in found.tables] == [
        entry["path"].removeprefix("data/") for entry in resources()
    ]


def test_every_reference_is_in_csvw_as_a_key_or_as_a_note() -> None:
    found = json.loads((PROJECT / "data" / "csv-metadata.json").read_text("utf-8"))
    addresses = {entry["name"]: entry["path"].removeprefix("data/") for entry in resources()}
    for table, entry in zip(found["tables"], resources(), strict=True):
        schema = table["tableSchema"]
        said = {
            (column["name"], column["dc:references"]["@id"])
            for column in schema["columns"]
            if "dc:references" in column
        }
        for key in schema.get("foreignKeys", []):
            said |= {(name, key["reference"]["resource"]) for name in key["columnReference"]}
        for key in ss.describe(entry["name"])["schema"].get("foreignKeys", []):
            target = addresses[key["reference"]["resource"]]
            assert any((name, target) in said for name in key["fields"]), (entry["name"], key)


def test_csvw_gives_the_rows() -> None:
    for table, name in zip(described(PROJECT).tables, TABLES, strict=True):
        rows = [
            {key: plain(value) for key, value in row.items()}
            for row in table.iterdicts(strict=True)
        ]
        assert rows == ss.rows(name), name


def read_all(root: Path) -> None:
    found = described(root)
    assert found.is_valid
    for table in found.tables:
        list(table.iterdicts(strict=True))


SPOILT = {
    "type": ("clauses", {"position": "first"}),
    "pattern": ("clauses", {"clause_id": "C 1"}),
    "required": ("clauses", {"act_id": ""}),
    "minimum": ("clauses", {"position": "0"}),
    "reference": ("clauses", {"act_id": "no-such-act"}),
    "key": ("topics", {"topic_id": "ceasefire"}),
}


@pytest.mark.parametrize("rule", SPOILT)
def test_csvw_bites(copy: Path, rule: str) -> None:
    table, change = SPOILT[rule]
    path = copy / next(entry["path"] for entry in resources() if entry["name"] == table)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[0].update(change)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    with pytest.raises((ValueError, AssertionError, Warning)):
        read_all(copy)


# --- schema.org, by its vocabulary in rdflib ------------------------------------------------------


def linked(page: str) -> dict[str, Any]:
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    found: dict[str, Any] = json.loads(text)
    return found


def unknown(found: dict[str, Any]) -> set[str]:
    """Terms that schema.org does not have, and values that were lost on the way to a graph."""
    assert found["@context"] == SCHEMA_ORG
    graph = rdflib.Graph().parse(
        data=json.dumps({**found, "@context": {"@vocab": SCHEMA_ORG}}), format="json-ld"
    )
    terms = {str(predicate) for predicate in graph.predicates()} | {
        str(kind) for kind in graph.objects(None, rdflib.RDF.type)
    }
    return {
        term for term in terms - {str(rdflib.RDF.type)} if rdflib.URIRef(term) not in rdflib.SDO
    }


def test_the_page_of_the_codebook_has_a_dataset_of_schema_org() -> None:
    found = linked((PROJECT / "docs" / "codebook.html").read_text("utf-8"))
    assert found["@type"] == "Dataset"
    assert unknown(found) == set()
    assert 50 <= len(found["description"]) <= 5000  # what search engines of data sets ask for
    assert {
        "name",
        "license",
        "creator",
        "version",
        "datePublished" if RELEASED else "dateCreated",
        "temporalCoverage",
    } <= set(found)


def test_a_term_that_schema_org_lacks_is_found() -> None:
    found = linked((PROJECT / "docs" / "codebook.html").read_text("utf-8"))
    assert unknown({**found, "licence": "x"}) == {SCHEMA_ORG + "licence"}


def test_croissant_is_the_same_dataset() -> None:
    found = linked((PROJECT / "docs" / "codebook.html").read_text("utf-8"))
    croissant = json.loads((PROJECT / "docs" / "croissant.json").read_text("utf-8"))
    assert {key: croissant[key] for key in found if key != "@context"} == {
        key: found[key] for key in found if key != "@context"
    }
