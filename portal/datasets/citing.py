"""How to name a release in one's own work: as a sentence, for LaTeX, and for citation tools."""

import json
import re
from collections.abc import Mapping
from typing import Any

from flask import current_app

from portal import i18n, web
from portal.datasets.models import Release
from portal.i18n import _
from portal.observations.models import Campaign

LATEX = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


def address(found: Release) -> str:
    """Where the release is, for good."""
    return web.whole_url("datasets.release", name=found.dataset, version=found.version)


def cite(found: Release, campaign: Campaign) -> str:
    """A sentence."""
    return _(
        "%(city)s (%(year)s): %(title)s, release %(version)s. Dataset. %(address)s. CC BY 4.0.",
        city=current_app.config["CITY"],
        year=str(found.created_at.year),
        title=i18n.text(campaign.title),
        version=found.version,
        address=address(found),
    )


def bibtex(found: Release, campaign: Campaign) -> str:
    """An entry for BibTeX or BibLaTeX."""
    fields = {
        "title": "{" + latex(i18n.text(campaign.title)) + "}",
        "author": "{" + latex(current_app.config["CITY"]) + "}",
        "year": str(found.created_at.year),
        "version": found.version,
        "howpublished": r"\url{" + address(found) + "}",
        "note": "Dataset, SHA-256 " + found.sha256,
    }
    body = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@misc{{{found.dataset}-{found.version},\n{body}\n}}\n"


def latex(words: str) -> str:
    """Words without anything LaTeX would take for a command."""
    return re.sub(
        r"[\\~^&%$#_{}]",
        lambda match: LATEX.get(match[0], "\\" + match[0]),
        " ".join(words.split()),
    )


def cff(found: Release, campaign: Campaign, described: Mapping[str, Any]) -> str:
    """A `CITATION.cff` (Citation File Format 1.2.0); JSON strings are YAML strings."""
    authors = [{"name": current_app.config["CITY"]}]
    fields = {
        "cff-version": "1.2.0",
        "message": "If you use this dataset, please cite it as below.",
        "type": "dataset",
        "title": i18n.text(campaign.title),
        "version": found.version,
        "date-released": found.created_at.date().isoformat(),
        "url": address(found),
        "license": described["licenses"][0]["name"],
        "authors": authors,
        "identifiers": [
            {
                "type": "other",
                "value": f"sha256:{found.sha256}",
                "description": "SHA-256 of datapackage.json",
            }
        ],
    }
    return "".join(
        f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in fields.items()
    )
