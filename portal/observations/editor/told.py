"""What everybody may read of the acts on a campaign."""

from sqlmodel import Session

from portal import i18n
from portal.i18n import N_, gettext
from portal.observations.editor import acts
from portal.observations.models import Campaign

ACTS = {
    "campaign.opened": N_("Made public"),
    "campaign.changed": N_("Changed"),
    "campaign.extended": N_("Extended"),
    "campaign.closed": N_("Closed early"),
}


def public_acts(session: Session, campaign: Campaign) -> list[dict[str, str]]:
    """What was done with a campaign since it is public; who did it stays in the audit trail."""
    return [
        {"words": gettext(ACTS[one.action]), "at": i18n.moment(one.at), "reason": one.reason}
        for one in acts.public(session, campaign)
    ]
