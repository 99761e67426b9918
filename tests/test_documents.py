"""What README, docs/ and their neighbours say is true today."""

from __future__ import annotations

import doctest
import re
import shlex
from pathlib import Path

import pytest
from conftest import PAGES, PROJECT, page, resources
from markdown_it import MarkdownIt
from ruamel.yaml import YAML
from small import runner

import syria_statements as ss
from syria_statements import exports
from syria_statements.cli import main
from syria_statements.package import installed, is_release

ALL = "\n".join(map(page, PAGES))
CONSOLE = re.findall(r"```console\n\$ syria-statements (.*)\n((?:.*\n)*?)```", ALL)
MOST = 160  # lines of the README, which a person reads before anything else


@pytest.mark.parametrize("file", PAGES)
def test_examples_print_what_they_say(file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)
    done = doctest.testfile(str(PROJECT / file), module_relative=False)
    assert done.failed == 0
    assert done.attempted >= (4 if file == "README.md" else 0)


def test_the_readme_is_short_and_begins_with_what_matters() -> None:
    lines = page("README.md").splitlines()
    assert len(lines) <= MOST
    first = "\n".join(lines[:40])
    for needed in (
        "One row is",
        "Language models",
        "<!-- coverage complete -->",
        "<!-- alphas -->",
    ):
        assert needed in first, needed


@pytest.mark.parametrize(("command", "output"), CONSOLE, ids=[command for command, _ in CONSOLE])
def test_the_command_prints_what_it_says(
    command: str, output: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = runner(COLUMNS="100").invoke(main, shlex.split(command))
    assert result.output == output


def test_every_export_is_on_the_page_of_formats() -> None:
    for form in exports.FORMATS:
        assert f"\n| `{form}` |" in page("docs/formats.md"), form


@pytest.mark.parametrize("file", PAGES)
def test_no_comment_begins_a_line_of_words(file: str) -> None:
    """There it would end the paragraph, and the rest of the line would not be read as Markdown."""
    for token in MarkdownIt("commonmark").parse(page(file)):
        if token.type == "html_block":
            assert re.fullmatch(r"(<!-- [a-z /]+ -->\s*)+", token.content), token.content


def test_every_command_is_on_a_page() -> None:
    for name in main.commands:
        assert f"syria-statements {name}" in ALL


def test_every_public_name_is_on_a_page() -> None:
    for name in set(ss.__all__) - {"__version__"}:
        assert f"ss.{name}" in ALL


@pytest.mark.parametrize("file", [*PAGES, "CONTRIBUTING.md", "CHANGELOG.md", "RELEASING.md"])
def test_links_lead_to_files(file: str) -> None:
    folder = (PROJECT / file).parent
    for target in re.findall(r"\]\(([^)#]+)\)", page(file)):
        assert target.startswith("https://") or (folder / target).exists(), target


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
