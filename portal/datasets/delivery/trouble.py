"""Why a delivery did not arrive: for now, or until somebody does something about it."""

from enum import Enum

from portal.i18n import N_


class Why(Enum):
    """Reasons, kept with the delivery and told in words."""

    NOT_REACHED = "not_reached"
    SLOW = "slow"
    SERVER = "server"
    FULL = "full"
    DAMAGED = "damaged"
    NOT_ALLOWED = "not_allowed"
    NO_PLACE = "no_place"
    REFUSED = "refused"
    NOT_INSTALLED = "not_installed"
    NOT_SET = "not_set"


WORDS = {
    Why.NOT_REACHED: N_("The target could not be reached."),
    Why.SLOW: N_("The target took too long to answer."),
    Why.SERVER: N_("The target reported a fault of its own."),
    Why.FULL: N_("The target has no room left."),
    Why.DAMAGED: N_("What was read back was not what had been sent."),
    Why.NOT_ALLOWED: N_("The target does not let the portal in."),
    Why.NO_PLACE: N_("The place agreed on does not exist at the target."),
    Why.REFUSED: N_("The target refused the delivery."),
    Why.NOT_INSTALLED: N_("The program this kind of target needs is not installed."),
    Why.NOT_SET: N_("This target is no longer in the portal's settings."),
}


class Trouble(Exception):
    """A delivery did not arrive."""

    def __init__(self, why: Why, detail: str = "") -> None:
        self.why, self.detail = why, detail[:80]
        super().__init__(f"{why.value} {detail}".strip())


class Away(Trouble):
    """It is tried again, ever more seldom."""


class Refused(Trouble):
    """Trying again would not help before somebody changes something."""


def of_status(status: int) -> Trouble:
    """What an HTTP status says."""
    told = f"HTTP {status}"
    if status == 507:
        return Away(Why.FULL, told)
    if status in (408, 425, 429) or status >= 500:
        return Away(Why.SLOW if status in (408, 504) else Why.SERVER, told)
    if status in (401, 403):
        return Refused(Why.NOT_ALLOWED, told)
    return Refused(Why.NO_PLACE if status in (404, 410) else Why.REFUSED, told)
