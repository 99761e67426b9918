"""Sources, built packages and tables written by hand, damaged by chance: each is accepted as it is, or told in one line.

What is done to a thing follows from its kind and its number alone. The numbers of what ever failed are kept in
fuzz_seeds.json, and here as small inputs of their own, for the statements of the tests change more seldom than all else.
"""

from __future__ import annotations

import csv
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from conftest import PROJECT
from small import STATEMENTS, Copy, run_build, small_package

import syria_statements as ss
from scripts import sources
from scripts.annotation import Document, parse, render
from scripts.source_keys import FRONT, ITEMS
from scripts.tabulation import Row, tabulate

SECONDS = 5  # of processor time, for one thing
WAIT = 90  # seconds of the clock, after which it waits for ever, as for a pipe
SOURCES = sorted(STATEMENTS.glob("*/*.md"))
DESCRIPTOR = "datapackage.json"
Random = random.Random
SEEDS: list[dict[str, Any]] = json.loads(Path(__file__).with_name("fuzz_seeds.json").read_text("utf-8"))  # fmt: skip
OPEN = {(seed["kind"], seed["number"]) for seed in SEEDS if seed.get("open")}  # not mended yet


def chance(kind: str, number: int) -> Random:
    return Random(f"{kind}-{number}")


# --- what may go wrong ----------------------------------------------------------------------------


