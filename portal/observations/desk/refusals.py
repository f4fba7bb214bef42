"""Why a decision on an observation is not taken."""

from portal.i18n import N_
from portal.refusal import Refusal


class OwnObservation(Refusal):
    """Nobody decides on their own measurement."""

    status = 403
    title = N_("Somebody else decides")
    message = N_("You sent this measurement, so somebody else must decide on it.")


class BeingLookedAt(Refusal):
    """A colleague has the measurement open."""

    status = 409
    title = N_("Somebody is looking at it")
    message = N_("%(who)s is looking at this measurement until %(until)s. Nothing was recorded.")


class SomebodyElseDecides(Refusal):
    """Who asked for a second opinion does not give it."""

    status = 403
    title = N_("Somebody else decides")
    message = N_("You asked for a second opinion, so somebody else must decide on it.")


class ReasonNeeded(Refusal):
    """A decision against the contributor, or with a reserve, tells why."""

    title = N_("Please give a reason")
    message = N_("Please say why. The person who measured will read it.")


class NoDecision(Refusal):
    """Only three grades are decisions."""

    title = N_("Please decide")
    message = N_("Please choose: accept, accept with a caveat, or reject.")


class Overtaken(Refusal):
    """Somebody decided while the page was open."""

    status = 409
    title = N_("Somebody was faster")
    message = N_(
        "A colleague decided on this measurement meanwhile; nothing of yours was recorded. "
        "Their decision stands below. If you see it differently, decide anew."
    )


class NotWaiting(Refusal):
    """What is decided needs no second opinion before it."""

    status = 409
    title = N_("Already decided")
    message = N_("This measurement is decided. Whoever sees it differently decides anew.")


class AlreadyPassedOn(Refusal):
    """Two opinions are enough."""

    status = 409
    title = N_("A second opinion is asked for already")
    message = N_("A colleague passed this measurement on: please decide it yourself.")


class NotYours(Refusal):
    """Only one's own decisions can be undone."""

    status = 403
    title = N_("Not your decision")
    message = N_("Only the person who decided can undo it. You can decide anew instead.")


class TooLate(Refusal):
    """Ten minutes are over, or somebody decided since."""

    status = 409
    title = N_("Too late to undo")
    message = N_(
        "A decision can be undone for ten minutes, and only while nothing was decided after it. "
        "You can decide anew instead."
    )


class NothingNamed(Refusal):
    """Many at once are decided only where they have something in common."""

    title = N_("Too many at once")
    message = N_(
        "Please narrow the queue first: by a check, a district, a cell, a device or a file."
    )


class NotAsShown(Refusal):
    """The queue changed between looking and deciding."""

    status = 409
    title = N_("The queue has changed")
    message = N_(
        "There are now %(n)s measurements and not as many as you saw; nothing was recorded. "
        "Please look again, then decide."
    )
