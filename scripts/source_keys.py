"""The keys that an annotated source may have, in canonical order."""

from __future__ import annotations

# Keys of a span or of a mapping in canonical order, and whether each is required.
Keys = dict[str, bool]
REQUIRED, OPTIONAL = True, False

SPANS: dict[str, Keys] = {
    "paragraph": {"id": REQUIRED, "number": OPTIONAL, "source": OPTIONAL},
    "clause": {
        "id": REQUIRED,
        "act": REQUIRED,
        "topic": REQUIRED,
        "secondary": OPTIONAL,
        "modifier": OPTIONAL,
        "parent": OPTIONAL,
        "incipit": OPTIONAL,
        "explicit": OPTIONAL,
        "source": OPTIONAL,
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
    "format": OPTIONAL,
    "document_type": REQUIRED,
    "level": REQUIRED,
    "place": OPTIONAL,
    "language": REQUIRED,
    "text": REQUIRED,
    "coverage": REQUIRED,
    "paragraphs_total": OPTIONAL,
    "end_seen": OPTIONAL,
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
