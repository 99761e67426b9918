"""The release as JSON-LD: a ``Dataset`` of schema.org, which search engines read from the page of the codebook."""

from __future__ import annotations

from . import citation, loader, package

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Record = dict[str, Any]


def dataset(directory: str | None = None) -> Record:
    """The properties of a schema.org ``Dataset``, without ``@context``, of the installed package or the one in a directory."""
    about = package.descriptor(directory)
    days = sorted(row["date"] for row in loader.rows("statements", directory))
    return {
        "@type": "Dataset",
        "name": about["title"],
        "alternateName": about["name"],
        "description": about["description"],
        "version": about["version"],
        **_status(about),
        "license": about["licenses"][0]["path"],
        "creator": [{"@type": "Organization", "name": person["title"]} for person in about["contributors"]],
        "keywords": about["keywords"],
        "isAccessibleForFree": True,
        "inLanguage": "en",
        "temporalCoverage": f"{days[0]}/{days[-1]}",
        "variableMeasured": [_variable(row) for row in loader.rows("variables", directory)],
        **_identifier(about),
    }


def _status(about: Record) -> Record:
    """When the release was published; what is no release is a draft."""
    day = about["created"][:10]
    if package.is_release(about["version"]):
        return {"datePublished": day}
    return {"dateCreated": day, "creativeWorkStatus": "Draft"}


def _variable(row: Record) -> Record:
    return {"@type": "PropertyValue", "name": row["label"], "description": row["definition"]}


def _identifier(about: Record) -> Record:
    """The DOI, if there is one."""
    found = citation.release(about)
    return {"identifier": found["URL"], "url": found["URL"]} if "DOI" in found else {}
