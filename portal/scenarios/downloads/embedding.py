"""Pages for other sites to show in a frame: their own headers, no cookies, links that lead out."""

import re
from typing import Any

from flask import Response, url_for

from portal import headers, i18n
from portal.scenarios import mapping, options, pages, store, words
from portal.scenarios.package import Package

FIRST = 3  # key figures
ROWS = 12  # of the table; all of them are a link away
SECONDS = 60
# Links out of the frame: all but those inside the page and those to other states of the frame.
_OUT = re.compile(r'<a (?![^>]*\btarget=)(?=[^>]*\bhref="(?!#|/[a-z]{2,3}/embed/))')


def framed(answer: Response) -> Response:
    """Let any site frame this answer; the same for everybody, so nothing of the reader is in it.

    Links open in the whole window: ordinary pages refuse to be framed.
    """
    headers.nonce()
    allowed = headers.policy().replace("frame-ancestors 'none'", "frame-ancestors *")
    answer.headers["Content-Security-Policy"] = allowed
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.headers["Cross-Origin-Opener-Policy"] = "unsafe-none"
    answer.headers["Cache-Control"] = f"public, max-age={SECONDS}"
    if answer.mimetype == "text/html":
        answer.set_data(_OUT.sub('<a target="_top" ', answer.get_data(as_text=True)))
    return answer


def scenario(package: Package, asked: pages.Asked, unread: list[str]) -> dict[str, Any]:
    """One scenario in short: key figures, its map with legend, the table, its source."""
    family = store().family(package.family)
    baseline = None if package.is_baseline else options.baseline_of(family)
    rows = {row.id: row for row in words.kpi_rows(package, baseline, store().indicators())}
    found = pages.figures_part(package, asked, unread)
    if found["map"]:  # the foot names the package's sources, the map only its ground's
        found["map"] = {**found["map"], "attribution": mapping.base()["attribution"]}
    address = {"name": package.name, "version": package.version, **(found.get("twin") or {})}
    return {
        **found,
        "family": family,
        "first": [rows[id] for id in family.main_indicators if id in rows][:FIRST],
        "rows": list(found.get("rows") or [])[:ROWS],
        "page_url": url_for("scenarios.show", **address),
        "licences": ", ".join(one.get("title") or one["name"] for one in package.licenses),
        "language": i18n.language(),
    }
