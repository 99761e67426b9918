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
    "table in capitals": (lambda: ss.load("CLAUSES"), "'CLAUSES'; write 'clauses'"),
    "column": (lambda: ss.load("acts", columns=["Act_ID"]), "allowed are act_id,"),
    "column of codes": (
        lambda: ss.load("clauses", columns=["topics"]),
        "'topics'; perhaps topic_id is meant; allowed are act_id,",
    ),
    "column of many": (lambda: ss.rows("flat", columns=["ACTT"]), "are act, actors, act_id"),
    "statement to explain": (lambda: ss.explain(S), f"or in Python ss.statement('{S}')"),
    "clause to read": (lambda: ss.statement(f"{S}.c01"), f"syria-statements explain {S}.c01, or"),
    "changes of ids": (
        lambda: ss.changes(ids=[S, "x", "y"]),
        "no row is or was of 'x', 'y'; write",
    ),
}


@pytest.mark.parametrize("what", UNKNOWN)
def test_an_unknown_name_is_answered_with_the_nearest(what: str) -> None:
    call, words = UNKNOWN[what]
    with pytest.raises(ss.UnknownNameError) as raised:
        call()
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)


NO_TEXT: list[Any] = [3, None, ["clauses"], {}]
NO_IDS: list[Any] = [3]
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
    "table of changes": lambda value: ss.changes(table=value),
    "release": lambda value: ss.tables(release=value),
    "directory": ss.tables,
    "validate": ss.validate,
    "out": lambda value: ss.export("json", value),
    "ids": lambda value: ss.changes(ids=value if value != ["clauses"] else NO_IDS),
}
MAY_BE_NONE = {"table of changes", "release", "directory", "validate", "out", "ids"}
MAY_BE_EMPTY = {"ids"}


@pytest.mark.parametrize("value", NO_TEXT, ids=repr)
@pytest.mark.parametrize("call", CALLS)
def test_a_wrong_type_is_one_line(call: str, value: Any) -> None:
    if (value is None and call in MAY_BE_NONE) or (value == {} and call in MAY_BE_EMPTY):
        return
    with pytest.raises(ss.ArgumentError) as raised:
        CALLS[call](value)
    assert "\n" not in str(raised.value)


def test_other_wrong_types_are_one_line() -> None:
    wrong: list[tuple[Callable[[], object], str]] = [
        (lambda: ss.cite(3), "3 is not a key"),  # type: ignore[arg-type]
        (lambda: ss.load(3), "3 is not the name of a table"),  # type: ignore[call-overload]
        (lambda: ss.export("csv", tables="clauses"), "tables is a list of names"),
        (lambda: ss.export("csv", tables=[]), "tables is empty"),
        (lambda: ss.load("acts", columns="act_id"), r"columns is a list .* write \['act_id'\]"),  # type: ignore[call-overload]
        (lambda: ss.rows("acts", columns={"act_id"}), "columns is a list of names, not {"),  # type: ignore[arg-type]
        (lambda: ss.load("acts", columns=[]), "columns is empty; leave it out for all columns"),
        (lambda: ss.rows("acts", columns=[3]), "3 is not a name in columns"),  # type: ignore[list-item]
        (
            lambda: ss.load("clauses", "acts"),
            r"are a list: load\(\['clauses', 'acts'\]\)",
        ),
        (lambda: ss.rows("clauses", 3), "3 is not a directory"),  # type: ignore[arg-type]
        (lambda: ss.rows("clauses", "/nowhere"), "/nowhere is no data package"),
    ]
    for call, words in wrong:
        with pytest.raises(ss.ArgumentError, match=words):
            call()


EMPTY: dict[str, Callable[[], object]] = {
    "table": lambda: ss.load(""),
    "clause": lambda: ss.explain(""),
    "statement": lambda: ss.statement(""),
    "key": lambda: ss.cite(""),
    "directory": lambda: ss.tables(""),
    "release": lambda: ss.tables(release=""),
    "validated": lambda: ss.validate(""),
    "file": lambda: ss.export("json", ""),
    "condition": lambda: ss.share(""),
    "words": lambda: ss.search(" "),
    "since": lambda: ss.changes(""),
    "changed table": lambda: ss.changes(table=""),
}


@pytest.mark.parametrize("what", EMPTY)
def test_an_empty_text_is_not_taken_for_nothing(what: str) -> None:
    with pytest.raises(ss.Error) as raised:
        EMPTY[what]()
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("typed", [f" {S.upper()}.C01 ", f"{S.replace('-', '_')}.c01"])
def test_an_id_is_found_with_other_capitals_and_blanks(typed: str) -> None:
    assert ss.explain(typed) == ss.explain(f"{S}.c01")
    assert ss.cite(typed) == ss.cite(f"{S}.c01")
    assert ss.statement(typed.replace(".c01", "").replace(".C01", "")) == ss.statement(S)


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


NOT_MEANT: list[tuple[Callable[..., Any], list[Any], dict[str, Any], str]] = [
    (ss.load, ["acts", ["label"]], {}, "columns are named: columns=['label']"),
    (ss.load, ["acts", "label"], {}, "columns are named: columns=['label']"),
    (ss.rows, ["acts", ("label",)], {}, "columns are named: columns=['label']"),
    (ss.load, ["acts", "topics"], {}, "several tables are a list: load(['acts', 'topics'])"),
    (ss.load, ["acts"], {"labels": "yes"}, "labels is True or False, not 'yes'"),
    (ss.cite, [], {"all": "yes"}, "all is True or False, not 'yes'"),
    (ss.export, ["csv"], {"force": "yes"}, "force is True or False, not 'yes'"),
]


@pytest.mark.parametrize(("function", "given", "named", "words"), NOT_MEANT)
def test_an_argument_of_another_kind_is_answered_with_what_is_right(
    function: Callable[..., Any], given: list[Any], named: dict[str, Any], words: str
) -> None:
    with pytest.raises(ss.ArgumentError) as raised:
        function(*given, **named)
    assert str(raised.value).endswith(words)


def test_the_capitals_of_a_format_make_no_difference() -> None:
    assert ss.codebook("CSV") == ss.codebook("csv")
