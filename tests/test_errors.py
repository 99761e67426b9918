"""Errors are for people: one line, the nearest names, and the same after a process pool."""

from __future__ import annotations

import pickle
import re
import tomllib
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import pytest
from conftest import PROJECT

import syria_statements as ss
from syria_statements import errors

KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, errors.Error)
]
S = "small-group-2019-11-14"


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_is_public_and_survives_pickling(kind: type[ss.Error]) -> None:
    error = pickle.loads(pickle.dumps(kind("what is wrong; what is right")))  # noqa: S301
    assert getattr(ss, kind.__name__) is kind
    assert (type(error), str(error)) == (kind, "what is wrong; what is right")


def test_the_error_of_a_missing_extra_survives_pickling() -> None:
    error = errors.missing_extra("spss", "pyreadstat")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301


@pytest.mark.parametrize(
    ("module", "words"),
    [
        ("xlsxwriter", "it needs xlsxwriter, which is not installed; pip install xlsxwriter"),
        ("pandera.pandas", "it needs a newer pandera; pip install --upgrade pandera"),
    ],
)
def test_a_missing_library_is_named_with_the_command_that_installs_it(
    module: str, words: str
) -> None:
    """This package is on no index, so its extras can be installed from a folder only."""
    assert str(errors.missing_extra("it", module)) == words


PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]


@pytest.mark.parametrize("extra", PYPROJECT["optional-dependencies"])
def test_each_extra_is_imported_under_the_name_by_which_it_is_installed(extra: str) -> None:
    """So that the name of a missing module is the one that pip knows."""
    for requirement in PYPROJECT["optional-dependencies"][extra]:
        name = re.split(r"[\[<>=]", requirement)[0]
        assert find_spec(name), f"{name} is imported under another name"


UNKNOWN: dict[str, tuple[Callable[[], object], str]] = {
    "table": (lambda: ss.load("clause"), f"the nearest of {len(ss.tables())} known are clauses"),
    "clause": (lambda: ss.explain(f"{S}.c99"), f"known are {S}.c"),
    "statement": (lambda: ss.statement("small-group-2019-11-15"), f"known are {S}"),
    "citation": (lambda: ss.cite("small-group-2019-11-15"), f"known are {S}"),
    "citations": (lambda: ss.cite([f"{S}.c99", "x"]), f"the keys '{S}.c99', 'x'"),
    "style": (lambda: ss.cite(style="mla"), "allowed are apa, biblatex, bibtex"),
    "format": (lambda: ss.export("xls"), "allowed are csv, flat"),
    "codebook": (lambda: ss.codebook("pdf"), "allowed are csv, html, md"),
    "table of an export": (lambda: ss.export("json", tables=["clause"]), "known are clauses"),
    "schema": (lambda: ss.schema("clause"), "known are clauses"),
}


@pytest.mark.parametrize("what", UNKNOWN)
def test_an_unknown_name_is_answered_with_the_nearest(what: str) -> None:
    call, words = UNKNOWN[what]
    with pytest.raises(ss.UnknownNameError) as raised:
        call()
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)


NO_TEXT: list[Any] = [3, None, ["clauses"], {}]
CALLS: dict[str, Callable[[Any], object]] = {
    "rows": ss.rows,
    "describe": ss.describe,
    "schema": ss.schema,
    "explain": ss.explain,
    "statement": ss.statement,
    "search": ss.search,
    "share": ss.share,
    "style": lambda value: ss.cite(style=value),
    "export": ss.export,
    "codebook": ss.codebook,
}


@pytest.mark.parametrize("value", NO_TEXT, ids=repr)
@pytest.mark.parametrize("call", CALLS)
def test_a_wrong_type_is_one_line(call: str, value: Any) -> None:
    with pytest.raises(ss.ArgumentError) as raised:
        CALLS[call](value)
    assert "\n" not in str(raised.value)


def test_other_wrong_types_are_one_line() -> None:
    wrong: list[tuple[Callable[[], object], str]] = [
        (lambda: ss.cite(3), "3 is not a key"),  # type: ignore[arg-type]
        (lambda: ss.load(3), "3 is not the name of a table"),  # type: ignore[call-overload]
        (lambda: ss.export("csv", tables="clauses"), "tables is a list of names"),
        (lambda: ss.export("csv", tables=[]), "tables is empty"),
        (lambda: ss.rows("clauses", 3), "3 is not a directory"),  # type: ignore[arg-type]
        (lambda: ss.rows("clauses", "/nowhere"), "/nowhere is no data package"),
    ]
    for call, words in wrong:
        with pytest.raises(ss.ArgumentError, match=words):
            call()


def test_several_tables_are_several_frames() -> None:
    frames = ss.load(["acts", "topics"])
    assert list(frames) == ["acts", "topics"]
    assert frames["acts"].equals(ss.load("acts"))


def test_no_tables_are_no_frames() -> None:
    assert ss.load([]) == {}


def test_the_list_of_public_names_is_a_copy() -> None:
    ss.__dir__().append("x")
    assert "x" not in ss.__all__


def test_what_is_given_is_a_copy() -> None:
    ss.rows("acts")[0]["label"] = "changed"
    ss.describe("acts")["schema"]["fields"].clear()
    ss.explain(f"{S}.c01")["clause"].clear()
    assert ss.rows("acts")[0]["label"] != "changed"
    assert ss.describe("acts")["schema"]["fields"]
    assert ss.explain(f"{S}.c01")["clause"]


def test_all_explanations_take_a_second() -> None:
    import time

    clauses = [row["clause_id"] for row in ss.rows("clauses")]
    spent = []
    for _ in range(3):  # the best of three, as a busy machine is no part of it
        start = time.process_time()
        for clause in clauses:
            ss.explain(clause)
        spent.append(time.process_time() - start)
    assert min(spent) < 1 * max(1, len(clauses) / 912)
