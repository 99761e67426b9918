"""Markdown ⇄ Document: parse an annotated statement, render it, and hold the two equal.

A source is YAML front matter and paragraphs of Markdown with Pandoc's bracketed spans. The Markdown parser passes
over malformed attributes in silence; so a source is valid only if ``render(parse(source)) == source``, byte for byte.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate, groupby
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.attrs import attrs_plugin
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.resolver import VersionedResolver


@dataclass(frozen=True, order=True)
class Problem:
    """What is wrong at one line of one file, and what would be right."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


@dataclass(frozen=True)
class Span:
    """A bracketed span: its class, its attributes, and its children, which are plain strings or spans.

    ``line`` is the line of its opening bracket, counted from 1; ``end_line`` that of its attributes.
    """

    kind: str
    attributes: dict[str, str]
    children: tuple[Node, ...]
    line: int
    end_line: int


Node = str | Span


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the statement; ``line`` is its first line in the source."""

    line: int
    children: tuple[Node, ...]


@dataclass(frozen=True)
class Document:
    """An annotated statement as it stands in its source; ``path`` is relative to the package's root, in POSIX form."""

    path: str
    front: CommentedMap
    paragraphs: tuple[Paragraph, ...]

    def front_line(self, *keys: Any) -> int:
        """Line of a key of the front matter, or of an item below it: ``front_line("sources", 0, "url")``."""
        node, line = self.front, 1
        for key in keys:
            try:
                line = (node.lc.key(key) if isinstance(node, dict) else node.lc.item(key))[0] + 2
                node = node[key]
            except (AttributeError, KeyError, IndexError, TypeError):
                break
        return line


@dataclass(frozen=True)
class Keys:
    """The keys that a span or a mapping must and may have, in canonical order."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[str, ...]:
        return self.required + self.optional


SPANS = {
    "clause": Keys(("id", "act", "topic"), ("secondary", "modifier", "parent", "incipit", "explicit")),
    "actor": Keys(("id", "role")),
    "place": Keys(("id",)),
    "resolution": Keys(("id",), ("paragraph",)),
}
FRONT = Keys(
    ("statement_id", "title", "date", "document_type", "level", "language", "text", "coverage", "sources", "signatories"),
    ("date_note", "place", "note"),
)
FRONT_ORDER = (
    "statement_id", "title", "date", "date_note", "document_type", "level", "place", "language", "text", "coverage",
    "note", "sources", "signatories",
)  # fmt: skip
ITEMS = {
    "sources": Keys(("url", "publisher", "language", "kind", "extent", "facts"), ("note",)),
    "signatories": Keys(("actor", "as"), ("role",)),
}
CLAUSE_ID = re.compile(r"c[0-9]{2,3}[a-z]?")

_MARKDOWN = MarkdownIt("zero").enable("escape").use(attrs_plugin, spans=True, after=())
_SPECIAL = re.compile(r"([\\\[\]{}*_`<])")
_LINE_START = re.compile(r"(?m)^(#|>|[-+](?= )|[0-9]+(?=[.)] ))")
_BARE = re.compile(r"[A-Za-z0-9_:-]+")
_CLOSING = re.compile(r"(?<!\\)\]")
_ATTRIBUTES = re.compile(r'\{\.[a-z]+(?: [A-Za-z][\w-]*=(?:[A-Za-z0-9_:-]+|"[^"\\{}]*"))*\}')
_NO_MORE = (
    "directly after the bracket, on one line, without braces, backslashes or single quotes; a bracket of the text is written \\[ or \\]"
)
_FENCE = "---\n"


class _AsWritten(VersionedResolver):
    """Every scalar is the string that was written: NO is not false, and no date, number or time is inferred."""

    versioned_resolver: dict[str, Any] = {}


def _yaml() -> YAML:
    yaml = YAML(typ="rt")
    yaml.Resolver = _AsWritten
    yaml.width = 1_000_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


# --- parse -----------------------------------------------------------------------------------------------------------


def parse(source: str, path: str) -> tuple[Document | None, list[Problem]]:
    """Read one source; return the document, or None if it has no front matter, and all that is wrong with it."""
    problems = list(_character_problems(source, path))
    head, body, body_line = _split(source)
    if head is None:
        return None, [*problems, Problem(path, 1, "no front matter; a source begins with a line --- and YAML up to the next ---")]
    front, problem = _load_front(head, path)
    if front is None:
        return None, [*problems, problem]
    document = Document(path, front, tuple(_paragraphs(body, body_line)))
    problems += _front_problems(document)
    problems += _span_problems(document)
    problems += _round_trip_problems(document, source)
    return document, problems


def _split(source: str) -> tuple[str | None, str, int]:
    """Front matter, body, and the line on which the body begins."""
    end = source.find("\n" + _FENCE, len(_FENCE) - 1)
    if not source.startswith(_FENCE) or end < 0:
        return None, source, 1
    head, body = source[len(_FENCE) : end + 1], source[end + 1 + len(_FENCE) :]
    return head, body, head.count("\n") + 3


def _load_front(head: str, path: str) -> tuple[CommentedMap | None, Problem]:
    problem = Problem(path, 1, f"the front matter is not a mapping; allowed are the keys {', '.join(FRONT_ORDER)}")
    try:
        front = _yaml().load(head)
    except YAMLError as error:
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        what = " ".join(str(getattr(error, "problem", None) or error).split())
        return None, Problem(path, mark.line + 2 if mark else 1, f"not YAML: {what}")
    return (front if isinstance(front, CommentedMap) else None), problem


def _paragraphs(body: str, body_line: int) -> Iterator[Paragraph]:
    tokens = _MARKDOWN.parse(body)
    for token in tokens:
        if token.type == "inline":
            line = body_line + (token.map or [0])[0]
            yield Paragraph(line, _tree(token.children or [], line))


def _tree(tokens: list[Token], line: int) -> tuple[Node, ...]:
    """Nest the parser's flat tokens; lines are counted here, for the parser knows those of paragraphs only."""
    stack: list[tuple[Token | None, int, list[Node]]] = [(None, line, [])]
    for token in tokens:
        if token.type == "span_open":
            stack.append((token, line, []))
        elif token.type == "span_close" and len(stack) > 1:
            opening, first, children = stack.pop()
            attributes = {key: str(value) for key, value in opening.attrs.items()} if opening else {}
            kind = attributes.pop("class", "")
            stack[-1][2].append(Span(kind, attributes, tuple(children), first, line))
        else:
            stack[-1][2].append(token.content)
            line += token.content.count("\n")
    return tuple(stack[0][2])