class TooLongError(BaseException):
    """Raised in what takes too long; nothing that is tested catches it."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Stop what takes more processor time; where there is no such clock, look at it afterwards."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise TooLongError(f"took {seconds} s, or waits for ever")

    if not hasattr(signal, "setitimer"):
        start = time.process_time()
        yield
        if time.process_time() - start > seconds:
            raise TooLongError(f"took {seconds} s")
        return
    clocks = {signal.ITIMER_VIRTUAL: signal.SIGVTALRM, signal.ITIMER_REAL: signal.SIGALRM}
    before = {number: signal.signal(number, stop) for number in clocks.values()}
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    signal.setitimer(signal.ITIMER_REAL, WAIT)
    try:
        yield
    finally:
        for clock, number in clocks.items():
            signal.setitimer(clock, 0)
            signal.signal(number, before[number])


def fault_in(action: Callable[[], str]) -> str:
    """What an action finds wrong, or that it raises, or takes too long; empty if all is well."""
    try:
        with within(SECONDS):
            return action()
    except (Exception, TooLongError) as error:
        *_, last = traceback.extract_tb(error.__traceback__)
        return f"{type(error).__name__}: {str(error)[:100]} at {Path(last.filename).name}:{last.lineno}"


PLACED = re.compile(r"[^:]+:(?P<line>[1-9][0-9]*): \S.*")
NAMED = re.compile(r"[^:]+(?::[1-9][0-9]*)?: \S.*")


def misshapen(lines: Iterable[str], shape: re.Pattern[str] = PLACED) -> str:
    """The first line that is not ``path:line: message`` in printed characters."""
    for line in lines:
        if not line.isprintable() or not shape.fullmatch(line):
            return f"no message: {line[:100]!a}"
    return ""


def faults(numbers: Iterable[int], fault_of: Callable[[int], str]) -> dict[int, str]:
    """The numbers that failed, with what went wrong."""
    found = {number: fault_of(number) for number in numbers}
    return {number: fault for number, fault in found.items() if fault}


# --- a package to be damaged and mended -----------------------------------------------------------


class Bench:
    """A copy of the small package; ``mend`` makes it whole after each damage."""

    def __init__(self, root: Path) -> None:
        shutil.copytree(small_package(), root, dirs_exist_ok=True)
        self.root = root
        self.whole = self.files()

    def files(self) -> dict[str, bytes]:
        found = (Path(folder, name) for folder, _, names in os.walk(self.root) for name in names)
        return {
            path.relative_to(self.root).as_posix(): path.read_bytes()
            for path in found
            if path.is_file() and not path.is_symlink() and path.parent.name != ".build"
        }

    def mend(self) -> None:
        for folder, folders, names in os.walk(self.root):
            for path in (Path(folder, name) for name in (*names, *folders)):
                if path.is_symlink() or not (path.is_file() or path.is_dir()):
                    path.unlink()
        now = self.files()
        for file in now.keys() - self.whole.keys():
            (self.root / file).unlink()
        for file, content in self.whole.items():
            if now.get(file) != content:
                path = self.root / file
                if path.is_dir():
                    shutil.rmtree(path)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)

    def build_fault(self, shape: re.Pattern[str] = PLACED) -> str:
        """What is wrong with a build: it writes a valid package, or else nothing, and says why."""
        before = self.files()
        done = run_build(self.root)
        if done.exit_code == 0:
            return ""
        if done.exit_code != 1 or not done.stderr:
            return f"exit code {done.exit_code}, {done.stderr[:100]!a}"
        if self.files() != before:
            return "a build that failed has changed files"
        return misshapen(done.stderr.removesuffix("\n").split("\n"), shape)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


# --- mutations of a source ------------------------------------------------------------------------

Mutation = Callable[[str, Random], str]
LINES = [
    "# comment", "language: en", "format: g7", "a: &a [*a]", "<<: *x", "---", "...", "%YAML 1.1", "? [a]", "- a", "  - a", "note: |", "  more", "\ttab: x",
    "[r]: http://example.org/", "# Heading", "> quoted", "```", "1. b", "***", "$$", "<!-- x -->", "| a | b |", "    code", "", "  ", "\\",
    "a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]",
    "[A word more.]{.clause id=c98 act=call topic=ceasefire incipit=\"A word\" explicit=\"word more\"}", "Words that no clause holds.",
    "[[A word more.]{.clause id=c99 act=call topic=ceasefire}]{.paragraph id=p099}", "]{.paragraph id=p098}",
]  # fmt: skip
PIECES = [
    "[", "]", "{", "}", "(", ")", "\\", "\"", "'", "`", "*", "_", "~", "^", "$", "@", "|", "<", ">", "&amp;", "&#65;", "<b>", "![a](b)", "[a](b)",
    "]{.clause}", "{.clause id=c07}", "{#x}", "]{", "}[", "[]{.place id=syria}", "[x]{.actor id=iran role=target}", "]{.paragraph}", "]{.paragraph id=p001}", "{.paragraph id=p009 number=9}", "\\[", "\\]", "\\{", "\\\\", "\\\n",
    ": ", " #", "#", "- ", "? ", "!!int ", "!x ", "&a ", "*a", "{", "[[[", "%", "=", "--", "...", "\n", "\n\n", " ", "  ", "\t", "\r", "\r\n", "\v", "\f",
    "\x00", "\x1b[31m", "\x7f", "\x85", "\xa0", "\xad", "\u200b", "\u200d", "\u200f", "\u202e", "\u2028", "\u2029", "\u2066", "\u3000", "\ufeff", "\ufffd",
    "\uffff", "\U000e0041", "\U0001f600", "e\u0301", "\u0435", "\ufb03", "\U0001d4b3", "شق", "क्\u200dष", "é", "“", "’", "0", "9" * 400, "ab", "Syria", "or",
]  # fmt: skip
VALUES = [
    "", "~", "NO", "12:30", "010", "1e999", "0000-09-06", "9999-99-99", "2020-01-02T00:00:00", "[a, b]", "{a: b}", "[]", "{}", "!!int 3", "!!float x",
    "!!timestamp x", "!!set {a}", "!!python/object:os.system x", "&a x", "*a", "|", ">-", "\"a\\nb\"", "\"a\\rb\"", "\"\\u202e\"", "\"\\x00\"", "\"\\ud800\"",
    "\"unfinished", "'it''s'", "\"a: b\"", "\"# b\"", "a # b", "a: b", "=1+1", "@sum", "- a", "? a", "%x", "`x`", "[" * 300, "[" * 3000, "{a: " * 200,
    "x" * 140_000, "word " * 30_000 + "end", "\u200b", "ä", "\"\\", "<<", "null", "verbatim", "paraphrase", "none", "complete", "en", "syria", "2013-09-06",
    "[title, date: x]", "[text, !!int 3]", "[[title]]", "title", "[title, title]", "[nonsense]", "[title, \"\"]",
]  # fmt: skip


def _place(text: str, by: Random) -> int:
    return by.randrange(len(text) + 1)


def insert(text: str, by: Random) -> str:
    place = _place(text, by)
    return text[:place] + by.choice(PIECES) + text[place:]


def insert_a_letter(text: str, by: Random) -> str:
    place = _place(text, by)
    return text[:place] + by.choice("abcXYZ189.,;éßشق") + text[place:]


def delete(text: str, by: Random) -> str:
    place = _place(text, by)
    return text[:place] + text[place + by.choice((1, 1, 2, 10, 100)) :]


def swap(text: str, by: Random) -> str:
    place = _place(text, by)
    return text[:place] + text[place : place + 2][::-1] + text[place + 2 :]


def repeat(text: str, by: Random) -> str:
    place, length = _place(text, by), by.choice((1, 5, 80))
    return text[: place + length] + text[place:]


def cut(text: str, by: Random) -> str:
    return text[: _place(text, by)]


def replace_mark(text: str, by: Random) -> str:
    marks = [place for place, sign in enumerate(text) if sign in "[]{}\"'=:-,\n\\"]
    place = by.choice(marks or [0])
    return text[:place] + by.choice(PIECES) + text[place + 1 :]


def on_lines(change: Callable[[list[str], Random], object]) -> Mutation:
    def mutation(text: str, by: Random) -> str:
        lines = text.split("\n")
        change(lines, by)
        return "\n".join(lines)

    return mutation


def _swap_lines(lines: list[str], by: Random) -> None:
    one, other = by.randrange(len(lines)), by.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]


def _double(lines: list[str], by: Random) -> None:
    place = by.randrange(len(lines))
    lines[place:place] = lines[place : place + by.choice((1, 1, 3, 12))]


def _insert_line(lines: list[str], by: Random) -> None:
    lines.insert(by.randrange(len(lines) + 1), by.choice(LINES))


def _indent(lines: list[str], by: Random) -> None:
    place = by.randrange(len(lines))
    lines[place] = by.choice((" ", "  ", "\t")) + lines[place]


def _give_value(lines: list[str], by: Random) -> None:
    """Another value of a key of the front matter."""
    keyed = [place for place, line in enumerate(lines) if re.match(r"[ -]*\w+: ", line)]
    if keyed:
        place = by.choice(keyed)
        lines[place] = lines[place].partition(": ")[0] + ": " + by.choice(VALUES)


def _give_attribute(lines: list[str], by: Random) -> None:
    spans = [place for place, line in enumerate(lines) if "]{." in line]
    if spans:
        place = by.choice(spans)
        values = ["c01", "x", '"a b"', '"a } b"', "'x'", '""', "a,b", '"\u202e"', "syria", "call", "ceasefire", '"é ß"', '"1 2 3"']  # fmt: skip
        keys = list(re.finditer(r'(?<==)(?:"[^"]*"|[\w:-]+)', lines[place]))
        found = by.choice(keys) if keys else None
        if found:
            start, end = found.span()
            lines[place] = lines[place][:start] + by.choice(values) + lines[place][end:]


def many_paragraphs(text: str, by: Random) -> str:
    paragraph = '[[Equal words.]{.clause id=c90 act=call topic=ceasefire incipit="Equal words" explicit="Equal words"}]{.paragraph id=p090}'
    odd = by.choice(("odd [", "odd *", "", "-"))
    return text + "\n" + f"{paragraph}\n\n" * by.choice((300, 1000)) + odd + "\n"


def many_signatories(text: str, by: Random) -> str:
    actor = "  - {actor: iran, as: Iran}\n"
    return text.replace(actor, actor * by.choice((300, 1500)))


def huge_line(text: str, by: Random) -> str:
    place = _place(text, by)
    return text[:place] + by.choice(("x", "ab ", "[", "]", "\\", '"', "[a")) * 40_000 + text[place:]


COMMON = [
    *(insert, insert, insert_a_letter, insert_a_letter, delete, swap, repeat, replace_mark, cut),
    *map(on_lines, (_swap_lines, _double, _insert_line, _insert_line, _indent)),
    *map(on_lines, (_give_value, _give_value, _give_value, _give_attribute, _give_attribute)),
]
COSTLY = [many_paragraphs, many_signatories, huge_line]


def damaged_bytes(data: bytes, by: Random) -> bytes:
    place = by.randrange(len(data) + 1)
    kinds: list[Callable[[], bytes]] = [
        lambda: data[:place] + bytes([by.randrange(256)]) + data[place + 1 :],
        lambda: data[:place] + by.randbytes(by.choice((1, 4))) + data[place:],
        lambda: data[:place],
        lambda: data[:place] + data[place + by.choice((1, 7, 200)) :],
        lambda: b"\xef\xbb\xbf" + data,
        lambda: data.replace(b"\n", by.choice((b"\r\n", b"\r", b"\n\n"))),
        lambda: data.decode("utf-8", "replace").encode(by.choice(("utf-16", "cp1252")), "replace"),
        lambda: data + by.choice((b"\n", b"\x00", b" ", b"x", b"\n\n")),
    ]
    return by.choice(kinds)()


def mutant(number: int) -> tuple[Path, bytes]:
    """A source, one to three times damaged."""
    by = chance("source", number)
    path = by.choice(SOURCES)
    text = path.read_text("utf-8")
    for _ in range(by.choice((1, 1, 2, 3))):
        text = by.choice(COSTLY if by.random() < 0.01 else COMMON)(text, by)
    data = text.encode("utf-8", "surrogatepass")
    return path, damaged_bytes(data, by) if by.random() < 0.08 else data


# --- nothing true is lost -------------------------------------------------------------------------

MARKUP = re.compile(r'\\(?P<sign>.)|\]\{\.\w+(?P<keys>(?:"[^"]*"|[^}"])*)\}|[\[\]]')
VALUE = re.compile(r'=(?:"([^"]*)"|([^ "}]+))')
KEY = re.compile(
    rf"\b(?:{'|'.join([*FRONT, *(key for keys in ITEMS.values() for key in keys)])}): "
)
LETTERS = re.compile(r"[^\W\d_]+")


def lost(text: str, rows: list[Row]) -> str:
    """What a text that was accepted holds and no table, read with a few patterns and without the parsers."""
    front, _, body = text.removeprefix("---\n").partition("\n---\n")
    cells = [str(cell) for row in rows for cell in row.cells.values() if cell is not None]
    of_clauses = [row.cells for row in rows if row.table == "clauses"]
    told = "".join(str(row.get("gist") or row.get("text")) for row in of_clauses)
    written = MARKUP.sub(lambda found: found["sign"] or "", body)
    if "".join(written.split()) != "".join(told.split()):
        return "the body is not what its clauses say"
    known = {word for cell in cells for word in (*cell.split(), *cell.rpartition(".")[2].split())}
    for found in MARKUP.finditer(body):
        for value in VALUE.findall(found["keys"] or ""):
            for word in "".join(value).split():
                if word not in known:
                    return f"the value {word!a} is in no cell"
    letters = {word for cell in cells for word in LETTERS.findall(cell.replace("\\", ""))}
    for word in LETTERS.findall(KEY.sub(" ", front.replace("\\", ""))):
        if word not in letters and word not in FRONT:
            return f"the word {word!a} of the front matter is in no cell"
    return ""


def source_fault(root: Path, path: Path, data: bytes) -> str:
    """What is wrong with how a source is read."""
    place = root / "data" / "sources" / path.parent.name / path.name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)

    def action() -> str:
        text, document, problems = sources.read(root, place)
        rows = list(tabulate(document)) if document else []
        told = [str(problem) for problem in problems]
        last = data.count(b"\n") + 1
        beyond = [problem for problem in problems if (problem.line or 0) > last]
        if beyond:
            return f"beyond the {last} lines: {beyond[0]}"[:100]
        if problems or not document:
            return misshapen(told) or ("" if told else "neither read nor told")
        again = parse(text, "x.md")
        if not isinstance(again, Document) or render(again) != data.decode("utf-8"):
            return "accepted, and does not read the same again"
        return lost(text, rows)

    return fault_in(action)


def test_what_is_lost_is_noticed(tmp_path: Path) -> None:
    """The comparison itself: a row that is gone, and a word in no clause."""
    for path in SOURCES:
        place = tmp_path / "data" / "sources" / path.parent.name / path.name
        place.parent.mkdir(parents=True)
        shutil.copy(path, place)
        text, document, _ = sources.read(tmp_path, place)
        assert document
        rows = list(tabulate(document))
        assert lost(text, rows) == ""
        assert "body" in lost(text + "\nThey threaten war.\n", rows)
        assert "front matter" in lost(text.replace("title: ", "title: Unseen ", 1), rows)
        without = [row for row in rows if row.table != "clauses"]
        assert bool(lost(text, without)) == (len(without) < len(rows))


@pytest.mark.matrix
@pytest.mark.parametrize("first", range(0, 1500, 150))
def test_any_source_is_read_or_told(tmp_path: Path, first: int) -> None:
    numbers = range(first, first + 150)
    assert faults(numbers, lambda number: source_fault(tmp_path, *mutant(number))) == {}


def built_fault(bench: Bench, number: int) -> str:
    """What is wrong with a build of the small package with a source that was damaged."""
    path, data = mutant(number)
    (bench.root / "data" / "sources" / path.parent.name / path.name).write_bytes(data)

    def action() -> str:
        fault = bench.build_fault()
        invalid = ss.validate(bench.root) if run_build(bench.root, "--check").exit_code == 0 else []
        return fault or "".join(f"built, and not valid: {problem}" for problem in invalid[:1])

    found = fault_in(action)
    bench.mend()
    return found


@pytest.mark.matrix
@pytest.mark.parametrize("first", range(0, 1500, 375))
def test_any_source_is_built_or_told(bench: Bench, first: int) -> None:
    numbers = range(first, first + 375, 25)
    assert faults(numbers, lambda number: built_fault(bench, number)) == {}


# --- damage of a file -----------------------------------------------------------------------------

# JSON that is put in the place of a value.
ODD = [
    "null", "true", "0", "-1", "1.5", "1e400", "9" * 400, "9" * 5000, '""', '"x"', "[]", "{}", "[null]", "[[]]", '{"a": 1}', "NaN", '{"a": 1, "a": 2}',
    '"\\ud800"', '"\\u202e"', '"a\\nb"', '"\\u0000"', '"\\u001b]0;x"', "[" * 100_000, "[" * 300 + "]" * 300, '{"a":' * 400 + "1" + "}" * 400,
    '"' + "x" * 100_000 + '"', '"../secret.csv"', '"/etc/hostname"', '"data/statements.csv"', '"schema/acts.json"', '"statements"', '"string"', '"integer"',
    '"date"', '["x"]', '["position"]', '"("', '"[a"', '"(a+)+$"', '"^$"', '"2026-13-45T00:00:00Z"', '"=1+1"', "'x'", "", "1,", "\\",
]  # fmt: skip
CELLS = [
    "", "x", "0", "-1", "1.5", "9" * 400, "9" * 5000, "=1+1", "a,b", '"', "a\nb", "\x00", "\x1b", "\u202e", "\ufeff", "\xa0", "NA", "true", "2020-02-30",
    "0000-01-01", "99999-01-01", "statements", "votes", "y" * 200_000, "e\u0301", "S/RES/9999(2030)", "small-group-2019-11-14.c01", "c01", "١٢", "²", " a",
]  # fmt: skip


def _places(found: Any) -> Iterator[tuple[Any, Any]]:
    """Every container in JSON with each key or number in it."""
    if isinstance(found, dict | list):
        for key in found if isinstance(found, dict) else range(len(found)):
            yield found, key
            yield from _places(found[key])


def damaged_json(data: bytes, by: Random) -> bytes:
    if by.random() < 0.15:
        return damaged_bytes(data, by)
    content = json.loads(data)
    for _ in range(by.choice((1, 1, 2))):
        places = list(_places(content))
        if not places:
            break
        container, key = by.choice(places)
        act = by.randrange(4)
        if act == 0:
            del container[key]
        elif act == 1 and isinstance(container, dict):
            container[by.choice(("x", "", "name", "type", "path", "fields"))] = container.pop(key)
        elif act == 1:
            container.insert(key, container[key])
        else:
            container[key] = "here it stands"
    written = json.dumps(content, ensure_ascii=False)
    return written.replace('"here it stands"', by.choice(ODD)).encode("utf-8", "surrogatepass")


def damaged_csv(data: bytes, by: Random) -> bytes:
    if by.random() < 0.3:
        return damaged_bytes(data, by)
    rows = list(csv.reader(data.decode("utf-8").splitlines()))
    place = by.randrange(len(rows))
    column = by.randrange(len(rows[0]))
    kinds: list[Callable[[], object]] = [
        lambda: rows[place].__setitem__(column, by.choice(CELLS)),
        lambda: rows[place].__setitem__(column, by.choice(CELLS)),
        lambda: rows[0].__setitem__(column, by.choice((*CELLS, "name"))),
        lambda: rows.pop(place),
        lambda: rows.insert(place, rows[by.randrange(len(rows))]),
        lambda: rows[place].pop(column),
        lambda: rows[place].extend([""] * by.choice((1, 1000))),
        rows.reverse,
        lambda: [row.pop(column) for row in rows if column < len(row)],
        rows.clear,
        lambda: rows.extend(rows[-1:] * 2000),
    ]
    by.choice(kinds)()
    text = "\n".join(",".join(_cell(cell) for cell in row) for row in rows) + "\n"
    return text.encode("utf-8", "surrogatepass")


def _cell(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if set(cell) & {",", '"', "\n"} else cell


def _another_kind(path: Path, by: Random) -> None:
    """Something else than a file in the place of a file."""
    path.unlink()
    kinds: list[Callable[[], object]] = [
        lambda: None,
        path.mkdir,
        lambda: os.mkfifo(path),
        lambda: path.symlink_to(path.with_name("nothing")),
        lambda: path.symlink_to(path.name),
        lambda: path.symlink_to("/dev/null"),  # not zero: the build would copy it without end
        lambda: path.symlink_to(STATEMENTS / "nowhere"),
        lambda: shutil.rmtree(path.parent),
    ]
    by.choice(kinds if path.parent.parent.name else kinds[:-1])()


def damage(root: Path, file: str, by: Random) -> bool:
    """Damage a file; whether it is still one."""
    path = root / file
    if by.random() < 0.1:
        kind_only = file == DESCRIPTOR  # its folder is the whole package
        _another_kind(path, by) if not kind_only else path.unlink()
        return False
    change = damaged_json if file.endswith(".json") else damaged_csv
    path.write_bytes(change(path.read_bytes(), by))
    return True


@cache
def files_of(*folders: str) -> list[str]:
    """The tables and schemas in these folders of the small package, and its descriptor a few times."""
    root = small_package()
    found = [path for folder in folders for path in (root / folder).glob("*.*")]
    kept = [path.relative_to(root).as_posix() for path in found if path.suffix in (".csv", ".json")]
    return sorted(kept) + [DESCRIPTOR] * (len(kept) // 3)


WRITTEN_BY_HAND = ("data/codebook", "data/reference", "data/quality", "schema")


def package_fault(bench: Bench, number: int) -> str:
    """What is wrong with how a damaged package is validated."""
    by = chance("package", number)
    file = by.choice(files_of("data", *WRITTEN_BY_HAND))
    damage(bench.root, file, by)
    path = bench.root / file
    is_other = not path.is_file() or path.read_bytes() != bench.whole[file]
    is_refreshed = by.random() < 0.5
    if is_refreshed:
        Copy(bench.root).refresh()

    def action() -> str:
        problems = ss.validate(bench.root)
        if not problems and is_other and not is_refreshed and file.endswith(".csv"):
            return f"{file} was changed, and nobody says so"
        return misshapen(map(str, problems), NAMED)

    found = fault_in(action)
    bench.mend()
    return found


@pytest.mark.matrix
@pytest.mark.parametrize("first", range(0, 420, 60))
def test_any_package_is_validated(bench: Bench, first: int) -> None:
    numbers = range(first, first + 60)
    assert faults(numbers, lambda number: package_fault(bench, number)) == {}


def table_fault(bench: Bench, number: int) -> str:
    """What is wrong with a build from damaged tables and schemas."""
    by = chance("table", number)
    is_file = damage(bench.root, by.choice(files_of(*WRITTEN_BY_HAND)), by)
    found = fault_in(lambda: bench.build_fault(PLACED if is_file else NAMED))
    bench.mend()
    return found


@pytest.mark.matrix
@pytest.mark.parametrize("first", range(0, 120, 40))
def test_any_tables_are_built_or_told(bench: Bench, first: int) -> None:
    numbers = [n for n in range(first, first + 40) if ("table", n) not in OPEN]
    assert faults(numbers, lambda number: table_fault(bench, number)) == {}


# --- what ever failed -----------------------------------------------------------------------------

FAULT_OF: dict[str, Callable[[Bench, int], str]] = {
    "source": lambda bench, number: source_fault(bench.root, *mutant(number)),
    "built": built_fault,
    "package": package_fault,
    "table": table_fault,
}


@pytest.mark.parametrize(("kind", "number"), [(seed["kind"], seed["number"]) for seed in SEEDS])
def test_seed_that_once_failed(bench: Bench, kind: str, number: int) -> None:
    assert FAULT_OF[kind](bench, number) == ""


PARAPHRASE = "data/sources/astana/2020-01-02.md"
FACTS = "facts: [title, date, document_type, level, language, signatories, text, paragraphs_total]"
PLACE = "place: astana"
LAUGHS = "\n".join(
    ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 8))]
)
EQUAL = '[[Equal words.]{.clause id=c90 act=call topic=ceasefire incipit="Equal words" explicit="Equal words"}]{.paragraph id=p090}\n\n'
# What is written in place of what, in the paraphrase of the tests → a word of what is told.
WORDS: dict[str, tuple[str, str, str]] = {
    "a mapping among facts": (FACTS, "facts: [text, date: x]", "lists in lists"),
    "a tag among facts": (FACTS, "facts: [text, !!int 3]", "a tag"),
    "a tag for facts": (FACTS, "facts: !!int 3", "a tag"),
    **{
        f"the tag {kind}": (PLACE, f"place: !!{kind} x", "a tag")
        for kind in ("int", "float", "bool", "timestamp", "set", "python/name:os.system")
    },
    "laughs": (PLACE, f"{PLACE}\n{LAUGHS}\nnote: *a7", "an anchor"),
    "deep lists": (PLACE, f"place: {'[' * 300}", "lists in lists"),
    "deep mappings": (PLACE, f"place: {'{a: ' * 300}", "lists in lists"),
    "a carriage return": ("title: Joint Statement", 'title: "a\\rb"\nx: y', "U+000D"),
    "a line feed": ("title: Joint Statement", 'title: "a\\nb"\nx: y', "more than one line"),
    "words in no clause": ("\n[[[Those held]", "\nThey threaten war.\n[[[Those held]", "no clause"),
    "direction override": ("fall silent", "fall \u202esilent", "U+202E"),
    "equal paragraphs, one odd": ("\n[[[Those held]", "\n" + EQUAL * 300 + "odd [\n\n[[[Those held]", "is used twice"),
    "words in a paragraph and no clause": ("[[[Those held]", "[They threaten war.\n[[Those held]", "no clause"),
    "a paragraph whose id another has": ("id=p003", "id=p001", "paragraph id p001 is used twice"),
    "a paragraph without an id": ("{.paragraph id=p002 number=2 source=1}", "{.paragraph number=2 source=1}", "lacks the key 'id'"),
    "a clause in no paragraph": ("]{.paragraph id=p002 number=2 source=1}\n\n[[[", "\n\n[[", "a clause outside a paragraph"),
    "damaged fence": ("\n---\n\n[[Att", "\n--\n\n[[Att", "front matter"),
}  # fmt: skip


@pytest.mark.parametrize("name", WORDS)
def test_crafted_source_is_told(tmp_path: Path, name: str) -> None:
    old, new, told = WORDS[name]
    path = STATEMENTS / "astana" / "2020-01-02.md"
    text = path.read_text("utf-8")
    assert old in text
    data = text.replace(old, new, 1).encode()
    assert source_fault(tmp_path, path, data) == ""
    place = tmp_path / PARAPHRASE
    found = [str(problem) for problem in sources.read(tmp_path, place)[2]]
    assert any(told in message for message in found), found[:5]


@pytest.mark.matrix
def test_many_equal_paragraphs_and_one_odd_take_seconds(tmp_path: Path) -> None:
    path = STATEMENTS / "astana" / "2020-01-02.md"
    data = path.read_bytes() + b"\n" + EQUAL.encode() * 4000 + b"odd [\n"
    assert source_fault(tmp_path, path, data) == ""


def test_what_is_no_file_among_sources_is_told_with_the_rest(bench: Bench) -> None:
    folder = bench.root / "data" / "sources" / "ad-hoc"
    folder.mkdir()
    kinds: dict[str, Callable[[Path], object]] = {
        "2099-01-01.md": os.mkfifo,
        "2099-01-02.md": Path.mkdir,
        "2099-01-03.md": lambda path: path.symlink_to("nowhere"),
        "2099-01-04.md": lambda path: path.symlink_to(path.name),
        "2099-01-05.MD": lambda path: path.write_text("x", "utf-8"),
        "a b.md": lambda path: path.write_text("x", "utf-8"),
        "2099-01-06.md": lambda path: path.write_bytes(b"---\n\xff"),
        "\udcff.md": lambda path: path.write_text("x", "utf-8"),
    }
    for name, make in kinds.items():
        make(folder / name)
    done = run_build(bench.root)
    lines = done.stderr.splitlines()
    assert done.exit_code == 1
    assert misshapen(lines) == ""
    for name in (*kinds, "\\udcff.md"):
        found = [line for line in lines if line.startswith(f"data/sources/ad-hoc/{name}:")]
        assert len(found) == (name != "\udcff.md"), (name, lines)


def _without(content: dict[str, Any], column: str) -> None:
    content["fields"] = [field for field in content["fields"] if field["name"] != column]


def _pattern(pattern: str) -> Callable[[Copy], object]:
    def change(content: dict[str, Any]) -> None:
        (gist,) = (field for field in content["fields"] if field["name"] == "gist")
        gist["constraints"] = {"pattern": pattern}

    return lambda copy: copy.json("schema/clauses.json", change)


def _columns(number: int) -> Callable[[Copy], object]:
    def change(content: dict[str, Any]) -> None:
        last = content["fields"][-1]
        content["fields"] += [{**last, "name": f"column{n}"} for n in range(number)]

    return lambda copy: copy.json("schema/clauses.json", change)


def _drop_gist(copy: Copy) -> None:
    copy.json("schema/clauses.json", lambda content: _without(content, "gist"))
    rows = [{key: cell for key, cell in row.items() if key != "gist"} for row in copy.read("data/clauses.csv")]  # fmt: skip
    with (copy.root / "data/clauses.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    copy.refresh()


def _one_name_twice(content: dict[str, Any]) -> None:
    content["resources"][16]["name"] = "statements"


def _table_gone(content: dict[str, Any]) -> None:
    resources = content["resources"]
    content["resources"] = [entry for entry in resources if entry["name"] != "clause_topics"]


def _deep(depth: int) -> Callable[[Copy], object]:
    lists = "[" * depth + "]" * depth
    return lambda copy: copy.edit(DESCRIPTOR, '"version"', f'"odd": {lists}, "version"')


ACTS = "data/codebook/acts.csv"
# What is done to a package → a word of what `validate` tells, one of what the build tells.
DAMAGES: dict[str, tuple[Callable[[Copy], object], str, str]] = {
    "a schema that is no JSON": (lambda copy: copy.bytes("schema/acts.json", lambda data: data[:-9]), "not JSON", "schema/acts.json:"),
    "codes in Latin-1": (lambda copy: copy.bytes(ACTS, lambda data: data.replace(b"e", b"\xe9", 1)), "not UTF-8", f"{ACTS}:1: byte 0xe9"),
    "codes missing": (lambda copy: (copy.root / ACTS).unlink(), "no such file", ACTS),
    "a column of codes renamed": (lambda copy: copy.edit(ACTS, "class", "klass"), "the columns are", f"{ACTS}:1: the columns"),
    "a column gone from schema and file": (_drop_gist, "lacks the column gist", "gist"),
    "a column of a panel gone": (lambda copy: copy.json("schema/actor_year.json", lambda content: _without(content, "directive")), "lacks the column directive", "directive"),
    "a column of a key gone": (lambda copy: copy.json("schema/signatories.json", lambda content: _without(content, "role_id")), "a key names this column", "role_id"),
    "a built table gone": (lambda copy: copy.json(DESCRIPTOR, _table_gone), "the table is missing", "clause_topics"),
    "two tables of one name": (lambda copy: copy.json(DESCRIPTOR, _one_name_twice), "two tables have the same name", "two tables have the same name"),
    "a pattern that repeats repeats": (_pattern("(\\w+\\s?)+\\.\\."), "may take for ever", "may take for ever"),
    "lists in the descriptor, deep": (_deep(100_000), "cannot be read: RecursionError", f"{DESCRIPTOR}:1: cannot be read"),
}  # fmt: skip
COSTLY_DAMAGES: dict[str, tuple[Callable[[Copy], object], str, str]] = {
    "a pattern of choices that overlap": (_pattern(r"(\w|\w\w|\s)*!"), "", ""),
    "100,000 columns": (_columns(100_000), "", ""),
}


FAST = {"a schema that is no JSON", "a column gone from schema and file", "two tables of one name"}


def cases(names: Iterable[str]) -> list[Any]:
    """Kinds of damage, those of the matrix marked."""
    return [
        pytest.param(name, marks=[] if name in FAST else [pytest.mark.matrix]) for name in names
    ]


@pytest.mark.parametrize("name", cases([*DAMAGES, *COSTLY_DAMAGES]))
def test_crafted_damage_is_found(bench: Bench, name: str) -> None:
    change, told, _ = (DAMAGES | COSTLY_DAMAGES)[name]
    change(Copy(bench.root))
    found: list[str] = []

    def action() -> str:
        found.extend(map(str, ss.validate(bench.root)))
        return misshapen(found, NAMED)

    assert fault_in(action) == ""
    assert any(told in line for line in found), found[:5]


@pytest.mark.parametrize("name", cases(DAMAGES))
def test_crafted_damage_is_told_by_the_build(bench: Bench, name: str) -> None:
    change, _, told = DAMAGES[name]
    change(Copy(bench.root))
    assert fault_in(bench.build_fault) == ""
    assert told in run_build(bench.root).stderr


@pytest.mark.matrix
def test_descriptor_of_any_depth_is_told(bench: Bench) -> None:
    """At some depth one reader of JSON reaches Python's limit of recursion, and another does not yet."""
    found = {}
    for depth in range(880, 988, 4):
        _deep(depth)(Copy(bench.root))
        found[depth] = fault_in(bench.build_fault)
        bench.mend()
    assert {depth: fault for depth, fault in found.items() if fault} == {}


