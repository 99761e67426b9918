"""How a release is checked, made, kept and read again."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from conftest import PROJECT, ROOT, page
from small import Copy, runner, small_package

from scripts import archive, changelog, reasons, release, release_checks
from scripts.metadata import csvw, ro_crate
from syria_statements import history
from syria_statements.errors import PackageError
from syria_statements.exports import FORMATS, export
from syria_statements.package import Package
from syria_statements.validation import validate

pytestmark = pytest.mark.matrix  # releases are made, which takes seconds

VERSION = "87.0.0"  # is no release, and never will be
SUMS = release_checks.SUMS.format(VERSION)
CODE = ("src", "scripts", "docs")
SINGLE = ("pyproject.toml", "LICENSE", "LICENSE-DATA", ".gitignore", "RELEASING.md", "CHANGELOG.md")


def git(root: Path, *arguments: str) -> str:
    someone = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"]
    command = ["git", *someone, *arguments]
    return subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout


def run(root: Path, module: str, *options: str) -> subprocess.CompletedProcess[str]:
    """A script of a repository, by a Python that finds the code of this one and no other."""
    paths = os.pathsep.join([str(root / "src"), str(root)])
    return subprocess.run(
        [sys.executable, "-m", f"scripts.{module}", *options],
        cwd=root,
        env={**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def prepare(root: Path) -> Path:
    """Do the steps that come before a release: version, changelog, build, commit."""
    copy = Copy(root)
    now = Package(root)
    copy.edit("datapackage.json", f'"version": "{now.version}"', f'"version": "{VERSION}"')
    given = root / reasons.FOLDER / f"{now.version.removesuffix('-dev')}.yaml"
    if given.exists():
        given.rename(given.with_name(f"{VERSION}.yaml"))
    sections = [found.version for found in changelog.sections(root)]
    heading = f"## [{VERSION}] - {now.descriptor['created'][:10]}\n\n### Data\n\n- x\n\n### Library\n\n- y\n"
    above = f"## [{changelog.UNRELEASED}]\n\n### Data\n\n### Library\n"
    assert sections[0] == changelog.UNRELEASED
    text = (root / changelog.FILE).read_text("utf-8")
    rest = text[text.index(f"## [{sections[1]}]") :]
    (root / changelog.FILE).write_text(f"# Changelog\n\n{above}\n{heading}\n{rest}", "utf-8")
    done = run(root, "build")
    assert done.returncode == 0, done.stderr
    git(root, "init", "-q")
    git(root, "add", "--all")
    git(root, "commit", "-qm", "Release")
    return root


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of this code with the small package, ready to be released, but for a README.

    The build writes that in a process of its own, which takes a second.
    """
    root = tmp_path_factory.mktemp("small") / "repository"
    shutil.copytree(small_package(), root)
    for folder in CODE:
        ignored = shutil.ignore_patterns("__pycache__", "releases")
        shutil.copytree(PROJECT / folder, root / folder, ignore=ignored, dirs_exist_ok=True)
    for file in SINGLE:
        shutil.copy(PROJECT / file, root)
    return prepare(root)


@pytest.fixture
def repository(small: Path, tmp_path: Path) -> Copy:
    """A copy of it, to be broken or released."""
    shutil.copytree(small, tmp_path / "repository", symlinks=True)
    return Copy(tmp_path / "repository")


# --- checks ---------------------------------------------------------------------------------------


def set_version(version: str) -> Callable[[Copy], None]:
    return lambda copy: copy.edit("datapackage.json", VERSION, version)


def in_changelog(old: str, new: str) -> Callable[[Copy], None]:
    return lambda copy: copy.edit("CHANGELOG.md", old, new)


def last_release(copy: Copy) -> None:
    copy.edit("datapackage.json", VERSION, release_checks.releases(copy.root)[-1])