# --- render ----------------------------------------------------------------------------------------------------------


def render(document: Document) -> str:
    """The document in canonical form, ending with one line feed."""
    blocks = [_render_front(document.front)]
    blocks += ["".join(map(_render_node, paragraph.children)) for paragraph in document.paragraphs]
    return "\n\n".join(blocks) + "\n"


def _render_front(front: CommentedMap) -> str:
    for key in FRONT_ORDER:
        if key in front:
            front.move_to_end(key)
    buffer = io.StringIO()
    _yaml().dump(front, buffer)
    return _FENCE + buffer.getvalue() + _FENCE.rstrip()


def _render_node(node: Node) -> str:
    if isinstance(node, str):
        return _escape(node)
    keys = _ordered(node.attributes, SPANS[node.kind].order if node.kind in SPANS else ())
    attributes = "".join(f" {key}={_quote(node.attributes[key])}" for key in keys)
    return f"[{''.join(map(_render_node, node.children))}]{{.{node.kind}{attributes}}}"


def _ordered(keys: dict[str, str], order: tuple[str, ...]) -> list[str]:
    return sorted(keys, key=lambda key: order.index(key) if key in order else len(order))


def _escape(text: str) -> str:
    """Escape what any Markdown reader would take for markup; white space at the end of a line is not canonical."""
    text = re.sub(r"[ \t]+\n[ \t]*|\n[ \t]+", "\n", text)
    text = _SPECIAL.sub(r"\\\1", text)
    return _LINE_START.sub(lambda mark: mark[0] + "\\" if mark[0].isdigit() else "\\" + mark[0], text)


def _quote(value: str) -> str:
    """A bare word, or a quoted value. The parser keeps backslashes; doubled here, they fail the round trip."""
    if _BARE.fullmatch(value):
        return value
    return '"' + value.replace("\\", "\\\\") + '"'


def plain(children: Iterable[Node]) -> str:
    """The words of the nodes: no markup, and one space for a line break."""
    return "".join(node.replace("\n", " ") if isinstance(node, str) else plain(node.children) for node in children)


def walk(children: Iterable[Node], parents: tuple[Span, ...] = (), start: int = 0) -> Iterator[tuple[Span, tuple[Span, ...], int]]:
    """All spans in the order of the text: each with those that hold it, outermost first, and its offset in the plain text."""
    for node in children:
        if isinstance(node, Span):
            yield node, parents, start
            yield from walk(node.children, (*parents, node), start)
        start += len(plain([node]))


# --- what is wrong ---------------------------------------------------------------------------------------------------


def _character_problems(source: str, path: str) -> Iterator[Problem]:
    for number, line in enumerate(source.split("\n"), 1):
        if not unicodedata.is_normalized("NFC", line):
            yield Problem(path, number, "characters are not in Unicode NFC; normalise them")
        for character in sorted({c for c in line if unicodedata.category(c) in ("Cc", "Co", "Cs", "Zl", "Zp") or c == "\ufeff"}):
            yield Problem(path, number, f"character U+{ord(character):04X}; allowed are printed characters and line feeds")


