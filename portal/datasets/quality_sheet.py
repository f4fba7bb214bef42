"""The quality of a release in the words of ISO/IEC 25012, a number computed for each of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal import i18n
from portal.i18n import N_, _, ngettext


@dataclass(frozen=True)
class Line:
    """One characteristic: its id in the standard's words, what it asks, the number, what it is."""

    id: str
    name: str
    asks: str
    value: float | None
    of: float | None
    unit: str
    words: str

    @property
    def shown(self) -> str:
        """The number as people write it; a share with what it is a share of."""
        if self.value is None or self.of == 0:
            return "–"
        if self.unit == "share" and self.of is not None:
            return i18n.percent(self.value / self.of)
        if self.of is not None:
            total = i18n.number(self.of)
            return _("%(n)s of %(total)s", n=i18n.number(self.value), total=total)
        if self.unit == "days":
            return ngettext("%(n)s day", "%(n)s days", int(self.value))
        return i18n.number(self.value)

    def as_json(self) -> dict[str, Any]:
        """The public form."""
        return {"characteristic": self.id, "value": self.value, "of": self.of,
                "unit": self.unit, "meaning": self.words}  # fmt: skip


def sheet(
    described: Mapping[str, Any],
    places: Sequence[Mapping[str, Any]],
    districts: int,
    made: datetime,
) -> list[Line]:
    """What the descriptor and the published places of a release say of its quality."""
    release = described["release"]
    counts = release["counts"]
    fields = described["resources"][0]["schema"]["fields"]
    named = {one["district"] for one in places if one["district"]}
    told = {one["level"]: one["rows"] for one in release["ledger"]["told"]}
    decided = counts["accepted"] + counts["rejected"]
    plain = counts["accepted"] - counts["accepted_with_caveat"]
    repeated = _check(described, "not_repeated")
    resources = described["resources"]
    return [
        Line("accuracy", N_("Accuracy of values"), N_("Are the values right?"), plain,
             counts["accepted"], "share", N_("of the accepted measurements have no caveat")),
        Line("completeness", N_("Completeness"), N_("Is anything missing?"), len(named), districts,
             "districts", N_("districts of the area have rows; no required field is empty")),
        Line("consistency", N_("Consistency"), N_("Do the rows contradict each other?"), *repeated,
             "share", N_("of the measurements repeat nothing by the same person, place and hour")),
        Line("credibility", N_("Credibility"), N_("Why believe it?"), counts["accepted"], decided,
             "share", N_("of what people decided on was accepted; every row was decided on")),
        Line("currentness", N_("Currentness"), N_("How fresh is it?"), _age(places, made), None,
             "days", N_("from the last measurement to the release")),
        Line("precision", N_("Precision"), N_("How finely is it told?"),
             told.get(f"h3-{release['grid']['finest']}", 0), sum(told.values()),
             "share", N_("of the rows name the smallest cell the campaign allows")),
        Line("confidentiality", N_("Confidentiality"), N_("Can anybody be recognised?"),
             release["contributors_at_least"], None, "people",
             N_("people or more stand behind what is told for the first time in a place")),
        Line("traceability", N_("Traceability"), N_("Can its way be followed?"),
             sum("hash" in one for one in resources), len(resources), "files",
             N_("files have a fingerprint (SHA-256); where they come from is written as PROV")),
        Line("understandability", N_("Understandability"), N_("Is it clear what it means?"),
             sum(bool(one.get("description")) for one in fields), len(fields), "columns",
             N_("columns are explained in words")),
    ]  # fmt: skip


def _check(described: Mapping[str, Any], id: str) -> tuple[int | None, int | None]:
    """Passed and all, over every version of a check."""
    found = [one for one in described["provenance"]["wasGeneratedBy"]["checks"] if one["id"] == id]
    if not found:
        return None, None
    passed = sum(one["passed"] for one in found)
    return passed, passed + sum(one["failed"] for one in found)


def _age(places: Sequence[Mapping[str, Any]], made: datetime) -> int | None:
    last = max((one["last"] for one in places), default=None)
    return None if last is None else max(0, (made.date() - date.fromisoformat(last)).days)
