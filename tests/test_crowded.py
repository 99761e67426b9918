"""The build beside another build, killed, without permission, without room: it does all, or nothing and says why."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from conftest import PROJECT
from small import Copy, run_build, small_package

import syria_statements as ss

VERBATIM = "data/sources/small-group/2019-11-14.md"
WAITING = "Another run of the build is under way; waiting for it …"
PATIENCE = 120  # seconds in which a program must end

pytestmark = [
    pytest.mark.matrix,
    pytest.mark.skipif(os.name == "nt", reason="NOT TESTED: signals and permissions of POSIX"),
]


def changed(copy: Copy) -> Copy:
    """A package of whose tables some are to be written."""
    copy.edit(VERBATIM, "as: Jordan}", "as: Jordan, role: signatory}")
    copy.edit(VERBATIM, "note: A translation;", "note: A French translation;")
    copy.edit(VERBATIM, "[all perpetrators]", "all [perpetrators]")
    return copy


def files(root: Path) -> dict[str, bytes]:
    """All files but those with which the build works."""
    paths = [path for path in sorted(root.rglob("*")) if path.is_file() and not path.is_symlink()]
    names = {path.relative_to(root).as_posix(): path for path in paths}
    return {name: path.read_bytes() for name, path in names.items() if ".build" not in name}


@cache
def built(folder: Path) -> dict[str, bytes]:
    """What one build gives of the changed package."""
    shutil.copytree(small_package(), folder)
    assert run_build(changed(Copy(folder)).root).exit_code == 0
    return files(folder)


@pytest.fixture
def right(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return built(tmp_path_factory.getbasetemp() / "built-alone")


@pytest.fixture
def project(copy: Copy) -> Copy:
    return changed(copy)


def start(root: Path, *options: str, before: tuple[str, ...] = ()) -> subprocess.Popen[str]:
    """A build in a Python of its own."""
    command = [*before, sys.executable, "-m", "scripts.build", "--root", str(root), *options]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=PROJECT, stdout=pipe, stderr=pipe, text=True)


def said(run: subprocess.Popen[str]) -> list[str]:
    """Lines that a run has written to standard error; it must end."""
    return run.communicate(timeout=PATIENCE)[1].splitlines()


def is_whole(root: Path, right: dict[str, bytes]) -> None:
    """The package is what one build gives, valid, and nothing is left over."""
    assert files(root) == right
    assert ss.validate(root) == []
    assert os.listdir(root / ".build") == ["lock"]


# --- two at once ----------------------------------------------------------------------------------


@pytest.mark.parametrize("pair", [0, *(pytest.param(n, marks=pytest.mark.matrix) for n in range(1, 20))])  # fmt: skip
def test_two_builds_at_once_give_what_one_gives(
    project: Copy, right: dict[str, bytes], pair: int
) -> None:
    first = start(project.root)
    time.sleep(0.02 * pair)
    second = start(project.root)
    for run in (first, second):
        assert said(run) in ([], [WAITING])
        assert run.returncode == 0
    is_whole(project.root, right)
    assert pair or run_build(project.root, "--check").exit_code == 0


@pytest.mark.matrix
@pytest.mark.parametrize("pause", [0, 0.05, 0.1, 0.2, 0.3, 0.4])
def test_a_check_beside_a_build_sees_the_old_or_the_new(
    project: Copy, right: dict[str, bytes], pause: float
) -> None:
    run = start(project.root)
    time.sleep(pause)
    check = start(project.root, "--check")
    told = [line for line in said(check) if line != WAITING]
    assert check.returncode == (1 if told else 0)
    assert not told or told[0].startswith("--- data/"), told
    assert said(run) in ([], [WAITING])
    assert run.returncode == 0
    is_whole(project.root, right)


# --- stopped --------------------------------------------------------------------------------------


def at_work(run: subprocess.Popen[str], root: Path, moment: int, moments: int) -> None:
    """Wait until a build works, and then for a part of the time that it takes."""
    end = time.monotonic() + PATIENCE
    while run.poll() is None and time.monotonic() < end:
        if any(entry.is_dir() for entry in (root / ".build").iterdir()):
            time.sleep(moment * 0.6 / moments)
            return
        time.sleep(0.002)


def is_mended(project: Copy, old: dict[str, bytes], right: dict[str, bytes]) -> None:
    """No file is a part of one, and the next build does what is left to do."""
    now = files(project.root)
    assert now.keys() == old.keys()
    assert all(content in (old[file], right[file]) for file, content in now.items())
    assert run_build(project.root).exit_code == 0
    is_whole(project.root, right)


@pytest.mark.matrix
@pytest.mark.parametrize("moment", range(12))
def test_a_killed_build_is_done_by_the_next(
    project: Copy, right: dict[str, bytes], moment: int
) -> None:
    old = files(project.root)
    run = start(project.root)
    at_work(run, project.root, moment, 12)
    run.kill()
    assert "Traceback" not in "".join(said(run))
    assert run.returncode in (0, -signal.SIGKILL)
    is_mended(project, old, right)


SOME = [("SIGTERM", 0), *((name, moment) for name in ("SIGTERM", "SIGHUP", "SIGINT") for moment in (1, 3, 5))]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "moment"),
    [pytest.param(*some, marks=pytest.mark.matrix if number else ()) for number, some in enumerate(SOME)],
)  # fmt: skip
def test_a_stopped_build_takes_its_folder_away(
    project: Copy, right: dict[str, bytes], name: str, moment: int
) -> None:
    old = files(project.root)
    run = start(project.root)
    at_work(run, project.root, moment, 6)
    run.send_signal(number := getattr(signal, name))
    told = said(run)
    assert told in ([], ["Aborted!"], ["", "Aborted!"])
    # 1 is what click says of an interrupt; a signal to a Python that ends has its usual effect
    assert run.returncode in (0, 1, 128 + number, -number)
    if run.returncode > 0:
        assert os.listdir(project.root / ".build") == ["lock"]
    is_mended(project, old, right)


# --- no permission, no file -----------------------------------------------------------------------

POWERS = "-dac_override,-dac_read_search,-fowner"


def held_to_permissions() -> tuple[str, ...]:
    """The command before another for which permissions hold, although root runs it."""
    if os.geteuid():
        return ()
    command = ("setpriv", "--bounding-set", POWERS, "--inh-caps", POWERS)
    can = shutil.which("setpriv") and subprocess.run([*command, "true"], check=False).returncode == 0  # fmt: skip
    if not can:
        pytest.skip("NOT TESTED: permissions do not hold for root, and setpriv cannot make them")
    return command


# What may not be written or read → the beginnings of what is told.
FORBIDDEN = {
    ".": (0o555, ".build: Permission denied"),
    "data": (0o555, "data/"),
    "schema/acts.json": (0o000, "schema/acts.json"),
    VERBATIM: (0o000, f"{VERBATIM}:1: cannot be read: Permission denied"),
    "data/sources/small-group": (0o000, "data/sources/small-group"),
    "datapackage.json": (0o000, "datapackage.json"),
}


def forbidden(place: str, option: str = "") -> Any:
    """A case of the test below, with its marks."""
    matrix = [] if place == VERBATIM and not option else [pytest.mark.matrix]
    return pytest.param(place, [option] if option else [], marks=matrix)


@pytest.mark.parametrize(
    ("place", "options"),
    [forbidden(place, option) for place in FORBIDDEN for option in ("", "--check")],
)
def test_what_may_not_be_read_or_written_is_one_line(
    project: Copy, place: str, options: list[str]
) -> None:
    before = held_to_permissions()
    shutil.rmtree(project.root / ".build")
    old = files(project.root)
    mode, told = FORBIDDEN[place]
    path = project.root / place
    kept = path.stat().st_mode
    path.chmod(mode)
    try:
        run = start(project.root, *options, before=before)
        lines = said(run)
    finally:
        path.chmod(kept)
    assert run.returncode == 1
    if options and place == "data":  # which it only reads
        assert lines[0].startswith("--- data/")
    else:
        assert [line for line in lines if not line.startswith(told)] == []
        assert len(lines) == 1
    assert files(project.root) == old
    assert run_build(project.root).exit_code == 0


_vanishing: Path | None = None


def _vanish(event: str, arguments: tuple[Any, ...]) -> None:
    global _vanishing
    if event == "open" and _vanishing and str(arguments[0]) == str(_vanishing):
        path, _vanishing = _vanishing, None
        path.unlink()


sys.addaudithook(_vanish)  # a hook cannot be removed; it only acts while a file is to vanish


@pytest.mark.parametrize("file", [VERBATIM, *(pytest.param(file, marks=pytest.mark.matrix) for file in ("schema/acts.json", "data/codebook/acts.csv", "datapackage.json"))])  # fmt: skip
def test_a_file_that_vanishes_before_it_is_opened_is_one_line(project: Copy, file: str) -> None:
    global _vanishing  # noqa: PLW0603
    old = files(project.root)
    _vanishing = project.root / file
    try:
        done = run_build(project.root)
    finally:
        _vanishing = None
    assert not (project.root / file).exists(), "it was never opened"
    assert done.exit_code == 1
    (line,) = done.stderr.splitlines()
    assert file in line
    assert "No such file" in line
    assert files(project.root) == {name: old[name] for name in old if name != file}


def no_folder(path: Path) -> None:
    path.mkdir()


def no_end(path: Path) -> None:
    path.symlink_to(path.name)


def no_target(path: Path) -> None:
    path.symlink_to("nowhere")


KINDS: dict[str, Callable[[Path], None]] = {
    "a folder": no_folder,
    "a link to itself": no_end,
    "a link to nothing": no_target,
    "a pipe": os.mkfifo if hasattr(os, "mkfifo") else no_folder,
}


@pytest.mark.matrix
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("file", [VERBATIM, "schema/acts.json", "data/codebook/acts.csv", "datapackage.json"])  # fmt: skip
def test_what_is_no_file_is_one_line(project: Copy, file: str, kind: str) -> None:
    path = project.root / file
    path.unlink()
    KINDS[kind](path)
    old = files(project.root)
    run = start(project.root)
    lines = said(run)
    assert run.returncode == 1
    assert len(lines) <= 2, lines  # without a schema there is no table to which others refer
    assert "".join(lines).isprintable()
    assert file in lines[0]
    assert files(project.root) == old


WRITTEN = [(file, kind) for file in ("data/clauses.csv", "docs/codebook.html", ".build") for kind in ("a folder", "a link to itself", "a link to nothing")]  # fmt: skip


@pytest.mark.matrix
@pytest.mark.parametrize(
    ("file", "kind"),
    [
        pytest.param(file, kind)
        for file, kind in WRITTEN
    ],
)  # fmt: skip
def test_another_kind_in_the_place_of_what_is_written(
    project: Copy, right: dict[str, bytes], file: str, kind: str
) -> None:
    """A link is replaced; a folder cannot be, and is told in a line; the next build does the rest."""
    path = project.root / file
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    KINDS[kind](path)
    run = start(project.root)
    lines = said(run)
    assert len(lines) == run.returncode
    assert run.returncode == 0 or lines[0].startswith(f"{file}: ")
    assert (file == ".build" or kind == "a folder") or run.returncode == 0
    if run.returncode:
        path.unlink() if path.is_symlink() else path.rmdir()
        assert run_build(project.root).exit_code == 0
    is_whole(project.root, right)


# --- no room --------------------------------------------------------------------------------------

# A build to which no file may be longer than its first argument says: a write beyond it fails as on a full disk.
LIMITED = """
import resource, signal, sys
most = int(sys.argv.pop(1))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from scripts import build
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
build.main()
"""


@pytest.mark.parametrize("most", [9000, *(pytest.param(most, marks=pytest.mark.matrix) for most in (0, 100, 2500, 20_000, 60_000))])  # fmt: skip
def test_a_file_that_cannot_grow_is_one_line(project: Copy, most: int) -> None:
    old = files(project.root)
    command = [sys.executable, "-c", LIMITED, str(most), "--root", str(project.root)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "File too large" in line
    assert files(project.root) == old
    assert os.listdir(project.root / ".build") == ["lock"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """A disk of so many kilobytes."""
    mounted: list[Path] = []

    def mount(size: int) -> Path:
        place = tmp_path / "disk"
        place.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", str(place)]
        can = shutil.which("mount") and subprocess.run(command, check=False, capture_output=True).returncode == 0  # fmt: skip
        if not can:
            pytest.skip("NOT TESTED: no disk can be mounted here; files that cannot grow stand in")
        mounted.append(place)
        return place

    yield mount
    for place in mounted:
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.matrix
@pytest.mark.parametrize("free", [0, 8, 100, 300, 600, 900])
def test_a_full_disk_is_one_line(
    small_disk: Callable[[int], Path], right: dict[str, bytes], free: int
) -> None:
    disk = small_disk(16_000)
    root = disk / "package"
    shutil.copytree(small_package(), root)
    changed(Copy(root))
    old = files(root)
    left = shutil.disk_usage(disk).free - free * 1024
    (disk / "filling").write_bytes(bytes(left))
    run = start(root)
    lines = said(run)
    if run.returncode == 0:
        assert free >= 600
    else:
        assert [line for line in lines if "No space left on device" not in line] == []
        assert len(lines) == 1
        assert files(root) == old
        assert os.listdir(root / ".build") == ["lock"]
    (disk / "filling").unlink()
    assert run_build(root).exit_code == 0
    is_whole(root, right)
