"""YAML front matter ⇄ mapping of texts: no comments, anchors, aliases, tags, no deep nesting.

What YAML lets a person write and a table cannot show is refused at its line: a comment cuts a
value, an anchor or a tag is dropped, an alias repeats without end.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, ClassVar

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    ScalarEvent,
)
from ruamel.yaml.resolver import VersionedResolver

from syria_statements.validation import characters

from .source_keys import FRONT

Told = tuple[int, str]  # a line of the source and what is wrong there
DEPTH = 4  # the mapping, a list in it, an item of that, and its list of facts
_QUOTED = "or quote a text that begins so"
SHAPE = f"the front matter is not a mapping; allowed are the keys {', '.join(FRONT)}"
FIRST_LINE = 2  # of the YAML, which follows the opening fence


class _AsWritten(VersionedResolver):
    """Every scalar is the string that was written: NO is not false, 12:30 is no number."""

    versioned_resolver: ClassVar[dict[str, Any]] = {}


def _yaml() -> YAML:
    yaml = YAML(typ="rt")
    yaml.Resolver = _AsWritten
    yaml.width = 1_000_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def load(text: str, most: int = DEPTH, shape: str = SHAPE) -> CommentedMap | Told:
    """The mapping in the front matter, or what is wrong with it first.

    ``most`` is how deep it may be, ``shape`` the message where it is no mapping.
    """
    try:
        for problem in _refused(text, most):
            return problem
        front = _yaml().load(text)
    except YAMLError as error:
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        what = str(getattr(error, "problem", None) or error)
        return mark.line + FIRST_LINE if mark else 1, f"not YAML: {' '.join(what.split())}"
    if not isinstance(front, CommentedMap):
        return 1, shape
    return front


def dump(front: CommentedMap) -> str:
    """The mapping as canonical YAML: its keys in the order of ``FRONT``."""
    for key in FRONT:
        if key in front:
            front.move_to_end(key)
    buffer = io.StringIO()
    _yaml().dump(front, buffer)
    return buffer.getvalue()


# --- what YAML has and a source has not -----------------------------------------------------------


def _refused(text: str, most: int) -> Iterator[Told]:
    """What is no plain mapping of texts, in the order of the text; comments come last."""
    depth, documents = 0, 0
    rest = list(text)
    for event in YAML(typ="safe", pure=True).parse(text):
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        documents += isinstance(event, DocumentStartEvent)
        message = _message(event) or _too_much(depth, most, documents)
        if message:
            yield event.start_mark.line + FIRST_LINE, message
        if isinstance(event, ScalarEvent):
            start, end = event.start_mark.index, event.end_mark.index
            rest[start:end] = " " * (end - start)
    if "#" in rest:
        line = text.count("\n", 0, rest.index("#")) + FIRST_LINE
        yield line, 'a comment, which no table keeps; quote a value with #: "Statement #1"'


def _message(event: Event) -> str:
    """What is wrong with one event of the parser, if anything is."""
    if isinstance(event, AliasEvent):
        return f"an alias, *{event.anchor}; write the value itself, {_QUOTED}"
    anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
    if anchor:
        return f"an anchor, &{anchor}; take it out, {_QUOTED}"
    if tag:
        return f"a tag, {tag}; every value is text; take it out, {_QUOTED}"
    return _message_of_value(event) if isinstance(event, ScalarEvent) else ""


def _message_of_value(event: ScalarEvent) -> str:
    if "\n" in event.value:
        return "a value of more than one line; a cell of a table is one line"
    if event.start_mark.line != event.end_mark.line:
        return "a value over more than one line; write it on one"
    # an escape may write what the line does not show
    return next((message for _, message in characters.problems(event.value)), "")


def _too_much(depth: int, most: int, documents: int) -> str:
    if depth > most:
        return f"lists in lists; allowed are {most} levels of mappings and lists"
    return "a second YAML document; the front matter is one" if documents > 1 else ""
