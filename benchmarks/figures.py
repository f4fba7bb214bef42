"""The figures of a run: what a request costs, and the lines that are held against targets."""

from dataclasses import dataclass, field
from statistics import median

from benchmarks import load
from benchmarks.servers import Server

SECONDS = 3.0


@dataclass
class Cost:
    """What one kind of request costs, over several rounds."""

    cpu: list[float] = field(default_factory=list)  # milliseconds per request
    per_second: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    errors: int = 0

    def add(self, cpu: float, seen: load.Seen, expected: int) -> None:
        """Take in one round."""
        self.cpu.append(1000 * cpu / max(seen.count, 1))
        self.per_second.append(seen.per_second)
        self.p50.append(seen.percentile(0.5))
        self.p99.append(seen.percentile(0.99))
        self.errors += seen.count - seen.statuses[expected]

    def __str__(self) -> str:
        return (
            f"{median(self.cpu):6.2f} ms CPU {median(self.per_second):7.0f}/s"
            f"  p50 {median(self.p50):6.1f} ms  p99 {median(self.p99):7.1f} ms"
            + (f"  {self.errors} ERRORS" if self.errors else "")
        )


@dataclass
class Line:
    """One line of the result: what was measured, against what, and whether it is good enough."""

    what: str
    value: float
    unit: str
    target: float
    at_least: bool = False

    @property
    def good(self) -> bool:
        return self.value >= self.target if self.at_least else self.value <= self.target

    def __str__(self) -> str:
        sign = "≥" if self.at_least else "≤"
        verdict = "ok" if self.good else "MISSED"
        target = f"{sign} {self.target:g}"
        return f"  {self.what:<56} {self.value:>9.2f} {self.unit:<9} {target:>8}   {verdict}"


def run(
    cost: Cost, server: Server, requests: list[bytes], clients: int, status: int, once: bool = False
) -> None:
    """Put load on a server and take in what it cost."""
    if not once:
        load.send(server.port, requests, clients, 0.3)
    before = server.cpu()
    seen = load.send(server.port, requests, clients, SECONDS, once)
    cost.add(server.cpu() - before, seen, status)