# Says what a function finds in a package, with three gigabytes of memory.
FRUGAL = """
import resource, sys
from syria_statements import validate
from scripts import build
resource.setrlimit(resource.RLIMIT_AS, (3 * 2**30, 3 * 2**30))
if sys.argv[1] == "build":
    sys.argv[1:2] = ["--root"]
    build.main()
print(*validate(sys.argv[2]), sep="\\n")
"""


@pytest.mark.matrix
@pytest.mark.parametrize(
    ("what", "file"),
    [
        ("validate", "data/clauses.csv"),
        *(
            pytest.param(*case)
            for case in (
                ("build", "data/clauses.csv"),
                ("validate", "schema/clauses.json"),
                ("validate", DESCRIPTOR),
                ("build", PARAPHRASE),
            )
        ),
    ],
)
def test_file_larger_than_the_memory_is_told(bench: Bench, what: str, file: str) -> None:
    """20 gigabytes of nothing, which take no room on the disk. What the build copies is not tried: copies take room."""
    os.truncate(bench.root / file, 20 * 10**9)
    command = [sys.executable, "-c", FRUGAL, what, str(bench.root)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    os.truncate(bench.root / file, 0)
    assert "Traceback" not in done.stderr
    assert done.returncode == 0 or file in done.stderr
    assert what == "build" or file in done.stdout
