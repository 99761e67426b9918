"""Annotated sources: the round trip, and each trap of the parsers rejected at its line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from conftest import PROJECT
from hypothesis import given
from hypothesis import strategies as st
from small import STATEMENTS

from scripts import source_checks
from scripts.annotation import (
    UNQUOTABLE,
    Document,
    Node,
    Span,
    parse,
    plain,
    render,
    render_nodes,
    walk,
)
from syria_statements.validation.problem import Problem

REAL = sorted(
    (PROJECT / "data" / "sources").glob("*/*.md")
)  # the build holds these to the same, one by one
SOURCES = [
    *sorted(STATEMENTS.glob("*/*.md")),
    *(pytest.param(path, marks=pytest.mark.matrix) for path in REAL),
]
FRONT = """\
---
statement_id: example-2020-01-02
title: Joint Statement on an Example
date: 2020-01-02
document_type: joint-statement
level: ministerial
language: en
text: verbatim
coverage: complete
sources:
  - url: https://example.org/
    publisher: Ministry of A
    language: en
    kind: primary
    extent: complete
    facts: [title, text]
signatories:
  - {actor: aaa, as: A}
---
"""
FIRST = FRONT.count("\n") + 2  # line of the body's first paragraph


def problems(source: str) -> list[Problem]:
    document = parse(source, "x.md")
    return [document] if isinstance(document, Problem) else source_checks.problems(source, document)


def body(text: str) -> str:
    return f"{FRONT}\n{text}\n"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_source_round_trips(path: Path) -> None:
    source = path.read_text("utf-8")
    document = parse(source, "x.md")
    assert isinstance(document, Document)
    assert source_checks.problems(source, document) == []
    assert render(document) == source


CLAUSE = "[a]{.clause id=c01 act=x topic=y}"
GOOD = f"[{CLAUSE}]{{.paragraph id=p001}}"

# What is written in the body → the line of the body that is told, and a word of what is told of it.
MARKDOWN_TRAPS = {
    "brace in a quoted value": (
        '[a\nb]{.clause id=c01 act=x topic="a } b"}',
        2,
        "malformed attributes",
    ),
    "line feed in a quoted value": (
        '[a]{.clause id=c01 act="a\nb" topic=y}',
        1,
        "malformed attributes",
    ),
    "backslash in a quoted value": (
        '[a\nb]{.clause id=c01 act="a\\"b" topic=y}',
        2,
        "malformed attributes",
    ),
    "key that begins with on": (
        "[a\nb]{.clause id=c01 act=x topic=y one=1}",
        2,
        "begins with 'on'",
    ),
    "entity in a value": ('[a\nb]{.clause id=c01 incipit="a &amp; b"}', 2, "malformed attributes"),
    "comma in a bare value": ("[a\nb]{.clause id=c01 act=x,y topic=y}", 2, "malformed attributes"),
    "slash in a bare value": ("[a\nb]{.clause id=c01 act=x/y topic=y}", 2, "malformed attributes"),
    "single quotes": ("[a\nb]{.clause id=c01 act='x' topic=y}", 2, "malformed attributes"),
    "key without a value": ("[a\nb]{.clause id=c01 act topic=y}", 2, "malformed attributes"),
    "unbalanced opening bracket": ("a\n[b\n[c]{.clause id=c01 act=x topic=y}", 2, "reads back as"),
    "unbalanced closing bracket": (f"{GOOD}\nb] c", 2, "malformed attributes"),
    "bracket of the text not escaped": (f"{GOOD}\n[sic]", 2, "malformed attributes"),
    "key given twice": ("[a\nb]{.clause id=c01 act=x act=z topic=y}", 2, "a key given twice"),
    "two blocks of attributes": (
        f"{GOOD}\n[a]{{.clause id=c02}}{{act=x topic=y}}",
        2,
        "malformed attributes",
    ),
    "space before the attributes": (
        "[a\nb] {.clause id=c01 act=x topic=y}",
        2,
        "malformed attributes",
    ),
    "link reference": (f"{GOOD}\n\n[r]: http://example.org/", 3, "malformed attributes"),
    "identifier with a hash": ("[a\nb]{.clause #c01 act=x topic=y}", 2, "malformed attributes"),
    "comment among the attributes": (
        "[a\nb]{.clause id=c01 %no% act=x topic=y}",
        2,
        "malformed attributes",
    ),
    "emphasis": (f"{GOOD}\n*b*", 2, "reads back as"),
    "list": (f"{GOOD}\n\n- b", 3, "reads back as"),
    "numbered list": (f"{GOOD}\n\n1. b", 3, "reads back as"),
    "heading": (f"{GOOD}\n\n# b", 3, "reads back as"),
    "hard line break": (f"{GOOD}\\\nb", 1, "reads back as"),
    "white space at the end of a line": (f"{GOOD} \nb", 1, "reads back as"),
    "attributes in another order": ("[a\nb]{.clause act=x id=c01 topic=y}", 2, "reads back as"),
    "needless quotation marks": ('[a\nb]{.clause id="c01" act=x topic=y}', 2, "reads back as"),
    "two blank lines": (f"{GOOD}\n\n\nb", 3, "reads back as"),
}
SHAPES = {
    "unknown class": (
        "[a\nb]{.sentence id=c01}",
        2,
        "unknown class 'sentence'; allowed are paragraph, clause",
    ),
    "no class": ("[a]{x=1}", 1, "a span without a class"),
    "two classes": ("[a]{.clause .actor id=c01 act=x topic=y}", 1, "unknown class 'clause actor'"),
    "unknown key": (
        "[a\nb]{.clause id=c01 act=x topic=y mood=z}",
        2,
        "unknown key 'mood' of the clause span; allowed are id, act",
    ),
    "missing key": (
        "[a\nb]{.clause id=c01 act=x}",
        2,
        "lacks the key 'topic'; required are id, act, topic",
    ),
    "empty span": ("[]{.clause id=c01 act=x topic=y}", 1, "empty clause span"),
    "clause in a mention": (
        "[[a]{.clause id=c01 act=x topic=y}]{.place id=x}",
        1,
        "a clause inside a place span",
    ),
    "clause in a clause": (
        "[a [b]{.clause id=c02 act=x topic=y}]{.clause id=c01 act=x topic=y}",
        1,
        "a clause inside a clause span",
    ),
    "mention outside a clause": (f"{GOOD}\n[b]{{.place id=x}}", 2, "place span outside a clause"),
    "clause id twice": (
        f"{GOOD}\n[b]{{.clause id=c01 act=x topic=y}}",
        2,
        "clause id c01 is used twice",
    ),
    "clause id of another form": (
        "[b]{.clause id=7 act=x topic=y}",
        1,
        "clause id '7'; allowed is c and two or three digits",
    ),
    "clause outside a paragraph": (CLAUSE, 1, "a clause outside a paragraph; a clause stands"),
    "clause after a paragraph": (
        f"{GOOD}\n[b]{{.clause id=c02 act=x topic=y}}",
        2,
        "a clause outside a paragraph",
    ),
    "paragraph in a paragraph": (f"[{GOOD}]{{.paragraph id=p002}}", 1, "a paragraph inside a para"),
    "paragraph in a clause": (
        "[[a]{.paragraph id=p001}]{.clause id=c01 act=x topic=y}",
        1,
        "a paragraph inside a clause span; a paragraph is in no other span",
    ),
    "two paragraphs in a block": (
        f"{GOOD}\n[[b]{{.clause id=c02 act=x topic=y}}]{{.paragraph id=p002}}",
        2,
        "a second paragraph without a blank line",
    ),
    "paragraph without a clause": ("[a]{.paragraph id=p001}", 1, "a paragraph without a clause"),
    "empty paragraph": ("[]{.paragraph id=p001}", 1, "empty paragraph span"),
    "paragraph without an id": (f"[{CLAUSE}]{{.paragraph number=1}}", 1, "lacks the key 'id'"),
    "paragraph with an unknown key": (
        f"[{CLAUSE}]{{.paragraph id=p001 page=1}}",
        1,
        "unknown key 'page' of the paragraph span; allowed are id, number",
    ),
    "paragraph id of another form": (
        f"[{CLAUSE}]{{.paragraph id=p1}}",
        1,
        "paragraph id 'p1'; allowed is p and three digits, then perhaps a letter",
    ),
    "paragraph id twice": (
        f"{GOOD}\n\n[[b]{{.clause id=c02 act=x topic=y}}]{{.paragraph id=p001}}",
        3,
        "paragraph id p001 is used twice; every paragraph has its own",
    ),
    "number before the id": (f"[{CLAUSE}]{{.paragraph number=1 id=p001}}", 1, "reads back as"),
    "words in a paragraph and no clause": (
        f"[{CLAUSE}\nb c]{{.paragraph id=p001}}",
        2,
        "the words 'b c' are in no clause",
    ),
    "words before the clauses of a paragraph": (
        f"[b {CLAUSE}]{{.paragraph id=p001}}",
        1,
        "the words 'b' are in no clause",
    ),
    "mention in a paragraph and no clause": (
        f"[{CLAUSE} [b]{{.place id=x}}]{{.paragraph id=p001}}",
        1,
        "place span outside a clause",
    ),
    "white space before the first clause": (f"[ {CLAUSE}]{{.paragraph id=p001}}", 1, "white space"),
    "white space after the last clause": (
        f"[{CLAUSE}\n]{{.paragraph id=p001}}",
        2,
        "white space at an end of the paragraph",
    ),
    "characters not in NFC": (f"{GOOD}\ne\u0301", 2, "not in Unicode NFC"),
    "words outside a clause": (f"{GOOD}\n\nb\nc", 3, "the words 'b\\nc' are in no clause"),
    "words after a clause": (
        f"{GOOD}\nb [c]{{.clause id=c02 act=x topic=y}}",
        2,
        "the words 'b' are in no clause",
    ),
    "invisible space": (f"{GOOD}\nb\u200bc", 2, "U+200B ZERO WIDTH SPACE: cannot be seen"),
    "soft hyphen": (f"{GOOD}\nb\xadc", 2, "U+00AD"),
    "tag character": (f"{GOOD}\nb\U000e0041c", 2, "U+E0041"),
    "direction override": (f"{GOOD}\nb\u202ec", 2, "U+202E"),
    "direction mark beside Latin letters": (f"{GOOD}\nb\u200fc", 2, "U+200F"),
    "joiner between Latin letters": (f"{GOOD}\nb\u200dc", 2, "U+200D"),
    "replacement character": (f"{GOOD}\nb\ufffdc", 2, "U+FFFD"),
    "noncharacter": (f"{GOOD}\nb\U0001ffffc", 2, "U+1FFFF"),
    "no-break space": (f"{GOOD}\nb\xa0c", 2, "U+00A0 NO-BREAK SPACE: looks like a space"),
    "ligature": (f"{GOOD}\no\ufb03cial", 2, "U+FB03"),
    "Cyrillic letter in a Latin word": (
        f"{GOOD}\nTurk\u0435y",
        2,
        "mixes Latin with other letters",
    ),
    "carriage return": (f"{GOOD}\r\nb", 1, "U+000D"),
    "invisible mark": (f"{GOOD}\nb\ufeffc", 2, "U+FEFF"),
}


@pytest.mark.parametrize("name", MARKDOWN_TRAPS | SHAPES)
def test_trap_of_the_body_is_rejected_at_its_line(name: str) -> None:
    text, line, words = (MARKDOWN_TRAPS | SHAPES)[name]
    told = [((problem.line or 0) - FIRST + 1, problem.message) for problem in problems(body(text))]
    assert any(found == line and words in message for found, message in told), told


# What is written in place of a line of the front matter → the line of the file that is told, and a word of it.
FRONT_TRAPS = {
    "key given twice": ("language: en\nlanguage: fr", 8, "not YAML: found duplicate key"),
    "no mapping": ("language", 8, "not YAML"),
    "unknown key": (
        "language: en\nmood: z",
        8,
        "unknown key 'mood' of the front matter; allowed are statement_id",
    ),
    "missing key": ("note: x", 1, "lacks the key 'language'"),
    "empty value": ("language: ", 7, "language is empty"),
    "list for a single value": ("language: [en, fr]", 7, "language is empty or not a single value"),
    "comment": ("language: en # of two", 7, "a comment, which no table keeps"),
    "comment on a line of its own": ("# x\nlanguage: en", 7, "a comment"),
    "anchor": ("language: &x en", 7, "an anchor, &x"),
    "alias": ("language: &x en\nplace: *x", 7, "an anchor, &x"),
    "tag": ("language: !!int 3", 7, "a tag, tag:yaml.org,2002:int"),
    "own tag": ("language: !x 3", 7, "a tag, !x"),
    "deep nesting": (f"language: {'[' * 3000}", 7, "lists in lists"),
    "block of lines": ("language: |\n  a\n  b", 7, "more than one line"),
    "folded value": ("language: en\n  fr", 7, "over more than one line"),
    "escaped line feed": ('language: "e\\nn"', 7, "more than one line"),
    "escaped carriage return": ('language: "e\\rn"', 7, "U+000D"),
    "escaped invisible space": ('language: "e\\u200bn"', 7, "U+200B"),
    "second document": ("--- x\nlanguage: en", 7, "a second YAML document"),
    "keys in another order": ("language: en\nplace: x", 7, "reads back as"),
    "needless quotation marks": ('language: "en"', 7, "reads back as"),
    "total of a text coded whole": (
        "language: en\nparagraphs_total: 2",
        8,
        "paragraphs_total follows from coverage, which is complete",
    ),
    "end of a text coded whole": (
        "language: en\nend_seen: true",
        8,
        "end_seen follows from coverage, which is complete",
    ),
}


@pytest.mark.parametrize("name", FRONT_TRAPS)
def test_trap_of_the_front_matter_is_rejected_at_its_line(name: str) -> None:
    text, line, words = FRONT_TRAPS[name]
    told = [
        (problem.line, problem.message)
        for problem in problems(body(GOOD).replace("language: en", text, 1))
    ]
    assert any(found == line and words in message for found, message in told), told


@pytest.mark.parametrize(
    "written",
    ["NO", "no", "off", "12:30", "010", "1e3", "0x10", "null", "~", "2020-01-02", "1_000"],
)
def test_yaml_reads_what_was_written(written: str) -> None:
    source = body(GOOD).replace("{actor: aaa, as: A}", f"{{actor: aaa, as: {written}}}")
    document = parse(source, "x.md")
    assert isinstance(document, Document)
    assert source_checks.problems(source, document) == []
    assert document.front["signatories"][0]["as"] == written


def test_items_are_told_at_their_lines() -> None:
    source = (
        body(GOOD)
        .replace("    kind: primary\n", "    king: primary\n")
        .replace("as: A", "is: A")
        .replace("facts: [title, text]", "facts: title")
    )
    assert [
        (problem.line, problem.message.partition(";")[0])
        for problem in sorted(problems(source), key=str)
    ] == [
        (11, "the item of sources lacks the key 'kind'"),
        (14, "unknown key 'king' of the item of sources"),
        (16, "facts is not a list of words"),
        (18, "the item of signatories lacks the key 'as'"),
        (18, "unknown key 'is' of the item of signatories"),
    ]


def test_no_front_matter_is_told() -> None:
    assert [problem.line for problem in problems("[a]{.clause id=c01 act=x topic=y}\n")] == [1]
    assert "does not end" in problems(FRONT.replace("\n---\n", "\n--\n"))[0].message
    assert "not a mapping" in problems("---\n- a\n---\n\nb\n")[0].message


@pytest.mark.parametrize(
    "text",
    [
        "(a) “b” «c» 'd' \"e\"",
        "قرار مجلس الأمن",
        "عربي and Latin",
        "x \\[sic\\] \\{y\\} \\*z\\*",
        "50 % & more; 2 > 1",
        "می\u200cخواهم and क्\u200dष",
        "شعار (UN)\u200f, \u200eالأمم",
        "H\\~2\\~O, \\$5, x\\^2, \\@home, \\&amp; a \\| b",
    ],
)
def test_text_is_kept(text: str) -> None:
    source = body(
        f'[[{text} [r]{{.resolution id="S/RES/2254(2015)"}}]{{.clause id=c01 act=x topic=y}}]'
        "{.paragraph id=p001}"
    )
    document = parse(source, "x.md")
    assert isinstance(document, Document)
    assert source_checks.problems(source, document) == []
    assert plain(document.paragraphs[0].children) == text.replace("\\", "") + " r"


# --- any document comes back as it was ------------------------------------------------------------

LETTERS = "ab0é“”شق𝒳-.,;:!?'()#>+|~^$%&@/=1"
WORDS = st.text(LETTERS + '[]{}*_`<\\"', min_size=1, max_size=10)
VALUES = (
    st.text(LETTERS + "[]*_`< ", min_size=1, max_size=10)
    .map(str.strip)
    .filter(lambda value: value and not UNQUOTABLE.search(value))
)


@st.composite
def mentions(draw: st.DrawFn) -> Span:
    return Span("place", {"id": draw(VALUES)}, (draw(WORDS),), 0, 0)


@st.composite
def clauses(draw: st.DrawFn, number: int) -> Span:
    children: list[Node] = [draw(WORDS)]
    for mention, gap, word in draw(
        st.lists(st.tuples(mentions(), st.sampled_from([" ", "\n", ""]), WORDS), max_size=2)
    ):
        children += [mention, gap + word]
    attributes = {"id": f"c{number:02}", "act": draw(VALUES), "topic": draw(VALUES)}
    return Span("clause", attributes, tuple(children), 0, 0)


@st.composite
def paragraphs(draw: st.DrawFn, number: int) -> Span:
    """A paragraph of a few clauses, whose ids go on from those of the one before it."""
    spans = [draw(clauses(10 * number + step)) for step in range(draw(st.integers(1, 2)))]
    gap = draw(st.sampled_from([" ", "\n", ""]))
    children: list[Node] = [node for span in spans for node in (gap, span) if node][bool(gap) :]
    attributes = {"id": f"p{number:03}"}
    if draw(st.booleans()):
        attributes["number"] = draw(VALUES)
    return Span("paragraph", attributes, tuple(children), 0, 0)


def _bare(nodes: Iterable[Node]) -> list[object]:
    """The tree without its lines."""
    return [
        (node.kind, node.attributes, _bare(node.children)) if isinstance(node, Span) else node
        for node in nodes
    ]


@given(data=st.data())
def test_any_tree_comes_back(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 3))
    spans = [data.draw(paragraphs(number)) for number in range(1, count + 1)]
    source = body("\n\n".join(render_nodes([span]) for span in spans))
    document = parse(source, "x.md")
    assert isinstance(document, Document)
    assert render(document) == source
    assert _bare(document.paragraphs) == _bare(spans)
    assert len(document.blocks) == count


@given(data=st.data())
def test_offsets_point_to_the_words(data: st.DataObject) -> None:
    span = data.draw(clauses(1))
    text = plain((span,))
    for found, _, start in walk((span,)):
        assert text[start : start + len(plain(found.children))] == plain(found.children)
    assert "\n" not in text
