"""Markdown ⇄ Document: parse an annotated statement, render it, and hold the two equal.

A source is YAML front matter and paragraphs of Markdown with Pandoc's bracketed spans. The Markdown parser passes
over malformed attributes in silence; so a source is valid only if ``render(parse(source)) == source``, byte for byte.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

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


# Keys of a span or of a mapping in canonical order, and whether each is required.
Keys = dict[str, bool]
REQUIRED, OPTIONAL = True, False

SPANS: dict[str, Keys] = {
    "clause": {
        "id": REQUIRED,
        "act": REQUIRED,
        "topic": REQUIRED,
        "secondary": OPTIONAL,
        "modifier": OPTIONAL,
        "parent": OPTIONAL,
        "incipit": OPTIONAL,
        "explicit": OPTIONAL,
    },
    "actor": {"id": REQUIRED, "role": REQUIRED},
    "place": {"id": REQUIRED},
    "resolution": {"id": REQUIRED, "paragraph": OPTIONAL},
}
FRONT: Keys = {
    "statement_id": REQUIRED,
    "title": REQUIRED,
    "date": REQUIRED,
    "date_note": OPTIONAL,
    "document_type": REQUIRED,
    "level": REQUIRED,
    "place": OPTIONAL,
    "language": REQUIRED,
    "text": REQUIRED,
    "coverage": REQUIRED,
    "note": OPTIONAL,
    "sources": REQUIRED,
    "signatories": REQUIRED,
}
ITEMS: dict[str, Keys] = {
    "sources": {
        "url": REQUIRED,
        "publisher": REQUIRED,
        "language": REQUIRED,
        "kind": REQUIRED,
        "extent": REQUIRED,
        "facts": REQUIRED,
        "note": OPTIONAL,
    },
    "signatories": {"actor": REQUIRED, "as": REQUIRED, "role": OPTIONAL},
}

_MARKDOWN = MarkdownIt("zero").enable("escape").use(attrs_plugin, spans=True, after=())
_SPECIAL = re.compile(r"([\\\[\]{}*_`<])")
_LINE_START = re.compile(r"(?m)^(#|>|[-+](?= )|[0-9]+(?=[.)] ))")
_BARE = re.compile(r"[A-Za-z0-9_:-]+")
_FENCE = "---\n"


class _AsWritten(VersionedResolver):
    """Every scalar is the string that was written: NO is not false, and no date, number or time is inferred."""

    versioned_resolver: ClassVar[dict[str, Any]] = {}


def _yaml() -> YAML:
    yaml = YAML(typ="rt")
    yaml.Resolver = _AsWritten
    yaml.width = 1_000_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


# --- parse -----------------------------------------------------------------------------------------------------------


def parse(source: str, path: str) -> Document | Problem:
    """The document in a source, or why there is none. What else is wrong with it, ``guard.problems`` tells."""
    head, body, body_line = _split(source)
    if head is None:
        return Problem(path, 1, "no front matter; a source begins with a line --- and YAML up to the next ---")
    front = _load_front(head, path)
    return front if isinstance(front, Problem) else Document(path, front, tuple(_paragraphs(body, body_line)))


def _split(source: str) -> tuple[str | None, str, int]:
    """Front matter, body, and the line on which the body begins."""
    end = source.find("\n" + _FENCE, len(_FENCE) - 1)
    if not source.startswith(_FENCE) or end < 0:
        return None, source, 1
    head, body = source[len(_FENCE) : end + 1], source[end + 1 + len(_FENCE) :]
    return head, body, head.count("\n") + 3


def _load_front(head: str, path: str) -> CommentedMap | Problem:
    try:
        front = _yaml().load(head)
    except YAMLError as error:
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        what = " ".join(str(getattr(error, "problem", None) or error).split())
        return Problem(path, mark.line + 2 if mark else 1, f"not YAML: {what}")
    if not isinstance(front, CommentedMap):
        return Problem(path, 1, f"the front matter is not a mapping; allowed are the keys {', '.join(FRONT)}")
    return front


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
    blocks += ["".join(map(render_node, paragraph.children)) for paragraph in document.paragraphs]
    return "\n\n".join(blocks) + "\n"


def _render_front(front: CommentedMap) -> str:
    for key in FRONT:
        if key in front:
            front.move_to_end(key)
    buffer = io.StringIO()
    _yaml().dump(front, buffer)
    return _FENCE + buffer.getvalue() + _FENCE.rstrip()


def render_node(node: Node) -> str:
    """One node as canonical Markdown."""
    if isinstance(node, str):
        return _escape(node)
    keys = _ordered(node.attributes, list(SPANS.get(node.kind, {})))
    attributes = "".join(f" {key}={_quote(node.attributes[key])}" for key in keys)
    return f"[{''.join(map(render_node, node.children))}]{{.{node.kind}{attributes}}}"


def _ordered(keys: dict[str, str], order: list[str]) -> list[str]:
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
