"""Why a file of readings is not taken."""

from portal.i18n import N_
from portal.refusal import Refusal, TooManyRequests


class NoFile(Refusal):
    """Nothing was sent."""

    title = N_("No file")
    message = N_("Please choose a file.")


class TooManyFiles(TooManyRequests):
    """The person has enough files under way."""

    title = N_("Too many files")
    message = N_("Please decide about the files you sent before, or go on tomorrow.")


class Gone(Refusal):
    """The file was deleted meanwhile."""

    status = 410
    title = N_("No longer here")
    message = N_("The file is no longer here: it waits an hour at most. Please send it again.")


class NeedsPhotos(Refusal):
    """The campaign wants a photo with each measurement."""

    status = 409
    title = N_("No files here")
    message = N_("This campaign wants a photo with each measurement, so it takes no files.")


class BadPlace(Refusal):
    """The one place for all rows cannot be it."""

    title = N_("Please check the place")
    message = N_("All readings are from one place, and this cannot be it.")


class Nothing(Refusal):
    """There is nothing in the file that could be taken in."""

    title = N_("Nothing to take in")
    message = N_("Not one reading of this file can be taken in. Please check how it is read.")
