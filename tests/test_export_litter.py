"""An export leaves nothing beside its file, takes no other's file, and writes the same bytes on every system."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from small import Copy, small_package

from syria_statements import exports
from syria_statements.errors import Error, ExportError, PackageError
from syria_statements.exports import common, staging

PREFIX = staging.PREFIX
pytestmark = pytest.mark.matrix  # it starts and kills programs

# An export that stops at a moment of its way until it is killed.
STOPPED = """
import sys, time
from syria_statements import exports
from syria_statements.exports import common, staging, to_stata
directory, out, moment = sys.argv[1:]
def stop(*_):
    print("there", flush=True)
    time.sleep(60)
def before(module, name):
    setattr(module, name, stop)
def after(module, name):
    done = getattr(module, name)
    setattr(module, name, lambda *a, **k: (done(*a, **k), stop()))
{
    "no lock yet": lambda: before(staging.os, "open"),
    "lock not taken": lambda: before(staging, "_take"),
    "before writing": lambda: before(to_stata, "write"),
    "some written": lambda: after(to_stata, "write"),
    "all written": lambda: before(staging, "put"),
    "file is there": lambda: after(staging, "put"),
}[moment]()
exports.export("stata", out, ["acts", "topics"], directory=directory)
"""
MOMENTS = ["no lock yet", "lock not taken", "before writing", "some written", "all written", "file is there"]  # fmt: skip


def start(moment: str, out: Path) -> subprocess.Popen[str]:
    """A real export that has come to this moment."""
    command = [sys.executable, "-c", STOPPED, str(small_package()), str(out), moment]
    started = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert started.stdout
    assert started.stdout.readline() == "there\n"
    return started


def end(started: subprocess.Popen[str]) -> None:
    started.kill()
    started.wait()
    assert started.stdout
    started.stdout.close()


def litter(folder: Path) -> list[Path]:
    return list(folder.glob(f"{PREFIX}*"))


def export_small(out: Path, **more: Any) -> Path:
    return exports.export("json", out, ["acts"], directory=str(small_package()), **more)


@pytest.mark.skipif(os.name == "nt", reason="NOT TESTED: Windows has no SIGKILL")
@pytest.mark.parametrize("moment", MOMENTS)
def test_what_a_killed_export_leaves_is_removed_by_the_next_and_never_what_one_uses(
    moment: str, tmp_path: Path
) -> None:
    out = tmp_path / "x.zip"
    started = start(moment, out)
    (folder,) = litter(tmp_path)
    before = {path.name for path in folder.iterdir()}
    export_small(tmp_path / "live.json")
    if moment not in ("no lock yet", "lock not taken"):  # then it is not yet in use
        assert {path.name for path in folder.iterdir()} == before
    end(started)
    export_small(tmp_path / "next.json")
    assert litter(tmp_path) == []
    assert out.exists() == (moment == "file is there")
    if out.exists():
        assert zipfile.ZipFile(out).testzip() is None


def test_the_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    mine = [tmp_path / f"{PREFIX}notes", tmp_path / f"{PREFIX}01234567", tmp_path / f"{PREFIX}abcdefgh"]  # fmt: skip
    for folder in mine:
        folder.mkdir()
        (folder / "file").write_text("mine", "utf-8")
    (tmp_path / f"{PREFIX}linkedto").symlink_to(mine[0], target_is_directory=True)
    export_small(tmp_path)
    assert len(litter(tmp_path)) == 4
    assert [(folder / "file").read_text("utf-8") for folder in mine] == ["mine"] * 3


def test_a_folder_that_is_removed_before_it_is_locked_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[int] = []

    def lost(lock: int) -> bool:
        taken.append(lock)
        if len(taken) == 1:
            (folder,) = litter(tmp_path)
            (folder / staging.LOCK).unlink()
            folder.rmdir()
        return len(taken) != 2  # the second is taken by another

    monkeypatch.setattr(staging, "_take", lost)
    assert export_small(tmp_path).is_file()
    assert len(taken) == 3


@pytest.mark.parametrize("has_links", [True, False])
def test_a_file_that_appears_in_between_is_not_replaced(
    has_links: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "x.json"

    def refuse(*_: Any) -> None:
        raise PermissionError(1, "Operation not permitted")

    if not has_links:
        monkeypatch.setattr(os, "link", refuse)
        assert export_small(tmp_path / "first.json").is_file()
    sync = staging._sync
    monkeypatch.setattr(staging, "_sync", lambda path: (sync(path), target.write_text("theirs")))
    with pytest.raises(ExportError, match=r"x\.json exists already; to replace it use --force"):
        export_small(target)
    assert target.read_text() == "theirs"
    export_small(target, force=True)
    assert json.loads(target.read_text("utf-8"))["tables"]
    assert litter(tmp_path) == []


def test_of_two_exports_to_one_path_exactly_one_succeeds(tmp_path: Path) -> None:
    for attempt in range(5):
        target = tmp_path / f"{attempt}.json"
        told: list[str] = []
        barrier = threading.Barrier(2)

        def run(target: Path = target, told: list[str] = told, wait: Any = barrier.wait) -> None:
            wait()
            try:
                told.append(str(export_small(target)))
            except ExportError as error:
                told.append(str(error))

        threads = [threading.Thread(target=run) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        message = f"{target} exists already; to replace it use --force, or force=True in Python"
        assert sorted(told) == sorted([str(target), message])
    assert litter(tmp_path) == []


def test_a_link_that_leads_nowhere_is_a_file_that_exists(tmp_path: Path) -> None:
    target = tmp_path / "x.json"
    target.symlink_to(tmp_path / "nowhere.json")
    read: list[str] = []
    with pytest.raises(ExportError, match="exists already"):
        export_small(target, progress=lambda done, number, table: read.append(table))
    assert target.is_symlink()
    assert read == []  # it is told at once
    export_small(target, force=True)
    assert not target.is_symlink()


def test_a_link_to_a_directory_is_a_directory(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real", target_is_directory=True)
    assert export_small(tmp_path / "link").parent == tmp_path / "link"
    assert len(list((tmp_path / "real").iterdir())) == 1


def _fifo(folder: Path) -> str:
    os.mkfifo(folder / "x.json")
    return "x.json"


def _loop(folder: Path) -> str:
    (folder / "loop").symlink_to(folder / "loop")
    return "loop/x.json"


def _file(folder: Path) -> str:
    (folder / "file").write_text("")
    return "file/x.json"


ODD: dict[str, tuple[Callable[[Path], str], str]] = {
    "long name": (lambda folder: "x" * 300 + ".json", "cannot be written: "),
    "long path": (lambda folder: "x/" * 3000 + "x.json", "cannot be written: "),
    "no directory": (lambda folder: "no/x.json", "cannot be written: No such file or directory"),
    "no directory in a file": (_file, "cannot be written: Not a directory"),
    "pipe": (_fifo, "exists already"),
    "loop": (_loop, "cannot be written: "),
    "NUL": (lambda folder: "a\0b.json", "cannot be written: "),
    "NUL in the directory": (lambda folder: "a\0b/x.json", "cannot be written: "),
}


@pytest.mark.skipif(os.name == "nt", reason="NOT TESTED: other names and no pipes on Windows")
@pytest.mark.parametrize("kind", ODD)
def test_an_odd_target_is_told_in_one_line(kind: str, tmp_path: Path) -> None:
    make, message = ODD[kind]
    name = make(tmp_path)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(ExportError, match=message) as raised:
        export_small(tmp_path / name)
    assert "\n" not in str(raised.value)
    assert sorted(tmp_path.iterdir()) == before


def test_a_directory_that_cannot_be_searched_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, lstat = tmp_path / "x.json", os.lstat

    def refuse(path: Any, **more: Any) -> Any:  # the tests may run as root, who may search all
        if path == target:
            raise PermissionError(13, "Permission denied")
        return lstat(path, **more)

    monkeypatch.setattr(os, "lstat", refuse)
    with pytest.raises(ExportError, match="cannot be written: Permission denied"):
        export_small(target)


def test_a_name_of_the_longest_is_written(tmp_path: Path) -> None:
    assert export_small(tmp_path / ("x" * 250 + ".json")).is_file()


def test_a_fault_of_the_package_is_not_told_as_one_of_the_target(copy: Copy) -> None:
    (copy.root / "data" / "statements.csv").unlink()
    for form in exports.FORMATS:
        with pytest.raises(Error) as raised:
            exports.export(form, copy.root, None, directory=str(copy.root))
        assert isinstance(raised.value, PackageError)
        assert "cannot be written" not in str(raised.value)


@pytest.mark.parametrize("name", ["../a", "/a", "a/../b", "..", "C:a", "a\\b", "", "a\0"])
def test_no_name_in_a_zip_leads_out_of_it(name: str, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="is no path inside the package"):
        common.zip_files(tmp_path / "x.zip", {name: b""})


@pytest.mark.parametrize("key", ["path", "schema"])
def test_no_file_outside_the_package_is_read_or_named(key: str, copy: Copy) -> None:
    inside = copy.root / "inside"
    inside.mkdir()
    for path in list(copy.root.iterdir()):
        if path != inside:
            path.rename(inside / path.name)
    (copy.root / "secret").write_bytes((inside / "data" / "codebook" / "acts.csv").read_bytes())
    Copy(inside).json(
        "datapackage.json", lambda found: found["resources"][0].update({key: "../secret"})
    )
    with pytest.raises(Error):
        exports.export("csv", copy.root / "x.zip", directory=str(inside))
    assert not (copy.root / "x.zip").exists()


# --- the same bytes on every system ---------------------------------------------------------------

ON = """
import multiprocessing, multiprocessing.pool, multiprocessing.context, sys, sysconfig
sysconfig.get_config_vars()  # these need the real system
sys.platform, directory, out = sys.argv[1:]
from syria_statements import exports
for form in exports.FORMATS:
    tables = None if exports.FORMATS[form].own else ["acts", "clauses"]
    exports.export(form, out, tables, directory=directory)
"""


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Every format, as this system writes it."""
    out = tmp_path_factory.mktemp("here")
    for form in exports.FORMATS:
        tables = None if exports.FORMATS[form].own else ["acts", "clauses"]
        exports.export(form, out, tables, directory=str(small_package()))
    return {path.name: path.read_bytes() for path in out.iterdir()}


@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
def test_every_system_writes_the_same_bytes(
    system: str, here: dict[str, bytes], tmp_path: Path
) -> None:
    command = [sys.executable, "-c", ON, system, str(small_package()), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(here) == len(exports.FORMATS)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == here
