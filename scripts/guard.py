"""What is wrong with an annotated source: characters, keys, spans, and the round trip that the parser must survive."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from difflib import SequenceMatcher
from itertools import accumulate, groupby
from typing import Any

from annotation import FRONT, ITEMS, SPANS, Document, Keys, Problem, Span, plain, render, walk

CLAUSE_ID = re.compile(r"c[0-9]{2,3}[a-z]?")
_CLOSING = re.compile(r"(?<!\\)\]")
_ATTRIBUTES = re.compile(r'\{\.[a-z]+(?: [A-Za-z][\w-]*=(?:[A-Za-z0-9_:-]+|"[^"\\{}]*"))*\}')
_NO_MORE = (
    "directly after the bracket, on one line, without braces, backslashes or single quotes; a bracket of the text is written \\[ or \\]"
)


def problems(source: str, document: Document) -> list[Problem]:
    """All that is wrong with the source of a document, each at its line."""
    return [
        *character_problems(source, document.path),
        *_front_problems(document),
        *_span_problems(document),
        *_round_trip_problems(document, source),
    ]


def has_windows_line_ends(source: str) -> bool:
    """Whether all lines end as on Windows; a lone carriage return is a character like others that must not be there."""
    return "\r\n" in source and source.count("\r") == source.count("\n") == source.count("\r\n")


def character_problems(source: str, path: str) -> Iterator[Problem]:
    """Characters that a source must not hold."""
    if source.isascii() and not any(map(_forbidden, set(source) - {"\n"})):
        return
    for number, line in enumerate(source.split("\n"), 1):
        if not unicodedata.is_normalized("NFC", line):
            yield Problem(path, number, "characters are not in Unicode NFC; normalise them")
        if bad := sorted(set(filter(_forbidden, line))):
            codes = ", ".join(f"U+{ord(character):04X}" for character in bad)
            yield Problem(path, number, f"characters {codes}; allowed are printed characters and line feeds")


def _forbidden(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Co", "Cs", "Zl", "Zp") or character == "\ufeff"


def _span_problems(document: Document) -> Iterator[Problem]:
    seen: Counter[str] = Counter()
    for span, parents, _ in (found for paragraph in document.paragraphs for found in walk(paragraph.children)):
        for message in _span_shape(span, parents):
            yield Problem(document.path, span.end_line, message)
        if span.kind == "clause" and "id" in span.attributes:
            identifier = span.attributes["id"]
            seen[identifier] += 1
            if seen[identifier] > 1:
                yield Problem(document.path, span.end_line, f"clause id {identifier} is used twice; every clause has its own")


def _span_shape(span: Span, parents: tuple[Span, ...]) -> Iterator[str]:
    if span.kind not in SPANS:
        yield f"{f'unknown class {span.kind!r}' if span.kind else 'a span without a class'}; allowed are {', '.join(SPANS)}"
        return
    yield from (message for _, message in _key_messages(f"{span.kind} span", span.attributes, SPANS[span.kind]))
    if not plain(span.children).strip():
        yield f"empty {span.kind} span; a span holds the words that it marks"
    if span.kind != "clause" and not any(parent.kind == "clause" for parent in parents):
        yield f"{span.kind} span outside a clause; a mention stands inside the clause that makes it"
    if span.kind == "clause" and parents:
        yield f"a clause inside a {parents[-1].kind} span; a clause stands at the top of its paragraph"
    if span.kind == "clause" and not CLAUSE_ID.fullmatch(span.attributes.get("id", "c00")):
        yield f"clause id {span.attributes['id']!r}; allowed is c and two or three digits, then perhaps a letter: c07, c07a"


def _key_messages(what: str, found: Collection[str], keys: Keys) -> Iterator[tuple[str, str]]:
    """Keys that should not be there or are missing, each with what is to be told of it."""
    for key in found:
        if key not in keys:
            yield key, f"unknown key {key!r} of the {what}; allowed are {', '.join(keys)}"
    for key in keys:
        if keys[key] and key not in found:
            yield key, f"the {what} lacks the key {key!r}; required are {', '.join(key for key in keys if keys[key])}"


def _front_problems(document: Document) -> Iterator[Problem]:
    for key, message in _key_messages("front matter", document.front, FRONT):
        yield Problem(document.path, document.front_line(key), message)
    for key, value in document.front.items():
        if key in ITEMS:
            yield from _item_problems(document, key, value)
        elif not isinstance(value, str) or not value.strip():
            yield Problem(document.path, document.front_line(key), f"{key} is empty or not a single value; leave an unknown one out")


def _item_problems(document: Document, key: str, value: Any) -> Iterator[Problem]:
    keys = ITEMS[key]
    if not isinstance(value, list) or not (value or key == "signatories"):  # a text may name nobody who issues it
        yield Problem(document.path, document.front_line(key), f"{key} is not a list; allowed are mappings with {', '.join(keys)}")
        return
    for index, item in enumerate(value):
        if not isinstance(item, dict):
            yield Problem(
                document.path, document.front_line(key, index), f"an item of {key} is not a mapping; its keys are {', '.join(keys)}"
            )
            continue
        told = [*_key_messages(f"item of {key}", item, keys), *((name, told) for name in item if (told := _shape(name, item[name])))]
        for name, message in told:
            yield Problem(document.path, document.front_line(key, index, name), message)


def _shape(name: str, content: Any) -> str | None:
    """What is wrong with the value of a key in an item: ``facts`` is a list of words, every other value is single."""
    if name == "facts":
        words = isinstance(content, list) and content and all(isinstance(word, str) and word for word in content)
        return None if words else "facts is not a list of words; allowed is [title, date]"
    return None if isinstance(content, str) and content.strip() else f"{name} is empty or not a single value"


def _round_trip_problems(document: Document, source: str) -> Iterator[Problem]:
    """The guard. Each paragraph that does not read back as written gets its malformed attributes, or else its first odd line."""
    changed = _changed_lines(source.split("\n"), render(document).split("\n"))
    for lines in _by_block(changed, source.split("\n")):
        causes = [(number, cause) for number, line, _ in lines for cause in _attribute_causes(line)]
        if not causes:
            number, _, reading = lines[0]
            causes = [(number, f"reads back as {reading!r}; escape what is text (\\[ \\] \\{{ \\}} \\* \\_), or run build.py --format")]
        for number, cause in causes:
            yield Problem(document.path, number, cause)


def _changed_lines(source: list[str], rendered: list[str]) -> Iterator[tuple[int, str, str]]:
    """Line number, line, and how the line reads back, for all lines that differ."""
    if source == rendered:
        return
    for tag, i, i_end, j, j_end in SequenceMatcher(None, source, rendered, autojunk=False).get_opcodes():
        for offset in range(max(i_end - i, 1) if tag != "equal" else 0):
            at = min(i + offset, len(source) - 1)
            yield at + 1, source[at], rendered[j + offset] if j + offset < j_end else ""


def _by_block(changed: Iterable[tuple[int, str, str]], source: list[str]) -> Iterator[list[tuple[int, str, str]]]:
    blanks = list(accumulate(not line for line in source))
    for _, group in groupby(changed, key=lambda line: blanks[line[0] - 1]):
        yield list(group)


def _attribute_causes(line: str) -> Iterator[str]:
    """Closing brackets of one line that no well-formed attributes follow."""
    for bracket in _CLOSING.finditer(line):
        rest = line[bracket.end() :]
        shape = _ATTRIBUTES.match(rest)
        keys = re.findall(r" ([^\s=]+)=", shape.group()) if shape else []
        if not shape or rest[shape.end() : shape.end() + 1] == "{":
            before = line[: bracket.end()][-20:]
            yield f'malformed attributes after {before!r}; allowed is {{.class key=word key="quoted words"}} {_NO_MORE}'
        elif len(keys) != len(set(keys)) or any(key.startswith("on") for key in keys):
            yield f"a key given twice, or one that begins with 'on', in {shape.group()}; allowed is each key once"
