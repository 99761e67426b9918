"""The version as a ``Dataset`` of schema.org, which search engines read from the codebook."""

from __future__ import annotations

from .. import citation
from ..package import is_release

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..package import Package

    Record = dict[str, Any]


def dataset(package: Package) -> Record:
    """The properties of a schema.org ``Dataset``, without ``@context``.

    ``distribution`` is not among them as long as no file of a release has an address.
    """
    descriptor = package.descriptor
    statements = package.needed("statements", "date")
    days = sorted(row["date"] for row in statements.rows if row["date"])
    if not days:
        raise package.fault(statements.resource["path"], "no statement has a date")
    names = [person["title"] for person in descriptor["contributors"]]
    creators = [{"@type": "Organization", "name": name} for name in names]
    variables = [_variable(row) for row in package["variables"].rows]
    named = {
        "@type": "Dataset",
        "name": descriptor["title"],
        "alternateName": descriptor["name"],
        "description": descriptor["description"],
        "version": package.version,
        **_status(package),
    }
    described = {
        "license": descriptor["licenses"][0]["path"],
        "creator": creators,
        "keywords": descriptor["keywords"],
        "isAccessibleForFree": True,
        "inLanguage": "en",
        "temporalCoverage": f"{days[0]}/{days[-1]}",
        **_place(descriptor),
        "variableMeasured": variables,
        **_identifier(descriptor),
    }
    return {**named, **described}


def _status(package: Package) -> Record:
    """When the release was published; what is no release is a draft."""
    day = package.descriptor["created"][:10]
    if is_release(package.version):
        return {"datePublished": day}
    return {"dateCreated": day, "creativeWorkStatus": "Draft"}


def _variable(row: Record) -> Record:
    return {"@type": "PropertyValue", "name": row["label"], "description": row["definition"]}


def _place(descriptor: Record) -> Record:
    """The country that it is about, if the descriptor names one."""
    name = descriptor.get("spatialCoverage")
    return {"spatialCoverage": {"@type": "Country", "name": name}} if name else {}


def _identifier(descriptor: Record) -> Record:
    """What the descriptor has as ``id``, and the address if it is a DOI."""
    found = citation.release(descriptor)
    named = {"identifier": descriptor["id"]} if "id" in descriptor else {}
    return {**named, "url": found["URL"]} if "DOI" in found else named
