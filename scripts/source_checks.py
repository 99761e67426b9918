"""What is wrong with an annotated source: characters, keys, spans, and the round trip."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from difflib import SequenceMatcher
from itertools import accumulate, groupby, takewhile
from typing import Any

from syria_statements.errors import shorten
from syria_statements.validation import characters
from syria_statements.validation.problem import Problem

from .annotation import Block, Document, Node, Span, plain, render, walk
from .source_keys import FRONT, ITEMS, SPANS, Keys

# Number of a line, the line, and how it reads back.
Changed = tuple[int, str, str]

# Class of a span → the form of its id, and that form in words.
IDS = {
    "paragraph": (
        re.compile(r"p[0-9]{3}[a-z]?"),
        "p and three digits, then perhaps a letter: p003, p003a",
    ),
    "clause": (
        re.compile(r"c[0-9]{2,3}[a-z]?"),
        "c and two or three digits, then perhaps a letter: c07, c07a",
    ),
}
MATCHED = 500  # lines
_LOOSE = "are in no clause, and would be in no table; every word is in a clause"
_SECOND = "a second paragraph without a blank line before it; a blank line ends a paragraph"
_CLOSING = re.compile(r"(?<!\\)\]")
_ATTRIBUTES = re.compile(
    r'\{\.[a-z]+(?: [A-Za-z][\w-]*=(?:[A-Za-z0-9_:-]+|"(?:[^"\\{}&]|&(?!#?\w+;))*"))*\}',
)
_WELL_FORMED = (
    'allowed is {.class key=word key="quoted words"} directly after the bracket, on one line, '
    "without braces, backslashes, entities or single quotes; "
    "a bracket of the text is written \\[ or \\]"
)
_ESCAPE = "escape what is text (\\[ \\] \\{ \\} \\* \\_), or run make format"


def problems(source: str, document: Document) -> list[Problem]:
    """All that is wrong with the source of a document, each at its line."""
    return [
        *character_problems(source, document.path),
        *_front_problems(document),
        *_span_problems(document),
        *_round_trip_problems(document, source),
    ]


# --- characters -----------------------------------------------------------------------------------


def has_windows_line_ends(source: str) -> bool:
    """Whether all lines end as on Windows; a lone carriage return is a forbidden character."""
    ends = source.count("\r\n")
    return ends > 0 and source.count("\r") == source.count("\n") == ends


def character_problems(source: str, path: str) -> Iterator[Problem]:
    """Characters that a source must not hold."""
    if characters.is_plain(source):
        return
    for number, line in enumerate(source.split("\n"), 1):
        for _, message in characters.problems(line):
            yield Problem(path, number, message)


# --- keys -----------------------------------------------------------------------------------------


def _key_messages(what: str, found: Collection[str], keys: Keys) -> Iterator[tuple[str, str]]:
    """Keys that should not be there or are missing, each with its message."""
    for key in found:
        if key not in keys:
            yield key, f"unknown key {key!r} of the {what}; allowed are {', '.join(keys)}"
    required = [key for key in keys if keys[key]]
    for key in required:
        if key not in found:
            yield key, f"the {what} lacks the key {key!r}; required are {', '.join(required)}"


def _front_problems(document: Document) -> Iterator[Problem]:
    for key, message in _key_messages("front matter", document.front, FRONT):
        yield Problem(document.path, document.front_line(key), message)
    yield from _needless_keys(document)
    for key, value in document.front.items():
        if key in ITEMS:
            yield from _item_problems(document, key, value)
        elif not _is_single(value):
            message = f"{key} is empty or not a single value; leave an unknown one out"
            yield Problem(document.path, document.front_line(key), message)


def _needless_keys(document: Document) -> Iterator[Problem]:
    """Keys that say what coverage says already."""
    if document.front.get("coverage") != "complete":
        return
    for key in ("paragraphs_total", "end_seen"):
        if key in document.front:
            message = f"{key} follows from coverage, which is complete; it is given for others only"
            yield Problem(document.path, document.front_line(key), message)


def _item_problems(document: Document, key: str, value: Any) -> Iterator[Problem]:
    may_be_empty = key == "signatories"  # a text may name nobody who issues it
    if not isinstance(value, list) or not (value or may_be_empty):
        message = f"{key} is not a list; allowed are mappings with {', '.join(ITEMS[key])}"
        yield Problem(document.path, document.front_line(key), message)
        return
    for index, item in enumerate(value):
        for place, message in _item_messages(key, item):
            yield Problem(document.path, document.front_line(key, index, *place), message)


def _item_messages(key: str, item: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    """What is wrong with one item of a list.

    Each message comes with the key in the item, or with none if it is about the whole item.
    """
    keys = ITEMS[key]
    if not isinstance(item, dict):
        yield (), f"an item of {key} is not a mapping; its keys are {', '.join(keys)}"
        return
    for name, message in _key_messages(f"item of {key}", item, keys):
        yield (name,), message
    for name, content in item.items():
        wrong = _wrong_value(name, content)
        if wrong:
            yield (name,), wrong


def _wrong_value(name: str, content: Any) -> str | None:
    """What is wrong with a value in an item.

    ``facts`` is a list of words, every other value is single.
    """
    if name == "facts":
        right = _is_words(content)
        return None if right else "facts is not a list of words; allowed is [title, date]"
    return None if _is_single(content) else f"{name} is empty or not a single value"


def _is_words(value: Any) -> bool:
    if not isinstance(value, list) or not value:
        return False
    return all(isinstance(word, str) and word for word in value)


def _is_single(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


# --- spans ----------------------------------------------------------------------------------------


def _span_problems(document: Document) -> Iterator[Problem]:
    seen: Counter[tuple[str, str]] = Counter()
    for block in document.blocks:
        for span, parents, _ in walk(block.children):
            for message in (*_span_messages(span, parents), *_repeated_id(span, seen)):
                yield Problem(document.path, span.end_line, message)
        for line in _second_paragraphs(block):
            yield Problem(document.path, line, _SECOND)
        for line, words in _loose_words(block.children, block.line):
            yield Problem(document.path, line, f"the words {shorten(words)!r} {_LOOSE}")


def _second_paragraphs(block: Block) -> list[int]:
    """Lines of the paragraphs that no blank line sets apart from the one before."""
    tops = [node for node in block.children if isinstance(node, Span)]
    return [top.end_line for top in tops if top.kind == "paragraph"][1:]


def _loose_words(nodes: Iterable[Node], line: int) -> Iterator[tuple[int, str]]:
    """Words that no span but that of a paragraph holds, each piece with its line."""
    for node in nodes:
        if isinstance(node, Span):
            if node.kind == "paragraph":
                yield from _loose_words(node.children, node.line)
            line = node.end_line
            continue
        before, words = node[: len(node) - len(node.lstrip())], node.strip()
        if words:
            yield line + before.count("\n"), words
        line += node.count("\n")


def _span_messages(span: Span, parents: tuple[Span, ...]) -> Iterator[str]:
    if span.kind not in SPANS:
        what = f"unknown class {span.kind!r}" if span.kind else "a span without a class"
        yield f"{what}; allowed are {', '.join(SPANS)}"
        return
    for _, message in _key_messages(f"{span.kind} span", span.attributes, SPANS[span.kind]):
        yield message
    if not plain(span.children).strip():
        yield f"empty {span.kind} span; a span holds the words that it marks"
    yield from _PLACES.get(span.kind, _mention_messages)(span, parents)
    yield from _id_messages(span)


def _paragraph_messages(span: Span, parents: tuple[Span, ...]) -> Iterator[str]:
    if parents:
        rule = "a paragraph is in no other span"
        yield f"a paragraph inside a {parents[-1].kind} span; {rule}"
    if not any(isinstance(node, Span) and node.kind == "clause" for node in span.children):
        yield "a paragraph without a clause; a paragraph holds one clause or more"
    words = plain(span.children)
    if words != words.strip():
        yield "white space at an end of the paragraph; its brackets stand next to its clauses"


def _clause_messages(span: Span, parents: tuple[Span, ...]) -> Iterator[str]:
    rule = "a clause stands directly in its paragraph, [[…]{.clause …}]{.paragraph id=p001}"
    if not parents:
        yield f"a clause outside a paragraph; {rule}"
    elif parents[-1].kind != "paragraph":
        yield f"a clause inside a {parents[-1].kind} span; {rule}"


def _mention_messages(span: Span, parents: tuple[Span, ...]) -> Iterator[str]:
    if not any(parent.kind == "clause" for parent in parents):
        rule = "a mention is inside the clause that makes it"
        yield f"{span.kind} span outside a clause; {rule}"


# Class of a span → what is wrong with where it stands; all others are mentions.
_PLACES: dict[str, Callable[[Span, tuple[Span, ...]], Iterator[str]]] = {
    "paragraph": _paragraph_messages,
    "clause": _clause_messages,
}


def _id_messages(span: Span) -> Iterator[str]:
    """The message for an id of another form; codes have no form of their own."""
    own_id = span.attributes.get("id")
    if own_id is None or span.kind not in IDS:
        return
    form, rule = IDS[span.kind]
    if not form.fullmatch(own_id):
        yield f"{span.kind} id {own_id!r}; allowed is {rule}"


def _repeated_id(span: Span, seen: Counter[tuple[str, str]]) -> Iterator[str]:
    """The message for a span whose id an earlier one of its class has; ``seen`` counts the ids."""
    if span.kind in IDS and "id" in span.attributes:
        own_id = span.attributes["id"]
        seen[span.kind, own_id] += 1
        if seen[span.kind, own_id] > 1:
            yield f"{span.kind} id {own_id} is used twice; every {span.kind} has its own"


# --- the round trip -------------------------------------------------------------------------------


def _round_trip_problems(document: Document, source: str) -> Iterator[Problem]:
    """Paragraphs that do not read back as written.

    Each has a problem for all its malformed attributes, or else one for its first changed line.
    """
    lines = source.split("\n")
    changed = _changed_lines(lines, render(document).split("\n"))
    for block in _by_block(changed, lines):
        for number, message in _causes(block):
            yield Problem(document.path, number, message)


def _causes(block: list[Changed]) -> list[tuple[int, str]]:
    """Number and message of each line of a block that is the cause of the change."""
    causes = []
    for number, line, _ in block:
        causes += [(number, message) for message in _attribute_messages(line)]
    if causes:
        return causes
    number, _, reading = block[0]
    return [(number, f"reads back as {reading!r}; {_ESCAPE}")]


def _changed_lines(source: list[str], rendered: list[str]) -> Iterator[Changed]:
    """All lines that differ; an empty text is how a line reads back that is gone.

    Between the first and the last of them lines are matched, unless they are too many.
    """
    start = _shared(source, rendered)
    source_end = len(source) - _shared(source[start:][::-1], rendered[start:][::-1])
    end = len(rendered) - (len(source) - source_end)
    old, new = source[start:source_end], rendered[start:end]
    if len(old) > MATCHED or len(new) > MATCHED:  # matching takes the square of their number
        old, new = old[:MATCHED], new[:MATCHED]
    for tag, first, last, new_first, new_last in SequenceMatcher(
        None, old, new, False
    ).get_opcodes():
        if tag == "equal":
            continue
        for offset in range(max(last - first, 1)):
            index = min(start + first + offset, len(source) - 1)
            new_index = new_first + offset
            yield index + 1, source[index], new[new_index] if new_index < new_last else ""


def _shared(one: list[str], other: list[str]) -> int:
    """How many lines two lists have in common at their beginning."""
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return sum(1 for _ in pairs)


def _by_block(changed: Iterable[Changed], source: list[str]) -> Iterator[list[Changed]]:
    """The changed lines of each paragraph; paragraphs are apart by empty lines."""
    blanks = list(accumulate(not line for line in source))
    for _, block in groupby(changed, key=lambda line: blanks[line[0] - 1]):
        yield list(block)


def _attribute_messages(line: str) -> Iterator[str]:
    """A message for each closing bracket of a line that no well-formed attributes follow."""
    for bracket in _CLOSING.finditer(line):
        rest = line[bracket.end() :]
        shape = _ATTRIBUTES.match(rest)
        if not shape or rest.startswith("{", shape.end()):
            before = line[: bracket.end()][-20:]
            yield f"malformed attributes after {before!r}; {_WELL_FORMED}"
        elif _has_bad_keys(shape.group()):
            rule = "allowed is each key once"
            yield f"a key given twice, or one that begins with 'on', in {shape.group()}; {rule}"


def _has_bad_keys(attributes: str) -> bool:
    keys = re.findall(r" ([^\s=]+)=", attributes)
    is_repeated = len(keys) != len(set(keys))
    return is_repeated or any(key.startswith("on") for key in keys)
