"""Wrong codes of slips: few from one network, though twelve signs cannot be guessed anyway.

Counted in the memory of each process and nowhere else, so nothing is kept of who typed what.
"""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Lock

from portal.proposals.desk.assisted import UnknownCode
from portal.refusal import TooManyRequests

WRONG, WINDOW = 20, timedelta(minutes=10)
NETWORKS = 10_000  # remembered at once; the oldest are forgotten first

_wrong: OrderedDict[str, list[datetime]] = OrderedDict()
_lock = Lock()


@contextmanager
def counted(network: str, now: datetime) -> Iterator[None]:
    """Count a wrong code tried inside. Raises TooManyRequests after too many."""
    with _lock:
        lately = [at for at in _wrong.get(network, ()) if now - WINDOW < at <= now]
    if len(lately) >= WRONG:
        raise TooManyRequests
    try:
        yield
    except UnknownCode:
        with _lock:
            _wrong[network] = [*lately, now]
            _wrong.move_to_end(network)
            while len(_wrong) > NETWORKS:
                _wrong.popitem(last=False)
        raise


def forget() -> None:
    """Begin anew, for tests."""
    with _lock:
        _wrong.clear()