DAY = re.compile(rf"(?<={re.escape(VERSION)}\] - )\S+")
# The check, what is planted, and what it says of that.
FAULTS: dict[str, tuple[release_checks.Check, Callable[[Copy], None], str]] = {
    "not committed": (
        release_checks.is_committed,
        lambda copy: copy.edit("LICENSE", "MIT", "mit"),
        "LICENSE: is not as it was committed; commit it",
    ),
    "not known to git": (
        release_checks.is_committed,
        lambda copy: (copy.root / "data" / "stray.csv").touch(),
        "data/stray.csv: is not as it was committed; commit it",
    ),
    "a version between releases": (
        release_checks.has_version,
        set_version(f"{VERSION}-dev"),
        f"datapackage.json: version '{VERSION}-dev' is that of no release; write it as 1.2.3",
    ),
    "the last release again": (
        release_checks.has_version,
        last_release,
        "is not higher than",
    ),
    "a lower version": (
        release_checks.has_version,
        set_version("0.0.9"),
        "datapackage.json: version 0.0.9 is not higher than",
    ),
    "no section for what comes next": (
        release_checks.has_moved_on,
        in_changelog("## [Unreleased]", "## Unreleased"),
        "CHANGELOG.md: does not begin with ## [Unreleased]; put it on top",
    ),
    "a section that was not emptied": (
        release_checks.has_moved_on,
        in_changelog("### Data\n", "### Data\n\n- z\n"),
        "CHANGELOG.md: [Unreleased] is not empty",
    ),
    "no section": (
        release_checks.is_in_changelog,
        in_changelog(f"[{VERSION}]", "[86.0.0]"),
        f"CHANGELOG.md: has no section of {VERSION}; write ## [{VERSION}] - 20",
    ),
    "another day": (
        release_checks.is_in_changelog,
        lambda copy: copy.bytes(
            "CHANGELOG.md", lambda text: DAY.sub("2001-01-01", text.decode()).encode()
        ),
        f"CHANGELOG.md: {VERSION} is of 2001-01-01, and created in datapackage.json is 20",
    ),
    "nothing on the library": (
        release_checks.is_in_changelog,
        in_changelog("- y\n", ""),
        f"CHANGELOG.md: {VERSION} says nothing below ### Library; say what changed",
    ),
    "not built": (
        release_checks.is_built,
        lambda copy: copy.edit("CITATION.cff", "dataset", "software"),
        "CITATION.cff: is not what the sources give; run make",
    ),
    "no rows in the log": (
        release_checks.is_logged,
        set_version("88.0.0"),
        "data/history: has no rows of 88.0.0; run make",
    ),
    "another hash": (
        release_checks.is_valid,
        lambda copy: copy.edit("datapackage.json", "sha256:", "sha256:0"),
        "datapackage.json",
    ),
    "not the tables of this library": (
        release_checks.is_valid,
        set_version("88.0.0"),
        "datapackage.json: not checked: whether it has all tables",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_in_one_line(repository: Copy, name: str) -> None:
    check, plant, said = FAULTS[name]
    before = list(check(repository.root))
    plant(repository)
    new = [line for line in check(repository.root) if line not in before]
    assert any(said in line for line in new), new
    assert "\n" not in "".join(new)


def test_every_check_has_a_fault_that_it_finds() -> None:
    assert {check for check, _, _ in FAULTS.values()} == {*release_checks.CHECKS}


def test_faults_of_all_checks_are_told_at_once_and_nothing_is_written(repository: Copy) -> None:
    for name in ("not committed", "no section", "not built"):
        FAULTS[name][1](repository)
    done = invoke(repository.root, "--write")
    assert (done.exit_code, done.stdout) == (1, "")
    for name in ("not committed", "no section", "not built"):
        assert FAULTS[name][2] in done.stderr
    assert not (repository.root / "dist").exists()


def test_what_a_check_cannot_read_is_one_thing_more(repository: Copy) -> None:
    repository.bytes("datapackage.json", lambda text: b"{")
    found = list(release_checks.problems(repository.root))
    assert any(line.startswith("datapackage.json:1: not JSON") for line in found)


def test_without_git_it_says_what_it_did_not_check(
    repository: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert list(release_checks.unchecked(repository.root)) == []
    shutil.rmtree(repository.root / ".git")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(repository.root.parent))
    (one,) = release_checks.unchecked(repository.root)
    assert one.startswith("whether all is committed, for want of git: fatal: not a git repository")
    assert list(release_checks.is_committed(repository.root)) == []
    monkeypatch.setenv("PATH", "")
    (one,) = release_checks.unchecked(repository.root)
    assert one.endswith("git is not installed")


# --- what is made ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a release of the small package, made elsewhere."""
    root = tmp_path_factory.mktemp("made") / "repository"
    out = root.with_name("out")
    shutil.copytree(small, root)
    (root / "README.md").write_text("# A small package\n", "utf-8")
    git(root, "add", "--all")
    git(root, "commit", "-qm", "README")
    done = run(root, "release", "--write", "--out", str(out))
    assert (done.returncode, done.stderr) == (0, "")
    assert [path.name for path in out.iterdir()] == [VERSION]
    assert (root / SUMS).read_bytes() == (out / VERSION / "SHA256SUMS").read_bytes()
    return out / VERSION


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def lines_of_sums(text: str) -> dict[str, str]:
    found = [line.split("  ") for line in text.splitlines()]
    return {name: digest for digest, name in found}


def test_the_sums_are_those_of_all_other_files(made: Path) -> None:
    """And they are sorted, and the same that are committed."""
    text = (made / "SHA256SUMS").read_text("utf-8")
    found = lines_of_sums(text)
    assert [*found] == sorted(names(made) - {"SHA256SUMS"})
    for name, digest in found.items():
        assert digest == hashlib.sha256((made / name).read_bytes()).hexdigest(), name


@pytest.mark.parametrize("form", FORMATS)
def test_each_format_is_there_under_its_own_name(made: Path, form: str, tmp_path: Path) -> None:
    name = export(form, tmp_path, directory=small_package()).name
    assert name.replace(Package(small_package()).version, VERSION) in names(made)


def test_the_views_and_the_codebook_are_there(made: Path, small: Path) -> None:
    for name, view in Package(small).views.items():
        assert (made / f"{name}.csv").read_bytes() == view.data
    assert (made / "codebook.html").read_bytes() == (small / "docs/codebook.html").read_bytes()


def test_the_files_that_the_readme_names_are_there(made: Path) -> None:
    table = page("README.md").partition("## Get it")[2].partition("## ")[0]
    named = re.findall(r"`([\w.-]+\.(?:xlsx|zip|csv|sqlite|bib|ris|whl))`", table)
    assert len(named) >= 10
    for name in named:
        assert name.replace("VERSION", VERSION) in names(made), name


def test_the_notes_are_the_section_of_the_changelog_and_how_to_cite(made: Path) -> None:
    text = (made / "NOTES.md").read_text("utf-8")
    assert "### Data\n\n- x\n\n### Library\n\n- y\n" in text
    assert f"(Version {VERSION}) [Data set]." in text
    assert "sha256sum -c SHA256SUMS" in text
    assert all(f"- `{name}`: " in text for name in names(made))


def test_the_crate_describes_exactly_the_files(made: Path) -> None:
    crate = json.loads((made / ro_crate.FILE).read_text("utf-8"))
    by_id = {entity["@id"]: entity for entity in crate["@graph"]}
    parts = [part["@id"] for part in by_id["./"]["hasPart"]]
    assert {*parts, ro_crate.FILE} == names(made)
    for name in parts:
        assert by_id[name]["contentSize"] == str((made / name).stat().st_size), name
        assert by_id[name]["encodingFormat"] != ro_crate.UNKNOWN, name
        assert by_id[name]["description"], name
    licences = Package(small_package()).descriptor["licenses"]
    assert [by_id[one["@id"]]["name"] for one in by_id["./"]["license"]] == [
        licence["name"] for licence in licences
    ]


def test_a_file_of_unknown_kind_has_the_media_type_of_any() -> None:
    assert ro_crate.media_type("x.unknown") == ro_crate.UNKNOWN
    for form in FORMATS.values():
        assert ro_crate.media_type(f"x{form.suffix}") != ro_crate.UNKNOWN, form


def test_the_sdist_has_nothing_that_is_made(made: Path) -> None:
    with tarfile.open(next(made.glob("*.tar.gz"))) as sdist:
        found = {name.partition("/")[2] for name in sdist.getnames()}
    assert "scripts/release.py" in found
    assert not [name for name in found if name.startswith(("dist", ".venv", "docs/releases"))]


# --- where it goes --------------------------------------------------------------------------------


def invoke(root: Path, *options: str) -> Result:
    return runner().invoke(release.main, ["--root", str(root), *options], catch_exceptions=False)


def some_files(root: Path, folder: Path) -> None:
    """In place of the files of a release, which take seconds."""
    (folder / "a.csv").write_text(Package(root).version, "utf-8")
    (folder / "b.csv").write_text((root / "LICENSE").read_text("utf-8"), "utf-8")
    (folder / "SHA256SUMS").write_text(release.sums(folder), "utf-8")


def is_promised(printed: str) -> bool:
    """Whether RELEASING.md says that this is printed, of its release 1.2.3 and the next one, 1.3.0."""
    words = printed.replace(VERSION, "1.2.3").replace("88.0.0", "1.3.0").strip()
    return f"`{words}`" in (PROJECT / "RELEASING.md").read_text("utf-8")


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(release_checks, "CHECKS", ())
    monkeypatch.setattr(release, "write_files", some_files)


@pytest.mark.usefixtures("unchecked")
def test_without_write_it_says_what_it_would_write(repository: Copy) -> None:
    done = invoke(repository.root)
    assert (done.exit_code, done.stderr) == (0, "")
    assert all(f"  {name}\n" in done.stdout for name in ("a.csv", "b.csv", "SHA256SUMS"))
    assert done.stdout.endswith(f"Nothing was written; with --write they go to dist/{VERSION}.\n")
    assert is_promised(done.stdout.partition(" Making")[0])
    assert release_checks.status(repository.root) == []
    assert not (repository.root / "dist").exists()


@pytest.mark.usefixtures("unchecked")
def test_a_release_is_written_once_and_stays(repository: Copy) -> None:
    root = repository.root
    first = invoke(root, "--write")
    assert (first.exit_code, first.stderr) == (0, "")
    assert first.stdout.endswith(f"Written: dist/{VERSION}, {SUMS}.\n")
    assert is_promised(first.stdout.splitlines()[-1])
    assert names(root / "dist" / VERSION) == {"a.csv", "b.csv", "SHA256SUMS"}
    assert (root / SUMS).read_bytes() == (root / "dist" / VERSION / "SHA256SUMS").read_bytes()
    again = invoke(root, "--write")
    assert again.stdout.endswith("Written: nothing, for nothing has changed.\n")
    assert {*os.listdir(root / "dist")} == {VERSION}
    assert {*os.listdir((root / SUMS).parent)} == {"SHA256SUMS"}


@pytest.mark.usefixtures("unchecked")
def test_other_bytes_are_an_error_that_names_the_files(repository: Copy) -> None:
    root = repository.root
    invoke(root, "--write")
    before = (root / "dist" / VERSION / "b.csv").read_bytes()
    repository.edit("LICENSE", "MIT", "mit")
    done = invoke(root, "--write")
    assert (done.exit_code, (root / "dist" / VERSION / "b.csv").read_bytes()) == (1, before)
    assert f"dist/{VERSION}/b.csv: is not what this release would have" in done.stderr
    assert "a.csv" not in done.stderr
    shutil.rmtree(root / "dist")
    done = invoke(root, "--write")
    assert done.exit_code == 1
    assert f"{SUMS}: " in done.stderr
    assert "b.csv; a release never changes" in done.stderr
    assert os.listdir(root / "dist") == []


@pytest.mark.usefixtures("unchecked")
def test_what_fails_on_the_way_leaves_nothing(
    repository: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(root: Path, folder: Path) -> None:
        some_files(root, folder)
        raise release.ReleaseError("no more")

    monkeypatch.setattr(release, "write_files", half)
    done = invoke(repository.root, "--write")
    assert (done.exit_code, done.stderr) == (1, "no more\n")
    assert os.listdir(repository.root / "dist") == []
    assert not (repository.root / SUMS).exists()


def test_a_folder_that_the_sdist_would_have_is_refused(repository: Copy) -> None:
    done = invoke(repository.root, "--out", str(repository.root / "data"))
    assert done.exit_code == 1
    assert "is inside the package; write to" in done.stderr


# --- the next version -----------------------------------------------------------------------------


@pytest.fixture
def released(repository: Copy) -> Copy:
    """A repository whose release was made and committed, with an older one kept."""
    for file in (SUMS, f"{archive.FOLDER}/0.0.1.zip"):
        path = repository.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", "utf-8")
    git(repository.root, "add", "--all")
    git(repository.root, "commit", "-qm", "Sums")
    return repository


def test_the_next_version_begins_and_the_release_is_kept(released: Copy) -> None:
    root = released.root
    before = Package(root)
    files = {file: before.read(file) for file in archive.files(before)}
    done = invoke(root, "--next", "88.0.0")
    assert (done.exit_code, done.stderr) == (0, "")
    assert is_promised(done.stdout)
    assert os.listdir(root / archive.FOLDER) == [f"{VERSION}.zip"]
    with archive.opened(root / archive.FOLDER / f"{VERSION}.zip") as kept:
        assert {file: kept.read(file) for file in archive.files(kept)} == files
    lines = files["datapackage.json"].decode().splitlines()
    now = (root / "datapackage.json").read_text("utf-8").splitlines()
    changed = [new for old, new in zip(lines, now, strict=True) if old != new]
    assert changed[0] == '  "version": "88.0.0-dev",'
    assert all(line.startswith('  "created": "20') for line in changed[1:])
    assert Package(root).version == "88.0.0-dev"


REFUSED = {
    "": "'' is no version; write it as 1.2.3",
    "88.0.0-dev": "'88.0.0-dev' is no version; write it as 1.2.3",
    VERSION: f"{VERSION} is not higher than {VERSION}",
    "86.9.9": f"86.9.9 is not higher than {VERSION}",
}


@pytest.mark.parametrize("version", REFUSED)
def test_what_cannot_be_next_is_refused(released: Copy, version: str) -> None:
    before = (released.root / "datapackage.json").read_bytes()
    done = invoke(released.root, "--next", version)
    assert done.exit_code == 1
    assert done.stderr.startswith(REFUSED[version])
    assert done.stderr.count("\n") == 1
    assert (released.root / "datapackage.json").read_bytes() == before
    assert os.listdir(released.root / archive.FOLDER) == ["0.0.1.zip"]


def test_nothing_comes_next_before_the_release_is_made(repository: Copy) -> None:
    assert f"{VERSION} has no {SUMS}" in invoke(repository.root, "--next", "88.0.0").stderr
    repository.edit("datapackage.json", VERSION, f"{VERSION}-dev")
    told = invoke(repository.root, "--next", "88.0.0").stderr
    assert f"version '{VERSION}-dev' is that of no release" in told


# --- the real package -----------------------------------------------------------------------------


def tracked(target: Path) -> Path:
    """A copy of all files of the project that git knows."""
    for name in git(PROJECT, "ls-files").splitlines():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(PROJECT / name, target / name)
    return target


def test_a_release_has_the_same_bytes_in_another_directory(tmp_path: Path) -> None:
    """And once more after its sums were committed."""
    one, other = tmp_path / "one", tmp_path / "another" / "place"
    for root in (one, other):
        prepare(tracked(root))
        done = run(root, "release", "--write")
        assert (done.returncode, done.stderr) == (0, "")
    assert (one / SUMS).read_bytes() == (other / SUMS).read_bytes()
    assert git(one, "status", "--porcelain", "-uall").splitlines() == [f"?? {SUMS}"]
    git(one, "add", "--all")
    git(one, "commit", "-qm", "Sums")
    shutil.rmtree(one / "dist")
    again = run(one, "release", "--write")
    assert (again.returncode, again.stderr) == (0, "")
    for path in (one / "dist" / VERSION).iterdir():
        assert path.read_bytes() == (other / "dist" / VERSION / path.name).read_bytes(), path.name
    assert validate(one / "dist" / VERSION / f"syria-statements-{VERSION}-csv.zip") == []


# --- archives -------------------------------------------------------------------------------------


def test_an_archive_is_the_package(tmp_path: Path) -> None:
    """Its files are those of the package to the byte, and it is as valid as a directory."""
    package = Package(small_package())
    target = tmp_path / "x.zip"
    archive.write_archive(package, target)
    assert validate(target) == []
    with archive.opened(target) as found:
        unpacked = {path for path in Path(found.directory).rglob("*") if path.is_file()}
        names = {path.relative_to(found.directory).as_posix() for path in unpacked}
        assert names == {*archive.files(package)}
        assert {name: found.read(name) for name in names} == {
            name: package.read(name) for name in names
        }
    assert not Path(found.directory).exists()


def test_an_archive_has_every_table_and_schema() -> None:
    named = archive.files(Package(ROOT))
    found = {path for folder in ("data", "schema") for path in (ROOT / folder).rglob("*")}
    files = {path.relative_to(ROOT).as_posix() for path in found if path.is_file()}
    expected = {name for name in files if name.endswith((".csv", ".json"))}
    expected -= {*history.kept_files(Package(ROOT)), csvw.FILE}  # of older releases; no schema
    assert {*named} == {"datapackage.json", *expected}


def test_an_archive_replaces_an_old_one_and_is_the_same_again(tmp_path: Path) -> None:
    target = tmp_path / "x.zip"
    target.write_bytes(b"old")
    archive.write_archive(Package(small_package()), target)
    first = target.read_bytes()
    archive.write_archive(Package(small_package()), target)
    assert target.read_bytes() == first
    assert [path.name for path in tmp_path.iterdir()] == ["x.zip"]


def test_what_is_no_archive_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"no zip")
    with (
        pytest.raises(PackageError, match=r"x\.zip: is not a zip"),
        archive.opened(tmp_path / "x.zip"),
    ):
        pass
