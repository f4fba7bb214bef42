"""Mail: written with the change, sent by the worker; kept in a folder where no server is set."""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

from flask import current_app, render_template
from sqlmodel import Session

from portal import i18n, jobs


def send(session: Session, *, to: str, language: str, template: str, **context: Any) -> UUID:
    """Write a message in the reader's language and queue it; return the job's id.

    The template's first line is the subject, the rest the plain text.
    """
    with i18n.in_language(language):
        words = render_template(template, **context)
    subject, _, body = words.strip().partition("\n")
    job = jobs.enqueue(
        session,
        "mail.send",
        to=to,
        subject=subject.strip(),
        body=body.strip() + "\n",
        language=language,
    )
    job.payload["ref"] = str(job.id)
    return job.id


@jobs.handler("mail.send")
def deliver(to: str, subject: str, body: str, language: str, ref: str) -> None:
    """Hand one message to the mail server, or to the outbox folder where none is set."""
    message = EmailMessage()
    message["From"] = current_app.config["MAIL_FROM"]
    message["To"] = to
    message["Subject"] = " ".join(subject.split())
    message["Date"] = formatdate()
    message["Message-ID"] = f"<{ref}@portal>"
    message.set_content(body)
    message["Content-Language"] = language
    url = current_app.config["SMTP_URL"]
    if url:
        _by_server(url, message)
    else:
        _to_folder(current_app.config["DATA"] / "outbox", ref, message)


def _to_folder(folder: Path, ref: str, message: EmailMessage) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / f"{ref}.eml").write_bytes(message.as_bytes())


def _by_server(url: str, message: EmailMessage) -> None:
    parts = urlsplit(url)
    host, port = parts.hostname or "localhost", parts.port
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, port or 465, timeout=20, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(host, port or 25, timeout=20)
    with server:
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)
