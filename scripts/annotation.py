"""Markdown ⇄ Document: parse an annotated statement, and render it.

A source is YAML front matter and blocks of Markdown with Pandoc's bracketed spans. Each block is
one span, a paragraph, and holds spans of clauses. The Markdown parser passes over malformed
attributes in silence; so a source is valid only if ``render(parse(source)) == source``, byte for
byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.attrs import attrs_plugin
from ruamel.yaml.comments import CommentedMap

from syria_statements.validation.problem import Problem

from . import front_matter
from .source_keys import SPANS


@dataclass(frozen=True)
class Span:
    """A bracketed span: its class, its attributes, and its children: strings or spans.

    ``line`` is that of its opening bracket, counted from 1; ``end_line`` that of its attributes.
    """

    kind: str
    attributes: dict[str, str]
    children: tuple[Node, ...]
    line: int
    end_line: int


Node = str | Span


@dataclass(frozen=True)
class Block:
    """What blank lines set apart, one paragraph if all is well; ``line`` is its first."""

    line: int
    children: tuple[Node, ...]


@dataclass(frozen=True)
class Document:
    """An annotated statement as its source has it.

    ``path`` is relative to the package's root, in POSIX form.
    """

    path: str
    front: CommentedMap
    blocks: tuple[Block, ...]

    @property
    def paragraphs(self) -> tuple[Span, ...]:
        """The paragraphs of the statement, each a span at the top of its block."""
        tops = (node for block in self.blocks for node in block.children)
        return tuple(top for top in tops if isinstance(top, Span) and top.kind == "paragraph")

    def front_line(self, *keys: Any) -> int:
        """Line of a key of the front matter, or of an item below it: ``("sources", 0, "url")``.

        For a key that there is not, the line of the last one above it that there is.
        """
        node, line = self.front, 1
        for key in keys:
            try:
                place = node.lc.key if isinstance(node, dict) else node.lc.item
                line = place(key)[0] + 2
                node = node[key]
            except (AttributeError, KeyError, IndexError, TypeError):
                break
        return line


_MARKDOWN = MarkdownIt("zero").enable("escape").use(attrs_plugin, spans=True, after=())
# What Pandoc takes for markup anywhere in a line, and at its beginning.
_SPECIAL = re.compile(r"([\\\[\]{}*_`<~^$@|]|&(?=#?\w+;))")
_NUMBER = r"(?P<number>[0-9]+|[A-Za-z]|[ivxlcdm]+)(?=[.)] )"
_LINE_START = re.compile(rf"(?m)^(?:[#>=:%]|[-+](?=[ =+-]|$)|\((?=\w+\) )|{_NUMBER})")
_BARE = re.compile(r"[A-Za-z0-9_:-]+")
UNQUOTABLE = re.compile(r"(\\|&(?=#?\w+;))")  # what Pandoc reads otherwise in a quoted value
_FENCE = "---\n"
_NO_END = "the front matter does not end; a line --- ends it, with nothing else on it"
_NO_FRONT = "no front matter; a source begins with a line --- and YAML up to the next ---"


# --- parse ----------------------------------------------------------------------------------------


def parse(source: str, path: str) -> Document | Problem:
    """The document in a source, or why there is none.

    ``source_checks.problems`` says what else is wrong with it.
    """
    head, body, body_line = _split(source)
    if head is None:
        return Problem(path, 1, _NO_END if source.startswith(_FENCE) else _NO_FRONT)
    front = front_matter.load(head)
    if isinstance(front, tuple):
        return Problem(path, *front)
    return Document(path, front, tuple(_blocks(body, body_line)))


def _split(source: str) -> tuple[str | None, str, int]:
    """Front matter, body, and the line on which the body begins."""
    end = source.find("\n" + _FENCE, len(_FENCE) - 1)
    if not source.startswith(_FENCE) or end < 0:
        return None, source, 1
    head, body = source[len(_FENCE) : end + 1], source[end + 1 + len(_FENCE) :]
    return head, body, head.count("\n") + 3


def _blocks(body: str, body_line: int) -> Iterator[Block]:
    tokens = _MARKDOWN.parse(body)
    for token in tokens:
        if token.type == "inline":
            line = body_line + (token.map or [0])[0]
            yield Block(line, _tree(token.children or [], line))


def _tree(tokens: list[Token], line: int) -> tuple[Node, ...]:
    """The parser's flat tokens, nested.

    It knows the lines of blocks only; those of spans are counted here, from ``line``.
    """
    stack: list[tuple[Token | None, int, list[Node]]] = [(None, line, [])]
    for token in tokens:
        if token.type == "span_open":
            stack.append((token, line, []))
        elif token.type == "span_close" and len(stack) > 1:
            opening, first, children = stack.pop()
            attributes = _attributes(opening)
            kind = attributes.pop("class", "")
            span = Span(kind, attributes, tuple(children), first, line)
            stack[-1][2].append(span)
        else:
            stack[-1][2].append(token.content)
            line += token.content.count("\n")
    return tuple(stack[0][2])


def _attributes(opening: Token | None) -> dict[str, str]:
    return {key: str(value) for key, value in opening.attrs.items()} if opening else {}


# --- render ---------------------------------------------------------------------------------------


def render(document: Document) -> str:
    """The document in canonical form, ending with one line feed."""
    blocks = [_FENCE + front_matter.dump(document.front) + _FENCE.rstrip()]
    blocks += [render_nodes(block.children) for block in document.blocks]
    return "\n\n".join(blocks) + "\n"


def render_nodes(nodes: Iterable[Node]) -> str:
    """The nodes of one block as canonical Markdown."""
    return _LINE_START.sub(_escape_mark, _render_nodes(nodes))


def _render_nodes(nodes: Iterable[Node]) -> str:
    return "".join(map(_render_node, nodes))


def _render_node(node: Node) -> str:
    if isinstance(node, str):
        return _escape(node)
    keys = _ordered(node.attributes, list(SPANS.get(node.kind, {})))
    words = [f".{node.kind}", *(f"{key}={_quote(node.attributes[key])}" for key in keys)]
    return f"[{_render_nodes(node.children)}]{{{' '.join(words)}}}"


def _ordered(keys: Iterable[str], order: list[str]) -> list[str]:
    """The keys in this order; those that it has not come last."""
    places = {key: place for place, key in enumerate(order)}
    return sorted(keys, key=lambda key: places.get(key, len(order)))


def _escape(text: str) -> str:
    """Escape what any Markdown reader would take for markup.

    White space at the end of a line is not canonical.
    """
    text = re.sub(r"[ \t]+\n[ \t]*|\n[ \t]+", "\n", text)
    return _SPECIAL.sub(r"\\\1", text)


def _escape_mark(mark: re.Match[str]) -> str:
    """A number or a letter keeps its characters: ``1\\.``."""
    return mark[0] + "\\" if mark["number"] else "\\" + mark[0]


def _quote(value: str) -> str:
    """A bare word, or a quoted value.

    The parser keeps backslashes and entities; with a backslash more, they fail the round trip.
    """
    if _BARE.fullmatch(value):
        return value
    return '"' + UNQUOTABLE.sub(r"\\\1", value) + '"'


def plain(children: Iterable[Node]) -> str:
    """The words of the nodes: no markup, and one space for a line break."""
    return "".join(map(_plain_node, children))


def _plain_node(node: Node) -> str:
    return node.replace("\n", " ") if isinstance(node, str) else plain(node.children)


def walk(
    children: Iterable[Node], parents: tuple[Span, ...] = (), start: int = 0
) -> Iterator[tuple[Span, tuple[Span, ...], int]]:
    """All spans in the order of the text.

    Each comes with the spans that hold it, outermost first, and its offset in the plain text.
    """
    for node in children:
        if isinstance(node, Span):
            yield node, parents, start
            yield from walk(node.children, (*parents, node), start)
        start += len(_plain_node(node))
