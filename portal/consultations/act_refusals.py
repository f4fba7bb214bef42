"""Why an act that takes two persons cannot be asked for, or not be confirmed."""

from portal.i18n import N_
from portal.refusal import Refusal


class AlreadyAsked(Refusal):
    """The same act waits for a second person."""

    status = 409
    title = N_("Already asked for")
    message = N_("This was asked for already and waits for a second person.")


class OwnAct(Refusal):
    """The person who asked tries to confirm."""

    status = 403
    title = N_("A second person is needed")
    message = N_("You asked for this yourself. Another person of the staff must confirm it.")


class AlreadyDecided(Refusal):
    """The act does not wait any more."""

    status = 409
    title = N_("Already decided")
    message = N_("This request does not wait any more: it was decided, taken back, or is too old.")


class BoxNeeded(Refusal):
    """To count takes more than a word: the ballot box, and perhaps its keyholders' cards."""

    status = 409
    title = N_("Please confirm this on the page of the count")
    message = N_("The ballot box is opened on the page “Count the votes”: confirm it there.")


class ChangedSince(Refusal):
    """The draft is not the one that was asked about."""

    status = 409
    title = N_("Changed since it was asked")
    message = N_("The consultation was changed after this was asked. Look at it and ask again.")
