"""The views of the package: what is coded, and what there is, read without a join.

``flat`` has a row for each clause with all that belongs to it; ``flat_statements`` one for each
statement, coded or not. In both, what is read comes first, and keys come last.
"""

from __future__ import annotations

from .views import Column, Definition, View, several

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .package import Package


def _several(
    names: tuple[str, str],
    title: str,
    description: str,
    values: tuple[str, str],
    source: str,
    order: str = "x.position",
) -> tuple[Column, Column]:
    """Two columns of what several rows say: in words and in codes."""
    words = {"title": title, "description": description}
    codes = {
        "title": f"{title} (codes)",
        "description": f"The codes of {names[0]}, in the same order.",
    }
    return (
        Column(names[0], several(values[0], source, order), about=words, is_several=True),
        Column(names[1], several(values[1], source, order), about=codes, is_several=True),
    )


def _as_it_is(*names: str) -> tuple[Column, ...]:
    """Columns of a table under their own names, each as ``table.column``."""
    return tuple(Column(of.partition(".")[2], of, of) for of in names)


# --- several rows in one cell ---------------------------------------------------------------------

_OF_CLAUSE = "WHERE x.clause_id = clauses.clause_id"
_OF_STATEMENT = "WHERE x.statement_id = statements.statement_id"
_ROLE = "' (' || lower(r.label) || ')'"
_SIGNED_AS = f"CASE x.role_id WHEN 'signatory' THEN '' ELSE {_ROLE} END"
_NAMED = "JOIN actors a USING (actor_id) JOIN roles r USING (role_id)"
_FURTHER = f"clause_topics x JOIN topics t USING (topic_id) {_OF_CLAUSE}"
_MENTIONED = f"clause_actors x {_NAMED} {_OF_CLAUSE}"
_SIGNED = f"signatories x {_NAMED} {_OF_STATEMENT}"
_PLACED = f"clause_places x JOIN places p USING (place_id) {_OF_CLAUSE}"
_CITED = f"resolution_references x JOIN resolutions r USING (resolution_id) {_OF_CLAUSE}"
_PRIMARY = f"SELECT topic_id FROM clauses x {_OF_STATEMENT}"  # noqa: S608 (constants)
_WITH_FURTHER = "clauses x JOIN clause_topics y USING (clause_id)"
_SECONDARY = f"SELECT y.topic_id FROM {_WITH_FURTHER} {_OF_STATEMENT}"  # noqa: S608 (constants)
_SPOKEN_OF = f"topics t WHERE t.topic_id IN ({_PRIMARY} UNION {_SECONDARY})"
_SIGNATORIES, _SIGNATORY_IDS = _several(
    ("signatories", "signatory_ids"),
    "Signatories",
    "Signatories in the order of the text; another role than signing in brackets. Empty: what was"
    " seen of the statement names nobody who issues it.",
    (f"a.name || {_SIGNED_AS}", "x.actor_id"),
    _SIGNED,
)
_TOPICS, _TOPIC_IDS = _several(
    ("topics", "topic_ids"),
    "Topics",
    "Topics of its clauses, the primary and the further ones. Empty: nothing was coded. Of a"
    " statement that was seen in part, others are unknown, not absent.",
    ("t.label", "t.topic_id"),
    _SPOKEN_OF,
    "t.topic_id",
)
_FURTHER_TOPICS, _FURTHER_TOPIC_IDS = _several(
    ("further_topics", "further_topic_ids"),
    "Further topics",
    "What else the clause is about.",
    ("t.label", "x.topic_id"),
    _FURTHER,
    "x.topic_id",
)
_ACTORS, _ACTOR_IDS = _several(
    ("actors", "actor_ids"),
    "Actors",
    "Actors mentioned in the clause, in the order of the text, the role of each in brackets.",
    (f"a.name || {_ROLE}", "x.actor_id"),
    _MENTIONED,
)
_PLACES, _PLACE_IDS = _several(
    ("places", "place_ids"),
    "Places",
    "Places mentioned in the clause, in the order of the text.",
    ("p.name", "x.place_id"),
    _PLACED,
)
_RESOLUTIONS, _RESOLUTION_IDS = _several(
    ("resolutions", "resolution_ids"),
    "Resolutions",
    "Resolutions of the United Nations to which the clause refers, in the order of the text.",
    ("r.symbol", "x.resolution_id"),
    _CITED,
)

