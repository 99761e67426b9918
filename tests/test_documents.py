"""What the README and its neighbours say is true today."""

from __future__ import annotations

import doctest
import re
import shlex
from pathlib import Path

import pytest
from conftest import PROJECT, resources
from markdown_it import MarkdownIt
from ruamel.yaml import YAML
from small import runner

import syria_statements as ss
from syria_statements import exports
from syria_statements.cli import main
from syria_statements.package import installed, is_release

README = (PROJECT / "README.md").read_text("utf-8")
CONSOLE = re.findall(r"```console\n\$ syria-statements (.*)\n((?:.*\n)*?)```", README)


def test_the_example_prints_what_it_says() -> None:
    assert doctest.testfile(str(PROJECT / "README.md"), module_relative=False).attempted >= 4
    assert doctest.testfile(str(PROJECT / "README.md"), module_relative=False).failed == 0


@pytest.mark.parametrize(("command", "output"), CONSOLE, ids=[command for command, _ in CONSOLE])
def test_the_command_prints_what_it_says(
    command: str, output: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = runner(COLUMNS="100").invoke(main, shlex.split(command))
    assert result.output == output


def test_every_export_stands_in_the_readme_with_what_it_needs() -> None:
    for form, kind in exports.FORMATS.items():
        assert re.search(
            rf"^\| `{form}` \| .* \| {f'`.{kind.extra}.`' if kind.extra else ''} ?\|$",
            README,
            re.MULTILINE,
        ), form


def test_no_comment_of_the_readme_begins_a_line_of_words() -> None:
    """There it would end the paragraph, and the rest of the line would not be read as Markdown."""
    for token in MarkdownIt("commonmark").parse(README):
        if token.type == "html_block":
            assert re.fullmatch(r"(<!-- [a-z /]+ -->\s*)+", token.content), token.content


def test_every_command_stands_in_the_readme() -> None:
    for name in main.commands:
        assert f"syria-statements {name}" in README


def test_every_public_name_stands_in_the_readme() -> None:
    for name in set(ss.__all__) - {"__version__"}:
        assert f"ss.{name}" in README


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_lead_to_files(document: str) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", (PROJECT / document).read_text("utf-8")):
        assert target.startswith("https://") or (PROJECT / target).exists(), target


def test_the_version_has_an_entry_in_the_changelog_with_data_and_library() -> None:
    changelog = (PROJECT / "CHANGELOG.md").read_text("utf-8")
    released = f"[{ss.__version__}] - {installed().descriptor['created'][:10]}"
    heading = released if is_release(ss.__version__) else "[Unreleased]"
    entry = changelog.partition(f"## {heading}\n")[2].partition("\n## [")[0]
    assert "### Data\n" in entry
    assert "### Library\n" in entry


def test_citation_file_is_yaml_and_names_the_release() -> None:
    content = YAML(typ="safe", pure=True).load(PROJECT / "CITATION.cff")
    assert (content["cff-version"], content["type"], content["version"]) == (
        "1.2.0",
        "dataset",
        ss.__version__,
    )
    assert ("date-released" in content) == is_release(ss.__version__)
    assert content["authors"] == [{"name": "syria-statements contributors"}]


def test_each_part_has_its_licence() -> None:
    assert [licence["name"] for licence in installed().descriptor["licenses"]] == [
        "CC-BY-4.0",
        "MIT",
        "other-open",
    ]
    for entry in resources():
        columns = {field["name"] for field in ss.describe(entry["name"])["schema"]["fields"]}
        words = bool(columns & {"text", "name_as_written"})  # the statements' own
        assert (
            "other-open" in {licence["name"] for licence in entry.get("licenses", [])}
        ) == words, entry["name"]
