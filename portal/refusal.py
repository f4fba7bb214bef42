"""A refusal: something the portal will not do, with words for the person who asked."""

from dataclasses import dataclass
from typing import Any

from portal.i18n import N_, gettext


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: the form field or place it concerns, and a sentence about it.

    `message` is a message id with named gaps; `gaps` fills them when it is shown. `name` is the
    message id of the field's label, so that a list of problems can tell fields apart.
    """

    field: str
    message: str
    gaps: tuple[tuple[str, Any], ...] = ()
    name: str = ""

    @property
    def text(self) -> str:
        """The sentence in the reader's language."""
        return gettext(self.message, **dict(self.gaps))

    @property
    def named(self) -> str:
        """The sentence, after the field's name where that is known."""
        if not self.name:
            return self.text
        return gettext("%(field)s: %(problem)s", field=gettext(self.name), problem=self.text)


class Refusal(Exception):
    """Raised by verbs; undoes the open change and becomes a message on the page.

    Subclasses are named after their reason and set `status` and `message`.
    """

    status = 422
    title = N_("This cannot be done")
    message = N_("The request was refused.")
    advised = False  # whether the message itself says what to do
    way_on: tuple[str, str] | None = None  # the page where one goes on, and the name of its link

    def __init__(self, problems: "list[Problem] | None" = None, **gaps: Any) -> None:
        super().__init__(self.message)
        self.problems: list[Problem] = problems or []
        self.gaps = gaps

    @property
    def title_text(self) -> str:
        """The heading, in the reader's language."""
        return gettext(self.title)

    @property
    def way_on_text(self) -> str:
        """The name of the link to where one goes on."""
        return gettext(self.way_on[1]) if self.way_on else ""

    @property
    def message_text(self) -> str:
        """The reason, in the reader's language."""
        return gettext(self.message, **self.gaps)

    def __str__(self) -> str:
        lines = [self.message_text, *(f"{p.field}: {p.text}" for p in self.problems)]
        return "\n".join(lines)


class NotFound(Refusal):
    """There is nothing at this address."""

    status = 404
    title = N_("Page not found")
    message = N_("There is nothing at this address. It may have moved, or the link is incomplete.")


class NotThisWay(NotFound):
    """There is something at this address, but not for this kind of request."""

    status = 405
    message = N_("This address takes no such request. Go back and use the form or link there.")


class Forbidden(Refusal):
    """The person may not do this."""

    status = 403
    title = N_("You may not do this")
    message = N_("Your account does not have permission for this page.")


class BadToken(Refusal):
    """The forgery token of a form is missing, wrong or old."""

    status = 403
    title = N_("The form has expired")
    message = N_(
        "For your safety a form can be sent only from the page that showed it. "
        "Reload the page and send it again: nothing was changed."
    )
    advised = True


class TooManyRequests(Refusal):
    """A limit was reached."""

    status = 429
    title = N_("Too many attempts")
    message = N_("Too many attempts. Please wait some minutes and try again.")


class TooLarge(Refusal):
    """The request is larger than the portal takes."""

    status = 413
    title = N_("Too large")
    message = N_("What you sent is too large. Files may have %(megabytes)s MB, texts half of one.")
