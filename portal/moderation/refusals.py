"""What the room says no to, in words for the person who asked."""

from portal.i18n import N_
from portal.refusal import Refusal


class AlreadyDecided(Refusal):
    """Somebody was quicker."""

    status = 409
    title = N_("Already decided")
    message = N_("%(who)s decided this case on %(when)s: %(what)s. Nothing was changed.")


class SomebodyElse(Refusal):
    """A colleague has the case open."""

    status = 409
    title = N_("Being looked at")
    message = N_("%(who)s is looking at this case until %(until)s. Nothing was changed.")


class OwnPost(Refusal):
    """Nobody decides about what they wrote themselves."""

    status = 403
    title = N_("Your own text")
    message = N_("You wrote this yourself. Somebody else decides about it.")


class OwnDecision(Refusal):
    """An appeal is decided by another person."""

    status = 403
    title = N_("Somebody else decides")
    message = N_("You took the decision this appeal is about. Somebody else decides.")


class PassedOn(Refusal):
    """Who passed a case on does not decide it."""

    status = 403
    title = N_("Passed on")
    message = N_("This case was passed on. Somebody else decides.")


class NotPossible(Refusal):
    """The step does not fit the state of the text."""

    status = 409
    title = N_("Not possible now")
    message = N_(
        "This decision does not fit the text as it stands now. Please load the page again."
    )


class NothingToRemove(Refusal):
    """Redacting takes at least one passage of the text."""

    title = N_("Nothing to remove")
    message = N_("Please mark at least one passage, exactly as it stands in the text.")


class TooLateToUndo(Refusal):
    """An undo is for mistakes of a moment."""

    status = 409
    title = N_("Too late to undo")
    message = N_(
        "A decision can be undone for %(minutes)s minutes, while nothing else was decided about "
        "the same text. Open the text to have it looked at again."
    )


class NotYourDecision(Refusal):
    """Only who decided undoes."""

    status = 403
    title = N_("Not yours")
    message = N_("Only the person who took a decision can undo it.")


class NothingToAppeal(Refusal):
    """The decision took nothing from anybody, or was taken back."""

    status = 409
    title = N_("Nothing to appeal against")
    message = N_("This decision no longer stands, or it changed nothing.")


class TooLateToAppeal(Refusal):
    """Thirty days."""

    status = 409
    title = N_("Too late to appeal")
    message = N_("An appeal is possible within %(days)s days. They have passed.")


class AlreadyAppealed(Refusal):
    """One appeal per decision."""

    status = 409
    title = N_("Already appealed")
    message = N_("You have already appealed. Somebody else will look at it.")


class NoSuchStep(Refusal):
    """The states' table does not lead there."""

    status = 409
    title = N_("Not possible now")
    message = N_("From its present state this proposal cannot go to the one you chose.")


class NoLongerThere(Refusal):
    """A kept original is deleted after its time."""

    status = 410
    title = N_("No longer kept")
    message = N_("The original was deleted, as the time for an appeal has passed.")
