"""What a campaign's page says of the campaign itself: how, how finely kept, what changed since."""

from datetime import datetime
from typing import Any

from portal import db, i18n
from portal.i18n import N_, _, ngettext
from portal.observations import labels
from portal.observations.editor.told import public_acts
from portal.observations.models import Campaign, TimeGrain

PHOTOS = {
    "none": N_("None: this campaign takes no photos."),
    "optional": N_("If you like. A person looks at each before others may see it."),
    "required": N_("One with every measurement. A person looks at each before others may see it."),
}
LICENCES = {"CC-BY-4.0": "CC BY 4.0"}


def of(campaign: Campaign, now: datetime) -> dict[str, Any]:
    """The page's parts about the campaign itself."""
    return {
        "steps": labels.steps_of(campaign.instructions),
        "categories": [
            {"text": i18n.text(one["name"]), "lang": i18n.text_lang(one["name"])}
            for one in campaign.categories
        ],
        "photo_rule": _(PHOTOS[campaign.photos]),
        "area": ", ".join(map(labels.district, campaign.area)) or _("The whole city"),
        "kept_words": kept(campaign),
        "licence": LICENCES.get(campaign.licence, campaign.licence),
        "acts": public_acts(db.session(), campaign),
    }


def kept(campaign: Campaign) -> str:
    """How finely places and times are kept and released, in one or two sentences."""
    metres = labels.metres(f"h3-{campaign.resolution}")
    hour = campaign.time_grain is TimeGrain.HOUR
    words = (
        _("The place as a hexagon of about %(metres)s metres; the time is published with its hour.",
          metres=metres)
        if hour
        else _("The place as a hexagon of about %(metres)s metres; of the time, only the day is "
               "published.", metres=metres)
    )  # fmt: skip
    if not campaign.exact_days:
        return words
    exact = ngettext(
        "The exact point is kept apart for %(n)s day, then deleted.",
        "The exact point is kept apart for %(n)s days, then deleted.",
        campaign.exact_days,
    )
    return f"{words} {exact}"
