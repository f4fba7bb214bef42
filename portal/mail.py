"""Mail: written with the change, sent by the worker; kept in a folder where no server is set."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.headerregistry import HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import Policy, default
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import current_app, render_template
from sqlmodel import Session

from portal import i18n, jobs, smtp, web

KIND = "mail.send"
LONGEST_SUBJECT = 200
Outcome = Callable[[], None]


class Addresses(UnstructuredHeader):
    """A header of addresses for programs: encoded like words, no program could follow them."""

    def fold(self, *, policy: Policy) -> str:
        """One address a line, each as it is."""
        lines = f",{policy.linesep} ".join(str(self).split(", "))
        return f"{self.name}: {lines}{policy.linesep}"  # type: ignore[attr-defined]


_headers = HeaderRegistry()
_headers.map_to_type("list-unsubscribe", Addresses)  # type: ignore[arg-type]
POLICY = default.clone(header_factory=_headers)


@dataclass(frozen=True)
class Letter:
    """One message to one person, with or without an HTML version beside the plain text."""

    to: str
    subject: str
    text: str
    language: str
    html: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    accepted: Outcome | None = None  # what to do once the server has it
    refused: Outcome | None = None  # what to do when the server refuses the address for good


Writer = Callable[..., Letter | None]
_writers: dict[str, Writer] = {}


def writer(name: str) -> Callable[[Writer], Writer]:
    """Say what writes letters of one sort, from the payload, just before they go.

    It returns None where there is nothing to say any more.
    """

    def keep(write: Writer) -> Writer:
        _writers[name] = write
        return write

    return keep


def send(
    session: Session,
    *,
    to: str,
    language: str,
    template: str,
    until: datetime | None = None,
    **context: Any,
) -> UUID:
    """Write a message in the reader's language and queue it; return the job's id.

    The template's first line is the subject, the rest the plain text. After `until` it is not
    sent any more.
    """
    with i18n.in_language(language):
        words = render_template(template, **context)
    subject, _, body = words.strip().partition("\n")
    job = jobs.enqueue(
        session,
        KIND,
        to=to,
        subject=subject.strip(),
        body=body.strip() + "\n",
        language=language,
        until=until.isoformat() if until else None,
    )
    job.payload["ref"] = str(job.id)
    return job.id


@jobs.handler(KIND, private=("to", "subject", "body"))
def deliver(ref: str, until: str | None = None, **payload: Any) -> None:
    """Hand one message to the mail server, or to the outbox folder where none is set."""
    if until is not None and datetime.fromisoformat(until) < web.now():
        return
    letter = _letter(**payload)
    if letter is None:
        return
    message, url = compose(letter, ref), current_app.config["SMTP_URL"]
    try:
        if url:
            smtp.hand_over(url, message)
        else:
            keep(current_app.config["DATA"] / "outbox", ref, message)
    except smtp.Refused as no:
        if no.recipient and letter.refused is not None:
            letter.refused()
        raise
    if letter.accepted is not None:
        letter.accepted()


def _letter(
    writer: str | None = None,
    to: str = "",
    subject: str = "",
    body: str = "",
    language: str = "",
    **payload: Any,
) -> Letter | None:
    if writer is not None:
        return _writers[writer](**payload)
    return Letter(to, subject, body, language)


def compose(letter: Letter, ref: str) -> EmailMessage:
    """The message as it travels; the same `ref` always gives the same Message-ID."""
    message = EmailMessage(policy=POLICY)
    message["From"] = current_app.config["MAIL_FROM"]
    message["To"] = one_line(letter.to)
    message["Subject"] = one_line(letter.subject)[:LONGEST_SUBJECT]
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = f"<{ref}@{domain()}>"
    message["Auto-Submitted"] = "auto-generated"
    for name, value in letter.headers.items():
        message[name] = one_line(value)
    message.set_content(letter.text)
    if letter.html:
        message.add_alternative(letter.html, subtype="html")
        message.set_boundary(f"={ref}=")
    message["Content-Language"] = letter.language
    return message


def one_line(words: str) -> str:
    """Words without what could begin a header of its own."""
    shown = (character if character.isprintable() else " " for character in words)
    return " ".join("".join(shown).split())


def sender() -> str:
    """The address messages come from."""
    return parseaddr(current_app.config["MAIL_FROM"])[1]


def domain() -> str:
    """The name behind the @ of message ids: the sender's, else the portal's own."""
    name = sender().rpartition("@")[2]
    host = urlsplit(current_app.config["BASE_URL"]).hostname
    return name if name and name != "localhost" else host or "localhost"


def keep(folder: Path, ref: str, message: EmailMessage) -> None:
    """Put a message into a folder instead of handing it to a server."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / f"{ref}.eml").write_bytes(message.as_bytes())