def _span_problems(document: Document) -> Iterator[Problem]:
    seen: Counter[str] = Counter()
    for span, parents, _ in (found for paragraph in document.paragraphs for found in walk(paragraph.children)):
        at = Problem(document.path, span.end_line, "")
        yield from _span_shape(span, parents, at)
        if span.kind == "clause" and "id" in span.attributes:
            identifier = span.attributes["id"]
            seen[identifier] += 1
            if seen[identifier] > 1:
                yield Problem(at.path, at.line, f"clause id {identifier} is used twice; every clause has its own")


def _span_shape(span: Span, parents: tuple[Span, ...], at: Problem) -> Iterator[Problem]:
    keys = SPANS.get(span.kind)
    if keys is None:
        what = f"unknown class {span.kind!r}" if span.kind else "a span without a class"
        yield Problem(at.path, at.line, f"{what}; allowed are {', '.join(SPANS)}")
        return
    yield from _key_problems(f"{span.kind} span", list(span.attributes), keys, at)
    if not plain(span.children).strip():
        yield Problem(at.path, at.line, f"empty {span.kind} span; a span holds the words that it marks")
    if span.kind == "clause" and parents:
        yield Problem(at.path, span.line, f"a clause inside a {parents[-1].kind} span; a clause stands at the top of its paragraph")
    if span.kind != "clause" and not any(parent.kind == "clause" for parent in parents):
        yield Problem(at.path, span.line, f"{span.kind} span outside a clause; a mention stands inside the clause that makes it")
    identifier = span.attributes.get("id", "c00")
    if span.kind == "clause" and not CLAUSE_ID.fullmatch(identifier):
        yield Problem(at.path, at.line, f"clause id {identifier!r}; allowed is c and two or three digits, then perhaps a letter: c07, c07a")


def _key_problems(what: str, found: list[str], keys: Keys, at: Problem) -> Iterator[Problem]:
    for key in found:
        if key not in keys.order:
            yield Problem(at.path, at.line, f"unknown key {key!r} of the {what}; allowed are {', '.join(keys.order)}")
    for key in keys.required:
        if key not in found:
            yield Problem(at.path, at.line, f"the {what} lacks the key {key!r}; required are {', '.join(keys.required)}")


def _front_problems(document: Document) -> Iterator[Problem]:
    path, front = document.path, document.front
    for key in front:
        yield from _key_problems("front matter", [key], Keys((), FRONT_ORDER), Problem(path, document.front_line(key), ""))
    yield from _key_problems("front matter", [*front, *(k for k in FRONT_ORDER if k not in FRONT.required)], FRONT, Problem(path, 1, ""))
    for key, value in front.items():
        line = document.front_line(key)
        if key in ITEMS:
            yield from _item_problems(document, key, value)
        elif not isinstance(value, str) or not value.strip():
            yield Problem(path, line, f"{key} is empty or not a single value; leave the key out if it is unknown")


def _item_problems(document: Document, key: str, value: Any) -> Iterator[Problem]:
    if not isinstance(value, list) or not value:
        yield Problem(
            document.path,
            document.front_line(key),
            f"{key} is not a list; allowed is one mapping a line, with {', '.join(ITEMS[key].order)}",
        )
        return
    for index, item in enumerate(value):
        at = Problem(document.path, document.front_line(key, index), "")
        if not isinstance(item, dict):
            yield Problem(at.path, at.line, f"an item of {key} is not a mapping; its keys are {', '.join(ITEMS[key].order)}")
            continue
        yield from _key_problems(f"item of {key}", list(item), ITEMS[key], at)
        for name, content in item.items():
            if isinstance(content, list) != (name == "facts") or not content or not all(isinstance(c, str) and c for c in content):
                line = document.front_line(key, index, name)
                yield Problem(at.path, line, f"{name} is {'not a list of words' if name == 'facts' else 'empty or not a single value'}")


def _round_trip_problems(document: Document, source: str) -> Iterator[Problem]:
    """The guard. Each paragraph that does not read back as written gets its malformed attributes, or else its first odd line."""
    changed = _changed_lines(source.split("\n"), render(document).split("\n"))
    for lines in _by_block(changed, source.split("\n")):
        causes = [(number, cause) for number, line, _ in lines for cause in _attribute_causes(line)]
        if not causes:
            number, line, reading = lines[0]
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
            yield f'malformed attributes after {bracket.string[: bracket.end()][-20:]!r}; allowed is {{.class key=word key="quoted words"}} {_NO_MORE}'
        elif len(keys) != len(set(keys)) or any(key.startswith("on") for key in keys):
            yield f"a key given twice, or one that begins with 'on', in {shape.group()}; allowed is each key once"
