"""What the room says no to, in words for the person who asked."""

from portal.i18n import N_
from portal.refusal import Refusal


class NotCollecting(Refusal):
    """The consultation does not take proposals or supports now."""

    status = 409
    title = N_("Not possible now")
    message = N_(
        "Proposals and supports are collected from the announcement of a consultation "
        "until its vote closes. This one is not in that time."
    )


class TooManyProposals(Refusal):
    """The daily limit of one person."""

    status = 429
    title = N_("Enough for today")
    message = N_(
        "You have sent %(most)s proposals within a day, which is the most one person can. "
        "Your text was not lost: send it again tomorrow."
    )


class AlreadySupported(Refusal):
    """A person supports a proposal once."""

    status = 409
    title = N_("Counted once")
    message = N_("You already support this proposal.")


class NotSupported(Refusal):
    """There is nothing to take back."""

    status = 409
    title = N_("Nothing to take back")
    message = N_("You do not support this proposal at present.")


class NotSupportable(Refusal):
    """Withdrawn, rejected and hidden proposals keep their supports and get no new ones."""

    status = 409
    title = N_("Not possible now")
    message = N_("This proposal can no longer be supported.")


class NotYours(Refusal):
    """Only who wrote a proposal may withdraw it."""

    status = 403
    title = N_("You may not do this")
    message = N_("Only the person who wrote a proposal can withdraw it.")


class NotWithdrawable(Refusal):
    """It was answered, hidden or withdrawn already."""

    status = 409
    title = N_("Not possible now")
    message = N_("This proposal can no longer be withdrawn: it was already answered or taken back.")


class AlreadyReported(Refusal):
    """One report per person and proposal."""

    status = 409
    title = N_("Already reported")
    message = N_("You have already reported this proposal. Someone will look at it.")


class TooManyReports(Refusal):
    """The daily limit of one person."""

    status = 429
    title = N_("Enough for today")
    message = N_("You have reported many proposals today. Someone will look at them first.")


class AlreadyHidden(Refusal):
    """Somebody was quicker."""

    status = 409
    title = N_("Already done")
    message = N_("This proposal is already hidden.")


class NotHidden(Refusal):
    """There is nothing to restore."""

    status = 409
    title = N_("Already done")
    message = N_("This proposal is not hidden.")


class NoSuchStep(Refusal):
    """The states' table does not lead there."""

    status = 409
    title = N_("Not possible now")
    message = N_("From its present state this proposal cannot go to the one you chose.")


class Hidden(Refusal):
    """What moderators took from public view is shown to its author and to staff only."""

    status = 410
    title = N_("Proposal hidden")
    message = N_("The moderators have hidden this proposal. Reason: %(reason)s")


class NotCommentable(Refusal):
    """Withdrawn, hidden and waiting proposals get no new comments."""

    status = 409
    title = N_("Not possible now")
    message = N_("This proposal can no longer be commented on. Your words are still in the form.")


class TooManyComments(Refusal):
    """The limit of one person within an hour."""

    status = 429
    title = N_("Enough for now")
    message = N_(
        "You have written %(most)s comments within an hour, which is the most one person can. "
        "Your words are still in the form: send them again later."
    )


class NotYourComment(Refusal):
    """Only who wrote a comment may change or remove it."""

    status = 403
    title = N_("You may not do this")
    message = N_("Only the person who wrote a comment can change or remove it.")


class CommentGone(Refusal):
    """It was removed or hidden meanwhile."""

    status = 409
    title = N_("Not possible now")
    message = N_("This comment is no longer there.")


class TooLateToEdit(Refusal):
    """Others may have read and answered it."""

    status = 409
    title = N_("Too late")
    message = N_(
        "A comment can be corrected for 15 minutes. You can remove it, or add another one."
    )


class NotEditable(Refusal):
    """The half hour is over, or somebody supported, commented on or answered it."""

    status = 409
    title = N_("Not possible now")
    message = N_(
        "A proposal can be changed for 30 minutes after it was sent, and only while nobody has "
        "supported it, commented on it or answered it."
    )


class TooManyDrafts(Refusal):
    """The portal keeps only so many texts of people who have not signed in."""

    status = 429
    title = N_("Please sign in first")
    message = N_(
        "Just now your text cannot be kept while you sign in. Sign in in another window, then "
        "send this form again: your words are still here."
    )


class DraftsFull(Refusal):
    """One person's drafts."""

    status = 409
    title = N_("Too many drafts")
    message = N_(
        "You have %(most)s drafts, which is the most one person can keep. Discard one in your "
        "account first: what you wrote is still here."
    )


class NotYetShown(Refusal):
    """What a community manager has yet to look at is shown to its author and to staff only."""

    status = 404
    title = N_("Not public yet")
    message = N_("A community manager has yet to look at this proposal. Please come back later.")
