"""Handing a message to the mail server: what it says decides whether to try again, or never.

Nothing here repeats an address, not even in an error: errors are kept in rows and in the log.
"""

import re
import smtplib
import ssl
from contextlib import suppress
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

from portal import jobs
from portal.config import is_loopback

PATIENCE = 20  # seconds for each answer of the server
AWAY = timedelta(minutes=1)  # before a server that is gone is asked again
READY, GO_ON = 250, 354


class Refused(jobs.GiveUp):
    """The server will never take this message; `recipient`: because of whom it is for."""

    def __init__(self, code: int, *, recipient: bool = False) -> None:
        self.recipient = recipient
        what = "the address" if recipient else "the message"
        super().__init__(f"the mail server refused {what} ({code})")


class NoSafeWay(smtplib.SMTPException):
    """A password would cross the network in the clear."""


def hand_over(url: str, message: EmailMessage) -> None:
    """Give one message to the server, once.

    Raises jobs.Later while the server is away, jobs.Again when it asks for patience, Refused when
    it says no, and jobs.Uncertain when it fell silent after it had the whole message.
    """
    try:
        server = _connect(url)
    except (OSError, smtplib.SMTPException) as error:
        raise jobs.Later(AWAY, f"mail server away: {_why(error)}", rests=True) from None
    try:
        _introduce(server, message)
        jobs.hand_over()
        _give(server, message)
    finally:
        with suppress(OSError, smtplib.SMTPException):
            server.quit()


def _why(error: Exception) -> str:
    code = getattr(error, "smtp_code", None) or getattr(error, "errno", None)
    return type(error).__name__ + (f" {code}" if code else "")


def _connect(url: str) -> smtplib.SMTP:
    parts = urlsplit(url)
    host, port = parts.hostname or "localhost", parts.port
    tls = ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port or 465, timeout=PATIENCE, context=tls)
    else:
        server = smtplib.SMTP(host, port or 25, timeout=PATIENCE)
    try:
        server.ehlo_or_helo_if_needed()
        if parts.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=tls)
            server.ehlo()
        elif parts.scheme == "smtp" and parts.username and not is_loopback(host):
            raise NoSafeWay
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
    except BaseException:
        server.close()
        raise
    return server


def _introduce(server: smtplib.SMTP, message: EmailMessage) -> None:
    """Sender, recipient, and leave to send: until here everything can be done again."""
    try:
        code, _words = server.mail(parseaddr(str(message["From"]))[1])
        if code != READY:
            raise jobs.Later(AWAY, f"the mail server refused the sender ({code})", rests=True)
        code, _words = server.rcpt(parseaddr(str(message["To"]))[1])
        _judge(code, recipient=True)
        code, _words = server.docmd("DATA")
        if code != GO_ON:
            _judge(code)
    except (OSError, smtplib.SMTPException) as error:
        raise jobs.Again(f"the connection broke before the message: {_why(error)}") from None


def _judge(code: int, *, recipient: bool = False) -> None:
    if 200 <= code < 300:
        return
    if 400 <= code < 500:
        raise jobs.Again(f"the mail server asked for patience ({code})")
    raise Refused(code, recipient=recipient)


def _give(server: smtplib.SMTP, message: EmailMessage) -> None:
    content = re.sub(rb"(?m)^\.", b"..", message.as_bytes(policy=SMTP))
    try:
        server.send(content + (b"" if content.endswith(b"\r\n") else b"\r\n") + b".\r\n")
        code, _words = server.getreply()
    except (OSError, smtplib.SMTPException) as error:
        raise jobs.Uncertain(_why(error)) from None
    _judge(code)
