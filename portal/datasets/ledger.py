"""The ledger of a release: what was told how finely, what was withheld by which rule.

Numbers that could be about few people are told as bands, so that the ledger itself gives nothing
away: neither alone, nor beside the files, nor beside the ledger before it.
"""

from collections.abc import Mapping
from typing import Any

from portal.datasets.bulk import Outcome
from portal.i18n import N_

STEPS = (1, 2, 5)  # bands begin at 10, 20, 50, 100 …
SMALL = 10

ALONE = "alone"
PATIENT = "patient"
GONE = "contributor_gone"
WITHDRAWN = "decision_changed"
ALONG = "left_along"

RULES = {
    ALONE: N_(
        "Fewer than five people, or one person with more than half of the rows, even in the whole "
        "city: told nowhere."
    ),
    PATIENT: N_(
        "Too few others nearby yet: they wait up to 30 days for company before a coarser place "
        "is told."
    ),
    GONE: N_("Whoever measured has left the portal: their rows leave with them."),
    WITHDRAWN: N_("A decision was changed: rows that are accepted no more leave."),
    ALONG: N_(
        "Rows that left together with those, so that comparing two releases shows nobody's rows "
        "alone. They do not come back."
    ),
}
NEVER = {
    "contributor": N_("Who measured, and anything by which two rows could be known as one's."),
    "note": N_("What people wrote."),
    "photo": N_("Photos; those that were checked are shown on the campaign's page, not here."),
    "exact_point": N_("The exact point, and how exact it was."),
    "received": N_("When a measurement was sent."),
}


def band(n: int) -> dict[str, int]:
    """The band a number lies in."""
    if n < SMALL:
        return {"from": min(n, 1), "to": SMALL - 1 if n else 0}
    size = SMALL
    while True:
        for step, following in zip(STEPS, (*STEPS[1:], SMALL), strict=True):
            if n < size * following:
                return {"from": size * step, "to": size * following - 1}
        size *= 10


def written(outcome: Outcome, levels: Mapping[str, int]) -> dict[str, Any]:
    """The ledger as it is published with the release."""
    withheld = {ALONE: outcome.waiting - outcome.patient, PATIENT: outcome.patient,
                GONE: outcome.left_before}  # fmt: skip
    left = {GONE: outcome.left_gone, ALONG: outcome.left_along,
            WITHDRAWN: outcome.left - outcome.left_gone - outcome.left_along}  # fmt: skip
    return {
        "told": [{"level": level, "rows": n} for level, n in sorted(levels.items())],
        "withheld": [{"rule": rule, "rows": band(n)} for rule, n in withheld.items()],
        "left": [{"rule": rule, "rows": band(n)} for rule, n in left.items()],
        "never": list(NEVER),
    }


def public(counts: Mapping[str, Any]) -> dict[str, Any]:
    """The counts of a release as they are told: what is withheld only as a band."""
    told = {name: n for name, n in counts.items() if name != ALONE}
    return told | {"withheld": band(counts["withheld"])}
