"""The figures of README and docs/, and what its examples and commands print, are written by the build."""

from __future__ import annotations

import pytest

import syria_statements as ss
from scripts import figures, pages


def test_a_figure_is_written_between_its_marks() -> None:
    known = {"statements": "7", "tables": "\n| a |\n"}
    text = "Of <!-- statements -->6<!-- / --> statements.\n<!-- tables -->\nold\n<!-- / -->\n"
    assert (
        pages.with_figures(text, known)
        == "Of <!-- statements -->7<!-- / --> statements.\n<!-- tables -->\n| a |\n<!-- / -->\n"
    )


def test_an_unknown_figure_is_told_at_its_line() -> None:
    with pytest.raises(
        pages.PageError, match="no figure 'statement'; the figures are statements"
    ) as told:
        pages.with_figures("a\nb <!-- statement -->6<!-- / -->\n", {"statements": "7"})
    assert told.value.line == 2


def test_figures_are_those_of_the_package() -> None:
    found = figures.figures()
    assert found["statements"] == str(len(ss.rows("statements")))
    assert found["version"].startswith(ss.__version__)
    assert sum(
        int(found[f"coverage {code}"]) for code in ("none", "opening", "parts", "complete")
    ) == len(ss.rows("statements"))
    for table in ss.tables():
        assert f"[{table}](" in found["tables"]
    for row in ss.rows("reliability"):
        assert f"| {row['variable_id']} | {row['alpha']:.2f} |" in found["agreement"]


def test_the_sample_is_there_and_of_many_formats_and_topics() -> None:
    rows = [row for row in ss.rows("flat") if row["clause_id"] in figures.SAMPLE]
    assert len(rows) == len(figures.SAMPLE) == 10
    assert len({row["format"] for row in rows}) >= 8
    assert len({row["act"] for row in rows}) >= 6
    assert {row["words_kind"] for row in rows} == {"text", "gist"}


def test_an_example_has_what_it_prints_now() -> None:
    text = "Text.\n\n>>> for n in (1, 2):\n...     print(n)\n3\n\n>>> print('a\\n\\nb')\n\n>>> x = 1\nold\n\nText.\n"
    new = "Text.\n\n>>> for n in (1, 2):\n...     print(n)\n1\n2\n\n>>> print('a\\n\\nb')\na\n<BLANKLINE>\nb\n\n>>> x = 1\n\nText.\n"
    assert pages.with_examples(text) == new
    assert pages.with_examples(new) == new


def test_an_example_that_raises_is_told_at_its_line() -> None:
    with pytest.raises(
        pages.PageError, match="the example raises ZeroDivisionError: division by zero"
    ) as told:
        pages.with_examples("a\n\n>>> 1\n1\n>>> 1 / 0\n1\n")
    assert told.value.line == 5


def test_the_end_of_a_block_is_not_taken_for_what_is_printed() -> None:
    with pytest.raises(pages.PageError, match="leave a blank line") as told:
        pages.with_examples("a\n\n```python\n>>> 1\n1\n```\n")
    assert told.value.line == 4


def test_a_command_has_what_it_prints_now() -> None:
    text = '```console\n$ syria-statements --version\nold\nold\n```\n\n```console\n$ sqlite3 x.sqlite "SELECT 1, 2"\n```\n'
    assert pages.with_commands(text) == text.replace("old\nold", ss.__version__).replace(
        '2"\n', '2"\n1|2\n'
    )


def test_an_unknown_program_is_told_at_its_line() -> None:
    with pytest.raises(
        pages.PageError, match="no program 'stata'; the programs are syria-statements, sqlite3"
    ) as told:
        pages.with_commands("a\n```console\n$ stata x.do\n```\n")
    assert told.value.line == 3
