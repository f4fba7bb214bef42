"""What the room says no to, in words for the person who asked."""

from portal.i18n import N_
from portal.refusal import Refusal


class UnknownMeeting(Refusal):
    """There is no public meeting at this address."""

    status = 404
    title = N_("Meeting not found")
    message = N_("There is no meeting at this address. All of them are in the list.")


class ChangedMeanwhile(Refusal):
    """Somebody else saved after the form was opened."""

    status = 409
    title = N_("Changed meanwhile")
    message = N_(
        "Somebody else changed this meeting after you opened this page. Nothing of yours was "
        "saved. Copy what you wrote, open the page again and add it there."
    )


class AlreadyCancelled(Refusal):
    """A cancelled meeting stays as it is."""

    status = 409
    title = N_("Already cancelled")
    message = N_("This meeting is cancelled. It stays readable with its reason.")


class NotYetHeld(Refusal):
    """Minutes and attendance come after the meeting began."""

    status = 409
    title = N_("Not possible yet")
    message = N_("Minutes and attendance can be entered once the meeting has begun.")


class AlreadyHeld(Refusal):
    """What has taken place cannot be cancelled or moved."""

    status = 409
    title = N_("Not possible now")
    message = N_("This meeting has taken place: it can no longer be cancelled.")


class NotPublished(Refusal):
    """A draft is known to staff alone."""

    status = 409
    title = N_("Not possible yet")
    message = N_("This meeting is a draft. Publish it first.")


class DoesNotAddUp(Refusal):
    """Bands hold more people than came."""

    title = N_("Please check the numbers")
    message = N_("These numbers do not add up. Nothing was saved.")