# --- columns that both views have -----------------------------------------------------------------

_YEAR = (
    Column("year", "statements.year", "statements.year"),
    Column(
        "year",
        "CAST(substr(statements.date, 1, 4) AS INTEGER)",
        about={"title": "Year", "type": "integer", "description": "Year of the date."},
    ),
)
_FORMAT = Column("format", "formats.name", "statements.format_id")
_SEEN = _as_it_is(
    "statements.coverage",
    "statements.paragraphs_coded",
    "statements.paragraphs_total",
    "statements.end_seen",
)
_KIND = (
    Column("document_type", "document_types.label", "statements.document_type_id"),
    Column("level", "levels.label", "statements.level_id"),
    Column("issued_at", "places.name", "statements.place_id"),
)
_PAGE = _as_it_is("statements.publisher", "statements.source_url")
_READ_ON = (
    "statement_sources x WHERE x.statement_id = clauses.statement_id"
    " AND x.position = clauses.source_position"
)
_PAGE_OF_WORDS = tuple(
    Column(
        f"words_{name}",
        f"(SELECT x.{name} FROM {_READ_ON})",  # noqa: S608 (constants)
        "clauses.source_position",
        {"title": f"{title} of the words", "description": f"{what} Empty: not recorded."},
    )
    for name, title, what in (
        ("publisher", "Publisher", "Publisher of the page on which the words were read."),
        ("url", "Address", "Address of the page on which the words were read."),
    )
)
_KEYS_OF_STATEMENT = (
    *_as_it_is("statements.format_id", "statements.document_type_id", "statements.level_id"),
    Column("issued_at_id", "statements.place_id", "statements.place_id"),
)
_JOINS = {
    "formats": "formats.format_id = statements.format_id",
    "document_types": "document_types.document_type_id = statements.document_type_id",
    "levels": "levels.level_id = statements.level_id",
    "places": "places.place_id = statements.place_id",
}

# --- clauses --------------------------------------------------------------------------------------

