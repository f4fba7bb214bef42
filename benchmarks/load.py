"""The load: a process of its own that sends prepared requests over kept connections.

Reads a plan as JSON from its input and prints what it saw as JSON. Sockets are used directly, so
that on a small machine the one who asks takes little from the one who answers.
"""

import json
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any


@dataclass
class Seen:
    """What the requests of one run came to."""

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        return len(self.waits)

    @property
    def per_second(self) -> float:
        return self.count / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """Return the wait, in milliseconds, that this share of the requests did not exceed."""
        waits = sorted(self.waits)
        return 1000 * waits[min(len(waits) - 1, int(share * len(waits)))] if waits else 0.0


def send(
    port: int, requests: list[bytes], clients: int, seconds: float, once: bool = False,
    per_second: float = 0,
) -> Seen:  # fmt: skip
    """Run the load in another process: for some seconds, or (`once`) each request a single time.

    `per_second` is how many are sent by all clients together; else each sends as soon as it can.
    """
    texts = [request.decode("latin-1") for request in requests]
    plan = {"port": port, "requests": texts, "clients": clients, "seconds": seconds, "once": once}
    plan["every"] = clients / per_second if per_second else 0.0
    command = [sys.executable, "-m", "benchmarks.load"]
    done = subprocess.run(command, input=json.dumps(plan).encode(), capture_output=True, check=True)
    seen = json.loads(done.stdout)
    statuses = Counter({int(status): times for status, times in seen["statuses"].items()})
    return Seen(seen["seconds"], seen["waits"], statuses)


def build(
    method: str, path: str, port: int, body: str = "", headers: dict[str, str] | None = None
) -> bytes:
    """Return a whole HTTP request, ready to be sent."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if method == "POST":
        lines += [
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body.encode())}",
        ]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode("latin-1")


def main() -> None:
    """Carry out the plan given on the input."""
    plan: dict[str, Any] = json.load(sys.stdin)
    requests = [text.encode("latin-1") for text in plan["requests"]]
    seen, lock = Seen(), threading.Lock()
    until = time.perf_counter() + plan["seconds"]

    def client(number: int) -> None:
        mine = requests[number :: plan["clients"]] or requests
        time.sleep(plan["every"] * number / plan["clients"])
        waits, statuses = _ask(plan["port"], mine, until, plan["once"], plan["every"])
        with lock:
            seen.waits += waits
            seen.statuses += statuses

    begun = time.perf_counter()
    threads = [threading.Thread(target=client, args=(n,)) for n in range(plan["clients"])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = time.perf_counter() - begun
    print(json.dumps({"seconds": spent, "waits": seen.waits, "statuses": seen.statuses}))


def _ask(
    port: int, requests: list[bytes], until: float, once: bool, every: float
) -> tuple[list[float], Counter[int]]:
    waits: list[float] = []
    statuses: Counter[int] = Counter()
    connection: socket.socket | None = None
    start = time.perf_counter()
    for number, request in enumerate(requests if once else cycle(requests)):
        if every:  # who answers late makes nobody else come later
            time.sleep(max(0.0, start + number * every - time.perf_counter()))
        begun = time.perf_counter()
        if not once and begun > until:
            break
        try:
            if connection is None:
                connection = socket.create_connection(("127.0.0.1", port), timeout=60)
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.sendall(request)
            status, keep = _answer(connection)
        except OSError:
            status, keep = 0, False
        waits.append(time.perf_counter() - begun)
        statuses[status] += 1
        if not keep and connection is not None:
            connection.close()
            connection = None
    return waits, statuses


def _answer(connection: socket.socket) -> tuple[int, bool]:
    """Read one whole answer; return its status and whether the connection may be used again."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _receive(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    lowered = head.lower()
    at = lowered.find(b"content-length:")
    if at >= 0:
        missing = int(lowered[at + 15 :].split(b"\r\n", 1)[0]) - len(body)
        while missing > 0:
            missing -= len(_receive(connection))
    elif b"transfer-encoding: chunked" in lowered:
        while not body.endswith(b"0\r\n\r\n"):
            body += _receive(connection)
    return int(head[9:12]), b"connection: close" not in lowered


def _receive(connection: socket.socket) -> bytes:
    received = connection.recv(65536)
    if not received:
        raise ConnectionError("closed in the middle of an answer")
    return received


if __name__ == "__main__":
    main()
