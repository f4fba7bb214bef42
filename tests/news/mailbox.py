"""A real SMTP server for the tests: over loopback, with bad days on order."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


class Mailbox:
    """What came; `rcpt` and `data` say how the server answers, `slow` how long it takes."""

    def __init__(self) -> None:
        self.rcpt = "250 OK"
        self.data = "250 OK"
        self.slow = 0.0
        self.came: list[tuple[str, EmailMessage]] = []

    async def handle_RCPT(
        self, server: SMTP, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        if self.data.startswith("250"):
            message = message_from_bytes(envelope.content, policy=default)
            self.came.append((envelope.rcpt_tos[0], message))
        if self.slow:
            await asyncio.sleep(self.slow)
        return self.data

    @property
    def ids(self) -> list[str]:
        return [str(message["Message-ID"]) for _to, message in self.came]


@contextmanager
def mailbox(**options: Any) -> Iterator[tuple[Mailbox, str]]:
    """A server and its address."""
    box = Mailbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield box, f"smtp://127.0.0.1:{port}"
    finally:
        controller.stop()