_WORDS = (
    Column(
        "words",
        "coalesce(clauses.text, clauses.gist)",
        about={
            "title": "Words",
            "description": "The words of the clause, or a gist of them: words_kind says which.",
            "constraints": {"required": True},
        },
    ),
    Column(
        "words_kind",
        "CASE WHEN clauses.text IS NULL THEN 'gist' ELSE 'text' END",
        about={
            "title": "Kind of words",
            "description": "Whose the words are. Of what may not be copied there is a gist.",
            "constraints": {"required": True, "enum": ["text", "gist"]},
            "categories": [
                {"value": "text", "label": "The statement's own words"},
                {"value": "gist", "label": "A gist in the coder's words, never a quotation"},
            ],
        },
    ),
)
_GROUP = "topics.topic_group_id"
_CODING = (
    Column("act", "acts.label", "clauses.act_id"),
    Column("topic", "topics.label", "clauses.topic_id"),
    Column("topic_group", "topic_groups.label", _GROUP, {"title": "Group of topics"}),
    _FURTHER_TOPICS,
    Column("act_class", "acts.class", "acts.class", {"title": "Class of act"}),
    Column("modifier", "modifiers.label", "clauses.modifier_id"),
)
_PLACE_IN_TEXT = (
    Column("paragraph", "paragraphs.position", "paragraphs.position", {"title": "Coded paragraph"}),
    Column(
        "paragraph_number",
        "paragraphs.number",
        "paragraphs.number",
        {"title": "Paragraph number"},
    ),
    *_as_it_is("clauses.position", "clauses.incipit", "clauses.explicit"),
)
_KEYS_OF_CLAUSE = (
    *_as_it_is("clauses.clause_id", "clauses.statement_id", "clauses.paragraph_id"),
    Column("head_clause", "clauses.parent_id", "clauses.parent_id"),
    *_as_it_is("clauses.act_id", "clauses.topic_id"),
    Column("topic_group_id", _GROUP, _GROUP, {"title": "Group of topics (code)"}),
    *_as_it_is("clauses.modifier_id"),
)
_OF_CLAUSES = (
    *_as_it_is("statements.date"),
    _FORMAT,
    *_WORDS,
    *_CODING,
    *(_ACTORS, _PLACES, _RESOLUTIONS),
    *_as_it_is("statements.title"),
    _SIGNATORIES,
    *_YEAR,
    *_KIND,
    *_SEEN,
    *_PLACE_IN_TEXT,
    *_PAGE_OF_WORDS,
    *_PAGE,
    *_as_it_is("clauses.source_position"),
    *_KEYS_OF_CLAUSE,
    *(_FURTHER_TOPIC_IDS, _ACTOR_IDS, _PLACE_IDS, _RESOLUTION_IDS),
    *_KEYS_OF_STATEMENT,
    _SIGNATORY_IDS,
    *_as_it_is("clauses.source_path", "clauses.source_line"),
)
FLAT = Definition(
    name="flat",
    title="Clauses, flat",
    description="One row for each clause: its words, act, first topic and further ones, actors and"
    " places, and the statement with its signatories; made of the other tables, keys last.",
    base="clauses",
    columns=_OF_CLAUSES,
    joins={
        "statements": "statements.statement_id = clauses.statement_id",
        "paragraphs": "paragraphs.paragraph_id = clauses.paragraph_id",
        "acts": "acts.act_id = clauses.act_id",
        "topics": "topics.topic_id = clauses.topic_id",
        "modifiers": "modifiers.modifier_id = clauses.modifier_id",
        **_JOINS,
    },
    optional={"topic_groups": "topic_groups.topic_group_id = topics.topic_group_id"},
    further=(
        "statement_sources",
        "clause_topics",
        "clause_actors",
        "clause_places",
        "resolution_references",
        "resolutions",
        "signatories",
        "actors",
        "roles",
    ),
    order="statements.date, clauses.statement_id, clauses.position",
)

# --- statements -----------------------------------------------------------------------------------

_SIGNATORY_COUNT = "statements.signatory_count"
_NUMBER_OF_CLAUSES = Column(
    "clauses",
    "CASE WHEN statements.coverage <> 'none' THEN statements.clause_count END",
    about={
        "title": "Clauses",
        "type": "integer",
        "description": "Number of its clauses that were coded. Empty: nothing was coded.",
        "denominators": ["coverage", "paragraphs_coded"],
        "constraints": {"minimum": 0},
    },
)
_OF_STATEMENTS = (
    *_as_it_is("statements.date"),
    _FORMAT,
    *_as_it_is("statements.title"),
    *_SEEN,
    _NUMBER_OF_CLAUSES,
    *(_TOPICS, _SIGNATORIES),
    Column(
        "signatory_count", _SIGNATORY_COUNT, _SIGNATORY_COUNT, {"title": "Number of signatories"}
    ),
    *_YEAR,
    *_KIND,
    *_as_it_is("statements.language", "statements.text_status"),
    *_PAGE,
    *_as_it_is("statements.date_note", "statements.note", "statements.statement_id"),
    *_KEYS_OF_STATEMENT,
    *(_SIGNATORY_IDS, _TOPIC_IDS),
)
FLAT_STATEMENTS = Definition(
    name="flat_statements",
    title="Statements, flat",
    description="One row for each statement, coded or not: when, by whom, how much of it was seen,"
    " and the topics that were found; made of the other tables, keys last.",
    base="statements",
    columns=_OF_STATEMENTS,
    joins=_JOINS,
    further=("signatories", "actors", "roles", "clauses", "clause_topics", "topics"),
    order="statements.date, statements.statement_id",
)
VIEWS = {definition.name: definition for definition in (FLAT, FLAT_STATEMENTS)}


def views(package: Package) -> dict[str, View]:
    """The views by name for which a package has the tables, unless one has the name of a view."""
    there = set(package.tables)
    return {
        name: View(package, definition)
        for name, definition in VIEWS.items()
        if name not in there and there.issuperset(definition.required)
    }
