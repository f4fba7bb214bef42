"""What the dataset pages show, as plain values for their templates."""

from typing import Any

from flask import url_for

from portal import db, i18n, lineage
from portal.datasets import (
    catalogue,
    citing,
    ledger,
    links,
    previews,
    quality_sheet,
    summaries,
    table,
)
from portal.datasets.models import Release
from portal.i18n import _
from portal.observations import steps
from portal.observations.models import Campaign
from portal.observations.where import places

UNITS = ("B", "kB", "MB", "GB")


def crumbs(*more: dict[str, Any]) -> list[dict[str, Any]]:
    """The way from the first page to one of this room."""
    return [
        {"label": _("Home"), "url": url_for("house.home")},
        {"label": _("Datasets"), "url": url_for("datasets.index")},
        *more,
    ]


def card(release: Release, campaign: Campaign) -> dict[str, Any]:
    """A dataset in a list, by its newest release."""
    return {
        "title": i18n.text(campaign.title),
        "lang": i18n.text_lang(campaign.title),
        "url": url_for("datasets.show", name=release.dataset),
        "text": i18n.text(campaign.purpose),
        "kicker": release.dataset,
        "meta": [_("release %(version)s", version=release.version), i18n.date(release.created_at),
                 rows(release)],
    }  # fmt: skip


def rows(release: Release) -> str:
    """How many rows a release has."""
    return i18n.ngettext("%(n)s row", "%(n)s rows", release.counts["published"])


def band(told: dict[str, int]) -> str:
    """A number that is told as a band only."""
    low, high = i18n.number(told["from"]), i18n.number(told["to"])
    return low if low == high else _("%(low)s to %(high)s", low=low, high=high)


def version_row(release: Release) -> dict[str, Any]:
    """A release in the list of a dataset's versions."""
    return {
        "title": release.version,
        "url": url_for("datasets.release", name=release.dataset, version=release.version),
        "text": difference(release),
        "meta": [i18n.moment(release.created_at), rows(release)],
    }


def difference(release: Release) -> str:
    """What a release changes against the one before it."""
    if release.previous is None:
        return _("The first release.")
    told = catalogue.descriptor(release)["release"]["difference"]
    added = i18n.ngettext("%(n)s measurement added", "%(n)s measurements added", told["added"])
    removed = i18n.ngettext("%(n)s removed", "%(n)s removed", told["removed"])
    words = _(
        "Compared with %(previous)s: %(added)s, %(removed)s.",
        previous=release.previous,
        added=added,
        removed=removed,
    )
    if told["schema_changed"]:
        return words + " " + _("The table has other columns.")
    return words


def release(found: Release, campaign: Campaign) -> dict[str, Any]:
    """Everything the page of a release shows."""
    described = catalogue.descriptor(found)
    versions = catalogue.versions(db.session(), found.dataset)
    return {
        "found": found,
        "campaign": campaign,
        "counts": ledger.public(found.counts),
        "withheld": band(ledger.band(found.counts["withheld"])),
        "newest": versions[0].version,
        "difference": difference(found),
        "method": i18n.text(described["release"]["method"]),
        "licence": described["licenses"][0],
        "files": files(found, described),
        "columns": [
            [{"text": column.name, "note": column.type}, _(column.meaning)]
            for column in table.COLUMNS
        ],
        "places": summaries.rows(found, campaign),
        "columns_of_places": summaries.columns(campaign),
        "sentence": summaries.sentence(catalogue.places(found), campaign),
        "checks": check_rows(described),
        "rejected": rule_rows(found.counts["rejected_by_rule"]),
        "cite": citing.cite(found, campaign),
        "bibtex": citing.bibtex(found, campaign),
        "quality": quality(found, campaign),
        "chart": previews.chart(described, campaign),
        "used_by": used_by(found),
        "map": previews.release_map(found, campaign),
        "classes": previews.classes(found, campaign),
        "larger": previews.larger(found),
        "demonstration": found.demonstration,
    }


def files(found: Release, described: dict[str, Any]) -> list[dict[str, str]]:
    """The files to download with their sizes and hashes."""
    listed = [
        {
            "label": resource["path"],
            "url": file_url(found, resource["path"]),
            "size": size(resource["bytes"]),
            "hash": resource["hash"].removeprefix("sha256:"),
        }
        for resource in described["resources"]
    ]
    own = url_for("datasets.descriptor", name=found.dataset, version=found.version)
    return [*listed, {"label": "datapackage.json", "url": own, "size": "", "hash": found.sha256}]


def file_url(found: Release, path: str) -> str:
    """The address of one file of a release."""
    return url_for("datasets.file", name=found.dataset, version=found.version, path=path)


def size(count: int) -> str:
    """Bytes as people write them."""
    amount, unit = float(count), 0
    while amount >= 1000 and unit < len(UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    return f"{i18n.number(amount, 1 if unit else 0)} {UNITS[unit]}"


def check_rows(described: dict[str, Any]) -> list[list[Any]]:
    """How the automatic checks went until the release."""
    return [
        [
            {"text": steps.name(check["id"]), "note": check["version"]},
            i18n.number(check["passed"]),
            i18n.number(check["failed"]),
        ]
        for check in described["provenance"]["wasGeneratedBy"]["checks"]
    ]


def rule_rows(rules: dict[str, int]) -> list[list[str]]:
    """Rejected measurements by the check in doubt."""
    person = _("None in doubt: decided by a person alone")
    return [
        [person if rule == "review" else steps.name(rule), i18n.number(n)]
        for rule, n in sorted(rules.items())
    ]


def quality(found: Release, campaign: Campaign) -> list[quality_sheet.Line]:
    """The quality sheet of a release."""
    districts = len(campaign.area or places.district_names())
    described, told = catalogue.descriptor(found), catalogue.places(found)
    return quality_sheet.sheet(described, told, districts, found.created_at)


def used_by(found: Release) -> list[dict[str, Any]]:
    """The scenario packages that name a release, each with the consultations that use it."""
    return [
        {
            "title": package.label,
            "note": package.id,
            "url": package.url,
            "consultations": [
                one
                for one in lineage.of(package.kind, package.id).used_by
                if one.kind == "consultation"
            ],
        }
        for package in links.used_by(f"{found.dataset}@{found.version}")
    ]


def became(found: Release) -> list[dict[str, Any]]:
    """What came of a release: each scenario, the votes on it, what the council said of them."""
    return [
        {
            **package,
            "consultations": [
                {
                    "title": step.ref.label,
                    "url": step.ref.url,
                    "direct": step.distance == 1,
                    "decisions": _decisions(step.ref),
                }
                for step in lineage.chain("scenario", package["note"], onwards=True)
                if step.ref.kind == "consultation"
            ],
        }
        for package in used_by(found)
    ]  # fmt: skip


def _decisions(consultation: lineage.Ref) -> list[lineage.Ref]:
    found = lineage.of(consultation.kind, consultation.id).used_by
    return [one for one in found if one.kind == "council"]
